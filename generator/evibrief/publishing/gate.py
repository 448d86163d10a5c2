"""The gate between a built site and its readers: what must hold of the files themselves before they are published.

Every internal link and anchor leads somewhere; nothing is loaded from another host; no content relies on what the
content security policy silences; every page and file of the edition is there.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from evibrief.errors import SiteError
from evibrief.publishing.cache import Cache, fingerprint, program
from evibrief.publishing.page_facts import PageFacts, Reference, facts_as_bytes, facts_from, facts_in
from evibrief.publishing.processes import results
from evibrief.publishing.sheets import MALFORMED
from evibrief.publishing.watch import Watch

# A broken template breaks every page in the same way; the first few say it all.
MAX_SHOWN = 20

# What marks a summary's page, and its sentence on what the page is not.
_SUMMARY, _ADVICE = '"ev ev-summary"', '"ev-advice"'
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_CSS_LOAD = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])\s*((?:[a-z]+:)?//[^\"')\s]+)", re.IGNORECASE)

_LINE = "\n"
_SAFE_SCHEMES = frozenset({"https", "http", "mailto"})


def faults_of_content(path: str, html: str, *, made: bool) -> tuple[str, ...]:
    """What is wrong with a page's own content, before a theme frames it.

    ``made`` from records, it holds no script: the policy allows whatever script a finished page holds, so that what
    came through a template by mistake must be stopped here. A summary says that it is no medical advice.
    """
    found = [f"{path}: the attribute {name} is void under the page's policy" for name in facts_in(html).silenced]
    if made and _SCRIPT.search(html):
        found.append(f"{path}: a page made from records holds a script; scripts belong to the theme")
    if made and _SUMMARY in html and _ADVICE not in html:
        found.append(f"{path}: the summary does not say that it is no medical advice (a paragraph of class ev-advice)")
    return tuple(sorted(found))


def check_site(
    site: Path,
    *,
    expected: Iterable[str],
    site_url: str = "",
    known: Iterable[str] = (),
    seen: Sequence[Sight] = (),
    cache: Cache | None = None,
    watch: Watch | None = None,
) -> None:
    """Check every file of a built site.

    ``expected`` are paths that must exist; ``site_url`` is where it will stand, for links that name it in full;
    ``known`` are faults that were found on the way, ``seen`` pages that were looked at when they were written and are
    not read again. ``cache`` may know the facts of a page by its very bytes.

    Raises:
        SiteError: with one line for each fault, at most twenty.
    """
    pages = _faults_of_pages(site, site_url, seen, cache, watch or Watch())
    faults = sorted({*known, *_missing(site, expected), *pages, *_foreign_styles(site)})
    if not faults:
        return
    more = [f"and {len(faults) - MAX_SHOWN} more"] if len(faults) > MAX_SHOWN else []
    raise SiteError("\n".join(["the built site failed its check:", *faults[:MAX_SHOWN], *more]))


def _missing(site: Path, expected: Iterable[str]) -> Iterator[str]:
    for path in expected:
        try:
            found = os.stat(f"{site}/{path}")
        except OSError:
            found = None
        if found is None or not stat.S_ISREG(found.st_mode) or not found.st_size:
            yield f"{path}: is missing or empty"


def facts_key(page: bytes) -> str:
    """Under what the facts of a page are kept: they follow from its bytes, and from how they are read."""
    return fingerprint("facts", program(), page)


def facts_of(page: bytes, key: str, cache: Cache | None) -> PageFacts:
    """The facts of a page: read from it, or kept since these very bytes were read before."""
    if cache is None:
        return facts_in(page.decode("utf-8"))
    with suppress(*MALFORMED):
        known = cache.get(key)
        if known is not None:
            return facts_from(known)
    facts = facts_in(page.decode("utf-8"))
    cache.put(key, facts_as_bytes(facts))
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a page offers to the rest of the site, and asks of it.

    ``faults`` are certain; ``targets`` are paths that must exist, each with the address that leads there; ``anchors``
    are places that must exist on a page: its path, the anchor, the address. ``ids`` are the places it offers itself,
    a line each.
    """

    path: str
    faults: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    anchors: tuple[tuple[str, str, str], ...]
    ids: str

    def beyond(self, paths: frozenset[str]) -> Sight:
        """Return the sight without what is known to exist, as that is most of it."""
        targets = tuple((target, address) for target, address in self.targets if _found(target, paths) is None)
        return replace(self, targets=targets)


