"""What stands in a page's head beside the theme's own: how it looks when shared, and where its feeds are."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from evibrief.pages.links import CHANGES, HOME
from evibrief.pages.outputs import RenderedPage
from evibrief.publishing.edition import Masthead


def head_of(page: RenderedPage, masthead: Masthead) -> str:
    """The lines for the head of a page, finished HTML; links are relative, so that they hold on any host."""
    return "\n".join([*_shared(page, masthead), *_feeds(page, masthead)])


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


def _feeds(page: RenderedPage, masthead: Masthead) -> Iterator[str]:
    if page.uri not in (HOME, CHANGES):
        return
    root = "../" * page.uri.count("/")
    for kind, name in (("application/atom+xml", "feed.xml"), ("application/feed+json", "feed.json")):
        # Not "alternate" alone: Material takes that for a translation and fetches the whole sitemap.
        yield f'<link rel="alternate feed" type="{kind}" href="{root}{name}" title="{escape(masthead.name)}">'
