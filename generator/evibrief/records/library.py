"""The library: every study and every summary of a project, read, checked, and checked against each other."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from evibrief.errors import Problem, RecordError, Severity
from evibrief.records.desk import Desk
from evibrief.records.entries import Drawn, Entry, StudyEntry, SummaryEntry
from evibrief.records.facts import StudyFacts, SummaryFacts, facts_of_study, facts_of_summary
from evibrief.records.folders import record_names
from evibrief.records.reader import Location, Place
from evibrief.records.reading import STUDIES, SUMMARIES, Reading
from evibrief.records.source import digest_of
from evibrief.records.study import Study
from evibrief.records.together import Together

__all__ = ["STUDIES", "SUMMARIES", "Desk", "Entry", "Library", "StudyEntry", "SummaryEntry", "Survey", "check_records",
           "read_library", "survey"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The records of a project by id, in the order of their ids. It does not know where the project lies.

    Those of a survey are made into objects when they are asked for, and only some are held: to go through all of them
    takes no more memory than to look at one. ``facts_of_*`` and ``digests`` are at hand for all of them.
    """

    studies: Mapping[str, StudyEntry]
    summaries: Mapping[str, SummaryEntry]
    readings: Mapping[str, Reading] = field(default_factory=dict, repr=False, compare=False)

    def study_facts(self) -> Mapping[str, StudyFacts]:
        """Return what others are checked against, of each study."""
        return Drawn(self.studies, self._facts_of_study)

    def summary_facts(self) -> Mapping[str, SummaryFacts]:
        """Return what others are checked against, of each summary."""
        return Drawn(self.summaries, self._facts_of_summary)

    def study_digest(self, name: str) -> str:
        """Return what tells the file of a study from any other, without reading it."""
        reading = self.readings.get(f"{STUDIES}/{name}.yaml")
        return reading.digest if reading else digest_of(self.studies[name].text.encode("utf-8"))

    def summary_digest(self, slug: str) -> str:
        """Return what tells the file of a summary from any other, without reading it."""
        reading = self.readings.get(f"{SUMMARIES}/{slug}.yaml")
        return reading.digest if reading else digest_of(self.summaries[slug].text.encode("utf-8"))

    def study_models(self) -> Mapping[str, Study]:
        """Return the studies without their files, each made when it is asked for."""
        return Drawn(self.studies, lambda name: self.studies[name].study)

    def only(self, *, studies: Collection[str] | None = None, summaries: Collection[str] | None = None) -> Library:
        """Return the library with no other records than those named, in the order of the names."""
        return Library(
            studies=self.studies if studies is None else Drawn(studies, self.studies.__getitem__),
            summaries=self.summaries if summaries is None else Drawn(summaries, self.summaries.__getitem__),
            readings=self.readings,
        )

    def _facts_of_study(self, name: str) -> StudyFacts:
        reading = self.readings.get(f"{STUDIES}/{name}.yaml")
        known = reading.facts if reading else None
        return known if isinstance(known, StudyFacts) else facts_of_study(self.studies[name].study)

    def _facts_of_summary(self, slug: str) -> SummaryFacts:
        reading = self.readings.get(f"{SUMMARIES}/{slug}.yaml")
        known = reading.facts if reading else None
        return known if isinstance(known, SummaryFacts) else facts_of_summary(self.summaries[slug].summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All problems of a project, sorted; and the library of those records whose own file has no error."""

    library: Library
    problems: tuple[Problem, ...]


def read_library(root: Path, desk: Desk | None = None) -> Library:
    """Read the project in a folder.

    Raises:
        RecordError: with every error of every file, if there is one; warnings and hints are left to `check_records`.
    """
    found = survey(root, desk)
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        raise RecordError(errors)
    return found.library


def check_records(root: Path) -> tuple[Problem, ...]:
    """Return every problem of a project's records, with warnings and hints, in the order of path and line."""
    return survey(root).problems


def survey(root: Path, desk: Desk | None = None, changed: Set[str] | None = None) -> Survey:
    """Read every record of a project and check them against each other; nothing is raised for a bad record.

    ``desk`` is where they are read: it may keep what it reads, and share the work; without it all is read anew.
    ``changed`` are the paths that may be other files than when the desk was last asked, where that is known.
    """
    with _without_collection():
        return _survey(root, desk or Desk(root), changed)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for garbage among readings that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _survey(root: Path, desk: Desk, changed: Set[str] | None) -> Survey:
    problems: list[Problem] = []
    study_names = record_names(root, STUDIES, problems)
    summary_names = record_names(root, SUMMARIES, problems)
    if not (root / SUMMARIES).is_dir():
        problems.append(_no_summaries())
    studies = {name: f"{STUDIES}/{name}.yaml" for name in study_names}
    summaries = {name: f"{SUMMARIES}/{name}.yaml" for name in summary_names}
    readings = desk.readings([*studies.values(), *summaries.values()], changed)
    problems += (problem for reading in readings.values() for problem in reading.problems)
    library = _library(desk, readings, studies, summaries)
    together = Together(library.study_facts(), library.summary_facts(), partial(_place, library))
    problems += together.problems(study_names, complete=len(library.summaries) == len(summary_names))
    return Survey(library=library, problems=tuple(sorted(problems)))


def _library(
    desk: Desk, readings: Mapping[str, Reading], studies: Mapping[str, str], summaries: Mapping[str, str]
) -> Library:
    def study(name: str) -> StudyEntry:
        entry = desk.entry(studies[name], readings[studies[name]].digest)
        assert isinstance(entry, StudyEntry)
        return entry

    def summary(name: str) -> SummaryEntry:
        entry = desk.entry(summaries[name], readings[summaries[name]].digest)
        assert isinstance(entry, SummaryEntry)
        return entry

    sound = frozenset(path for path, reading in readings.items() if reading.facts is not None)
    return Library(
        studies=Drawn([name for name, path in studies.items() if path in sound], study),
        summaries=Drawn([name for name, path in summaries.items() if path in sound], summary),
        readings=MappingProxyType(readings),
    )


def _place(library: Library, path: str, location: Location) -> Place:
    folder, _, name = path.removesuffix(".yaml").partition("/")
    entry: Entry = library.studies[name] if folder == STUDIES else library.summaries[name]
    return entry.place(location)


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
