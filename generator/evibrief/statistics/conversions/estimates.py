"""An effect and its standard error from the interval, p-value or test statistic that a paper prints with it.

The estimate is given as printed, and brought to the analysis scale of its measure: ratios become logarithms,
correlations Fisher's z, proportions logits. Standard errors are of that scale.
"""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.statistics.conversions import checking
from evibrief.statistics.measures import Scale
from evibrief.statistics.scales import to_analysis
from evibrief.statistics.special import ndtri, stdtrit
from evibrief.statistics.tails import critical_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An effect on the analysis scale with its standard error, and how the latter was obtained."""

    yi: float
    se: float
    note: str

    def __post_init__(self) -> None:
        """Refuse a result of a size that cannot be computed with."""
        checking.finite(self.yi, "the estimate")
        checking.above_zero(self.se, "the standard error")

    @property
    def vi(self) -> float:
        """The sampling variance."""
        return self.se**2


def estimate_from_interval(
    estimate: float, low: float, high: float, scale: Scale, *, level: float = 0.95, df: float | None = None
) -> Estimate:
    """Half the width of the interval, on the analysis scale, over its critical value (Handbook 6.3.1, 6.3.2).

    Normal unless degrees of freedom are given. Raises ValueError if the estimate lies outside its interval.
    """
    checking.confidence_level(level)
    checking.interval(low, high)
    if not low <= estimate <= high:
        raise ValueError(f"the estimate {estimate:.15g} lies outside its interval {low:.15g} to {high:.15g}")
    width = _analysis(high, scale) - _analysis(low, scale)
    if not width > 0:
        raise ValueError(f"the interval {low:.15g} to {high:.15g} has no width on the analysis scale")
    return Estimate(
        yi=_analysis(estimate, scale),
        se=width / (2 * critical_value(level, _degrees(df))),
        note=(
            f"{_standard_error(scale)} from the {100 * level:.15g} % confidence interval {low:.15g} to {high:.15g}"
            f" ({_distribution(df)})"
        ),
    )


def estimate_from_p(
    estimate: float, p: float, scale: Scale, *, df: float | None = None, at_most: bool = False
) -> Estimate:
    """The estimate over the test statistic of its two-sided p-value (Handbook 6.3.1, 6.3.2).

    Normal unless degrees of freedom are given. ``at_most`` says that the paper prints "p < ..." only: the standard
    error is then too large rather than too small.
    """
    statistic = statistic_of_p(p, _degrees(df))
    sign, caution = ("<", ", a cautious upper limit") if at_most else ("=", "")
    return Estimate(
        yi=_analysis(estimate, scale),
        se=_se(_analysis(estimate, scale), statistic),
        note=f"{_standard_error(scale)} from p {sign} {p:.15g} ({_distribution(df)}{caution})",
    )


def estimate_from_statistic(estimate: float, statistic: float, scale: Scale) -> Estimate:
    """The estimate over its test statistic, a z or t value of the hypothesis that there is no effect."""
    checking.finite(statistic, "the test statistic")
    return Estimate(
        yi=_analysis(estimate, scale),
        se=_se(_analysis(estimate, scale), statistic),
        note=f"{_standard_error(scale)} from the test statistic {statistic:.15g}",
    )


def estimate_from_se(estimate: float, se: float, scale: Scale) -> Estimate:
    """An estimate as printed with the standard error of the analysis scale (for ratios, of the logarithm)."""
    checking.above_zero(se, "the standard error")
    return Estimate(yi=_analysis(estimate, scale), se=se, note=f"{_standard_error(scale)} {se:.15g} as printed")


def statistic_of_p(p: float, df: float | None = None) -> float:
    """The absolute test statistic behind a two-sided p-value: normal, or t with ``df`` degrees of freedom.

    Computed from the tail, so that the smallest p-values keep their digits. Raises ValueError unless 0 < p < 1.
    """
    tail = checking.p_value(p) / 2
    return -float(ndtri(tail) if df is None else stdtrit(df, tail))


def _analysis(value: float, scale: Scale) -> float:
    if scale is Scale.FREEMAN_TUKEY:
        raise ValueError("a Freeman-Tukey value needs the events and people themselves")
    return to_analysis(checking.finite(value, "the estimate and its limits"), scale)


def _degrees(df: float | None) -> float | None:
    return None if df is None else checking.above_zero(df, "the degrees of freedom")


def _se(yi: float, statistic: float) -> float:
    if yi == 0 or statistic == 0:
        raise ValueError("an estimate of no difference at all says nothing about its standard error")
    return abs(yi / statistic)


def _standard_error(scale: Scale) -> str:
    return "standard error of the logarithm" if scale is Scale.LOG else "standard error"


def _distribution(df: float | None) -> str:
    return "normal distribution" if df is None else f"t distribution, {df:.15g} degrees of freedom"
