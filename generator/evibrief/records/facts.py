"""The few facts of a record that others are checked against: so little that those of all records fit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.study import Study
from evibrief.records.summary import Status, Summary

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNumber:
    """A number by which a report can be found; ``field`` is ``doi`` or ``pmid``, ``own`` whether it is the study's."""

    index: int
    field: str
    value: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """Of a study: ``outcomes`` are those that it reports, ``dated`` the day of its extraction."""

    id: str
    outcomes: tuple[str, ...]
    numbers: tuple[ReportNumber, ...]
    dated: date | None
    acknowledges: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledFacts:
    """Of an outcome that is to be pooled: ``records`` is its name in the studies, ``aside`` whom it leaves out."""

    index: int
    id: str
    records: str
    reads: bool
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """Of a summary: ``studies`` it is made from, and those ``aside`` that it names as not used, in their order."""

    slug: str
    title: str
    status: Status
    updated: date
    studies: tuple[str, ...]
    aside: tuple[str, ...]
    pooled: tuple[PooledFacts, ...]
    acknowledges: bool


def facts_of_study(study: Study) -> StudyFacts:
    """Return the facts of a study."""
    numbers = (
        ReportNumber(index=index, field=field, value=value, own=report.role.is_own)
        for index, report in enumerate(study.reports)
        for field, value in (("doi", report.doi), ("pmid", report.pmid))
        if value is not None
    )
    return StudyFacts(
        id=study.id,
        outcomes=tuple(dict.fromkeys(result.outcome for result in study.results)),
        numbers=tuple(numbers),
        dated=study.extraction.date,
        acknowledges=bool(study.acknowledged),
    )


def facts_of_summary(summary: Summary) -> SummaryFacts:
    """Return the facts of a summary."""
    pooled = (
        PooledFacts(
            index=index,
            id=outcome.id,
            records=outcome.in_records,
            reads=bool(outcome.reads),
            aside=tuple(item.study for item in outcome.set_aside),
        )
        for index, outcome in enumerate(summary.outcomes)
        if isinstance(outcome, PooledOutcome)
    )
    return SummaryFacts(
        slug=summary.slug,
        title=summary.title,
        status=summary.status,
        updated=summary.updated,
        studies=summary.studies,
        aside=tuple(item.study for item in summary.set_aside),
        pooled=tuple(pooled),
        acknowledges=bool(summary.acknowledged),
    )


# ---- as data --------------------------------------------------------------------------------------------------------


def study_facts_as_data(facts: StudyFacts) -> list[Any]:
    """Return facts as JSON values."""
    numbers = [[item.index, item.field, item.value, item.own] for item in facts.numbers]
    dated = facts.dated.isoformat() if facts.dated else None
    return [facts.id, facts.outcomes, numbers, dated, facts.acknowledges]


def study_facts_from(data: Any) -> StudyFacts:
    """Read what :func:`study_facts_as_data` wrote. Raises ValueError or TypeError if it is anything else."""
    name, outcomes, numbers, dated, acknowledges = data
    return StudyFacts(
        id=a(str, name),
        outcomes=many(str, outcomes),
        numbers=tuple(
            ReportNumber(index=a(int, index), field=a(str, field), value=a(str, value), own=a(bool, own))
            for index, field, value, own in numbers
        ),
        dated=None if dated is None else date.fromisoformat(dated),
        acknowledges=a(bool, acknowledges),
    )


def summary_facts_as_data(facts: SummaryFacts) -> list[Any]:
    """Return facts as JSON values."""
    pooled = [[item.index, item.id, item.records, item.reads, item.aside] for item in facts.pooled]
    head = [facts.slug, facts.title, facts.status.value, facts.updated.isoformat()]
    return [*head, facts.studies, facts.aside, pooled, facts.acknowledges]


def summary_facts_from(data: Any) -> SummaryFacts:
    """Read what :func:`summary_facts_as_data` wrote. Raises ValueError or TypeError if it is anything else."""
    slug, title, status, updated, studies, aside, pooled, acknowledges = data
    return SummaryFacts(
        slug=a(str, slug),
        title=a(str, title),
        status=Status(status),
        updated=date.fromisoformat(updated),
        studies=many(str, studies),
        aside=many(str, aside),
        pooled=tuple(
            PooledFacts(index=a(int, index), id=a(str, name), records=a(str, records), reads=a(bool, reads),
                        aside=many(str, left))
            for index, name, records, reads, left in pooled
        ),
        acknowledges=a(bool, acknowledges),
    )  # fmt: skip


def a(kind: type[T], value: object) -> T:
    """Return a value that is of just this kind. Raises TypeError if it is not."""
    if type(value) is not kind:
        raise TypeError(f"no {kind.__name__}")
    return value


def many(kind: type[T], values: Sequence[object]) -> tuple[T, ...]:
    """Return a list of values of one kind. Raises TypeError if one is not."""
    return tuple([a(kind, value) for value in a(list, values)])
