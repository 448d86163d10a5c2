"""What any page of ours must keep to, read from its HTML without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "rect", "polygon"}


@dataclass(slots=True)
class Markup(HTMLParser):
    """A page taken apart: its tags with their attributes, its ids, and tags that were left open."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.mistakes.append(f"<{tag}> has an attribute twice: {names}")
        self._note(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def _note(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tags.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"] or "")

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """Return the attributes of every tag of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]


def read(html: str) -> Markup:
    """Take a page apart."""
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup


def mistakes(html: str) -> list[str]:
    """Return everything in which a page breaks our rules: structure, access, and a policy without inline code."""
    markup = read(html)
    found = list(markup.mistakes) + [f"<{tag}> is never closed" for tag in markup.open]
    found += [f"two elements have the id {name!r}" for name in {i for i in markup.ids if markup.ids.count(i) > 1}]
    levels = [int(tag[1]) for tag, _ in markup.tags if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    if levels.count(1) != 1 or levels[0] != 1:
        found.append(f"a page starts with its only h1; found {levels}")
    found += [f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1]
    for tag, attributes in markup.tags:
        named = f"{attributes.get('aria-labelledby') or ''} {attributes.get('aria-describedby') or ''}".split()
        found += [f"<{tag}> is named by the missing id {name!r}" for name in named if name not in markup.ids]
        found += [f"<{tag}> has inline code: {name}" for name in attributes if name == "style" or name[:2] == "on"]
        if tag == "th" and not attributes.get("scope"):
            found.append("a heading of a table has no scope")
        if tag == "svg" and not (attributes.get("aria-hidden") or attributes.get("role") == "img"):
            found.append("a drawing is neither named nor hidden")
        if tag == "img" and not attributes.get("alt"):
            found.append("a picture has no alternative")
        if tag in {"script", "iframe", "object"}:
            found.append(f"<{tag}> has no place in a page's body")
    if len(markup.all("table")) != len(markup.all("caption")):
        found.append("a table has no caption")
    return found
