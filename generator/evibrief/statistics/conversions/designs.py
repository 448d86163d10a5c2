"""Crossover and cluster trials brought to the terms of parallel trials."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evibrief.statistics.conversions import checking
from evibrief.statistics.conversions.arms import ConvertedCounts, Counts
from evibrief.statistics.conversions.estimates import Estimate
from evibrief.statistics.conversions.spread import change_sd


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """A mean difference within people, its standard error, the SD of the differences, and how they were obtained."""

    difference: float
    sd: float
    se: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEffect:
    """How many times larger a variance is because people came in clusters, and how that was obtained."""

    factor: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSize:
    """The number of independent people that a clustered group is worth, and how it was obtained."""

    n: float
    note: str


def crossover_difference(difference: float, sd_1: float, sd_2: float, r: float, n: float) -> PairedDifference:
    """A crossover trial analysed as paired, from the SDs under each treatment and a correlation (Handbook 23.2.7).

    ``n`` is the number of people, each measured under both treatments.
    """
    checking.finite(difference, "the mean difference")
    checking.sample_size(n)
    sd = change_sd(sd_1, sd_2, r).sd
    return PairedDifference(
        difference=difference,
        sd=sd,
        se=sd / math.sqrt(n),
        note=f"crossover trial: paired standard error with an assumed correlation of {r:.15g} within people",
    )


def crossover_smd(difference: float, sd_1: float, sd_2: float, r: float, n: float) -> Estimate:
    """The standardised mean difference of a crossover trial, with its paired standard error (Handbook 23.2.7).

    Standardised by the root of the mean of the two variances, so that it compares with parallel trials;
    SE = sqrt((1/n + SMD^2/(2n)) x 2(1 - r)).
    """
    checking.finite(difference, "the mean difference")
    checking.sample_size(n)
    checking.above_zero(sd_1, "the standard deviation of group 1")
    checking.above_zero(sd_2, "the standard deviation of group 2")
    checking.correlation(r)
    smd = difference / math.sqrt((sd_1**2 + sd_2**2) / 2)
    return Estimate(
        yi=smd,
        se=math.sqrt((1 / n + smd**2 / (2 * n)) * 2 * (1 - r)),
        note=f"crossover trial: paired standard error with an assumed correlation of {r:.15g} within people",
    )


def design_effect(mean_cluster_size: float, icc: float, *, size_cv: float = 0.0) -> DesignEffect:
    """1 + (m - 1) ICC, or 1 + ((CV^2 + 1) m - 1) ICC for clusters of unequal size.

    Handbook 23.1.4; unequal sizes: Eldridge 2006, Int J Epidemiol 35:1292. ``size_cv`` is the coefficient of
    variation of the cluster sizes.
    """
    checking.sample_size(mean_cluster_size, "the mean cluster size", at_least=1)
    if not 0 <= icc <= 1:
        raise ValueError(f"an intracluster correlation must lie between 0 and 1, not {icc:.15g}")
    if not checking.finite(size_cv, "the coefficient of variation") >= 0:
        raise ValueError(f"a coefficient of variation must not be negative, as {size_cv:.15g} is")
    unequal = f" varying by a coefficient of {size_cv:.15g}" if size_cv else ""
    return DesignEffect(
        factor=1 + ((size_cv**2 + 1) * mean_cluster_size - 1) * icc,
        note=(
            f"design effect for clusters of {mean_cluster_size:.15g} people on average{unequal},"
            f" intracluster correlation {icc:.15g}"
        ),
    )


def effective_counts(arm: Counts, design: DesignEffect) -> ConvertedCounts:
    """Events and people of a clustered group, both divided by the design effect (Handbook 23.1.4)."""
    checking.sample_size(arm.n, "the size of a group", at_least=1)
    checking.count(arm.events, arm.n)
    return ConvertedCounts(events=arm.events / design.factor, n=arm.n / design.factor, note=_scaled(design))


def effective_size(n: float, design: DesignEffect) -> EffectiveSize:
    """People of a clustered group divided by the design effect; mean and SD stay as they are (Handbook 23.1.4)."""
    checking.sample_size(n, "the size of a group", at_least=1)
    return EffectiveSize(n=n / design.factor, note=_scaled(design))


def inflated_estimate(yi: float, se: float, design: DesignEffect) -> Estimate:
    """An estimate that ignored clustering, its standard error times the root of the design effect (Handbook 23.1)."""
    checking.finite(yi, "the estimate")
    checking.above_zero(se, "the standard error")
    return Estimate(
        yi=yi,
        se=se * math.sqrt(design.factor),
        note=f"standard error enlarged for clustering: {design.note} ({design.factor:.4g})",
    )


def _scaled(design: DesignEffect) -> str:
    return f"numbers reduced for clustering: {design.note} ({design.factor:.4g})"
