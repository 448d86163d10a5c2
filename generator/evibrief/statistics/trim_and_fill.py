"""Trim and fill: how many studies would make the funnel plot symmetric, and the pooled effect with them filled in.

A sensitivity analysis of what selective publication could have done, not a correction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evibrief.statistics.mixed_effects import SUPPORTED, Array
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Note, Pooled, Tau2Method
from evibrief.statistics.small_study import FEWEST_STUDIES, mixed_egger

# The number of missing studies settles in a few rounds, or not at all.
_MAXIMUM_ROUNDS = 100
# Distances from the pooled effect below this share of the largest estimate are rounding, not distances.
_ROUNDING = 1e-12


class MissingEstimator(StrEnum):
    """Duval and Tweedie's estimators of the number of missing studies."""

    L0 = "L0"
    R0 = "R0"
    Q0 = "Q0"


class FunnelSide(StrEnum):
    """The side of the funnel plot on which studies are missing."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """``pooled`` is the meta-analysis with the ``missing`` studies filled in (``filled_yi``, ``filled_vi``).

    ``p`` tests whether any study is missing, for R0 only. Where the method is not defined for the data, or was not
    used, the numbers are ``None`` and a note says why.
    """

    k: int
    estimator: MissingEstimator
    side: FunnelSide | None = None
    missing: int | None = None
    missing_se: float | None = None
    p: float | None = None
    filled_yi: tuple[float, ...] = ()
    filled_vi: tuple[float, ...] = ()
    pooled: Pooled | None = None
    notes: tuple[Note, ...] = ()


def trim_and_fill_if_enough(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    estimator: MissingEstimator = MissingEstimator.L0,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
) -> TrimAndFill:
    """Trim and fill from ten studies up (``small_study.FEWEST_STUDIES``); below, a note and no numbers."""
    if len(yi) < FEWEST_STUDIES:
        reason = f"{len(yi)} studies: with fewer than {FEWEST_STUDIES} a funnel plot cannot tell chance from asymmetry"
        return TrimAndFill(k=len(yi), estimator=estimator, notes=(Note(field="missing", reason=reason),))
    return trim_and_fill(yi, vi, estimator=estimator, tau2_method=tau2_method, ci_method=ci_method)


def trim_and_fill(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    estimator: MissingEstimator = MissingEstimator.L0,
    side: FunnelSide | None = None,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    level: float = 0.95,
) -> TrimAndFill:
    """Duval and Tweedie 2000 (Biometrics 56:455), by rounds of trimming and pooling with ``tau2_method``.

    The side is where the regression on the standard error says that small studies are absent, unless given. Missing
    studies are the mirror images of the most extreme ones. k0 is rounded half to even. Raises ``ValueError`` as
    ``pool`` does.
    """
    k = len(yi)
    pooled = pool(yi, vi, tau2_method=tau2_method, ci_method=ci_method, level=level)
    if k < 2:
        return _undefined(k, estimator, None, "one study has no funnel")
    missing_side = side or _side(yi, vi, tau2_method)
    sign = -1.0 if missing_side is FunnelSide.RIGHT else 1.0
    # Equal estimates are ranked by precision, so that the order of studies does not matter.
    y, v = np.array(sorted((sign * y, v) for y, v in zip(yi, vi, strict=True))).T
    found = _missing(y, v, estimator, tau2_method)
    if isinstance(found, str):
        return _undefined(k, estimator, missing_side, found)
    k0 = found.missing
    extreme = y[k - k0 :] if k0 else y[:0]
    filled_yi = tuple(float(x) for x in sign * (2.0 * found.centre - extreme))
    filled_vi = tuple(float(x) for x in v[k - k0 :]) if k0 else ()
    if k0:
        pooled = pool([*yi, *filled_yi], [*vi, *filled_vi], tau2_method=tau2_method, ci_method=ci_method, level=level)
    return TrimAndFill(
        k=k,
        estimator=estimator,
        side=missing_side,
        missing=k0,
        missing_se=found.se,
        p=_p_value(k0) if estimator is MissingEstimator.R0 else None,
        filled_yi=filled_yi,
        filled_vi=filled_vi,
        pooled=pooled,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missing:
    missing: int
    se: float
    centre: float


def _missing(y: Array, v: Array, estimator: MissingEstimator, tau2_method: Tau2Method) -> _Missing | str:
    """Rounds of trimming the largest effects until their number settles; a sentence where it is undefined."""
    k, k0 = len(y), 0
    for _ in range(_MAXIMUM_ROUNDS):
        # At least one study lies below the centre or on it, so that no estimator finds as many missing as there are.
        centre = pool(y[: k - k0].tolist(), v[: k - k0].tolist(), tau2_method=tau2_method).estimate
        estimated = _estimate(_signed_ranks(y, centre), estimator)
        if isinstance(estimated, str):
            return estimated
        previous, k0 = k0, max(0, round(estimated.number))
        if k0 == previous:
            return _Missing(missing=k0, se=estimated.se, centre=centre)
    return "the number of missing studies does not settle"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimated:
    number: float
    se: float


def _signed_ranks(y: Array, centre: float) -> Array:
    distance = y - centre
    distance[np.abs(distance) <= _ROUNDING * np.abs(y).max()] = 0.0
    ranks = np.empty(len(y))
    ranks[np.argsort(np.abs(distance), kind="stable")] = np.arange(1, len(y) + 1)
    return np.asarray(np.sign(distance) * ranks)


def _estimate(ranks: Array, estimator: MissingEstimator) -> _Estimated | str:
    k = len(ranks)
    if estimator is MissingEstimator.R0:
        below = -ranks[ranks < 0.0]
        if below.size == 0:
            return "no study lies on the fuller side of the pooled effect"
        number = k - float(below.max()) - 1.0
        return _Estimated(number=number, se=math.sqrt(2.0 * max(0.0, number) + 2.0))
    above = float(ranks[ranks > 0.0].sum())
    if estimator is MissingEstimator.L0:
        number = (4.0 * above - k * (k + 1)) / (2 * k - 1)
        return _Estimated(number=number, se=4.0 * _root(_rank_variance(k, number)) / (2 * k - 1))
    inside = 2.0 * k**2 - 4.0 * above + 0.25
    if inside < 0.0:
        return "Q0 is not defined for these data: the square root of a negative number"
    # Above 0, since ranks are whole: it is also (k - 1/2)^2 - number (2 k - number - 1), by which the error is divided.
    root = math.sqrt(inside)
    number = k - 0.5 - root
    return _Estimated(number=number, se=2.0 * _root(_rank_variance(k, number)) / root)


def _rank_variance(k: int, k0: float) -> float:
    """The variance of the trimmed rank sum (Duval and Tweedie 2000, Biometrics, section 4)."""
    cubic = 10.0 * k0**3 + 27.0 * k0**2 + 17.0 * k0
    return (k * (k + 1) * (2 * k + 1) + cubic - 18.0 * k * k0**2 - 18.0 * k * k0 + 6.0 * k**2 * k0) / 24.0


def _root(variance: float) -> float:
    return math.sqrt(max(0.0, variance))


def _p_value(k0: int) -> float:
    """The chance of at least ``k0`` missing studies if none is: R0 + 1 is negative binomial, so 2^-(k0 + 1) ... 1."""
    return 1.0 - sum(0.5 ** (m + 2) for m in range(-1, k0))


def _side(yi: Sequence[float], vi: Sequence[float], tau2_method: Tau2Method) -> FunnelSide:
    method = tau2_method if tau2_method in SUPPORTED else Tau2Method.REML
    slope = mixed_egger(yi, vi, tau2_method=method).slope
    return FunnelSide.RIGHT if slope is not None and slope < 0.0 else FunnelSide.LEFT


def _undefined(k: int, estimator: MissingEstimator, side: FunnelSide | None, reason: str) -> TrimAndFill:
    return TrimAndFill(k=k, estimator=estimator, side=side, notes=(Note(field="missing", reason=reason),))
