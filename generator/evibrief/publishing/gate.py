"""The gate between a built site and its readers: what must hold of the files themselves before they are published.

Every internal link and anchor leads somewhere; nothing is loaded from another host; no content relies on what the
content security policy silences; every page and file of the edition is there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from evibrief.errors import SiteError

# A broken template breaks every page in the same way; the first few say it all.
MAX_SHOWN = 20

# Tags with attributes; those without hold nothing to check.
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)\s((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
_DATA = re.compile(r"(<(script|style)\b[^>]*>).*?</\2>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# What the facts of a tag are read from; the rest (classes, coordinates of a plot) is passed over.
_TELLING = re.compile(
    r"(?<![\w-])(?:on|(?:id|name|href|src|srcset|data|poster|action|formaction|style)(?![\w-]))", re.IGNORECASE
)
# What marks a summary's page, and its sentence on what the page is not.
_SUMMARY, _ADVICE = '"ev ev-summary"', '"ev-advice"'
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_CSS_LOAD = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])\s*((?:[a-z]+:)?//[^\"')\s]+)", re.IGNORECASE)

# Relations of <link> that make a browser fetch; the others only inform.
_FETCHED_RELATIONS = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "manifest", "modulepreload"}
    | {"preload", "prefetch", "preconnect", "dns-prefetch"}
)
_LINKING_TAGS = frozenset({"a", "area"})
_SAFE_SCHEMES = frozenset({"https", "http", "mailto"})


@dataclass(frozen=True, slots=True)
class _Reference:
    """An address in a page; ``loaded`` if a browser fetches it unasked."""

    address: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the gate needs to know of a tag, or of a whole page.

    ``silenced`` are attributes that the content security policy makes void: handlers and styles written into a tag.
    """

    ids: frozenset[str]
    references: frozenset[_Reference]
    silenced: frozenset[str]


def _facts(page: str) -> _Facts:
    markup = _DATA.sub(lambda found: found.group(1) or "", page)
    told = {found for found in _TAG.findall(markup) if _TELLING.search(found[1])}
    tags = [_facts_of_tag(tag, attributes) for tag, attributes in told]
    return _Facts(
        ids=frozenset().union(*(facts.ids for facts in tags)),
        references=frozenset().union(*(facts.references for facts in tags)),
        silenced=frozenset().union(*(facts.silenced for facts in tags)),
    )


# Most tags of a page are the theme's, and the same on every page.
@lru_cache(maxsize=10_000)
def _facts_of_tag(tag: str, text: str) -> _Facts:
    attributes = {
        name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(text)
    }
    return _Facts(
        ids=frozenset(value for name in ("id", "name") if (value := attributes.get(name))),
        references=frozenset(_references(tag.lower(), attributes)),
        silenced=frozenset(name for name in attributes if name == "style" or name.startswith("on")),
    )


def faults_of_content(path: str, html: str, *, made: bool) -> tuple[str, ...]:
    """What is wrong with a page's own content, before a theme frames it.

    ``made`` from records, it holds no script: the policy allows whatever script a finished page holds, so that what
    came through a template by mistake must be stopped here. A summary says that it is no medical advice.
    """
    found = [f"{path}: the attribute {name} is void under the page's policy" for name in _facts(html).silenced]
    if made and _SCRIPT.search(html):
        found.append(f"{path}: a page made from records holds a script; scripts belong to the theme")
    if made and _SUMMARY in html and _ADVICE not in html:
        found.append(f"{path}: the summary does not say that it is no medical advice (a paragraph of class ev-advice)")
    return tuple(sorted(found))


def check_site(site: Path, *, expected: Iterable[str], site_url: str = "", known: Iterable[str] = ()) -> None:
    """Check every file of a built site.

    ``expected`` are paths that must exist; ``site_url`` is where it will stand, for links that name it in full;
    ``known`` are faults that were found on the way.

    Raises:
        SiteError: with one line for each fault, at most twenty.
    """
    faults = sorted({*known, *_missing(site, expected), *_faults_of_pages(site, site_url), *_foreign_styles(site)})
    if not faults:
        return
    more = [f"and {len(faults) - MAX_SHOWN} more"] if len(faults) > MAX_SHOWN else []
    raise SiteError("\n".join(["the built site failed its check:", *faults[:MAX_SHOWN], *more]))


def _missing(site: Path, expected: Iterable[str]) -> Iterator[str]:
    for path in expected:
        file = site / path
        if not file.is_file() or not file.stat().st_size:
            yield f"{path}: is missing or empty"


def _faults_of_pages(site: Path, site_url: str) -> Iterator[str]:
    paths = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    anchors: dict[str, frozenset[str]] = {}
    wanted: list[tuple[str, str, str, str]] = []
    for path in sorted(paths):
        if not path.endswith(".html"):
            continue
        facts = _facts((site / path).read_text(encoding="utf-8"))
        anchors[path] = facts.ids
        for reference in facts.references:
            fault = _foreign(reference, site_url)
            if fault:
                yield f"{path}: {fault}"
            elif (resolved := _resolved(reference.address, path, site_url)) is not None:
                wanted.append((path, reference.address, *resolved))
    for path, address, target, anchor in wanted:
        yield from _unresolved(path, address, target, anchor, paths, anchors)


def _unresolved(
    path: str, address: str, target: str, anchor: str, paths: set[str], anchors: dict[str, frozenset[str]]
) -> Iterator[str]:
    found = target if target in paths else posixpath.normpath(posixpath.join(target, "index.html"))
    if found not in paths:
        yield f"{path}: the link {address} leads nowhere"
    elif anchor and found in anchors and anchor not in anchors[found] and anchor != "top":
        yield f"{path}: the link {address} names no place on its page"


def _foreign(reference: _Reference, site_url: str) -> str | None:
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


def _references(tag: str, attributes: dict[str, str]) -> Iterator[_Reference]:
    relations = set(attributes.get("rel", "").lower().split())
    loaded = tag not in _LINKING_TAGS and (tag != "link" or bool(relations & _FETCHED_RELATIONS))
    for name in ("href", "xlink:href", "src", "data", "poster", "action", "formaction"):
        if attributes.get(name):
            yield _Reference(attributes[name], loaded)
    for candidate in attributes.get("srcset", "").split(","):
        if candidate.strip():
            yield _Reference(candidate.split()[0], True)
