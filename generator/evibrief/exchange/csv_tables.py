"""Tables for spreadsheets: the effects of a summary, and all studies of the site.

A text that a spreadsheet would run as a formula is led by an apostrophe (OWASP ASVS 1.2.10); numbers stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

from evibrief.appraisal.briefs import Brief
from evibrief.records.study import Study
from evibrief.synthesis.evidence import ArmFigures, Estimate, NotPooled, PooledSynthesis, ReportedSynthesis, StudyRow

Cell = str | int | float | None

_ARM = ("n", "events", "mean", "sd", "person_years")
EFFECT_COLUMNS = (
    "outcome", "evidence", "measure", "study_id", "study", "comparison", "year", "design",
    *(f"{name}_1" for name in _ARM), *(f"{name}_2" for name in _ARM),
    "participants", "yi", "vi", "estimate", "ci_low", "ci_high", "weight_percent",
    "risk_of_bias", "subgroup", "time_point", "source", "place", "not_pooled_because",
)  # fmt: skip
STUDY_COLUMNS = (
    "id", "label", "title", "year", "design", "n_randomised", "countries", "setting", "funding",
    "registrations", "doi", "pmid", "results", "risk_of_bias", "summaries",
)  # fmt: skip


def effects_csv(brief: Brief) -> bytes:
    """One line for each effect that a summary shows: pooled study by study, or as a review printed it.

    Group 1 is the intervention. ``yi`` and ``vi`` are on the scale of analysis (the logarithm of a ratio), the
    estimate and its interval on the natural one. ``source`` is the report's key in the files of references. A study
    that is not in a pool has a line with the reason.
    """
    return _table(EFFECT_COLUMNS, _effect_lines(brief))


def studies_csv(studies: Iterable[Mapping[str, Cell]], uses: Mapping[str, Sequence[str]]) -> bytes:
    """One line for each study, from :func:`study_line`; ``uses`` gives the slugs of the summaries that declare it."""
    return _table(STUDY_COLUMNS, (_with_uses(line, uses) for line in studies))


def _with_uses(line: Mapping[str, Cell], uses: Mapping[str, Sequence[str]]) -> dict[str, Cell]:
    return {**line, "summaries": "; ".join(uses.get(str(line["id"]), ()))}


def _table(columns: Sequence[str], lines: Iterable[Mapping[str, Cell]]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for line in lines:
        writer.writerow([_safe(line.get(column)) for column in columns])
    return buffer.getvalue().encode("utf-8")


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) or (cell[:1] in "\t\r\n\0" and cell) else cell


def _effect_lines(brief: Brief) -> Iterator[dict[str, Cell]]:
    for item in brief.outcomes:
        synthesis = item.synthesis
        head: dict[str, Cell] = {"outcome": synthesis.outcome_id}
        if isinstance(synthesis, PooledSynthesis):
            head |= {"evidence": "pooled", "measure": synthesis.measure.value}
            yield from ({**head, **_row(row)} for row in synthesis.rows)
            yield from ({**head, **_left_out(item)} for item in synthesis.not_pooled)
        elif isinstance(synthesis, ReportedSynthesis):
            source = {"source": synthesis.source.report, "place": synthesis.source.place}
            yield {
                **head,
                "evidence": "reported",
                "measure": synthesis.measure.value,
                "participants": synthesis.participants,
                **_estimate(synthesis.estimate),
                **source,
            }


def _row(row: StudyRow) -> dict[str, Cell]:
    return {
        "study_id": row.study_id,
        "study": row.label,
        "comparison": row.comparison,
        "year": row.year,
        "design": row.design.value,
        **_arm(row.intervention, 1),
        **_arm(row.comparator, 2),
        "participants": row.participants,
        "yi": row.yi,
        "vi": row.vi,
        **_estimate(row.estimate),
        "weight_percent": row.weight_percent,
        "risk_of_bias": row.risk,
        "subgroup": row.subgroup,
        "time_point": row.time_point,
        "source": f"{row.study_id}.{row.source.report}",
        "place": row.source.place,
    }


def _left_out(item: NotPooled) -> dict[str, Cell]:
    return {"study_id": item.study_id, "study": item.label, "not_pooled_because": item.reason}


def _arm(arm: ArmFigures | None, group: int) -> dict[str, Cell]:
    return {f"{name}_{group}": getattr(arm, name) for name in _ARM} if arm is not None else {}


def _estimate(estimate: Estimate) -> dict[str, Cell]:
    return {"estimate": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high}


def study_line(study: Study) -> dict[str, Cell]:
    """Return what the list of studies says of one by itself, by column."""
    own = [report for report in study.reports if report.role.is_own]
    return {
        "id": study.id,
        "label": study.label,
        "title": study.title,
        "year": study.year,
        "design": study.design.value,
        "n_randomised": study.n_randomised,
        "countries": "; ".join(study.countries),
        "setting": study.setting,
        "funding": study.funding,
        "registrations": "; ".join(study.registrations),
        "doi": "; ".join(report.doi for report in own if report.doi),
        "pmid": "; ".join(report.pmid for report in own if report.pmid),
        "results": len(study.results),
        "risk_of_bias": "; ".join(dict.fromkeys(item.overall.level.value for item in study.risk_of_bias)),
    }
