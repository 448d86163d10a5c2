"""The committed schemas of records: current, valid, and of one mind with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from builders import make_study, make_summary
from evibrief.exchange.record_schema import Kind, record_schema, schema_name, schema_text
from evibrief.records.fields import Record
from evibrief.records.reader import parse_bytes
from evibrief.records.study import Study
from evibrief.records.summary import Summary

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
        value = parse_bytes(path.read_bytes(), shown_as=path.name).value
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
        {"reports": [{"id": "main", "issued": "June 2012"}]},
        {"reports": [{"id": "main", "issued": 20120623}]},
        {"extraction": {"extracted_by": "Nobody Real", "date": "23.6.2012"}},
        {"cluster": {"icc": "0,02"}},
        {"cluster": {"mean_cluster_size": "-24.5"}},
        {"cluster": {"mean_cluster_size": "24,5"}},
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


@pytest.mark.parametrize("figure", ["0,85", "1 234", "2.00 ", "−0.5", "07", "5 %", "NR", ".5", "1e9999"])
def test_a_figure_that_is_no_number_is_refused_while_typing_as_by_the_reader(figure: str) -> None:
    record = make_study(cluster={"icc": figure}, design="cluster")
    assert list(validator("study").iter_errors(record))
    with pytest.raises(ValidationError):
        Study.model_validate(record)


@pytest.mark.parametrize("figure", ["5.20", "-0.5", 0.02, 3, "1e-5"])
def test_a_figure_in_quotes_is_taken_as_by_the_reader(figure: object) -> None:
    record = make_study(cluster={"icc": figure}, design="cluster")
    assert not list(validator("study").iter_errors(record))
    Study.model_validate(record)


def taught(kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """The fields of a schema, each with what its value may be."""
    return list(fields_of(record_schema(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_says_what_it_is(kind: Kind) -> None:
    found = taught(kind)
    assert len(found) > 150
    assert [name for name, value in found if len(value.get("description", "")) < len("Who looked.")] == []


def kinds_of(value: dict[str, Any], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a field may hold, behind references and choices."""
    if "$ref" in value:
        yield from kinds_of(definitions[value["$ref"].rpartition("/")[2]], definitions)
    elif "anyOf" in value or "oneOf" in value:
        for option in (*value.get("anyOf", ()), *value.get("oneOf", ())):
            yield from kinds_of(option, definitions)
    elif value.get("type") == "array":
        yield from kinds_of(value["items"], definitions)
    elif "patternProperties" in value:
        for option in value["patternProperties"].values():
            yield from kinds_of(option, definitions)
    else:
        yield value


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_words_or_figures_shows_an_example(kind: Kind) -> None:
    definitions = record_schema(kind)["$defs"]
    bare = []
    for name, value in taught(kind):
        typed = [option for option in kinds_of(value, definitions) if option.get("type") != "null"]
        free = [option for option in typed if not ({"enum", "const", "properties"} & set(option))]
        if any(option.get("type") != "boolean" for option in free) and not value.get("examples"):
            bare.append(name)
    assert bare == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_one(kind: Kind) -> None:
    whole = record_schema(kind)
    count = 0
    for name, value in taught(kind):
        for example in value.get("examples", ()):
            count += 1
            check = Draft202012Validator({**value, "$defs": whole["$defs"]})
            assert [f"{name}: {error.message}" for error in check.iter_errors(example)] == []
    assert count > 90


@pytest.mark.parametrize("model", [Study, Summary])
def test_every_example_is_one_for_the_reader(model: type[Record]) -> None:
    seen: set[type[Record]] = set()
    below: list[type[Record]] = [model]
    while below:
        part = below.pop()
        if part in seen:
            continue
        seen.add(part)
        for field in part.model_fields.values():
            below += models_in(field.annotation)
            for example in field.examples or ():
                wanted = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
                TypeAdapter(wanted).validate_python(example)
    assert len(seen) > 20


def models_in(annotation: Any) -> list[type[Record]]:
    """The models that an annotation names, at whatever depth."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


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
