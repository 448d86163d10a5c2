"""What may be said of one outcome: a cell of the wording table.

A difference is claimed only where the interval excludes none; little to no difference only where the whole interval
lies within the band of trivial differences; everything else that was estimated is inconclusive, with the directions
that the interval leaves open.
"""

from __future__ import annotations

from evibrief.appraisal.distance import Distance, Estimated, distance
from evibrief.appraisal.ratings import Conclusion, Course, Figure, Finding, Rating, Reason
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.quoted import NarrativeDirection
from evibrief.records.results import Direction
from evibrief.synthesis.evidence import NarrativeSynthesis, NotEstimable, Synthesis

_TOLD = {
    NarrativeDirection.BETTER: Conclusion.IMPROVED,
    NarrativeDirection.WORSE: Conclusion.WORSENED,
    NarrativeDirection.NOT_IMPROVED: Conclusion.NOT_IMPROVED,
    NarrativeDirection.MIXED: Conclusion.MIXED,
    NarrativeDirection.NOT_POOLED: Conclusion.UNKNOWN,
    NarrativeDirection.NOT_REPORTED: Conclusion.NOT_REPORTED,
}


def find(outcome: OutcomeBase, synthesis: Synthesis, rating: Rating | None, settings: Settings = DEFAULT) -> Finding:
    """Find the cell of the wording table that an outcome's evidence falls into."""
    if isinstance(synthesis, NarrativeSynthesis):
        figures: dict[str, Figure] = {"studies": synthesis.k, "participants": synthesis.participants}
        return _without_estimate(outcome, _TOLD[synthesis.direction], "finding-told", figures)
    if isinstance(synthesis, NotEstimable):
        return _without_estimate(outcome, Conclusion.NOT_ESTIMABLE, "finding-not-estimable", {})
    if synthesis.measure.is_single_group:
        return _without_estimate(outcome, Conclusion.DESCRIBED, "finding-described", _figures(synthesis, None))
    place = distance(outcome, synthesis, settings)
    if place is None:
        return _without_estimate(outcome, Conclusion.NOT_ESTIMABLE, "finding-no-interval", _figures(synthesis, None))
    return _estimated(outcome, synthesis, rating, place)


def _estimated(outcome: OutcomeBase, synthesis: Estimated, rating: Rating | None, place: Distance) -> Finding:
    conclusion = conclude(place)
    return Finding(
        outcome_id=outcome.id,
        conclusion=conclusion,
        certainty=rating.certainty if rating else None,
        course=place.course,
        size=place.size,
        for_better=is_for_better(place.course, outcome.better),
        compatible_with=place.compatible_with,
        reason=Reason(rule=f"finding-{conclusion}", figures=_figures(synthesis, place)),
    )


def conclude(place: Distance) -> Conclusion:
    """Decide between the three conclusions that an interval allows."""
    if place.is_within_trivial:
        return Conclusion.LITTLE_TO_NO
    return Conclusion.DIFFERENCE if place.excludes_none else Conclusion.INCONCLUSIVE


def is_for_better(course: Course, better: Direction) -> bool:
    """Whether a course of the outcome is the good one for the person."""
    return (course is Course.INCREASES) == (better is Direction.HIGHER)


def _without_estimate(outcome: OutcomeBase, conclusion: Conclusion, rule: str, figures: dict[str, Figure]) -> Finding:
    told = {Conclusion.IMPROVED: True, Conclusion.WORSENED: False}
    return Finding(
        outcome_id=outcome.id,
        conclusion=conclusion,
        certainty=None,
        course=None,
        size=None,
        for_better=told.get(conclusion),
        reason=Reason(rule=rule, figures=figures),
    )


def _figures(synthesis: Estimated, place: Distance | None) -> dict[str, Figure]:
    bands = place.bands if place else None
    return {
        "measure": synthesis.measure.value,
        "estimate": synthesis.estimate.value,
        "low": synthesis.estimate.low,
        "high": synthesis.estimate.high,
        "null": synthesis.measure.null,
        "studies": synthesis.k,
        "participants": synthesis.participants,
        "distance": place.value if place else None,
        "small_from": bands.small if bands else None,
        "moderate_from": bands.moderate if bands else None,
        "large_from": bands.large if bands else None,
        "bands_declared": "yes" if bands and bands.declared else "no",
    }
