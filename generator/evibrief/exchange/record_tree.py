"""A record as a tree of fields and items with their comments: what the canonical form is written from.

The one place where ruamel.yaml is used. It finds where values start and end; the text between is read here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

__all__ = [
    "CollectionNode", "Entry", "MappingNode", "Node", "ScalarNode", "Tree", "is_block", "is_literal", "scalars_in",
    "tree_of", "without_end",
]  # fmt: skip

_DASH = re.compile(r"(?<!\S)-(?=\s)")


@dataclass(slots=True, kw_only=True)
class Entry:
    """A field of a mapping or an item of a list, with its comments; ``key`` is empty for an item."""

    key: str
    raw_key: str
    node: Node
    start: int
    column: int
    parent: Entry | None
    children: list[Entry] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    beside: str = ""
    below: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comment:
    """A comment, or an empty line (no text); ``alone`` if nothing else stands on its line."""

    start: int
    column: int
    text: str
    alone: bool


@dataclass(slots=True, kw_only=True)
class Tree:
    """The fields of a record, with the comments before the first and after the last.

    ``is_plain`` is false where the record is better left as it is: written in brackets, empty, or with a text that
    keeps the empty lines at its end (``|+``).
    """

    text: str
    top: list[Entry]
    head: list[str]
    tail: list[str]
    is_plain: bool


def tree_of(text: str) -> Tree:
    """Return the tree of a readable record; its text ends with a line break."""
    return _Grower(text).tree()


class _Grower:
    def __init__(self, text: str) -> None:
        self._text = text
        self._entries: list[Entry] = []
        self._scalars: list[tuple[int, int]] = []
        self._keeps_ends = False
        self._root = YAML(typ="safe", pure=True).compose(text)
        self._tree = Tree(text=text, top=[], head=[], tail=[], is_plain=True)

    def tree(self) -> Tree:
        if not isinstance(self._root, MappingNode) or not is_block(self._root):
            self._tree.is_plain = False
            return self._tree
        self._tree.top = list(self._collect(self._root, None))
        self._tree.is_plain = not self._keeps_ends
        self._attach()
        return self._tree

    def _collect(self, node: Node, parent: Entry | None) -> Iterator[Entry]:
        if isinstance(node, MappingNode):
            for key, value in node.value:
                raw = self._text[key.start_mark.index : key.end_mark.index]
                self._scalars.append((key.start_mark.index, key.end_mark.index))
                yield self._entry(str(key.value), raw, value, self._place_at(key.start_mark.index), parent)
        else:
            for value in node.value:
                yield self._entry("", "", value, self._dash(value), parent)

    def _dash(self, node: Node) -> _Place:
        """Return where the dash of an item stands; comments may stand between it and the item's first field."""
        start = node.start_mark.index
        for found in reversed(list(_DASH.finditer(self._text, self._text.rfind("\n", 0, start) + 1, start))):
            if not self._text[found.end() : start].strip():
                return self._place_at(found.end() - 1)
        above = self._text.rfind("\n", 0, start)
        while above > 0:
            line_start = self._text.rfind("\n", 0, above) + 1
            line = self._text[line_start:above].split("#")[0].rstrip()
            if line.endswith("-"):
                return self._place_at(line_start + len(line) - 1)
            if line.strip():
                break
            above = line_start - 1
        return self._place_at(start)

    def _place_at(self, index: int) -> _Place:
        return _Place(index=index, column=index - (self._text.rfind("\n", 0, index) + 1))

    def _entry(self, key: str, raw: str, node: Node, place: _Place, parent: Entry | None) -> Entry:
        entry = Entry(key=key, raw_key=raw, node=node, start=place.index, column=place.column, parent=parent)
        self._entries.append(entry)
        if is_block(node):
            entry.children = list(self._collect(node, entry))
        else:
            start, end = node.start_mark.index, node.end_mark.index
            self._scalars.append((start, start + len(without_end(self._text[start:end]))))
            self._keeps_ends |= is_literal(node) and "+" in self._text[start:end].split("\n")[0].split("#")[0]
        return entry

    def _attach(self) -> None:
        """Give every comment and empty line to the entry that it belongs to."""
        self._entries.sort(key=lambda entry: entry.start)
        starts = [entry.start for entry in self._entries]
        for comment in _comments(self._text, sorted(self._scalars)):
            position = bisect_left(starts, comment.start)
            if not position:
                self._tree.head.append(comment.text)
            elif not comment.alone:
                self._entries[position - 1].beside = comment.text
            else:
                self._place(comment, self._entries[position - 1], self._entries[position : position + 1])

    def _place(self, comment: _Comment, before: Entry, after: Sequence[Entry]) -> None:
        if after and (not comment.text or comment.column <= after[0].column or after[0].parent is before):
            after[0].above.append(comment.text)
            return
        if not after and (not comment.text or comment.column == 0):
            self._tree.tail.append(comment.text)
            return
        owner = before
        while owner.parent is not None and owner.column > comment.column:
            owner = owner.parent
        deeper = "  " if comment.column > owner.column else ""
        owner.below.append(deeper + comment.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    index: int
    column: int


def without_end(raw: str) -> str:
    """Return a value without the empty lines after it; spaces at the end of its last line may be part of it."""
    return re.sub(r"(\n[ ]*)+\Z", "", raw)


def is_block(node: Node) -> bool:
    return isinstance(node, CollectionNode) and not node.flow_style and bool(node.value)


def is_literal(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def scalars_in(node: Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, ScalarNode):
        yield node.start_mark.index, node.end_mark.index
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from scalars_in(key)
            yield from scalars_in(value)
    else:
        for item in node.value:
            yield from scalars_in(item)


def _comments(text: str, values: Sequence[tuple[int, int]]) -> Iterator[_Comment]:
    """Yield the comments and empty lines between values, in order; a # within a value is text."""
    position = 0
    for start, end in [*values, (len(text), len(text))]:
        yield from _between(text, position, start)
        position = max(position, end)


def _between(text: str, start: int, end: int) -> Iterator[_Comment]:
    index = start
    while index < end:
        newline = text.find("\n", index, end)
        stop = end if newline < 0 else newline
        part = text[index:stop]
        sign = part.find("#")
        line_start = text.rfind("\n", 0, index) + 1
        if sign >= 0:
            alone = not text[line_start : index + sign].strip()
            yield _Comment(start=index + sign, column=index + sign - line_start, text=part[sign:].rstrip(), alone=alone)
        elif newline >= 0 and line_start == index and not part.strip():
            yield _Comment(start=index, column=0, text="", alone=True)
        index = stop + 1
