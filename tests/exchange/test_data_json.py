"""data.json: every figure of a page, valid by its published schema, for every summary of the repository."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import evibrief.exchange
from evibrief.exchange.data_json import SCHEMA_URI, VERSION, data_json, data_schema
from evibrief.synthesis.evidence import PooledSynthesis
from exchange.records import article, brief, slugs

COMMITTED = Path(evibrief.exchange.__path__[0]) / "schema" / "summary-data.schema.json"


@cache
def document(slug: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data_json(brief(slug), article(slug)), parse_constant=pytest.fail)
    return found


def numbers(value: object) -> Iterator[float]:
    match value:
        case dict():
            for item in value.values():
                yield from numbers(item)
        case list():
            for item in value:
                yield from numbers(item)
        case bool():
            return
        case int() | float():
            yield float(value)


def test_the_committed_schema_is_the_one_that_the_types_make() -> None:
    assert COMMITTED.read_bytes() == data_schema(), "run: make schema"


def test_the_schema_is_a_schema_and_explains_itself() -> None:
    schema = json.loads(data_schema())
    Draft202012Validator.check_schema(schema)
    assert schema["title"].endswith(VERSION)
    assert f"-{VERSION.split('.')[0]}.schema" in SCHEMA_URI
    assert all(part.get("description") for part in schema["$defs"].values())
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())


@pytest.mark.parametrize("slug", slugs())
def test_every_data_file_follows_the_schema(slug: str) -> None:
    validator = Draft202012Validator(json.loads(data_schema()), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document(slug))]


@pytest.mark.parametrize("slug", slugs())
def test_every_number_is_finite(slug: str) -> None:
    assert all(math.isfinite(number) for number in numbers(document(slug)))


@pytest.mark.parametrize("slug", slugs())
def test_pools_are_told_in_full(slug: str) -> None:
    found = {item["synthesis"]["outcome_id"]: item for item in document(slug)["outcomes"]}
    for item in brief(slug).outcomes:
        if not isinstance(item.synthesis, PooledSynthesis):
            continue
        told = found[item.outcome.id]
        synthesis, pooled = told["synthesis"], told["synthesis"]["pooled"]
        assert told["evidence"] == "pooled"
        assert pooled["estimate"] == item.synthesis.pooled.estimate
        assert [row["yi"] for row in synthesis["rows"]] == [row.yi for row in item.synthesis.rows]
        assert len(synthesis["rows"]) == len(pooled["weights"])
        listed = {row["study_id"] for row in synthesis["rows"]} | {row["study_id"] for row in synthesis["not_pooled"]}
        assert listed == set(brief(slug).summary.studies)
        assert told["rating"]["certainty"] in ("very-low", "low", "moderate", "high")
        assert all(step["reason"]["rule"] for step in told["rating"]["steps"])


@pytest.mark.parametrize("slug", slugs())
def test_every_numeral_in_a_made_sentence_stands_behind_it(slug: str) -> None:
    """What a reader can read in a sentence made from figures, a program can find in the file."""
    parts = document(slug)["article"]
    for name in ("key_points", "results"):
        for sentence in parts[name]:
            if re.search(r"\d", sentence["text"]):
                assert sentence["trace"]["inputs"], sentence["text"]


def test_studies_and_history_are_told() -> None:
    found = document("recovery-is-up-to-you")
    assert [study["id"] for study in found["studies"]] == list(brief("recovery-is-up-to-you").summary.studies)
    assert found["evidence_level"] == {**found["evidence_level"], "number": 2, "word": "Good"}
    assert found["history"][0]["date"]
    assert found["status"] == "published"
