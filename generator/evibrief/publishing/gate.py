"""The gate between a built site and its readers: what must hold of the files themselves before they are published.

Every internal link and anchor leads somewhere; nothing is loaded from another host; no content relies on what the
content security policy silences; every page and file of the edition is there.
"""

from __future__ import annotations

import json
import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from evibrief.errors import SiteError
from evibrief.publishing.cache import Cache, fingerprint, program
from evibrief.publishing.page_facts import PageFacts, Reference, facts_as_bytes, facts_from, facts_in
from evibrief.publishing.processes import results
from evibrief.publishing.watch import Watch

# A broken template breaks every page in the same way; the first few say it all.
MAX_SHOWN = 20

# What marks a summary's page, and its sentence on what the page is not.
_SUMMARY, _ADVICE = '"ev ev-summary"', '"ev-advice"'
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_CSS_LOAD = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])\s*((?:[a-z]+:)?//[^\"')\s]+)", re.IGNORECASE)

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
    cache: Cache | None = None,
    watch: Watch | None = None,
) -> None:
    """Check every file of a built site.

    ``expected`` are paths that must exist; ``site_url`` is where it will stand, for links that name it in full;
    ``known`` are faults that were found on the way. ``cache`` may know the facts of a page by its very bytes.

    Raises:
        SiteError: with one line for each fault, at most twenty.
    """
    pages = _faults_of_pages(site, site_url, cache, watch or Watch())
    faults = sorted({*known, *_missing(site, expected), *pages, *_foreign_styles(site)})
    if not faults:
        return
    more = [f"and {len(faults) - MAX_SHOWN} more"] if len(faults) > MAX_SHOWN else []
    raise SiteError("\n".join(["the built site failed its check:", *faults[:MAX_SHOWN], *more]))


def _missing(site: Path, expected: Iterable[str]) -> Iterator[str]:
    for path in expected:
        file = site / path
        if not file.is_file() or not file.stat().st_size:
            yield f"{path}: is missing or empty"


def facts_key(page: bytes) -> str:
    """Under what the facts of a page are kept: they follow from its bytes, and from how they are read."""
    return fingerprint("facts", program(), page)


def facts_of(page: bytes, key: str, cache: Cache | None) -> PageFacts:
    """The facts of a page: read from it, or kept since these very bytes were read before."""
    if cache is None:
        return facts_in(page.decode("utf-8"))
    known = cache.get(key)
    if known is not None:
        return facts_from(known)
    facts = facts_in(page.decode("utf-8"))
    cache.put(key, facts_as_bytes(facts))
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is left to do with a page that was read: faults to tell, and places wanted on other pages.

    ``ids`` are those that the page offers, packed; ``key`` is where its facts are kept.
    """

    path: str
    key: str
    faults: tuple[str, ...]
    wanted: tuple[tuple[str, str, str], ...]
    ids: bytes


class _Reader:
    """Reads the pages of a site; all but what concerns another page is settled at once."""

    def __init__(self, site: Path, site_url: str, paths: frozenset[str], cache: Cache | None) -> None:
        self._site, self._url, self._paths, self._cache = site, site_url, paths, cache

    def __call__(self, path: str) -> _Seen:
        page = (self._site / path).read_bytes()
        key = facts_key(page)
        facts = facts_of(page, key, self._cache)
        faults, wanted = [], []
        for reference in facts.references:
            fault = _foreign(reference, self._url)
            resolved = None if fault else _resolved(reference.address, path, self._url)
            if fault:
                faults.append(f"{path}: {fault}")
            if resolved is None:
                continue
            target, anchor = resolved
            found = target if target in self._paths else posixpath.normpath(posixpath.join(target, "index.html"))
            if found not in self._paths:
                faults.append(f"{path}: the link {reference.address} leads nowhere")
            elif found == path and not _offers(anchor, facts.ids):
                faults.append(_no_place(path, reference.address))
            elif found != path and anchor and found.endswith(".html"):
                wanted.append((reference.address, found, anchor))
        return _Seen(path=path, key=key, faults=tuple(faults), wanted=tuple(wanted), ids=_packed(facts.ids))


def _faults_of_pages(site: Path, site_url: str, cache: Cache | None, watch: Watch) -> Iterator[str]:
    paths = frozenset(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    pages = sorted(path for path in paths if path.endswith(".html"))
    offered: dict[str, bytes] = {}
    wanted: dict[str, list[tuple[str, str, str]]] = {}
    for seen in watch.each("pages checked", results(_Reader(site, site_url, paths, cache), pages), len(pages)):
        yield from seen.faults
        if cache is not None:
            cache.use(seen.key)
        offered[seen.path] = seen.ids
        for address, target, anchor in seen.wanted:
            wanted.setdefault(target, []).append((seen.path, address, anchor))
    for target, wishes in wanted.items():
        ids = _unpacked(offered[target])
        yield from (_no_place(path, address) for path, address, anchor in wishes if not _offers(anchor, ids))


def _offers(anchor: str, ids: frozenset[str]) -> bool:
    return not anchor or anchor == "top" or anchor in ids


def _no_place(path: str, address: str) -> str:
    return f"{path}: the link {address} names no place on its page"


def _packed(ids: frozenset[str]) -> bytes:
    return zlib.compress(json.dumps(sorted(ids)).encode("ascii"), 1)


def _unpacked(data: bytes) -> frozenset[str]:
    return frozenset(json.loads(zlib.decompress(data)))


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
