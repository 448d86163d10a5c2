"""What the gate needs to know of a page: its ids, what it refers to, and what its policy would silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

# Tags with attributes; those without hold nothing to check.
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)\s((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
_DATA = re.compile(r"<(?:((script|style)\b[^>]*>).*?</\2>|!--.*?-->)", re.DOTALL | re.IGNORECASE)
# What the facts of a tag are read from; the rest (classes, coordinates of a plot) is passed over. These are the words
# on... id name href src srcset data poster action formaction style, by their first letters: that is twice as fast.
_TELLING = re.compile(
    r"(?<![\w-])[oinhsdpaf](?:(?<=o)n|(?:(?<=i)d|(?<=n)ame|(?<=h)ref|(?<=s)rc(?:set)?|(?<=d)ata|(?<=p)oster"
    r"|(?<=a)ction|(?<=f)ormaction|(?<=s)tyle)(?![\w-]))",
    re.IGNORECASE,
)

# Relations of <link> that make a browser fetch; the others only inform.
_FETCHED_RELATIONS = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "manifest", "modulepreload"}
    | {"preload", "prefetch", "preconnect", "dns-prefetch"}
)
_LINKING_TAGS = frozenset({"a", "area"})


@dataclass(frozen=True, slots=True)
class Reference:
    """An address in a page; ``loaded`` if a browser fetches it unasked."""

    address: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts of a tag, or of a whole page.

    ``silenced`` are attributes that the content security policy makes void: handlers and styles written into a tag.
    """

    ids: frozenset[str]
    references: frozenset[Reference]
    silenced: frozenset[str]


def facts_in(page: str) -> PageFacts:
    """Read a page, or a part of one."""
    markup = _DATA.sub(lambda found: f"<{found.group(1)}" if found.group(1) else "", page)
    told = [found for found in set(_TAG.findall(markup)) if _TELLING.search(found[1])]
    tags = [_facts_of_tag(tag, attributes) for tag, attributes in told]
    return PageFacts(
        ids=frozenset().union(*(facts.ids for facts in tags)),
        references=frozenset().union(*(facts.references for facts in tags)),
        silenced=frozenset().union(*(facts.silenced for facts in tags)),
    )


def facts_as_bytes(facts: PageFacts) -> bytes:
    """Facts as data to be kept or sent."""
    references = sorted((reference.address, reference.loaded) for reference in facts.references)
    document = {"ids": sorted(facts.ids), "references": references, "silenced": sorted(facts.silenced)}
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def facts_from(data: bytes) -> PageFacts:
    """Read what :func:`facts_as_bytes` wrote."""
    document = json.loads(data.decode("utf-8", "surrogatepass"))
    return PageFacts(
        ids=frozenset(document["ids"]),
        references=frozenset(Reference(address, loaded) for address, loaded in document["references"]),
        silenced=frozenset(document["silenced"]),
    )


# Most tags of a page are the theme's, and the same on every page.
@lru_cache(maxsize=10_000)
def _facts_of_tag(tag: str, text: str) -> PageFacts:
    attributes = {
        name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(text)
    }
    return PageFacts(
        ids=frozenset(value for name in ("id", "name") if (value := attributes.get(name))),
        references=frozenset(_references(tag.lower(), attributes)),
        silenced=frozenset(name for name in attributes if name == "style" or name.startswith("on")),
    )


def _references(tag: str, attributes: dict[str, str]) -> Iterator[Reference]:
    relations = set(attributes.get("rel", "").lower().split())
    loaded = tag not in _LINKING_TAGS and (tag != "link" or bool(relations & _FETCHED_RELATIONS))
    for name in ("href", "xlink:href", "src", "data", "poster", "action", "formaction"):
        if attributes.get(name):
            yield Reference(attributes[name], loaded)
    for candidate in attributes.get("srcset", "").split(","):
        if candidate.strip():
            yield Reference(candidate.split()[0], True)
