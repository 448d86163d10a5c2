"""Pages that come to MkDocs finished: their HTML passes by Markdown, their place by the navigation tree.

The navigation costs the square of the number of pages it holds, and Markdown most of the rest; see
:class:`mkdocs.structure.pages.Page`, whose subclassing MkDocs provides for.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from evibrief.pages.outputs import Heading, RenderedFile, RenderedPage

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


class PlainFile(File):
    """A file that is copied as it is, also where its name ends in ``.md``."""

    def is_documentation_page(self) -> bool:
        """Never: what is written stays as it is written."""
        return False


class ReadyPage(Page):
    """A page of the edition in the hands of MkDocs."""

    def __init__(self, rendered: RenderedPage, file: File, config: MkDocsConfig) -> None:
        """Give the page its title, its date, and the record that "edit this page" opens."""
        self.rendered = rendered
        self.shown = rendered.body
        # Themes print titles and descriptions as they are, without escaping them.
        super().__init__(escape(rendered.title), file, config)
        if rendered.updated is not None:
            self.update_date = rendered.updated.isoformat()

    @property
    def searched(self) -> str:
        """The HTML that the search plugin indexes: a fraction of the page, so that the index stays small."""
        return f"<p>{escape(self.rendered.search_text)}</p>" if self.rendered.search_text else ""

    def read_source(self, config: MkDocsConfig) -> None:
        """Take over what a theme may ask of a page's metadata; there is no Markdown."""
        self.markdown = ""
        self.meta = {"kind": self.rendered.kind, "description": escape(self.rendered.description)}
        if self.rendered.uri:
            self.meta["title"] = escape(self.rendered.title)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Take over the finished HTML and its headings."""
        self.content = self.rendered.body
        self.toc = get_toc(_nested(self.rendered.headings))
        self.present_anchor_ids = {heading.id for heading in self.rendered.headings}


def page_file(rendered: RenderedPage, config: MkDocsConfig) -> File:
    """A file of MkDocs that holds a finished page."""
    name = rendered.uri.removesuffix(".html") + ".md" if rendered.uri.endswith(".html") else f"{rendered.uri}index.md"
    file = File.generated(config, name, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    # An address that ends in .html is meant as it is (404.html), also where addresses are folders.
    file.use_directory_urls = config.use_directory_urls and not rendered.uri.endswith(".html")
    file.edit_uri = rendered.record
    ReadyPage(rendered, file, config)
    return file


def plain_file(rendered: RenderedFile, config: MkDocsConfig) -> File:
    """A file of MkDocs that is copied to the site as it is."""
    return PlainFile.generated(config, rendered.uri, content=rendered.content, inclusion=InclusionLevel.NOT_IN_NAV)


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
