"""The library: every study and every summary of a project, read, checked, and checked against each other."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from evibrief.errors import Problem, RecordError, Severity
from evibrief.records.folders import record_names
from evibrief.records.messages import validate
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.reader import Location, Place, dotted, parse, place_in
from evibrief.records.source import read_text
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.records.wording import listed, nearest, shortened

STUDIES = "studies"
SUMMARIES = "summaries"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEntry:
    """A study with the file it came from; ``path`` is relative to the project."""

    study: Study
    path: str
    text: str

    def place(self, location: Location) -> Place:
        """Return where a field's value stands in the file; its nearest parent, if the field is not there."""
        return place_in(self.text, location)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryEntry:
    """A summary with the file it came from; ``path`` is relative to the project."""

    summary: Summary
    path: str
    text: str

    def place(self, location: Location) -> Place:
        """Return where a field's value stands in the file; its nearest parent, if the field is not there."""
        return place_in(self.text, location)


Entry: TypeAlias = StudyEntry | SummaryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The records of a project by id, in the order of their ids. It does not know where the project lies."""

    studies: Mapping[str, StudyEntry]
    summaries: Mapping[str, SummaryEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All problems of a project, sorted; and the library of those records whose own file has no error."""

    library: Library
    problems: tuple[Problem, ...]


def read_library(root: Path) -> Library:
    """Read the project in a folder.

    Raises:
        RecordError: with every error of every file, if there is one; warnings and hints are left to `check_records`.
    """
    found = survey(root)
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        raise RecordError(errors)
    return found.library


def check_records(root: Path) -> tuple[Problem, ...]:
    """Return every problem of a project's records, with warnings and hints, in the order of path and line."""
    return survey(root).problems


def survey(root: Path, desk: Desk | None = None) -> Survey:
    """Read every record of a project and check them against each other; nothing is raised for a bad record.

    ``desk`` remembers what was read before, where a project is read again and again; without it all is read anew.
    """
    with _without_collection():
        return _survey(root, desk or Desk())


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for garbage among records that all stay: it would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _survey(root: Path, desk: Desk) -> Survey:
    problems: list[Problem] = []
    study_names = record_names(root, STUDIES, problems)
    summary_names = record_names(root, SUMMARIES, problems)
    if not (root / SUMMARIES).is_dir():
        problems.append(_no_summaries())
    studies = {
        name: StudyEntry(study=record.model, path=record.path, text=record.text)
        for name in study_names
        if (record := desk.read(root, STUDIES, name, Study, problems)) is not None
    }
    summaries = {
        name: SummaryEntry(summary=page.model, path=page.path, text=page.text)
        for name in summary_names
        if (page := desk.read(root, SUMMARIES, name, Summary, problems)) is not None
    }
    problems += _wrong_ids(studies, summaries)
    library = Library(studies=MappingProxyType(studies), summaries=MappingProxyType(summaries))
    problems += _cross_checks(library, study_names, complete=len(summaries) == len(summary_names))
    return Survey(library=library, problems=tuple(sorted(problems)))


class Desk:
    """Records as they were read from files that have not changed since, by size, time and place on the disk.

    For a process that reads a project over and over; what is kept between processes goes by content.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self._read: dict[str, _Reading] = {}

    def read(self, root: Path, folder: str, name: str, model: type[M], problems: list[Problem]) -> _Sound[M] | None:
        """Return the record of a file, or nothing if it has an error; add its problems."""
        path = f"{folder}/{name}.yaml"
        signature = _signature(root / path)
        known = self._read.get(path)
        if known is None or known.signature != signature or signature is None:
            own: list[Problem] = []
            known = _Reading(signature=signature, sound=_read(root, folder, name, model, own), problems=tuple(own))
            self._read[path] = known
        problems += known.problems
        return known.sound


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What came of reading a file."""

    signature: tuple[int, ...] | None
    sound: _Sound[Any] | None
    problems: tuple[Problem, ...]


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sound(Generic[M]):
    """A record that is sound by itself."""

    model: M
    path: str
    text: str


def _read(root: Path, folder: str, name: str, model: type[M], problems: list[Problem]) -> _Sound[M] | None:
    """Return the record of a file, or nothing if it has an error; add its problems."""
    path = f"{folder}/{name}.yaml"
    try:
        document = parse(read_text(root / folder / f"{name}.yaml", shown_as=path), shown_as=path)
        problems += document.problems
        record = validate(document, model)
    except RecordError as error:
        problems += error.problems
        return None
    if any(problem.severity is Severity.ERROR for problem in document.problems):
        return None
    return _Sound(model=record, path=path, text=document.text)


def _wrong_ids(studies: Mapping[str, StudyEntry], summaries: Mapping[str, SummaryEntry]) -> Iterator[Problem]:
    """Yield a problem for each record whose id is not the name of its file."""
    for name, entry in studies.items():
        if entry.study.id != name:
            yield _wrong_id(entry, "id", entry.study.id, name, studies.get(entry.study.id))
    for name, page in summaries.items():
        if page.summary.slug != name:
            yield _wrong_id(page, "slug", page.summary.slug, name, summaries.get(page.summary.slug))


