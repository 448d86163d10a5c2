"""The pool of studies that bring several effects each: a three-level model, in the form of every other pool."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evibrief.statistics.dependence import SelectionRule, Tested, ThreeLevel, one_per_study, three_level
from evibrief.statistics.intervals import FEWEST_FOR_PREDICTION
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Note, Pooled, PoolingMethod, PredictionMethod, Tau2Method
from evibrief.statistics.tails import critical_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredPool:
    """The pool, and the three-level model it was made from, missing where none could be fitted."""

    pooled: Pooled
    model: ThreeLevel | None


def pool_clustered(
    yi: Sequence[float], vi: Sequence[float], clusters: Sequence[str], *, level: float = 0.95
) -> ClusteredPool:
    """Pool effects nested in studies by a three-level model, with CR2 errors and Satterthwaite degrees of freedom.

    ``tau2`` is the sum of the variances between and within studies, ``i2`` its share beside the typical sampling
    variance; the prediction interval is for a new effect of a new study, by t with (studies - 1) degrees of freedom.
    ``k`` and ``weights`` count effects. Where no study has a second effect, this is :func:`pool` by the defaults; the
    effects of a single study are averaged, as ``one_per_study`` does. A note says either. Raises ``ValueError`` as
    ``pool`` does.
    """
    names = set(clusters)
    if len(names) == len(clusters):
        return ClusteredPool(
            pooled=_with(pool(yi, vi, level=level, few_studies_rule=True), _NOTHING_NESTED), model=None
        )
    if len(names) == 1:
        one = one_per_study(yi, vi, clusters, rule=SelectionRule.AVERAGE)
        made = replace(pool(one.yi, one.vi, level=level), weights=(100.0 / len(yi),) * len(yi))
        return ClusteredPool(pooled=_with(made, _AVERAGED), model=None)
    fit = three_level(yi, vi, clusters, level=level)
    return ClusteredPool(pooled=_pooled(fit, vi, clusters), model=fit)


def _with(pooled: Pooled, reason: str) -> Pooled:
    return replace(pooled, notes=(*pooled.notes, Note(field="method", reason=reason)))


_NOTHING_NESTED = "no study has more than one effect: pooled as usual, without a level for studies"
_AVERAGED = "all effects are of one study: their average, as if they repeated one another"


def _pooled(fit: ThreeLevel, vi: Sequence[float], clusters: Sequence[str]) -> Pooled:
    estimate, robust, between, within = fit.estimate, fit.robust, fit.tau2_between, fit.tau2_within
    # A model that was fitted has all of its parts.
    assert estimate is not None
    assert robust is not None
    assert between is not None
    assert within is not None
    tau2 = between + within
    spread = _prediction_half_width(fit, robust, tau2)
    notes = [*fit.notes, Note(field="tau2_ci", reason="the Q-profile interval belongs to pools without nested effects")]
    if spread is None:
        notes.append(Note(field="prediction", reason="prediction needs at least three studies"))
    return Pooled(
        k=fit.k,
        method=PoolingMethod.INVERSE_VARIANCE,
        tau2_method=Tau2Method.REML,
        ci_method=CiMethod.T,
        prediction_method=PredictionMethod.KM1,
        level=fit.level,
        estimate=estimate,
        se=robust.se,
        ci_low=robust.ci_low,
        ci_high=robust.ci_high,
        statistic=robust.statistic,
        df=robust.df,
        p=robust.p,
        tau2=tau2,
        tau2_ci_low=None,
        tau2_ci_high=None,
        i2=100.0 * tau2 / (tau2 + _typical_variance(vi)),
        i2_ci_low=None,
        i2_ci_high=None,
        h2=1.0 + tau2 / _typical_variance(vi),
        q=fit.q,
        q_df=fit.k - 1,
        q_p=fit.q_p,
        prediction_low=None if spread is None else estimate - spread,
        prediction_high=None if spread is None else estimate + spread,
        weights=_weights(vi, clusters, between, within),
        notes=tuple(notes),
    )


def _prediction_half_width(fit: ThreeLevel, robust: Tested, tau2: float) -> float | None:
    if fit.clusters < FEWEST_FOR_PREDICTION:
        return None
    return critical_value(fit.level, fit.clusters - 1.0) * math.sqrt(tau2 + robust.se**2)


def _typical_variance(vi: Sequence[float]) -> float:
    """Higgins and Thompson's typical sampling variance; the most precise effect is kept apart (statistics.md N03)."""
    first, *rest = sorted((1.0 / v for v in vi), reverse=True)
    others = math.fsum(rest)
    spare = 2.0 * first * others + others * others - math.fsum(w * w for w in rest)
    return (len(vi) - 1.0) * (first + others) / spare


def _weights(vi: Sequence[float], clusters: Sequence[str], between: float, within: float) -> tuple[float, ...]:
    """Percentages: what each effect counts in the mean, from the inverse of its study's covariance."""
    own = [1.0 / (v + within) for v in vi]
    total = {name: math.fsum(w for w, c in zip(own, clusters, strict=True) if c == name) for name in set(clusters)}
    shrunken = [w / (1.0 + between * total[name]) for w, name in zip(own, clusters, strict=True)]
    everything = math.fsum(shrunken)
    return tuple(100.0 * w / everything for w in shrunken)
