"""The map of a site for search engines, divided where it is too long for them."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

# The protocol's limit for one file: https://www.sitemaps.org/protocol.html
MOST_ADDRESSES = 50_000

_SITEMAP = "sitemap.xml"
_ENTRY = re.compile(r"<url>.*?</url>", re.DOTALL)
_DATE = re.compile(r"<lastmod>([^<]*)</lastmod>")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def divide_sitemap(site: Path, site_url: str) -> None:
    """Divide the map of a built site into files that a map of maps names; ``site_url`` ends in a slash.

    A map that is short enough stays as it is, and so does one of a site whose address is not known: it is empty.
    """
    path = site / _SITEMAP
    entries = _ENTRY.findall(path.read_text(encoding="utf-8")) if path.is_file() else []
    if len(entries) <= MOST_ADDRESSES:
        return
    maps = []
    for number, start in enumerate(range(0, len(entries), MOST_ADDRESSES), start=1):
        part = entries[start : start + MOST_ADDRESSES]
        name = f"sitemap-{number}.xml"
        (site / name).write_text(_document("urlset", part), encoding="utf-8")
        newest = max((date for entry in part for date in _DATE.findall(entry)), default="")
        dated = f"<lastmod>{newest}</lastmod>" if newest else ""
        maps.append(f"<sitemap><loc>{site_url}{name}</loc>{dated}</sitemap>")
    content = _document("sitemapindex", maps).encode()
    path.write_bytes(content)
    # MkDocs offers it compressed, too, with the date of the site.
    (site / f"{_SITEMAP}.gz").write_bytes(gzip.compress(content, mtime=int(os.environ.get("SOURCE_DATE_EPOCH", "0"))))


def _document(root: str, items: list[str]) -> str:
    return "".join([_HEAD, f"<{root} {_NAMESPACE}>\n", *(f"{item}\n" for item in items), f"</{root}>\n"])
