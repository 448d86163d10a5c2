"""Two groups, means and standard deviations: mean difference, standardised difference, ratio of means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evibrief.statistics.effects.columns import FloatArray
from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from evibrief.statistics.special import poch


class SmdVariance(StrEnum):
    """The formula for the sampling variance of the standardised mean difference; g is the corrected difference.

    They differ by up to 8 % in ordinary data, so the choice is stated. With N = n1 + n2 and m = N - 2:
    """

    LS = "LS"  # 1/n1 + 1/n2 + g^2/(2N); metafor's default (Hedges 1982)
    LS2 = "LS2"  # J^2 (1/n1 + 1/n2 + d^2/(2N)) (Borenstein 2009)
    UB = "UB"  # 1/n1 + 1/n2 + (1 - (m - 2)/(m J^2)) g^2, unbiased; meta's "exact"
    AV = "AV"  # as LS, with the average of g, weighted by N, in place of each g
    REVMAN = "REVMAN"  # approximate J, and N/(n1 n2) + g^2/(2(N - 3.94))


class MdVariance(StrEnum):
    """Whether the two groups of a mean difference have their own variances, or one pooled."""

    HETEROSCEDASTIC = "LS"
    HOMOSCEDASTIC = "HO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """The choices among formulas of one measure."""

    smd_variance: SmdVariance
    md_variance: MdVariance
    rom_bias_correction: bool


def continuous_effects(
    measure: Measure,
    rows: Rows,
    *,
    variants: Variants,
) -> Effects:
    """MD, SMD and SMDH as differences, ROM as a logarithm, from ``mean_1, sd_1, n_1, mean_2, sd_2, n_2``.

    Formulas as in metafor 5's ``escalc``. The ratio of means needs two means of one sign.
    """
    _refuse_impossible_summaries(rows)
    if measure is Measure.ROM:
        return _log_ratio_of_means(rows, bias_correction=variants.rom_bias_correction)
    if measure is Measure.SMD:
        return _standardised_difference(rows, variants.smd_variance)
    if measure is Measure.SMDH:
        return _standardised_difference_unequal(rows)
    difference = rows["mean_1"] - rows["mean_2"]
    if variants.md_variance is MdVariance.HOMOSCEDASTIC:
        return rows.effects(difference, _pooled_variance(rows) * (1 / rows["n_1"] + 1 / rows["n_2"]))
    return rows.effects(difference, rows["sd_1"] ** 2 / rows["n_1"] + rows["sd_2"] ** 2 / rows["n_2"])


def small_sample_factor(df: FloatArray) -> FloatArray:
    """Hedges' exact correction J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), for m > 1 degrees of freedom.

    Hedges 1981, J Educ Stat 6:107, eq. 6e. A Pochhammer symbol keeps the ratio of gammas accurate for large m.
    """
    return np.asarray(poch((df - 1) / 2, 0.5) / np.sqrt(df / 2), dtype=np.float64)


def _refuse_impossible_summaries(rows: Rows) -> None:
    for group in "12":
        n, sd = f"n_{group}", f"sd_{group}"
        rows.exclude(rows[n] < 2, f"{n} is {{{n}}}; a standard deviation needs at least two people")
        rows.exclude(rows[sd] < 0, f"{sd} is negative ({{{sd}}})")
        rows.exclude(rows[sd] == 0, f"{sd} is zero")


def _pooled_variance(rows: Rows) -> FloatArray:
    n1, n2 = rows["n_1"], rows["n_2"]
    return ((n1 - 1) * rows["sd_1"] ** 2 + (n2 - 1) * rows["sd_2"] ** 2) / (n1 + n2 - 2)


def _standardised_difference(rows: Rows, formula: SmdVariance) -> Effects:
    n1, n2 = rows["n_1"], rows["n_2"]
    total, df = n1 + n2, n1 + n2 - 2
    d = (rows["mean_1"] - rows["mean_2"]) / np.sqrt(_pooled_variance(rows))
    j = 1 - 3 / (4 * total - 9) if formula is SmdVariance.REVMAN else small_sample_factor(df)
    g, sampling = j * d, 1 / n1 + 1 / n2
    match formula:
        case SmdVariance.LS:
            vi = sampling + g**2 / (2 * total)
        case SmdVariance.LS2:
            vi = j**2 * (sampling + d**2 / (2 * total))
        case SmdVariance.UB:
            vi = sampling + (1 - (df - 2) / (df * j**2)) * g**2
        case SmdVariance.AV:
            mean_g = np.nansum(total * g) / np.nansum(total)
            vi = sampling + mean_g**2 / (2 * total)
        case SmdVariance.REVMAN:  # pragma: no branch - there is no other formula
            vi = total / (n1 * n2) + g**2 / (2 * (total - 3.94))
    return rows.effects(g, vi)


def _standardised_difference_unequal(rows: Rows) -> Effects:
    """Bonett 2008, Psychol Methods 13:99, as metafor has it since version 4.6."""
    df1, df2 = rows["n_1"] - 1, rows["n_2"] - 1
    v1, v2 = rows["sd_1"] ** 2, rows["sd_2"] ** 2
    average = (v1 + v2) / 2
    g = small_sample_factor(df1 + df2) * (rows["mean_1"] - rows["mean_2"]) / np.sqrt(average)
    s1, s2 = v1 / average, v2 / average
    return rows.effects(g, g**2 * (s1**2 / df1 + s2**2 / df2) / 8 + s1 / df1 + s2 / df2)


def _log_ratio_of_means(rows: Rows, *, bias_correction: bool) -> Effects:
    """Hedges 1999, Ecology 80:1150; second-order bias correction of Lajeunesse 2015, Ecology 96:2056."""
    one_sign = np.sign(rows["mean_1"]) * np.sign(rows["mean_2"]) > 0
    rows.exclude(~one_sign, "the means ({mean_1} and {mean_2}) are not both of one sign")
    cv1 = (rows["sd_1"] / rows["mean_1"]) ** 2 / rows["n_1"]
    cv2 = (rows["sd_2"] / rows["mean_2"]) ** 2 / rows["n_2"]
    yi = np.log(rows["mean_1"] / rows["mean_2"])
    return rows.effects(yi + (cv1 - cv2) / 2 if bias_correction else yi, cv1 + cv2)
