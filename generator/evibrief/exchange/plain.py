"""Records and results as plain JSON values, and the JSON Schema of what comes out: one walk over the same types.

Enumerations become their words (``very-low``), dates ISO text, printed figures text with the digits that were
printed, computed figures numbers. Nothing that JSON lacks, such as NaN, gets through.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def plain(value: object) -> Plain:
    """A record, a result or a collection of them as JSON values; names in the order of their declaration.

    Raises:
        ValueError: for a number that is not finite.
        TypeError: for a value of a kind that no record or result has.
    """
    if value is None or type(value) in (str, bool, int):
        return value  # type: ignore[return-value]
    match value:
        case Enum():
            return _word(value)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{value} cannot be published as a figure")
            return value
        case Decimal() | date():
            return str(value)
        case BaseModel():
            return {name: plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {str(_word(key)): plain(value[key]) for key in sorted(value)}
        case Sequence():
            return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def _word(value: object) -> Plain:
    if isinstance(value, IntEnum):
        return value.name.lower().replace("_", "-")
    return value.value if isinstance(value, Enum) else str(value)


def schema_of(model: type) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what :func:`plain` makes of a record or result of this type."""
    definitions = _Definitions()
    root = _schema(model, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "$defs": {name: definitions.schemas[name] for name in sorted(definitions.schemas)},
    }


class _Definitions:
    """The schemas of classes under names of their own; a second class of the same name is told by its module."""

    def __init__(self) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self._names: dict[type, str] = {}

    def name_of(self, kind: type) -> str:
        if kind not in self._names:
            name = kind.__name__
            taken = name in self._names.values()
            self._names[kind] = f"{kind.__module__.rpartition('.')[2]}.{name}" if taken else name
        return self._names[kind]


def _schema(kind: Any, definitions: _Definitions) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is typing.Annotated:
        return _schema(arguments[0], definitions)
    if origin in (Union, types.UnionType):
        return _any_of([_schema(argument, definitions) for argument in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    return _schema_of_class(kind, definitions)


_SIMPLE: dict[Any, dict[str, Any]] = {
    type(None): {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?$"},
}


def _schema_of_class(kind: Any, definitions: _Definitions) -> dict[str, Any]:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if not isinstance(kind, type):
        raise TypeError(f"{kind} has no schema")
    if issubclass(kind, Enum):
        return {"enum": [_word(member) for member in kind]}
    name = definitions.name_of(kind)
    if name not in definitions.schemas:
        definitions.schemas[name] = {}  # holds the place, should the type contain itself
        definitions.schemas[name] = _object(kind, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _object(kind: type, definitions: _Definitions) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            properties[name] = _schema(info.annotation, definitions)
            if info.description:
                properties[name] = {"description": info.description, **properties[name]}
    elif is_dataclass(kind):
        hints = get_type_hints(kind)
        properties = {field.name: _schema(hints[field.name], definitions) for field in fields(kind)}
    else:
        raise TypeError(f"{kind.__name__} has no schema")
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _any_of(options: list[dict[str, Any]]) -> dict[str, Any]:
    unique = [option for index, option in enumerate(options) if option not in options[:index]]
    return unique[0] if len(unique) == 1 else {"anyOf": unique}
