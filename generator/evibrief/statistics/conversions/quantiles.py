"""Mean and standard deviation of a group for which a paper prints a median with quartiles, range or both.

Default methods, recommended by their authors for data that are not skewed: mean after Luo 2018 (Stat Methods Med Res
27:1785; online 2016), SD after Wan 2014 (BMC Med Res Methodol 14:135) or, from five numbers, Shi 2020 (Res Synth
Methods 11:641). A test of skewness (Shi 2023, Stat Methods Med Res 32:1338) comes with every result, because medians
are usually printed for a reason. A log-normal distribution can be assumed instead (Shi 2020b, Stat Interface
13:519).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from evibrief.statistics.conversions import checking
from evibrief.statistics.special import ndtri

# Below five people there are no five numbers (metafor's conv.fivenum has the same limit).
FEWEST_PEOPLE = 5


class Distribution(StrEnum):
    """What the individual values are assumed to follow."""

    NORMAL = "normal"
    LOG_NORMAL = "log-normal"


class MeanMethod(StrEnum):
    """How the mean is estimated. Hozo 2005 needs the range and nothing else."""

    LUO = "Luo 2016"
    WAN = "Wan 2014"
    HOZO = "Hozo 2005"


class SdMethod(StrEnum):
    """How the standard deviation is estimated. Shi 2020 needs five numbers, Hozo 2005 the range and nothing else."""

    SHI = "Shi 2020"
    WAN = "Wan 2014"
    HOZO = "Hozo 2005"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """A median of n values, with both quartiles, or minimum and maximum, or all four."""

    n: float
    median: float
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is not finite, not in order, incomplete or without spread."""
        given = [v for v in (self.minimum, self.q1, self.median, self.q3, self.maximum) if v is not None]
        for value in given:
            checking.finite(value, "a median, quartile or limit of the range")
        if given != sorted(given):
            raise ValueError("minimum, lower quartile, median, upper quartile and maximum must be in this order")
        checking.sample_size(self.n, at_least=FEWEST_PEOPLE)
        if (self.q1 is None) != (self.q3 is None) or (self.minimum is None) != (self.maximum is None):
            raise ValueError("a quartile or limit of the range is missing: both are needed")
        if len(given) == 1:
            raise ValueError("a median alone cannot be converted; quartiles or range are needed")
        if (self.q1 is not None and self.q1 == self.q3) or self.minimum == self.maximum is not None:
            raise ValueError("quartiles or range have no width, so the standard deviation cannot be estimated")

    @property
    def range(self) -> tuple[float, float] | None:
        """Minimum and maximum, if given."""
        return None if self.minimum is None or self.maximum is None else (self.minimum, self.maximum)

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """Lower and upper quartile, if given."""
        return None if self.q1 is None or self.q3 is None else (self.q1, self.q3)

    def logarithms(self) -> Quantiles:
        """The same quantiles of the logarithms; raises ValueError unless all are above zero."""
        return Quantiles(
            n=self.n,
            median=_log(self.median),
            q1=None if self.q1 is None else _log(self.q1),
            q3=None if self.q3 is None else _log(self.q3),
            minimum=None if self.minimum is None else _log(self.minimum),
            maximum=None if self.maximum is None else _log(self.maximum),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSd:
    """Mean and standard deviation, the test of skewness, and how they were obtained.

    ``skewness`` is the test statistic; the data look skewed (on the logarithmic scale, if log-normality was assumed)
    when it reaches ``skewness_limit``, the 5 % critical value.
    """

    mean: float
    sd: float
    skewness: float
    skewness_limit: float
    note: str

    def __post_init__(self) -> None:
        """Refuse a result of a size that cannot be computed with."""
        checking.finite(self.mean, "the mean")
        checking.above_zero(self.sd, "the standard deviation")

    @property
    def skewed(self) -> bool:
        """Whether the numbers speak against the assumed distribution."""
        return self.skewness >= self.skewness_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class _LogNormalCorrections:
    """Constants of Shi 2020b: of the squared and fourth-power SD, and of the moments' bias."""

    squared: float
    fourth: float
    a: float
    b: float


def mean_sd_from_quantiles(
    quantiles: Quantiles,
    *,
    distribution: Distribution = Distribution.NORMAL,
    mean_method: MeanMethod = MeanMethod.LUO,
    sd_method: SdMethod | None = None,
) -> MeanSd:
    """The mean and standard deviation behind a median; ``sd_method`` None is Shi 2020 for five numbers, else Wan 2014.

    Under a log-normal distribution the defaults are used, on logarithms, and the moments are transformed back.
    Raises ValueError for a method that these quantiles do not allow.
    """
    if distribution is Distribution.LOG_NORMAL:
        if (mean_method, sd_method) != (MeanMethod.LUO, None):
            raise ValueError("under a log-normal distribution the default methods are used")
        return _log_normal(quantiles)
    sd_method = sd_method or _default_sd_method(quantiles)
    return _result(
        quantiles,
        quantiles,
        mean=_mean(quantiles, mean_method),
        sd=_sd(quantiles, sd_method),
        method=f"mean after {mean_method.value}, standard deviation after {sd_method.value}",
    )


def _default_sd_method(quantiles: Quantiles) -> SdMethod:
    return SdMethod.SHI if quantiles.range and quantiles.quartiles else SdMethod.WAN


def _result(printed: Quantiles, tested: Quantiles, *, mean: float, sd: float, method: str) -> MeanSd:
    skewness, limit = _skewness(tested), _skewness_limit(tested)
    note = f"mean and standard deviation from {_described(printed)} ({method})"
    if skewness >= limit:
        note += "; the numbers look skewed, so both are rough"
    return MeanSd(mean=mean, sd=sd, skewness=skewness, skewness_limit=limit, note=note)


def _described(quantiles: Quantiles) -> str:
    parts = [f"the median {quantiles.median:.15g}"]
    if quantiles.quartiles:
        parts.append(f"quartiles {quantiles.quartiles[0]:.15g} and {quantiles.quartiles[1]:.15g}")
    if quantiles.range:
        parts.append(f"range {quantiles.range[0]:.15g} to {quantiles.range[1]:.15g}")
    return f"{', '.join(parts)} of {quantiles.n:.15g} people"


def _mean(quantiles: Quantiles, method: MeanMethod) -> float:
    n, median = quantiles.n, quantiles.median
    mid_range = None if quantiles.range is None else sum(quantiles.range) / 2
    mid_quartile = None if quantiles.quartiles is None else sum(quantiles.quartiles) / 2
    if method is MeanMethod.HOZO:
        if mid_range is None or mid_quartile is not None:
            raise ValueError("Hozo 2005 needs median and range only")
        return (mid_range + median) / 2 if n <= 25 else median
    w_range, w_quartile = _mean_weights(quantiles, method)
    rest = (1 - w_range - w_quartile) * median
    return w_range * (mid_range or 0.0) + w_quartile * (mid_quartile or 0.0) + rest


def _mean_weights(quantiles: Quantiles, method: MeanMethod) -> tuple[float, float]:
    """The weights of mid-range and mid-quartile; the median has the rest."""
    n, wan = quantiles.n, method is MeanMethod.WAN
    if quantiles.range and quantiles.quartiles:
        # Luo 2016, eq. 15; Wan 2014: (a + 2 q1 + 2 m + 2 q3 + b) / 8
        return (1 / 4, 1 / 2) if wan else (2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55)
    if quantiles.range:
        return (1 / 2 if wan else 4 / (4 + n**0.75)), 0.0  # Luo 2016, eq. 7
    return 0.0, (2 / 3 if wan else 0.7 + 0.39 / n)  # Luo 2016, eq. 12


def _sd(quantiles: Quantiles, method: SdMethod) -> float:
    n, from_range, from_quartiles = quantiles.n, _sd_of_range(quantiles), _sd_of_quartiles(quantiles)
    if method is SdMethod.HOZO:
        return _hozo_sd(quantiles)
    if from_range is not None and from_quartiles is not None:
        weight = 1 / (1 + 0.07 * n**0.6) if method is SdMethod.SHI else 0.5  # Shi 2020, eq. 10
        return weight * from_range + (1 - weight) * from_quartiles
    if method is SdMethod.SHI:
        raise ValueError("Shi 2020 needs median, quartiles and range")
    only = from_quartiles if from_range is None else from_range
    assert only is not None
    return only


def _sd_of_range(quantiles: Quantiles) -> float | None:
    """Wan 2014, eq. 9: the range over the expected range of n standard normal values (Blom)."""
    if quantiles.range is None:
        return None
    n = quantiles.n
    return (quantiles.range[1] - quantiles.range[0]) / (2 * float(ndtri((n - 0.375) / (n + 0.25))))


def _sd_of_quartiles(quantiles: Quantiles) -> float | None:
    """Wan 2014, eq. 16: the interquartile range over its expectation for n standard normal values."""
    if quantiles.quartiles is None:
        return None
    n = quantiles.n
    return (quantiles.quartiles[1] - quantiles.quartiles[0]) / (2 * float(ndtri((0.75 * n - 0.125) / (n + 0.25))))


def _hozo_sd(quantiles: Quantiles) -> float:
    """Hozo 2005, BMC Med Res Methodol 5:13, by size: a formula, a quarter of the range, a sixth of it."""
    if quantiles.range is None or quantiles.quartiles is not None:
        raise ValueError("Hozo 2005 needs median and range only")
    low, high = quantiles.range
    if quantiles.n <= 15:
        return math.sqrt(((low - 2 * quantiles.median + high) ** 2 / 4 + (high - low) ** 2) / 12)
    return (high - low) / (4 if quantiles.n <= 70 else 6)


def _skewness(quantiles: Quantiles) -> float:
    """Shi 2023: how far the middle of the range or of the quartiles lies from the median."""
    n = quantiles.n
    of_range = _asymmetry(quantiles.range, quantiles.median)
    of_quartiles = _asymmetry(quantiles.quartiles, quantiles.median)
    if quantiles.range and quantiles.quartiles:
        return max(2.65 * math.log(0.6 * n) / math.sqrt(n) * of_range, of_quartiles)
    return max(of_range, of_quartiles)


def _asymmetry(limits: tuple[float, float] | None, median: float) -> float:
    return 0.0 if limits is None else abs((limits[0] + limits[1] - 2 * median) / (limits[1] - limits[0]))


def _skewness_limit(quantiles: Quantiles) -> float:
    """Shi 2023: the 5 % critical values."""
    n = quantiles.n
    if quantiles.range and quantiles.quartiles:
        return 3 / math.sqrt(n) - 40 / n**3
    if quantiles.range:
        return 1 / math.log(n + 9) + 2.5 / (n + 1)
    return 2.65 / math.sqrt(n) - 6 / n**2


def _log(value: float) -> float:
    if not value > 0:
        raise ValueError("a log-normal distribution needs values above zero")
    return math.log(value)


def _log_normal(quantiles: Quantiles) -> MeanSd:
    logs = quantiles.logarithms()
    n, mu = logs.n, _mean(logs, MeanMethod.LUO)
    raw = _sd(logs, _default_sd_method(logs))
    c = _log_normal_corrections(logs)
    variance, fourth = raw**2 / c.squared, raw**4 / c.fourth

    def bias(power: float, fourth_power: float) -> float:
        return 1 + (power * c.a * variance + fourth_power * c.b * fourth) / n

    try:
        mean = math.exp(mu + variance / 2) / bias(1, 1)
        square = math.exp(2 * mu + 2 * variance) / bias(4, 16) - math.exp(2 * mu + variance) / bias(4, 4)
    except OverflowError:
        raise ValueError("these values are too skewed even for a log-normal distribution") from None
    if not square > 0:
        raise ValueError("no standard deviation can be estimated under a log-normal distribution")
    return _result(quantiles, logs, mean=mean, sd=math.sqrt(square), method="log-normal distribution, after Shi 2020b")


def _log_normal_corrections(logs: Quantiles) -> _LogNormalCorrections:
    n = logs.n
    log_n_squared = math.log(n) ** 2
    if logs.range and logs.quartiles:
        return _LogNormalCorrections(squared=1 + 0.28 / log_n_squared, fourth=1 + 3.93 / n, a=0.405, b=0.315)
    if logs.range:
        return _LogNormalCorrections(
            squared=1.01 + 0.25 / log_n_squared, fourth=1 + 2.23 / log_n_squared, a=0.565, b=0.37
        )
    return _LogNormalCorrections(squared=1 + 1.58 / n, fourth=1 + 19.2 / n**1.2, a=0.57, b=0.75)
