"""What stands at the address of a summary that is no longer published: a dated notice, never nothing.

A summary gets a notice when its record says so (``status: withdrawn``); when its records became invalid and the rest
is published all the same (``evibrief build --withdraw``); and when it stood in the site that is replaced and is not
in the records any more. Notices stand in the site itself, so that the next build finds them there
(:mod:`evibrief.publishing.published`); the lasting way is ``status: withdrawn`` in the record, which needs no earlier
site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from evibrief.errors import Problem, RecordError, Severity
from evibrief.pages.links import summary_uri
from evibrief.pages.notice_page import NoticePage, Why, notice_rendered
from evibrief.pages.outputs import RenderedFile, RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.publishing.days import stated_day
from evibrief.publishing.published import Notice, Published, read_published
from evibrief.records.facts import SummaryFacts
from evibrief.records.folders import is_record_name
from evibrief.records.library import STUDIES, Desk, Library, Survey, survey
from evibrief.records.reader import parse_bytes
from evibrief.records.summary import ChangeKind, Status, Summary

FILE = "notice.json"
# A file that is, or pretends to be, a record.
_RECORD = re.compile(r"(studies|summaries)/[^/]+\.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be published of a project: the library without the summaries that ``notices`` stand for.

    ``problems`` are those that made summaries ``invalid``, and other files of records be ``left_out``.
    """

    library: Library
    notices: tuple[Notice, ...]
    invalid: tuple[str, ...]
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]


def standing_of(
    project: Path,
    *,
    withdraw: bool,
    previous: Path | None,
    also: Sequence[Problem] = (),
    found: Survey | None = None,
    desk: Desk | None = None,
) -> Standing:
    """Read a project; ``previous`` is the site to be replaced, or a copy of its list, if there is one.

    ``also`` are errors that showed only when pages were made: what they lie in is no more published than what cannot
    be read. ``found`` is the project as it was read already; else it is read at ``desk``.

    Raises:
        SiteError: if that list is damaged.
        RecordError: with every error, unless ``withdraw``; also then, if one lies in no file of a record.
    """
    found = found or survey(project, desk)
    errors = [*(problem for problem in found.problems if problem.severity is Severity.ERROR), *also]
    if errors and not withdraw:
        raise RecordError(errors)
    invalid = _invalid(project, found, errors) if errors else ()
    day = today(found.library)
    notices = {slug: _of_invalid(project, slug, found, day) for slug in invalid}
    facts = found.library.summary_facts()
    for slug, known in facts.items():
        if known.status is Status.WITHDRAWN and slug not in notices:
            notices[slug] = _of_withdrawn(found.library.summaries[slug].summary)
    shown = [slug for slug in facts if slug not in notices]
    published = {slug for slug in shown if facts[slug].status is not Status.DRAFT}
    for earlier in _stood(read_published(previous)):
        slug = earlier.slug
        if slug in notices and slug in invalid and earlier.why is Why.INVALID:
            notices[slug] = earlier
        elif slug not in notices and slug not in published:
            notices[slug] = earlier if earlier.since else replace(earlier, since=day.isoformat())
    wrong = {problem.path for problem in errors}
    sound = [name for name in found.library.studies if f"{STUDIES}/{name}.yaml" not in wrong]
    return Standing(
        library=found.library.only(studies=sound, summaries=shown),
        notices=tuple(notices[slug] for slug in sorted(notices)),
        invalid=invalid,
        left_out=_left_out(found, wrong, invalid),
        problems=tuple(errors),
    )


def notice_page(notice: Notice, renderer: Renderer) -> RenderedPage:
    """The page at the address of a summary that is not published."""
    since = date.fromisoformat(notice.since)
    view = NoticePage(title=notice.title, since=since, why=notice.why, reason=notice.reason)
    return notice_rendered(notice.slug, view, renderer)


def notice_file(notice: Notice) -> RenderedFile:
    """The notice for programs."""
    text = json.dumps({"format": "evibrief-notice", **asdict(notice)}, ensure_ascii=False, indent=1)
    return RenderedFile(uri=f"{summary_uri(notice.slug)}{FILE}", content=f"{text}\n".encode())


def _invalid(project: Path, found: Survey, errors: Sequence[Problem]) -> tuple[str, ...]:
    """The summaries that errors forbid: their own, and those of the studies that they name.

    Raises:
        RecordError: if an error lies in no record, so that leaving records out would not mend it.
    """
    names = (path.stem for path in (project / "summaries").glob("*.yaml"))
    files = {f"summaries/{name}.yaml": name for name in names if is_record_name(name)}
    wrong = {files[problem.path] for problem in errors if problem.path in files}
    bad_studies = {Path(p.path).stem for p in errors if p.path.startswith("studies/") and p.path.endswith(".yaml")}
    for slug, known in found.library.summary_facts().items():
        named = named_studies(known)
        if named & bad_studies or not named <= found.library.studies.keys():
            wrong.add(slug)
    if not all(_RECORD.fullmatch(problem.path) for problem in errors):
        raise RecordError(errors)
    return tuple(sorted(wrong))


def _left_out(found: Survey, wrong: Set[str], invalid: Sequence[str]) -> tuple[str, ...]:
    """The wrong files that no notice stands for: studies that no summary names, and files with an impossible name."""
    named = {name for known in found.library.summary_facts().values() for name in named_studies(known)}
    told = {*(f"studies/{name}.yaml" for name in named), *(f"summaries/{slug}.yaml" for slug in invalid)}
    return tuple(sorted(wrong - told))


def named_studies(summary: SummaryFacts) -> frozenset[str]:
    """Every study that a summary pools or sets aside."""
    return frozenset((*summary.studies, *summary.aside))


def _of_invalid(project: Path, slug: str, found: Survey, day: date) -> Notice:
    entry = found.library.summaries.get(slug)
    title = entry.summary.title if entry else _title_in(project / "summaries" / f"{slug}.yaml") or _words(slug)
    return Notice(slug=slug, title=title, since=day.isoformat(), why=Why.INVALID)


def _title_in(path: Path) -> str | None:
    """The title in a record that is wrong elsewhere, if it can be read at all."""
    try:
        value = parse_bytes(path.read_bytes(), shown_as=path.name).value
    except (RecordError, OSError):
        return None
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) and title else None


def _of_withdrawn(summary: Summary) -> Notice:
    entries = [entry for entry in summary.history if entry.kind is ChangeKind.WITHDRAWAL] or list(summary.history)
    newest = max(entries, key=lambda entry: entry.date)
    return Notice(
        slug=summary.slug,
        title=summary.title,
        since=newest.date.isoformat(),
        why=Why.RECORDED,
        reason=" ".join(newest.text.split()),
    )


def _stood(published: Published) -> Iterator[Notice]:
    """What the site to be replaced has at addresses of summaries: notices, or pages (told without a day)."""
    for verdict in published.verdicts.values():
        yield Notice(slug=verdict.slug, title=verdict.title, since="", why=Why.REMOVED)
    yield from published.notices.values()


def today(library: Library) -> date:
    """The day of this build: the caller's (SOURCE_DATE_EPOCH), else the newest in the records; never the clock's."""
    if (day := stated_day()) is not None:
        return day
    return newest_of(library)


def newest_of(library: Library) -> date:
    """Return the newest date of the history of any summary; a project without one is as old as its studies."""
    dates = [facts.updated for facts in library.summary_facts().values()]
    dates += [facts.dated for facts in library.study_facts().values() if facts.dated]
    return max(dates, default=date(1980, 1, 1))


def _words(slug: str) -> str:
    return slug.replace("-", " ").capitalize()
