"""Where studies at high risk of bias do not dominate a pool but change its result, the others are used alone.

Core GRADE 4, figure 2: certainty is then not lowered for risk of bias. Which studies were left out, and why, is listed
with the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evibrief.appraisal.risk_of_bias import RiskClass, matters_without_dominating, risk_class
from evibrief.appraisal.settings import Settings
from evibrief.records.outcomes import Domain, OutcomeBase, PooledOutcome, SetAside
from evibrief.records.study import Study
from evibrief.synthesis.evidence import PooledSynthesis, Synthesis
from evibrief.synthesis.pooled import pool_outcome

REASON = "at high risk of bias; the studies at low risk alone show clearly less, so they are used without it"


def trusted_alone(
    outcome: OutcomeBase,
    synthesis: Synthesis,
    included: Sequence[str],
    studies: Mapping[str, Study],
    settings: Settings,
) -> PooledSynthesis | None:
    """Pool the studies at low risk of bias alone, where the rule asks for it; nothing where it does not.

    ``included`` are the summary's studies in its order. Where a person has judged the risk of bias of this outcome, all
    studies stay: the judgement is about all of them.
    """
    if not isinstance(outcome, PooledOutcome) or not isinstance(synthesis, PooledSynthesis):
        return None
    is_judged = any(judgement.domain is Domain.RISK_OF_BIAS for judgement in outcome.judgements)
    if is_judged or not matters_without_dominating(synthesis, settings):
        return None
    high = {row.study_id for row in synthesis.rows if risk_class(row, settings) is RiskClass.HIGH}
    aside = tuple(SetAside(study=name, reason=REASON) for name in included if name in high)
    narrowed = outcome.model_copy(update={"set_aside": (*outcome.set_aside, *aside)})
    alone = pool_outcome(narrowed, [studies[name] for name in included])
    return alone if isinstance(alone, PooledSynthesis) else None
