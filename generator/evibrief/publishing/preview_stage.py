"""What frames the pages of a live preview: MkDocs, run once over the pages written by hand, then asked page by page."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

from mkdocs.commands.build import build, get_context
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

from evibrief.errors import SiteError, UsageError
from evibrief.publishing.edition import Edition
from evibrief.publishing.framing import Frame
from evibrief.publishing.options import CONFIG, PLUGIN
from evibrief.publishing.plugin import EvibriefPlugin, titles_of
from evibrief.publishing.ready_pages import ReadyPage, page_file
from evibrief.publishing.search_parts import SEARCH_INDEX, asks_for_parts, divided, emptied
from evibrief.publishing.sheets import Sheet, Slip

log = logging.getLogger("mkdocs.plugins.evibrief")


class Stage:
    """One state of mkdocs.yml, the theme and the pages written by hand; a new state is a new stage."""

    def __init__(self, project: Path, edition: Edition, linked: Iterable[str]) -> None:
        """Build what does not come from records, and the pages of ``edition``; ``linked`` are paths of all others.

        Raises:
            UsageError, SiteError: if MkDocs cannot.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="evibrief-")
        self.site = Path(self._folder.name).resolve()
        try:
            config = load_config(str(project / CONFIG), site_dir=str(self.site))
        except (ConfigurationError, OSError) as error:
            raise UsageError(f"{CONFIG}: {error}") from None
        plugin = config.plugins.get(PLUGIN)
        if not isinstance(plugin, EvibriefPlugin):
            raise UsageError(f"{CONFIG}: the plugin '{PLUGIN}' is not among the plugins")
        plugin.edition, plugin.linked, plugin.own_words = edition, tuple(linked), True
        try:
            config.plugins.on_startup(command="serve", dirty=False)
            build(config, serve_url=config.site_url or "/")
        except (Abort, MkDocsException) as error:
            raise SiteError(f"MkDocs could not build the site: {error}") from error
        finally:
            config.plugins.on_shutdown()
        assert plugin.frame is not None
        self._frame: Frame = plugin.frame
        self._titles = {path: title for title, path in titles_of(config.nav)}
        pages = (file.page for file in self._frame.pages)
        self._pages = {page.rendered.uri: page for page in pages if isinstance(page, ReadyPage)}
        index = self.site / SEARCH_INDEX
        self._index = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else None
        self._divided = asks_for_parts(self.site)

    def framed(self, sheet: Sheet) -> str:
        """Return a page in the theme's frame, as MkDocs would make it."""
        config, nav = self._frame.config, self._frame.nav
        page = self._page(sheet)
        page.active = True
        try:
            context = get_context(nav, (), config, page)
            context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
            output = self._frame.env.get_template("main.html").render(context)
            return config.plugins.on_post_page(output, page=page, config=config)
        finally:
            page.active = False

    def _page(self, sheet: Sheet) -> ReadyPage:
        """The page in MkDocs' hands: that of the navigation, with its new content, or one made for this moment."""
        page = self._pages.get(sheet.page.uri)
        if page is not None:
            page.sheet, page.rendered = sheet, sheet.page
        else:
            made = page_file(sheet, self._frame.config).page
            assert isinstance(made, ReadyPage)
            page = made
            page.title = self._titles.get(page.file.src_uri, page.title)
        page.read_source(self._frame.config)
        page.render_headings()
        return page

    def search_file(self, path: str) -> bytes | None:
        """Return a file of the search that every page loads, if it can do without what is found."""
        if self._index is None or not self._divided or path != SEARCH_INDEX:
            return None
        return emptied(self._index)

    def searched(self, slips: Iterable[Slip]) -> dict[str, bytes]:
        """Return the files of an index of the pages written by hand, and of these."""
        if self._index is None:
            return {}
        known = {entry["location"] for entry in self._index["docs"]}
        others = [slip for slip in slips if slip.uri not in known]
        if self._divided:
            return divided(self._index, others)
        made = [
            {"location": slip.uri, "title": escape(slip.title), "text": escape(slip.search_text)} for slip in others
        ]
        document = {**self._index, "docs": [*self._index["docs"], *made]}
        return {SEARCH_INDEX: json.dumps(document, ensure_ascii=False).encode()}

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()
