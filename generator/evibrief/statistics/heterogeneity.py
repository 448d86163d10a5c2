"""How much studies differ: Q as a function of tau2, the Q-profile interval, I2 and H2.

Sums are taken over residuals from the mean, never as differences of large sums; the textbook form of Q loses every
digit when estimates lie far from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.pooling_input import Array, Standardised, standardise
from evibrief.statistics.special import chdtri

# Newton steps are quadratic: after one that is smaller than this, relative to tau2 + v, the rest is rounding.
LAST_STEP = 1e-9
MOST_STEPS = 200
# tau2 this small beside the smallest variance is rounding, not heterogeneity.
NEGLIGIBLE_TAU2 = 1e-12


class NotConvergedError(ArithmeticError):
    """An iteration did not reach its tolerance; there is no result, rather than an approximate one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Inverse-variance sums of M sets at one tau2 each, standardised units; arrays are (M,), ``weights`` (K, M)."""

    weights: Array
    total: Array
    mean: Array
    q: Array


def moments(x: Standardised, tau2: Array) -> Moments:
    """Weights, mean and Q at ``tau2`` (standardised units)."""
    w = 1.0 / (x.v + tau2)
    total = np.add.reduce(w)
    mean = np.add.reduce(w * x.d) / total
    r = x.d - mean
    return Moments(weights=w, total=total, mean=mean, q=np.add.reduce(w * r * r))


def spare_weight(w: Array) -> Array:
    """``sum w - sum w^2 / sum w``, the total weight that is not the most precise study's own.

    The usual form is a difference of equal numbers when one study has nearly all the weight; here the first row,
    which holds the largest weights, is kept apart (statistics.md N03).
    """
    first, rest = w[0], w[1:]
    others = np.add.reduce(rest)
    return np.asarray((2.0 * first * others + others * others - np.add.reduce(rest * rest)) / (first + others))


def typical_variance(x: Standardised) -> Array:
    """The sampling variance of a typical study (Higgins and Thompson 2002, eq. 9), standardised units."""
    return (x.k - 1.0) / spare_weight(1.0 / x.v)


def solve_q(x: Standardised, target: Array, start: Array | None = None) -> Array:
    """The tau2 at which Q equals ``target`` (M,), 0 where Q is below it already; standardised units.

    1/Q is a concave increasing function of tau2 (Q is a sum of a / (b + tau2) with a >= 0): a Newton step on 1/Q
    from anywhere lands at the root or below it, and further steps approach it from below. So no bracket is needed, and
    ``start``, such as an estimate of tau2 instead of 0, only saves steps.
    """
    shape = target.shape if len(target) > 1 else ()
    d, v = x.d.reshape(-1, *shape), x.v.reshape(-1, *shape)  # one set is summed faster as a row than as a column
    target = target.reshape(shape)
    t = np.zeros(shape) if start is None else start.reshape(shape)
    going = np.ones(shape, dtype=bool)
    back = t > 0.0  # only the first step may go back
    for _ in range(MOST_STEPS):
        w = 1.0 / (v + t)
        r = d - np.add.reduce(w * d) / np.add.reduce(w)
        wr = w * r
        q = np.add.reduce(wr * r)
        slope = np.add.reduce(wr * wr)
        going = going & ((q > target) | back)
        if not going.any():
            break
        step = np.divide(q * (q / target - 1.0), slope, out=np.zeros(shape), where=going)
        t = np.maximum(t + step, 0.0)
        going &= np.abs(step) > LAST_STEP * (t + v[0])
        back = np.zeros(shape, dtype=bool)
    else:
        raise NotConvergedError("the between-study variance did not converge")
    return settled(t.reshape(x.k.shape), x.v[0])


def settled(t: Array, smallest: Array) -> Array:
    """tau2 without the traces of rounding: exactly 0 where it is negligible."""
    return np.where(t > NEGLIGIBLE_TAU2 * smallest, t, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLimits:
    """Q-profile limits of tau2, standardised units; ``empty`` where no tau2 >= 0 is compatible with Q."""

    low: Array
    high: Array
    empty: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def profile_limits(x: Standardised, level: float, near: Array | None = None) -> ProfileLimits:
    """Q-profile limits (Viechtbauer 2007), for sets of two studies or more; ``near`` is an estimate to start from."""
    tail = (1.0 - level) / 2.0
    df = np.maximum(x.k - 1.0, 1.0)
    lower, upper = chdtri(df, tail), chdtri(df, 1.0 - tail)
    low, high = solve_q(x, lower, near), solve_q(x, upper, near)
    return ProfileLimits(low=low, high=high, empty=moments(x, np.zeros_like(low)).q < upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityInterval:
    """Q-profile interval of tau2 (analysis scale squared), tau, I2 (percent) and H2.

    ``empty`` says that the studies are closer together than chance allows at this level, so that no tau2 >= 0 is
    compatible with them; the limits are then those of tau2 = 0.
    """

    tau2_low: float
    tau2_high: float
    tau_low: float
    tau_high: float
    i2_low: float
    i2_high: float
    h2_low: float
    h2_high: float
    empty: bool


def q_profile(yi: Sequence[float], vi: Sequence[float], *, level: float = 0.95) -> HeterogeneityInterval:
    """The Q-profile interval of two studies or more.

    Raises ValueError for fewer studies or unusable values.
    """
    x = standardise(np.array([yi], dtype=np.float64), np.array([vi], dtype=np.float64))
    if x.k[0] < 2:
        raise ValueError("heterogeneity needs at least two studies")
    limits = profile_limits(x, level)
    scale = float(np.ldexp(1.0, 2 * x.exponent[0]))
    typical = float(typical_variance(x)[0])
    low, high = float(limits.low[0]), float(limits.high[0])
    return HeterogeneityInterval(
        tau2_low=low * scale,
        tau2_high=high * scale,
        tau_low=(low * scale) ** 0.5,
        tau_high=(high * scale) ** 0.5,
        i2_low=100.0 * low / (low + typical),
        i2_high=100.0 * high / (high + typical),
        h2_low=1.0 + low / typical,
        h2_high=1.0 + high / typical,
        empty=bool(limits.empty[0]),
    )


def i2_from_q(q: float, df: int) -> float:
    """I2 in percent from Q, as RevMan 5 and meta report it: 0 unless Q exceeds its degrees of freedom."""
    return 100.0 * (q - df) / q if q > df else 0.0
