"""Makes the pages of summaries and studies: those that are not in the cache, on every core where that pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evibrief.appraisal.settings import Settings
from evibrief.checks import errors_of_study, errors_of_summary
from evibrief.errors import Problem, RecordError
from evibrief.exchange.csv_tables import study_line
from evibrief.exchange.json_ld import json_ld
from evibrief.pages.links import study_uri, summary_uri
from evibrief.pages.lists import note_of
from evibrief.pages.methods_page import ComparedNotices
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.site_pages import study_rendered, summary_rendered, uses_of
from evibrief.pages.study_list import study_row
from evibrief.pages.study_page import Use
from evibrief.pages.telling import tell
from evibrief.publishing.cache import Cache, fingerprint, folder_fingerprint, program
from evibrief.publishing.edition import Masthead
from evibrief.publishing.files import files_beside
from evibrief.publishing.looking import unfilled
from evibrief.publishing.page_heads import head_of
from evibrief.publishing.processes import SUMMARY, results
from evibrief.publishing.published import concluded
from evibrief.publishing.sheets import (
    MALFORMED,
    Chapter,
    Slip,
    chapter_as_bytes,
    listed_of,
    pack_file,
    pack_page,
    sheet_as_bytes,
    slip_as_bytes,
    slip_from,
)
from evibrief.publishing.shelf import Shelf
from evibrief.publishing.watch import Watch
from evibrief.records.library import Library, StudyEntry, SummaryEntry
from evibrief.records.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What every page of an edition is made with: ``entries`` and ``studies`` are those of the library."""

    library: Library
    entries: Mapping[str, SummaryEntry]
    studies: Mapping[str, Study]
    renderer: Renderer
    settings: Settings
    masthead: Masthead
    compared: ComparedNotices | None = None

    def study_entry(self, name: str) -> StudyEntry:
        """Return a study with its file, to say where in it a mistake stands."""
        return self.library.studies[name]

    def uses(self) -> dict[str, list[Use]]:
        """Return the summaries that use each study, by the study's id."""
        return uses_of(map(self.library.summary_facts().__getitem__, self.entries))


def press(materials: Materials, templates: Path, cache: Cache, watch: Watch) -> Shelf:
    """Make the page of each summary and each study, and the files beside them; the summaries come first.

    Raises:
        RecordError: with each error that the checks find, and each placeholder of prose that nothing fills.
        SiteError: if the templates cannot be used.
    """
    state = state_of(materials, templates)
    uses = materials.uses()
    keys = {slug: chapter_key(slug, materials, state) for slug in materials.entries}
    keys_of_studies = {name: sheet_key(name, materials, uses.get(name, ()), state) for name in materials.studies}
    chapters, sheets = ChapterMaker(materials), SheetMaker(materials, uses)
    slips = _filed(chapters, keys, cache, watch, "summaries", SUMMARY)
    slips += _filed(sheets, keys_of_studies, cache, watch, "studies")
    slugs = {summary_uri(slug): slug for slug in keys}
    names = {study_uri(name): name for name in keys_of_studies}
    return Shelf(
        slips=tuple(slips),
        cache=cache,
        again=lambda uri: (chapters(slugs[uri]) if uri in slugs else sheets(names[uri])).data,
    )


# ---- what pages are made from -----------------------------------------------------------------------------------


def state_of(materials: Materials, templates: Path) -> str:
    """Return the fingerprint of all that pages have in common: templates, settings, the publication, this program."""
    return fingerprint(program(), folder_fingerprint(templates), repr(materials.settings), repr(materials.masthead))


def chapter_key(slug: str, materials: Materials, state: str) -> str:
    """Return under what a summary's chapter is kept."""
    library, facts = materials.library, materials.library.summary_facts()[slug]
    return fingerprint("summary", state, library.summary_digest(slug), *map(library.study_digest, facts.studies))


def sheet_key(name: str, materials: Materials, uses: Sequence[Use], state: str) -> str:
    """Return under what a study's page is kept; ``uses`` are the summaries that list it."""
    named = [part for summary in uses for part in (summary.slug, summary.title)]
    return fingerprint("study", state, materials.library.study_digest(name), *named)


