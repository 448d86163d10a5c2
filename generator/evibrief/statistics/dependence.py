"""Several effects from one study: a three-level model with robust errors, or one effect per study by a stated rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from evibrief.statistics.mixed_effects import Array
from evibrief.statistics.pooling_input import standardise
from evibrief.statistics.pooling_many import check_level
from evibrief.statistics.results import Note
from evibrief.statistics.tails import chi2_tail, critical_value, two_sided
from evibrief.statistics.three_level import Clustered, fit_three_level

# Below four degrees of freedom the Satterthwaite approximation is poor (Tipton 2015, Psychol Methods 20:375).
FEWEST_ROBUST_DF = 4.0


class Correction(StrEnum):
    """The small-sample correction of cluster-robust errors."""

    CR1 = "CR1"
    CR2 = "CR2"


class SelectionRule(StrEnum):
    """How one effect stands for a study: the first listed, the most precise, or the average of all."""

    FIRST = "first"
    MOST_PRECISE = "most-precise"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Error, test and interval of one estimate; ``df`` is ``None`` for the normal distribution."""

    se: float
    statistic: float | None
    df: float | None
    p: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeLevel:
    """A three-level meta-analysis. ``tau2_between`` is the variance between clusters, ``tau2_within`` that within.

    ``robust`` (CR2, Satterthwaite degrees of freedom) is the one to report; ``normal`` and ``t`` (clusters - 1) trust
    the model. Where it cannot be fitted the numbers are ``None`` and a note says why.
    """

    k: int
    clusters: int
    level: float
    estimate: float | None = None
    tau2_between: float | None = None
    tau2_within: float | None = None
    log_likelihood: float | None = None
    q: float | None = None
    q_df: int | None = None
    q_p: float | None = None
    normal: Tested | None = None
    t: Tested | None = None
    robust: Tested | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePerStudy:
    """One effect per study, in the order of first mention; ``rows`` says which effects each was made of."""

    rule: SelectionRule
    studies: tuple[str, ...]
    yi: tuple[float, ...]
    vi: tuple[float, ...]
    rows: tuple[tuple[int, ...], ...]


def three_level(
    yi: Sequence[float], vi: Sequence[float], clusters: Sequence[str], *, level: float = 0.95
) -> ThreeLevel:
    """Pool effects nested in clusters (studies, districts), by REML with cluster-robust errors.

    Konstantopoulos 2011 (Res Synth Methods 2:61) for the model; Pustejovsky and Tipton 2018 for CR2. Raises
    ``ValueError`` as ``pool`` does.
    """
    check_level(level)
    data, origin, unit = _clustered(yi, vi, clusters)
    k, m = data.y.size, data.starts.size
    blank = ThreeLevel(k=k, clusters=m, level=level)
    if m < 2 or m == k:
        reason = "all effects are of one cluster" if m < 2 else "no cluster has more than one effect: pool as usual"
        return replace(blank, notes=(Note(field="estimate", reason=reason),))
    fit = fit_three_level(data)
    estimate, se = fit.mean * unit + origin, math.sqrt(fit.variance) * unit
    q = _cochran(data)
    robust = _robust(data, (fit.between, fit.within), Correction.CR2)
    tested = _tested(estimate, robust.se * unit, robust.df, level)
    return replace(
        blank,
        estimate=estimate,
        tau2_between=fit.between * unit**2,
        tau2_within=fit.within * unit**2,
        # The density of a rescaled variable: k - 1 contrasts, each in units.
        log_likelihood=fit.log_likelihood - (k - 1) * math.log(unit),
        q=q,
        q_df=k - 1,
        q_p=chi2_tail(q, k - 1),
        normal=_tested(estimate, se, None, level),
        t=_tested(estimate, se, m - 1.0, level),
        robust=tested,
        notes=_robust_notes(robust.df),
    )


def cluster_robust(
    yi: Sequence[float],
    vi: Sequence[float],
    clusters: Sequence[str],
    *,
    tau2_within: float,
    tau2_between: float = 0.0,
    correction: Correction = Correction.CR2,
    level: float = 0.95,
) -> Tested | None:
    """Cluster-robust error and interval of the mean weighted by a working model with the variances given.

    ``tau2_between`` 0 is the ordinary random-effects model. CR1 multiplies the sandwich by m / (m - 1) and uses t with
    m - 1 degrees of freedom for m clusters; CR2 is unbiased if the working model holds, with Satterthwaite degrees of
    freedom (Pustejovsky and Tipton 2018). ``None`` for fewer than two clusters. Raises ``ValueError`` as ``pool`` does.
    """
    check_level(level)
    if not (tau2_within >= 0.0 and tau2_between >= 0.0):
        raise ValueError("variances between effects cannot be negative")
    data, origin, unit = _clustered(yi, vi, clusters)
    if data.starts.size < 2:
        return None
    robust = _robust(data, (tau2_between / unit**2, tau2_within / unit**2), correction)
    return _tested(robust.mean * unit + origin, robust.se * unit, robust.df, level)


