"""Many meta-analyses at once: arrays in, arrays out. A single one is the batch of one (see pooling)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evibrief.statistics.heterogeneity import moments, profile_limits, typical_variance
from evibrief.statistics.intervals import FEWEST_FOR_PREDICTION, infer, prediction_half_width
from evibrief.statistics.pooling_input import Array, Flags, Indices, Standardised, standardise
from evibrief.statistics.results import CiMethod, PredictionMethod, Tau2Method
from evibrief.statistics.special import chdtrc
from evibrief.statistics.tau2 import estimate_tau2

# Fewer studies cannot show how much studies differ (statistics.md, section 1).
FEWEST_FOR_RANDOM_EFFECTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledMany:
    """M meta-analyses of at most K studies: arrays of length M, and ``weights`` (M, K) in percent.

    The fields mean what they mean in :class:`~evibrief.statistics.results.Pooled`. NaN stands for a value that is
    not defined (heterogeneity of one study, prediction from fewer than three); ``df`` is infinite for the normal
    distribution. ``common`` marks sets pooled without between-study variance, ``modes`` counts the maxima of the
    likelihood, ``degenerate`` marks an HKSJ interval of equal estimates, ``profile_empty`` a Q-profile interval that
    no tau2 >= 0 belongs to.
    """

    k: Indices
    estimate: Array
    se: Array
    ci_low: Array
    ci_high: Array
    statistic: Array
    df: Array
    p: Array
    tau2: Array
    tau2_ci_low: Array
    tau2_ci_high: Array
    i2: Array
    i2_ci_low: Array
    i2_ci_high: Array
    h2: Array
    q: Array
    q_p: Array
    prediction_low: Array
    prediction_high: Array
    weights: Array
    common: Flags
    guard_fired: Flags
    degenerate: Flags
    profile_empty: Flags
    modes: Indices


def pool_many(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
    tau2_ci: bool = False,
    few_studies_rule: bool = False,
) -> PooledMany:
    """Pool the rows of (M, K) estimates and sampling variances; NaN in both fills up shorter rows.

    ``tau2_ci`` adds Q-profile intervals. ``few_studies_rule`` pools two studies as a common effect with a Wald
    interval. Raises ValueError for values that cannot be pooled, NotConvergedError if an iteration fails.
    """
    check_level(level)
    y, v = np.asarray(yi, dtype=np.float64), np.asarray(vi, dtype=np.float64)
    if y.ndim != 2 or y.shape != v.shape or not y.size:
        raise ValueError("estimates and variances must be two tables of one shape, with at least one study")
    x = standardise(y, v)
    fewest = FEWEST_FOR_RANDOM_EFFECTS if few_studies_rule else 2
    common = x.k < fewest if tau2_method is not Tau2Method.CE else np.ones(x.k.shape, dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):  # sets of one study, whose 0/0 becomes NaN
        return _pooled(x, tau2_method, ci_method, prediction_method, level, common, tau2_ci=tau2_ci)


def check_level(level: float) -> None:
    """Raise ValueError unless ``level`` is a confidence level as a fraction."""
    if not 0.5 <= level < 1.0:
        raise ValueError(f"a confidence level is a fraction such as 0.95, not {level:g}")


def _pooled(
    x: Standardised,
    tau2_method: Tau2Method,
    ci_method: CiMethod,
    prediction_method: PredictionMethod,
    level: float,
    common: Flags,
    *,
    tau2_ci: bool,
) -> PooledMany:
    found = estimate_tau2(x, tau2_method)
    tau2 = np.where(common, 0.0, found.tau2)
    at_zero = moments(x, np.zeros_like(tau2))
    at_tau2 = moments(x, tau2)
    several = x.k > 1.0
    typical = typical_variance(x)
    i2 = np.where(common, _i2_of_q(at_zero.q, x.k - 1.0), 100.0 * tau2 / (tau2 + typical))
    h2 = np.where(common, np.maximum(at_zero.q / (x.k - 1.0), 0.0), 1.0 + tau2 / typical)
    unit, square = np.ldexp(1.0, x.exponent), np.ldexp(1.0, 2 * x.exponent)
    estimate = _between(x, x.origin + at_tau2.mean * unit)
    wald_se = unit / np.sqrt(at_tau2.total)
    test = infer(estimate, wald_se, at_tau2.q, x.k, common, ci_method, level)
    predicted = prediction_half_width(test.se, tau2 * square, x.k, prediction_method, level)
    predicted = np.where(common | (x.k < FEWEST_FOR_PREDICTION), np.nan, predicted)
    low, high, empty = _profile(x, level, several & ~common, tau2, wanted=tau2_ci)
    return PooledMany(
        k=x.k.astype(np.int64),
        estimate=estimate,
        se=test.se,
        ci_low=estimate - test.half_width,
        ci_high=estimate + test.half_width,
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        tau2=np.where(several, tau2 * square, np.nan),
        tau2_ci_low=low * square,
        tau2_ci_high=high * square,
        i2=np.where(several, i2, np.nan),
        i2_ci_low=100.0 * low / (low + typical),
        i2_ci_high=100.0 * high / (high + typical),
        h2=np.where(several, h2, np.nan),
        q=np.where(several, at_zero.q, np.nan),
        q_p=np.where(several, chdtrc(x.k - 1.0, at_zero.q), np.nan),
        prediction_low=estimate - predicted,
        prediction_high=estimate + predicted,
        weights=_weights(x, at_tau2.weights, at_tau2.total),
        common=common,
        guard_fired=test.guard_fired,
        degenerate=test.degenerate,
        profile_empty=empty,
        modes=found.modes,
    )


def _i2_of_q(q: Array, df: Array) -> Array:
    return np.where(q > df, 100.0 * (q - df) / q, 0.0)


def _between(x: Standardised, estimate: Array) -> Array:
    """A weighted mean lies between its extremes; rounding may put it a digit outside."""
    unit = np.ldexp(1.0, x.exponent)
    lowest = x.origin + np.minimum.reduce(x.d) * unit
    highest = x.origin + np.maximum.reduce(x.d) * unit
    return np.asarray(np.minimum(np.maximum(estimate, lowest), highest))


def _profile(x: Standardised, level: float, defined: Flags, tau2: Array, *, wanted: bool) -> tuple[Array, Array, Flags]:
    if not wanted:
        undefined = np.full(x.k.shape, np.nan)
        return undefined, undefined, np.zeros(x.k.shape, dtype=bool)
    limits = profile_limits(x, level, tau2)
    return np.where(defined, limits.low, np.nan), np.where(defined, limits.high, np.nan), limits.empty & defined


def _weights(x: Standardised, weights: Array, total: Array) -> Array:
    percent = np.empty((weights.shape[1], weights.shape[0]))
    np.put_along_axis(percent, x.order.T, (100.0 * weights / total).T, axis=1)
    return percent
