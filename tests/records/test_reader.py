"""The strict reader: YAML 1.2 core values with their places, the same by both parsers."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from builders import PROJECTS
from evibrief.errors import RecordError, Severity
from evibrief.records import reader
from evibrief.records.reader import Document, Place, Value, parse, parse_bytes, spots_of
from evibrief.records.source import read_bytes
from records.strange_files import HOSTILE, ODD, SEED, mutant

VALUES = [
    ("null", None),
    ("~", None),
    ("", None),
    ("Null", None),
    ("true", True),
    ("FALSE", False),
    ("yes", "yes"),
    ("no", "no"),
    ("NO", "NO"),
    ("on", "on"),
    ("y", "y"),
    ("0", 0),
    ("-0", 0),
    ("+5", 5),
    ("12", 12),
    ("010", "010"),
    ("00123", "00123"),
    ("-010", "-010"),
    ("08", "08"),
    ("0x1F", "0x1F"),
    ("0o17", "0o17"),
    ("1_000", "1_000"),
    ("12:30", "12:30"),
    ("190:20:30", "190:20:30"),
    ("2024-03-01", "2024-03-01"),
    ("2024-02-30", "2024-02-30"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
    (".nan", ".nan"),
    (".inf", ".inf"),
    ("-.INF", "-.INF"),
    ("nan", "nan"),
    ("5.20", Decimal("5.20")),
    ("5.", Decimal("5")),
    (".5", Decimal("0.5")),
    ("-0.50", Decimal("-0.50")),
    ("1e-5", Decimal("1E-5")),
    ("1E5", Decimal("1E+5")),
    ("00.5", "00.5"),
    ("1.2.3", "1.2.3"),
    ("0,85", "0,85"),
    ("−0.5", "−0.5"),
    ("١٢", "١٢"),
    ("12 people", "12 people"),
    ("'12'", "12"),
    ('"true"', "true"),
    ("=", "="),
    ("a #b", "a"),
    ("a#b", "a#b"),
    ("|-\n  12", "12"),
    ("[1, 1.0, x]", [1, Decimal("1.0"), "x"]),
    ("{}", {}),
]

TEXT = """\
# a comment
id: made-up
arms:
  - {id: tea, n: 5}
  - id: water
    n:
empty: []
results:
- outcome: hiccups
  notes: >-
    several
    lines
