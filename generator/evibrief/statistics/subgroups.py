"""Subgroups of studies: each pooled, and a test of whether they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evibrief.statistics.mixed_effects import Array, fits_exactly, residual_tau2, weighted_fit
from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_input import standardise
from evibrief.statistics.pooling_many import check_level
from evibrief.statistics.results import CiMethod, Exclusion, Note, Pooled, PredictionMethod, Tau2Method
from evibrief.statistics.tails import chi2_tail, critical_value, f_tail, two_sided


class SubgroupTau2(StrEnum):
    """Whether each subgroup has its own between-study variance, or all share one."""

    SEPARATE = "separate"
    COMMON = "common"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One subgroup; ``rows`` are positions in the input. ``pooled`` is the full result where tau2 is its own."""

    label: str
    rows: tuple[int, ...]
    estimate: float
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    tau2: float | None
    pooled: Pooled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Subgroups in the order of their labels, and the test of differences between them.

    ``statistic`` is chi-squared with ``df`` degrees of freedom, or F where ``df2`` is given. ``excluded`` are studies
    without a group. Without two subgroups, or too few studies for a common variance, there is no test and a note.
    """

    tau2: SubgroupTau2
    groups: tuple[Subgroup, ...]
    statistic: float | None = None
    df: int | None = None
    df2: int | None = None
    p: float | None = None
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[Note, ...] = ()


def subgroups(
    yi: Sequence[float],
    vi: Sequence[float],
    groups: Sequence[str | None],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
    few_studies_rule: bool = False,
) -> Subgroups:
    """Pool each subgroup with its own tau2, and test differences by Q on the subgroup estimates.

    Q weighs each estimate by its normal-theory (Wald) variance whatever the interval (Borenstein 2009, chapter 19;
    RevMan). A subgroup of one study keeps that study's variance. Raises ``ValueError`` as ``pool`` does.
    """
    rows, excluded = _rows(yi, vi, groups)
    made, means, variances = [], [], []
    for label, members in rows.items():
        y, v = [yi[i] for i in members], [vi[i] for i in members]
        pooled = pool(
            y,
            v,
            tau2_method=tau2_method,
            ci_method=ci_method,
            prediction_method=prediction_method,
            level=level,
            few_studies_rule=few_studies_rule,
        )
        made.append(_own(label, members, pooled))
        means.append(pooled.estimate)
        variances.append(1.0 / math.fsum(1.0 / (x + (pooled.tau2 or 0.0)) for x in v))
    if len(made) < 2:
        return Subgroups(
            tau2=SubgroupTau2.SEPARATE, groups=tuple(made), excluded=excluded, notes=(_NOTHING_TO_COMPARE,)
        )
    q = _between(means, variances)
    return Subgroups(
        tau2=SubgroupTau2.SEPARATE,
        groups=tuple(made),
        statistic=q,
        df=len(made) - 1,
        p=chi2_tail(q, len(made) - 1),
        excluded=excluded,
    )


def subgroups_common_tau2(
    yi: Sequence[float],
    vi: Sequence[float],
    groups: Sequence[str | None],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    knapp_hartung: bool = True,
    level: float = 0.95,
) -> Subgroups:
    """Pool each subgroup with one residual tau2 for all: a mixed-effects model with the group as its moderator.

    Tested by F with k - (number of groups) degrees of freedom after Knapp and Hartung 2003, or by chi-squared.
    ``tau2_method`` must be one of ``mixed_effects.SUPPORTED``.
    """
    check_level(level)
    rows, excluded = _rows(yi, vi, groups)
    used = sorted((i for members in rows.values() for i in members), key=lambda i: (vi[i], yi[i], groups[i] or ""))
    if len(used) <= len(rows):
        note = Note(field="groups", reason=f"{len(used)} studies in {len(rows)} groups leave no common variance")
        return Subgroups(tau2=SubgroupTau2.COMMON, groups=(), excluded=excluded, notes=(note,))
    ready = standardise(np.array([[yi[i] for i in used]], dtype=float), np.array([[vi[i] for i in used]], dtype=float))
    order, unit = ready.order[:, 0], float(np.ldexp(1.0, int(ready.exponent[0])))
    design = np.array([[float(groups[used[i]] == label) for label in rows] for i in order])
    y, v = ready.d[:, 0], ready.v[:, 0]
    tau2 = residual_tau2(y, v, design, tau2_method)
    fit = weighted_fit(y, v, design, tau2)
    df2 = len(used) - len(rows) if knapp_hartung else None
    inflation = 1.0 if not df2 else 0.0 if fits_exactly(fit, y) else float(fit.rss) / df2
    variances = inflation * np.diagonal(fit.unscaled_cov)
    made = _shared(
        rows, (fit.beta * unit + float(ready.origin[0]), variances * unit**2), float(tau2) * unit**2, df2, level
    )
    if len(made) < 2 or not inflation > 0.0:
        note = _NOTHING_TO_COMPARE if len(made) < 2 else Note(field="p", reason="no variation within the groups")
        return Subgroups(tau2=SubgroupTau2.COMMON, groups=made, excluded=excluded, notes=(note,))
    df = len(made) - 1
    q = _between(fit.beta.tolist(), variances.tolist())
    return Subgroups(
        tau2=SubgroupTau2.COMMON,
        groups=made,
        statistic=q / df if df2 else q,
        df=df,
        df2=df2,
        p=f_tail(q / df, df, df2) if df2 else chi2_tail(q, df),
        excluded=excluded,
    )


_NOTHING_TO_COMPARE = Note(field="statistic", reason="fewer than two subgroups: nothing to compare")


def _rows(
    yi: Sequence[float], vi: Sequence[float], groups: Sequence[str | None]
) -> tuple[dict[str, tuple[int, ...]], tuple[Exclusion, ...]]:
    if not len(yi) == len(vi) == len(groups):
        raise ValueError("estimates, variances and groups must have one length")
    labels = sorted({label for label in groups if label is not None})
    rows = {label: tuple(i for i, group in enumerate(groups) if group == label) for label in labels}
    excluded = tuple(Exclusion(row=i, reason="no subgroup") for i, group in enumerate(groups) if group is None)
    return rows, excluded


def _own(label: str, members: tuple[int, ...], pooled: Pooled) -> Subgroup:
    return Subgroup(
        label=label,
        rows=members,
        estimate=pooled.estimate,
        se=pooled.se,
        ci_low=pooled.ci_low,
        ci_high=pooled.ci_high,
        p=pooled.p,
        tau2=pooled.tau2,
        pooled=pooled,
    )


def _shared(
    rows: dict[str, tuple[int, ...]], fitted: tuple[Array, Array], tau2: float, df: int | None, level: float
) -> tuple[Subgroup, ...]:
    critical = critical_value(level, df)
    made = []
    for i, (label, members) in enumerate(rows.items()):
        estimate, se = float(fitted[0][i]), math.sqrt(float(fitted[1][i]))
        made.append(
            Subgroup(
                label=label,
                rows=members,
                estimate=estimate,
                se=se,
                ci_low=estimate - critical * se,
                ci_high=estimate + critical * se,
                p=two_sided(estimate / se, df) if se > 0.0 else None,
                tau2=tau2,
            )
        )
    return tuple(made)


def _between(means: Sequence[float], variances: Sequence[float]) -> float:
    """Q of the subgroup estimates around their weighted mean."""
    weights = [1.0 / variance for variance in variances]
    origin = means[0]
    mean = math.fsum(w * (m - origin) for w, m in zip(weights, means, strict=True)) / math.fsum(weights)
    return math.fsum(w * (m - origin - mean) ** 2 for w, m in zip(weights, means, strict=True))
