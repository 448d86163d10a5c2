"""The strict YAML reader: one file in, plain values with their places out, or every reason why not.

The parser's events are checked one by one while the values are made from them, so that nothing is built of a file
that goes beyond the limits. A record needs little of YAML: maps, lists and plain words. Anchors, aliases, merge keys,
tags, directives and further documents are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import yaml

from evibrief.errors import Problem, RecordError, Severity
from evibrief.records.scalars import Scalar, UnfitNumber, meaning
from evibrief.records.source import character_fault, text_of
from evibrief.records.syntax import explain
from evibrief.records.wording import shortened

Value: TypeAlias = "dict[str, Value] | list[Value] | Scalar"
Location: TypeAlias = tuple[str | int, ...]
# The stubs type marks and anchors as optional on events that always, or never, have them.
_Event: TypeAlias = Any
_Mark: TypeAlias = Any

# The deepest field of a study (results.0.contrast.arms.0) is at depth 5; a full record has about 1,000 nodes.
MAX_DEPTH = 12
MAX_NODES = 20_000
MAX_SCALAR = 20_000

_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# A comment that starts right after plain text, with no space behind the sign: probably meant as text.
_SWALLOWED = re.compile(r" +(#[^\s#].*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line and a column of a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a field's name and its value start; for an item of a list both are the item."""

    key: Place
    value: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The plain value of a file, with its text; ``problems`` did not keep it from being read."""

    path: str
    text: str
    value: Value
    problems: tuple[Problem, ...] = ()

    def place(self, location: Location) -> Place:
        """Return where the value of a field stands; of its nearest parent, if the field is not there."""
        return place_in(self.text, location)

    def key_place(self, location: Location) -> Place:
        """Return where the name of a field stands; the value of its nearest parent, if it is not there."""
        spot = spots_of(self.text).get(location)
        return spot.key if spot else self.place(location[:-1])


def parse(text: str, *, shown_as: str) -> Document:
    """Make a document from checked text. A duplicate key is among its problems; its first value is kept.

    ``shown_as`` is the path of its file in messages, relative to the project.

    Raises:
        RecordError: if no document can be made from it.
    """
    try:
        return _document(text, shown_as, _PARSER)
    except _Syntax as fault:
        failed = fault
    try:
        # The pure parser says the same on every machine, and more than libyaml does.
        return _document(text, shown_as, yaml.SafeLoader)
    except _Syntax as fault:
        failed = fault
    raise RecordError([failed.problem])


def parse_bytes(data: bytes, *, shown_as: str) -> Document:
    """Make a document from the bytes of a file. Raises RecordError as `parse` and `read_text` do."""
    return parse(text_of(data, shown_as=shown_as), shown_as=shown_as)


def place_in(text: str, location: Location) -> Place:
    """Return where the value of a field stands in the text of a readable record, or that of its nearest parent."""
    spots = spots_of(text)
    while location and location not in spots:
        location = location[:-1]
    return spots[location].value if location in spots else Place(line=1, column=1)


# Places are wanted only where something is wrong, so they are found by parsing again, not kept for every record.
@lru_cache(maxsize=64)
def spots_of(text: str) -> Mapping[Location, Spot]:
    """Return where every field of a readable record stands. Raises RecordError if it is not readable."""
    spots: dict[Location, Spot] = {}
    try:
        _Builder(text, "", _PARSER, spots).build()
    except _Syntax:
        _Builder(text, "", yaml.SafeLoader, spots).build()
    return MappingProxyType(spots)


class _Syntax(Exception):
    """The parser gave up; the problem says where, in our words."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _document(text: str, shown_as: str, parser: type) -> Document:
    builder = _Builder(text, shown_as, parser, None)
    value = builder.build()
    return Document(path=shown_as, text=text, value=value, problems=tuple(builder.problems))


