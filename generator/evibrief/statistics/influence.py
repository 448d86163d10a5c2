"""Which studies drive a meta-analysis, which stand apart, and what each says given the others.

Viechtbauer and Cheung 2010 (Res Synth Methods 1:112), for a model without moderators and with normal (Wald) errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.intervals import normal_quantile
from evibrief.statistics.pooling_many import PooledMany, check_level, pool_many
from evibrief.statistics.results import CiMethod, Tau2Method
from evibrief.statistics.sensitivity import Repooled, leave_one_out
from evibrief.statistics.special import chdtr

# A study outside the central 95 % of what the others predict (Viechtbauer and Cheung 2010).
OUTLYING_RESIDUAL = 1.96
# Cut-offs as in metafor's influence.rma.uni: DFFITS in units of sqrt(p / (k - p)), hat values in units of p / k,
# DFBETAS as such, and Cook's distance as a quantile of chi-squared; p = 1 coefficient.
DFFITS_CUT_OFF = 3.0
HAT_CUT_OFF = 3.0
DFBETAS_CUT_OFF = 1.0
COOK_CUT_OFF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """What leaving study ``row`` out does. ``weight`` is a percentage, ``hat`` the same as a proportion.

    ``rstudent`` is the distance of the study from the pool of the others, in standard errors; ``rstandard`` from the
    pool with it. ``covariance_ratio`` below 1 means that the pool is more precise without the study.
    """

    row: int
    rstandard: float
    rstudent: float
    dffits: float
    cooks_distance: float
    covariance_ratio: float
    tau2_without: float | None
    q_without: float | None
    hat: float
    weight: float
    dfbetas: float
    is_outlier: bool
    is_influential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunken:
    """The best prediction of one study's true effect: its estimate drawn towards the pool, with its interval."""

    row: int
    estimate: float
    se: float
    low: float
    high: float


def influence(
    yi: Sequence[float], vi: Sequence[float], *, tau2_method: Tau2Method = Tau2Method.REML
) -> tuple[Influence, ...]:
    """Influence of each study, in the order of the studies; empty below three, where nothing is left to compare with.

    Raises ``ValueError`` as ``pool`` does.
    """
    k = len(yi)
    without = leave_one_out(yi, vi, tau2_method=tau2_method, ci_method=CiMethod.WALD)
    if k < 3:
        return ()
    full = _full(yi, vi, tau2_method)
    return tuple(_influence(full, without[i], list(map(float, yi)), list(map(float, vi))) for i in range(k))


def _influence(full: PooledMany, without: Repooled, yi: list[float], vi: list[float]) -> Influence:
    i, k = without.row, len(yi)
    tau2, tau2_without = float(full.tau2[0]), without.tau2 or 0.0
    weight = float(full.weights[0, i])
    hat = weight / 100.0
    variance = float(full.se[0]) ** 2
    shift = float(full.estimate[0]) - without.estimate
    dffits = shift / math.sqrt(hat * (tau2_without + vi[i]))
    dfbetas = shift * math.sqrt(math.fsum(1.0 / (v + tau2_without) for v in vi))
    cook = shift**2 / variance
    rstudent = (yi[i] - without.estimate) / math.sqrt(vi[i] + tau2_without + without.se**2)
    # 1 - hat as the share of the others: for a study that dominates, the difference would lose every digit.
    others = math.fsum(float(w) for j, w in enumerate(full.weights[0]) if j != i) / 100.0
    return Influence(
        row=i,
        rstandard=(yi[i] - float(full.estimate[0])) / math.sqrt((vi[i] + tau2) * others),
        rstudent=rstudent,
        dffits=dffits,
        cooks_distance=cook,
        covariance_ratio=without.se**2 / variance,
        tau2_without=without.tau2,
        q_without=without.q,
        hat=hat,
        weight=weight,
        dfbetas=dfbetas,
        is_outlier=abs(rstudent) > OUTLYING_RESIDUAL,
        is_influential=bool(
            abs(dffits) > DFFITS_CUT_OFF * math.sqrt(1.0 / (k - 1))
            or float(chdtr(1.0, cook)) > COOK_CUT_OFF
            or hat > HAT_CUT_OFF / k
            or abs(dfbetas) > DFBETAS_CUT_OFF
        ),
    )


def shrunken_estimates(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    level: float = 0.95,
) -> tuple[Shrunken, ...]:
    """Empirical Bayes estimates (BLUPs) of the true effect in each study, with normal intervals at ``level``.

    The share tau2 / (tau2 + vi) of a study's distance from the pool remains (Raudenbush and Bryk 1985). Raises
    ``ValueError`` as ``pool`` does.
    """
    check_level(level)
    full = _full(yi, vi, tau2_method)
    mean, tau2 = float(full.estimate[0]), float(np.nan_to_num(full.tau2[0]))
    z = normal_quantile(level)
    made = []
    for row, (y, v) in enumerate(zip(yi, vi, strict=True)):
        kept, drawn = tau2 / (tau2 + v), v / (tau2 + v)
        estimate = mean + kept * (y - mean)
        se = math.sqrt(kept * v + (drawn * float(full.se[0])) ** 2)
        made.append(Shrunken(row=row, estimate=estimate, se=se, low=estimate - z * se, high=estimate + z * se))
    return tuple(made)


def _full(yi: Sequence[float], vi: Sequence[float], tau2_method: Tau2Method) -> PooledMany:
    return pool_many([list(yi)], [list(vi)], tau2_method=tau2_method, ci_method=CiMethod.WALD)
