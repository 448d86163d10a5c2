"""Values that cannot be: outside the scale, or wider than the scale allows.

What the records themselves refuse is not asked again: counts (P01), people analysed beyond those randomised (P02),
spread above zero (P03), the order of quartiles (P07), intervals around their estimate (P11), domains of ratios,
p-values and correlations (P12).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from evibrief.errors import Severity
from evibrief.records.arms import MedianArm
from evibrief.records.results import AnyResult, ContinuousResult, Instrument, MedianResult
from evibrief.records.study import Study

from .printed import Range, around, at_most, half_unit, sd_of, shown
from .remarks import Check, Location, Remark, remark

IN_SCALE = Check(
    code="p04-outside-scale",
    title="A mean or quantile lies outside its scale",
    severity=Severity.ERROR,
    rule="lowest score <= mean <= highest score; for changes, within the width of the scale on either side of 0",
    source="INSPECT-SR 4.10 (medRxiv 2025.09.03.25334905)",
    may_stand=False,
)
BHATIA_DAVIS = Check(
    code="p05-bhatia-davis",
    title="The spread is wider than the scale allows",
    severity=Severity.ERROR,
    rule="SD^2 <= (mean - lowest)(highest - mean) n / (n - 1), before rounding",
    source="algebra (Bhatia and Davis)",
    may_stand=False,
)
OBSERVED_RANGE = Check(
    code="p06-sd-against-range",
    title="The spread does not fit the observed range",
    severity=Severity.ERROR,
    rule="R / sqrt(2 (n - 1)) <= SD <= (R / 2) sqrt(n / (n - 1)), and the mean lies in the range R",
    source="algebra",
    may_stand=False,
)


def scale_of(result: AnyResult, instrument: Instrument | None) -> tuple[float | None, float | None]:
    """Return the lowest and highest value that a result can take on its scale, as far as known."""
    if instrument is None:
        return None, None
    low = None if instrument.low is None else float(instrument.low)
    high = None if instrument.high is None else float(instrument.high)
    if not isinstance(result, ContinuousResult) or result.value == "final":
        return low, high
    return (low - high, high - low) if low is not None and high is not None else (None, None)


def instrument_of(study: Study, result: AnyResult) -> Instrument | None:
    """Return the instrument that a result names."""
    return study.instruments.get(result.instrument) if result.instrument is not None else None


def outside_scale(study: Study) -> Iterator[Remark]:
    """P04: every mean and quantile lies between the lowest and the highest score."""
    for index, result in enumerate(study.results):
        low, high = scale_of(result, instrument_of(study, result))
        if low is None and high is None:
            continue
        for location, value in _levels(result):
            if (low is None or at_most(low, value.high)) and (high is None or at_most(value.low, high)):
                continue
            yield remark(
                IN_SCALE,
                study,
                ("results", index, *location),
                f"{shown(value.value)} lies outside the scale ({_end(low)} to {_end(high)})",
                "check the figure, and the range and direction of the instrument",
                value=value.value,
                lowest=_end(low),
                highest=_end(high),
            )


def _levels(result: AnyResult) -> Iterator[tuple[Location, Range]]:
    if isinstance(result, ContinuousResult):
        for name, arm in result.arms.items():
            yield ("arms", name, "mean"), around(arm.mean)
            if arm.baseline_mean is not None and result.value == "final":
                yield ("arms", name, "baseline_mean"), around(arm.baseline_mean)
    elif isinstance(result, MedianResult):
        for name, quantiles in result.arms.items():
            for field in ("minimum", "q1", "median", "q3", "maximum"):
                value = getattr(quantiles, field)
                if value is not None:
                    yield ("arms", name, field), around(value)


def _end(limit: float | None) -> str:
    return "open" if limit is None else shown(limit)


def wider_than_scale(study: Study) -> Iterator[Remark]:
    """P05: no spread exceeds that of people who all stand at one end of the scale or the other."""
    for index, result in enumerate(study.results):
        low, high = scale_of(result, instrument_of(study, result))
        if not isinstance(result, ContinuousResult) or low is None or high is None:
            continue
        for name, arm in result.arms.items():
            sd = sd_of(arm)
            if sd is None or arm.n < 2:
                continue
            limit = widest_sd(around(arm.mean), low, high, arm.n)
            if limit is not None and not at_most(sd.low, limit):
                field = "sd" if arm.sd is not None else "se" if arm.se is not None else "ci_low"
                yield remark(
                    BHATIA_DAVIS,
                    study,
                    ("results", index, "arms", name, field),
                    f"a standard deviation of {shown(sd.value)} is wider than this scale and mean allow"
                    f" (at most {shown(limit)})",
                    "check mean and spread in the source, and the range of the instrument",
                    sd=sd.value,
                    largest=limit,
                )


def widest_sd(mean: Range, low: float, high: float, n: int) -> float | None:
    """Return the largest standard deviation that n people with a printed mean can have; nothing off the scale."""
    if not (at_most(low, mean.high) and at_most(mean.low, high)):
        return None
    nearest_middle = min(max((low + high) / 2, mean.low), mean.high)
    best = min(max(nearest_middle, low), high)
    return math.sqrt((best - low) * (high - best) * n / (n - 1))


def against_observed_range(study: Study) -> Iterator[Remark]:
    """P06: mean and spread fit the smallest and largest value that another row gives for the same people."""
    ranges = {
        (_measured(result), name): arm
        for result in study.results
        if isinstance(result, MedianResult)
        for name, arm in result.arms.items()
        if arm.minimum is not None
    }
    for index, result in enumerate(study.results):
        if not isinstance(result, ContinuousResult) or result.value != "final":
            continue
        for name, arm in result.arms.items():
            observed, sd = ranges.get((_measured(result), name)), sd_of(arm)
            if observed is None or sd is None or observed.n != arm.n or arm.n < 2:
                continue
            fault = _range_fault(around(arm.mean), sd, observed)
            if fault is not None:
                advice = "check mean, spread, smallest and largest value in the source"
                yield remark(OBSERVED_RANGE, study, ("results", index, "arms", name), fault, advice, sd=sd.value)


def _measured(result: AnyResult) -> tuple[str, str | None, str | None]:
    return result.outcome, result.instrument, result.time_point.label if result.time_point else None


def _range_fault(mean: Range, sd: Range, observed: MedianArm) -> str | None:
    assert observed.minimum is not None
    assert observed.maximum is not None
    low, high, n = float(observed.minimum), float(observed.maximum), observed.n
    slack = half_unit(observed.minimum) + half_unit(observed.maximum)
    if mean.high < low - slack or mean.low > high + slack:
        return f"the mean ({shown(mean.value)}) lies outside the observed range ({shown(low)} to {shown(high)})"
    narrowest = (high - low - slack) / math.sqrt(2 * (n - 1))
    widest = (high - low + slack) / 2 * math.sqrt(n / (n - 1))
    if at_most(narrowest, sd.high) and at_most(sd.low, widest):
        return None
    return (
        f"a standard deviation of {shown(sd.value)} does not fit values from {shown(low)} to {shown(high)}"
        f" ({shown(narrowest)} to {shown(widest)} would)"
    )


CHECKS = (IN_SCALE, BHATIA_DAVIS, OBSERVED_RANGE)
STUDY_CHECKS = (outside_scale, wider_than_scale, against_observed_range)
