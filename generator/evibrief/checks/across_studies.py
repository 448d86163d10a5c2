"""One study against the others of its outcome, on the same scale: slips of unit, of spread, of row.

All of these are warnings. Real studies differ; what differs this much is worth a second look in the paper.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.pooling_choices import PooledMeasure
from evibrief.records.results import AnyResult, ContinuousResult, DichotomousResult
from evibrief.records.study import ArmRole, Study
from evibrief.records.summary import Summary

from .printed import sd_of, shown
from .remarks import OURS, Check, Location, Remark, remark

UNLIKE_SD = Check(
    code="p21-unlike-sd",
    title="A standard deviation unlike those of the other studies",
    severity=Severity.WARNING,
    rule="|ln(SD / median of the other studies)| > ln 2.5, with 3 other studies or more on the scale",
    source="Kadlec 2023, doi:10.1007/s40279-022-01766-0 (idea); threshold ours",
)
SE_AS_SD = Check(
    code="p22-se-for-sd",
    title="A standard error that was taken for a standard deviation, or the reverse",
    severity=Severity.WARNING,
    rule="|ln(SD / median of the others)| > ln 2, and SD times (a given SE: by) sqrt(n) less than half as far from it",
    source="the error: Kadlec 2023, doi:10.1007/s40279-022-01766-0; this signature ours",
)
CONTROL_RISK = Check(
    code="p27-unlike-control-risk",
    title="A comparator risk unlike those of the other studies",
    severity=Severity.WARNING,
    rule="|logit of the comparator risk - median of the other studies| > 3, half an event standing for none",
    source=OURS,
)
UNIT = Check(
    code="p28-other-unit",
    title="Means in another unit than the other studies'",
    severity=Severity.WARNING,
    rule="every mean of the result within 10 % of 10, 100, 1000, 18.02, 38.67, 88.4, 2.54 or 0.4536 times (or that"
    " part of) the median of the others, and its spread moved by the same factor (within 1.5 times)",
    source=OURS,
)
CHANGE = Check(
    code="p29-looks-like-change",
    title="A final value so small that it looks like a change",
    severity=Severity.WARNING,
    rule="|mean| < 0.2 times the median of the other studies' final values",
    source="Cochrane Handbook 10.5.2; threshold ours",
)
SAME_FIGURES = Check(
    code="p37-same-figures",
    title="Two studies with the same figures",
    severity=Severity.WARNING,
    rule="no two studies of an outcome have equal n and events in both arms (with 10 events or more), or an arm with"
    " equal n, mean and SD",
    source="Xu 2022, doi:10.1136/bmj-2021-069155",
)

# Ours: a median of fewer studies is no yardstick.
FEWEST_OTHERS = 3
UNLIKE = math.log(2.5)
SIGNATURE = math.log(2)
CONTROL_LOGITS = 3.0
# Tens; mg/dl per mmol/l of glucose and of cholesterol, umol/l per mg/dl of creatinine; inches and pounds.
FACTORS = (10.0, 100.0, 1000.0, 18.02, 38.67, 88.4, 2.54, 1 / 0.4536)
FACTOR_SLACK = math.log(1.1)
SPREAD_SLACK = math.log(1.5)
SMALL_SHARE = 0.2
FEWEST_EVENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result of one study among those of an outcome."""

    study: Study
    index: int
    result: AnyResult

    @property
    def location(self) -> Location:
        """The way to the result."""
        return ("results", self.index)


