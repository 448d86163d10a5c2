"""From an analysis of a review to an outcome of a summary: measure, method, direction, and what cannot be the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .analyses import Analysis, AnalysisRow, Kind, measure_of
from .drafts import Gap, Report, count, given, line, prose

# Which end of an axis favours the intervention tells whether less of the outcome is better. RevMan's own words first.
_INTERVENTION_WORDS = ("experimental", "intervention", "treatment", "active")
_COMPARATOR_WORDS = ("control", "placebo", "comparator", "usual", "no treatment", "sham")


def outcome_of(analysis: Analysis, program: str, report: Report) -> dict[str, object]:
    """Return an analysis as an outcome of a summary, pooled as the review pools it; what differs is reported."""
    head: dict[str, object] = {
        "id": analysis.id,
        "name": line(analysis.name) or Gap("as it reads in the middle of a sentence, such as quality of life"),
        "importance": Gap("critical, important or limited"),
        "better": _better(analysis) or Gap("lower for harms such as death, higher for recovery"),
    }
    measure = measure_of(analysis)
    reason = _not_pooled(analysis, measure)
    if measure is None or reason:
        report.add(f"analysis {analysis.number} ({analysis.name}): {reason}; told as narrative")
        told = {"direction": "not-pooled", **given(studies=_studies(analysis)), "unknown": prose(_sentence(reason))}
        return {**head, "evidence": "narrative", "narrative": told}
    for departure in _departures(analysis):
        report.add(f"analysis {analysis.number} ({analysis.name}): {departure}")
    groups = {row.subgroup for row in analysis.rows if row.subgroup}
    by = {"by": "subgroup", "label": "Subgroup"}
    return {
        **head,
        "evidence": "pooled",
        "measure": measure,
        "model": _model(analysis, measure, program),
        **({"subgroups": by} if len(groups) > 1 else {}),
    }


def _studies(analysis: Analysis) -> int | None:
    return len({row.study for row in analysis.rows}) or None


def _sentence(reason: str) -> str:
    return reason[0].upper() + reason[1:] + "."


def _not_pooled(analysis: Analysis, measure: str | None) -> str:
    if not analysis.rows:
        return "the review has no figures for it"
    if analysis.kind is Kind.TEXT:
        return "the review holds words, not figures, for it"
    if measure is None:
        return f"its measure ('{analysis.measure}') is not one that is pooled here"
    if analysis.totals == "none":
        return "the review shows the studies without pooling them"
    return ""


def _model(analysis: Analysis, measure: str, program: str) -> dict[str, object]:
    kind = "random effects" if analysis.is_random else "a fixed effect"
    method = analysis.method.upper()
    if measure == "PETO" or (measure == "HR" and analysis.kind is Kind.LOG_RANK):
        return {"method": "PETO", "ci": "wald", "reason": f"As the review pools it in {program}: Peto's method."}
    tau2 = analysis.tau2 if analysis.is_random else "CE"
    if method == "MH" and tau2 in ("CE", "DL"):
        reason = f"As the review pools it in {program}: Mantel-Haenszel, {kind}."
        # RevMan adds a half to tables with a zero, and nothing to others.
        corrected = measure in ("OR", "RR") and any(map(_has_zero, analysis.rows))
        correction = {"revman_correction": True} if corrected else {}
        return {"method": "MH", "tau2": tau2, "ci": "wald", **correction, "reason": reason}
    reason = f"As the review pools it in {program}: inverse variance, {kind}."
    formula = {"smd_variance": "REVMAN"} if measure == "SMD" else {}
    ci = analysis.ci if analysis.is_random else "wald"
    return {"tau2": tau2, "ci": ci, **formula, "reason": reason}


def _better(analysis: Analysis) -> str:
    """Return which end is better, where the words at the ends of the axis say which group each favours."""
    left, right = _favours(analysis, analysis.left), _favours(analysis, analysis.right)
    if {left, right} == {"intervention", "comparator"}:
        return "lower" if left == "intervention" else "higher"
    return ""


def _favours(analysis: Analysis, label: str) -> str:
    words = re.sub(r"^favou?rs\s+", "", label.strip().casefold())
    if not words or words == label.strip().casefold():
        return ""
    groups = {"intervention": analysis.intervention.casefold(), "comparator": analysis.comparator.casefold()}
    named = [side for side, name in groups.items() if name and (name in words or words in name)]
    if len(named) == 1:
        return named[0]
    general = {"intervention": _INTERVENTION_WORDS, "comparator": _COMPARATOR_WORDS}
    meant = [side for side, options in general.items() if any(option in words for option in options)]
    return meant[0] if len(meant) == 1 else ""


def _departures(analysis: Analysis) -> Iterator[str]:
    """Yield in what the pool here is not quite RevMan's, so that nobody looks for a slip where there is none."""
    if analysis.level not in ("", "95", "95.0", "95%"):
        yield f"the review prints intervals of {analysis.level} %; ours are 95 %"
    by_tables = analysis.method.upper() == "MH" and analysis.tau2 == "DL"
    if analysis.is_random and not by_tables and len(analysis.rows) == 2:
        yield "two studies are pooled here as a common effect, not by random effects"


def _has_zero(row: AnalysisRow) -> bool:
    events = [count(row.values.get(name)) for name in ("events_1", "events_2")]
    totals = [count(row.values.get(name)) for name in ("total_1", "total_2")]
    return any(event is not None and event in (0, total) for event, total in zip(events, totals, strict=True))
