"""One meta-analysis by inverse variance: estimates and their variances in, everything a page states out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evibrief.statistics.intervals import FEWEST_FOR_PREDICTION
from evibrief.statistics.pooling_many import FEWEST_FOR_RANDOM_EFFECTS, PooledMany, check_level, pool_many
from evibrief.statistics.pooling_one import Fit, fit_one
from evibrief.statistics.results import CiMethod, Note, Pooled, PoolingMethod, PredictionMethod, Tau2Method

# Up to so many studies plain floats are faster than arrays.
FEW_STUDIES = 40

_HKSJ = (CiMethod.HKSJ, CiMethod.HKSJ_MODIFIED, CiMethod.HKSJ_GUARDED)


def pool(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
    few_studies_rule: bool = False,
) -> Pooled:
    """Pool estimates ``yi`` with sampling variances ``vi``, both on the analysis scale.

    One study is returned as it is, with a normal interval; ``few_studies_rule`` pools two as a common effect with a
    Wald interval, as this site does. Prediction intervals start at three studies. The standard error is that of the
    confidence interval, also inside the prediction interval; when the guard acted, both are Wald's. ``tau2_method``
    and ``ci_method`` of the result are the ones used. The result does not depend on the order of studies.

    Raises ValueError for no study, unequal lengths or values that cannot be pooled; NotConvergedError, which no data
    are known to cause, if an iteration fails.
    """
    if not len(yi):
        raise ValueError("nothing to pool: there is no study")
    if len(yi) != len(vi):
        raise ValueError(f"{len(yi)} estimates but {len(vi)} variances")
    check_level(level)
    if len(yi) <= FEW_STUDIES:
        few = FEWEST_FOR_RANDOM_EFFECTS if few_studies_rule else 2
        fit = fit_one(yi, vi, tau2_method, ci_method, prediction_method, level, few=few)
    else:
        fit = _first(
            pool_many(
                np.array([yi], dtype=np.float64),
                np.array([vi], dtype=np.float64),
                tau2_method=tau2_method,
                ci_method=ci_method,
                prediction_method=prediction_method,
                level=level,
                tau2_ci=True,
                few_studies_rule=few_studies_rule,
            )
        )
        if fit.k != len(yi):
            raise ValueError("an estimate or a variance is not a number")
    return _pooled(fit, tau2_method, ci_method, prediction_method, level)


def _first(many: PooledMany) -> Fit:
    """The batch of one as plain floats."""
    estimate, high = float(many.estimate[0]), _number(many.prediction_high[0])
    return Fit(
        k=int(many.k[0]),
        estimate=estimate,
        se=float(many.se[0]),
        half_width=float(many.ci_high[0]) - estimate,
        statistic=float(many.statistic[0]),
        df=_number(many.df[0]),
        p=float(many.p[0]),
        tau2=_number(many.tau2[0]),
        tau2_ci_low=_number(many.tau2_ci_low[0]),
        tau2_ci_high=_number(many.tau2_ci_high[0]),
        i2=_number(many.i2[0]),
        i2_ci_low=_number(many.i2_ci_low[0]),
        i2_ci_high=_number(many.i2_ci_high[0]),
        h2=_number(many.h2[0]),
        q=_number(many.q[0]),
        q_p=_number(many.q_p[0]),
        prediction_half_width=None if high is None else high - estimate,
        weights=tuple(many.weights[0].tolist()),
        common=bool(many.common[0]),
        guard_fired=bool(many.guard_fired[0]),
        degenerate=bool(many.degenerate[0]),
        profile_empty=bool(many.profile_empty[0]),
        modes=int(many.modes[0]),
    )


def _number(value: np.float64) -> float | None:
    return float(value) if math.isfinite(value) else None


def _pooled(fit: Fit, tau2: Tau2Method, ci: CiMethod, prediction: PredictionMethod, level: float) -> Pooled:
    spread = fit.prediction_half_width
    return Pooled(
        k=fit.k,
        method=PoolingMethod.INVERSE_VARIANCE,
        tau2_method=Tau2Method.CE if fit.common else tau2,
        ci_method=CiMethod.WALD if fit.k == 1 or (fit.common and ci in _HKSJ) else ci,
        prediction_method=prediction,
        level=level,
        estimate=fit.estimate,
        se=fit.se,
        ci_low=fit.estimate - fit.half_width,
        ci_high=fit.estimate + fit.half_width,
        statistic=fit.statistic,
        df=fit.df,
        p=fit.p,
        tau2=fit.tau2,
        tau2_ci_low=fit.tau2_ci_low,
        tau2_ci_high=fit.tau2_ci_high,
        i2=fit.i2,
        i2_ci_low=fit.i2_ci_low,
        i2_ci_high=fit.i2_ci_high,
        h2=fit.h2,
        q=fit.q,
        q_df=fit.k - 1,
        q_p=fit.q_p,
        prediction_low=None if spread is None else fit.estimate - spread,
        prediction_high=None if spread is None else fit.estimate + spread,
        weights=fit.weights,
        guard_fired=fit.guard_fired,
        notes=_notes(fit, tau2, ci),
    )


def _notes(fit: Fit, tau2: Tau2Method, ci: CiMethod) -> tuple[Note, ...]:
    if fit.k == 1:
        return _NOTES_ON_ONE_STUDY
    notes = []
    if fit.common and tau2 is not Tau2Method.CE:
        notes.append(Note(field="tau2_method", reason="only two studies: pooled as a common effect, with caution"))
    if fit.common and ci in _HKSJ:
        notes.append(Note(field="ci_method", reason="a common effect has a Wald interval"))
    if fit.common:
        notes.append(Note(field="tau2_ci", reason="a common effect assumes that studies do not differ"))
        notes.append(Note(field="prediction", reason="a common effect leaves nothing to predict beyond itself"))
    elif fit.k < FEWEST_FOR_PREDICTION:
        notes.append(Note(field="prediction", reason="prediction needs at least three studies"))
    if fit.guard_fired:
        notes.append(
            Note(field="ci", reason="the HKSJ interval was narrower than the Wald interval, which is given instead")
        )
    if fit.degenerate:
        notes.append(Note(field="ci", reason="equal estimates give HKSJ no width: its variance factor was set to 1"))
    if fit.profile_empty:
        reason = "the studies are closer together than chance allows: no value fits, 0 is given"
        notes.append(Note(field="tau2_ci", reason=reason))
    if fit.modes > 1:
        notes.append(Note(field="tau2", reason="the likelihood has several maxima: the highest is given"))
    return tuple(notes)


_NOTES_ON_ONE_STUDY = (
    Note(field="estimate", reason="one study: not pooled"),
    Note(field="tau2", reason="one study cannot show how much studies differ"),
    Note(field="prediction", reason="prediction needs at least three studies"),
)
