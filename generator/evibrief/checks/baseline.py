"""Groups at the start of a randomised trial: chance makes them differ a little, neither more nor less."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm
from evibrief.records.results import ContinuousResult
from evibrief.records.study import Design, Study
from evibrief.statistics.tails import two_sided

from .arm_effects import pair_of
from .printed import half_unit
from .remarks import Check, Remark, remark

IDENTICAL = Check(
    code="p44-identical-baseline",
    title="The groups are identical at the start in too many ways",
    severity=Severity.WARNING,
    rule="same baseline mean and SD in both arms in at least half of 4 or more measures of a randomised trial",
    source="INSPECT-SR 4.3 (its example: 9 of 11); fewest measures ours",
)
UNLIKELY = Check(
    code="p44-unlikely-baseline",
    title="The groups differ at the start more, or less, than chance allows",
    severity=Severity.WARNING,
    rule="Stouffer's combined p of 4 or more baseline t-tests below 0.0001 or above 0.9999, beyond rounding",
    source="Carlisle 2017 (method); thresholds ours",
)

# Ours.
FEWEST_MEASURES = 4
EXTREME_P = 1e-4
# A p-value of 0 or 1 has no normal quantile.
_INSIDE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """One measure at the start: whether both groups are alike, and the p-values that rounding allows."""

    is_identical: bool
    smallest_p: float
    largest_p: float


def baselines(study: Study) -> Iterator[Remark]:
    """P44: the groups of a trial are about as alike at the start as chance makes them."""
    if not study.design.is_randomised or study.design is Design.CROSSOVER:
        return
    measures = _measures(study)
    if len(measures) < FEWEST_MEASURES:
        return
    same = sum(measure.is_identical for measure in measures)
    if 2 * same >= len(measures):
        text = f"both groups have the same mean and spread at the start in {same} of {len(measures)} measures"
        advice = "check whether one arm was copied over the other"
        yield remark(IDENTICAL, study, ("results",), text, advice, same=same, measures=len(measures))
        return
    lowest = combined_p([measure.largest_p for measure in measures])
    highest = combined_p([measure.smallest_p for measure in measures])
    if lowest < EXTREME_P or highest > 1 - EXTREME_P:
        how = "differ more" if lowest < EXTREME_P else "are more alike"
        text = f"over {len(measures)} measures the groups {how} at the start than chance allows"
        advice = "check the baseline figures; if they are right, the assessment of randomisation should say so"
        p = lowest if lowest < EXTREME_P else highest
        yield remark(UNLIKELY, study, ("results",), text, advice, p=p, measures=len(measures))


def combined_p(values: list[float]) -> float:
    """Combine p-values by Stouffer's method: the tail of the sum of their normal quantiles over sqrt(k)."""
    normal = statistics.NormalDist()
    total = math.fsum(normal.inv_cdf(min(max(p, _INSIDE), 1 - _INSIDE)) for p in values)
    return normal.cdf(total / math.sqrt(len(values)))


def _measures(study: Study) -> list[_Measure]:
    """Return the measures at the start, each instrument's figures once."""
    found: dict[object, _Measure] = {}
    for result in study.results:
        pair = pair_of(study, result) if isinstance(result, ContinuousResult) else None
        if not isinstance(result, ContinuousResult) or pair is None:
            continue
        one, two = result.arms.get(pair.intervention), result.arms.get(pair.comparator)
        if one is None or two is None:
            continue
        measure = at_the_start(one, two)
        if measure is not None:
            key = (result.instrument or result.outcome, one.baseline_mean, two.baseline_mean)
            found.setdefault(key, measure)
    return list(found.values())


def at_the_start(one: ContinuousArm, two: ContinuousArm) -> _Measure | None:
    """Compare a measure at the start by Welch's standard error, t with n1 + n2 - 2, as far as rounding leaves it open.

    Nothing where a mean or spread at the start is not given, or an arm is one person.
    """
    if one.baseline_mean is None or two.baseline_mean is None or one.baseline_sd is None or two.baseline_sd is None:
        return None
    if one.n < 2 or two.n < 2:
        return None
    se = math.sqrt(float(one.baseline_sd) ** 2 / one.n + float(two.baseline_sd) ** 2 / two.n)
    distance = abs(float(one.baseline_mean - two.baseline_mean))
    rounding, df = half_unit(one.baseline_mean) + half_unit(two.baseline_mean), one.n + two.n - 2
    return _Measure(
        is_identical=one.baseline_mean == two.baseline_mean and one.baseline_sd == two.baseline_sd,
        smallest_p=two_sided((distance + rounding) / se, df),
        largest_p=two_sided(max(distance - rounding, 0.0) / se, df),
    )


CHECKS = (IDENTICAL, UNLIKELY)
STUDY_CHECKS = (baselines,)
