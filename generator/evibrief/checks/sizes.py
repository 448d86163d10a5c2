"""Effects and spreads of a size that is more often a slip than a finding. One study is enough to see them."""

from __future__ import annotations

from collections.abc import Iterator

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm
from evibrief.records.results import AnyResult, ContinuousResult, ContrastMeasure, ContrastResult, DichotomousResult
from evibrief.records.study import Study

from .arm_effects import of_means, pair_of
from .impossible import instrument_of
from .printed import sd_of, shown
from .remarks import OURS, Check, Location, Remark, remark

SD_RATIO = Check(
    code="p23-unequal-spreads",
    title="One arm varies much more than the other",
    severity=Severity.WARNING,
    rule="largest SD / smallest SD of a result's arms > 2",
    source=OURS,
)
HUGE_SMD = Check(
    code="p24-huge-difference",
    title="A standardised difference beyond belief",
    severity=Severity.ERROR,
    rule="|difference of means / pooled SD| > 3, or a printed SMD beyond 3",
    source="Kadlec 2023, doi:10.1007/s40279-022-01766-0: 60 % of SMD > 3 took a standard error for an SD",
)
LARGE_SMD = Check(
    code="p24-large-difference",
    title="A very large standardised difference",
    severity=Severity.WARNING,
    rule="|difference of means / pooled SD| > 1.5, or a printed SMD beyond 1.5",
    source="Kadlec 2023, doi:10.1007/s40279-022-01766-0; threshold ours",
)
HUGE_RATIO = Check(
    code="p25-huge-ratio",
    title="An odds ratio beyond 10",
    severity=Severity.WARNING,
    rule="odds ratio (or printed ratio) > 10 or < 0.1, no cell being zero",
    source="Pereira 2012 (very large effects shrink in later trials); threshold ours",
)
LARGE_RATIO = Check(
    code="p25-large-ratio-few-events",
    title="A very large odds ratio from few events",
    severity=Severity.HINT,
    rule="odds ratio >= 5 or <= 0.2 with fewer than 50 events, no cell being zero",
    source="Pereira 2012: such first trials have a median of 18 events",
)
COPIED = Check(
    code="e01-mean-equals-sd",
    title="Mean and standard deviation are the same in every arm",
    severity=Severity.WARNING,
    rule="mean = SD, to the printed digit, in every arm of a result",
    source="ours: such a row stands in the open data behind one of our first studies",
)
SKEW = Check(
    code="p31-skew",
    title="The mean lies less than two standard deviations above the lowest score",
    severity=Severity.WARNING,
    rule="(mean - lowest score) / SD < 2, final values: the values are skewed, and a mean describes them poorly",
    source="Altman and Bland 1996, BMJ 313:1200",
)

# See the rules above for the sources.
LARGEST_SD_RATIO = 2.0
HUGE, LARGE = 3.0, 1.5
HUGE_ODDS, LARGE_ODDS = 10.0, 5.0
FEW_EVENTS = 50
SKEW_SDS = 2.0


def unequal_spreads(study: Study) -> Iterator[Remark]:
    """P23: the arms of a result vary alike."""
    for index, result in enumerate(study.results):
        if not isinstance(result, ContinuousResult):
            continue
        sds = {name: sd.value for name, arm in result.arms.items() if (sd := sd_of(arm)) is not None}
        if len(sds) < 2:
            continue
        most, least = max(sds, key=lambda name: sds[name]), min(sds, key=lambda name: sds[name])
        if sds[most] > LARGEST_SD_RATIO * sds[least]:
            text = f"the spread of {most} (SD {shown(sds[most])}) is over twice that of {least} ({shown(sds[least])})"
            advice = "check both, and whether one is a standard error"
            at = ("results", index, "arms", least)
            yield remark(SD_RATIO, study, at, text, advice, largest=sds[most], smallest=sds[least])


