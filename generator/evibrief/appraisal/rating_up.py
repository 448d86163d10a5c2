"""What raises the certainty of studies that were not randomised (ACIP GRADE handbook, chapter 9).

A large effect is computed. A dose-response gradient and opposing confounding are a person's judgement.
"""

from __future__ import annotations

from evibrief.appraisal.distance import Estimated
from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.ratings import Figure, Reason
from evibrief.appraisal.settings import Settings


def propose_large_effect(synthesis: Estimated, settings: Settings, *, is_lowered: bool) -> Proposal:
    """Propose levels up for a large ratio from two studies on, unless certainty was lowered for something else."""
    value = synthesis.estimate.value
    figures: dict[str, Figure] = {
        "estimate": value,
        "studies": synthesis.k,
        "large": settings.large_effect,
        "very_large": settings.very_large_effect,
    }
    if not synthesis.measure.is_ratio or value <= 0:
        return Proposal(levels=0, reason=Reason(rule="large-effect-not-a-ratio", figures=figures))
    far = max(value, 1.0 / value)
    if far <= settings.large_effect or (synthesis.k or 0) < 2:
        return Proposal(levels=0, reason=Reason(rule="large-effect-none", figures=figures))
    if is_lowered:
        return Proposal(levels=0, reason=Reason(rule="large-effect-but-lowered", figures=figures))
    levels = 2 if far > settings.very_large_effect else 1
    return Proposal(levels=levels, reason=Reason(rule="large-effect", figures=figures))
