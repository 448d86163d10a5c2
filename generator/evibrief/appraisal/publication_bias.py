"""Publication bias: do small studies show other effects than large ones (Core GRADE 4, figure 5)? Never two levels."""

from __future__ import annotations

from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.ratings import Figure, Reason
from evibrief.appraisal.settings import Settings
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis


def propose_publication_bias(synthesis: PooledSynthesis | ReportedSynthesis, settings: Settings) -> Proposal:
    """Propose levels from a test of small-study effects; below ten studies nobody can tell from the figures.

    An asymmetry counts in the direction of the pooled effect only: small studies that show less are not the ones
    that selective publication favours.
    """
    if isinstance(synthesis, ReportedSynthesis):
        return Proposal(levels=0, reason=Reason(rule="publication-bias-not-known", figures={}))
    figures: dict[str, Figure] = {"studies": synthesis.k, "fewest": settings.few_studies_for_asymmetry}
    test = synthesis.small_study
    if synthesis.k < settings.few_studies_for_asymmetry or test is None or test.p is None:
        return Proposal(levels=0, reason=Reason(rule="publication-bias-too-few-studies", figures=figures))
    figures |= {"test": test.test.value, "p": test.p, "limit_p": settings.asymmetry_p}
    if test.p >= settings.asymmetry_p:
        return Proposal(levels=0, reason=Reason(rule="publication-bias-no-sign", figures=figures))
    if test.slope is not None and test.slope * synthesis.pooled.estimate < 0:
        return Proposal(levels=0, reason=Reason(rule="publication-bias-other-way", figures=figures))
    return Proposal(levels=-1, reason=Reason(rule="publication-bias-signs", figures=figures))
