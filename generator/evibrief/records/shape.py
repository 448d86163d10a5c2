"""The shape of a model: which field an error of pydantic speaks of, and which fields could stand there.

A location in a pydantic error holds, beside fields and indexes, the names of union members. They are not in the file,
and some have the name of a field; only the model tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as AbstractSequence
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way to a field: its location in the file, and what the model says of that place.

    ``siblings`` are the fields that may stand beside it; ``tags`` what its discriminator may say; ``choices`` all that
    the field may say, ``example`` what it may where that is not a list or a group; ``in_key`` is true where an error
    speaks of the name of an entry, not of its value.
    """

    location: tuple[str | int, ...]
    siblings: tuple[str, ...]
    discriminator: str
    tags: tuple[str, ...]
    description: str
    example: str
    choices: tuple[str, ...]
    in_key: bool


def way_to(model: type[BaseModel], error_location: Iterable[str | int]) -> Way:
    """Return the way to the field that an error's location means."""
    here: list[Any] = [model]
    above: list[type[BaseModel]] = []
    location: list[str | int] = []
    in_key = False
    for part in error_location:
        options = list(_options(here))
        models = [option for option in options if _is_model(option)]
        named = [option for option in models if len(models) > 1 and part in _tags_of(option)]
        inside = [_inside(option, part) for option in options]
        if part == "[key]":
            in_key = True
        elif named:
            here = named
        elif models or any(inside):
            above = models
            here = [annotation for found in inside for annotation in found]
            location.append(part)
    last = location[-1] if location else ""
    return Way(
        location=tuple(location),
        siblings=tuple(dict.fromkeys(name for option in above for name in option.model_fields)),
        discriminator=_discriminator(here),
        tags=tuple(tag for option in _options(here) if _is_model(option) for tag in _tags_of(option)),
        description=_field_text(above, last, "description"),
        example=_field_text(above, last, "examples"),
        choices=tuple(choice for option in _options(here) for choice in _choices(option)),
        in_key=in_key,
    )


def _is_model(option: object) -> bool:
    return isinstance(option, type) and issubclass(option, BaseModel)


def _options(annotations: Iterable[Any]) -> Iterator[Any]:
    """Yield what a value may be, without the wrappings of optional and annotated types."""
    for annotation in annotations:
        if get_origin(annotation) is Annotated:
            yield from _options(get_args(annotation)[:1])
        elif get_origin(annotation) in (Union, UnionType):
            yield from _options(get_args(annotation))
        else:
            yield annotation


def _choices(option: Any) -> tuple[str, ...]:
    if isinstance(option, type) and issubclass(option, Enum):
        return tuple(str(member.value) for member in option)
    return get_args(option) if get_origin(option) is Literal else ()


def _inside(option: Any, part: str | int) -> list[Any]:
    """Return what may stand at a field, key or index of a type."""
    if _is_model(option):
        field = option.model_fields.get(part)
        return [field.annotation] if field else []
    origin, arguments = get_origin(option), get_args(option)
    if isinstance(part, int) and origin in (tuple, list, AbstractSequence):
        return list(arguments[:1])
    if isinstance(part, str) and origin in (dict, Mapping):
        return list(arguments[1:])
    return []


def _tags(option: Any) -> dict[str, tuple[str, ...]]:
    """Return the fields of a model that can only say one thing, with what they say."""
    return {
        name: get_args(field.annotation)
        for name, field in option.model_fields.items()
        if get_origin(field.annotation) is Literal and field.is_required()
    }


def _tags_of(option: Any) -> tuple[str, ...]:
    return next(iter(_tags(option).values()), ())


def _discriminator(annotations: Iterable[Any]) -> str:
    models = [option for option in _options(annotations) if _is_model(option)]
    return next((name for option in models for name in _tags(option)), "type")


def _field_text(models: Iterable[type[BaseModel]], name: str | int, kind: Literal["description", "examples"]) -> str:
    """Return what a field says of itself, or the first of its examples if that is a word or a number."""
    fields = [option.model_fields[str(name)] for option in models if str(name) in option.model_fields]
    if kind == "description":
        return next((field.description for field in fields if field.description), "")
    given = (field.examples[0] for field in fields if field.examples)
    return next((str(example) for example in given if not isinstance(example, list | dict)), "")
