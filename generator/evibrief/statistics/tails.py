"""Tail probabilities and quantiles of the reference distributions, as plain floats.

Small upper tails are computed as tails, never as one minus the rest.
"""

from __future__ import annotations

from evibrief.statistics.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit


def two_sided(statistic: float, df: float | None) -> float:
    """The two-sided p-value of a t statistic, or of a normal one where ``df`` is ``None``."""
    size = -abs(statistic)
    return float(2.0 * (ndtr(size) if df is None else stdtr(df, size)))


def critical_value(level: float, df: float | None) -> float:
    """The two-sided critical value at confidence ``level`` of t, or of the normal where ``df`` is ``None``."""
    tail = (1.0 - level) / 2.0
    return float(-(ndtri(tail) if df is None else stdtrit(df, tail)))


def chi2_tail(statistic: float, df: float) -> float:
    """The upper tail of chi-squared; 1 where there are no degrees of freedom."""
    return float(chdtrc(df, max(statistic, 0.0))) if df > 0 else 1.0


def f_tail(statistic: float, df1: float, df2: float) -> float:
    """The upper tail of F."""
    return float(fdtrc(df1, df2, statistic))
