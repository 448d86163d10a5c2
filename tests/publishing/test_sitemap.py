"""The map of the site: within the limits of its protocol, and nothing lost."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evibrief.publishing import sitemap
from evibrief.publishing.sitemap import divide_sitemap

SITE = "https://e.org/news/"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def written(folder: Path, count: int) -> list[str]:
    """A map as MkDocs writes it, and the addresses in it."""
    addresses = [f"{SITE}page-{number}/?a=1&amp;b=2" for number in range(count)]
    entries = [
        f"\n    <url>\n         <loc>{address}</loc>\n"
        f"         <lastmod>2025-01-{number % 28 + 1:02d}</lastmod>\n    </url>"
        for number, address in enumerate(addresses)
    ]
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMES["s"]}">{"".join(entries)}\n</urlset>'
    (folder / "sitemap.xml").write_text(text, encoding="utf-8")
    return [address.replace("&amp;", "&") for address in addresses]


def located(path: Path) -> list[str | None]:
    return [found.text for found in ElementTree.fromstring(path.read_bytes()).iterfind("*/s:loc", NAMES)]


def test_a_long_map_becomes_a_map_of_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 100)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    addresses = written(tmp_path, 201)
    divide_sitemap(tmp_path, SITE)
    maps = located(tmp_path / "sitemap.xml")
    assert maps == [f"{SITE}sitemap-{number}.xml" for number in (1, 2, 3)]
    parts = [located(tmp_path / f"sitemap-{number}.xml") for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [100, 100, 1]
    assert [address for part in parts for address in part] == addresses
    assert "<lastmod>2025-01-28</lastmod>" in (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
    packed = (tmp_path / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "sitemap.xml").read_bytes()
    assert int.from_bytes(packed[4:8], "little") == 1_000_000_000


def test_a_map_within_the_limit_stays_as_it_is(tmp_path: Path) -> None:
    written(tmp_path, 101)
    before = (tmp_path / "sitemap.xml").read_bytes()
    divide_sitemap(tmp_path, SITE)
    assert [file.name for file in tmp_path.iterdir()] == ["sitemap.xml"]
    assert (tmp_path / "sitemap.xml").read_bytes() == before


def test_a_site_without_a_map_is_no_mistake(tmp_path: Path) -> None:
    divide_sitemap(tmp_path, "")
    assert list(tmp_path.iterdir()) == []
