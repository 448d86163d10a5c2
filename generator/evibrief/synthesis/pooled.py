"""Pooling an outcome from the records of its studies."""

from __future__ import annotations

from collections.abc import Sequence

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.study import Study
from evibrief.statistics.dependence import SelectionRule
from evibrief.statistics.mantel_haenszel import NotEstimableError
from evibrief.statistics.measures import Measure
from evibrief.statistics.pooling_input import IMPLAUSIBLE_VARIANCE_RATIO
from evibrief.statistics.results import Pooled

from .arm_data import Comparison
from .candidates import Candidate, Gathered, clustered, gather, pool_candidates, row_label
from .dependent import one_effect_each, reduced, total_once
from .drivers import influence_of, permutation_of, regression_of
from .estimates import (
    absolute,
    comparator_risk,
    information_size,
    natural,
    natural_of_study,
    prediction,
    reexpressed,
)
from .evidence import NotEstimable, NotPooled, PooledSynthesis, StudyRow
from .further import (
    cumulative_pools,
    leave_one_out,
    other_models,
    risk_of,
    small_study_test,
    subgroup_analysis,
    subgroup_of,
    trimmed_and_filled,
)


def pool_outcome(outcome: PooledOutcome, studies: Sequence[Study]) -> PooledSynthesis | NotEstimable:
    """Pool one outcome over the studies of the summary, in their order."""
    measure = Measure(outcome.measure)
    gathered = one_effect_each(outcome, gather(outcome, studies))
    candidates = gathered.candidates
    if not candidates:
        return _not_estimable(outcome, gathered, "no study gives a result that can be pooled")
    variances = [candidate.vi for candidate in candidates]
    # Asked of the most unlike two, so that what pools of some of them need holds as well.
    if min(variances) < IMPLAUSIBLE_VARIANCE_RATIO * max(variances):
        return _not_estimable(outcome, gathered, "the variances of the studies differ beyond all plausibility")
    try:
        pooled = pool_candidates(outcome, candidates)
    except NotEstimableError as error:  # such as no event in any comparison group
        return _not_estimable(outcome, gathered, str(error))
    rows = _rows(outcome, candidates, pooled)
    estimate = natural(measure, pooled.estimate, pooled.ci_low, pooled.ci_high)
    risk = comparator_risk(outcome, rows)
    nested = outcome.model.several_effects == "three-level"
    # What has no form with nested effects takes one effect of each study.
    apart = reduced(outcome, candidates, SelectionRule.AVERAGE) if nested else candidates
    comparisons = [row.comparison for row in candidates]
    return PooledSynthesis(
        outcome_id=outcome.id,
        measure=measure,
        rows=rows,
        not_pooled=gathered.not_pooled,
        k=len({row.study_id for row in rows}),
        participants=total_once(comparisons, "n") if nested else _total([row.participants for row in rows]),
        events=total_once(comparisons, "events") if nested else _total([_events(row) for row in rows]),
        pooled=pooled,
        estimate=estimate,
        prediction=prediction(measure, pooled),
        absolute=absolute(outcome, measure, estimate, risk),
        comparator_risk=risk,
        reexpressed=reexpressed(outcome, measure, estimate),
        subgroups=subgroup_analysis(outcome, candidates, rows),
        regression=regression_of(outcome, apart),
        leave_one_out=leave_one_out(outcome, candidates),
        alternatives=other_models(outcome, candidates),
        cumulative=cumulative_pools(outcome, apart),
        small_study=small_study_test(measure, apart),
        trim_and_fill=None if nested else trimmed_and_filled(outcome, candidates),
        information_size=information_size(outcome, risk, rows),
        three_level=clustered(candidates).model if nested else None,
        permutation=permutation_of(outcome, apart),
        influence=influence_of(outcome, apart),
        notes=tuple(f"{note.field}: {note.reason}" for note in pooled.notes),
    )


def _not_estimable(outcome: PooledOutcome, gathered: Gathered, reason: str) -> NotEstimable:
    """List every study: the rows that could not be pooled together, and those left out before."""
    unpooled = tuple(
        NotPooled(study_id=row.comparison.study.id, label=row_label(row.comparison), reason=reason)
        for row in gathered.candidates
    )
    return NotEstimable(
        outcome_id=outcome.id,
        measure=Measure(outcome.measure),
        not_pooled=(*gathered.not_pooled, *unpooled),
        reason=reason,
    )


def _rows(outcome: PooledOutcome, candidates: Sequence[Candidate], pooled: Pooled) -> tuple[StudyRow, ...]:
    return tuple(_row(outcome, candidate, weight) for candidate, weight in zip(candidates, pooled.weights, strict=True))


def _row(outcome: PooledOutcome, candidate: Candidate, weight: float) -> StudyRow:
    comparison = candidate.comparison
    study, result = comparison.study, comparison.result
    return StudyRow(
        study_id=study.id,
        label=study.label,
        comparison=comparison.name,
        year=study.year,
        design=study.design,
        result_index=comparison.result_index,
        intervention=comparison.intervention,
        comparator=comparison.comparator,
        participants=comparison.participants,
        yi=candidate.yi,
        vi=candidate.vi,
        estimate=natural_of_study(Measure(outcome.measure), candidate.yi, candidate.vi),
        weight_percent=weight,
        risk=risk_of(outcome, study),
        subgroup=subgroup_of(outcome, candidate),
        time_point=result.time_point.label if result.time_point and not comparison.averaged else None,
        source=result.source,
        weeks=_weeks(comparison),
        notes=candidate.notes,
    )


def _weeks(row: Comparison) -> float | None:
    at = row.result.time_point
    return None if row.averaged or at is None or at.weeks is None else float(at.weeks)


def _events(row: StudyRow) -> int | None:
    sides = [side for side in (row.intervention, row.comparator) if side is not None]
    counts = [side.events for side in sides if side.events is not None]
    return sum(counts) if counts and len(counts) == len(sides) else None


def _total(numbers: Sequence[int | None]) -> int | None:
    """Add up; a total with an unknown part is unknown."""
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
