"""The pages of a publication that is being edited: made when they are asked for, and remembered until they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evibrief.errors import Problem
from evibrief.exchange.csv_tables import study_line
from evibrief.pages.links import study_uri, summary_uri
from evibrief.pages.lists import Note
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.study_list import study_row
from evibrief.publishing.assemble import lists_of
from evibrief.publishing.cache import Cache
from evibrief.publishing.files import SITE_FILES, Publication, site_files
from evibrief.publishing.notices import notice_file, notice_page
from evibrief.publishing.press import (
    ChapterMaker,
    Materials,
    Piece,
    SheetMaker,
    chapter_key,
    kept_slip,
    sheet_key,
    state_of,
    with_head,
)
from evibrief.publishing.published import Notice
from evibrief.publishing.sheets import (
    Chapter,
    Sheet,
    Slip,
    chapter_from,
    lines_of,
    listed_of,
    pack_page,
    rows_of,
    sheet_from,
    slip_of,
)

# So few pages are made at once after an edit, so that what is wrong with them is told wherever the editor looks.
MOST_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A page, and what it was made from: it is valid as long as these are the very same."""

    sources: tuple[object, ...]
    page: Any
    problems: tuple[Problem, ...]


class Memory:
    """What was made so far in this preview, by address; of a page with problems, the last one that had none too."""

    def __init__(self, cache: Cache) -> None:
        """Start with nothing but the cache."""
        self._cache = cache
        self._made: dict[str, _Made] = {}
        self._good: dict[str, Any] = {}
        self._slips: dict[str, Slip] = {}

    def is_made(self, uri: str, sources: tuple[object, ...]) -> bool:
        """Whether a page was made from just these: the same records, and words that are equal."""
        made = self._made.get(uri)
        if made is None or len(made.sources) != len(sources):
            return False
        pairs = zip(made.sources, sources, strict=True)
        return all(one is other or (isinstance(one, str) and one == other) for one, other in pairs)

    def has(self, uri: str) -> bool:
        """Whether a page was ever made."""
        return uri in self._made

    def page(
        self,
        uri: str,
        sources: tuple[object, ...],
        key: Callable[[], str],
        make: Callable[[], Piece],
        read: Callable[[bytes], Any],
    ) -> Any:
        """Return a page; the last good one, if there are problems with it now."""
        if not self.is_made(uri, sources):
            name = key()
            kept = self._cache.get(name)
            piece = Piece(name=uri, data=kept) if kept is not None else make()
            if kept is None and not piece.problems:
                self._cache.put(name, piece.data)
            made = _Made(sources=sources, page=read(piece.data), problems=piece.problems)
            self._made[uri] = made
            if not piece.problems:
                self._good[uri] = made.page
        made = self._made[uri]
        return self._good.get(uri, made.page) if made.problems else made.page

    def slip(self, key: str) -> Slip | None:
        """Return the slip of a page that is kept under a key, if it is."""
        if key not in self._slips and (kept := kept_slip(key, self._cache)) is not None:
            self._slips[key] = kept
        return self._slips.get(key)

    def problems(self, uris: Iterator[str]) -> tuple[Problem, ...]:
        """What is wrong with these pages, as far as they were made."""
        found = {problem for uri in uris if uri in self._made for problem in self._made[uri].problems}
        return tuple(sorted(found))


