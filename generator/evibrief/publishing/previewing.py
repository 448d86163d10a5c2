"""Live preview of a publication of any size: an edit costs what it touches, and only what somebody looks at is made.

The records are read once; then only files that change are read again. Pages are made and framed when they are asked
for. A mistake in a record is told on every page, and the last good pages stay.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError

from evibrief.appraisal.settings import Settings
from evibrief.errors import EvidenceError, RecordError, Severity, UsageError
from evibrief.pages.rendering import Renderer
from evibrief.publishing.assemble import materials_of
from evibrief.publishing.cache import Cache
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.files import SITE_FILES
from evibrief.publishing.notices import newest_of, standing_of, today
from evibrief.publishing.options import CONFIG, settings_of
from evibrief.publishing.pack import Pack
from evibrief.publishing.packaged import templates_of
from evibrief.publishing.pinned_notices import PinnedNotices, pinned_notices, problems_of_notices
from evibrief.publishing.plugin import masthead_of
from evibrief.publishing.press import ChapterMaker, Materials, SheetMaker, press
from evibrief.publishing.preview import error_edition
from evibrief.publishing.preview_pages import Memory, PreviewPages
from evibrief.publishing.preview_stage import Stage
from evibrief.publishing.reading import desk_of
from evibrief.publishing.search_parts import FOLDER as SEARCH
from evibrief.publishing.watch import Watch
from evibrief.records.library import STUDIES, SUMMARIES, Survey, survey

log = logging.getLogger("mkdocs.plugins.evibrief")

_RECORDS = (STUDIES, SUMMARIES)
_TEMPLATES = "templates"
_Signature = frozenset[tuple[str, int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Config:
    """What mkdocs.yml says to the records."""

    masthead: Masthead
    settings: Settings
    retractions: PinnedNotices | None
    host: str
    port: int
    followed: tuple[Path, ...]


class Preview:
    """A publication as it is being edited; ``generation`` grows with whatever can be seen."""

    def __init__(self, project: Path, watch: Watch) -> None:
        """Read the project and make what is not in the cache.

        Raises:
            UsageError, SiteError: if mkdocs.yml, the theme or the templates cannot be used.
        """
        self._project, self._templates = project, templates_of(project)
        self._pack = Pack(project)
        self._desk, self._memory = desk_of(project, self._pack, watch), Memory(Cache(project))
        self._lock = threading.RLock()
        self.generation = 0
        self._problems: tuple[str, ...] = ()
        self._pages: PreviewPages | None = None
        self._searched: dict[str, bytes] = {}
        self._config = _config_of(project)
        self._renderer = Renderer(self._templates)
        self._seen = self._signatures()
        with watch.step("records"):
            found = self._survey()
        self._take(found, watch)
        with watch.step("pages written by hand"):
            self._stage = self._staged()

    @property
    def host(self) -> str:
        """Where to listen, as mkdocs.yml has it."""
        return self._config.host

    @property
    def port(self) -> int:
        """The port to listen at."""
        return self._config.port

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the records from publication, one line each, as far as it is known."""
        with self._lock:
            made = self._pages.problems if self._pages is not None else ()
            return self._problems or tuple(str(problem) for problem in made if problem.severity is Severity.ERROR)

    # ---- what is asked for ----------------------------------------------------------------------------------------

    def content(self, path: str) -> bytes | None:
        """Return what stands at a path below the site's root: a page, or a file; None if nothing does.

        Raises:
            EvidenceError: if a page cannot be made at all.
        """
        with self._lock:
            if path.startswith(SEARCH) and self._pages is not None:
                return self._search_file(path)
            if (not path or path.endswith(("/", ".html"))) and (page := self._page(path)) is not None:
                return page
            made = self._pages.file(path) if self._pages is not None else None
            return made if made is not None else _read_below(self._stage.site, path)

    def _page(self, path: str) -> bytes | None:
        uri = path.removesuffix("index.html")
        sheet = self._pages.page(uri) if self._pages is not None else None
        if sheet is not None:
            return self._stage.framed(sheet).encode("utf-8", errors="xmlcharrefreplace")
        return _read_below(self._stage.site, f"{uri}index.html" if not uri or uri.endswith("/") else uri)

    def is_page(self, uri: str) -> bool:
        """Whether a page stands at this address, which ends in a slash."""
        with self._lock:
            return self.content(uri) is not None

    def _search_file(self, path: str) -> bytes | None:
        """A file of the search index; what is found there is made when somebody searches, not with every page."""
        at_once = self._stage.search_file(path)
        if at_once is None and not self._searched and self._pages is not None:
            self._searched = self._stage.searched(self._pages.told())
        return at_once or self._searched.get(path)

    # ---- what changes ---------------------------------------------------------------------------------------------

    def follow(self) -> bool:
        """Look for what was saved since the last time, and take it over; whether there was anything."""
        now = self._signatures()
        changed = {name for name in now if now[name] != self._seen.get(name)}
        if not changed:
            return False
        records = {path for name in _RECORDS for path in _paths_of(now[name] ^ self._seen[name], self._project)}
        self._seen = now
        try:
            self._follow(changed, records)
        except EvidenceError as error:
            self._fail(str(error).splitlines())
        with self._lock:
            self._searched = {}
            self.generation += 1
        return True

    def _follow(self, changed: set[str], records: set[str]) -> None:
        if "frame" in changed:
            self._config = _config_of(self._project)
        if _TEMPLATES in changed:
            self._renderer = Renderer(self._templates)
        if changed & {"frame", _TEMPLATES, *_RECORDS}:
            self._take(self._survey(records))
        if "frame" in changed:
            stage = self._staged()
            with self._lock:
                self._stage, old = stage, self._stage
            old.close()

    def _survey(self, changed: set[str] | None = None) -> Survey:
        found = survey(self._project, self._desk, changed)
        self._pack.flush()
        return found

    def _take(self, found: Survey, watch: Watch | None = None) -> None:
        """Show a state of the records, or say why it cannot be shown."""
        studies, retractions = found.library.studies.values(), self._config.retractions
        told = (*found.problems, *problems_of_notices(studies, retractions, today(found.library)))
        errors = [problem for problem in told if problem.severity is Severity.ERROR]
        if errors:
            self._fail([str(problem) for problem in errors])
            return
        standing = standing_of(self._project, withdraw=False, previous=None, found=found)
        materials = materials_of(
            standing.library,
            renderer=self._renderer,
            settings=self._config.settings,
            masthead=self._config.masthead,
            retractions=self._config.retractions,
            drafts=True,
        )
        if watch is not None:
            try:
                press(materials, self._templates, Cache(self._project), watch)
            except RecordError as error:
                log.error(str(error))
            with watch.step("templates"):
                _practise(materials)
        pages = PreviewPages(
            materials,
            notices=standing.notices,
            dated=newest_of(found.library),
            templates=self._templates,
            memory=self._memory,
        )
        with self._lock:
            self._pages, self._problems = pages, ()
            pages.make_changed()
        for problem in self.problems:
            log.error(problem)

    def _fail(self, lines: list[str]) -> None:
        with self._lock:
            self._problems = tuple(lines)
        for line in lines:
            log.error(line)

    def _staged(self) -> Stage:
        if self._pages is None:
            return Stage(self._project, error_edition(), ())
        sheets = tuple(self._pages.lists())
        edition = Edition(pages=sheets, files=(), dated=self._pages.dated)
        linked = (*(f"{uri}index.html" for uri in self._pages.addresses), *SITE_FILES)
        return Stage(self._project, edition, linked)

    def _signatures(self) -> dict[str, _Signature]:
        """What tells a saved file from the one before, by kind of input."""
        found = {name: frozenset(_signed(self._project / name)) for name in _RECORDS}
        found[_TEMPLATES] = frozenset(_signed(self._templates))
        found["frame"] = frozenset(
            signed for path in (self._project / CONFIG, *self._config.followed) for signed in _signed(path)
        )
        return found


