"""Results of parts of the people, such as women and men: together they are the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from evibrief.errors import Severity
from evibrief.records.arms import ContinuousArm, DichotomousArm, RateArm
from evibrief.records.results import AnyResult, CorrelationResult
from evibrief.records.study import Study

from .printed import around, at_most, shown
from .remarks import Check, Location, Remark, remark

PARTS = Check(
    code="p19-parts-and-whole",
    title="Parts that do not add up to the whole",
    severity=Severity.WARNING,
    rule="over the parts of one split, in each arm: people and events <= those of the whole; where the people add up,"
    " events do too, and sum(n x mean) / n = mean of all within rounding",
    source="INSPECT-SR 4.10 (its example)",
)


def parts_and_whole(study: Study) -> Iterator[Remark]:
    """P19: what is given for women and for men is, together, what is given for all."""
    groups: dict[tuple[tuple[object, ...], str], list[int]] = {}
    for index, result in enumerate(study.results):
        if result.part is not None:
            groups.setdefault((_kind(result), result.part.split), []).append(index)
    for (kind, split), parts in groups.items():
        whole = next((i for i, one in enumerate(study.results) if one.part is None and _kind(one) == kind), None)
        if whole is not None and len(parts) > 1:
            yield from _compared(study, whole, parts, split)


def _kind(result: AnyResult) -> tuple[object, ...]:
    """What two results share if one is of some of the people of the other."""
    time = result.time_point.label if result.time_point else None
    value = getattr(result, "value", None)
    return (result.outcome, result.type, result.comparison, result.instrument, time, result.definition, value)


def _compared(study: Study, whole: int, parts: Sequence[int], split: str) -> Iterator[Remark]:
    total = study.results[whole]
    if isinstance(total, CorrelationResult):
        return
    for name, arm in total.arms.items():
        of_parts = [part.arms.get(name) for i in parts if not isinstance(part := study.results[i], CorrelationResult)]
        known = [part for part in of_parts if part is not None]
        text = _fault(arm, known) if len(known) == len(parts) else None
        if text is not None:
            at: Location = ("results", whole, "arms", name)
            advice = f"check the rows of the split '{split}' and the row of all against the source"
            yield remark(PARTS, study, at, text, advice, parts=len(parts))


def _fault(whole: object, parts: Sequence[object]) -> str | None:
    """What is wrong between an arm and the same arm in each part, or nothing."""
    people, counted = getattr(whole, "n", None), [getattr(part, "n", None) for part in parts]
    numbers = [n for n in counted if n is not None]
    complete = people is not None and len(numbers) == len(parts)
    if complete and sum(numbers) > people:
        return f"the parts have {sum(numbers)} people, all together {people}"
    is_all = complete and sum(numbers) == people
    if isinstance(whole, DichotomousArm | RateArm):
        events = sum(part.events for part in parts if isinstance(part, DichotomousArm | RateArm))
        if events > whole.events or (is_all and events != whole.events):
            return f"the parts have {events} events, all together {whole.events}"
    if isinstance(whole, ContinuousArm) and is_all:
        return _fault_of_means(whole, [part for part in parts if isinstance(part, ContinuousArm)])
    return None


def _fault_of_means(whole: ContinuousArm, parts: Sequence[ContinuousArm]) -> str | None:
    low, middle, high = (
        fsum(part.n * getattr(around(part.mean), end) for part in parts) / whole.n for end in ("low", "value", "high")
    )
    printed = around(whole.mean)
    if at_most(low, printed.high) and at_most(printed.low, high):
        return None
    return f"the means of the parts give {shown(middle)} for all, where {whole.mean} is given"


CHECKS = (PARTS,)
STUDY_CHECKS = (parts_and_whole,)
