"""Confidence and prediction intervals of a pooled estimate, and its p-value, for many sets at once.

Student quantiles are taken from the lower tail, and p-values as twice a lower tail, so that neither loses digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evibrief.statistics.pooling_input import Array, Flags
from evibrief.statistics.results import CiMethod, PredictionMethod
from evibrief.statistics.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

# With fewer studies the between-study variance is too uncertain to predict from (statistics.md, section 1).
FEWEST_FOR_PREDICTION = 3


def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile of a level such as 0.95."""
    return -float(ndtri((1.0 - level) / 2.0))


def student_quantile(df: Array, level: float) -> Array:
    """Two-sided Student quantiles; each different number of degrees of freedom, at least 1, is computed once."""
    if len(df) == 1:
        return np.asarray(-stdtrit(df, (1.0 - level) / 2.0))
    distinct, where = np.unique(df, return_inverse=True)
    return np.asarray(-stdtrit(distinct, (1.0 - level) / 2.0))[where]


def normal_p(statistic: float) -> float:
    """The two-sided p-value of a standard normal statistic."""
    return 2.0 * float(ndtr(-abs(statistic)))


def chi_square_p(statistic: float, df: int) -> float:
    """The upper tail of the chi-squared distribution."""
    return float(chdtrc(df, statistic))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """Standard error, half-width, test and p-value of M estimates; ``df`` is infinite for the normal distribution."""

    se: Array
    half_width: Array
    statistic: Array
    df: Array
    p: Array
    guard_fired: Flags
    degenerate: Flags


def infer(
    estimate: Array, wald_se: Array, q: Array, k: Array, common: Flags, method: CiMethod, level: float
) -> Inference:
    """The confidence interval and test of ``estimate`` against 0.

    ``q`` is Q at the estimated tau2. Sets flagged ``common`` have a Wald interval, or that of t if asked for:
    the variance of Hartung, Knapp, Sidik and Jonkman is that of a random-effects mean.
    ``degenerate`` marks sets of equal estimates, where that variance is zero and 1 is used for its factor.
    """
    z = normal_quantile(level)
    df = np.maximum(k - 1.0, 1.0)
    t = student_quantile(df, level)
    factor = q / df
    degenerate = (factor <= 0.0) & ~common if method is CiMethod.HKSJ else np.zeros(k.shape, dtype=bool)
    if method is CiMethod.HKSJ:
        factor = np.where(degenerate, 1.0, factor)
    elif method is CiMethod.HKSJ_MODIFIED:
        factor = np.maximum(factor, 1.0)
    elif method is not CiMethod.HKSJ_GUARDED:
        factor = np.ones(k.shape)
    se = np.where(common, 1.0, np.sqrt(factor)) * wald_se
    fired = (t * se < z * wald_se) & ~common if method is CiMethod.HKSJ_GUARDED else np.zeros(k.shape, dtype=bool)
    normal = _normal(method, k, common) | fired
    se = np.where(normal, wald_se, se)
    statistic = estimate / se
    return Inference(
        se=se,
        half_width=np.where(normal, z, t) * se,
        statistic=statistic,
        df=np.where(normal, np.inf, df),
        p=_p(statistic, df, normal),
        guard_fired=fired,
        degenerate=degenerate,
    )


def _normal(method: CiMethod, k: Array, common: Flags) -> Flags:
    if method is CiMethod.WALD:
        return np.ones(k.shape, dtype=bool)
    return k < 2.0 if method is CiMethod.T else common


def _p(statistic: Array, df: Array, normal: Flags) -> Array:
    lower = -np.abs(statistic)
    if normal.all():
        return np.asarray(2.0 * ndtr(lower))
    if not normal.any():
        return np.asarray(2.0 * stdtr(df, lower))
    p = np.empty(lower.shape)
    p[normal] = 2.0 * ndtr(lower[normal])
    p[~normal] = 2.0 * stdtr(df[~normal], lower[~normal])
    return p


def prediction_half_width(se: Array, tau2: Array, k: Array, method: PredictionMethod, level: float) -> Array:
    """Half the width of the interval for the effect in a new setting; ``se`` is the one of the confidence interval.

    km1 takes k - 1 degrees of freedom (Veroniki 2019; metafor with a t-based test), km2 k - 2 (Higgins, Thompson and
    Spiegelhalter 2009; with the HKSJ standard error, Partlett and Riley 2017). Meaningless below three studies.
    """
    if method is PredictionMethod.NORMAL:
        quantile: Array | float = normal_quantile(level)
    else:
        lost = 1.0 if method is PredictionMethod.KM1 else 2.0
        quantile = student_quantile(np.maximum(k - lost, 1.0), level)
    return np.asarray(quantile * np.sqrt(se * se + tau2))
