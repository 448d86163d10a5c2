"""Risk of bias of the included studies, as lights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evibrief.figures.risk_of_bias import Light, light
from evibrief.pages.links import Link
from evibrief.pages.provenance import Records
from evibrief.records.risk_of_bias import DOMAINS, RiskAssessment, Tool
from evibrief.records.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class LightsRow:
    """A study's judgements in the order of the tool's domains (missing where none was made), and the overall one."""

    study: Link
    outcomes: str
    lights: tuple[Light | None, ...]
    overall: Light
    assessed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LightsView:
    """All judgements made with one tool."""

    tool: str
    domains: tuple[str, ...]
    rows: tuple[LightsRow, ...]


def lights_views(studies: Sequence[Study], records: Records) -> tuple[LightsView, ...]:
    """Return one table of lights for each tool that somebody used, in the order of the tools."""
    found = []
    for tool in Tool:
        rows = [
            _row(study, assessment, records)
            for study in studies
            for assessment in study.risk_of_bias
            if assessment.tool is tool
        ]
        if rows:
            found.append(LightsView(tool=tool, domains=DOMAINS[tool], rows=tuple(rows)))
    return tuple(found)


def _row(study: Study, assessment: RiskAssessment, records: Records) -> LightsRow:
    domains = DOMAINS[assessment.tool]
    return LightsRow(
        study=Link(text=study.label, href=records.study(study.id).href),
        outcomes=", ".join(outcome.replace("-", " ") for outcome in assessment.outcomes),
        lights=tuple(
            light(assessment.domains[domain].level) if domain in assessment.domains else None for domain in domains
        ),
        overall=light(assessment.overall.level),
        assessed_by=assessment.assessed_by,
    )
