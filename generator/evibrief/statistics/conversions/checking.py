"""Checks of what goes into a conversion. Each returns its value or raises ValueError in plain words."""

from __future__ import annotations

import math

# A level is a fraction; 95 would be read as nonsense, and 0.05 as an interval of 5 %.
LOWEST_LEVEL = 0.5


def finite(value: float, what: str) -> float:
    """A finite number."""
    if not math.isfinite(value):
        raise ValueError(f"{what} must be a finite number, not {value!r}")
    return value


def above_zero(value: float, what: str) -> float:
    """A finite number above zero."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{what} must be above zero, not {value:.15g}")
    return value


def sample_size(value: float, what: str = "the sample size", *, at_least: float = 2) -> float:
    """A number of people; it need not be whole, because clustered samples are scaled."""
    if not (math.isfinite(value) and value >= at_least):
        raise ValueError(f"{what} must be at least {at_least:g}, not {value:.15g}")
    return value


def count(events: float, n: float, what: str = "the number of events") -> float:
    """A number of events that is possible among n people."""
    if not 0 <= events <= n:
        raise ValueError(f"{what} must lie between 0 and {n:.15g}, not {events:.15g}")
    return events


def p_value(p: float) -> float:
    """A two-sided p-value from which a test statistic can be recovered: strictly between 0 and 1."""
    if not 0 < p < 1:
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
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"the limits of an interval must be in order, not {low:.15g} to {high:.15g}")
    return low, high