def _wrong_id(entry: Entry, field: str, found: str, name: str, other: Entry | None) -> Problem:
    advice = f"write {field}: {name}, or rename the file to {found}.yaml"
    if other is None:
        text = f"'{found}' is not the name of the file ('{name}')"
        return _problem(entry, (field,), "wrong-id", text, advice)
    text = f"'{found}' is already the {field} of {other.path}:{other.place((field,)).line}"
    return _problem(entry, (field,), "duplicate-id", text, f"write {field}: {name}")


def _cross_checks(library: Library, study_names: Sequence[str], *, complete: bool) -> Iterator[Problem]:
    """Yield what two or more records show only together; ``complete`` if every summary could be read."""
    found: list[Problem] = []
    used: set[str] = set()
    for page in library.summaries.values():
        found += _missing_studies(page, study_names)
        found += _without_evidence(page, library)
        used.update(name for _, name in _named_studies(page.summary))
    yield from found
    if complete and not found:
        yield from _unused(library, used)
    yield from _shared_reports(library)


def _unused(library: Library, used: set[str]) -> Iterator[Problem]:
    for name, entry in library.studies.items():
        if name not in used:
            advice = "name it in a summary's studies or set_aside"
            yield _problem(entry, (), "unused-study", "no summary uses this study", advice, Severity.HINT)


def _named_studies(summary: Summary) -> Iterator[tuple[Location, str]]:
    """Yield every study that a summary names, with the field that does."""
    for index, name in enumerate(summary.studies):
        yield ("studies", index), name
    for index, item in enumerate(summary.set_aside):
        yield ("set_aside", index, "study"), item.study


def _missing_studies(page: SummaryEntry, study_names: Sequence[str]) -> Iterator[Problem]:
    known = frozenset(study_names)
    for location, name in _named_studies(page.summary):
        if name not in known:
            near = nearest(name, study_names)
            advice = f"did you mean '{near}'?" if near else f"add {STUDIES}/{name}.yaml, or remove it here"
            yield _problem(page, location, "missing-study", f"there is no study '{name}'", advice)


def _without_evidence(page: SummaryEntry, library: Library) -> Iterator[Problem]:
    """Yield a problem for each pooled outcome that the summary's studies cannot answer."""
    summary = page.summary
    pooled = [(i, outcome) for i, outcome in enumerate(summary.outcomes) if isinstance(outcome, PooledOutcome)]
    if pooled and not summary.studies:
        advice = "list the ids of its studies, or give each outcome as reported or narrative"
        text = f"there is no study, but '{pooled[0][1].id}' is to be pooled"
        yield _problem(page, ("studies",), "no-studies", text, advice)
        return
    for index, outcome in pooled:
        for position, item in enumerate(outcome.set_aside):
            if item.study not in summary.studies:
                at = ("outcomes", index, "set_aside", position, "study")
                near = nearest(item.study, summary.studies)
                advice = f"did you mean '{near}'?" if near else "set aside only studies that the summary lists"
                text = f"'{item.study}' is not among the studies of this summary"
                yield _problem(page, at, "unknown-reference", text, advice)
    entries = [library.studies.get(name) for name in summary.studies]
    reported = {result.outcome for entry in entries if entry is not None for result in entry.study.results}
    for index, outcome in pooled:
        if None not in entries and outcome.in_records not in reported:
            near = nearest(outcome.in_records, reported)
            advice = f"did you mean '{near}'?" if near else f"they report {listed(sorted(reported)) or 'nothing'}"
            text = f"no study listed here reports the outcome '{outcome.in_records}'"
            field = ("outcomes", index, "reads" if outcome.reads else "id")
            yield _problem(page, field, "outcome-not-reported", text, advice)


def _shared_reports(library: Library) -> Iterator[Problem]:
    """Yield a warning where two studies call the same paper their own: it may be one study, entered twice."""
    first: dict[tuple[str, str], tuple[StudyEntry, Location]] = {}
    for entry in library.studies.values():
        for index, report in enumerate(entry.study.reports):
            if not report.role.is_own:
                continue
            for field, value in (("doi", report.doi), ("pmid", report.pmid)):
                if value is None:
                    continue
                at: Location = ("reports", index, field)
                other, there = first.setdefault((field, value.casefold()), (entry, at))
                if other is not entry:
                    text = f"{shortened(value)} is also a report of {other.path}:{other.place(there).line}"
                    advice = "check that it is not one study entered twice"
                    yield _problem(entry, at, "shared-report", text, advice, Severity.WARNING)


def _problem(
    entry: Entry, at: Location, code: str, message: str, advice: str, severity: Severity = Severity.ERROR
) -> Problem:
    place = entry.place(at) if at else Place(line=1, column=1)
    return Problem(
        path=entry.path,
        line=place.line,
        column=place.column,
        field=dotted(at),
        code=code,
        severity=severity,
        message=message,
        advice=advice,
    )


def _no_summaries() -> Problem:
    return Problem(
        path=SUMMARIES,
        line=1,
        column=1,
        field="",
        code="missing-folder",
        message="there is no such folder",
        advice="run this in the folder of a publication, or name it with --project",
    )
