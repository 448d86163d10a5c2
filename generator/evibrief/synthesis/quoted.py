"""Outcomes that are not pooled here: printed by a review, or told in words. They are passed on as their sources say."""

from __future__ import annotations

from decimal import Decimal

from evibrief.records.outcomes import NarrativeOutcome, ReportedOutcome
from evibrief.records.quoted import Reported
from evibrief.statistics.measures import Measure

from .estimates import absolute, reexpressed
from .evidence import Estimate, NarrativeSynthesis, ReportedSynthesis


def quote_reported(outcome: ReportedOutcome) -> ReportedSynthesis:
    """Pass on a printed result; a source that codes benefit the other way round is turned, and says so."""
    reported = outcome.reported
    measure = Measure(reported.measure)
    turned = _is_turned(outcome)
    estimate = _turned(reported, measure) if turned else _as_printed(reported)
    per_1000 = outcome.baseline_risk.per_1000 if outcome.baseline_risk else None
    risk = float(per_1000) / 1000 if per_1000 is not None else None
    return ReportedSynthesis(
        outcome_id=outcome.id,
        measure=measure,
        estimate=estimate,
        p=_float(reported.p),
        k=reported.studies,
        participants=reported.participants,
        i2_percent=_float(reported.i2_percent),
        q=_float(reported.q),
        q_df=reported.q_df,
        tau2=_float(reported.tau2),
        turned=turned,
        absolute=absolute(outcome, measure, estimate, risk),
        comparator_risk=risk,
        reexpressed=reexpressed(outcome, measure, estimate),
        source=reported.source,
        caveat=reported.caveat,
    )


def tell(outcome: NarrativeOutcome) -> NarrativeSynthesis:
    """Pass on what a source says in words, with what is unknown."""
    narrative = outcome.narrative
    return NarrativeSynthesis(
        outcome_id=outcome.id,
        direction=narrative.direction,
        k=narrative.studies,
        participants=narrative.participants,
        unknown=narrative.unknown,
        source=narrative.source,
    )


def _is_turned(outcome: ReportedOutcome) -> bool:
    """Whether the printed sign runs against ours, in which above no difference means more of the outcome."""
    more_favours = "intervention" if outcome.better.value == "higher" else "comparator"
    return outcome.reported.positive_favours != more_favours


def _as_printed(reported: Reported) -> Estimate:
    return Estimate(value=float(reported.estimate), low=float(reported.ci_low), high=float(reported.ci_high))


def _turned(reported: Reported, measure: Measure) -> Estimate:
    printed = _as_printed(reported)
    assert printed.low is not None
    assert printed.high is not None
    if measure.is_ratio:
        return Estimate(value=1 / printed.value, low=1 / printed.high, high=1 / printed.low)
    return Estimate(value=-printed.value, low=-printed.high, high=-printed.low)


def _float(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)
