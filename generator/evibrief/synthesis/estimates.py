"""From the analysis scale to what people read: natural estimates, absolute effects, translations of an SMD."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from evibrief.records.outcomes import PooledOutcome, ReportedOutcome
from evibrief.records.results import Direction
from evibrief.statistics.absolute import AbsoluteEffect, absolute_effect
from evibrief.statistics.information_size import information_size_binary, information_size_continuous
from evibrief.statistics.measures import Measure
from evibrief.statistics.reexpression import Reexpressed, reexpress_smd
from evibrief.statistics.results import Pooled
from evibrief.statistics.scales import to_natural

from .evidence import ArmFigures, Estimate, StudyRow

# 97.5th percentile of the normal distribution, for the intervals of single studies.
Z_95 = 1.959963984540054
# A relative risk reduction that an ordinary trial is planned for: 20 to 25 % (Core GRADE 2,
# doi:10.1136/bmj-2024-081904).
PLANNED_RISK_REDUCTION = 0.25
# Without a minimal important difference, an SMD of 0.2 is the smallest that counts (Cohen 1988).
SMALLEST_SMD = 0.2
# Measures that a baseline risk turns into numbers of people.
_FROM_RISK = (Measure.RR, Measure.OR, Measure.PETO, Measure.HR, Measure.RD)
_FROM_RATE = (Measure.IRR,)


def natural(measure: Measure, value: float, low: float | None, high: float | None) -> Estimate:
    """Bring an estimate with its interval to the natural scale. Limits beyond any number become missing."""
    scale = measure.scale
    back = to_natural(value, scale)
    return Estimate(
        value=value if back is None else back,
        low=None if low is None else to_natural(low, scale),
        high=None if high is None else to_natural(high, scale),
    )


def natural_of_study(measure: Measure, yi: float, vi: float) -> Estimate:
    """Bring a single study's effect to the natural scale, with its 95 % normal interval."""
    half = Z_95 * math.sqrt(vi)
    return natural(measure, yi, yi - half, yi + half)


def prediction(measure: Measure, pooled: Pooled) -> Estimate | None:
    """Return the prediction interval on the natural scale, where there is one."""
    if pooled.prediction_low is None or pooled.prediction_high is None:
        return None
    return natural(measure, pooled.estimate, pooled.prediction_low, pooled.prediction_high)


def absolute(
    outcome: PooledOutcome | ReportedOutcome, measure: Measure, estimate: Estimate, risk: float | None
) -> AbsoluteEffect | None:
    """Apply the estimate to a baseline risk: people of 1,000, or events in 1,000 person-years for a rate ratio."""
    if risk is None or measure not in _FROM_RISK + _FROM_RATE:
        return None
    if measure in _FROM_RISK and not 0 < risk < 1:
        return None
    desirable = outcome.better is Direction.HIGHER
    return absolute_effect(
        measure, estimate.value, estimate.low, estimate.high, baseline=risk, event_is_desirable=desirable
    )


def reexpressed(outcome: PooledOutcome | ReportedOutcome, measure: Measure, estimate: Estimate) -> Reexpressed | None:
    """Translate a standardised difference, which nobody should have to read bare."""
    if measure is not Measure.SMD:
        return None
    scale = outcome.familiar_scale
    return reexpress_smd(
        estimate.value,
        estimate.low,
        estimate.high,
        higher_is_better=outcome.better is Direction.HIGHER,
        familiar_sd=float(scale.sd) if scale else None,
    )


def comparator_risk(outcome: PooledOutcome, rows: Sequence[StudyRow]) -> float | None:
    """Return the baseline risk (0 to 1; events per person-year for a rate ratio) that the summary asks for."""
    if outcome.baseline_risk is None:
        return None
    if outcome.baseline_risk.per_1000 is not None:
        return float(outcome.baseline_risk.per_1000) / 1000
    arms = [row.comparator for row in rows if row.comparator is not None]
    pairs = [(arm.events, size) for arm in arms if arm.events is not None and (size := _size(outcome, arm))]
    if not pairs:
        return None
    if outcome.baseline_risk.from_comparator_arms == "median":
        return statistics.median(events / size for events, size in pairs)
    return math.fsum(events for events, _ in pairs) / math.fsum(size for _, size in pairs)


def _size(outcome: PooledOutcome, arm: ArmFigures) -> float | None:
    return arm.person_years if Measure(outcome.measure) in _FROM_RATE else arm.n


def information_size(outcome: PooledOutcome, risk: float | None, rows: Sequence[StudyRow]) -> int | None:
    """Return how many people one ordinary trial would need (the optimal information size), over both arms."""
    measure = Measure(outcome.measure)
    smallest = float(outcome.bands.small) if outcome.bands and outcome.bands.unit == "measure" else None
    if measure is Measure.SMD:
        return math.ceil(information_size_continuous(smallest or SMALLEST_SMD))
    if measure is Measure.MD and smallest is not None:
        spreads = [row.comparator.sd for row in rows if row.comparator is not None and row.comparator.sd is not None]
        return math.ceil(information_size_continuous(smallest, statistics.median(spreads))) if spreads else None
    if measure in _FROM_RISK and risk is not None and 0 < risk < 1:
        return math.ceil(information_size_binary(risk, PLANNED_RISK_REDUCTION))
    return None
