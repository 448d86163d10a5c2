"""Checks of what goes into a conversion. Each returns its value or raises ValueError in plain words."""

from __future__ import annotations

import math

# A level is a fraction; 95 would be read as nonsense, and 0.05 as an interval of 5 %.
LOWEST_LEVEL = 0.5


# Within these limits, squares of measurements and their products with numbers of people stay finite doubles.
LARGEST_VALUE = 1e100
SMALLEST_SPREAD = 1e-100
LARGEST_SAMPLE = 1e15

# Beyond this, half a p-value is no longer a normal double.
SMALLEST_P = 1e-307


def finite(value: float, what: str) -> float:
    """A finite number of a size that can be computed with."""
    if not math.isfinite(value):
        raise ValueError(f"{what} must be a finite number, not {value!r}")
    if abs(value) > LARGEST_VALUE:
        raise ValueError(f"{what} is too large to compute with: {value!r}")
    return value


def above_zero(value: float, what: str) -> float:
    """A number above zero, of a size that can be computed with."""
    if not value > 0:
        raise ValueError(f"{what} must be above zero, not {value:.15g}")
    if value < SMALLEST_SPREAD:
        raise ValueError(f"{what} is too small to compute with: {value!r}")
    return finite(value, what)


def sample_size(value: float, what: str = "the sample size", *, at_least: float = 2) -> float:
    """A number of people; it need not be whole, because clustered samples are scaled."""
    if not at_least <= value <= LARGEST_SAMPLE:
        raise ValueError(f"{what} must be at least {at_least:g} and a possible number of people, not {value:.15g}")
    return value


def count(events: float, n: float, what: str = "the number of events") -> float:
    """A number of events that is possible among n people."""
    if not 0 <= events <= n:
        raise ValueError(f"{what} must lie between 0 and {n:.15g}, not {events:.15g}")
    return events


def p_value(p: float) -> float:
    """A two-sided p-value from which a test statistic can be recovered: strictly between 0 and 1."""
    if not SMALLEST_P < p < 1:
        raise ValueError(f"a p-value of {p:.15g} cannot be converted; it must lie between 0 and 1")
    return p


def correlation(r: float) -> float:
    """A correlation strictly between -1 and 1."""
    if not -1 < r < 1:
        raise ValueError(f"a correlation must lie between -1 and 1, not {r:.15g}")
    return r


def confidence_level(level: float) -> float:
    """A level as a fraction, such as 0.95."""
    if not LOWEST_LEVEL <= level < 1:
        raise ValueError(f"a confidence level must be a fraction such as 0.95, not {level:.15g}")
    return level


def interval(low: float, high: float) -> tuple[float, float]:
    """Two limits, the lower one first."""
    if not finite(low, "the lower limit") < finite(high, "the upper limit"):
        raise ValueError(f"the limits of an interval must be in order, not {low:.15g} to {high:.15g}")
    return low, high
