"""Feeds of new and changed summaries, Atom and JSON, and robots.txt.

Without a site address, links are relative to the feed, and identifiers do without one: they never change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
# Readers fetch feeds often; older summaries are on the site.
MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A summary in a feed. ``uri`` is below the site's root, ``text`` its answer in a sentence or two."""

    uri: str
    title: str
    text: str
    topic: str
    author: str
    published: date
    updated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A site's news: ``site_url`` ends in a slash, or is empty where the address is not known."""

    title: str
    site_url: str
    updated: date
    entries: tuple[FeedEntry, ...]

    @property
    def newest(self) -> Sequence[FeedEntry]:
        """The entries of the feed, the newest change first."""
        ordered = sorted(self.entries, key=lambda entry: entry.uri)
        return sorted(ordered, key=lambda entry: (entry.updated, entry.published), reverse=True)[:MOST_ENTRIES]


def atom(feed: Feed) -> bytes:
    """The feed as Atom (RFC 4287)."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _child(root, "title", feed.title)
    _child(root, "id", _identifier(""))
    _child(root, "updated", _instant(feed.updated))
    _link(root, "self", f"{feed.site_url}feed.xml")
    _link(root, "alternate", feed.site_url or "index.html")
    for entry in feed.newest:
        item = _child(root, "entry")
        _child(item, "title", entry.title)
        _child(item, "id", _identifier(entry.uri))
        _link(item, "alternate", _address(feed, entry))
        _child(item, "published", _instant(entry.published))
        _child(item, "updated", _instant(entry.updated))
        _child(_child(item, "author"), "name", entry.author)
        _child(item, "category").set("term", entry.topic)
        _child(item, "summary", entry.text)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.site_url or "index.html",
        "feed_url": f"{feed.site_url}feed.json",
        "items": [
            {
                "id": _identifier(entry.uri),
                "url": _address(feed, entry),
                "title": entry.title,
                "content_text": entry.text,
                "date_published": _instant(entry.published),
                "date_modified": _instant(entry.updated),
                "authors": [{"name": entry.author}],
                "tags": [entry.topic],
            }
            for entry in feed.newest
        ],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


def robots(site_url: str) -> bytes:
    """robots.txt: everything may be read, and where the map of the site is, if its address is known."""
    lines = ["User-agent: *", "Allow: /"]
    if site_url:
        lines.append(f"Sitemap: {site_url}sitemap.xml")
    return "".join(f"{line}\n" for line in lines).encode()


def _address(feed: Feed, entry: FeedEntry) -> str:
    return f"{feed.site_url}{entry.uri}" if feed.site_url else f"{entry.uri}index.html"


def _identifier(uri: str) -> str:
    return uuid5(NAMESPACE_URL, f"evibrief:{uri}").urn


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _child(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = text
    return child


def _link(parent: ElementTree.Element, relation: str, address: str) -> None:
    link = _child(parent, "link")
    link.set("rel", relation)
    link.set("href", address)
