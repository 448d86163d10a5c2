"""One small meta-analysis in plain floats: what pooling_many computes, without the cost of arrays for a few numbers.

Most questions have fewer than ten studies, and an array operation on ten numbers takes as long as on a thousand.
Sums are exact (``math.fsum``). The formulas are those of heterogeneity, tau2 and intervals, where they are explained;
a test holds the two engines together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import mul

import numpy as np

from evibrief.statistics.heterogeneity import LAST_STEP, MOST_STEPS, NEGLIGIBLE_TAU2, NotConvergedError, i2_from_q
from evibrief.statistics.intervals import FEWEST_FOR_PREDICTION, normal_quantile
from evibrief.statistics.pooling_input import (
    IMPLAUSIBLE_VARIANCE_RATIO,
    LARGEST_ESTIMATE,
    LARGEST_VARIANCE,
    SAME_NUMBER,
    SMALLEST_VARIANCE,
)
from evibrief.statistics.results import CiMethod, PredictionMethod, Tau2Method
from evibrief.statistics.special import chdtrc, chdtri, ndtr, stdtr, stdtrit
from evibrief.statistics.tau2 import gain, is_rising, search_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One meta-analysis; fields as in :class:`~evibrief.statistics.pooling_many.PooledMany`, None for undefined."""

    k: int
    estimate: float
    se: float
    half_width: float
    statistic: float
    df: float | None
    p: float
    tau2: float | None
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float | None
    i2_ci_low: float | None
    i2_ci_high: float | None
    h2: float | None
    q: float | None
    q_p: float | None
    prediction_half_width: float | None
    weights: tuple[float, ...]
    common: bool
    guard_fired: bool
    degenerate: bool
    profile_empty: bool
    modes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studies:
    """Sorted by precision, centred and scaled, as in :mod:`~evibrief.statistics.pooling_input`."""

    d: list[float]
    v: list[float]
    order: list[int]
    origin: float
    exponent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    w: list[float]
    total: float
    mean: float
    q: float
    wr: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tau2:
    value: float
    modes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    se: float
    quantile: float
    df: float | None
    guard_fired: bool = False
    degenerate: bool = False


def fit_one(
    yi: Sequence[float],
    vi: Sequence[float],
    tau2_method: Tau2Method,
    ci_method: CiMethod,
    prediction_method: PredictionMethod,
    level: float,
    *,
    few: int,
) -> Fit:
    """Pool one set; fewer studies than ``few`` are pooled as a common effect. Errors as in ``pool_many``."""
    x = _studies([y + 0.0 for y in yi], list(vi))
    k = len(x.d)
    common = k < few or tau2_method is Tau2Method.CE
    found = _Tau2(value=0.0) if common else _estimate(x, tau2_method)
    at_zero = _moments(x, 0.0)
    at_tau2 = at_zero if found.value == 0.0 else _moments(x, found.value)
    unit, square = math.ldexp(1.0, x.exponent), math.ldexp(1.0, 2 * x.exponent)
    estimate = min(max(x.origin + at_tau2.mean * unit, x.origin + min(x.d) * unit), x.origin + max(x.d) * unit)
    test = _test(unit / math.sqrt(at_tau2.total), at_tau2.q, k, ci_method, level, common=common)
    statistic = estimate / test.se
    typical = (k - 1) / _spare(at_zero.w) if k > 1 else math.nan
    profile = None if common else _profile(x, at_zero, level)
    weights = dict(zip(x.order, at_tau2.w, strict=True))
    return Fit(
        k=k,
        estimate=estimate,
        se=test.se,
        half_width=test.quantile * test.se,
        statistic=statistic,
        df=test.df,
        p=2.0 * float(ndtr(-abs(statistic)) if test.df is None else stdtr(test.df, -abs(statistic))),
        tau2=found.value * square if k > 1 else None,
        tau2_ci_low=None if profile is None else profile[0] * square,
        tau2_ci_high=None if profile is None else profile[1] * square,
        i2=_i2(found.value, at_zero.q, typical, k, common=common),
        i2_ci_low=None if profile is None else 100.0 * profile[0] / (profile[0] + typical),
        i2_ci_high=None if profile is None else 100.0 * profile[1] / (profile[1] + typical),
        h2=None if k < 2 else at_zero.q / (k - 1) if common else 1.0 + found.value / typical,
        q=at_zero.q if k > 1 else None,
        q_p=float(chdtrc(k - 1, at_zero.q)) if k > 1 else None,
        prediction_half_width=None
        if common or k < FEWEST_FOR_PREDICTION
        else _prediction_quantile(k, prediction_method, level) * math.sqrt(test.se**2 + found.value * square),
        weights=tuple([100.0 * weights[i] / at_tau2.total for i in range(k)]),
        common=common,
        guard_fired=test.guard_fired,
        degenerate=test.degenerate,
        profile_empty=profile is not None and at_zero.q < _chi_square_quantile(k - 1, (1.0 + level) / 2.0),
        modes=found.modes,
    )


