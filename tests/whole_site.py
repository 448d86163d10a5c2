"""Our own site as it is published, without a theme: written once for all tests that read it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evibrief.publishing.build import write_pages

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is handed to the theme; ``uri`` ends in a slash, and is empty for the home page."""

    uri: str
    body: str


@cache
def written() -> Mapping[str, bytes]:
    """Every page and file of our own site, by path, without a theme."""
    with tempfile.TemporaryDirectory() as folder:
        write_pages(ROOT, Path(folder) / "pages")
        found = sorted((Path(folder) / "pages").rglob("*"))
        return {
            path.relative_to(Path(folder) / "pages").as_posix(): path.read_bytes() for path in found if path.is_file()
        }


@cache
def pages() -> tuple[Page, ...]:
    return tuple(
        Page(uri=path.removesuffix("index.html"), body=content.decode("utf-8"))
        for path, content in written().items()
        if path.endswith("index.html")
    )


def page_at(uri: str) -> Page:
    return next(page for page in pages() if page.uri == uri)


@cache
def data_of(slug: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(written()[f"summaries/{slug}/data.json"])
    return found


@cache
def slugs() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (ROOT / "summaries").glob("*.yaml")))
