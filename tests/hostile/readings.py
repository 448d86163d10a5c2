"""Outputs as programs read them: what a page would do, and what it says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Elements whose content browsers do not parse.
_RAW = frozenset({"script", "style"})
# Attributes whose value a browser follows or loads.
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "cite", "background")


@dataclass
class Page:
    """What a page is made of: how often each element with its attributes stands in it, its addresses, its words."""

    elements: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    @property
    def schemes(self) -> set[str]:
        """The schemes of all addresses, as a browser sees them: without control characters and space."""
        return {urlsplit(re.sub(r"[\x00-\x20]", "", address)).scheme for address in self.addresses}

    @property
    def words(self) -> str:
        """All text, and all values of attributes."""
        return "\n".join([*self.texts, *self.values])


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._raw = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = sorted(name for name, _ in attrs)
        self.page.elements[" ".join([tag, *names])] += 1
        if len(set(names)) != len(names):
            self.page.oddities.append(f"{tag} has an attribute twice: {names}")
        self.page.addresses += [value or "" for name, value in attrs if name in ADDRESSES]
        self.page.values += [value for _, value in attrs if value]
        self._raw = tag if tag in _RAW else ""

    def handle_endtag(self, tag: str) -> None:
        self.page.elements[f"/{tag}"] += 1
        self._raw = ""

    def handle_data(self, data: str) -> None:
        (self.page.scripts if self._raw else self.page.texts).append(data)

    def handle_comment(self, data: str) -> None:
        self.page.oddities.append(f"comment: {data}")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.page.oddities.append(f"declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        self.page.oddities.append(f"declaration: {data}")

    def handle_pi(self, data: str) -> None:
        self.page.oddities.append(f"instruction: {data}")


def read_page(html: str) -> Page:
    """Read HTML, a whole page or a part of one."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return reading.page


def squeezed(text: str) -> str:
    """A text with each run of space made one, as pages show it."""
    return " ".join(text.split())
