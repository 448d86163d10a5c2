"""Everything that `evibrief check` looks at: the form of the records, their figures, their words, their articles.

What was found in a record is kept by the content of all that it was found in, so that a check after an edit looks at
what the edit touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import Problem, RecordError, Severity
from evibrief.pages.rendering import Renderer
from evibrief.publishing.cache import fingerprint, folder_fingerprint
from evibrief.publishing.looking import Found, SummaryLook, found_from, look_at, problems_among
from evibrief.publishing.notices import today
from evibrief.publishing.options import settings_of_project
from evibrief.publishing.pack import Pack
from evibrief.publishing.packaged import templates_of
from evibrief.publishing.pinned_notices import pinned_notices_of_project, problems_of_notices
from evibrief.publishing.processes import SUMMARY
from evibrief.publishing.reading import desk_of, shared
from evibrief.publishing.watch import Watch
from evibrief.records.desk import Look
from evibrief.records.library import STUDIES, SUMMARIES, Library, StudyEntry, Survey, survey

LOOK = Look(name="looked at", make=look_at)


def check_project(
    project: Path,
    *,
    day: date | None = None,
    watch: Watch | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of a project, in the order of path and line.

    What records mean is looked at only where all of them can be read. ``day`` is today, from which the age of a file of
    notices is counted; the day of the newest record where it is not given.

    Raises:
        UsageError, SiteError: if mkdocs.yml or the templates cannot be used.
    """
    return checked(project, day=day, watch=watch).problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Every problem, and the ``digests`` of the records that they were looked for in, by path."""

    problems: tuple[Problem, ...]
    digests: Mapping[str, str]


def checked(
    project: Path,
    *,
    day: date | None = None,
    watch: Watch | None = None,
    digests: Mapping[str, str] | None = None,
) -> Checked:
    """Check a project as :func:`check_project`; ``digests`` are those of the records, where they are known."""
    watch = watch or Watch()
    with Pack(project) as kept:
        with watch.step("records"):
            found = survey(project, desk_of(project, kept, watch, look=LOOK, digests=digests))
        problems = list(found.problems)
        settings = DEFAULT
        try:
            settings = settings_of_project(project)
        except RecordError as error:
            problems += error.problems
        if not any(problem.severity is Severity.ERROR for problem in problems):
            problems += _problems_of_meaning(project, found, settings, kept, watch, day)
            kept.sweep()
    readings = found.library.readings.items()
    return Checked(problems=tuple(sorted(problems)), digests={path: reading.digest for path, reading in readings})


def _problems_of_meaning(
    project: Path, found: Survey, settings: Settings, kept: Pack, watch: Watch, day: date | None
) -> Iterator[Problem]:
    library = found.library
    with watch.step("what was found before"):
        looks = [*_of_records(library), *_of_summaries(project, library, settings, kept, watch)]
    with watch.step("records together"):
        yield from problems_among(looks, library)
        pinned = pinned_notices_of_project(project)
        if pinned:
            yield from problems_of_notices(_with_numbers(library), pinned, day or today(library))


def _of_records(library: Library) -> Iterator[Found]:
    """Yield what each record shows by itself, as it was found when it was read."""
    for folder, names in ((STUDIES, library.studies), (SUMMARIES, library.summaries)):
        for name in names:
            looked = found_from(library.readings[f"{folder}/{name}.yaml"].beside)
            if looked is None:
                entry = library.studies[name] if folder == STUDIES else library.summaries[name]
                looked = found_from(look_at(entry)) or []
            yield from looked


def _of_summaries(project: Path, library: Library, settings: Settings, kept: Pack, watch: Watch) -> Iterator[Found]:
    """Yield what each summary shows with its studies, from what is kept or found now."""
    templates = templates_of(project)
    state = fingerprint(repr(settings), folder_fingerprint(templates))
    names = {slug: _name_of(slug, library, state) for slug in library.summaries}
    known: dict[str, list[Found]] = {}
    for slug, name in names.items():
        data = kept.get(*name)
        if data is not None and (looked := found_from(data)) is not None:
            known[slug] = looked
    missing = [slug for slug in names if slug not in known]
    if missing:
        make = SummaryLook(library, Renderer(templates), settings)
        share = shared(watch, "summaries looked at", SUMMARY)
        for slug, data in zip(missing, share(make, missing), strict=True):
            kept.put(data, *names[slug])
            known[slug] = found_from(data) or []
    for slug in names:
        yield from known[slug]


def _name_of(slug: str, library: Library, state: str) -> tuple[str, ...]:
    """Return under what that is kept which a summary shows: all that it is made from."""
    studies = library.summary_facts()[slug].studies
    return ("summary", state, slug, library.summary_digest(slug), *map(library.study_digest, studies))


def _with_numbers(library: Library) -> Iterator[StudyEntry]:
    """Yield the studies with a report that a notice could name."""
    for name, facts in library.study_facts().items():
        if facts.numbers:
            yield library.studies[name]
