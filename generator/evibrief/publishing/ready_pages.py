"""Pages that come to MkDocs finished: their HTML passes by Markdown, their place by the navigation tree.

The navigation costs the square of the number of pages it holds, and Markdown most of the rest; see
:class:`mkdocs.structure.pages.Page`, whose subclassing MkDocs provides for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from evibrief.pages.outputs import Heading
from evibrief.publishing.cache import Cache
from evibrief.publishing.sheets import PackedFile, Sheet

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class PlainFile(File):
    """A file that is copied as it is, also where its name ends in ``.md``, and unpacked only then."""

    packed: PackedFile

    def copy_file(self, dirty: bool = False) -> None:
        """Write the file where it belongs in the site."""
        path = Path(self.abs_dest_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.packed.content)

    def is_documentation_page(self) -> bool:
        """Never: what is written stays as it is written."""
        return False


class LinkedFile(File):
    """A file that pages written by hand may link to, and that is not written."""

    def is_documentation_page(self) -> bool:
        """Never: there is nothing to build."""
        return False


class SiteFiles(Files):
    """The files of MkDocs, and the paths of others that stand on the site without passing through its hands."""

    def __init__(self, files: Iterable[File], others: frozenset[str], config: MkDocsConfig) -> None:
        """Take over files; ``others`` are paths such as ``summaries/hope/index.html``."""
        super().__init__(files)
        self._others, self._config = others, config

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file of a source: ``summaries/hope/index.md``."""
        found = super().get_file_from_path(path)
        if found is not None:
            return found
        target = posixpath.normpath(path)
        if target.endswith(".md"):
            target = target.removesuffix(".md") + ".html"
        return _linked_file(target, self._config) if target in self._others else None


class ReadyPage(Page):
    """A page of the edition in the hands of MkDocs."""

    def __init__(self, sheet: Sheet, file: File, config: MkDocsConfig) -> None:
        """Give the page its title, its date, and the record that "edit this page" opens."""
        self.sheet, self.rendered = sheet, sheet.page
        self.searching = False
        # Where the finished page is kept, once it is framed; and whether it was taken from there.
        self.framed: tuple[Cache, str] | None = None
        self.finished = False
        self._changed: str | None = None
        rendered = sheet.page
        # Themes print titles and descriptions as they are, without escaping them.
        super().__init__(escape(rendered.title), file, config)
        if rendered.updated is not None:
            self.update_date = rendered.updated.isoformat()

    @property
    def content(self) -> str:
        """The HTML that the theme frames, unpacked when it is asked for; ``searching``, what search indexes of it."""
        if self.searching:
            return self._searched
        return self.sheet.body if self._changed is None else self._changed

    @content.setter
    def content(self, html: str | None) -> None:
        """Keep what another plugin made of the page; of the page as it is, and of what is searched, nothing more."""
        if self.searching:
            return
        self._changed = None if html is None or html == self.sheet.body else html

    @property
    def _searched(self) -> str:
        """The HTML that the search plugin indexes: a fraction of the page, so that the index stays small."""
        return searched_html(self.rendered.search_text)

    def read_source(self, config: MkDocsConfig) -> None:
        """Take over what a theme may ask of a page's metadata; there is no Markdown."""
        self.markdown = ""
        self.meta = {"kind": self.rendered.kind, "description": escape(self.rendered.description)}
        if self.rendered.uri:
            self.meta["title"] = escape(self.rendered.title)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Take over the headings; the HTML is finished."""
        self.render_headings()

    def render_headings(self) -> None:
        """Tell the theme the headings of the page."""
        self.toc = get_toc(_nested(self.rendered.headings))
        self.present_anchor_ids = {heading.id for heading in self.rendered.headings}


def searched_html(text: str) -> str:
    """What the search plugin reads of a page, given its search text; of a page without one, nothing."""
    return f"<p>{escape(text)}</p>" if text else ""


def page_file(sheet: Sheet, config: MkDocsConfig) -> File:
    """A file of MkDocs that holds a finished page."""
    rendered = sheet.page
    name = rendered.uri.removesuffix(".html") + ".md" if rendered.uri.endswith(".html") else f"{rendered.uri}index.md"
    file = File.generated(config, name, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    # An address that ends in .html is meant as it is (404.html), also where addresses are folders.
    file.use_directory_urls = config.use_directory_urls and not rendered.uri.endswith(".html")
    file.edit_uri = rendered.record
    ReadyPage(sheet, file, config)
    return file


def page_in(config: MkDocsConfig, sheet: Sheet) -> ReadyPage:
    """A page ready to be framed, which MkDocs does not know of."""
    page = page_file(sheet, config).page
    assert isinstance(page, ReadyPage)
    page.read_source(config)
    page.render_headings()
    return page


def _linked_file(path: str, config: MkDocsConfig) -> File:
    """A file of MkDocs that stands for a page or a file made elsewhere: ``summaries/hope/index.html``."""
    name = path.removesuffix(".html") + ".md" if path.endswith(".html") else path
    file = LinkedFile.generated(config, name, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    file.dest_uri = path
    return file


def plain_file(packed: PackedFile, config: MkDocsConfig) -> File:
    """A file of MkDocs that is copied to the site as it is."""
    file = PlainFile.generated(config, packed.uri, content=b"", inclusion=InclusionLevel.NOT_IN_NAV)
    assert isinstance(file, PlainFile)
    file.packed = packed
    return file


def _nested(headings: Sequence[Heading]) -> list[Any]:
    """Headings as MkDocs wants them: each with those below it."""
    top: list[Any] = []
    open_: list[Any] = []
    for heading in headings:
        token = {"level": heading.level, "id": heading.id, "name": escape(heading.title), "children": []}
        while open_ and open_[-1]["level"] >= heading.level:
            open_.pop()
        (open_[-1]["children"] if open_ else top).append(token)
        open_.append(token)
    return top
