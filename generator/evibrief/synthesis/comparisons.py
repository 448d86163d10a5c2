"""From a study record to the comparisons that a pool can use.

A study that gives nothing usable is answered with the reason why, never passed over. What was converted on the way
stays with the row as a note.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.results import AnyResult, ContinuousResult
from evibrief.records.study import Study
from evibrief.statistics.measures import Measure

from .arm_data import Comparison, Unusable, arms_by_role, comparison_from, contrast_for, has_arm_data


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The comparisons that a study brings to an outcome; where there is none, the reason."""

    comparisons: tuple[Comparison, ...] = ()
    reason: str | None = None


def comparisons_of(study: Study, outcome: PooledOutcome) -> Selection:
    """Return what a study brings to the pool of an outcome.

    A study with several results for an outcome brings them all if each names its comparison; otherwise the summary
    must say which time point or kind of value counts. Results of a part of the people count only without the whole.
    """
    if study.is_retracted:
        day = f" on {study.notice.date.isoformat()}" if study.notice and study.notice.date else ""
        where = f" ({study.notice.notice})" if study.notice and study.notice.notice else ""
        return Selection(reason=f"retracted{day}{where}; retracted studies are not pooled")
    reported = [index for index, result in enumerate(study.results) if result.outcome == outcome.in_records]
    whole = [index for index in reported if study.results[index].part is None]
    reported = whole or reported
    if not reported:
        return Selection(reason="does not report this outcome in our records")
    measure = Measure(outcome.measure)
    wanted = [index for index in reported if _is_wanted(study.results[index], outcome, measure)]
    if not wanted:
        return Selection(reason="reports this outcome at another time or in a form that this measure cannot use")
    wanted = _chosen_by_time(study, wanted, outcome)
    if len(wanted) > 1 and any(study.results[index].comparison is None for index in wanted):
        return Selection(reason="gives several results for this outcome, and the summary does not say which one counts")
    try:
        made = [_in_outcome_direction(comparison_from(study, index, measure), outcome, measure) for index in wanted]
        # Where dependence is modelled, or one effect stands for the study, a shared group stays whole.
        each = outcome.model.several_effects == "each"
        return Selection(comparisons=_shared(tuple(made)) if each else tuple(made))
    except (Unusable, ValueError) as error:  # a conversion refuses with its reason in plain words
        return Selection(reason=str(error))


def _is_wanted(result: AnyResult, outcome: PooledOutcome, measure: Measure) -> bool:
    if outcome.time_point is not None:
        label = result.time_point.label if result.time_point else None
        if label != outcome.time_point:
            return False
    if isinstance(result, ContinuousResult) and measure in (Measure.SMD, Measure.ROM):
        # Final values and changes have different spreads, so a standardised difference must not mix them
        # (Cochrane Handbook 6.5, 10.5.2); final values unless the summary asks for changes.
        if result.value != (outcome.value or "final"):
            return False
    elif isinstance(result, ContinuousResult) and outcome.value is not None and result.value != outcome.value:
        return False
    return has_arm_data(result, measure) or contrast_for(result, measure) is not None


def _chosen_by_time(study: Study, wanted: list[int], outcome: PooledOutcome) -> list[int]:
    """Keep the results of the one time that the summary chooses, where all of them say when they were measured."""
    points = {index: study.results[index].time_point for index in wanted}
    if outcome.time_choice == "end-of-intervention":
        distances = {i: abs(at.after_end_weeks) for i, at in points.items() if at and at.after_end_weeks is not None}
        best = min(distances.values(), default=None)
    elif outcome.time_choice == "longest":
        distances = {i: at.weeks for i, at in points.items() if at and at.weeks is not None}
        best = max(distances.values(), default=None)
    else:
        return wanted
    if len(distances) < len(wanted):
        return wanted
    return [index for index in wanted if distances[index] == best]


def _in_outcome_direction(made: Comparison, outcome: PooledOutcome, measure: Measure) -> Comparison:
    """Turn a standardised difference around whose instrument runs the other way than the outcome."""
    instrument = made.study.instruments.get(made.result.instrument) if made.result.instrument else None
    if measure is not Measure.SMD or instrument is None or instrument.better is outcome.better:
        return made
    columns = dict(made.columns)
    if "yi" in columns:
        columns["yi"] = -columns["yi"]
    else:
        columns["mean_1"], columns["mean_2"] = -columns["mean_1"], -columns["mean_2"]
    note = f"{instrument.name} runs the other way; its sign was turned so that all instruments agree"
    return replace(made, columns=columns, notes=(*made.notes, note))


def _shared(rows: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
    """Divide a comparator group among the comparisons that share it, so that nobody is counted twice.

    Cochrane Handbook 6.5, section 23.3.4. A group counts as shared if the record gives it the same id and figures.
    """
    groups: dict[object, list[Comparison]] = {}
    for row in rows:
        _, comparator = arms_by_role(row.study, list(row.result.arms))
        groups.setdefault((tuple(comparator), row.comparator), []).append(row)
    divided = {
        row.result_index: _divided(row, len(group)) for group in groups.values() if len(group) > 1 for row in group
    }
    return tuple(divided.get(row.result_index, row) for row in rows)


def _divided(row: Comparison, shares: int) -> Comparison:
    if row.comparator is None:
        return row
    columns = dict(row.columns)
    for name in ("events_2", "n_2", "time_2"):
        if name in columns:
            columns[name] /= shares
    people = None
    if row.participants is not None and row.comparator.n is not None:
        people = row.participants - row.comparator.n + row.comparator.n // shares
    note = f"the group serves {shares} comparisons; one share of its people is counted here"
    return replace(row, columns=columns, participants=people, notes=(*row.notes, note))
