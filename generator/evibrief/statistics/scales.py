"""Between the analysis scale, on which studies are pooled, and the natural scale, which people read."""

from __future__ import annotations

import math
from collections.abc import Iterable

from evibrief.statistics.measures import Scale


def to_natural(value: float, scale: Scale, *, sample_size: float | None = None) -> float | None:
    """A value of the analysis scale as people read it; None where it exceeds the largest number a computer holds.

    Limits of intervals may leave the range of a transformation; they are set to its end (a proportion to 0 or 1).
    ``sample_size`` is needed for Freeman-Tukey only: for a pooled value, the harmonic mean of the studies' sizes.
    Raises ValueError for a value that is not finite, or without that size.
    """
    if not math.isfinite(value):
        raise ValueError(f"cannot be brought to the natural scale: {value!r}")
    match scale:
        case Scale.IDENTITY:
            return value
        case Scale.LOG:
            return _exp(value)
        case Scale.LOGIT:
            return _expit(value)
        case Scale.FISHER_Z:
            return math.tanh(value)
        case Scale.ARCSINE:
            return math.sin(min(max(value, 0.0), math.pi / 2)) ** 2
        case Scale.FREEMAN_TUKEY:  # pragma: no branch - there is no other scale
            return _proportion_from_freeman_tukey(value, _required(sample_size))


def to_analysis(value: float, scale: Scale, *, sample_size: float | None = None) -> float:
    """A natural value on the analysis scale, the inverse of :func:`to_natural`.

    Raises ValueError where the transformation has no finite value: a ratio not above 0, a proportion outside [0, 1]
    (for the logit, not strictly inside), a correlation not strictly between -1 and 1.
    """
    size = _required(sample_size) if scale is Scale.FREEMAN_TUKEY else 1.0
    try:
        match scale:
            case Scale.IDENTITY:
                result = value
            case Scale.LOG:
                result = math.log(value)
            case Scale.LOGIT:
                result = math.log(value) - math.log1p(-value)
            case Scale.FISHER_Z:
                result = math.atanh(value)
            case Scale.ARCSINE:
                result = math.asin(math.sqrt(value))
            case Scale.FREEMAN_TUKEY:  # pragma: no branch - there is no other scale
                result = _freeman_tukey(value, size)
    except ValueError:
        raise ValueError(f"{value!r} has no value on the {scale.value} scale") from None
    if not math.isfinite(result):
        raise ValueError(f"{value!r} has no value on the {scale.value} scale")
    return result


def harmonic_mean(sizes: Iterable[float]) -> float:
    """The harmonic mean of sample sizes, all above zero; raises ValueError otherwise, or for none at all."""
    values = list(sizes)
    if not values or not all(math.isfinite(size) and size > 0 for size in values):
        raise ValueError("a harmonic mean needs sizes above zero")
    return len(values) / math.fsum(1 / size for size in values)


def _required(sample_size: float | None) -> float:
    if sample_size is None or not (math.isfinite(sample_size) and sample_size > 0):
        raise ValueError("the Freeman-Tukey transformation needs a sample size above zero")
    return sample_size


def _exp(value: float) -> float | None:
    try:
        return math.exp(value)
    except OverflowError:
        return None


def _expit(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    odds = math.exp(value)
    return odds / (1 + odds)


def _freeman_tukey(proportion: float, n: float) -> float:
    """Half of the sum of the two angles (Freeman and Tukey 1950, Ann Math Stat 21:607)."""
    events = proportion * n
    return (math.asin(math.sqrt(events / (n + 1))) + math.asin(math.sqrt((events + 1) / (n + 1)))) / 2


def _proportion_from_freeman_tukey(value: float, n: float) -> float:
    """Miller 1978, Am Stat 32:138, with the ends set to 0 and 1."""
    if value <= _freeman_tukey(0.0, n):
        return 0.0
    if value >= _freeman_tukey(1.0, n):
        return 1.0
    sine = math.sin(2 * value)
    root = math.sqrt(max(0.0, 1 - (sine + (sine - 1 / sine) / n) ** 2))
    return min(1.0, max(0.0, (1 - math.copysign(root, math.cos(2 * value))) / 2))
