"""Risk of bias: do studies at high risk dominate the result, and does it hold without them (Core GRADE 4, figure 2)?"""

from __future__ import annotations

from enum import StrEnum

from evibrief.appraisal.proposals import Proposal
from evibrief.appraisal.ratings import Figure, Reason
from evibrief.appraisal.settings import Settings
from evibrief.records.summary import Summary
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Pooled, Tau2Method
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis, StudyRow


class RiskClass(StrEnum):
    """The two classes that Core GRADE knows, and the third that records know."""

    LOW = "low"
    HIGH = "high"
    NOT_ASSESSED = "not-assessed"


def risk_class(row: StudyRow, settings: Settings) -> RiskClass:
    """Class one row of a pool."""
    if row.risk is None:
        return RiskClass.NOT_ASSESSED
    return RiskClass.HIGH if row.risk in settings.high_risk_levels else RiskClass.LOW


def propose_risk_of_bias(
    summary: Summary,
    synthesis: PooledSynthesis | ReportedSynthesis,
    settings: Settings,
    whole: PooledSynthesis | None = None,
) -> Proposal:
    """Propose levels for risk of bias: by share of weight in a pool of ours, by share of studies in a review's.

    ``whole`` is the pool before studies at high risk were left out of it, where they were.
    """
    if isinstance(synthesis, ReportedSynthesis):
        return _of_review(summary, settings)
    if whole is not None:
        return Proposal(levels=0, reason=Reason(rule="risk-of-bias-left-out", figures=_figures(whole, settings)))
    weights = _weights(synthesis, settings)
    high, unknown = weights[RiskClass.HIGH], weights[RiskClass.NOT_ASSESSED]
    figures = _figures(synthesis, settings)
    if high > settings.dominating_percent:
        return _dominated(synthesis, settings, figures)
    if high + unknown > settings.dominating_percent:
        reason = Reason(rule="risk-of-bias-not-assessed", figures=figures)
        return Proposal(levels=settings.not_assessed_levels, reason=reason)
    if high > 0 and _is_less_without(synthesis, settings):
        return Proposal(levels=-1, reason=Reason(rule="risk-of-bias-matters", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="risk-of-bias-low", figures=figures))


def matters_without_dominating(synthesis: PooledSynthesis, settings: Settings) -> bool:
    """Whether studies at high risk do not dominate a pool, and yet it shows clearly less without them."""
    weights = _weights(synthesis, settings)
    high, unknown = weights[RiskClass.HIGH], weights[RiskClass.NOT_ASSESSED]
    return high > 0 and high + unknown <= settings.dominating_percent and _is_less_without(synthesis, settings)


def _weights(synthesis: PooledSynthesis, settings: Settings) -> dict[RiskClass, float]:
    weights = dict.fromkeys(RiskClass, 0.0)
    for row in synthesis.rows:
        weights[risk_class(row, settings)] += row.weight_percent
    return weights


def _figures(synthesis: PooledSynthesis, settings: Settings) -> dict[str, Figure]:
    weights = _weights(synthesis, settings)
    return {
        "high_percent": weights[RiskClass.HIGH],
        "not_assessed_percent": weights[RiskClass.NOT_ASSESSED],
        "limit_percent": settings.dominating_percent,
        "studies": synthesis.k,
        "high_studies": _studies(synthesis, RiskClass.HIGH, settings),
    }


def _studies(synthesis: PooledSynthesis, kind: RiskClass, settings: Settings) -> int:
    return len({row.study_id for row in synthesis.rows if risk_class(row, settings) is kind})


def _of_review(summary: Summary, settings: Settings) -> Proposal:
    review = summary.source_review
    at_risk = review.high_or_unclear_risk_studies if review else None
    if review is None or at_risk is None or review.studies is None:
        reason = Reason(rule="risk-of-bias-not-known", figures={})
        return Proposal(levels=settings.not_assessed_levels, reason=reason)
    percent = 100.0 * at_risk / review.studies
    figures: dict[str, Figure] = {
        "high_studies": at_risk,
        "studies": review.studies,
        "high_percent": percent,
        "limit_percent": settings.dominating_percent,
    }
    if percent > settings.dominating_percent:
        return Proposal(levels=-1, reason=Reason(rule="risk-of-bias-review-high", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="risk-of-bias-review-low", figures=figures))


def _dominated(synthesis: PooledSynthesis, settings: Settings, figures: dict[str, Figure]) -> Proposal:
    trusted = [row for row in synthesis.rows if risk_class(row, settings) is RiskClass.LOW]
    if not trusted:
        return Proposal(levels=-1, reason=Reason(rule="risk-of-bias-dominated", figures=figures))
    figures["low_studies"] = len({row.study_id for row in trusted})
    if _is_less_without(synthesis, settings):
        return Proposal(levels=-1, reason=Reason(rule="risk-of-bias-changes", figures=figures))
    return Proposal(levels=0, reason=Reason(rule="risk-of-bias-holds", figures=figures))


def _is_less_without(synthesis: PooledSynthesis, settings: Settings) -> bool:
    """Whether the studies at low risk alone show a much smaller effect, on the analysis scale and by the same model.

    Only the estimate is compared: fewer studies have a wider interval, which is imprecision and not bias.
    """
    trusted = [row for row in synthesis.rows if risk_class(row, settings) is RiskClass.LOW]
    whole = synthesis.pooled
    if not trusted or whole.estimate == 0:
        return not trusted
    return _pool_of(trusted, whole).estimate / whole.estimate < settings.kept_effect_share


def _pool_of(rows: list[StudyRow], model: Pooled) -> Pooled:
    common = model.tau2_method is Tau2Method.CE
    return pool(
        [row.yi for row in rows],
        [row.vi for row in rows],
        tau2_method=model.tau2_method,
        ci_method=CiMethod.WALD if common else model.ci_method,
        few_studies_rule=True,
    )
