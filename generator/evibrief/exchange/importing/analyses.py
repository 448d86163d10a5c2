"""The analyses of a review as RevMan keeps them, whichever file they come from, and what they say of each study.

RevMan holds figures by analysis, not by study: one row for each study, or for each subgroup that it is in. Here the
rows become results of studies, and the analysis an outcome that is pooled as the review pooled it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from evibrief.exchange.datasets.drafts import slug
from evibrief.exchange.record_text import Row

from .drafts import Arms, Ids, Report, count, given, identifier, line, rounded, stored

# 97.5th percentile of the normal distribution, for intervals of 95 %.
Z_95 = 1.959963984540054
# How well an interval must fit its estimate and standard error to tell on which scale the estimate is.
SAME = 0.02


class Kind(StrEnum):
    """RevMan's types of data."""

    DICHOTOMOUS = "dichotomous"
    CONTINUOUS = "continuous"
    GENERIC = "estimate and standard error"
    LOG_RANK = "O-E and variance"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRow:
    """A study's figures in an analysis, as text: events_1, total_1, mean_1, sd_1, o_e, var, estimate, se, low, high.

    ``study`` is the id that the file gives the study. ``total_1`` and the like are missing or empty where unknown.
    """

    study: str
    subgroup: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One analysis (RevMan 5 calls it an outcome). ``number`` is such as 1.2, ``totals`` one of all, subgroups, none.

    ``printed`` is the pooled result in the file, in words, for an editor to compare; ``id`` is the outcome's. ``tau2``
    and ``ci`` are the review's estimator and interval for random effects, in the words of our records.
    """

    number: str
    comparison: str
    name: str
    kind: Kind
    measure: str
    method: str
    is_random: bool
    totals: str
    intervention: str
    comparator: str
    left: str
    right: str
    counts_non_events: bool
    level: str
    printed: str
    rows: tuple[AnalysisRow, ...]
    id: str = ""
    tau2: str = "DL"
    ci: str = "wald"


# RevMan's names of measures: the codes of its files, and the words of its menus.
_MEASURES = {
    "PETO_OR": "PETO", "PETO ODDS RATIO": "PETO", "STD. MEAN DIFFERENCE": "SMD", "STD MEAN DIFFERENCE": "SMD",
    "STANDARDIZED MEAN DIFFERENCE": "SMD", "STANDARDISED MEAN DIFFERENCE": "SMD", "MEAN DIFFERENCE": "MD",
    "ODDS RATIO": "OR", "ODDS RATIO (NON-EVENT)": "OR", "RISK RATIO": "RR", "RELATIVE RISK": "RR",
    "RISK RATIO (NON-EVENT)": "RR", "RATE RATIO": "IRR", "RISK DIFFERENCE": "RD", "RATE DIFFERENCE": "IRD",
    "HAZARD RATIO": "HR", "RATIO OF MEANS": "ROM", "WMD": "MD",
}  # fmt: skip
_OWN = frozenset({"OR", "RR", "RD", "MD", "SMD", "HR", "IRR", "IRD", "ROM", "PETO"})
_RATIOS = frozenset({"OR", "RR", "HR", "IRR", "ROM", "PETO"})
_BY_KIND = {
    Kind.DICHOTOMOUS: frozenset({"OR", "RR", "RD", "PETO"}),
    Kind.CONTINUOUS: frozenset({"MD", "SMD", "ROM"}),
    Kind.GENERIC: _OWN - {"PETO"},
    Kind.LOG_RANK: frozenset({"HR", "OR"}),
    Kind.TEXT: frozenset[str](),
}


def measure_of(analysis: Analysis) -> str | None:
    """Return our name of the measure, or nothing where the file's words name none that the data allow."""
    words = " ".join(analysis.measure.upper().replace("LOG(", "").replace(")", " ").split())
    code = words if words in _OWN else _MEASURES.get(words) or _MEASURES.get(words.removeprefix("LOG "))
    if analysis.kind in (Kind.GENERIC, Kind.LOG_RANK) and code == "PETO":
        code = "OR"  # an odds ratio all the same; that it is Peto's shows in how it was computed
    return code if code in _BY_KIND[analysis.kind] else None


