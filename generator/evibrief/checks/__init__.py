"""The evidence linter: what looks wrong in records that are sound in form.

One small function to a check, in modules by subject; `catalogue` lists them. Errors stop publication, warnings want an
answer, hints are advice. Except for what cannot be true, a person may let a remark stand by a reason in the record
(``acknowledged``): it is then silent here, and the page can show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import Problem
from evibrief.records.library import Library, StudyEntry, SummaryEntry
from evibrief.records.reader import Place

from .acknowledging import idle
from .remarks import Remark, each_once
from .running import lint_study, lint_summary, stopping_study, stopping_summary

__all__ = [
    "errors_of_study",
    "errors_of_summary",
    "idle",
    "lint",
    "lint_study",
    "lint_summary",
    "problem_of",
    "remarks",
]


def lint(library: Library, settings: Settings = DEFAULT) -> tuple[Problem, ...]:
    """Return what all checks have to say of a library and nobody has acknowledged, in the order of path and line."""
    found = remarks(library, settings)
    return tuple(sorted(problem_of(one, library) for one in found if one.acknowledged is None))


def errors_of_study(entry: StudyEntry) -> tuple[Problem, ...]:
    """Return the errors that one study shows by itself, without looking for anything else: they stop a publication."""
    library = Library(studies={entry.study.id: entry}, summaries={})
    return tuple(sorted(problem_of(one, library) for one in stopping_study(entry.study)))


def errors_of_summary(entry: SummaryEntry, studies: Mapping[str, StudyEntry]) -> tuple[Problem, ...]:
    """Return the errors that a summary and its studies show only together; ``studies`` holds at least these."""
    library = Library(studies=studies, summaries={entry.summary.slug: entry})
    found = stopping_summary(entry.summary, {name: studies[name].study for name in entry.summary.studies})
    return tuple(sorted(problem_of(one, library) for one in found))


def remarks(library: Library, settings: Settings = DEFAULT) -> tuple[Remark, ...]:
    """Return all remarks on a library, the acknowledged among them, each check once for a field.

    Summaries that name a study the library does not hold are passed over: that is an error of its own.
    """
    studies = library.study_models()
    summaries = [entry.summary for entry in library.summaries.values()]
    found = [one for study in studies.values() for one in lint_study(study)]
    complete = [summary for summary in summaries if all(name in studies for name in summary.studies)]
    found += [one for summary in complete for one in lint_summary(summary, studies, settings)]
    answered: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for one in found:
        if one.acknowledged is not None:
            answered[one.kind, one.record].add((one.code, one.field))
    for study in studies.values():
        found += idle(study, answered["study", study.id])
    for summary in complete:
        found += idle(summary, answered["summary", summary.slug])
    return each_once(found)


def problem_of(found: Remark, library: Library) -> Problem:
    """Return a remark as a problem, with its place in the file."""
    entry = library.studies[found.record] if found.kind == "study" else library.summaries[found.record]
    place = entry.place(found.location) if found.location else Place(line=1, column=1)
    return Problem(
        path=entry.path,
        line=place.line,
        column=place.column,
        field=found.field,
        code=found.code,
        severity=found.severity,
        message=found.message,
        advice=found.advice,
    )
