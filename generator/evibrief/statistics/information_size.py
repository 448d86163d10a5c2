"""Optimal information size: how many people one ordinary trial would need for the effect in question.

Totals over two equal arms, as exact (not rounded up) numbers of people; two-sided ``alpha``.
"""

from __future__ import annotations

import math
from enum import StrEnum

from evibrief.statistics.special import ndtri

# Type I error and power of the ordinary trial (Core GRADE 2, doi:10.1136/bmj-2024-081904).
ALPHA = 0.05
POWER = 0.80


class RiskVariance(StrEnum):
    """The variance of a risk difference under the alternative: each arm's own, or both at the average risk."""

    SEPARATE = "separate"
    AVERAGE = "average"


def information_size_binary(
    control_risk: float,
    relative_risk_reduction: float,
    *,
    alpha: float = ALPHA,
    power: float = POWER,
    variance: RiskVariance = RiskVariance.SEPARATE,
    diversity: float = 0.0,
) -> float:
    """People in both arms together to find a relative risk reduction from a control risk.

    ``SEPARATE``: 2 (z_a + z_b)^2 [p0 (1 - p0) + p1 (1 - p1)] / (p0 - p1)^2, the sample size of one ordinary trial
    (Core GRADE 2). ``AVERAGE``: 4 (z_a + z_b)^2 p (1 - p) / (p0 - p1)^2 with p the mean of the two risks (Wetterslev
    2008). ``diversity`` (D2, a proportion below 1) divides the result by 1 - D2. A negative reduction is an increase.
    Raises ``ValueError`` where a risk leaves (0, 1) or the reduction is 0.
    """
    treated = control_risk * (1.0 - relative_risk_reduction)
    if not 0.0 < control_risk < 1.0 or not 0.0 < treated < 1.0:
        raise ValueError(f"both risks must lie between 0 and 1: {control_risk} and {treated}")
    if treated == control_risk:
        raise ValueError("without a risk reduction no number of people is enough")
    mean = (control_risk + treated) / 2.0
    if variance is RiskVariance.AVERAGE:
        spread = 2.0 * mean * (1.0 - mean)
    else:
        spread = control_risk * (1.0 - control_risk) + treated * (1.0 - treated)
    difference = control_risk - treated
    size = 2.0 * _quantiles(alpha, power) ** 2 * spread / difference / difference
    return _with_diversity(size, diversity)


def information_size_continuous(
    difference: float,
    sd: float = 1.0,
    *,
    alpha: float = ALPHA,
    power: float = POWER,
    diversity: float = 0.0,
) -> float:
    """People in both arms together to find a mean difference: 4 (z_a + z_b)^2 sd^2 / difference^2 (Core GRADE 2).

    For an SMD leave ``sd`` at 1. ``diversity`` as in :func:`information_size_binary`. Raises ``ValueError`` for a
    difference of 0 or a standard deviation that is not above 0.
    """
    if not (math.isfinite(difference) and difference != 0.0):
        raise ValueError("without a difference no number of people is enough")
    if not (math.isfinite(sd) and sd > 0.0):
        raise ValueError(f"a standard deviation must be above 0, not {sd}")
    ratio = sd / difference
    return _with_diversity(4.0 * _quantiles(alpha, power) ** 2 * ratio * ratio, diversity)


def _quantiles(alpha: float, power: float) -> float:
    if not 0.0 < alpha < 1.0 or not alpha / 2.0 < power < 1.0:
        raise ValueError(f"alpha {alpha} and power {power} must lie between 0 and 1, power above alpha / 2")
    return float(-ndtri(alpha / 2.0) + ndtri(power))


def _with_diversity(size: float, diversity: float) -> float:
    if not 0.0 <= diversity < 1.0:
        raise ValueError(f"the diversity must be at least 0 and below 1, not {diversity}")
    adjusted = size / (1.0 - diversity)
    if not math.isfinite(adjusted):
        raise ValueError("the difference is too small for a finite number of people")
    return adjusted
