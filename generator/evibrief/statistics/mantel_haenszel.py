"""Mantel-Haenszel pooling, straight from the tables: for rare events, and for reviews made with RevMan.

Sums are exact (``math.fsum``), so that the order of studies cannot matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.effects import Column, effects
from evibrief.statistics.heterogeneity import i2_from_q
from evibrief.statistics.intervals import (
    FEWEST_FOR_PREDICTION,
    chi_square_p,
    normal_p,
    normal_quantile,
    prediction_half_width,
)
from evibrief.statistics.measures import Measure
from evibrief.statistics.pooling_many import check_level
from evibrief.statistics.results import (
    CiMethod,
    Effects,
    Note,
    Pooled,
    PoolingMethod,
    PredictionMethod,
    Tau2Method,
)
from evibrief.statistics.zero_cells import HALF, ZeroCells

_COLUMNS = {
    **dict.fromkeys((Measure.RR, Measure.OR, Measure.RD), ("events_1", "n_1", "events_2", "n_2")),
    **dict.fromkeys((Measure.IRR, Measure.IRD), ("events_1", "time_1", "events_2", "time_2")),
}
# Everything from corrected cells, studies without information left out: what metafor's rma.mh judges heterogeneity by.
_FOR_HETEROGENEITY = ZeroCells(drop00=True, correct_estimate=True)
_CORRECTED = frozenset({Measure.RR, Measure.OR})


class NotEstimableError(ValueError):
    """The tables say nothing about the measure, such as a ratio when one group has no event in any study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Combined:
    """The common estimate and its standard error, analysis scale, and the weight of each study."""

    estimate: float
    se: float
    weights: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """One study: events and size (people, or person-time) of both groups."""

    a: float
    size_1: float
    c: float
    size_2: float

    @property
    def size(self) -> float:
        return self.size_1 + self.size_2

    def corrected(self) -> _Table:
        """With half a count added to every cell if one is zero."""
        cells = (self.a, self.size_1 - self.a, self.c, self.size_2 - self.c)
        if all(cells):
            return self
        return _Table(a=self.a + HALF, size_1=self.size_1 + 2 * HALF, c=self.c + HALF, size_2=self.size_2 + 2 * HALF)


def mantel_haenszel(
    measure: Measure, columns: Mapping[str, Column], *, level: float = 0.95, corrected: bool = False
) -> Pooled:
    """The common RR, OR, RD, IRR or IRD, without zero-cell correction (metafor's ``rma.mh``).

    Columns are those of :func:`~evibrief.statistics.effects.effects`, whose included rows are the ones pooled and
    weighted. ``corrected`` adds a half to all cells of a table with a zero, as RevMan 5 does (RR and OR only). Q and
    I2 compare study estimates, from corrected cells, with the pooled one; studies without events in both groups are
    left out of them.

    Variances: Greenland and Robins 1985 (RR, IRR, IRD), Robins, Breslow and Greenland 1986 (OR), Sato, Greenland and
    Robins 1989 (RD). Raises NotEstimableError if the tables say nothing about the measure, ValueError if no study or
    an unknown measure is given.
    """
    check_level(level)
    included = _included(measure, columns)
    tables = _tables(measure, columns, included, corrected=corrected)
    combined = _FORMULAS[measure](tables)
    judged = effects(measure, columns, zero_cells=_FOR_HETEROGENEITY)
    return _pooled(combined, judged, level, corrected=corrected)


def mantel_haenszel_random(
    measure: Measure, columns: Mapping[str, Column], *, level: float = 0.95, corrected: bool = True
) -> Pooled:
    """RevMan 5's random-effects "M-H" for RR, OR and RD: inverse variance, with Q around the Mantel-Haenszel estimate.

    tau2 is DerSimonian and Laird's with that Q. The Mantel-Haenszel estimate is ``corrected`` as RevMan does, or not.
    Errors as in :func:`mantel_haenszel`.
    """
    common = mantel_haenszel(measure, columns, level=level, corrected=corrected)
    study = effects(measure, columns)
    w = [1.0 / v for v in study.vi]
    total = math.fsum(w)
    k = len(w)
    q = math.fsum(wi * (yi - common.estimate) ** 2 for wi, yi in zip(w, study.yi, strict=True))
    spare = total - math.fsum(wi * wi for wi in w) / total
    tau2 = max(0.0, (q - (k - 1)) / spare) if k > 1 else 0.0
    weights = [1.0 / (v + tau2) for v in study.vi]
    estimate = math.fsum(wi * yi for wi, yi in zip(weights, study.yi, strict=True)) / math.fsum(weights)
    combined = _Combined(estimate=estimate, se=math.fsum(weights) ** -0.5, weights=weights)
    return _result(combined, q=q, q_df=k - 1, level=level, tau2=tau2, tau2_method=Tau2Method.DL, notes=())


