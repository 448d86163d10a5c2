"""The evidence level of a summary: a scale of study designs, as in the two-minute format. Not certainty.

1 review of randomised trials; 2 a randomised trial, or a review of controlled studies; 3 a controlled study that was
not randomised, or a review in which some studies had no proper control; 4 mostly uncontrolled or case-control
studies; 5 no study at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from evibrief.appraisal.ratings import EvidenceLevel, Figure, LevelRating, Reason
from evibrief.records.study import Design, Study
from evibrief.records.summary import ReviewDesign, Summary
from evibrief.synthesis.evidence import PooledSynthesis, Synthesis

_OF_REVIEWS = {
    ReviewDesign.RANDOMISED: (EvidenceLevel.EXCELLENT, "level-review-of-randomised"),
    ReviewDesign.CONTROLLED: (EvidenceLevel.GOOD, "level-review-of-controlled"),
    ReviewDesign.UNCONTROLLED: (EvidenceLevel.BELOW_AVERAGE, "level-review-of-uncontrolled"),
}


def rate_level(summary: Summary, studies: Mapping[str, Study], syntheses: Sequence[Synthesis]) -> LevelRating:
    """Rate the kind of studies behind a summary.

    A review that is reported on counts by what it says of its studies; our own pool by the studies in it. Trials that
    no search brought together, ours or a review's, are trials and not a review: level 2.
    """
    review = summary.source_review
    if review is not None and review.relation == "reports-on":
        level, rule = _OF_REVIEWS[review.studies_design]
        return LevelRating(level=level, reason=Reason(rule=rule, figures={"studies": review.studies}))
    designs = Counter(studies[name].design for name in _studies_behind(summary, syntheses))
    if not designs:
        return LevelRating(level=EvidenceLevel.POOR, reason=Reason(rule="level-no-studies", figures={}))
    figures = _figures(designs)
    if designs.total() == 1:
        return _of_one(next(iter(designs)), figures)
    return _of_several(designs, figures, is_systematic=review is not None or summary.search.through is not None)


def _studies_behind(summary: Summary, syntheses: Sequence[Synthesis]) -> Iterable[str]:
    pooled = {row.study_id for item in syntheses if isinstance(item, PooledSynthesis) for row in item.rows}
    return sorted(pooled) or summary.studies


def _figures(designs: Counter[Design]) -> dict[str, Figure]:
    controlled = sum(n for design, n in designs.items() if design.is_controlled)
    return {
        "studies": designs.total(),
        "randomised": sum(n for design, n in designs.items() if design.is_randomised),
        "quasi_randomised": designs[Design.QUASI_RANDOMISED],
        "controlled": controlled,
        "case_control": designs[Design.CASE_CONTROL],
        "not_stated": designs[Design.NOT_STATED],
        "uncontrolled": designs.total() - controlled,
    }


def _of_one(design: Design, figures: dict[str, Figure]) -> LevelRating:
    if design.is_randomised:
        return _rated(EvidenceLevel.GOOD, "level-one-randomised", figures)
    if design.is_controlled:
        return _rated(EvidenceLevel.AVERAGE, "level-one-controlled", figures)
    if design is Design.CASE_CONTROL:
        return _rated(EvidenceLevel.BELOW_AVERAGE, "level-one-case-control", figures)
    return _rated(EvidenceLevel.BELOW_AVERAGE, "level-one-uncontrolled", figures)


def _of_several(designs: Counter[Design], figures: dict[str, Figure], *, is_systematic: bool) -> LevelRating:
    trials = sum(n for design, n in designs.items() if design.is_randomised)
    uncontrolled = sum(n for design, n in designs.items() if not design.is_controlled)
    if trials == designs.total():
        if is_systematic:
            return _rated(EvidenceLevel.EXCELLENT, "level-pool-of-randomised", figures)
        return _rated(EvidenceLevel.GOOD, "level-chosen-randomised", figures)
    if uncontrolled == 0:
        return _rated(EvidenceLevel.GOOD, "level-pool-of-controlled", figures)
    if 2 * uncontrolled < designs.total():
        return _rated(EvidenceLevel.AVERAGE, "level-pool-partly-controlled", figures)
    if set(designs) <= {Design.CASE_CONTROL}:
        return _rated(EvidenceLevel.BELOW_AVERAGE, "level-pool-of-case-control", figures)
    return _rated(EvidenceLevel.BELOW_AVERAGE, "level-pool-mostly-uncontrolled", figures)


def _rated(level: EvidenceLevel, rule: str, figures: dict[str, Figure]) -> LevelRating:
    return LevelRating(level=level, reason=Reason(rule=rule, figures=figures))