def sight_of(path: str, facts: PageFacts, site_url: str) -> Sight:
    """Return what the facts of a page ask of the site; ``site_url`` is where that will stand."""
    faults: list[str] = []
    targets: dict[str, str] = {}
    anchors: list[tuple[str, str, str]] = []
    for reference in sorted(facts.references, key=lambda item: (item.address, item.loaded)):
        fault = _foreign(reference, site_url)
        resolved = None if fault else _resolved(reference.address, path, site_url)
        if fault:
            faults.append(f"{path}: {fault}")
        if resolved is None:
            continue
        target, anchor = resolved
        own = target in (path, posixpath.dirname(path) or ".")
        if not own:
            targets.setdefault(target, reference.address)
        if not anchor or anchor == "top":
            continue
        if not own:
            anchors.append((target, anchor, reference.address))
        elif anchor not in facts.ids:
            faults.append(_no_place(path, reference.address))
    return Sight(
        path=path, faults=tuple(faults), targets=tuple(targets.items()), anchors=tuple(anchors), ids=_lines(facts.ids)
    )


def sight_as_data(sight: Sight) -> list[Any]:
    """A sight as what JSON can hold."""
    return [sight.path, sight.faults, sight.targets, sight.anchors, sight.ids]


def sight_from(data: list[Any]) -> Sight:
    """Read what :func:`sight_as_data` gave."""
    path, faults, targets, anchors, ids = data
    return Sight(
        path=path,
        faults=tuple(faults),
        targets=tuple((target, address) for target, address in targets),
        anchors=tuple((target, anchor, address) for target, anchor, address in anchors),
        ids=ids,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A sight, and where the facts behind it are kept."""

    sight: Sight
    key: str


class _Reader:
    """Reads the pages of a site; all but what concerns another page is settled at once."""

    def __init__(self, site: Path, site_url: str, paths: frozenset[str], cache: Cache | None) -> None:
        self._site, self._url, self._paths, self._cache = site, site_url, paths, cache

    def __call__(self, path: str) -> _Seen:
        page = (self._site / path).read_bytes()
        key = facts_key(page)
        sight = sight_of(path, facts_of(page, key, self._cache), self._url)
        return _Seen(sight=sight.beyond(self._paths), key=key)


def _faults_of_pages(
    site: Path, site_url: str, seen: Sequence[Sight], cache: Cache | None, watch: Watch
) -> Iterator[str]:
    paths = frozenset(_paths_in(site))
    sights = {sight.path: sight for sight in seen}
    pages = sorted(path for path in paths if path.endswith(".html") and path not in sights)
    for one in watch.each("pages checked", results(_Reader(site, site_url, paths, cache), pages), len(pages)):
        sights[one.sight.path] = one.sight
        if cache is not None:
            cache.use(one.key)
    wanted: dict[str, list[tuple[str, str, str]]] = {}
    for sight in sights.values():
        yield from sight.faults
        for target, address in sight.targets:
            if _found(target, paths) is None:
                yield f"{sight.path}: the link {address} leads nowhere"
        for target, anchor, address in sight.anchors:
            found = _found(target, paths)
            if found is not None and found in sights:
                wanted.setdefault(found, []).append((sight.path, address, anchor))
    for found, wishes in wanted.items():
        ids = frozenset(sights[found].ids.split(_LINE))
        yield from (_no_place(path, address) for path, address, anchor in wishes if anchor not in ids)


def _paths_in(site: Path) -> Iterator[str]:
    for place, _, names in os.walk(site):
        folder = Path(place).relative_to(site).as_posix()
        yield from (name if folder == "." else f"{folder}/{name}" for name in names)


def _found(target: str, paths: frozenset[str]) -> str | None:
    """The file that a path leads to: itself, or the index of a folder."""
    if target in paths:
        return target
    index = "index.html" if target == "." else f"{target}/index.html"
    return index if index in paths else None


def _lines(ids: frozenset[str]) -> str:
    return _LINE.join(sorted(ids))


def _no_place(path: str, address: str) -> str:
    return f"{path}: the link {address} names no place on its page"


def _foreign(reference: Reference, site_url: str) -> str | None:
    parts = urlsplit(reference.address)
    if parts.scheme and parts.scheme not in _SAFE_SCHEMES and not (parts.scheme == "data" and reference.loaded):
        return f"the address {reference.address[:80]} may not stand in a page"
    elsewhere = bool(parts.netloc) and not (site_url and reference.address.startswith(site_url))
    return f"loads {reference.address[:80]} from another host" if elsewhere and reference.loaded else None


def _resolved(address: str, path: str, site_url: str) -> tuple[str, str] | None:
    """The path below the site's root that an address leads to, and its anchor; None for one that leaves the site."""
    root = urlsplit(site_url).path.rstrip("/") + "/" if site_url else "/"
    if site_url and address.startswith(site_url):
        address = root + address[len(site_url) :].lstrip("/")
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    target = unquote(parts.path)
    if target.startswith(root):
        target = target[len(root) :]
    elif target:
        target = posixpath.join(posixpath.dirname(path), target)
    else:
        target = path
    return posixpath.normpath(target) if target else ".", unquote(parts.fragment)


def _foreign_styles(site: Path) -> Iterator[str]:
    for file in sorted(site.rglob("*.css")):
        for address in _CSS_LOAD.findall(file.read_text(encoding="utf-8")):
            yield f"{file.relative_to(site).as_posix()}: loads {address[:80]} from another host"
