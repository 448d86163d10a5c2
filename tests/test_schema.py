"""The committed schemas of records: current, valid, and of one mind with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from builders import make_study, make_summary
from evibrief.exchange.record_schema import Kind, record_schema, schema_name, schema_text
from evibrief.records.reader import read_document

REPOSITORY = Path(__file__).resolve().parent.parent
KINDS: tuple[Kind, ...] = get_args(Kind)
RECORDS = sorted([*REPOSITORY.glob("studies/*.yaml"), *REPOSITORY.glob("summaries/*.yaml")])


def validator(kind: Kind) -> Draft202012Validator:
    return Draft202012Validator(record_schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_current(kind: Kind) -> None:
    committed = (REPOSITORY / "schema" / schema_name(kind)).read_text(encoding="utf-8")
    assert committed == schema_text(kind), f"run: evibrief schema {kind} > schema/{schema_name(kind)}"


def test_the_form_of_the_site_is_made_from_the_same_schema() -> None:
    assert (REPOSITORY / "site/docs/schema/study.schema.json").read_text(encoding="utf-8") == schema_text("study")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_one(kind: Kind) -> None:
    Draft202012Validator.check_schema(record_schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_of_the_repository_fits(kind: Kind) -> None:
    check = validator(kind)
    folder = "studies" if kind == "study" else "summaries"
    records = [path for path in RECORDS if path.parent.name == folder]
    assert records
    for path in records:
        value = read_document(path, shown_as=path.name).value
        assert [f"{path.name}: {error.message[:200]}" for error in check.iter_errors(value)] == []


def test_the_smallest_records_fit() -> None:
    assert not list(validator("study").iter_errors(make_study()))
    assert not list(validator("summary").iter_errors(make_summary()))


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "blue"},
        {"design": "paralel"},
        {"id": "Cook 2012"},
        {"reports": []},
        {"n_randomised": 0},
        {"extraction": None},
        {"registrations": "NCT01024569"},
        {"reports": [{"id": "main", "pmid": 34162340}]},
        {"characteristics": {"Mean Age": 44}},
        {"reports": [{"id": "main", "doi": "https://doi.org/10.1186/x"}]},
        {"results": [{"outcome": "death", "type": "dichotomous"}]},
        {"results": [{"outcome": "death", "type": "of-some-kind"}]},
    ],
    ids=str,
)
def test_what_one_field_shows_to_be_wrong_is_told_while_typing(change: dict[str, Any]) -> None:
    assert list(validator("study").iter_errors(make_study(**change)))


def fields_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in (("", schema), *schema["$defs"].items()):
        for field, value in part.get("properties", {}).items():
            yield f"{name}.{field}", value


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_titled_by_its_own_name(kind: Kind) -> None:
    assert [name for name, value in fields_of(record_schema(kind)) if "title" in value] == []
    assert "title" in record_schema(kind)["properties"]


def test_the_editor_finds_the_schema_of_every_record() -> None:
    settings = json.loads((REPOSITORY / ".vscode/settings.json").read_text(encoding="utf-8"))
    schemas: dict[str, str] = settings["yaml.schemas"]
    assert sorted(schemas) == [f"schema/{schema_name(kind)}" for kind in KINDS]
    assert all((REPOSITORY / name).is_file() for name in schemas)
    for path in RECORDS:
        name = path.relative_to(REPOSITORY).as_posix()
        assert [schema for schema, pattern in schemas.items() if fnmatch(name, pattern)]


def test_the_recommended_extension_is_the_one_that_the_settings_are_for() -> None:
    wanted = json.loads((REPOSITORY / ".vscode/extensions.json").read_text(encoding="utf-8"))
    assert wanted["recommendations"] == ["redhat.vscode-yaml"]