def _included(measure: Measure, columns: Mapping[str, Column]) -> Effects:
    if measure not in _COLUMNS:
        raise ValueError(f"Mantel-Haenszel pools RR, OR, RD, IRR and IRD, not {measure}")
    included = effects(measure, columns)
    if not included.rows:
        raise ValueError("nothing to pool: there is no usable study")
    return included


def _tables(measure: Measure, columns: Mapping[str, Column], included: Effects, *, corrected: bool) -> list[_Table]:
    a, size_1, c, size_2 = (
        np.asarray(columns[name], dtype=np.float64)[list(included.rows)] for name in _COLUMNS[measure]
    )
    tables = [
        _Table(a=ai, size_1=ni, c=ci, size_2=mi)
        for ai, ni, ci, mi in zip(a.tolist(), size_1.tolist(), c.tolist(), size_2.tolist(), strict=True)
    ]
    return [table.corrected() for table in tables] if corrected and measure in _CORRECTED else tables


def _pooled(combined: _Combined, judged: Effects, level: float, *, corrected: bool) -> Pooled:
    q = math.fsum((y - combined.estimate) ** 2 / v for y, v in zip(judged.yi, judged.vi, strict=True))
    notes = [Note(field="ci_method", reason="Mantel-Haenszel estimates have a Wald interval")]
    if corrected:
        notes.append(
            Note(field="method", reason="a half was added to every cell of tables with a zero, as in RevMan 5")
        )
    if len(judged.yi) < len(combined.weights):
        notes.append(Note(field="q", reason="studies without events in both groups are not judged for heterogeneity"))
    return _result(
        combined,
        q=q,
        q_df=max(len(judged.yi) - 1, 0),
        level=level,
        tau2=0.0,
        tau2_method=Tau2Method.CE,
        notes=tuple(notes),
    )


def _result(
    combined: _Combined,
    *,
    q: float,
    q_df: int,
    level: float,
    tau2: float,
    tau2_method: Tau2Method,
    notes: tuple[Note, ...],
) -> Pooled:
    k = len(combined.weights)
    half = normal_quantile(level) * combined.se
    statistic = combined.estimate / combined.se
    total = math.fsum(combined.weights)
    spread = _prediction(combined, tau2, k, level) if tau2_method is Tau2Method.DL else None
    return Pooled(
        k=k,
        method=PoolingMethod.MANTEL_HAENSZEL,
        tau2_method=tau2_method,
        ci_method=CiMethod.WALD,
        prediction_method=PredictionMethod.KM1,
        level=level,
        estimate=combined.estimate,
        se=combined.se,
        ci_low=combined.estimate - half,
        ci_high=combined.estimate + half,
        statistic=statistic,
        df=None,
        p=normal_p(statistic),
        tau2=tau2 if k > 1 else None,
        tau2_ci_low=None,
        tau2_ci_high=None,
        i2=i2_from_q(q, q_df) if q_df else None,
        i2_ci_low=None,
        i2_ci_high=None,
        h2=q / q_df if q_df else None,
        q=q if q_df else None,
        q_df=q_df,
        q_p=chi_square_p(q, q_df) if q_df else None,
        prediction_low=None if spread is None else combined.estimate - spread,
        prediction_high=None if spread is None else combined.estimate + spread,
        weights=tuple(100.0 * w / total for w in combined.weights),
        notes=(*notes, *_undefined(k, q_df, tau2_method)),
    )


def _prediction(combined: _Combined, tau2: float, k: int, level: float) -> float | None:
    if k < FEWEST_FOR_PREDICTION:
        return None
    se, t, size = (np.array([value]) for value in (combined.se, tau2, float(k)))
    return float(prediction_half_width(se, t, size, PredictionMethod.KM1, level)[0])