class PreviewPages:
    """The pages and files of one state of the records, by their addresses."""

    def __init__(
        self, materials: Materials, *, notices: Sequence[Notice], dated: date, templates: Path, memory: Memory
    ) -> None:
        """Make nothing yet."""
        self._materials, self._dated, self._memory = materials, dated, memory
        self._state = state_of(materials, templates)
        self._uses = materials.uses()
        self._notices = {summary_uri(notice.slug): notice for notice in notices}
        self._slugs = {summary_uri(slug): slug for slug in materials.entries}
        self._names = {study_uri(name): name for name in materials.studies}
        self._lists: dict[str, Callable[[], RenderedPage]] | None = None
        self._sheets: dict[str, Sheet] = {}
        self._files: dict[str, bytes] | None = None

    @property
    def addresses(self) -> Iterator[str]:
        """The addresses of summaries and studies."""
        yield from self._slugs
        yield from self._names

    @property
    def dated(self) -> date:
        """The date of this state of the records."""
        return self._dated

    def lists(self) -> Iterator[Sheet]:
        """The pages that list what is published, and the notices."""
        for uri in (*self._made_lists(), *self._notices):
            if (sheet := self.page(uri)) is not None:
                yield sheet

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the checks say against the pages that were made."""
        return self._memory.problems(self.addresses)

    def make_changed(self) -> None:
        """Make those pages again that an edit touched, if they are few."""
        touched = [uri for uri in self.addresses if self._memory.has(uri) and not self._is_made(uri)]
        for uri in touched[:MOST_AT_ONCE]:
            self.page(uri)

    def page(self, uri: str) -> Sheet | None:
        """Return the page at an address, if it comes from records."""
        if uri in self._slugs:
            return self.chapter(self._slugs[uri]).sheet
        if uri in self._names:
            return self._study(self._names[uri])
        if uri not in self._sheets:
            made = self._list_page(uri)
            if made is None:
                return None
            self._sheets[uri] = pack_page(with_head(made, self._materials.masthead))
        return self._sheets[uri]

    def file(self, uri: str) -> bytes | None:
        """Return the file at an address, if it comes from records."""
        folder = "/".join(uri.split("/")[:2]) + "/"
        if folder in self._slugs:
            files = self.chapter(self._slugs[folder]).files
            return next((file.content for file in files if file.uri == uri), None)
        if folder in self._notices:
            file = notice_file(self._notices[folder])
            return file.content if file.uri == uri else None
        if uri not in SITE_FILES:
            return None
        if self._files is None:
            publication = Publication(
                masthead=self._materials.masthead,
                notes=self._notes(),
                studies=len(self._names),
                lines=lines_of(self._slips_of_studies()),
                updated=self._dated,
            )
            self._files = {file.uri: file.content for file in site_files(publication)}
        return self._files[uri]

    def chapter(self, slug: str) -> Chapter:
        """Return what comes of a summary."""
        given = self._materials
        made = self._memory.page(
            summary_uri(slug),
            self._sources(summary_uri(slug)),
            lambda: chapter_key(slug, given, self._state),
            lambda: ChapterMaker(given)(slug),
            chapter_from,
        )
        assert isinstance(made, Chapter)
        return made

    def told(self) -> Iterator[Slip]:
        """What the search needs of the page of each summary and study."""
        for uri in self.addresses:
            if (slip := self._slip(uri)) is not None:
                yield slip

    def _study(self, name: str) -> Sheet:
        given = self._materials
        made = self._memory.page(
            study_uri(name),
            self._sources(study_uri(name)),
            lambda: sheet_key(name, given, self._uses.get(name, ()), self._state),
            lambda: SheetMaker(given, self._uses)(name),
            sheet_from,
        )
        assert isinstance(made, Sheet)
        return made

    def _is_made(self, uri: str) -> bool:
        return self._memory.is_made(uri, self._sources(uri))

    def _sources(self, uri: str) -> tuple[object, ...]:
        given = self._materials
        if uri in self._slugs:
            slug, library = self._slugs[uri], given.library
            studies = library.summary_facts()[slug].studies
            return (self._state, library.summary_digest(slug), *map(library.study_digest, studies))
        name = self._names[uri]
        named = [part for summary in self._uses.get(name, ()) for part in (summary.slug, summary.title)]
        return (self._state, given.library.study_digest(name), *named)

    def _notes(self) -> tuple[Note, ...]:
        slips = map(self._slip, map(summary_uri, self._materials.entries))
        return tuple(slip.note for slip in slips if slip.note is not None)

    def _slips_of_studies(self) -> Iterator[Slip]:
        return map(self._slip, self._names)

    def _slip(self, uri: str) -> Slip:
        """What is told of a page: of one that nobody looked at yet, from the cache, without making it."""
        given, slug = self._materials, self._slugs.get(uri)
        if not self._memory.has(uri):
            name = self._names.get(uri, "")
            key = (
                chapter_key(slug, given, self._state)
                if slug is not None
                else sheet_key(name, given, self._uses.get(name, ()), self._state)
            )
            if (kept := self._memory.slip(key)) is not None:
                return kept
        if slug is None:
            study = given.studies[self._names[uri]]
            return slip_of(self._study(study.id), listed=listed_of(study_row(study), study_line(study)))
        chapter = self.chapter(slug)
        return slip_of(chapter.sheet, chapter.note)

    def _made_lists(self) -> dict[str, Callable[[], RenderedPage]]:
        if self._lists is None:
            rows = tuple(rows_of(self._slips_of_studies()))
            self._lists = lists_of(self._notes(), rows, self._materials)
        return self._lists

    def _list_page(self, uri: str) -> RenderedPage | None:
        if uri in self._notices:
            return notice_page(self._notices[uri], self._materials.renderer)
        if uri.startswith(("summaries/", "assets/", "search/")):
            return None
        make = self._made_lists().get(uri)
        return make() if make is not None else None
