"""Small-study effects: do smaller studies show larger effects, as selective publication would make them?

:func:`small_study_effects` is the house rule; the single tests below it are for whoever knows which one is wanted.
Each regresses effects on a measure of study size; the slope is the asymmetry.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from evibrief.statistics.measures import Measure
from evibrief.statistics.mixed_effects import Array, fits_exactly, has_full_rank, residual_tau2, weighted_fit
from evibrief.statistics.pooling_input import LARGEST_ESTIMATE, LARGEST_VARIANCE, SMALLEST_VARIANCE
from evibrief.statistics.results import Note, Tau2Method
from evibrief.statistics.tails import critical_value, two_sided

# With fewer studies the power of these tests is too low (Cochrane Handbook 5.1, section 10.4.3.1).
FEWEST_STUDIES = 10

# Two coefficients and a residual variance take three studies.
FEWEST_TO_COMPUTE = 3


class AsymmetryTest(StrEnum):
    """Which test of funnel plot asymmetry was made."""

    EGGER = "egger"
    HARBORD = "harbord"
    PETERS = "peters"
    BEGG = "begg"


class Predictor(StrEnum):
    """The measure of study size on which effects are regressed; ``n`` is the number of people in the study."""

    SE = "se"
    VARIANCE = "variance"
    INVERSE_N = "1/n"
    INVERSE_ROOT_N = "1/sqrt(n)"
    ARMS = "sqrt(1/n1 + 1/n2)"
    INVERSE_ROOT_INFORMATION = "1/sqrt(V)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudyTest:
    """A test of funnel plot asymmetry: ``slope`` is the asymmetry, ``intercept`` what an infinite study would show.

    ``df`` is ``None`` for a normal test. ``tau2`` is given where the model has one. For Begg's test ``slope`` is
    Kendall's tau. Where there is no test the numbers are ``None`` and a note says why.
    """

    test: AsymmetryTest
    k: int
    predictor: Predictor | None = None
    intercept: float | None = None
    intercept_se: float | None = None
    intercept_low: float | None = None
    intercept_high: float | None = None
    slope: float | None = None
    slope_se: float | None = None
    statistic: float | None = None
    df: int | None = None
    p: float | None = None
    tau2: float | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A two-by-two table: events and people in the intervention and in the control group."""

    events_1: float
    n_1: float
    events_2: float
    n_2: float


def small_study_effects(
    measure: Measure,
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    tables: Sequence[Table] | None = None,
    arms: Sequence[tuple[float, float]] | None = None,
) -> SmallStudyTest:
    """The test that suits the measure, from :data:`FEWEST_STUDIES` studies up; below, a note and no test.

    Odds ratios with ``tables``: Harbord. SMDs with ``arms`` (people per arm): the regression on sqrt(1/n1 + 1/n2),
    because an SMD and its standard error are correlated. Otherwise Egger's.
    """
    odds = measure in (Measure.OR, Measure.PETO) and tables is not None
    test = AsymmetryTest.HARBORD if odds else AsymmetryTest.EGGER
    k = len(tables) if odds and tables is not None else len(yi)
    if k < FEWEST_STUDIES:
        reason = f"{k} studies: with fewer than {FEWEST_STUDIES} such a test cannot tell chance from asymmetry"
        return SmallStudyTest(test=test, k=k, notes=(Note(field="p", reason=reason),))
    if odds and tables is not None:
        return harbord(tables)
    if measure is Measure.SMD and arms is not None:
        return egger(yi, vi, predictor=Predictor.ARMS, arms=arms)
    return egger(yi, vi)


def egger(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    predictor: Predictor = Predictor.SE,
    n: Sequence[float] | None = None,
    arms: Sequence[tuple[float, float]] | None = None,
    level: float = 0.95,
) -> SmallStudyTest:
    """Egger's regression: least squares weighted by 1 / vi with a free residual variance, t with k - 2 df.

    Egger 1997, BMJ 315:629. With the predictor SE the slope is the intercept of the regression of y / se on 1 / se.
    """
    x = _predictor(predictor, np.asarray(vi, dtype=float), n, arms)
    return _weighted_test(AsymmetryTest.EGGER, predictor, (yi, np.asarray(vi, dtype=float), x), level)


