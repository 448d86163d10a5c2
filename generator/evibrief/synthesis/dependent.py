"""Several effects of one study: one of them, or their average, stands for the study; people are counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.study import Design
from evibrief.statistics.dependence import SelectionRule, one_per_study

from .arm_data import Comparison
from .candidates import Candidate, Gathered, row_label
from .evidence import NotPooled


def one_effect_each(outcome: PooledOutcome, gathered: Gathered) -> Gathered:
    """Reduce the rows to one per study, where the outcome's model asks for it; who is left out is listed."""
    rule = outcome.model.several_effects
    if rule in ("each", "three-level"):
        return gathered
    kept = reduced(outcome, gathered.candidates, SelectionRule(rule))
    studies = {row.comparison.study.id: row.comparison for row in kept}
    left_out = tuple(
        NotPooled(
            study_id=row.comparison.study.id,
            label=row_label(row.comparison),
            reason=f"another effect of the study stands for it: {_REASONS[SelectionRule(rule)]}",
        )
        for row in gathered.candidates
        if not _stands(row.comparison, studies[row.comparison.study.id])
    )
    return Gathered(candidates=kept, not_pooled=(*gathered.not_pooled, *left_out))


_REASONS = {
    SelectionRule.FIRST: "the first in the record",
    SelectionRule.MOST_PRECISE: "the most precise",
    SelectionRule.AVERAGE: "their average",
}


def _stands(row: Comparison, kept: Comparison) -> bool:
    return row.result_index in (kept.averaged or (kept.result_index,))


def reduced(outcome: PooledOutcome, candidates: Sequence[Candidate], rule: SelectionRule) -> tuple[Candidate, ...]:
    """Return one row per study, in the order of the studies."""
    correlation = outcome.model.within_study_correlation
    made = one_per_study(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        [row.comparison.study.id for row in candidates],
        rule=rule,
        correlation=1.0 if correlation is None else float(correlation),
    )
    return tuple(
        candidates[rows[0]] if len(rows) == 1 else _average([candidates[i] for i in rows], yi, vi)
        for yi, vi, rows in zip(made.yi, made.vi, made.rows, strict=True)
    )


def _average(rows: Sequence[Candidate], yi: float, vi: float) -> Candidate:
    comparisons = [row.comparison for row in rows]
    averaged = replace(
        comparisons[0],
        intervention=None,
        comparator=None,
        participants=counted_once(comparisons, "n"),
        columns={"yi": yi, "vi": vi},
        averaged=tuple(comparison.result_index for comparison in comparisons),
    )
    notes = tuple(dict.fromkeys(note for row in rows for note in row.notes))
    return Candidate(comparison=averaged, yi=yi, vi=vi, notes=notes)


def total_once(rows: Sequence[Comparison], attribute: str) -> int | None:
    """Add up people (``n``) or ``events`` over studies, each person once; unknown where a study's are."""
    studies = dict.fromkeys(row.study.id for row in rows)
    counts = [counted_once([row for row in rows if row.study.id == study], attribute) for study in studies]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def counted_once(rows: Sequence[Comparison], attribute: str) -> int | None:
    """Count people (``n``) or ``events`` over the effects of one study, each person once.

    The same figures of an arm are the same people; so are those under another instrument or at another time, of which
    the largest number counts. Unknown where an arm does not give it.
    """
    if rows[0].study.design is Design.CROSSOVER:  # each person is in both arms
        people = [row.participants for row in rows if row.participants is not None]
        return max(people) if attribute == "n" and len(people) == len(rows) else None
    by_arm: dict[str, dict[object, list[object]]] = {}
    for row in rows:
        measured = (row.result.instrument, row.result.time_point.label if row.result.time_point else None)
        for name, arm in row.result.arms.items():
            figures = by_arm.setdefault(name, {}).setdefault(measured, [])
            if arm not in figures:
                figures.append(arm)
    most = [_most([_sum_of(figures, attribute) for figures in groups.values()]) for groups in by_arm.values()]
    known = [number for number in most if number is not None]
    return sum(known) if known and len(known) == len(most) else None


def _sum_of(arms: Sequence[object], attribute: str) -> int | None:
    numbers: list[int | None] = [getattr(arm, attribute, None) for arm in arms]
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _most(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return max(known) if len(known) == len(numbers) else None
