"""Printed digits that whole-number scores cannot produce: GRIM, GRIMMER, DEBIT.

They need scores that are whole numbers (or means of whole-number items), which the instrument's ``items`` says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm
from evibrief.records.fields import decimals
from evibrief.records.results import ContinuousResult, Instrument
from evibrief.records.study import Study

from .impossible import instrument_of
from .printed import EPSILON, Range, around, half_unit, shown
from .remarks import Check, Remark, remark

GRIM = Check(
    code="p08-grim",
    title="No whole scores give this mean",
    severity=Severity.WARNING,
    rule="some whole total c of n scores (n x items item scores) has c / (n x items) equal to the printed mean; asked"
    " where n x items < 10^decimals",
    source="Brown and Heathers 2017; INSPECT-SR 4.8",
)
GRIMMER = Check(
    code="p09-grimmer",
    title="No whole scores give this mean and standard deviation",
    severity=Severity.WARNING,
    rule="some whole sum of squares S, odd or even as the total, has (n-1)(SD-u/2)^2 + n mean^2 <= S <="
    " (n-1)(SD+u/2)^2 + n mean^2",
    source="Allard 2018 (analytic GRIMMER); INSPECT-SR 4.8",
)
DEBIT = Check(
    code="p10-debit",
    title="The spread of values that are 0 or 1 does not follow from their mean",
    severity=Severity.WARNING,
    rule="SD = sqrt(mean (1 - mean) n / (n - 1)), before rounding",
    source="Heathers and Brown (DEBIT)",
)


def steps_of(instrument: Instrument | None) -> int | None:
    """Return into how many steps a score's unit is divided: 1 for a sum of whole items, ``items`` for their mean.

    A sum is told by its lowest score, which is at least the number of items; where that leaves it open, the finer steps
    are taken, which accuse nobody wrongly. Nothing where it is unknown whether scores are whole: without ``items``, or
    from 0 to 100 by several items, which is how percentages of the highest score look.
    """
    if instrument is None or instrument.items is None:
        return None
    if instrument.low is None or instrument.high is None or instrument.items == 1:
        return instrument.items
    if (instrument.low == 0 and instrument.high == 100) or instrument.low % 1 or instrument.high % 1:
        return None
    return 1 if instrument.low >= instrument.items else instrument.items


def whole_totals(mean: Decimal, n: int) -> range:
    """Return the whole totals of n scores that a printed mean may come from; empty if there is none."""
    half = half_unit(mean)
    low, high = (float(mean) - half) * n, (float(mean) + half) * n
    slack = EPSILON * max(1.0, abs(high))
    return range(math.ceil(low - slack), math.floor(high + slack) + 1)


def grim(study: Study) -> Iterator[Remark]:
    """P08, P09: means and standard deviations that n whole scores can have."""
    for index, result in enumerate(study.results):
        instrument = instrument_of(study, result)
        steps = steps_of(instrument)
        if not isinstance(result, ContinuousResult) or steps is None:
            continue
        for name, arm in result.arms.items():
            if arm.n * steps >= 10 ** decimals(arm.mean):
                continue
            at = ("results", index, "arms", name)
            totals = whole_totals(arm.mean, arm.n * steps)
            if not totals:
                text = f"{arm.n} people with whole scores cannot have a mean of {arm.mean}"
                advice = "check mean and number of people in the source"
                yield remark(GRIM, study, (*at, "mean"), text, advice, mean=float(arm.mean), n=arm.n, steps=steps)
            elif arm.sd is not None and not _is_yes_or_no(instrument) and not has_whole_squares(arm, totals, steps):
                text = f"{arm.n} people with whole scores and a mean of {arm.mean} cannot have an SD of {arm.sd}"
                advice = "check standard deviation, mean and number of people in the source"
                yield remark(GRIMMER, study, (*at, "sd"), text, advice, sd=float(arm.sd), n=arm.n, steps=steps)


def has_whole_squares(arm: ContinuousArm, totals: range, steps: int) -> bool:
    """Whether one of the totals goes with a whole sum of squares that gives the printed standard deviation."""
    assert arm.sd is not None
    sd = around(arm.sd)
    for total in totals:
        of_mean = total**2 / arm.n
        low = (arm.n - 1) * (max(sd.low, 0.0) * steps) ** 2 + of_mean
        high = (arm.n - 1) * (sd.high * steps) ** 2 + of_mean
        slack = EPSILON * max(1.0, high)
        first = math.ceil(low - slack)
        first += (first - total) % 2  # a square is odd where its root is odd, so both sums are odd or even together
        if first <= high + slack:
            return True
    return False


def debit(study: Study) -> Iterator[Remark]:
    """P10: a mean of zeros and ones fixes its standard deviation."""
    for index, result in enumerate(study.results):
        instrument = instrument_of(study, result)
        if not isinstance(result, ContinuousResult) or result.value != "final" or not _is_yes_or_no(instrument):
            continue
        for name, arm in result.arms.items():
            if arm.sd is None or arm.n < 2:
                continue
            expected = _yes_or_no_sd(around(arm.mean), arm.n)
            printed = around(arm.sd)
            if printed.high < expected.low - EPSILON or printed.low > expected.high + EPSILON:
                at = ("results", index, "arms", name, "sd")
                text = f"zeros and ones with a mean of {arm.mean} have an SD of {shown(expected.value)}, not {arm.sd}"
                advice = "check mean, standard deviation and number of people in the source"
                yield remark(DEBIT, study, at, text, advice, sd=float(arm.sd), expected=expected.value)


def _is_yes_or_no(instrument: Instrument | None) -> bool:
    return instrument is not None and instrument.low == 0 and instrument.high == 1 and instrument.items == 1


def _yes_or_no_sd(mean: Range, n: int) -> Range:
    ends = [_of_share(share, n) for share in (mean.low, mean.high)]
    nearest_to_half = min(max(0.5, mean.low), mean.high)
    return Range(low=min(ends), value=_of_share(mean.value, n), high=_of_share(nearest_to_half, n))


def _of_share(share: float, n: int) -> float:
    held = min(max(share, 0.0), 1.0)
    return math.sqrt(held * (1 - held) * n / (n - 1))


CHECKS = (GRIM, GRIMMER, DEBIT)
STUDY_CHECKS = (grim, debit)
