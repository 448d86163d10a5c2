"""Risk of bias of a pool, domain by domain, weighted by what each study brings to the pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evibrief.figures.bias_bars import BarRow, BiasBars, narrow_bars, wide_bars
from evibrief.figures.risk_of_bias import Share, weighted_bar
from evibrief.pages import formats
from evibrief.pages.links import Link
from evibrief.pages.rendering import Renderer
from evibrief.pages.tables import Column, Row, Table
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.risk_of_bias import DOMAINS, RiskAssessment, Tool
from evibrief.records.study import Study
from evibrief.synthesis.evidence import PooledSynthesis, StudyRow

# A pool with rows nobody assessed shows them as a share of their own.
NOT_ASSESSED = "not assessed"
OVERALL = "overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasView:
    """The bars in two layouts, and the same as a table. ``levels`` are the judgements that occur, best first."""

    id: str
    title: str
    description: str
    wide: BiasBars
    narrow: BiasBars
    levels: tuple[str, ...]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    weight: float
    overall: str
    assessment: RiskAssessment | None

    def level(self, domain: str) -> str:
        if domain == OVERALL:
            return self.overall
        judged = self.assessment.domains.get(domain) if self.assessment else None
        return NOT_ASSESSED if judged is None else judged.level.value


def bias_view(
    outcome: OutcomeBase, synthesis: PooledSynthesis, studies: Mapping[str, Study], renderer: Renderer
) -> BiasView | None:
    """Return the bars of one pool; nothing where nobody assessed any of its studies.

    Domains are shown where all assessments were made with one tool: those of different tools do not compare.
    """
    if all(row.risk is None for row in synthesis.rows):
        return None
    judged = tuple(_judged(row, studies) for row in synthesis.rows)
    shares = {domain: weighted_bar([(item.level(domain), item.weight) for item in judged]) for domain in _rows(judged)}
    names = {domain: renderer.speak("figures.bias-domain", code=domain) for domain in shares}
    bars = tuple(BarRow(name=names[domain], shares=found) for domain, found in shares.items())
    levels = tuple(dict.fromkeys(share.level for share in weighted_bar([(level, 1.0) for level in _levels(shares)])))
    overall = [f"{share.level} {formats.percent(share.percent, renderer.language)}" for share in shares[OVERALL]]
    return BiasView(
        id=f"bias-{outcome.id}",
        title=renderer.speak("figures.bias-title", outcome=outcome.name),
        description=renderer.speak("figures.bias-description", shares=overall),
        wide=wide_bars(bars),
        narrow=narrow_bars(bars),
        levels=levels,
        table=_table(outcome, shares, names, levels, renderer),
    )


def _judged(row: StudyRow, studies: Mapping[str, Study]) -> _Judged:
    study = studies[row.study_id]
    assessment = study.risk_for(study.results[row.result_index].outcome)
    return _Judged(weight=row.weight_percent, overall=row.risk or NOT_ASSESSED, assessment=assessment)


def _rows(judged: tuple[_Judged, ...]) -> tuple[str, ...]:
    tools: set[Tool] = {item.assessment.tool for item in judged if item.assessment}
    used = {domain for item in judged if item.assessment for domain in item.assessment.domains}
    domains = DOMAINS[tools.pop()] if len(tools) == 1 else ()
    return (*(domain for domain in domains if domain in used), OVERALL)


def _levels(shares: Mapping[str, tuple[Share, ...]]) -> Iterator[str]:
    for found in shares.values():
        yield from (share.level for share in found)


def _table(
    outcome: OutcomeBase,
    shares: Mapping[str, tuple[Share, ...]],
    names: Mapping[str, str],
    levels: tuple[str, ...],
    renderer: Renderer,
) -> Table:
    rows = []
    for domain, found in shares.items():
        percents = {share.level: formats.percent(share.percent, renderer.language) for share in found}
        cells = tuple(percents.get(level, "") for level in levels)
        rows.append(Row(head=Link(text=names[domain]), cells=cells, is_total=domain == OVERALL))
    heading = renderer.speak("figures.bias-heading")
    return Table(
        caption=renderer.speak("figures.bias-title", outcome=outcome.name),
        columns=(Column(heading=heading), *(Column(heading=formats.capitalised(x), is_number=True) for x in levels)),
        rows=tuple(rows),
    )
