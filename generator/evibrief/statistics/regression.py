"""Meta-regression: mixed-effects models of study characteristics, and their permutation tests.

Coefficients are on the analysis scale per unit of the covariate. Studies are brought into one order before anything
is computed, so results do not depend on the order in which they were declared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evibrief.statistics.mixed_effects import (
    Array,
    WeightedFit,
    fits_exactly,
    has_full_rank,
    residual_tau2,
    weighted_fit,
)
from evibrief.statistics.pooling_input import standardise
from evibrief.statistics.pooling_many import check_level
from evibrief.statistics.results import Exclusion, Note, Tau2Method
from evibrief.statistics.tails import chi2_tail, critical_value, f_tail, two_sided

# Fewer studies per covariate than this make a regression unreliable (Cochrane Handbook 5.1, section 9.6.4).
STUDIES_PER_COVARIATE = 10

INTERCEPT = "intercept"


class RegressionTest(StrEnum):
    """How coefficients are tested: Knapp and Hartung's t and F, or the normal distribution and chi-squared."""

    KNAPP_HARTUNG = "knapp-hartung"
    Z = "z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient, analysis scale per unit of its covariate; ``df`` is ``None`` for the normal distribution."""

    name: str
    estimate: float
    se: float
    statistic: float | None
    df: int | None
    p: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A meta-regression; the first coefficient is the intercept. ``i2`` (residual) and ``r2`` are percentages.

    ``q_residual`` tests whether heterogeneity remains, ``q_moderators`` (chi-squared, or F where
    ``q_moderators_df2`` is given) whether the covariates explain anything. ``excluded`` are studies without a value
    of a covariate. Where the model cannot be fitted ``coefficients`` is empty, every number is ``None`` and a note
    says why.
    """

    k: int
    tau2_method: Tau2Method
    test: RegressionTest
    level: float
    coefficients: tuple[Coefficient, ...] = ()
    covariance: tuple[tuple[float, ...], ...] = ()
    tau2: float | None = None
    tau2_without: float | None = None
    i2: float | None = None
    h2: float | None = None
    r2: float | None = None
    q_residual: float | None = None
    q_residual_df: int | None = None
    q_residual_p: float | None = None
    q_moderators: float | None = None
    q_moderators_df1: int | None = None
    q_moderators_df2: int | None = None
    q_moderators_p: float | None = None
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionInput:
    """Complete studies in canonical order and units; the design has the intercept first."""

    names: tuple[str, ...]
    yi: Array
    vi: Array
    design: Array
    origin: float
    unit: float
    excluded: tuple[Exclusion, ...]

    @property
    def obstacle(self) -> str | None:
        """Why no model can be fitted, if none can."""
        k, p = self.design.shape
        if k <= p:
            return f"{k} studies cannot support {p} coefficients"
        return None if has_full_rank(self.design) else "the covariates are constant or determine one another"


def regression_input(
    yi: Sequence[float], vi: Sequence[float], covariates: Mapping[str, Sequence[float | None]]
) -> RegressionInput:
    """Set aside studies without a covariate, and bring the others into canonical order and units.

    Raises ``ValueError`` for lengths that differ and for numbers that are not finite.
    """
    k = len(yi)
    if len(vi) != k or any(len(column) != k for column in covariates.values()):
        raise ValueError("estimates, variances and covariates must have one length")
    if any(x is not None and not math.isfinite(x) for column in covariates.values() for x in column):
        raise ValueError("covariates must be finite numbers, or None where missing")
    missing = {row: [n for n, column in covariates.items() if column[row] is None] for row in range(k)}
    complete = [row for row in range(k) if not missing[row]]
    rows = sorted((*(column[row] for column in covariates.values()), vi[row], yi[row]) for row in complete)
    table = np.array(rows, dtype=float).reshape(len(rows), len(covariates) + 2)
    design = np.concatenate([np.ones((len(rows), 1)), table[:, :-2]], axis=1)
    excluded = tuple(
        Exclusion(row=row, reason=f"no value of {', '.join(missing[row])}") for row in range(k) if missing[row]
    )
    names = (INTERCEPT, *covariates)
    if not rows:
        empty = np.empty(0)
        return RegressionInput(names=names, yi=empty, vi=empty, design=design, origin=0.0, unit=1.0, excluded=excluded)
    ready = standardise(table[None, :, -1], table[None, :, -2])
    return RegressionInput(
        names=names,
        yi=ready.d[:, 0],
        vi=ready.v[:, 0],
        design=design[ready.order[:, 0]],
        origin=float(ready.origin[0]),
        unit=float(np.ldexp(1.0, int(ready.exponent[0]))),
        excluded=excluded,
    )


def meta_regression(
    yi: Sequence[float],
    vi: Sequence[float],
    covariates: Mapping[str, Sequence[float | None]],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    test: RegressionTest = RegressionTest.KNAPP_HARTUNG,
    level: float = 0.95,
) -> Regression:
    """Regress effects on study characteristics, with residual heterogeneity.

    Knapp-Hartung scales the covariance by the weighted residual mean square and uses t and F with k - p degrees of
    freedom (Knapp and Hartung 2003); it does not apply to a common-effect fit. I2 is tau2 against the typical
    variance (k - p) / trace(P); R2 is the share of tau2 explained, not below 0. Raises ``ValueError`` for input that
    is not a set of studies, and for an estimator outside ``mixed_effects.SUPPORTED``.
    """
    check_level(level)
    if tau2_method is Tau2Method.CE and test is RegressionTest.KNAPP_HARTUNG:
        raise ValueError("a common-effect regression has no Knapp-Hartung test: choose z")
    data = regression_input(yi, vi, covariates)
    k = len(data.yi)
    if data.obstacle is not None:
        note = Note(field="coefficients", reason=data.obstacle)
        return Regression(k=k, tau2_method=tau2_method, test=test, level=level, excluded=data.excluded, notes=(note,))
    tau2 = residual_tau2(data.yi, data.vi, data.design, tau2_method)
    fit, common = (weighted_fit(data.yi, data.vi, data.design, t) for t in (tau2, 0.0))
    inflation = _inflation(fit, data.yi, test)
    tau2_without = residual_tau2(data.yi, data.vi, data.design[:, :1], tau2_method)
    return _report(data, fit, common, float(tau2), float(tau2_without), inflation, (tau2_method, test, level))


def _inflation(fit: WeightedFit, yi: Array, test: RegressionTest) -> float:
    """Knapp and Hartung's factor of the covariance."""
    if test is RegressionTest.Z:
        return 1.0
    k, p = len(fit.residuals), len(fit.beta)
    return 0.0 if fits_exactly(fit, yi) else float(fit.rss) / (k - p)