class _Builder:
    """Makes values from parser events, refusing what a record must not hold."""

    def __init__(self, text: str, path: str, parser: type, spots: dict[Location, Spot] | None) -> None:
        self._text = text
        self._path = path
        self._loader = parser(text)
        self._next: Callable[[], _Event] = self._pure_event if parser is yaml.SafeLoader else self._loader.get_event
        self._spots = spots
        self._nodes = 0
        self._lines = text.split("\n") if " #" in text else []
        self.problems: list[Problem] = []

    def build(self) -> Value:
        """Return the value of the one document of the text."""
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            raise _Syntax(self._explained(error)) from None
        except (
            yaml.YAMLError
        ):  # pragma: no cover - for characters, which were looked at before; no parser's error gets out
            raise _Syntax(self._unexplained(None)) from None
        finally:
            self._loader.dispose()

    def _document(self) -> Value:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise self._refused(None, "empty", "the file is empty", "start from a skeleton")
        if start.version or start.tags:
            raise self._refused(start.start_mark, "directive", "found a YAML directive (%...)", "delete that line")
        value = self._value(self._next(), (), 1)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            advice = "write one record per file, and no line '---' within it"
            raise self._refused(after.start_mark, "several-documents", "a second document starts here", advice)
        return value

    def _pure_event(self) -> _Event:
        """Return the next event of the pure parser, which lets ``chr()`` and ``int()`` fail on absurd escapes."""
        try:
            return self._loader.get_event()
        except (ValueError, OverflowError, IndexError):
            raise _Syntax(self._unexplained(self._loader.get_mark())) from None

    def _unexplained(self, mark: _Mark) -> Problem:
        advice = "check the quotes and backslashes in this line"
        return self._problem(mark, "syntax", "cannot be read as YAML", advice)

    def _explained(self, error: yaml.MarkedYAMLError) -> Problem:
        fault = explain(
            self._text,
            problem=error.problem or "",
            context=error.context or "",
            at=_index(error.problem_mark),
            since=_index(error.context_mark),
        )
        mark = Place(line=fault.line, column=fault.column)
        return _problem(self._path, mark, "syntax", fault.message, fault.advice)

    def _value(self, event: _Event, location: Location, depth: int) -> Value:
        if type(event) is yaml.ScalarEvent:
            return self._scalar(event, location)
        self._guard(event, location)
        if depth > MAX_DEPTH:
            advice = "check the brackets and the indentation"
            raise self._refused(
                event.start_mark, "too-deep", f"nested more than {MAX_DEPTH} levels deep", advice, location
            )
        if self._spots is not None and not location:
            place = _place(event.start_mark)
            self._spots[location] = Spot(key=place, value=place)
        if type(event) is yaml.MappingStartEvent:
            return self._mapping(location, depth)
        return self._sequence(location, depth)

    def _guard(self, event: _Event, location: Location) -> None:
        """Refuse an alias, an anchor or a tag, and count the node."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            advice = "a record holds one study or one question; split it"
            raise self._refused(
                event.start_mark, "too-many-values", f"more than {MAX_NODES:,} values", advice, location
            )
        if type(event) is yaml.AliasEvent:
            advice = "put text that starts with * in quotes; write repeated parts out in full"
            found = f"'*{shortened(str(event.anchor), 20)}' is a YAML alias, which records do not have"
            raise self._refused(event.start_mark, "alias", found, advice, location)
        if event.anchor is not None:
            advice = "put text that starts with & in quotes"
            found = f"'&{shortened(event.anchor, 20)}' is a YAML anchor, which records do not have"
            raise self._refused(event.start_mark, "anchor", found, advice, location)
        if event.tag is not None:
            found = f"'{shortened(event.tag, 30)}' is a YAML tag, which records do not have"
            raise self._refused(event.start_mark, "tag", found, "put text that starts with ! in quotes", location)

    def _scalar(self, event: _Event, location: Location) -> Scalar:
        self._nodes += 1
        if event.anchor is not None or event.tag is not None or self._nodes > MAX_NODES:
            self._nodes -= 1
            self._guard(event, location)
        text: str = event.value
        if len(text) > MAX_SCALAR:
            message = f"a text of {len(text):,} characters; at most {MAX_SCALAR:,} are allowed"
            raise self._refused(event.start_mark, "too-long", message, "shorten it", location)
        if event.style == '"' and (fault := character_fault(text)):
            message = f"this text does not belong in a record: {fault}"
            raise self._refused(event.start_mark, "forbidden-character", message, "delete the escape (\\...)", location)
        if event.style:
            return text
        try:
            value = meaning(text)
        except UnfitNumber as error:
            message = f"found {error}"
            advice = "put it in quotes if it is not a number"
            raise self._refused(event.start_mark, "unfit-number", message, advice, location) from None
        if self._lines and type(value) is str:
            self._hint_at_comment(event.end_mark, location)
        return value

    def _hint_at_comment(self, end: _Mark, location: Location) -> None:
        found = _SWALLOWED.match(self._lines[end.line], end.column)
        if found:
            message = f"the text ends before '{shortened(found.group(1))}', which is read as a comment"
            advice = "put the whole text in quotes, or write the comment with a space after #"
            problem = self._problem(end, "comment-in-text", message, advice, location)
            self.problems.append(replace(problem, severity=Severity.HINT))

    def _mapping(self, location: Location, depth: int) -> dict[str, Value]:
        result: dict[str, Value] = {}
        seen: dict[str, _Event] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._key(event, location)
            value_event = self._next()
            here = (*location, key)
            folded = _folded(key)
            if folded in seen:
                self.problems.append(self._duplicate(seen[folded], event, here))
                self._value_without_places(value_event, here, depth + 1)
                continue
            seen[folded] = event
            if self._spots is not None:
                self._spots[here] = Spot(key=_place(event.start_mark), value=_value_place(value_event, event))
            result[key] = self._value(value_event, here, depth + 1)
        return result

    def _value_without_places(self, event: _Event, location: Location, depth: int) -> None:
        """Check a value that is not kept; the places of the first one stand."""
        spots, self._spots = self._spots, None
        self._value(event, location, depth)
        self._spots = spots

    def _key(self, event: _Event, parent: Location) -> str:
        if type(event) is not yaml.ScalarEvent:
            self._guard(event, parent)
            advice = "a field's name is one plain word; check the brackets"
            raise self._refused(
                event.start_mark, "wrong-key", "found a list or a group as a field's name", advice, parent
            )
        key: str = event.value
        if key == "<<":
            advice = "write the repeated fields out in full"
            raise self._refused(event.start_mark, "merge-key", "found a YAML merge key (<<)", advice, parent)
        self._scalar(event, parent)
        if not key:
            advice = "write the field's name before the colon"
            raise self._refused(event.start_mark, "wrong-key", "found a colon without a field's name", advice, parent)
        return key

    def _duplicate(self, first: _Event, second: _Event, location: Location) -> Problem:
        name, line = shortened(second.value), first.start_mark.line + 1
        message = f"'{name}' stands here twice (first in line {line})"
        if first.value != second.value:
            message = f"'{name}' is '{shortened(first.value)}' (line {line}) again, in other letters"
        return self._problem(second.start_mark, "duplicate-key", message, "keep one of the two", location)

    def _sequence(self, location: Location, depth: int) -> list[Value]:
        result: list[Value] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            here = (*location, len(result))
            if self._spots is not None:
                place = _place(event.start_mark)
                self._spots[here] = Spot(key=place, value=place)
            result.append(self._value(event, here, depth + 1))
        return result

    def _problem(self, mark: _Mark, code: str, message: str, advice: str, location: Location = ()) -> Problem:
        place = _place(mark) if mark else Place(line=1, column=1)
        return _problem(self._path, place, code, message, advice, dotted(location))

    def _refused(self, mark: _Mark, code: str, message: str, advice: str, location: Location = ()) -> RecordError:
        return RecordError([*self.problems, self._problem(mark, code, message, advice, location)])


def dotted(location: Location) -> str:
    """Return the way to a field as messages show it: ``results.0.arms.control.n``."""
    return ".".join(shortened(str(part)) for part in location)


@lru_cache(maxsize=4096)
def _folded(key: str) -> str:
    return unicodedata.normalize("NFKC", key).casefold()


def _place(mark: _Mark) -> Place:
    return Place(line=mark.line + 1, column=mark.column + 1)


def _value_place(event: _Event, key: _Event) -> Place:
    """Return the start of a value, or of its key if nothing is written."""
    empty = type(event) is yaml.ScalarEvent and not event.style and not event.value
    return _place(key.start_mark if empty else event.start_mark)


def _index(mark: yaml.Mark | None) -> tuple[int, int] | None:
    return (mark.line, mark.column) if mark is not None else None


def _problem(path: str, place: Place, code: str, message: str, advice: str, field: str = "") -> Problem:
    return Problem(
        path=path,
        line=place.line,
        column=place.column,
        field=field,
        code=code,
        message=message,
        advice=advice,
    )
