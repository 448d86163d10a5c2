"""Standard deviations from what papers print in their place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evibrief.statistics.conversions import checking
from evibrief.statistics.conversions.estimates import statistic_of_p
from evibrief.statistics.tails import critical_value


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardDeviation:
    """A standard deviation, in the units of the outcome, and how it was obtained."""

    sd: float
    note: str

    def __post_init__(self) -> None:
        """Refuse a result of a size that cannot be computed with."""
        checking.above_zero(self.sd, "the standard deviation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """The correlation between two measurements of the same people, and how it was obtained."""

    r: float
    note: str


def sd_from_se(se: float, n: float) -> StandardDeviation:
    """The standard deviation of one group from the standard error of its mean: SE x sqrt(n) (Handbook 6.5.2.2)."""
    checking.above_zero(se, "the standard error")
    checking.sample_size(n)
    return StandardDeviation(
        sd=se * math.sqrt(n), note=f"standard deviation from the standard error {se:.15g} of {n:.15g} people"
    )


def sd_from_interval(
    low: float, high: float, n: float, *, level: float = 0.95, normal: bool = False
) -> StandardDeviation:
    """The standard deviation of one group from the confidence interval of its mean (Handbook 6.5.2.2).

    The t distribution with n - 1 degrees of freedom is assumed, which is what software prints; ``normal`` is for
    papers that used 1.96.
    """
    checking.interval(low, high)
    checking.sample_size(n)
    checking.confidence_level(level)
    standard_errors = critical_value(level, None if normal else n - 1)
    return StandardDeviation(
        sd=(high - low) / (2 * standard_errors) * math.sqrt(n),
        note=(
            f"standard deviation from the {100 * level:.15g} % confidence interval {low:.15g} to {high:.15g}"
            f" of the mean of {n:.15g} people ({_distribution(normal)})"
        ),
    )


def sd_from_t(mean: float, t: float, n: float) -> StandardDeviation:
    """The standard deviation behind a one-sample or paired t test: |mean / t| x sqrt(n) (Handbook 6.5.2.8).

    For a paired test the mean is the mean change, and the result is the standard deviation of the changes.
    """
    checking.sample_size(n)
    se = _se_from_statistic(mean, t)
    return StandardDeviation(
        sd=se * math.sqrt(n), note=f"standard deviation from t = {t:.15g} for a mean of {mean:.15g}, {n:.15g} people"
    )


def sd_from_p(mean: float, p: float, n: float) -> StandardDeviation:
    """As :func:`sd_from_t`, from the two-sided p-value of the test with n - 1 degrees of freedom."""
    checking.sample_size(n)
    t = statistic_of_p(p, n - 1)
    return StandardDeviation(
        sd=_se_from_statistic(mean, t) * math.sqrt(n),
        note=f"standard deviation from p = {p:.15g} for a mean of {mean:.15g}, {n:.15g} people (t distribution)",
    )


def pooled_sd_from_se(se: float, n_1: float, n_2: float) -> StandardDeviation:
    """The standard deviation common to two groups from the SE of their difference (Handbook 6.5.2.3).

    SD = SE / sqrt(1/n1 + 1/n2). It stands for both groups.
    """
    checking.above_zero(se, "the standard error")
    return StandardDeviation(
        sd=_pooled(se, n_1, n_2),
        note=f"common standard deviation from the standard error {se:.15g} of the difference between groups",
    )


def pooled_sd_from_t(difference: float, t: float, n_1: float, n_2: float) -> StandardDeviation:
    """The standard deviation common to two groups from the t statistic of their difference (Handbook 6.5.2.3)."""
    return StandardDeviation(
        sd=_pooled(_se_from_statistic(difference, t), n_1, n_2),
        note=f"common standard deviation from t = {t:.15g} for the difference {difference:.15g} between groups",
    )


def pooled_sd_from_p(
    difference: float, p: float, n_1: float, n_2: float, *, at_most: bool = False
) -> StandardDeviation:
    """The standard deviation common to two groups from the two-sided p of a t test (Handbook 6.5.2.3).

    ``at_most`` says that the paper prints "p < ..." only: the result is then too large rather than too small.
    """
    _check_sizes(n_1, n_2)
    t = statistic_of_p(p, n_1 + n_2 - 2)
    sign, caution = ("<", ", a cautious upper limit") if at_most else ("=", "")
    return StandardDeviation(
        sd=_pooled(_se_from_statistic(difference, t), n_1, n_2),
        note=(
            f"common standard deviation from p {sign} {p:.15g} for the difference {difference:.15g} between groups"
            f" (t distribution{caution})"
        ),
    )


def pooled_sd_from_interval(
    low: float, high: float, n_1: float, n_2: float, *, level: float = 0.95, normal: bool = False
) -> StandardDeviation:
    """The standard deviation common to two groups from the interval of their difference (Handbook 6.5.2.3).

    The t distribution with n1 + n2 - 2 degrees of freedom unless ``normal``.
    """
    checking.interval(low, high)
    checking.confidence_level(level)
    _check_sizes(n_1, n_2)
    se = (high - low) / (2 * critical_value(level, None if normal else n_1 + n_2 - 2))
    return StandardDeviation(
        sd=_pooled(se, n_1, n_2),
        note=(
            f"common standard deviation from the {100 * level:.15g} % confidence interval {low:.15g} to {high:.15g}"
            f" of the difference between groups ({_distribution(normal)})"
        ),
    )


def change_sd(sd_before: float, sd_after: float, r: float) -> StandardDeviation:
    """The standard deviation of changes from those before and after, and an imputed correlation (Handbook 6.5.2.8).

    SD = sqrt(SD_before^2 + SD_after^2 - 2 r SD_before SD_after).
    """
    checking.above_zero(sd_before, "the standard deviation before")
    checking.above_zero(sd_after, "the standard deviation after")
    checking.correlation(r)
    return StandardDeviation(
        sd=math.sqrt((sd_before - sd_after) ** 2 + 2 * (1 - r) * sd_before * sd_after),
        note=(
            f"standard deviation of the changes from those before ({sd_before:.15g}) and after ({sd_after:.15g}),"
            f" with an assumed correlation of {r:.15g}"
        ),
    )


def correlation_from_sds(sd_before: float, sd_after: float, sd_change: float) -> Correlation:
    """The correlation between two measurements, from a study that prints all three SDs (Handbook 6.5.2.8).

    Raises ValueError if no correlation between -1 and 1 fits the three.
    """
    for sd, when in ((sd_before, "before"), (sd_after, "after"), (sd_change, "of the changes")):
        checking.above_zero(sd, f"the standard deviation {when}")
    r = (sd_before**2 + sd_after**2 - sd_change**2) / (2 * sd_before * sd_after)
    if not -1 <= r <= 1:
        raise ValueError(
            f"standard deviations of {sd_before:.15g} before, {sd_after:.15g} after and {sd_change:.15g} of the"
            " changes do not fit together: no correlation gives all three"
        )
    return Correlation(
        r=r,
        note=(
            f"correlation from the standard deviations before ({sd_before:.15g}), after ({sd_after:.15g})"
            f" and of the changes ({sd_change:.15g})"
        ),
    )


def _se_from_statistic(mean: float, statistic: float) -> float:
    checking.finite(mean, "the mean or difference")
    checking.finite(statistic, "the test statistic")
    if mean == 0 or statistic == 0:
        raise ValueError("a mean or difference of zero says nothing about its standard error")
    return checking.above_zero(abs(mean / statistic), "the standard error")


def _check_sizes(n_1: float, n_2: float) -> None:
    checking.sample_size(n_1, "the size of group 1", at_least=1)
    checking.sample_size(n_2, "the size of group 2", at_least=1)
    checking.sample_size(n_1 + n_2, "the size of both groups together", at_least=3)


def _pooled(se: float, n_1: float, n_2: float) -> float:
    _check_sizes(n_1, n_2)
    return se / math.sqrt(1 / n_1 + 1 / n_2)


def _distribution(normal: bool) -> str:
    return "normal distribution" if normal else "t distribution"