def settled(analyses: Sequence[Analysis], report: Report) -> list[Analysis]:
    """Return the analyses with an outcome id each, unlike in the whole file; one with subgroup totals only is split."""
    split = [part for analysis in analyses for part in _split(analysis, report)]
    names = [(analysis.comparison, slug(analysis.name)) for analysis in split]
    ids = Ids()
    made = []
    for analysis, (comparison, name) in zip(split, names, strict=True):
        elsewhere = any(other == name and where != comparison for where, other in names)
        words = (analysis.name, comparison) if elsewhere else (analysis.name,)
        made.append(replace(analysis, id=ids.new(identifier(*words, fallback="outcome"))))
    return made


def _split(analysis: Analysis, report: Report) -> list[Analysis]:
    groups = list(dict.fromkeys(row.subgroup for row in analysis.rows))
    if analysis.totals != "subgroups" or len(groups) < 2:
        return [analysis]
    report.add(f"analysis {analysis.number} ({analysis.name}) is pooled by subgroup only; each became an outcome")
    return [
        replace(
            analysis,
            name=f"{analysis.name}: {group}",
            totals="all",
            printed="",
            rows=tuple(replace(row, subgroup="") for row in analysis.rows if row.subgroup == group),
        )
        for group in groups
    ]


def place_of(analysis: Analysis, row: AnalysisRow) -> str:
    """Return where a figure stands in the review."""
    return line(f"Analysis {analysis.number}" + (f", subgroup {row.subgroup}" if row.subgroup else ""))


def results_of(
    analysis: Analysis, rows: Sequence[AnalysisRow], arms: Arms, label: str, report: Report
) -> Iterator[dict[str, object]]:
    """Yield the results that a study has in an analysis; arms turn up in ``arms``.

    A study in several subgroups has a result for each, with groups of its own, as the review counts them.
    """
    if analysis.kind is Kind.TEXT or measure_of(analysis) is None:
        return
    parts = [row.subgroup for row in rows]
    for position, row in enumerate(rows, start=1):
        several = len(rows) > 1
        part = row.subgroup if several and parts.count(row.subgroup) == 1 else f"row {position}" if several else ""
        made = _result(analysis, row, arms, part)
        if made is None:
            report.add(f"{label}, analysis {analysis.number} ({analysis.name}): {_why(analysis, row)}; left out")
            continue
        if part and len(rows) > 1:
            report.add(
                f"{label} stands more than once in analysis {analysis.number} ({analysis.name}); the review counts "
                "each row as people of its own: make sure that nobody is counted twice"
            )
        yield {
            "outcome": analysis.id,
            **given(comparison=line(part)),
            **made,
            **({"characteristics": {"subgroup": line(row.subgroup)}} if row.subgroup else {}),
        }


def _result(analysis: Analysis, row: AnalysisRow, arms: Arms, part: str) -> dict[str, object] | None:
    make = {
        Kind.DICHOTOMOUS: _events,
        Kind.CONTINUOUS: _means,
        Kind.GENERIC: _estimate,
        Kind.LOG_RANK: _log_rank,
    }[analysis.kind]
    made = make(analysis, row.values)
    if made is None:
        return None
    sides = made.pop("sides", None)
    assert sides is None or isinstance(sides, tuple)
    if sides is not None:
        made["arms"] = {
            arms.id_of(analysis.intervention, "intervention", part=part): sides[0],
            arms.id_of(analysis.comparator, "comparator", part=part): sides[1],
        }
    place = Row(report="review", place=place_of(analysis, row))
    kind = made.pop("type")
    return {"type": kind, "source": place, **made}


def _why(analysis: Analysis, row: AnalysisRow) -> str:
    shown = ", ".join(f"{name} {value or 'empty'}" for name, value in sorted(row.values.items()))
    if analysis.kind is Kind.GENERIC and stored(row.values.get("se")):
        return f"its interval does not fit its estimate and standard error on any scale ({shown})"
    return f"its figures are not ones of {analysis.kind.value} data ({shown})"