def mixed_egger(
    yi: Sequence[float],
    vi: Sequence[float],
    *,
    predictor: Predictor = Predictor.SE,
    n: Sequence[float] | None = None,
    arms: Sequence[tuple[float, float]] | None = None,
    tau2_method: Tau2Method = Tau2Method.REML,
    level: float = 0.95,
) -> SmallStudyTest:
    """Egger's regression with residual heterogeneity as a variance component, and a normal test."""
    v = np.asarray(vi, dtype=float)
    y, v, x = _canonical(yi, v, _predictor(predictor, v, n, arms))
    obstacle = _obstacle(y, x)
    if obstacle is not None:
        return SmallStudyTest(test=AsymmetryTest.EGGER, k=len(y), predictor=predictor, notes=(obstacle,))
    origin, design = float(y[int(np.argmin(v))]), _design(x)
    tau2 = residual_tau2(y - origin, v, design, tau2_method)
    fit = weighted_fit(y - origin, v, design, tau2)
    return _tested(
        SmallStudyTest(test=AsymmetryTest.EGGER, k=len(y), predictor=predictor, tau2=float(tau2)),
        (fit.beta, fit.unscaled_cov, origin),
        None,
        level,
    )


def harbord(tables: Sequence[Table], *, measure: Measure = Measure.OR, level: float = 0.95) -> SmallStudyTest:
    """Harbord's test: the score Z and its variance V; Z / V regressed on 1 / sqrt(V) with weight V.

    Harbord 2006, Stat Med 25:3443. With E events among N people, for odds ratios Z = a - E n1 / N and
    V = n1 n2 E (N - E) / (N^2 (N - 1)); for risk ratios Z = (a N - E n1) / (N - E) and V = n1 n2 E / (N (N - E)).
    Studies without events, or with nothing but events, say nothing and are left out. Raises ``ValueError`` for
    another measure.
    """
    if measure not in (Measure.OR, Measure.RR):
        raise ValueError(f"Harbord's test is for OR and RR, not {measure}")
    a, n_1, c, n_2 = _columns(tables)
    total, events = n_1 + n_2, a + c
    use = (events > 0.0) & (events < total)
    a, n_1, n_2, total, events = (column[use] for column in (a, n_1, n_2, total, events))
    score = a - events * (n_1 / total)
    information = n_1 / total * (n_2 / total) * events
    if measure is Measure.OR:
        information = information * (total - events) / (total - 1.0)
    else:
        score, information = score * total / (total - events), information * total / (total - events)
    made = _weighted_test(
        AsymmetryTest.HARBORD,
        Predictor.INVERSE_ROOT_INFORMATION,
        (score / information, 1.0 / information, 1.0 / np.sqrt(information)),
        level,
    )
    return _with_left_out(made, int((~use).sum()))


def peters(yi: Sequence[float], tables: Sequence[Table], *, level: float = 0.95) -> SmallStudyTest:
    """Peters's test for odds ratios: ``yi`` (log odds ratios) on 1 / N with weight 1 / (1/E + 1/(N - E)).

    Peters 2006, JAMA 295:676. Rows of ``yi`` and ``tables`` belong together; studies without events, or with nothing
    but events, are left out.
    """
    a, n_1, c, n_2 = _columns(tables)
    total, events = n_1 + n_2, a + c
    use = (events > 0.0) & (events < total)
    total, events = total[use], events[use]
    v = 1.0 / events + 1.0 / (total - events)
    y = np.asarray(yi, dtype=float)[use]
    made = _weighted_test(AsymmetryTest.PETERS, Predictor.INVERSE_N, (y, v, 1.0 / total), level)
    return _with_left_out(made, int((~use).sum()))


