"""Feeds, robots.txt, and what a page tells machines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from evibrief.exchange.feeds import ATOM, MOST_ENTRIES, Feed, FeedEntry, atom, json_feed, robots
from evibrief.exchange.json_ld import json_ld
from exchange.records import article, brief, slugs

HOSTILE = "</title><script>alert(1)</script> & ]]> \"'"


def entry(uri: str, updated: date, title: str = "T") -> FeedEntry:
    return FeedEntry(
        uri=uri, title=title, text="Answer.", topic="Topic", author="A", published=date(2026, 1, 1), updated=updated
    )


def feed(*entries: FeedEntry, site_url: str = "https://e.org/x/") -> Feed:
    return Feed(title="News", site_url=site_url, updated=date(2026, 3, 1), entries=entries)


def test_the_newest_change_comes_first() -> None:
    items = json.loads(json_feed(feed(entry("a/", date(2026, 1, 1)), entry("b/", date(2026, 2, 1)))))["items"]
    assert [item["url"] for item in items] == ["https://e.org/x/b/", "https://e.org/x/a/"]


def test_a_feed_stays_short() -> None:
    entries = [entry(f"{number}/", date(2026, 1, 1)) for number in range(MOST_ENTRIES + 5)]
    assert len(json.loads(json_feed(feed(*entries)))["items"]) == MOST_ENTRIES


def test_atom_is_well_formed_and_complete_whatever_the_title() -> None:
    root = ElementTree.fromstring(atom(feed(entry("a/", date(2026, 2, 1), HOSTILE))))
    names = {"a": ATOM}
    assert root.findtext("a:title", namespaces=names) == "News"
    assert root.findtext("a:updated", namespaces=names) == "2026-03-01T00:00:00Z"
    item = root.find("a:entry", names)
    assert item is not None
    assert item.findtext("a:title", namespaces=names) == HOSTILE
    for required in ("id", "updated", "author/a:name"):
        assert item.findtext(f"a:{required}", namespaces=names)


def test_identifiers_outlive_the_address() -> None:
    one, other = (
        json.loads(json_feed(feed(entry("a/", date(2026, 1, 1)), site_url=url)))["items"][0]
        for url in ("https://e.org/", "")
    )
    assert one["id"] == other["id"]
    assert one["id"].startswith("urn:uuid:")
    assert other["url"] == "a/index.html"


def test_robots_may_read_everything() -> None:
    assert robots("https://e.org/").decode() == "User-agent: *\nAllow: /\nSitemap: https://e.org/sitemap.xml\n"
    assert robots("").decode() == "User-agent: *\nAllow: /\n"


def linked_data(element: str) -> dict[str, object]:
    found = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', element, re.DOTALL)
    assert found
    assert "<" not in found.group(1)
    document: dict[str, object] = json.loads(found.group(1))
    return document


@pytest.mark.parametrize("slug", slugs())
def test_a_page_tells_machines_what_it_is(slug: str) -> None:
    document = linked_data(json_ld(brief(slug), article(slug)))
    assert document["@type"] == "MedicalWebPage"
    assert document["name"] == article(slug).title
    assert document["dateModified"] == brief(slug).summary.updated.isoformat()
    assert document["citation"]


def test_no_title_can_leave_the_script() -> None:
    told = replace(article("bcg-tuberculosis"), title=HOSTILE)
    assert linked_data(json_ld(brief("bcg-tuberculosis"), told))["name"] == HOSTILE