def _studies(y: list[float], v: list[float]) -> _Studies:
    for i, (yi, vi) in enumerate(zip(y, v, strict=True)):
        if not abs(yi) <= LARGEST_ESTIMATE:
            raise ValueError(
                f"study {i + 1} (estimate {yi:g}, variance {vi:g}) has an estimate that is not a plausible number"
            )
        if not SMALLEST_VARIANCE <= vi <= LARGEST_VARIANCE:
            raise ValueError(f"study {i + 1} (estimate {yi:g}, variance {vi:g}) has no positive, plausible variance")
    order = sorted(range(len(y)), key=lambda i: (v[i], y[i]))
    first = order[0]
    if len(y) > 1 and v[first] < IMPLAUSIBLE_VARIANCE_RATIO * v[order[1]]:
        raise ValueError(f"study {first + 1} has a variance implausibly small beside the rest")
    origin = y[first]
    exponent = math.frexp(v[first])[1] // 2
    ldexp = math.ldexp
    d = [ldexp(y[i] - origin, -exponent) for i in order]
    if max(y) - min(y) <= SAME_NUMBER * max(map(abs, y)):
        d = [0.0] * len(y)
    return _Studies(d=d, v=[ldexp(v[i], -2 * exponent) for i in order], order=order, origin=origin, exponent=exponent)


def _moments(x: _Studies, tau2: float) -> _Moments:
    w = [1.0 / (v + tau2) for v in x.v]
    total = math.fsum(w)
    mean = math.fsum(map(mul, w, x.d)) / total
    r = [d - mean for d in x.d]
    wr = list(map(mul, w, r))
    return _Moments(w=w, total=total, mean=mean, q=math.fsum(map(mul, wr, r)), wr=wr)


def _spare(w: list[float]) -> float:
    others = math.fsum(w[1:])
    return (2.0 * w[0] * others + others * others - math.fsum([a * a for a in w[1:]])) / (w[0] + others)


def _estimate(x: _Studies, method: Tau2Method) -> _Tau2:
    if method in (Tau2Method.REML, Tau2Method.ML):
        found = _likelihood(x, restricted=method is Tau2Method.REML)
    elif method in (Tau2Method.PM, Tau2Method.EB):
        found = _Tau2(value=_solve_q(x, _moments(x, 0.0), len(x.d) - 1.0))
    else:
        found = _Tau2(value=_closed(x, method))
    return found if found.value > NEGLIGIBLE_TAU2 * x.v[0] else _Tau2(value=0.0, modes=found.modes)


def _closed(x: _Studies, method: Tau2Method) -> float:
    k = len(x.d)
    if method in (Tau2Method.DL, Tau2Method.HS):
        common = _moments(x, 0.0)
        return (common.q - k) / common.total if method is Tau2Method.HS else (common.q - (k - 1)) / _spare(common.w)
    mean = math.fsum(x.d) / k
    spread = math.fsum([(d - mean) ** 2 for d in x.d])
    if method is Tau2Method.HE:
        return spread / (k - 1) - math.fsum(x.v) / k
    return spread / k * _moments(x, spread / k).q / (k - 1)


def _solve_q(x: _Studies, at_zero: _Moments, target: float) -> float:
    t, m = 0.0, at_zero
    for _ in range(MOST_STEPS):
        if m.q <= target:
            return t
        step = m.q * (m.q / target - 1.0) / math.fsum([a * a for a in m.wr])
        t += step
        if step <= LAST_STEP * (t + x.v[0]):
            return t
        m = _moments(x, t)
    raise NotConvergedError("the between-study variance did not converge")