def _weighted_test(
    test: AsymmetryTest, predictor: Predictor, data: tuple[Sequence[float] | Array, Array, Array], level: float
) -> SmallStudyTest:
    y, v, x = _canonical(*data)
    obstacle = _obstacle(y, x)
    if obstacle is not None:
        return SmallStudyTest(test=test, k=len(y), predictor=predictor, notes=(obstacle,))
    origin = float(y[int(np.argmin(v))])
    fit = weighted_fit(y - origin, v, _design(x), 0.0)
    if fits_exactly(fit, y):
        note = Note(field="p", reason="the studies lie exactly on a line: no error to compare the slope with")
        return SmallStudyTest(test=test, k=len(y), predictor=predictor, notes=(note,))
    df = len(y) - 2
    covariance = fit.unscaled_cov * (float(fit.rss) / df)
    return _tested(SmallStudyTest(test=test, k=len(y), predictor=predictor), (fit.beta, covariance, origin), df, level)


def _tested(blank: SmallStudyTest, fitted: tuple[Array, Array, float], df: int | None, level: float) -> SmallStudyTest:
    beta, covariance, origin = fitted
    intercept, slope = float(beta[0]) + origin, float(beta[1])
    intercept_se, slope_se = (math.sqrt(float(covariance[i, i])) for i in (0, 1))
    half = critical_value(level, df) * intercept_se
    return replace(
        blank,
        intercept=intercept,
        intercept_se=intercept_se,
        intercept_low=intercept - half,
        intercept_high=intercept + half,
        slope=slope,
        slope_se=slope_se,
        statistic=slope / slope_se,
        df=df,
        p=two_sided(slope / slope_se, df),
    )


def _with_left_out(made: SmallStudyTest, left_out: int) -> SmallStudyTest:
    if not left_out:
        return made
    note = Note(field="k", reason=f"{left_out} studies without events, or with nothing but events, left out")
    return replace(made, notes=(*made.notes, note))


def _predictor(
    predictor: Predictor, v: Array, n: Sequence[float] | None, arms: Sequence[tuple[float, float]] | None
) -> Array:
    match predictor:
        case Predictor.SE:
            return np.asarray(np.sqrt(v))
        case Predictor.VARIANCE:
            return v
        case Predictor.ARMS if arms is not None:
            return np.array([math.sqrt(1.0 / n_1 + 1.0 / n_2) for n_1, n_2 in arms])
        case Predictor.INVERSE_N if n is not None:
            return np.array([1.0 / people for people in n])
        case Predictor.INVERSE_ROOT_N if n is not None:
            return np.array([1.0 / math.sqrt(people) for people in n])
        case _:
            raise ValueError(f"the predictor {predictor} needs the number of people in each study")


def _canonical(y: Sequence[float] | Array, v: Array, x: Array) -> tuple[Array, Array, Array]:
    """Check, and sort by predictor, variance and estimate, so that the order of studies does not matter."""
    estimates = np.asarray(y, dtype=float)
    if not len(estimates) == len(v) == len(x):
        raise ValueError("estimates, variances and study sizes must have one length")
    table = np.array([x, v, estimates])
    check_effects(estimates, v)
    if not np.isfinite(x).all():
        raise ValueError("study sizes must be finite")
    x, v, estimates = table[:, np.lexsort((estimates, v, x))]
    return estimates, v, x


def check_effects(y: Array, v: Array) -> None:
    """Raise ``ValueError`` unless estimates are finite and variances above 0, and both of plausible size."""
    if not (np.abs(y) <= LARGEST_ESTIMATE).all():
        raise ValueError("estimates must be finite and of plausible size")
    if not ((v >= SMALLEST_VARIANCE) & (v <= LARGEST_VARIANCE)).all():
        raise ValueError("variances must be finite, above 0 and of plausible size")


def _obstacle(y: Array, x: Array) -> Note | None:
    if len(y) < FEWEST_TO_COMPUTE:
        return Note(field="p", reason=f"{len(y)} studies: a line with an error needs {FEWEST_TO_COMPUTE}")
    if not has_full_rank(_design(x)):
        return Note(field="p", reason="all studies have the same size: no slope can be estimated")
    return None


def _design(x: Array) -> Array:
    return np.stack([np.ones(len(x)), x], axis=1)


def _columns(tables: Sequence[Table]) -> tuple[Array, Array, Array, Array]:
    rows = [(t.events_1, t.n_1, t.events_2, t.n_2) for t in tables]
    a, n_1, c, n_2 = np.array(rows, dtype=float).reshape(len(rows), 4).T
    return a, n_1, c, n_2
