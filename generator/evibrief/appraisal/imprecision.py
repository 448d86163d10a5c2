"""Imprecision: what the interval crosses, and only then how many people were studied (Core GRADE 2, figure 4).

The target of a rating is an important difference where the summary declares from where one counts; otherwise it is a
difference at all. The wording follows the same line.
"""

from __future__ import annotations

import math

from evibrief.appraisal.distance import Distance, Estimated, distance
from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.ratings import Figure, Reason
from evibrief.appraisal.settings import Settings
from evibrief.records.outcomes import OutcomeBase
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import PooledSynthesis


def propose_imprecision(outcome: OutcomeBase, synthesis: Estimated, settings: Settings) -> Proposal:
    """Propose levels for imprecision."""
    place = distance(outcome, synthesis, settings)
    figures: dict[str, Figure] = {
        "estimate": synthesis.estimate.value,
        "low": synthesis.estimate.low,
        "high": synthesis.estimate.high,
        "null": synthesis.measure.null,
        "participants": synthesis.participants,
    }
    if place is None:
        return Proposal(levels=-1, reason=Reason(rule="imprecision-no-interval", figures=figures))
    if place.bands is not None and place.bands.declared:
        figures |= {"smallest": float(outcome.bands.small) if outcome.bands else None}
        figures |= {"unit": outcome.bands.unit if outcome.bands else None}
        crossed = _important_thresholds_crossed(place, place.bands.small)
        if crossed:
            rule = "imprecision-crosses-both" if crossed == 2 else "imprecision-crosses-important"
            return Proposal(levels=-crossed, reason=Reason(rule=rule, figures=figures))
    elif not place.excludes_none:
        return _crosses_none(place, synthesis, settings, figures)
    return _information(place, synthesis, settings, figures)


def _important_thresholds_crossed(place: Distance, small: float) -> int:
    up, down = place.low < small <= place.high, place.low <= -small < place.high
    if abs(place.value) < small:
        return int(up) + int(down)
    near, far = (up, down) if place.value > 0 else (down, up)
    return int(near) + int(near and far)


def _crosses_none(place: Distance, synthesis: Estimated, settings: Settings, figures: dict[str, Figure]) -> Proposal:
    appreciable = _appreciable(synthesis.measure, settings)
    figures |= {"appreciable_low": appreciable[0], "appreciable_high": appreciable[1]} if appreciable else {}
    low, high = synthesis.estimate.low, synthesis.estimate.high
    if appreciable and low is not None and high is not None and low <= appreciable[0] and high >= appreciable[1]:
        return Proposal(levels=-2, reason=Reason(rule="imprecision-crosses-none-widely", figures=figures))
    return Proposal(levels=-1, reason=Reason(rule="imprecision-crosses-none", figures=figures))


def _appreciable(measure: Measure, settings: Settings) -> tuple[float, float] | None:
    if measure.is_ratio:
        return settings.appreciable_ratio_low, settings.appreciable_ratio_high
    if measure is Measure.SMD:
        return -settings.appreciable_smd, settings.appreciable_smd
    return None


def _information(place: Distance, synthesis: Estimated, settings: Settings, figures: dict[str, Figure]) -> Proposal:
    """Ask for the optimal information size, but only of an effect too large to be taken at its word."""
    if not _is_implausible(synthesis, settings):
        return Proposal(levels=0, reason=Reason(rule="imprecision-none", figures=figures))
    width = _interval_ratio(synthesis)
    widest = settings.wide_ratio_or if synthesis.measure in (Measure.OR, Measure.PETO) else settings.wide_ratio_rr
    if width is not None and width >= widest:
        figures |= {"interval_ratio": width, "limit_ratio": widest}
        return Proposal(levels=-2, reason=Reason(rule="imprecision-very-wide", figures=figures))
    needed = _enough_people(synthesis, settings)
    figures |= {"needed": needed}
    if needed is None or synthesis.participants is None:
        return Proposal(levels=0, reason=Reason(rule="imprecision-size-not-known", figures=figures))
    if synthesis.participants < needed:
        return Proposal(levels=-1, reason=Reason(rule="imprecision-too-few-people", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="imprecision-enough-people", figures=figures))


def _is_implausible(synthesis: Estimated, settings: Settings) -> bool:
    value = synthesis.estimate.value
    if synthesis.measure.is_ratio:
        # A ratio above 1 is turned round, so that 1.43 is as far from 1 as 0.70.
        return 1.0 - min(value, 1.0 / value) > settings.plausible_risk_reduction
    return synthesis.measure is Measure.SMD and abs(value) > settings.plausible_smd


def _interval_ratio(synthesis: Estimated) -> float | None:
    low, high = synthesis.estimate.low, synthesis.estimate.high
    if not synthesis.measure.is_ratio or not low or high is None:
        return None
    return high / low


def _enough_people(synthesis: Estimated, settings: Settings) -> int | None:
    if isinstance(synthesis, PooledSynthesis) and synthesis.information_size is not None:
        return synthesis.information_size
    return None if synthesis.measure.is_ratio else math.ceil(settings.enough_people_continuous)
