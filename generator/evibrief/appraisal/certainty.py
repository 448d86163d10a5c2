"""The certainty of one outcome: a start, a step for each domain, and a person's judgement above every computed one."""

from __future__ import annotations

from collections.abc import Iterator

from evibrief.appraisal.distance import Estimated
from evibrief.appraisal.imprecision import propose_imprecision
from evibrief.appraisal.inconsistency import propose_inconsistency
from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.publication_bias import propose_publication_bias
from evibrief.appraisal.rating_up import propose_large_effect
from evibrief.appraisal.ratings import Certainty, Rating, Reason, Step
from evibrief.appraisal.risk_of_bias import propose_risk_of_bias
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.appraisal.starting import start
from evibrief.records.outcomes import Domain, Judgement, OutcomeBase
from evibrief.records.summary import Summary
from evibrief.synthesis.evidence import NarrativeSynthesis, NotEstimable, PooledSynthesis, Synthesis

_NOT_JUDGED = Proposal(levels=None, reason=Reason(rule="not-judged", figures={}))
_JUDGED = Proposal(levels=None, reason=Reason(rule="judged", figures={}))


def rate(
    summary: Summary,
    outcome: OutcomeBase,
    synthesis: Synthesis,
    settings: Settings = DEFAULT,
    whole: PooledSynthesis | None = None,
) -> Rating | None:
    """Rate one outcome; nothing where there is no estimate to rate: no studies is no rating, not a very low one.

    ``whole`` is the pool before studies at high risk of bias were left out of it, where they were.
    """
    if isinstance(synthesis, NarrativeSynthesis | NotEstimable) or synthesis.measure.is_single_group:
        return None
    begun = start(summary, synthesis)
    steps = list(_lowering(summary, outcome, synthesis, settings, whole))
    steps += _raising(outcome, synthesis, settings, begun.certainty, is_lowered=any(step.levels < 0 for step in steps))
    level = begun.certainty + sum(step.levels for step in steps)
    return Rating(
        start=begun.certainty,
        start_reason=begun.reason,
        steps=tuple(steps),
        certainty=Certainty(min(max(level, Certainty.VERY_LOW), Certainty.HIGH)),
    )


def _lowering(
    summary: Summary, outcome: OutcomeBase, synthesis: Estimated, settings: Settings, whole: PooledSynthesis | None
) -> Iterator[Step]:
    yield _step(Domain.RISK_OF_BIAS, propose_risk_of_bias(summary, synthesis, settings, whole), outcome)
    yield _step(Domain.INCONSISTENCY, propose_inconsistency(outcome, synthesis, settings), outcome)
    yield _step(Domain.INDIRECTNESS, _NOT_JUDGED, outcome)
    yield _step(Domain.IMPRECISION, propose_imprecision(outcome, synthesis, settings), outcome)
    yield _step(Domain.PUBLICATION_BIAS, propose_publication_bias(synthesis, settings), outcome)


def _raising(
    outcome: OutcomeBase, synthesis: Estimated, settings: Settings, begun: Certainty, *, is_lowered: bool
) -> Iterator[Step]:
    """Yield the steps that can raise: for studies that were not randomised, and wherever a person has judged."""
    large = propose_large_effect(synthesis, settings, is_lowered=is_lowered)
    proposals = {
        Domain.LARGE_EFFECT: large,
        Domain.DOSE_RESPONSE: _NOT_JUDGED,
        Domain.OPPOSING_CONFOUNDING: _NOT_JUDGED,
    }
    for domain, proposal in proposals.items():
        if begun is Certainty.LOW:
            yield _step(domain, proposal, outcome)
        elif _judgement(outcome, domain) is not None:
            yield _step(domain, _NOT_JUDGED, outcome)


def _step(domain: Domain, proposal: Proposal, outcome: OutcomeBase) -> Step:
    judged = _judgement(outcome, domain)
    if judged is not None and proposal.levels is None:
        proposal = _JUDGED
    levels = judged.levels if judged else proposal.levels or 0
    return Step(
        domain=domain,
        levels=levels,
        computed=proposal.levels,
        reason=proposal.reason,
        judged_reason=judged.reason if judged else None,
        judged_by=judged.by if judged else None,
    )


def _judgement(outcome: OutcomeBase, domain: Domain) -> Judgement | None:
    return next((judgement for judgement in outcome.judgements if judgement.domain is domain), None)