def _undefined(k: int, q_df: int, tau2_method: Tau2Method) -> tuple[Note, ...]:
    if k == 1:
        return (Note(field="estimate", reason="one study: not pooled"),)
    notes = [Note(field="tau2_ci", reason="the Q-profile interval belongs to inverse-variance pooling")]
    if not q_df:
        notes.append(Note(field="q", reason="fewer than two studies to judge heterogeneity by"))
    if tau2_method is Tau2Method.CE:
        notes.append(Note(field="prediction", reason="a common effect leaves nothing to predict beyond itself"))
    elif k < FEWEST_FOR_PREDICTION:
        notes.append(Note(field="prediction", reason="prediction needs at least three studies"))
    return tuple(notes)


def _log_ratio(over: list[float], under: list[float]) -> float:
    if not (math.fsum(over) > 0.0 and math.fsum(under) > 0.0):
        raise NotEstimableError("one group has no event in any study, so that the Mantel-Haenszel ratio has no value")
    return math.log(math.fsum(over) / math.fsum(under))


def _risk_ratio(tables: list[_Table]) -> _Combined:
    over = [t.a * (t.size_2 / t.size) for t in tables]
    under = [t.c * (t.size_1 / t.size) for t in tables]
    estimate = _log_ratio(over, under)
    spread = math.fsum((t.size_1 / t.size) * (t.size_2 / t.size) * (t.a + t.c) - (t.a / t.size) * t.c for t in tables)
    return _Combined(estimate=estimate, se=_root(spread / (math.fsum(over) * math.fsum(under))), weights=under)


def _odds_ratio(tables: list[_Table]) -> _Combined:
    over = [t.a * ((t.size_2 - t.c) / t.size) for t in tables]
    under = [t.c * ((t.size_1 - t.a) / t.size) for t in tables]
    estimate = _log_ratio(over, under)
    r, s = math.fsum(over), math.fsum(under)
    agreeing = [(t.a + t.size_2 - t.c) / t.size for t in tables]
    variance = 0.5 * (
        math.fsum(p * x for p, x in zip(agreeing, over, strict=True)) / r**2
        + math.fsum(p * y + (1.0 - p) * x for p, x, y in zip(agreeing, over, under, strict=True)) / (r * s)
        + math.fsum((1.0 - p) * y for p, y in zip(agreeing, under, strict=True)) / s**2
    )
    return _Combined(estimate=estimate, se=_root(variance), weights=under)


def _risk_difference(tables: list[_Table]) -> _Combined:
    weights = [t.size_1 * (t.size_2 / t.size) for t in tables]
    total = math.fsum(weights)
    estimate = math.fsum(t.a * (t.size_2 / t.size) - t.c * (t.size_1 / t.size) for t in tables) / total
    skew = math.fsum(
        t.c * (t.size_1 / t.size) ** 2
        - t.a * (t.size_2 / t.size) ** 2
        + (t.size_1 / t.size) * (t.size_2 / t.size) * (t.size_2 - t.size_1) / 2.0
        for t in tables
    )
    mixed = math.fsum(t.a * (t.size_2 - t.c) / t.size + t.c * (t.size_1 - t.a) / t.size for t in tables)
    return _Combined(estimate=estimate, se=_root((estimate * skew + mixed / 2.0) / total**2), weights=weights)


def _rate_ratio(tables: list[_Table]) -> _Combined:
    over = [t.a * (t.size_2 / t.size) for t in tables]
    under = [t.c * (t.size_1 / t.size) for t in tables]
    estimate = _log_ratio(over, under)
    spread = math.fsum((t.size_1 / t.size) * (t.size_2 / t.size) * (t.a + t.c) for t in tables)
    return _Combined(estimate=estimate, se=_root(spread / (math.fsum(over) * math.fsum(under))), weights=under)


def _rate_difference(tables: list[_Table]) -> _Combined:
    weights = [t.size_1 * (t.size_2 / t.size) for t in tables]
    total = math.fsum(weights)
    estimate = math.fsum(t.a * (t.size_2 / t.size) - t.c * (t.size_1 / t.size) for t in tables) / total
    variance = math.fsum(w * w * (t.a / t.size_1**2 + t.c / t.size_2**2) for w, t in zip(weights, tables, strict=True))
    return _Combined(estimate=estimate, se=_root(variance) / total, weights=weights)


def _root(variance: float) -> float:
    if not variance > 0.0:
        raise NotEstimableError("the tables leave the Mantel-Haenszel estimate without a variance")
    return math.sqrt(variance)


_FORMULAS = {
    Measure.RR: _risk_ratio,
    Measure.OR: _odds_ratio,
    Measure.RD: _risk_difference,
    Measure.IRR: _rate_ratio,
    Measure.IRD: _rate_difference,
}
