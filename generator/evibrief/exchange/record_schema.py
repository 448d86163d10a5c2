"""The JSON Schema of the records that people type: an editor completes, explains and checks with it."""

from __future__ import annotations

import json
from typing import Any, Literal

from evibrief.records.study import Study
from evibrief.records.summary import Summary

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Kind = Literal["study", "summary"]


def schema_name(kind: Kind) -> str:
    """The name of the file in ``schema/`` that holds a record's schema."""
    return f"{kind}.schema.json"


def record_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a study or summary, generated from its model.

    It is necessary, not sufficient: what concerns two fields or two files, only ``evibrief check`` can tell.
    """
    made = _closed(_without_titles((Study if kind == "study" else Summary).model_json_schema()))
    head = {"$schema": DIALECT, "$id": schema_name(kind), "title": f"Evibrief {kind}"}
    return {**head, **made}


def schema_text(kind: Kind) -> str:
    """The schema as the committed file holds it."""
    return json.dumps(record_schema(kind), ensure_ascii=False, indent=1) + "\n"


def _closed(part: Any) -> Any:
    """Refuse names that fit no pattern, where names have to fit one: the generator leaves them unchecked."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    made = {name: _closed(value) for name, value in part.items()}
    return {**made, "additionalProperties": False} if isinstance(made.get("patternProperties"), dict) else made


def _without_titles(part: Any, *, of_names: bool = False) -> Any:
    """Drop the titles that only repeat a field's name in capitals: editors show them before the description.

    ``of_names`` where the keys are names of fields, of which one may be called title.
    """
    if isinstance(part, list):
        return [_without_titles(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _without_titles(value, of_names=not of_names and name in ("properties", "$defs"))
        for name, value in part.items()
        if of_names or name != "title"
    }