"""


@contextmanager
def parser(kind: type) -> Iterator[None]:
    """Read with one parser; without the cache, which does not know of them."""
    before = reader._PARSER
    reader._PARSER = kind
    spots_of.cache_clear()
    try:
        yield
    finally:
        reader._PARSER = before
        spots_of.cache_clear()


@pytest.fixture(params=[yaml.SafeLoader, yaml.CSafeLoader], ids=["pure", "libyaml"])
def either_parser(request: pytest.FixtureRequest) -> Iterator[None]:
    with parser(request.param):
        yield


def read(text: str) -> Document:
    return parse(text, shown_as="x.yaml")


def test_libyaml_is_used_where_it_is_there() -> None:
    assert yaml.__with_libyaml__
    assert reader._PARSER is yaml.CSafeLoader


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_word_means_what_yaml_1_2_says(text: str, value: Value) -> None:
    found = read(f"a: {text}\n").value
    assert isinstance(found, dict)
    assert repr(found["a"]) == repr(value)


@pytest.mark.usefixtures("either_parser")
def test_a_name_is_always_text() -> None:
    assert read("1: a\nno: b\n2024-01-01: c\n1.50: d\n").value == {"1": "a", "no": "b", "2024-01-01": "c", "1.50": "d"}


def test_a_decimal_keeps_its_printed_digits() -> None:
    value = read("a: 5.20\n").value
    assert isinstance(value, dict)
    assert str(value["a"]) == "5.20"


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("location", "line", "column"),
    [
        ((), 2, 1),
        (("id",), 2, 5),
        (("arms",), 4, 3),
        (("arms", 0), 4, 5),
        (("arms", 0, "n"), 4, 18),
        (("arms", 1), 5, 5),
        (("arms", 1, "n"), 6, 5),
        (("empty",), 7, 8),
        (("results", 0, "outcome"), 9, 12),
        (("results", 0, "notes"), 10, 10),
        (("results", 0, "source", "place"), 9, 3),
        (("results", 7), 9, 1),
        (("nowhere",), 2, 1),
    ],
)
def test_a_value_has_its_place(location: reader.Location, line: int, column: int) -> None:
    assert read(TEXT).place(location) == Place(line=line, column=column)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("location", "line", "column"),
    [
        (("arms",), 3, 1),
        (("arms", 0, "n"), 4, 15),
        (("arms", 1), 5, 5),
        (("results", 0, "notes"), 10, 3),
        (("results", 0, "source"), 9, 3),
    ],
)
def test_a_name_has_its_place(location: reader.Location, line: int, column: int) -> None:
    assert read(TEXT).key_place(location) == Place(line=line, column=column)


@pytest.mark.usefixtures("either_parser")
def test_columns_count_characters() -> None:
    assert read("{a: 🫀ü心, b: 1}\n").place(("b",)) == Place(line=1, column=13)


def test_the_first_of_two_keys_is_kept_with_its_places() -> None:
    document = read("a: {b: 1}\na: {b: 2, c: 3}\n")
    assert document.value == {"a": {"b": 1}}
    assert document.place(("a", "b")) == Place(line=1, column=8)
    assert document.place(("a", "c")) == Place(line=1, column=4)
    [problem] = document.problems
    assert str(problem) == "x.yaml:2:1: a: 'a' stands here twice (first in line 1); keep one of the two"


def test_every_duplicate_key_is_an_error_of_the_file() -> None:
    problems = read("a: 1\na: 2\nb: 1\nb: 2\n").problems
    assert [(problem.line, problem.severity) for problem in problems] == [(2, Severity.ERROR), (4, Severity.ERROR)]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("t: Drug #5 trial\n", [8]),
        ("t: Drug   #5 trial\n", [8]),
        ("- Drug #5 trial\n", [7]),
        ("t: Drug # a comment\n", []),
        ("t: 5 #five\n", []),
        ("t: 'Drug #5 trial'\n", []),
        ("t: |\n  Drug #5 trial\n", []),
        ("t: #5\n", []),
        ("t: Drug#5\n", []),
        ("t: true #5\n", []),
        ("[Drug #5\n]\n", [6]),
        ("t: a\n  b #5\n", [4]),
    ],
)
def test_text_that_is_lost_behind_a_number_sign_gets_a_hint(text: str, columns: list[int]) -> None:
    problems = read(text).problems
    assert [problem.column for problem in problems] == columns
    assert all(problem.severity is Severity.HINT for problem in problems)


def outcome_of(data: bytes, kind: type) -> object:
    with parser(kind):
        try:
            document = parse_bytes(data, shown_as="x.yaml")
        except RecordError as error:
            return str(error)
        return document.value, document.problems, dict(spots_of(document.text))


EVERY_BROKEN_RECORD = sorted((PROJECTS / "broken").glob("*/*/*.y*ml"))


@pytest.mark.parametrize(
    "data", [strange.data for strange in HOSTILE.values()] + list(ODD.values()), ids=[*HOSTILE, *ODD]
)
def test_both_parsers_say_the_same_of_hostile_and_odd_files(data: bytes) -> None:
    assert outcome_of(data, yaml.CSafeLoader) == outcome_of(data, yaml.SafeLoader)


@pytest.mark.parametrize("path", EVERY_BROKEN_RECORD, ids=lambda path: path.parts[-3])
def test_both_parsers_say_the_same_of_every_mistake(path: object) -> None:
    assert isinstance(path, type(SEED))
    assert outcome_of(path.read_bytes(), yaml.CSafeLoader) == outcome_of(path.read_bytes(), yaml.SafeLoader)


def test_both_parsers_read_the_same_values_from_mutants() -> None:
    random_ = random.Random(20)
    original = SEED.read_bytes()
    differing = []
    for _ in range(1_500):
        data = mutant(original, random_)
        one, other = outcome_of(data, yaml.CSafeLoader), outcome_of(data, yaml.SafeLoader)
        if one != other:
            differing.append((data, one, other))
    assert differing == []


SYNTAX = [
    ("a: b: c", 1, 5, "second colon"),
    ("a: x\n  b: y", 2, 4, "the text of the line above goes on"),
    ("title\nb: 1", 1, 1, "expected 'field: value', found 'title'"),
    ("b: 1\nc\nd: 2", 2, 1, "expected 'field: value', found 'c'"),
    ("a: 'it's'", 1, 8, "text after a closing quote"),
    ('a: "x', 1, 4, "never closed"),
    ("a: 'x\nb: 1", 1, 4, "never closed"),
    ("a: [1, 2\nb: 3", 1, 4, "not closed"),
    ("a: {b: 1", 1, 4, "not closed"),
    ("a: [1]]", 1, 7, "no open bracket"),
    ("a: @x", 1, 4, "cannot start with '@'"),
    ("a: ** x", 1, 4, "cannot start with '*'"),
    ("a: & x", 1, 4, "cannot start with '&'"),
    ("a: > 0.05", 1, 4, "cannot start with '>'"),
    ("a: | x", 1, 4, "cannot start with '|'"),
    ("a: %x", 1, 4, "cannot start with '%'"),
    ("a: ? b", 1, 4, "cannot start with '?'"),
    ("a: !<x y", 1, 4, "cannot start with '!'"),
    ("a: - b", 1, 4, "list item where none can be"),
    ("a: , b", 1, 4, "expected a value, found ', b'"),
    ("  a: 1\nb: 2", 2, 1, "does not line up"),
    ("a:\n  - x: 1\n   y: 2", 3, 4, "does not line up"),
    ("a: b\n- c", 2, 1, "does not line up"),
    (": x", 1, 1, "colon without a field's name"),
    ('a: "\\q"', 1, 6, "backslash that means nothing before 'q'"),
    ('a: "\\xZZ"', 1, 7, "backslash that means nothing before 'Z'"),
    ("%YAML x\n---\na: 1", 1, 1, "cannot start with '%'"),
]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(("text", "line", "column", "words"), SYNTAX)
def test_a_slip_of_syntax_is_told_in_our_words(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RecordError) as raised:
        read(text)
    [problem] = raised.value.problems
    assert (problem.code, problem.line, problem.column) == ("syntax", line, column)
    assert words in problem.message
    assert problem.advice


def test_a_file_that_is_handed_out_in_pieces_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "one.yaml"
    file.write_bytes(b"id: one\nlabel: One\n")
    whole = os.read
    monkeypatch.setattr(os, "read", lambda handle, count: whole(handle, min(count, 3)))
    assert read_bytes(file, shown_as="one.yaml") == b"id: one\nlabel: One\n"
