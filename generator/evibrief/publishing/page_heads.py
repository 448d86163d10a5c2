"""What stands in a page's head beside the theme's own: how it looks when shared, and where its feeds and data are."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from evibrief.pages.links import CHANGES, HOME
from evibrief.pages.outputs import RenderedPage
from evibrief.publishing.edition import Masthead


def head_of(page: RenderedPage, masthead: Masthead) -> str:
    """The lines for the head of a page, finished HTML; links are relative, so that they hold on any host."""
    return "\n".join([*_shared(page, masthead), *_alternates(page, masthead)])


def _shared(page: RenderedPage, masthead: Masthead) -> Iterator[str]:
    """The properties of https://ogp.me that can be told without an address; the address where it is known."""
    properties = {
        "og:site_name": masthead.name,
        "og:title": page.title,
        "og:description": page.description,
        "og:type": "article" if page.kind == "summary" else "website",
        "og:url": f"{masthead.url}{page.uri}" if masthead.url else "",
    }
    for name, value in properties.items():
        if value:
            yield f'<meta property="{name}" content="{escape(value)}">'


def _alternates(page: RenderedPage, masthead: Masthead) -> Iterator[str]:
    root = "../" * page.uri.count("/")
    found: list[tuple[str, str, str]] = []
    if page.uri in (HOME, CHANGES):
        found = [
            ("application/atom+xml", f"{root}feed.xml", masthead.name),
            ("application/feed+json", f"{root}feed.json", masthead.name),
        ]
    elif page.kind == "summary":
        found = [
            ("application/json", "data.json", "Every figure of this page"),
            ("text/markdown", "summary.md", "This page as plain text"),
        ]
    for kind, address, title in found:
        yield f'<link rel="alternate" type="{kind}" href="{address}" title="{escape(title)}">'
