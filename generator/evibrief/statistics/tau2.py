"""Estimators of the between-study variance, for many sets at once, in standardised units.

The likelihood may have two maxima. Every sign change of its slope over a grid is followed to its root, and the
highest maximum, or zero, is the estimate. For REML and ML, as for PM, the slope is negative beyond half the squared
range of the estimates less the smallest variance (both sums are bounded by pairs of studies), so that the grid has
a proven end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.heterogeneity import (
    LAST_STEP,
    MOST_STEPS,
    NotConvergedError,
    moments,
    settled,
    solve_q,
    spare_weight,
)
from evibrief.statistics.pooling_input import Array, Flags, Indices, Standardised
from evibrief.statistics.results import Tau2Method

# The slope is looked at in so many places where the last is at most so many times the smallest variance, evenly spaced
# on the scale of log(tau2 + smallest variance): a factor of 1.5 apart, while its terms change over factors of ten.
GRIDS = ((12, 1e2), (18, 1e3), (24, 1e4), (48, float("inf")))
# Sets are taken in portions whose arrays stay in the processor's cache.
PORTION = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Estimate:
    """tau2 of M sets, standardised units, and the number of maxima of the likelihood (1 for other methods)."""

    tau2: Array
    modes: Indices


def estimate_tau2(x: Standardised, method: Tau2Method) -> Tau2Estimate:
    """The between-study variance of sets of two studies or more, exactly 0 at the boundary."""
    if method in (Tau2Method.REML, Tau2Method.ML):
        return _likelihood(x, restricted=method is Tau2Method.REML)
    return Tau2Estimate(tau2=_closed(x, method), modes=np.ones(x.d.shape[1], dtype=np.int64))


def _closed(x: Standardised, method: Tau2Method) -> Array:
    zero = np.zeros(x.d.shape[1])
    if method is Tau2Method.CE:
        return zero
    if method in (Tau2Method.PM, Tau2Method.EB):  # one equation, Q(tau2) = k - 1 (statistics.md, section 5)
        return solve_q(x, x.k - 1.0)
    if method is Tau2Method.SJ:
        return _sidik_jonkman(x)
    if method is Tau2Method.HE:
        estimate = _spread_variance(x) - np.add.reduce(np.where(np.isfinite(x.v), x.v, 0.0)) / x.k
    else:
        common = moments(x, zero)
        if method is Tau2Method.DL:
            estimate = (common.q - (x.k - 1.0)) / spare_weight(common.weights)
        else:
            estimate = (common.q - x.k) / common.total
    return settled(estimate, x.v[0])


def _spread_variance(x: Standardised) -> Array:
    """The sample variance of the estimates, each counted once."""
    inside = np.isfinite(x.v)
    mean = np.add.reduce(x.d) / x.k
    r = np.where(inside, x.d - mean, 0.0)
    return np.asarray(np.add.reduce(r * r) / (x.k - 1.0))


def _sidik_jonkman(x: Standardised) -> Array:
    """Sidik and Jonkman 2005, from the variance of the estimates as the first guess; zero only if they are equal."""
    start = _spread_variance(x) * (x.k - 1.0) / x.k
    return np.asarray(start * moments(x, start).q / (x.k - 1.0))


def _likelihood(x: Standardised, *, restricted: bool) -> Tau2Estimate:
    """The highest maximum of each likelihood, or zero."""
    tau2 = np.zeros(x.d.shape[1])
    modes = np.ones(x.d.shape[1], dtype=np.int64)
    furthest = 0.5 * x.spread * x.spread - x.v[0]
    reach = furthest / x.v[0]
    nearest = 0.0
    for points, limit in GRIDS:
        columns = np.flatnonzero((reach > nearest) & (reach <= limit))
        nearest = limit
        if len(columns):
            d, v = np.take(x.d, columns, axis=1), np.take(x.v, columns, axis=1)  # unlike [:, columns], in rows
            found = _brackets(d, v, furthest[columns], points, restricted=restricted)
            tau2[columns] = _highest(d, v, found, restricted=restricted)
            modes[columns] = found.modes
    return Tau2Estimate(tau2=settled(tau2, x.v[0]), modes=modes)


_FRACTIONS = {points: np.arange(points) / (points - 1.0) for points, _ in GRIDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brackets:
    """Where the slope of the likelihood falls through zero: set ``column`` between tau2 ``low`` and ``high``.

    ``start`` lies between them, where a straight line through the slopes at both ends is zero. ``rising`` says, for
    every set, whether the slope is positive at 0; ``modes`` counts the maxima.
    """

    column: Indices
    low: Array
    high: Array
    start: Array
    rising: Flags
    modes: Indices


def _brackets(d: Array, v: Array, furthest: Array, points: int, *, restricted: bool) -> _Brackets:
    grid = v[0] * np.expm1(_FRACTIONS[points][:, None] * np.log1p(furthest / v[0]))
    slopes = np.full(grid.shape, -1.0)
    width = min(d.shape[1], max(1, PORTION // len(d)))
    height = max(1, PORTION // (len(d) * width))
    for start in range(0, d.shape[1], width):
        part = slice(start, start + width)
        dp, vp = d[:, None, part], v[:, None, part]
        for top in range(0, points - 1, height):  # the slope is known to fall at the last point
            rows = slice(top, min(top + height, points - 1))
            slopes[rows, part] = relative_slope(dp, vp, grid[rows, part], restricted=restricted)
    rising = slopes > 0.0
    place, column = np.nonzero(rising[:-1] & ~rising[1:])
    low, high = grid[place, column], grid[place + 1, column]
    above, below = slopes[place, column], slopes[place + 1, column]
    return _Brackets(
        column=column,
        low=low,
        high=high,
        start=low + (high - low) * (above / (above - below)),
        rising=rising[0],
        modes=np.bincount(column, minlength=d.shape[1]) + ~rising[0],
    )


def _highest(d: Array, v: Array, found: _Brackets, *, restricted: bool) -> Array:
    """The maximum of each set; of several the highest, of equals the smallest, counting 0 if the slope falls there."""
    tau2 = np.zeros(d.shape[1])
    column = found.column
    if not len(column):
        return tau2
    d, v = np.take(d, column, axis=1), np.take(v, column, axis=1)
    root = _in_portions(d, v, found, restricted=restricted)
    tau2[column] = root
    doubtful = np.flatnonzero(found.modes[column] > 1)
    gains = gain(d[:, doubtful], v[:, doubtful], root[doubtful], restricted=restricted)
    best = np.where(found.rising, -np.inf, 0.0)
    tau2[column[doubtful]] = 0.0
    for i in np.argsort(root[doubtful]):
        at = column[doubtful[i]]
        if gains[i] > best[at]:
            best[at], tau2[at] = gains[i], root[doubtful[i]]
    return tau2


def _in_portions(d: Array, v: Array, found: _Brackets, *, restricted: bool) -> Array:
    low, high, start = found.low, found.high, found.start
    if len(low) == 1:  # sums over one long row are faster than over a column
        return _follow(d[:, 0].copy(), v[:, 0].copy(), low[0], high[0], start[0], restricted=restricted).reshape(1)
    width = max(1, PORTION // len(d))
    parts = [slice(first, first + width) for first in range(0, len(low), width)]
    return np.concatenate(
        [_follow(d[:, part], v[:, part], low[part], high[part], start[part], restricted=restricted) for part in parts]
    )


def search_grid(furthest: float, smallest: float) -> Array:
    """Where to look for maxima of one likelihood, from 0 to ``furthest``."""
    points = next(points for points, limit in GRIDS if furthest <= limit * smallest)
    return np.asarray(smallest * np.expm1(_FRACTIONS[points] * math.log1p(furthest / smallest)))


def is_rising(d: Array, v: Array, t: Array, *, restricted: bool) -> Flags:
    """Whether the slope of the likelihood is positive at ``t``; shapes (K, 1, M) and (G, M), or (K, 1) and (G,)."""
    return np.asarray(relative_slope(d, v, t, restricted=restricted) > 0.0)


def relative_slope(d: Array, v: Array, t: Array, *, restricted: bool) -> Array:
    """A / B - 1 with A and B of :func:`_follow`: the slope of the likelihood, relative to its trace term."""
    w = np.add(v, t, order="F" if len(v) > t.shape[-1] else "C")  # the longer axis innermost
    np.reciprocal(w, out=w)
    total = np.add.reduce(w)
    wr = d - np.add.reduce(w * d) / total
    wr *= w
    wr *= wr
    return np.asarray(np.add.reduce(wr) / (spare_weight(w) if restricted else total) - 1.0)


def _follow(d: Array, v: Array, low: Array, high: Array, start: Array, *, restricted: bool) -> Array:
    """The root of the slope between ``low`` (rising) and ``high`` (not rising), by Newton steps kept in the bracket.

    Shapes (K, M) and (M,), or (K,) and () for one set.
    With A = sum w^2 r^2 and B the trace term, the slope is (A - B) / 2. Steps are taken on B / A - 1, which is linear
    in tau2 when variances are equal.
    """
    t = start
    going = np.ones(t.shape, dtype=bool)
    for _ in range(MOST_STEPS):
        w = 1.0 / (v + t)
        total = np.add.reduce(w)
        r = d - np.add.reduce(w * d) / total
        wr = w * r
        wwr = w * wr
        a = np.add.reduce(wr * wr)
        bent = np.add.reduce(wwr)
        da = 2.0 * (bent * bent / total - np.add.reduce(wwr * wr))
        b, db = _restricted_trace(w, total) if restricted else (total, -np.add.reduce(w * w))
        rising = a > b
        low = np.where(rising, t, low)
        high = np.where(rising, high, t)
        with np.errstate(divide="ignore", invalid="ignore"):
            new = t + a * (a - b) / (db * a - b * da)
        new = np.where((new >= low) & (new <= high), new, 0.5 * (low + high))
        moved = np.abs(new - t)
        t = np.where(going, new, t)
        going &= moved > LAST_STEP * (t + v[0])
        if not going.any():
            return t
    raise NotConvergedError("the likelihood of the between-study variance did not converge")


def _restricted_trace(w: Array, total: Array) -> tuple[Array, Array]:
    """B = sum w - sum w^2 / sum w and its derivative by tau2, with the care of :func:`spare_weight`."""
    first, rest = w[0], w[1:]
    squares = rest * rest
    s1, s2, s3 = np.add.reduce(rest), np.add.reduce(squares), np.add.reduce(squares * rest)
    b = (2.0 * first * s1 + s1 * s1 - s2) / total
    db = (-first * first * (s1 * s1 + s2) / total - 2.0 * first * s2 - 2.0 * s1 * s2 + 2.0 * s3 + b * s2) / total
    return b, db


def gain(d: Array, v: Array, t: Array, *, restricted: bool) -> Array:
    """Twice the log-likelihood at ``t`` less that at 0."""
    w0, w = 1.0 / v, 1.0 / (v + t)
    total0, total = np.add.reduce(w0), np.add.reduce(w)
    r0 = d - np.add.reduce(w0 * d) / total0
    r = d - np.add.reduce(w * d) / total
    quadratic = np.add.reduce(w0 * r0 * r0) - np.add.reduce(w * r * r) - np.add.reduce(np.log1p(t / v))
    return np.asarray(quadratic - np.log(total / total0) if restricted else quadratic)