def _likelihood(x: _Studies, *, restricted: bool) -> _Tau2:
    spread = max(x.d) - min(x.d)
    furthest = 0.5 * spread * spread - x.v[0]
    if furthest <= 0.0:
        return _Tau2(value=0.0)
    d, v = np.array([x.d, x.v])[:, :, None]
    grid = search_grid(furthest, x.v[0])
    rising = is_rising(d, v, grid, restricted=restricted).tolist()
    rising[-1] = False
    places = [i for i, (here, beyond) in enumerate(pairwise(rising)) if here and not beyond]
    roots = [_follow(x, float(grid[i]), float(grid[i + 1]), restricted=restricted) for i in places]
    modes = len(roots) + (not rising[0])
    if modes == 1:
        return _Tau2(value=roots[0] if roots else 0.0)
    gains = gain(d, v, np.array(roots), restricted=restricted).tolist()
    candidates = list(zip(gains, roots, strict=True)) + ([] if rising[0] else [(0.0, 0.0)])
    return _Tau2(value=max(candidates, key=lambda c: (c[0], -c[1]))[1], modes=modes)


def _follow(x: _Studies, low: float, high: float, *, restricted: bool) -> float:
    t = 0.5 * (low + high)
    for _ in range(MOST_STEPS):
        m = _moments(x, t)
        w = m.w
        wwr = list(map(mul, w, m.wr))
        a, bent = math.fsum([b * b for b in m.wr]), math.fsum(wwr)
        da = 2.0 * (bent * bent / m.total - math.fsum(map(mul, wwr, m.wr)))
        first, squares = w[0], [b * b for b in w[1:]]
        s2 = math.fsum(squares)
        if restricted:
            s1, s3 = math.fsum(w[1:]), math.fsum(map(mul, squares, w[1:]))
            b = (2.0 * first * s1 + s1 * s1 - s2) / m.total
            db = -first * first * (s1 * s1 + s2) / m.total - 2.0 * first * s2 - 2.0 * s1 * s2 + 2.0 * s3 + b * s2
            db /= m.total
        else:
            b, db = m.total, -(first * first + s2)
        low, high = (t, high) if a > b else (low, t)
        bend = db * a - b * da
        new = t + a * (a - b) / bend if bend else math.inf
        if not low <= new <= high:
            new = 0.5 * (low + high)
        moved, t = abs(new - t), new
        if moved <= LAST_STEP * (t + x.v[0]):
            return t
    raise NotConvergedError("the likelihood of the between-study variance did not converge")


def _profile(x: _Studies, at_zero: _Moments, level: float) -> tuple[float, float]:
    df, tail = len(x.d) - 1, (1.0 - level) / 2.0
    limits = [_solve_q(x, at_zero, _chi_square_quantile(df, upper)) for upper in (tail, 1.0 - tail)]
    low, high = (limit if limit > NEGLIGIBLE_TAU2 * x.v[0] else 0.0 for limit in limits)
    return low, high


def _i2(tau2: float, q: float, typical: float, k: int, *, common: bool) -> float | None:
    if k < 2:
        return None
    return i2_from_q(q, k - 1) if common else 100.0 * tau2 / (tau2 + typical)


def _test(wald_se: float, q: float, k: int, method: CiMethod, level: float, *, common: bool) -> _Test:
    wald = _Test(se=wald_se, quantile=normal_quantile(level), df=None)
    if method is CiMethod.WALD or k < 2 or (common and method is not CiMethod.T):
        return wald
    df, factor = k - 1.0, q / (k - 1.0)
    degenerate = method is CiMethod.HKSJ and factor <= 0.0
    if method is CiMethod.T or degenerate:
        factor = 1.0
    elif method is CiMethod.HKSJ_MODIFIED:
        factor = max(factor, 1.0)
    se, quantile = math.sqrt(factor) * wald_se, _student_quantile(df, level)
    if method is CiMethod.HKSJ_GUARDED and quantile * se < wald.quantile * wald_se:
        return _Test(se=wald.se, quantile=wald.quantile, df=None, guard_fired=True)
    return _Test(se=se, quantile=quantile, df=df, degenerate=degenerate)


def _prediction_quantile(k: int, method: PredictionMethod, level: float) -> float:
    if method is PredictionMethod.NORMAL:
        return normal_quantile(level)
    return _student_quantile(k - (1.0 if method is PredictionMethod.KM1 else 2.0), level)


@lru_cache(maxsize=1024)
def _student_quantile(df: float, level: float) -> float:
    return -float(stdtrit(df, (1.0 - level) / 2.0))


@lru_cache(maxsize=1024)
def _chi_square_quantile(df: int, upper: float) -> float:
    return float(chdtri(df, upper))
