"""Where certainty starts: high for randomised trials, low for other studies (Core GRADE 4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evibrief.appraisal.ratings import Certainty, Reason
from evibrief.records.study import Design
from evibrief.records.summary import ReviewDesign, Summary
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The level before anything is weighed, and why."""

    certainty: Certainty
    reason: Reason


def start(summary: Summary, synthesis: PooledSynthesis | ReportedSynthesis) -> Start:
    """Start from the designs of the studies in the pool, or from what the source review says of its studies.

    Trials of which some alternated instead of drawing lots start at moderate: GRADE treats them as trials with a
    serious limitation.
    """
    if isinstance(synthesis, ReportedSynthesis):
        return _of_review(summary)
    designs = Counter({row.study_id: row.design for row in synthesis.rows}.values())
    trials = sum(n for design, n in designs.items() if design.is_randomised)
    figures = {"studies": designs.total(), "randomised": trials, "quasi_randomised": designs[Design.QUASI_RANDOMISED]}
    if trials == designs.total():
        return Start(certainty=Certainty.HIGH, reason=Reason(rule="start-randomised", figures=figures))
    if trials + designs[Design.QUASI_RANDOMISED] == designs.total():
        return Start(certainty=Certainty.MODERATE, reason=Reason(rule="start-quasi-randomised", figures=figures))
    figures["not_stated"] = designs[Design.NOT_STATED]
    return Start(certainty=Certainty.LOW, reason=Reason(rule="start-not-randomised", figures=figures))


def _of_review(summary: Summary) -> Start:
    review = summary.source_review
    if review is None:
        return Start(certainty=Certainty.LOW, reason=Reason(rule="start-unknown", figures={}))
    if review.studies_design is ReviewDesign.RANDOMISED:
        return Start(certainty=Certainty.HIGH, reason=Reason(rule="start-review-randomised", figures={}))
    return Start(certainty=Certainty.LOW, reason=Reason(rule="start-review-not-randomised", figures={}))
