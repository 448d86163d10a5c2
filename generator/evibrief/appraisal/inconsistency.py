"""Inconsistency: do studies differ so much that they fall on both sides of the threshold (Core GRADE 3, figure 2)?

I2 only supplements: it never lowers certainty on its own where the studies themselves are known.
"""

from __future__ import annotations

import math

from evibrief.appraisal.distance import Distance, distance, distance_of_row
from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.ratings import Figure, Reason, Size
from evibrief.appraisal.settings import Settings
from evibrief.records.outcomes import OutcomeBase
from evibrief.statistics.tails import critical_value
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis


def propose_inconsistency(
    outcome: OutcomeBase, synthesis: PooledSynthesis | ReportedSynthesis, settings: Settings
) -> Proposal:
    """Propose levels for inconsistency, for a pool of ours from its rows, for a review's from the I2 it prints."""
    if isinstance(synthesis, ReportedSynthesis):
        return _of_review(synthesis, settings)
    if len(synthesis.rows) < 2:
        return Proposal(levels=0, reason=Reason(rule="inconsistency-single-study", figures={}))
    outside = _outside_percent(synthesis)
    figures: dict[str, Figure] = {
        "i2": synthesis.pooled.i2,
        "studies": synthesis.k,
        "outside_percent": outside,
        "prediction_low": synthesis.prediction.low if synthesis.prediction else None,
        "prediction_high": synthesis.prediction.high if synthesis.prediction else None,
        "null": synthesis.measure.null,
    }
    i2 = synthesis.pooled.i2 or 0.0
    if i2 < settings.little_heterogeneity_i2 and outside < settings.outside_percent:
        return Proposal(levels=0, reason=Reason(rule="inconsistency-little", figures=figures))
    side = _same_side_percent(outcome, synthesis, distance(outcome, synthesis, settings))
    figures |= {"same_side_percent": side, "limit_percent": settings.same_side_percent}
    explained = _explaining_subgroup(synthesis, settings)
    if explained is not None:
        figures |= {"subgroup": explained, "subgroup_p": synthesis.subgroups.p if synthesis.subgroups else None}
        return Proposal(levels=0, reason=Reason(rule="inconsistency-explained", figures=figures))
    if side < settings.same_side_percent:
        return Proposal(levels=-1, reason=Reason(rule="inconsistency-both-sides", figures=figures))
    if i2 >= settings.considerable_heterogeneity_i2 and _prediction_is_open(synthesis):
        return Proposal(levels=-1, reason=Reason(rule="inconsistency-prediction", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="inconsistency-same-side", figures=figures))


def _of_review(synthesis: ReportedSynthesis, settings: Settings) -> Proposal:
    figures: dict[str, Figure] = {"i2": synthesis.i2_percent, "limit_i2": settings.substantial_heterogeneity_i2}
    if synthesis.k == 1:
        return Proposal(levels=0, reason=Reason(rule="inconsistency-single-study", figures={}))
    if synthesis.i2_percent is None:
        return Proposal(levels=0, reason=Reason(rule="inconsistency-not-printed", figures={}))
    if synthesis.i2_percent >= settings.substantial_heterogeneity_i2:
        return Proposal(levels=-1, reason=Reason(rule="inconsistency-review-high", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="inconsistency-review-low", figures=figures))


def _outside_percent(synthesis: PooledSynthesis) -> float:
    """The weight of studies whose own 95 % interval does not hold the pooled estimate: about 5 by chance alone."""
    z = critical_value(0.95, None)
    average = synthesis.pooled.estimate
    return math.fsum(row.weight_percent for row in synthesis.rows if abs(row.yi - average) > z * math.sqrt(row.vi))


def _same_side_percent(outcome: OutcomeBase, synthesis: PooledSynthesis, place: Distance | None) -> float:
    """The weight on the side of no difference with most of it; for a trivial pool, within or beyond the trivial band.

    The side is not taken of an important difference near the pool itself, which would split any set of studies.
    """
    small = place.bands.small if place is not None and place.bands is not None and place.size is Size.TRIVIAL else None
    weights = {-1: 0.0, 0: 0.0, 1: 0.0}
    for row in synthesis.rows:
        far = distance_of_row(outcome, synthesis, row)
        side = 0 if small is not None and abs(far) < small else 1 if far > 0 else -1
        weights[side] += row.weight_percent
    return max(weights.values())


def _explaining_subgroup(synthesis: PooledSynthesis, settings: Settings) -> str | None:
    """Name the characteristic whose subgroups differ credibly while studies within each are alike."""
    analysis = synthesis.subgroups
    if analysis is None or analysis.p is None or analysis.p >= settings.credible_subgroup_p:
        return None
    within = [group.pooled.i2 for group in analysis.groups if group.pooled.i2 is not None]
    alike = all(i2 < settings.substantial_heterogeneity_i2 for i2 in within)
    return analysis.label if alike else None


def _prediction_is_open(synthesis: PooledSynthesis) -> bool:
    low, high = synthesis.pooled.prediction_low, synthesis.pooled.prediction_high
    return low is not None and high is not None and low < 0 < high
