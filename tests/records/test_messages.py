"""Pydantic's errors in our words, at their places, for any model."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from builders import make_study
from evibrief.errors import Problem, RecordError
from evibrief.records.messages import number_advice, problems_of, validate
from evibrief.records.reader import parse
from evibrief.records.shape import way_to
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.records.wording import described, listed, nearest, shortened


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Colour(StrEnum):
    DARK_RED = "dark-red"
    GREEN = "green"


class Leaf(Strict):
    type: Literal["leaf"]
    length: Annotated[int, Field(ge=1, le=9)]
    # A field with the name of its own union member, as in a summary's reported outcomes.
    leaf: dict[str, int] = {}


class Root(Strict):
    type: Literal["root"]
    depth: float
    leaf: bool = False


class Tree(Strict):
    name: Annotated[str, Field(max_length=10, description="What people call it.")]
    colour: Annotated[Colour, Field(strict=False)] = Colour.GREEN
    age: Literal["young", "old"] = "old"
    parts: Annotated[list[Annotated[Leaf | Root, Field(discriminator="type")]], Field(max_length=3)] = []
    height: int | str | None = None
    rings: list[int] = []
    mark: Annotated[str, Field(pattern="^[A-Z]+$")] = "A"
    leaves: Annotated[int, Field(multiple_of=2)] = 0
    girth: Annotated[int, Field(ge=5)] | int | None = None
    neighbours: dict[str, Leaf] = {}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name == "rotten":
            context = {"text": "no {braces} here", "advice": "fell it", "at": "parts.0.length"}
            others = [{"code": "second", "text": "nor here", "advice": "", "at": ""}]
            raise PydanticCustomError("first", "{text}", {**context, "others": others})
        return self


def problems(text: str) -> list[Problem]:
    with pytest.raises(RecordError) as raised:
        validate(parse(text, shown_as="x.yaml"), Tree)
    return list(raised.value.problems)


CASES = [
    ("name: oak\nclour: green\n", "x.yaml:2:1: clour: unknown field 'clour'; did you mean 'colour'?"),
    (
        "name: oak\nzzz: 1\n",
        "x.yaml:2:1: zzz: unknown field 'zzz'; the fields here are age, colour, girth, height, leaves, mark, name, "
        "neighbours, parts, rings",
    ),
    ("age: old\n", "x.yaml:1:1: name: this required field is missing; add 'name:' (What people call it)"),
    ("name: 5\n", 'x.yaml:1:7: name: expected text, found the number 5; put it in quotes: "5"'),
    ("name: true\n", 'x.yaml:1:7: name: expected text, found the word true; put it in quotes: "true"'),
    (
        "name: [oak]\n",
        "x.yaml:1:7: name: expected text, found a list; "
        "write text; if it holds a colon, a bracket or '- ', put it in quotes",
    ),
    (
        "name:\n",
        "x.yaml:1:1: name: expected text, found nothing; "
        "fill it in (What people call it), or delete the line if it is not needed",
    ),
    (
        "name: a very long name\n",
        "x.yaml:1:7: name: the text has 16 characters; at most 10 are allowed; shorten it",
    ),
    (
        "name: oak\ncolour: dark_red\n",
        "x.yaml:2:9: colour: 'dark_red' is not allowed here; did you mean 'dark-red'? (write one of dark-red, green)",
    ),
    ("name: oak\nage: 7\n", "x.yaml:2:6: age: the number 7 is not allowed here; write one of young, old"),
    (
        "name: oak\nparts:\n  - {type: leaf, length: 10}\n",
        "x.yaml:3:26: parts.0.length: must be 9 or less (found 10)",
    ),
    (
        "name: oak\nparts:\n  - {type: leaf, length: twelve}\n",
        "x.yaml:3:26: parts.0.length: expected a whole number, found the text 'twelve'; write the number alone",
    ),
    (
        "name: oak\nparts:\n  - {type: leaf, length: 1, leaf: {a: x}}\n",
        "x.yaml:3:39: parts.0.leaf.a: expected a whole number, found the text 'x'; write the number alone",
    ),
    (
        "name: oak\nparts:\n  - {type: root, depth: 1, leaf: 1}\n",
        "x.yaml:3:34: parts.0.leaf: expected true or false, found the number 1; write true or false, without quotes",
    ),
    (
        "name: oak\nparts:\n  - {type: leaf}\n",
        "x.yaml:3:5: parts.0.length: this required field is missing; add 'length:'",
    ),
    (
        "name: oak\nparts:\n  - {type: leaf, length: 1, dept: 1}\n",
        "x.yaml:3:29: parts.0.dept: unknown field 'dept'; the fields here are leaf, length, type",
    ),
    (
        "name: oak\nparts:\n  - {type: rot, depth: 1}\n",
        "x.yaml:3:12: parts.0.type: 'rot' is not allowed here; did you mean 'root'? (write one of leaf, root)",
    ),
    (
        "name: oak\nparts:\n  - {depth: 1}\n",
        "x.yaml:3:5: parts.0.type: this required field is missing; add 'type:' with one of leaf, root",
    ),
    (
        "name: oak\nparts:\n  - leaf\n",
        "x.yaml:3:5: parts.0: expected a group of fields, found the text 'leaf'; "
        "write each field on its own line below, indented by two spaces",
    ),
    (
        "name: oak\nheight: [1]\n",
        "x.yaml:2:9: height: expected a whole number or text, found a list; write the number alone",
    ),
    (
        "name: oak\nrings: 5\n",
        "x.yaml:2:8: rings: expected a list, found the number 5; write each item on its own line, after '- '",
    ),
    (
        "name: oak\nneighbours:\n  elm: {type: leaf, length: 0}\n",
        "x.yaml:3:29: neighbours.elm.length: must be 1 or more (found 0)",
    ),
    (
        "name: oak\nparts: [{type: leaf, length: 1}, 1, 1, 1]\n",
        "x.yaml:2:8: parts: at most 3 entries are allowed (found 4)",
    ),
]


@pytest.mark.parametrize(("text", "line"), CASES)
def test_a_mistake_has_one_line(text: str, line: str) -> None:
    assert [str(problem) for problem in problems(text)] == [line]


def test_a_list_may_be_too_long() -> None:
    (problem,) = problems("name: oak\nparts:\n" + "  - {type: leaf, length: 1}\n" * 4)
    assert str(problem) == "x.yaml:3:3: parts: at most 3 entries are allowed (found 4)"


def test_a_text_that_fits_no_pattern_is_shown() -> None:
    (problem,) = problems("name: oak\nmark: a\n")
    assert str(problem) == "x.yaml:2:7: mark: 'a' has not the form that is wanted here"


def test_a_mistake_that_has_no_words_of_ours_is_told_in_those_of_the_models() -> None:
    (problem,) = problems("name: oak\nleaves: 3\n")
    assert problem.line == 2
    assert "multiple of 2" in problem.message


def test_what_two_members_of_a_union_want_alike_is_said_once() -> None:
    (problem,) = problems("name: oak\ngirth: thick\n")
    assert problem.message.count("whole number") == 1


def test_a_validator_speaks_for_itself_and_for_several_mistakes() -> None:
    found = problems("name: rotten\nparts:\n  - {type: leaf, length: 1}\n")
    assert [str(problem) for problem in found] == [
        "x.yaml:1:1: nor here",
        "x.yaml:3:26: parts.0.length: no {braces} here; fell it",
    ]
    assert [problem.code for problem in found] == ["second", "first"]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    found = problems("name: 1\ncolour: blue\nage: 2\nparts:\n  - {type: leaf, length: 0}\n  - {type: root}\n")
    assert [problem.line for problem in found] == [1, 2, 3, 5, 6]


def test_a_misspelt_field_is_not_also_missing() -> None:
    assert [problem.code for problem in problems("nmae: oak\n")] == ["unknown-field"]


def test_a_list_is_not_too_short_only_because_its_items_are_wrong() -> None:
    data = make_study(reports=[{"id": "main", "issued": "soon"}])
    with pytest.raises(ValidationError) as raised:
        Study.model_validate(data)
    found = problems_of(raised.value, parse("a: 1\n", shown_as="x.yaml"), Study)
    assert [problem.field for problem in found] == ["reports.0.issued"]


def test_the_way_through_a_union_whose_member_has_the_name_of_a_field() -> None:
    way = way_to(Summary, ("outcomes", 0, "reported", "reported", "ci_low"))
    assert way.location == ("outcomes", 0, "reported", "ci_low")
    way = way_to(Summary, ("outcomes", 1, "narrative", "narrative"))
    assert way.location == ("outcomes", 1, "narrative")
    way = way_to(Study, ("results", 0, "contrast", "contrast", "estimate"))
    assert way.location == ("results", 0, "contrast", "estimate")
    way = way_to(Study, ("results", 0, "contrast", "arms", "tea", "n"))
    assert way.location == ("results", 0, "arms", "tea", "n")
    way = way_to(Summary, ("outcomes", 0))
    assert (way.discriminator, way.tags) == ("evidence", ("pooled", "reported", "narrative"))


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("12", "write it without quotes: 12"),
        (" 5.20 ", "write it without quotes: 5.20"),
        ("010", "a number does not start with 0: write 10"),
        ("-007", "a number does not start with 0: write -7"),
        ("0,85", "write a decimal point: 0.85"),
        ("-1,5", "write a decimal point: -1.5"),
        ("1,234", "write 1234 without separators, or a decimal point for the comma"),
        ("1_000", "write it without separators: 1000"),
        ("1 000 000", "write it without separators: 1000000"),
        ("−0.5", "type the minus sign as a hyphen: -0.5"),
        ("20%", "write the number without %: 20"),
        ("20 %", "write the number without %: 20"),
        (".nan", "leave the field out if the source does not report it"),
        ("n/a", "leave the field out if the source does not report it"),
        ("NR", "leave the field out if the source does not report it"),
        ("twelve", "otherwise"),
        ("12:30", "otherwise"),
        ("1" * 5000 + "x", "otherwise"),
    ],
)
def test_a_number_typed_as_text_gets_the_advice_that_fits(typed: str, advice: str) -> None:
    assert number_advice(typed, "otherwise") == advice


@pytest.mark.parametrize(
    ("word", "options", "expected"),
    [
        ("instument", ["instruments", "instrument", "id"], "instrument"),
        ("Dark Red", ["dark-red", "green"], "dark-red"),
        ("lab", ["label", "id"], "label"),
        ("zebra", ["label", "id"], None),
        ("x", ["xylophone"], None),
        ("", ["a"], None),
        ("anything", [], None),
    ],
)
def test_the_nearest_spelling(word: str, options: list[str], expected: str | None) -> None:
    assert nearest(word, options) == expected


def test_what_was_found_is_shown_short_and_on_one_line() -> None:
    assert described("a\n  b") == "the text 'a b'"
    assert len(described("x" * 1_000_000)) < 80
    assert described({}) == "an empty group {}"
    assert described([]) == "an empty list []"
    assert described({"a": 1, "b": 2}) == "a group of fields (a, b)"
    assert shortened("x" * 61) == "x" * 57 + "..."
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
