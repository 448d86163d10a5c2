"""The meta-analysis again without each study, and as it grew study by study."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.mixed_effects import Array
from evibrief.statistics.pooling_many import PooledMany, pool_many
from evibrief.statistics.results import CiMethod, Note, PredictionMethod, Tau2Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Repooled:
    """One of a series of meta-analyses: the one without study ``row``, or the one that study ``row`` completed.

    The other fields are those of :class:`~evibrief.statistics.results.Pooled`. Heterogeneity of a single study and
    prediction from fewer than three are ``None``, with a note.
    """

    row: int
    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: float | None
    p: float
    tau2: float | None
    i2: float | None
    h2: float | None
    q: float | None
    q_p: float | None
    prediction_low: float | None
    prediction_high: float | None
    notes: tuple[Note, ...] = ()


def leave_one_out(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
    few_studies_rule: bool = False,
) -> tuple[Repooled, ...]:
    """Pool without each study in turn, in the order of the studies; empty for one study.

    Raises ``ValueError`` as ``pool`` does.
    """
    y, v = _checked(yi, vi)
    if len(y) < 2:
        return ()
    others = ~np.eye(len(y), dtype=bool)
    many = pool_many(
        np.broadcast_to(y, others.shape)[others].reshape(len(y), -1),
        np.broadcast_to(v, others.shape)[others].reshape(len(y), -1),
        tau2_method=tau2_method,
        ci_method=ci_method,
        prediction_method=prediction_method,
        level=level,
        few_studies_rule=few_studies_rule,
    )
    return tuple(_repooled(many, i, row=i) for i in range(len(y)))


def cumulative(
    yi: Sequence[float],
    vi: Sequence[float],
    order: Sequence[int],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
    few_studies_rule: bool = False,
) -> tuple[Repooled, ...]:
    """Pool the first study of ``order``, then the first two, and so on to all of them.

    ``order`` is positions in ``yi``, for instance by year of publication; each at most once. Raises ``ValueError`` for
    another order, and as ``pool`` does.
    """
    y, v = _checked(yi, vi)
    rows = list(order)
    if len(set(rows)) != len(rows) or not all(0 <= row < len(y) for row in rows):
        raise ValueError("the order must name positions of studies, each at most once")
    if not rows:
        return ()
    later = ~np.tri(len(rows), dtype=bool)
    table_y, table_v = (np.where(later, np.nan, np.broadcast_to(column[rows], later.shape)) for column in (y, v))
    many = pool_many(
        table_y,
        table_v,
        tau2_method=tau2_method,
        ci_method=ci_method,
        prediction_method=prediction_method,
        level=level,
        few_studies_rule=few_studies_rule,
    )
    return tuple(_repooled(many, i, row=row) for i, row in enumerate(rows))


def _checked(yi: Sequence[float], vi: Sequence[float]) -> tuple[Array, Array]:
    y, v = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    if len(y) != len(v) or not np.isfinite(y).all() or not np.isfinite(v).all():
        raise ValueError("estimates and variances must be finite and of one length")
    return y, v


def _repooled(many: PooledMany, i: int, *, row: int) -> Repooled:
    k = int(many.k[i])
    return Repooled(
        row=row,
        k=k,
        estimate=float(many.estimate[i]),
        se=float(many.se[i]),
        ci_low=float(many.ci_low[i]),
        ci_high=float(many.ci_high[i]),
        statistic=float(many.statistic[i]),
        df=_number(many.df[i]),
        p=float(many.p[i]),
        tau2=_number(many.tau2[i]),
        i2=_number(many.i2[i]),
        h2=_number(many.h2[i]),
        q=_number(many.q[i]),
        q_p=_number(many.q_p[i]),
        prediction_low=_number(many.prediction_low[i]),
        prediction_high=_number(many.prediction_high[i]),
        notes=_notes(k, guarded=bool(many.guard_fired[i])),
    )


def _number(value: np.float64) -> float | None:
    return float(value) if math.isfinite(value) else None


def _notes(k: int, *, guarded: bool) -> tuple[Note, ...]:
    notes = []
    if k == 1:
        notes.append(Note(field="tau2", reason="one study cannot show how much studies differ"))
    if k < 3:
        notes.append(Note(field="prediction", reason="prediction needs at least three studies"))
    if guarded:
        notes.append(Note(field="ci", reason="the HKSJ interval was narrower than the Wald interval, which is given"))
    return tuple(notes)
