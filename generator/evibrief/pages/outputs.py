"""What rendering hands to whoever writes the site: pages for the theme, and files as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """An entry of a page's table of contents: level 2 or 3, and the id it links to."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """A file to be written as it is, such as ``summaries/hope/data.json``. ``uri`` is below the site's root."""

    uri: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPage:
    """A page for the theme to frame.

    ``uri`` is the address below the site's root, ending in a slash (``summaries/hope/``), empty for the home page.
    ``body`` is finished HTML, ``search_text`` the plain text that search indexes (title, key points, PICO), ``head``
    finished HTML for the document's head, ``record`` the path of the YAML file behind the page, if there is one.
    ``files`` are what the page offers beside itself and draws as it draws itself.
    """

    uri: str
    kind: str
    title: str
    description: str
    body: str
    headings: tuple[Heading, ...] = ()
    search_text: str = ""
    head: str = ""
    record: str | None = None
    updated: date | None = None
    files: tuple[RenderedFile, ...] = ()
