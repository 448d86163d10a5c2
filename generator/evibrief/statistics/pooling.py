"""One meta-analysis by inverse variance: estimates and their variances in, everything a page states out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evibrief.statistics.intervals import FEWEST_FOR_PREDICTION
from evibrief.statistics.pooling_many import PooledMany, pool_many
from evibrief.statistics.results import CiMethod, Note, Pooled, PoolingMethod, PredictionMethod, Tau2Method

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
    many = pool_many(
        np.array([yi], dtype=np.float64),
        np.array([vi], dtype=np.float64),
        tau2_method=tau2_method,
        ci_method=ci_method,
        prediction_method=prediction_method,
        level=level,
        tau2_ci=True,
        few_studies_rule=few_studies_rule,
    )
    if many.k[0] != len(yi):
        raise ValueError("an estimate or a variance is not a number")
    return _single(many, tau2_method, ci_method, prediction_method, level)


def _single(many: PooledMany, tau2: Tau2Method, ci: CiMethod, prediction: PredictionMethod, level: float) -> Pooled:
    k, common = int(many.k[0]), bool(many.common[0])
    used_ci = CiMethod.WALD if k == 1 or (common and ci in _HKSJ) else ci
    return Pooled(
        k=k,
        method=PoolingMethod.INVERSE_VARIANCE,
        tau2_method=Tau2Method.CE if common else tau2,
        ci_method=used_ci,
        prediction_method=prediction,
        level=level,
        estimate=float(many.estimate[0]),
        se=float(many.se[0]),
        ci_low=float(many.ci_low[0]),
        ci_high=float(many.ci_high[0]),
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
        q_df=k - 1,
        q_p=_number(many.q_p[0]),
        prediction_low=_number(many.prediction_low[0]),
        prediction_high=_number(many.prediction_high[0]),
        weights=tuple(many.weights[0].tolist()),
        guard_fired=bool(many.guard_fired[0]),
        notes=_notes(many, k, tau2, ci, common=common),
    )


def _number(value: np.float64) -> float | None:
    return float(value) if math.isfinite(value) else None


def _notes(many: PooledMany, k: int, tau2: Tau2Method, ci: CiMethod, *, common: bool) -> tuple[Note, ...]:
    if k == 1:
        return _NOTES_ON_ONE_STUDY
    notes = []
    if common and tau2 is not Tau2Method.CE:
        notes.append(Note(field="tau2_method", reason="only two studies: pooled as a common effect, with caution"))
    if common and ci in _HKSJ:
        notes.append(Note(field="ci_method", reason="a common effect has a Wald interval"))
    if common:
        notes.append(Note(field="tau2_ci", reason="a common effect assumes that studies do not differ"))
        notes.append(Note(field="prediction", reason="a common effect leaves nothing to predict beyond itself"))
    elif k < FEWEST_FOR_PREDICTION:
        notes.append(Note(field="prediction", reason="prediction needs at least three studies"))
    if many.guard_fired[0]:
        notes.append(
            Note(field="ci", reason="the HKSJ interval was narrower than the Wald interval, which is given instead")
        )
    if many.degenerate[0]:
        notes.append(Note(field="ci", reason="equal estimates give HKSJ no width: its variance factor was set to 1"))
    if many.profile_empty[0]:
        notes.append(
            Note(
                field="tau2_ci",
                reason="the studies are closer together than chance allows: no value fits, 0 is given",
            )
        )
    if many.modes[0] > 1:
        notes.append(Note(field="tau2", reason="the likelihood has several maxima: the highest is given"))
    return tuple(notes)


_NOTES_ON_ONE_STUDY = (
    Note(field="estimate", reason="one study: not pooled"),
    Note(field="tau2", reason="one study cannot show how much studies differ"),
    Note(field="prediction", reason="prediction needs at least three studies"),
)
