"""Plain values and their schema."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from jsonschema import Draft202012Validator

from evibrief.appraisal.ratings import Certainty
from evibrief.exchange.plain import plain, schema_of


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """An inner thing."""

    size: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """An outer thing."""

    certainty: Certainty
    colour: Colour
    day: date
    printed: Decimal
    kind: Literal["a", "b"]
    inner: tuple[Inner, ...]
    figures: Mapping[str, float | int | str | None]
    yes: bool


OUTER = Outer(
    certainty=Certainty.VERY_LOW,
    colour=Colour.RED,
    day=date(2026, 3, 1),
    printed=Decimal("5.20"),
    kind="a",
    inner=(Inner(size=0.5), Inner(size=None)),
    figures={"b": 1, "a": None},
    yes=True,
)


def test_values_become_plain_and_keep_their_meaning() -> None:
    assert plain(OUTER) == {
        "certainty": "very-low",
        "colour": "red",
        "day": "2026-03-01",
        "printed": "5.20",
        "kind": "a",
        "inner": [{"size": 0.5}, {"size": None}],
        "figures": {"a": None, "b": 1},
        "yes": True,
    }


def test_the_schema_accepts_them_and_nothing_else() -> None:
    validator = Draft202012Validator(schema_of(Outer))
    document = plain(OUTER)
    assert isinstance(document, dict)
    assert validator.is_valid(document)
    assert not validator.is_valid({**document, "more": 1})
    assert not validator.is_valid({**document, "certainty": 1})
    assert not validator.is_valid({**document, "printed": 5.2})
    assert not validator.is_valid({**document, "inner": [{"size": "x"}]})
    assert not validator.is_valid({name: value for name, value in document.items() if name != "day"})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_lacks_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be published"):
        plain(Inner(size=value))


def test_what_no_record_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        plain(1j)


def test_two_classes_of_one_name_keep_apart() -> None:
    first = dataclass(frozen=True)(
        type("Same", (), {"__annotations__": {"a": int}, "__module__": "x.one", "__doc__": "A."})
    )
    second = dataclass(frozen=True)(
        type("Same", (), {"__annotations__": {"b": int}, "__module__": "x.two", "__doc__": "B."})
    )
    both = dataclass(frozen=True)(type("Both", (), {"__annotations__": {"a": first, "b": second}, "__doc__": "C."}))
    assert sorted(schema_of(both)["$defs"]) == ["Both", "Same", "two.Same"]