def rows_of(summary: Summary, studies: Mapping[str, Study], outcome: PooledOutcome) -> list[Row]:
    """Return every result of an outcome in the summary's studies, but for those set aside."""
    aside = {item.study for item in outcome.set_aside}
    return [
        Row(study=studies[name], index=index, result=result)
        for name in summary.studies
        if name not in aside
        for index, result in enumerate(studies[name].results)
        if result.outcome == outcome.in_records
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """A result of means, and what the other studies on the same scale have."""

    row: Row
    arms: Mapping[str, ContinuousArm]
    is_final: bool
    other_sd: float
    other_mean: float


def _scales(outcome: PooledOutcome, rows: Sequence[Row]) -> Iterator[list[tuple[Row, ContinuousResult]]]:
    """Yield the results of means by scale: one for a difference in units, else by the name of the instrument."""
    one_unit = outcome.measure in (PooledMeasure.MD, PooledMeasure.ROM)
    scales: dict[object, list[tuple[Row, ContinuousResult]]] = {}
    for row in rows:
        result = row.result
        if not isinstance(result, ContinuousResult) or (result.instrument is None and not one_unit):
            continue
        name = "" if one_unit or result.instrument is None else row.study.instruments[result.instrument].name
        scales.setdefault((name.casefold(), result.value), []).append((row, result))
    yield from scales.values()


def _compared(outcome: PooledOutcome, rows: Sequence[Row]) -> Iterator[_Means]:
    """Yield each result of means with the medians of the other studies, where these are enough."""
    for members in _scales(outcome, rows):
        sds = [[sd.value for arm in result.arms.values() if (sd := sd_of(arm)) is not None] for _, result in members]
        means = [[float(arm.mean) for arm in result.arms.values()] for _, result in members]
        for row, result in members:
            others = [place for place, (one, _) in enumerate(members) if one.study.id != row.study.id]
            if len({members[place][0].study.id for place in others}) < FEWEST_OTHERS:
                continue
            spreads = [sd for place in others for sd in sds[place]]
            if spreads:
                yield _Means(
                    row=row,
                    arms=result.arms,
                    is_final=result.value == "final",
                    other_sd=statistics.median(spreads),
                    other_mean=statistics.median(mean for place in others for mean in means[place]),
                )


def unlike_means(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P21, P22, P28, P29: spreads and means stand where those of the other studies do."""
    for outcome in summary.outcomes:
        if isinstance(outcome, PooledOutcome):
            for means in _compared(outcome, rows_of(summary, studies, outcome)):
                factor = _unit_factor(means)
                if factor is not None:
                    yield _other_unit(means, factor)
                    continue
                yield from _spreads(means)
                yield from _small(means)


def _spreads(means: _Means) -> Iterator[Remark]:
    for name, arm in means.arms.items():
        sd = sd_of(arm)
        if sd is None:
            continue
        off = math.log(sd.value / means.other_sd)
        mistaken = math.log(_mistaken(arm, sd.value) / means.other_sd)
        field = "sd" if arm.sd is not None else "se" if arm.se is not None else "ci_low"
        at = (*means.row.location, "arms", name, field)
        text = f"the SD ({shown(sd.value)}) is unlike those of the other studies (median {shown(means.other_sd)})"
        figures = {"sd": sd.value, "median": means.other_sd}
        if abs(off) > SIGNATURE and abs(mistaken) < abs(off) / 2:
            text += f"; {shown(_mistaken(arm, sd.value))} would not be"
            advice = "the source may print a standard error where an SD stands here, or the reverse"
            yield remark(SE_AS_SD, means.row.study, at, text, advice, **figures)
        elif abs(off) > UNLIKE:
            yield remark(UNLIKE_SD, means.row.study, at, text, "check it in the source", **figures)


def _mistaken(arm: ContinuousArm, sd: float) -> float:
    """Return the SD if a standard error had been taken for it, or the reverse."""
    return sd * math.sqrt(arm.n) if arm.sd is not None else sd / math.sqrt(arm.n)


def _unit_factor(means: _Means) -> float | None:
    """Return the factor by which all means of a result, and their spreads, differ from those of the others."""
    if means.other_mean <= 0 or not means.is_final:
        return None
    values = [float(arm.mean) for arm in means.arms.values()]
    sds = [sd.value for arm in means.arms.values() if (sd := sd_of(arm)) is not None]
    if min(values) <= 0 or not sds:
        return None
    for factor in (*FACTORS, *(1 / factor for factor in FACTORS)):
        at = math.log(factor)
        near = all(abs(math.log(value / means.other_mean) - at) < FACTOR_SLACK for value in values)
        if near and all(abs(math.log(sd / means.other_sd) - at) < SPREAD_SLACK for sd in sds):
            return factor
    return None


def _other_unit(means: _Means, factor: float) -> Remark:
    text = f"the means are about {shown(factor)} times those of the other studies (median {shown(means.other_mean)})"
    advice = "check the unit"
    return remark(UNIT, means.row.study, (*means.row.location, "arms"), text, advice, factor=factor)


def _small(means: _Means) -> Iterator[Remark]:
    for name, arm in means.arms.items():
        mean = float(arm.mean)
        if means.is_final and abs(mean) < SMALL_SHARE * means.other_mean:
            text = f"a final value of {arm.mean} where the other studies have about {shown(means.other_mean)}"
            advice = "check whether it is a change since the start (value: change), and the unit"
            at = (*means.row.location, "arms", name, "mean")
            yield remark(CHANGE, means.row.study, at, text, advice, mean=mean, median=means.other_mean)


def unlike_control_risks(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P27: without the intervention, people fare about as in the other studies."""
    for outcome in summary.outcomes:
        if not isinstance(outcome, PooledOutcome):
            continue
        found = [(row, risk) for row in rows_of(summary, studies, outcome) if (risk := _control_logit(row)) is not None]
        for row, risk in found:
            others = [other for one, other in found if one.study.id != row.study.id]
            if len({one.study.id for one, _ in found}) <= FEWEST_OTHERS:
                break
            median = statistics.median(others)
            if abs(risk - median) > CONTROL_LOGITS:
                text = f"a comparator risk of {_share(risk)}; the other studies have about {_share(median)}"
                advice = "check events and people, and whether the event is the same and not its opposite"
                yield remark(CONTROL_RISK, row.study, (*row.location, "arms"), text, advice, logit=risk, median=median)


def _control_logit(row: Row) -> float | None:
    if not isinstance(row.result, DichotomousResult):
        return None
    arms = [arm for name, arm in row.result.arms.items() if row.study.arm(name).role is ArmRole.COMPARATOR]
    events, n = sum(arm.events for arm in arms), sum(arm.n for arm in arms)
    if not arms:
        return None
    half = 0.5 if events in (0, n) else 0.0
    return math.log((events + half) / (n - events + half))


def _share(logit: float) -> str:
    return f"{100 / (1 + math.exp(-logit)):.2g} %"


def same_figures(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P37: no study has the figures of another."""
    for outcome in summary.outcomes:
        if not isinstance(outcome, PooledOutcome):
            continue
        first: dict[object, Row] = {}
        for row in rows_of(summary, studies, outcome):
            for key, at in _prints(row):
                other = first.setdefault(key, row)
                if other.study.id != row.study.id:
                    text = f"the same figures as in '{other.study.id}'"
                    advice = "check that no row was copied, and that it is not one study entered twice"
                    yield remark(SAME_FIGURES, row.study, (*row.location, *at), text, advice, other=other.study.id)


def _prints(row: Row) -> Iterator[tuple[object, Location]]:
    """Yield what should occur once: the counts of both arms, or n, mean and SD of an arm."""
    result = row.result
    if isinstance(result, DichotomousResult) and sum(arm.events for arm in result.arms.values()) >= FEWEST_EVENTS:
        counts = tuple((row.study.arm(name).role, arm.events, arm.n) for name, arm in result.arms.items())
        if len(counts) > 1:
            yield counts, ("arms",)
    elif isinstance(result, ContinuousResult):
        for name, arm in result.arms.items():
            if arm.sd is not None and len(arm.mean.as_tuple().digits) >= 2:
                yield (arm.n, arm.mean, arm.sd), ("arms", name)


CHECKS = (UNLIKE_SD, SE_AS_SD, CONTROL_RISK, UNIT, CHANGE, SAME_FIGURES)
SUMMARY_CHECKS = (unlike_means, unlike_control_risks, same_figures)
