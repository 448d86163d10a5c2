"""Frames the pages of an edition before MkDocs asks for them: on every core, and only those that are not in the cache.

MkDocs frames page after page, also where nothing changed. Here a page is framed by the same steps (its context, the
theme's template, the event that finishes it), kept by the fingerprint of all that these steps look at, and handed to
MkDocs finished. Where plugins or hooks take part that may look at more, MkDocs frames every page itself.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.commands.build import get_context
from mkdocs.plugins import BasePlugin

from evibrief.publishing.cache import Cache, fingerprint, folder_fingerprint, program
from evibrief.publishing.gate import facts_key, facts_of, faults_of_content
from evibrief.publishing.options import PLUGIN
from evibrief.publishing.processes import results
from evibrief.publishing.ready_pages import ReadyPage
from evibrief.publishing.sheets import sheet_as_bytes
from evibrief.publishing.watch import Watch

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

# These look at nothing but the page, the configuration and the navigation.
_KNOWN_PLUGINS = frozenset({PLUGIN, "search", "material/search"})
# Where a site lies says nothing of how its pages look.
_PLACES = frozenset({"config_file_path", "docs_dir", "site_dir", "watch"})
_TEMPLATES = (".html", ".yml")
# Stands for the theme's template: prints the finished page, or lets the theme make it after all.
_STAND_IN = "{% if finished is defined %}{{ finished }}{% else %}{% include 'main.html' %}{% endif %}"
_LEVEL = 1


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Everything that frames a page: MkDocs' own state when all pages are read and none is written.

    ``env`` is the theme's template environment.
    """

    config: MkDocsConfig
    nav: Navigation
    env: Any
    pages: Sequence[File]

    @cached_property
    def state(self) -> str:
        """The fingerprint of what all pages have in common."""
        return state_of(self)


def frame_pages(frame: Frame, files: Files, cache: Cache, watch: Watch) -> tuple[str, ...]:
    """Frame every page of the edition, and return what is wrong with the content of those that were not known yet."""
    pages = {key_of(file.page, frame.state): file.page for file in files if isinstance(file.page, ReadyPage)}
    with watch.step("framed pages from the cache"):
        missing = [key for key in pages if cache.get(key) is None]
    faults: list[str] = []
    for framed in watch.each("pages framed", results(_Framer(frame, pages, cache), missing), len(missing)):
        faults += framed.faults
        cache.use(framed.key)
    stand_in = frame.env.from_string(_STAND_IN)
    for key, page in pages.items():
        page.framed = (cache, key)
        page.meta["template"] = stand_in
    return tuple(faults)


def can_frame(config: MkDocsConfig) -> bool:
    """Whether nothing takes part in making a page that may look at more than is known here."""
    return set(config.plugins) <= _KNOWN_PLUGINS and not config.hooks


def packed(page: bytes) -> bytes:
    """Return a finished page as it is kept."""
    return zlib.compress(page, _LEVEL)


def unpacked(data: bytes | None) -> bytes | None:
    """Return the finished page of an entry of the cache; nothing if it holds none."""
    try:
        return zlib.decompress(data) if data is not None else None
    except zlib.error:
        return None


def state_of(frame: Frame) -> str:
    """Return the fingerprint of what all pages have in common: programs, theme, configuration, navigation."""
    config = frame.config
    installed = sorted(f"{found.name}=={found.version}" for found in distributions())
    given = {name: value for name, value in config.items() if name not in _PLACES}
    theme = dict(_theme_files(config))
    # Hardly a theme prints when the site was built; one that does is framed anew with every new date.
    dated = any(b"build_date" in content for content in theme.values())
    parts = [
        program(),
        json.dumps(installed),
        json.dumps(given, sort_keys=True, default=_plain),
        str(frame.nav),
        os.environ.get("SOURCE_DATE_EPOCH", "") if dated else "",
    ]
    for name, content in theme.items():
        parts += [name, fingerprint(content)]
    return fingerprint(*parts)


def _plain(value: object) -> object:
    """A value of the configuration as JSON; what has no better form is itself alone, and nothing kept fits it."""
    options = value.config if isinstance(value, BasePlugin) else value
    return dict(options) if isinstance(options, Mapping) else repr(options)


def _theme_files(config: MkDocsConfig) -> Iterator[tuple[str, bytes]]:
    """The templates of the theme, and everything in the publication's own folder for it."""
    own = config.theme.custom_dir
    if own:
        yield "own", folder_fingerprint(Path(own)).encode("ascii")
    for number, folder in enumerate(config.theme.dirs):
        for place, folders, names in os.walk(folder):
            # Icons lie in a hidden folder, ten thousand of them; they change with the theme's version only.
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.endswith(_TEMPLATES):
                    path = Path(place, name)
                    yield f"{number}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def key_of(page: ReadyPage, state: str) -> str:
    """Return under what the finished page is kept."""
    return fingerprint("frame", state, sheet_as_bytes(page.sheet), str(page.title), page.url, page.edit_url or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Framed:
    """A page that is in the cache now, if nothing is wrong with it."""

    key: str
    faults: tuple[str, ...]


class _Framer:
    """Frames a page as MkDocs would, and keeps it with its facts for the gate."""

    def __init__(self, frame: Frame, pages: Mapping[str, ReadyPage], cache: Cache) -> None:
        self._frame, self._pages, self._cache = frame, pages, cache

    def __call__(self, key: str) -> _Framed:
        page = self._pages[key]
        faults = faults_of_content(page.file.dest_uri, page.content, made=True)
        if not faults:
            finished = framed(self._frame, page)
            self._cache.put(key, packed(finished))
            facts_of(finished, facts_key(finished), self._cache)
        return _Framed(key=key, faults=faults)


def framed(frame: Frame, page: ReadyPage) -> bytes:
    """Return a page in the theme's frame, as MkDocs would write it."""
    config = frame.config
    page.active = True
    try:
        # The search would index the page at its event, and does so when MkDocs comes to it; a frame needs no more.
        context = get_context(frame.nav, frame.pages, config, page)
        output = frame.env.get_template("main.html").render(context)
        output = config.plugins.on_post_page(output, page=page, config=config)
    finally:
        page.active = False
    return output.encode("utf-8", errors="xmlcharrefreplace")