def _practise(materials: Materials) -> None:
    """Make one page of each kind for nobody, so that whoever saves first need not wait for templates to be read."""
    uses = materials.uses()
    for slug in islice(materials.entries, 1):
        ChapterMaker(materials)(slug)
    for name in islice(materials.studies, 1):
        SheetMaker(materials, uses)(name)


def _config_of(project: Path) -> _Config:
    path = project / CONFIG
    if not path.is_file():
        raise UsageError(f"{path}: is missing; name the folder that holds it with --project")
    try:
        config = load_config(str(path))
    except ConfigurationError as error:
        raise UsageError(f"{path.name}: {error}") from None
    folders = [config.docs_dir, config.theme.custom_dir]
    return _Config(
        masthead=masthead_of(config),
        settings=settings_of(config),
        retractions=pinned_notices(config),
        host=str(config.dev_addr.host),
        port=int(config.dev_addr.port),
        followed=tuple(Path(folder) for folder in folders if folder),
    )


def _paths_of(signed: _Signature, project: Path) -> Iterator[str]:
    return (Path(path).relative_to(project).as_posix() for path, *_ in signed)


def _signed(path: Path) -> Iterator[tuple[str, int, int, int]]:
    try:
        if path.is_file():
            found = path.stat()
            yield str(path), found.st_mtime_ns, found.st_size, found.st_ino
            return
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _signed(Path(entry.path))
                else:
                    found = entry.stat()
                    yield entry.path, found.st_mtime_ns, found.st_size, found.st_ino
    except OSError:
        # A file that goes while one looks is looked for again in a moment.
        return


def _read_below(folder: Path, path: str) -> bytes | None:
    """A file of a folder, and of nothing above it."""
    found = (folder / path).resolve()
    if not found.is_relative_to(folder) or not found.is_file():
        return None
    return found.read_bytes()