def _report(
    data: RegressionInput,
    fit: WeightedFit,
    common: WeightedFit,
    tau2: float,
    tau2_without: float,
    inflation: float,
    choice: tuple[Tau2Method, RegressionTest, float],
) -> Regression:
    tau2_method, test, level = choice
    k, p = data.design.shape
    df = k - p
    df2 = df if test is RegressionTest.KNAPP_HARTUNG else None
    covariance = inflation * fit.unscaled_cov
    q_residual = float(common.rss)
    q, q_p = _omnibus(fit.beta[1:], covariance[1:, 1:], df2)
    i2, h2 = _heterogeneity(tau2, q_residual, df, float(common.trace_p), tau2_method)
    r2 = None if tau2_without == 0.0 else 100.0 * max(0.0, 1.0 - tau2 / tau2_without)
    return Regression(
        k=k,
        tau2_method=tau2_method,
        test=test,
        level=level,
        coefficients=_coefficients(data, fit.beta, covariance, df2, level),
        covariance=tuple(tuple(float(x) * data.unit**2 for x in row) for row in covariance),
        tau2=tau2 * data.unit**2,
        tau2_without=tau2_without * data.unit**2,
        i2=i2,
        h2=h2,
        r2=r2,
        q_residual=q_residual,
        q_residual_df=df,
        q_residual_p=chi2_tail(q_residual, df),
        q_moderators=q,
        q_moderators_df1=p - 1 if q is not None else None,
        q_moderators_df2=df2 if q is not None else None,
        q_moderators_p=q_p,
        excluded=data.excluded,
        notes=_notes(k, p, inflation, r2, q, tau2_method),
    )


def _coefficients(
    data: RegressionInput, beta: Array, covariance: Array, df: int | None, level: float
) -> tuple[Coefficient, ...]:
    critical = critical_value(level, df)
    made = []
    for i, name in enumerate(data.names):
        estimate = float(beta[i]) * data.unit + (data.origin if i == 0 else 0.0)
        se = math.sqrt(float(covariance[i, i])) * data.unit
        statistic = estimate / se if se > 0.0 else math.inf
        usable = math.isfinite(statistic)
        made.append(
            Coefficient(
                name=name,
                estimate=estimate,
                se=se,
                statistic=statistic if usable else None,
                df=df,
                p=two_sided(statistic, df) if usable else None,
                ci_low=estimate - critical * se,
                ci_high=estimate + critical * se,
            )
        )
    return tuple(made)


def _omnibus(beta: Array, covariance: Array, df2: int | None) -> tuple[float | None, float | None]:
    """The test of all covariates: Wald's chi-squared, or F where ``df2`` is given."""
    m = len(beta)
    if m == 0 or not np.all(np.diagonal(covariance) > 0.0):
        return None, None
    scale = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(scale, scale)
    q = float((beta / scale) @ np.linalg.solve(correlation, beta / scale))
    return (q, chi2_tail(q, m)) if df2 is None else (q / m, f_tail(q / m, m, df2))


def _heterogeneity(tau2: float, q: float, df: int, trace: float, method: Tau2Method) -> tuple[float, float]:
    if method is Tau2Method.CE:
        return (100.0 * max(0.0, 1.0 - df / q) if q > 0.0 else 0.0), q / df
    typical = df / trace
    return 100.0 * tau2 / (tau2 + typical), tau2 / typical + 1.0


def _notes(k: int, p: int, inflation: float, r2: float | None, q: float | None, method: Tau2Method) -> tuple[Note, ...]:
    notes = []
    if p > 1 and k < STUDIES_PER_COVARIATE * (p - 1):
        reason = f"{k} studies for {p - 1} covariate(s): fewer than {STUDIES_PER_COVARIATE} each, so unreliable"
        notes.append(Note(field="coefficients", reason=reason))
    if inflation < 1.0:
        reason = "the Knapp-Hartung intervals are narrower than the normal ones, because the studies vary little"
        notes.append(Note(field="covariance", reason=reason))
    if r2 is None:
        why = "a common effect" if method is Tau2Method.CE else "no heterogeneity without the covariates"
        notes.append(Note(field="r2", reason=f"{why}: nothing to explain"))
    if q is None and p > 1:
        notes.append(Note(field="q_moderators", reason="the model fits exactly: no error to compare with"))
    return tuple(notes)