def _events(analysis: Analysis, values: Mapping[str, str]) -> dict[str, object] | None:
    sides = []
    for side in ("1", "2"):
        events, total = count(values.get(f"events_{side}")), count(values.get(f"total_{side}"))
        if events is None or not total or events > total:
            return None
        sides.append(Row(events=total - events if analysis.counts_non_events else events, n=total))
    note = "The review counts those without the event; the counts here are theirs."
    return {"type": "dichotomous", "sides": tuple(sides), **({"note": note} if analysis.counts_non_events else {})}


def _means(analysis: Analysis, values: Mapping[str, str]) -> dict[str, object] | None:
    sides = []
    for side in ("1", "2"):
        mean, sd = stored(values.get(f"mean_{side}")), stored(values.get(f"sd_{side}"))
        total = count(values.get(f"total_{side}"))
        if mean is None or not sd or sd < 0 or not total:
            return None
        sides.append(Row(n=total, mean=mean, sd=sd))
    return {"type": "continuous", "sides": tuple(sides)}


def _estimate(analysis: Analysis, values: Mapping[str, str]) -> dict[str, object] | None:
    estimate, se = stored(values.get("estimate")), stored(values.get("se"))
    measure = measure_of(analysis)
    if estimate is None or not se or se < 0 or measure is None:
        return None
    if measure in _RATIOS:
        log = _logarithm(estimate, se, values)
        if log is None or abs(log) > 50:
            return None
        estimate = rounded(math.exp(log), 8)
    fields: dict[str, object] = {"type": "contrast", "contrast": Row(measure=measure, estimate=estimate, se=se)}
    totals = [count(values.get(f"total_{side}")) for side in ("1", "2")]
    if all(totals):
        fields["sides"] = tuple(Row(n=total) for total in totals if total)
    return fields


def _logarithm(estimate: Decimal, se: Decimal, values: Mapping[str, str]) -> float | None:
    """Return the logarithm of a ratio that a file gives either as it is or as its logarithm.

    The interval tells which: it is the estimate with 1.96 standard errors, on the scale of the logarithm.
    """
    logarithm = stored(values.get("log_estimate"))
    if logarithm is not None:
        return float(logarithm)
    low = stored(values.get("low"))
    value, spread = float(estimate), Z_95 * float(se)
    if low is not None and value > 0 and low > 0 and abs(math.log(low) - (math.log(value) - spread)) < SAME:
        return math.log(value)
    if low is not None and abs(float(low) - (value - spread)) < SAME:
        return value
    if low is not None and low > 0 and abs(math.log(low) - (value - spread)) < SAME:
        return value
    return None


def _log_rank(analysis: Analysis, values: Mapping[str, str]) -> dict[str, object] | None:
    difference, variance = stored(values.get("o_e")), stored(values.get("var"))
    if difference is None or not variance or variance < 0:
        return None
    if measure_of(analysis) == "HR":
        fields: dict[str, object] = {"type": "survival", "o_minus_e": difference, "v": variance}
    else:
        ratio = math.exp(max(-50.0, min(50.0, float(difference / variance))))
        contrast = Row(measure="OR", estimate=rounded(ratio, 8), se=rounded(1 / math.sqrt(float(variance)), 8))
        note = line(f"Computed by Peto's method from O-E {difference} and variance {variance}.")
        fields = {"type": "contrast", "contrast": contrast, "note": note}
    totals = [count(values.get(f"total_{side}")) for side in ("1", "2")]
    events = [count(values.get(f"events_{side}")) for side in ("1", "2")]
    if all(totals):
        known = fields["type"] == "survival" and any(events)
        fields["sides"] = tuple(
            Row(events=event, n=total) if known and event is not None else Row(n=total)
            for event, total in zip(events, totals, strict=True)
            if total
        )
    return fields