def one_per_study(
    yi: Sequence[float],
    vi: Sequence[float],
    studies: Sequence[str],
    *,
    rule: SelectionRule,
    correlation: float = 1.0,
) -> OnePerStudy:
    """Reduce several effects of one study to one.

    ``AVERAGE`` is the mean of a study's n effects, with variance sum_ij r_ij sqrt(v_i v_j) / n^2, where r_ij is
    ``correlation`` between different effects of one study (Borenstein 2009, chapter 24); 1, the default, claims no
    precision from measuring twice. Raises ``ValueError`` for a correlation outside [0, 1] or unequal lengths.
    """
    if not len(yi) == len(vi) == len(studies):
        raise ValueError("estimates, variances and studies must have one length")
    if not 0.0 <= correlation <= 1.0:
        raise ValueError(f"a correlation between effects of one study lies from 0 to 1, not {correlation}")
    names = tuple(dict.fromkeys(studies))
    members = {name: tuple(i for i, study in enumerate(studies) if study == name) for name in names}
    chosen = [_chosen(members[name], vi, rule) for name in names]
    return OnePerStudy(
        rule=rule,
        studies=names,
        yi=tuple(math.fsum(yi[i] for i in rows) / len(rows) for rows in chosen),
        vi=tuple(_variance_of_mean([vi[i] for i in rows], correlation) for rows in chosen),
        rows=tuple(chosen),
    )


def _chosen(rows: tuple[int, ...], vi: Sequence[float], rule: SelectionRule) -> tuple[int, ...]:
    if rule is SelectionRule.AVERAGE:
        return rows
    return (rows[0],) if rule is SelectionRule.FIRST else (min(rows, key=lambda i: vi[i]),)


def _variance_of_mean(vi: list[float], correlation: float) -> float:
    independent = math.fsum(vi)
    together = math.fsum(math.sqrt(v) for v in vi) ** 2
    return (correlation * together + (1.0 - correlation) * independent) / len(vi) ** 2


def _clustered(yi: Sequence[float], vi: Sequence[float], clusters: Sequence[str]) -> tuple[Clustered, float, float]:
    """Effects in canonical units, sorted by cluster, variance and estimate; the origin and the unit taken out."""
    if not len(yi) == len(vi) == len(clusters):
        raise ValueError("estimates, variances and clusters must have one length")
    ready = standardise(np.array([yi], dtype=float), np.array([vi], dtype=float))
    order = ready.order[:, 0]
    number = {label: i for i, label in enumerate(sorted(set(clusters)))}
    owner = np.array([number[clusters[i]] for i in order], dtype=np.int64)
    by_cluster = np.argsort(owner, kind="stable")
    owner = owner[by_cluster]
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])).astype(np.int64)
    data = Clustered(y=ready.d[by_cluster, 0], v=ready.v[by_cluster, 0], starts=starts, owner=owner)
    return data, float(ready.origin[0]), float(np.ldexp(1.0, int(ready.exponent[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Robust:
    mean: float
    se: float
    df: float


def _robust(data: Clustered, variances: tuple[float, float], correction: Correction) -> _Robust:
    between, within = variances
    ends = np.append(data.starts[1:], data.y.size)
    blocks = [np.diag(data.v[a:b] + within) + between for a, b in zip(data.starts.tolist(), ends.tolist(), strict=True)]
    effects = np.split(data.y, data.starts[1:])
    weights = [np.asarray(np.linalg.solve(block, np.ones(len(block)))) for block in blocks]
    information = sum(float(w.sum()) for w in weights)
    mean = sum(float(w @ y) for w, y in zip(weights, effects, strict=True)) / information
    m = len(blocks)
    if correction is Correction.CR1:
        meat = sum(float(w @ (y - mean)) ** 2 for w, y in zip(weights, effects, strict=True))
        return _Robust(mean=mean, se=math.sqrt(meat * m / (m - 1)) / information, df=m - 1.0)
    adjusted = [_adjusted(block, w, information) for block, w in zip(blocks, weights, strict=True)]
    meat = sum(float(g @ (y - mean)) ** 2 for g, y in zip(adjusted, effects, strict=True))
    own = np.array([float(g @ block @ g) for g, block in zip(adjusted, blocks, strict=True)])
    sums = np.array([float(g.sum()) for g in adjusted])
    covariance = np.diag(own) - np.outer(sums, sums) / information
    df = float(np.trace(covariance)) ** 2 / float((covariance**2).sum())
    return _Robust(mean=mean, se=math.sqrt(meat), df=df)


def _adjusted(block: Array, weights: Array, information: float) -> Array:
    """A' W 1 / (1'W1) for one cluster, where A makes the residuals' variance right under the working model."""
    upper = np.linalg.cholesky(block).T
    values, vectors = np.linalg.eigh(upper @ (block - 1.0 / information) @ upper.T)
    # A cluster that determines the mean alone has no residual in one direction: a generalised inverse.
    kept = values > 1e-12 * values.max()
    root = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    return np.asarray(upper.T @ root @ upper @ weights / information)


def _tested(estimate: float, se: float, df: float | None, level: float) -> Tested:
    half = critical_value(level, df) * se
    statistic = estimate / se if se > 0.0 else None
    return Tested(
        se=se,
        statistic=statistic,
        df=df,
        p=None if statistic is None else two_sided(statistic, df),
        ci_low=estimate - half,
        ci_high=estimate + half,
    )


def _robust_notes(df: float) -> tuple[Note, ...]:
    if df >= FEWEST_ROBUST_DF:
        return ()
    reason = f"only {df:.1f} degrees of freedom: below {FEWEST_ROBUST_DF:.0f} the robust p-value is not trustworthy"
    return (Note(field="robust", reason=reason),)


def _cochran(data: Clustered) -> float:
    weights = 1.0 / data.v
    mean = float((weights * data.y).sum() / weights.sum())
    return float((weights * (data.y - mean) ** 2).sum())
