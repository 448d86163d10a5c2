"""Printed figures: what they were before they were rounded, and how results are printed in messages.

A figure printed with d decimals stands for everything within half a unit of its last digit. Both ways of rounding a
half are allowed, so limits count as inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from evibrief.records.arms import ContinuousArm
from evibrief.records.fields import decimals
from evibrief.statistics.tails import critical_value

# Slack for binary arithmetic, relative to the size of what is compared.
EPSILON = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The values that a printed figure may stand for."""

    low: float
    value: float
    high: float


def half_unit(figure: Decimal) -> float:
    """Half a unit of the last printed digit: 0.005 for ``5.20``."""
    return 0.5 * float(10 ** -decimals(figure))


def unit(*figures: Decimal) -> float:
    """A unit of the last printed digit of the coarsest of some figures."""
    return max(2 * half_unit(figure) for figure in figures)


def around(figure: Decimal) -> Range:
    """The values that round to a printed figure."""
    value, half = float(figure), half_unit(figure)
    return Range(low=value - half, value=value, high=value + half)


def at_most(value: float, limit: float) -> bool:
    """Whether a value does not exceed a limit, but for the noise of binary arithmetic."""
    return value <= limit + EPSILON * max(1.0, abs(value), abs(limit))


def sd_of(arm: ContinuousArm) -> Range | None:
    """The standard deviation of an arm: printed, or from the standard error or interval of its mean.

    Nothing for one person, of whom no spread is known.
    """
    if arm.sd is not None:
        return _positive(around(arm.sd))
    if arm.n < 2:
        return None
    if arm.se is not None:
        return _scaled(around(arm.se), math.sqrt(arm.n))
    assert arm.ci_low is not None
    assert arm.ci_high is not None
    width = float(arm.ci_high - arm.ci_low)
    rounding = half_unit(arm.ci_low) + half_unit(arm.ci_high)
    whole = Range(low=width - rounding, value=width, high=width + rounding)
    return _scaled(whole, math.sqrt(arm.n) / (2 * critical_value(0.95, arm.n - 1)))


def _scaled(given: Range, factor: float) -> Range:
    return _positive(Range(low=given.low * factor, value=given.value * factor, high=given.high * factor))


def _positive(given: Range) -> Range:
    return Range(low=max(given.low, 0.0), value=given.value, high=given.high)


def shown(value: float) -> str:
    """Return a computed number for a message: three significant digits, whole numbers in full."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"
