"""Records in their canonical form: fields in order, one way of spacing, every comment and every typed value kept.

A value is taken over letter by letter, so that 5.20 stays 5.20 and a quoted word keeps its quotes. What moves is the
place of fields, the indentation, and the space around them. A comment goes with the field that it stands above, or on
the line of; one that is indented deeper than the field below it stays at the end of the part before. The lines above
the first field stay at the top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from evibrief.errors import Problem, RecordError, Severity, UsageError
from evibrief.exchange.field_order import MODELS, field_order, rank_of
from evibrief.exchange.record_tree import (
    CollectionNode,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    is_block,
    is_literal,
    scalars_in,
    tree_of,
    without_end,
)
from evibrief.records.folders import record_names
from evibrief.records.reader import Value, parse
from evibrief.records.source import read_text
from evibrief.records.study import Study
from evibrief.records.summary import Summary

WIDTH = 110
# An empty line within a text, which must stay, unlike those between fields.
_BLANK = "\0"


def format_record(text: str, model: type[Study] | type[Summary], *, shown_as: str) -> str:
    """Return a record's text in canonical form; formatting it again changes nothing.

    Raises:
        RecordError: if it is not readable YAML, or holds a duplicate key; nothing can be put in order then.
    """
    document = parse(text, shown_as=shown_as)
    errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
    if errors:
        raise RecordError(errors)
    made = _Formatter(document.text, model).text()
    if not _says_the_same(document.text, document.value, made):
        raise AssertionError(f"{shown_as}: formatting would change what the record says")
    return made


def format_project(root: Path, *, write: bool = True) -> tuple[str, ...]:
    """Bring every record of a project into canonical form, and return the paths of those that were not.

    With ``write=False`` nothing is written. A file is replaced in one step.

    Raises:
        RecordError: with every reason why a record cannot be read; nothing is written then.
        UsageError: if a file cannot be written.
    """
    problems: list[Problem] = []
    changed: dict[str, str] = {}
    for folder, model in MODELS.items():
        for name in record_names(root, folder, problems):
            path = f"{folder}/{name}.yaml"
            try:
                text = read_text(root / path, shown_as=path)
                made = format_record(text, model, shown_as=path)
            except RecordError as error:
                problems += error.problems
                continue
            if made.encode() != (root / path).read_bytes():
                changed[path] = made
    if problems:
        raise RecordError(problems)
    if write:
        for path, made in changed.items():
            _replace(root / path, made)
    return tuple(changed)


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UsageError(f"{path.name} cannot be written ({error.strerror})") from None


class _Formatter:
    def __init__(self, text: str, model: type[BaseModel]) -> None:
        self._text = text if text.endswith("\n") else text + "\n"
        self._model = model

    def text(self) -> str:
        """Return the canonical text."""
        tree = tree_of(self._text)
        if not tree.is_plain:
            return self._text
        lines = [*tree.head, *self._mapping(tree.top, (), ""), *tree.tail]
        return "\n".join(_single_spaced(lines)).replace(_BLANK, "") + "\n"

    def _mapping(self, entries: Sequence[Entry], location: tuple[str | int, ...], indent: str) -> Iterator[str]:
        for entry in _in_order(entries, self._model, location):
            yield from _indented(entry.above, indent)
            yield from self._field(entry, (*location, entry.key), indent, f"{indent}{entry.raw_key}:")
            yield from _indented(entry.below, indent)

    def _field(self, entry: Entry, location: tuple[str | int, ...], indent: str, head: str) -> Iterator[str]:
        beside = f"  {entry.beside}" if entry.beside else ""
        if not is_block(entry.node):
            first, *others = self._value(entry, location, indent + "  ", len(head) + 1)
            gap = " " if first else ""
            if others and beside and not is_literal(entry.node):
                yield from (f"{head}{gap}{first}", *others[:-1], others[-1] + beside)
            else:
                yield from (f"{head}{gap}{first}{beside}", *others)
        elif isinstance(entry.node, MappingNode):
            yield head + beside
            yield from self._mapping(entry.children, location, indent + "  ")
        else:
            yield head + beside
            yield from self._sequence(entry.children, location, indent + "  ")

    def _sequence(self, entries: Sequence[Entry], location: tuple[str | int, ...], indent: str) -> Iterator[str]:
        for index, entry in enumerate(entries):
            yield from _indented(entry.above, indent)
            yield from self._item(entry, (*location, index, *_kind(entry)), indent)
            yield from _indented(entry.below, indent)

    def _item(self, entry: Entry, location: tuple[str | int, ...], indent: str) -> Iterator[str]:
        if not is_block(entry.node):
            yield from self._field(entry, location, indent, f"{indent}-")
            return
        inner = indent + "  "
        if isinstance(entry.node, MappingNode):
            lines = list(self._mapping(entry.children, location, inner))
        else:
            lines = list(self._sequence(entry.children, location, inner))
        beside = entry.beside or not lines[0].strip() or lines[0].lstrip().startswith("#")
        if beside:
            # A comment stands between the dash and the first field: the dash gets a line for itself.
            yield f"{indent}-" + (f"  {entry.beside}" if entry.beside else "")
            yield from lines
        else:
            yield f"{indent}- {lines[0].lstrip()}"
            yield from lines[1:]

    def _value(self, entry: Entry, location: tuple[str | int, ...], indent: str, used: int) -> list[str]:
        """Return the lines of a value that is not a block: verbatim, or a bracketed list or group on one line."""
        node = entry.node
        raw = self._text[node.start_mark.index : node.end_mark.index]
        if is_literal(node):
            return _literal(without_end(raw), entry.column, indent)
        if isinstance(node, CollectionNode) and not self._has_comment(node):
            flat = self._flow(node, location)
            if "\n" not in flat and (used + len(flat) <= WIDTH or "\n" not in raw):
                return [flat]
        first, *others = raw.rstrip().split("\n")
        return [first.rstrip(), *(f"{indent}{line.strip()}" if line.strip() else _BLANK for line in others)]

    def _has_comment(self, node: Node) -> bool:
        """Return whether a comment stands within brackets."""
        position = node.start_mark.index
        for start, end in sorted(scalars_in(node)):
            if "#" in self._text[position:start]:
                return True
            position = end
        return "#" in self._text[position : node.end_mark.index]

    def _flow(self, node: Node, location: tuple[str | int, ...]) -> str:
        if isinstance(node, ScalarNode):
            return self._text[node.start_mark.index : node.end_mark.index].rstrip()
        if isinstance(node, MappingNode):
            order = field_order(self._model, location)
            pairs = [(str(key.value), key, value) for key, value in node.value]
            pairs.sort(key=lambda pair: rank_of(order, pair[0]))
            parts = []
            for name, key, value in pairs:
                shown = self._flow(value, (*location, name))
                parts.append(f"{self._flow(key, location)}: {shown}" if shown else f"{self._flow(key, location)}:")
            return "{" + ", ".join(parts) + "}"
        return "[" + ", ".join(self._flow(item, (*location, i)) for i, item in enumerate(node.value)) + "]"


def _literal(raw: str, column: int, indent: str) -> list[str]:
    """Return a folded or literal text, its header as it is, its lines at the new indentation.

    A header may say how far the text is indented (``|2``), counted from the column of its field.
    """
    header, *lines = raw.split("\n")
    declared = next((int(char) for char in header.split("#")[0] if char.isdigit()), 0)
    if declared:
        margin, indent = column + declared, indent[:-2] + " " * declared
    else:
        margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [header.rstrip(), *(f"{indent}{line[margin:]}" if line.strip() else _BLANK for line in lines)]


def _indented(lines: Sequence[str], indent: str) -> Iterator[str]:
    for line in lines:
        yield f"{indent}{line}" if line else ""


def _single_spaced(lines: Sequence[str]) -> list[str]:
    """Return lines with no empty line at either end, and never two in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _in_order(entries: Sequence[Entry], model: type[BaseModel], location: tuple[str | int, ...]) -> list[Entry]:
    order = field_order(model, location)
    return sorted(entries, key=lambda entry: rank_of(order, entry.key))


def _kind(entry: Entry) -> tuple[str, ...]:
    """Return what kind of result or outcome an item is, as a part of the way to its fields."""
    if entry.parent is None or entry.parent.key not in ("results", "outcomes"):
        return ()
    return tuple(str(child.node.value) for child in entry.children if child.key in ("type", "evidence"))


def _says_the_same(text: str, value: Value, made: str) -> bool:
    """Return whether two texts hold the same values, digit by digit, and the same comments."""
    same = _canonical(parse(made, shown_as="").value) == _canonical(value)
    return same and _marks(text) == _marks(made)


def _canonical(value: Value) -> object:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return (type(value).__name__, str(value) if isinstance(value, Decimal) else value)


def _marks(text: str) -> Counter[str]:
    """Count the letters of a text without regard to their place: what moves stays, what is lost shows."""
    return Counter(char for char in text if char.isalnum() or char == "#")