# ---- how they are made ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What came of one record."""

    name: str
    data: bytes
    problems: tuple[Problem, ...] = ()


class ChapterMaker:
    """Makes chapters: the middle of the program, once for each summary."""

    def __init__(self, materials: Materials) -> None:
        self._materials = materials

    def __call__(self, slug: str) -> Piece:
        given = self._materials
        told = tell(given.entries[slug].summary, given.studies, given.renderer, given.settings)
        page = summary_rendered(
            told.brief, told.article, given.renderer, settings=given.settings, site_name=given.masthead.name
        )
        chapter = Chapter(
            note=note_of(told.brief, told.article),
            findings=concluded(told.brief),
            sheet=pack_page(with_head(page, given.masthead, json_ld(told.brief, told.article))),
            files=tuple(map(pack_file, (*files_beside(told.brief, told.article, given.renderer), *page.files))),
        )
        entry = given.entries[slug]
        studies = {study: given.study_entry(study) for study in entry.summary.studies}
        problems = (*unfilled(told.article, entry), *errors_of_summary(entry, studies))
        return Piece(name=slug, data=chapter_as_bytes(chapter), problems=problems)


class SheetMaker:
    """Makes the pages of studies."""

    def __init__(self, materials: Materials, uses: Mapping[str, Sequence[Use]]) -> None:
        self._materials, self._uses = materials, uses

    def __call__(self, name: str) -> Piece:
        given = self._materials
        study = given.studies[name]
        page = study_rendered(study, self._uses.get(name, ()), given.renderer)
        listed = listed_of(study_row(study), study_line(study))
        data = sheet_as_bytes(pack_page(with_head(page, given.masthead)), listed)
        return Piece(name=name, data=data, problems=errors_of_study(given.study_entry(name)))


def with_head(page: RenderedPage, masthead: Masthead, more: str = "") -> RenderedPage:
    """Complete the head of a page."""
    return replace(page, head="\n".join(filter(None, (page.head, head_of(page, masthead), more))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filed:
    """What a page's slip says, now that the page lies in the cache; ``data`` is the page where it could not be put."""

    name: str
    slip: bytes
    data: bytes
    problems: tuple[Problem, ...]


class _Clerk:
    """Puts what was made into the cache, in the process that made it."""

    def __init__(self, make: Callable[[str], Piece], keys: Mapping[str, str], cache: Cache) -> None:
        self._make, self._keys, self._cache = make, keys, cache

    def __call__(self, name: str) -> _Filed:
        piece, key = self._make(name), self._keys[name]
        slip = slip_as_bytes(piece.data)
        kept = not piece.problems and self._cache.put(key, piece.data) and self._cache.put(_slip_key(key), slip)
        return _Filed(name=name, slip=slip, data=b"" if kept else piece.data, problems=piece.problems)


def _slip_key(key: str) -> str:
    return fingerprint("slip", key)


def _filed(
    make: Callable[[str], Piece],
    keys: Mapping[str, str],
    cache: Cache,
    watch: Watch,
    what: str,
    weight: int = 1,
) -> list[Slip]:
    """The slip of everything asked for by name, from the cache or made now; in the order of the names given."""
    found: dict[str, Slip] = {}
    with watch.step(f"{what} from the cache"):
        for name, key in keys.items():
            slip = kept_slip(key, cache)
            if slip is not None:
                found[name] = slip
    missing = [name for name in keys if name not in found]
    problems: list[Problem] = []
    making = results(_Clerk(make, keys, cache), missing, weight)
    for filed in watch.each(f"{what} made", making, len(missing)):
        problems += filed.problems
        key = keys[filed.name]
        found[filed.name] = slip_from(filed.slip, key)
        if filed.problems:
            continue
        if filed.data:
            cache.put(key, filed.data)
            cache.put(_slip_key(key), filed.slip)
        cache.use(key)
        cache.use(_slip_key(key))
    if problems:
        raise RecordError(problems)
    return [found[name] for name in keys]


def kept_slip(key: str, cache: Cache) -> Slip | None:
    """Return the slip of the page that is kept under a key, if it is."""
    data = cache.get(_slip_key(key)) if cache.has(key) else None
    try:
        return slip_from(data, key) if data is not None else None
    except MALFORMED:
        return None