def large_differences(study: Study) -> Iterator[Remark]:
    """P24: standardised differences are of a believable size."""
    for index, result in enumerate(study.results):
        smd, at = _smd(study, result)
        if smd is None or abs(smd) <= LARGE:
            continue
        check = HUGE_SMD if abs(smd) > HUGE else LARGE_SMD
        text = f"the groups differ by {shown(abs(smd))} standard deviations"
        advice = "check whether a standard error was taken for a standard deviation, and the means"
        yield remark(check, study, ("results", index, *at), text, advice, smd=smd)


def _smd(study: Study, result: AnyResult) -> tuple[float | None, Location]:
    if isinstance(result, ContinuousResult):
        pair = pair_of(study, result)
        found = [result.arms.get(name) for name in (pair.intervention, pair.comparator)] if pair else []
        two = [arm for arm in found if isinstance(arm, ContinuousArm)]
        effect = of_means(two[0], two[1], ContrastMeasure.SMD) if len(two) == 2 else None
        return (effect.estimate, ("arms",)) if effect else (None, ())
    if isinstance(result, ContrastResult) and result.contrast.measure is ContrastMeasure.SMD:
        return float(result.contrast.estimate), ("contrast", "estimate")
    return None, ()


def means_equal_to_spreads(study: Study) -> Iterator[Remark]:
    """No arm has its mean as its SD; both arms together are a column that was copied."""
    for index, result in enumerate(study.results):
        if isinstance(result, ContinuousResult) and all(arm.mean == arm.sd for arm in result.arms.values()):
            text = "mean and standard deviation are the same in every arm"
            advice = "check whether one column was copied over the other"
            yield remark(COPIED, study, ("results", index, "arms"), text, advice)


def large_ratios(study: Study) -> Iterator[Remark]:
    """P25: odds ratios are of a believable size."""
    for index, result in enumerate(study.results):
        ratio, events, at = _ratio(study, result)
        if ratio is None:
            continue
        size = max(ratio, 1 / ratio)
        if size > HUGE_ODDS:
            text = f"a ratio of {shown(ratio)} is larger than treatments usually achieve"
            yield remark(HUGE_RATIO, study, ("results", index, *at), text, "check events and people of both arms")
        elif size >= LARGE_ODDS and events is not None and events < FEW_EVENTS:
            text = f"an odds ratio of {shown(ratio)} from {events} events; such effects shrink in later trials"
            advice = "check the counts"
            yield remark(LARGE_RATIO, study, ("results", index, *at), text, advice, ratio=ratio, events=events)


def _ratio(study: Study, result: AnyResult) -> tuple[float | None, int | None, Location]:
    if isinstance(result, ContrastResult) and result.contrast.measure.is_ratio:
        return float(result.contrast.estimate), None, ("contrast", "estimate")
    if not isinstance(result, DichotomousResult):
        return None, None, ()
    pair = pair_of(study, result)
    one, two = (result.arms.get(name) for name in (pair.intervention, pair.comparator)) if pair else (None, None)
    if one is None or two is None:
        return None, None, ()
    cells = (one.events, one.n - one.events, two.events, two.n - two.events)
    if not all(cells):
        return None, None, ()
    return cells[0] * cells[3] / (cells[1] * cells[2]), one.events + two.events, ("arms",)


def skewed(study: Study) -> Iterator[Remark]:
    """P31: means of final values stand well above the lowest score."""
    for index, result in enumerate(study.results):
        instrument = instrument_of(study, result)
        if not isinstance(result, ContinuousResult) or result.value != "final":
            continue
        if instrument is None or instrument.low is None:
            continue
        for name, arm in result.arms.items():
            sd, above = sd_of(arm), float(arm.mean - instrument.low)
            if sd is not None and 0 <= above < SKEW_SDS * sd.low:
                text = f"the mean of {name} lies {shown(above / sd.value)} standard deviations above the lowest score"
                advice = "the values are skewed: look for a median; check whether the SD is right"
                yield remark(SKEW, study, ("results", index, "arms"), text, advice, above=above, sd=sd.value)
                break


CHECKS = (SD_RATIO, HUGE_SMD, LARGE_SMD, HUGE_RATIO, LARGE_RATIO, SKEW, COPIED)
STUDY_CHECKS = (unequal_spreads, large_differences, large_ratios, skewed, means_equal_to_spreads)
