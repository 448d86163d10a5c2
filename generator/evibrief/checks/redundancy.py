"""What a paper prints twice must agree: a comparison and its arms, the spreads of one arm, a count and its share."""

from __future__ import annotations

import math
from collections.abc import Iterator

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm, DichotomousArm
from evibrief.records.results import ContinuousResult, Contrast, ContrastMeasure, DichotomousResult
from evibrief.records.study import Design, Study
from evibrief.statistics.tails import critical_value

from .arm_effects import ArmEffect, effect_of_arms
from .contrasts import analysis, printed_contrast, standard_error
from .printed import Range, around, at_most, half_unit, shown
from .remarks import Check, Location, Remark, remark

WIDTH = Check(
    code="p14-interval-against-arms",
    title="The interval is much wider or narrower than the arms make it",
    severity=Severity.WARNING,
    rule="SE from the arms / SE from the interval between 0.85 and 1.18 (for counts of events, which are exact, between"
    " 0.93 and 1.08), beyond rounding; unadjusted contrasts of parallel groups",
    source="Cochrane Handbook 6.5; thresholds ours",
)
ESTIMATE = Check(
    code="p15-estimate-against-arms",
    title="The estimate is not what the arms give",
    severity=Severity.WARNING,
    rule="differences: within 1.5 u; ratios: |ln(printed / from arms)| <= max(0.02, 0.6 u / estimate); SMD: within 0.1;"
    " hazard ratio from O - E: |ln| <= 0.1; beyond the rounding of the arms",
    source="errors of this kind: Gotzsche 2007, doi:10.1001/jama.298.4.430 (0.1 for SMD); other tolerances ours",
)
PERCENT = Check(
    code="p17-percent-against-count",
    title="The percentage is not that of the count",
    severity=Severity.ERROR,
    rule="|100 events / n - percent| <= u / 2, u being a unit of the last printed digit of percent",
    source="arithmetic",
)
DIRECTION = Check(
    code="p18-direction",
    title="The estimate points the other way than the arms",
    severity=Severity.ERROR,
    rule="sign(estimate) = sign(effect of the arms), where both differ from no difference by more than the tolerance"
    " of p15; unadjusted contrasts",
    source="MECIR C51; sign errors in Gotzsche 2007, doi:10.1001/jama.298.4.430",
)
SPREADS = Check(
    code="p20-spreads-disagree",
    title="Standard deviation, standard error and interval of one mean do not fit together",
    severity=Severity.ERROR,
    rule="SE = SD / sqrt(n) within 2 %, beyond rounding; half the interval = t or 1.96 times SE, likewise",
    source="Cochrane Handbook 6.5.2; tolerance ours",
    may_stand=False,
)

# Ours; see the rules above.
NARROWEST, WIDEST = 0.85, 1.18
NARROWEST_OF_COUNTS, WIDEST_OF_COUNTS = 0.93, 1.08
LOG_TOLERANCE = 0.02
LOG_UNITS = 0.6
UNITS = 1.5
HAZARD_TOLERANCE = 0.1
SPREAD_TOLERANCE = 0.02
# Gotzsche 2007: standardised differences this far apart do not replicate.
SMD_TOLERANCE = 0.1


def against_arms(study: Study) -> Iterator[Remark]:
    """P14, P15, P18: an unadjusted contrast is what its arms give. The gravest of the three is told, and width."""
    for index, result in enumerate(study.results):
        contrast = result.contrast
        if contrast is None or contrast.adjusted_for is not None or study.design is Design.CROSSOVER:
            continue
        effect = effect_of_arms(study, result, contrast)
        if effect is None:
            continue
        at = ("results", index, "contrast")
        yield from _estimate(study, at, contrast, effect)
        if study.design is not Design.CLUSTER:
            yield from _width(study, at, contrast, effect, is_exact=isinstance(result, DichotomousResult))


def _estimate(study: Study, at: Location, contrast: Contrast, effect: ArmEffect) -> Iterator[Remark]:
    printed = analysis(around(contrast.estimate), contrast.measure.is_ratio)
    allowed = tolerance(contrast) + effect.rounding
    if abs(printed.value - effect.estimate) <= allowed + 1e-9:
        return
    opposite = printed.value * effect.estimate < 0 and min(abs(printed.value), abs(effect.estimate)) > allowed
    from_arms = math.exp(effect.estimate) if contrast.measure.is_ratio else effect.estimate
    what = f"{contrast.measure} {contrast.estimate}"
    if opposite:
        text = f"{what} points the other way than the arms, which give {shown(from_arms)}"
        advice = "check whether the arms are swapped, or the sign of the contrast"
    else:
        text = f"{what} is not what the arms give ({shown(from_arms)})"
        advice = "check arms and contrast; if the contrast is adjusted, say so in adjusted_for"
    check = DIRECTION if opposite else ESTIMATE
    yield remark(check, study, (*at, "estimate"), text, advice, printed=float(contrast.estimate), from_arms=from_arms)


def tolerance(contrast: Contrast) -> float:
    """Return how far an estimate may lie from that of the arms, analysis scale, before the rounding of the arms."""
    half = half_unit(contrast.estimate)
    if contrast.measure is ContrastMeasure.SMD:
        return SMD_TOLERANCE
    if contrast.measure.is_ratio:
        widest = HAZARD_TOLERANCE if contrast.measure is ContrastMeasure.HR else LOG_TOLERANCE
        return max(widest, LOG_UNITS * 2 * half / float(contrast.estimate))
    # A difference of means carries the rounding of its own figure; that of the means is added by the caller.
    return half if contrast.measure is ContrastMeasure.MD else UNITS * 2 * half


def _width(study: Study, at: Location, contrast: Contrast, effect: ArmEffect, *, is_exact: bool) -> Iterator[Remark]:
    printed = standard_error(printed_contrast(contrast), effect.df)
    if printed is None or effect.se is None or not math.isfinite(printed.high):
        return
    least, most = (NARROWEST_OF_COUNTS, WIDEST_OF_COUNTS) if is_exact else (NARROWEST, WIDEST)
    if least * printed.low <= effect.se <= most * printed.high:
        return
    wider = "narrower" if effect.se > printed.value else "wider"
    text = (
        f"the interval is {wider} than the arms make it (standard error {shown(printed.value)}, not {shown(effect.se)})"
    )
    advice = "check the spread (standard deviation or standard error?), the numbers of people, and the limits"
    field = "se" if contrast.ci_low is None else "ci_low"
    yield remark(WIDTH, study, (*at, field), text, advice, printed=printed.value, from_arms=effect.se)


def spreads(study: Study) -> Iterator[Remark]:
    """P20: of SD, SE and interval of one mean, those given fit together."""
    for index, result in enumerate(study.results):
        if not isinstance(result, ContinuousResult):
            continue
        for name, arm in result.arms.items():
            fault = spread_fault(arm)
            if fault is not None:
                at = ("results", index, "arms", name)
                yield remark(SPREADS, study, at, fault, "check which of them the source prints, and n")


def spread_fault(arm: ContinuousArm) -> str | None:
    """Return what does not fit among the measures of spread of one mean; nothing if they fit, or only one is given."""
    if arm.n < 2:
        return None
    of_sd = _over(around(arm.sd), math.sqrt(arm.n)) if arm.sd is not None else None
    of_se = around(arm.se) if arm.se is not None else None
    of_interval = _standard_errors(arm)
    if of_sd and of_se and not spreads_agree(of_sd, of_se):
        return f"SD {arm.sd} and SE {arm.se} of {arm.n} people do not fit together (SE would be {shown(of_sd.value)})"
    for given, name in ((of_sd, f"SD {arm.sd}"), (of_se, f"SE {arm.se}")):
        if given and of_interval and not any(spreads_agree(given, one) for one in of_interval):
            return f"{name} and the interval {arm.ci_low} to {arm.ci_high} of {arm.n} people do not fit together"
    return None


def _standard_errors(arm: ContinuousArm) -> tuple[Range, ...]:
    """The standard errors that the interval of a mean may come from: by t, or by 1.96."""
    if arm.ci_low is None or arm.ci_high is None:
        return ()
    width, rounding = float(arm.ci_high - arm.ci_low), half_unit(arm.ci_low) + half_unit(arm.ci_high)
    whole = Range(low=width - rounding, value=width, high=width + rounding)
    return tuple(_over(whole, 2 * critical_value(0.95, df)) for df in (arm.n - 1, None))


def _over(given: Range, divisor: float) -> Range:
    return Range(low=given.low / divisor, value=given.value / divisor, high=given.high / divisor)


def spreads_agree(one: Range, other: Range) -> bool:
    """Whether two standard errors may be one: their ranges meet, or are not more than the tolerance apart."""
    slack = SPREAD_TOLERANCE * max(one.value, other.value)
    return one.low <= other.high + slack and other.low <= one.high + slack


def percentages(study: Study) -> Iterator[Remark]:
    """P17: a printed percentage is that of the people counted."""
    for index, result in enumerate(study.results):
        if not isinstance(result, DichotomousResult):
            continue
        for name, arm in result.arms.items():
            if arm.percent is not None and not _is_share(arm.events, arm):
                text = f"{arm.events} of {arm.n} people are {shown(100 * arm.events / arm.n)} %, not {arm.percent} %"
                at = ("results", index, "arms", name, "percent")
                yield remark(PERCENT, study, at, text, _what_to_look_for(arm), events=arm.events, n=arm.n)


def _is_share(events: int, arm: DichotomousArm) -> bool:
    assert arm.percent is not None
    return at_most(abs(100 * events / arm.n - float(arm.percent)), half_unit(arm.percent))


def _what_to_look_for(arm: DichotomousArm) -> str:
    if arm.percent == arm.events:
        return "the percentage seems to stand for the count"
    if _is_share(arm.n - arm.events, arm):
        return "the percentage fits the people without the event: check which of the two the outcome means"
    return "check count, people and percentage; it may be of the people randomised, not of those analysed"


CHECKS = (WIDTH, ESTIMATE, PERCENT, DIRECTION, SPREADS)
STUDY_CHECKS = (against_arms, percentages, spreads)
