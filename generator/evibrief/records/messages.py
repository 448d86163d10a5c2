"""From pydantic's errors to problems: the place in the file, our words, and what would be right.

Validators of the models word their own errors (`fields.problem`); pydantic's own are worded here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from evibrief.errors import Problem, RecordError
from evibrief.records.reader import Document, Location, Place, dotted
from evibrief.records.scalars import is_number
from evibrief.records.shape import Way, way_to
from evibrief.records.wording import MAX_SHOWN, described, listed, nearest, shortened

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a problem says, without its place."""

    code: str
    message: str
    advice: str = ""


# What a field wants, by pydantic's type of error; and what to do about it.
_WANTED: dict[str, tuple[str, str]] = {
    "int_type": ("a whole number", "write the number alone"),
    "int_parsing": ("a whole number", "write the number alone"),
    "int_from_float": ("a whole number", "write it without decimals"),
    "float_type": ("a number", "write the number alone"),
    "decimal_type": ("a number", "write the number alone"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "string_type": ("text", "put it in quotes"),
    "list_type": ("a list", "write each item on its own line, after '- '"),
    "tuple_type": ("a list", "write each item on its own line, after '- '"),
    "dict_type": ("a group of fields", "write each field on its own line below, indented by two spaces"),
    "model_type": ("a group of fields", "write each field on its own line below, indented by two spaces"),
    "model_attributes_type": ("a group of fields", "write each field on its own line below, indented by two spaces"),
    "date_type": ("a date", "write it as year-month-day, such as 2021-06-23"),
}
_BOUNDS = {
    "greater_than": ("must be greater than {}", "gt"),
    "greater_than_equal": ("must be {} or more", "ge"),
    "less_than": ("must be less than {}", "lt"),
    "less_than_equal": ("must be {} or less", "le"),
}
_NOT_REPORTED = frozenset({"", "-", "?", "na", "n/a", "nr", "ns", "nan", ".nan", "none", "unknown", "not reported"})


def validate(document: Document, model: type[M]) -> M:
    """Return the record that a document holds.

    Raises:
        RecordError: with one problem for every mistake, each at its line and column.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise RecordError(problems_of(error, document, model)) from None


def problems_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """Return the problems that a validation error tells of, in the order of the file, each mistake once."""
    found: list[Problem] = []
    for item in error.errors(include_url=False):
        if _only_follows(item):
            continue
        way = way_to(model, item["loc"])
        context: Mapping[str, Any] = item.get("ctx") or {}
        if "text" in context:
            first = _finished(dict(context, code=item["type"]), item["input"])
            found += [_own(document, way, words) for words in (first, *context.get("others", ()))]
        else:
            found.append(_placed(document, way, item["type"], _worded(way, item, context)))
    return _each_once(found)


def _only_follows(item: Any) -> bool:
    """Return whether a list counts as too short only because its items have mistakes, which are told already."""
    return item["type"] == "too_short" and _count(item["input"]) >= int(item["ctx"]["min_length"])


def _finished(words: dict[str, Any], value: object) -> dict[str, Any]:
    """Return the words of a validator with what was found, and with the advice that fits a number typed as text."""
    wanting = words["text"].startswith("expected") and "found" not in words["text"]
    found = f", found {described(value)}" if wanting else ""
    of_number = words["code"] == "wrong-type" and isinstance(value, str)
    advice = number_advice(str(value), words["advice"]) if of_number else words["advice"]
    return {**words, "text": words["text"] + found, "advice": advice}


def _own(document: Document, way: Way, words: Mapping[str, Any]) -> Problem:
    """Return a problem that a validator of ours worded; its ``at`` leads on to the field."""
    at = (*way.location, *(_part(part) for part in str(words.get("at", "")).split(".") if part))
    place = document.key_place(at) if way.in_key else document.place(at)
    own = _Words(code=words["code"], message=words["text"], advice=words.get("advice", ""))
    return _problem(document, at, place, own)


def _part(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def _placed(document: Document, way: Way, kind: str, words: _Words) -> Problem:
    location = way.location
    if kind == "extra_forbidden" or way.in_key:
        place = document.key_place(location)
    elif kind == "union_tag_invalid":
        location = (*location, way.discriminator)
        place = document.place(location)
    else:
        location = (*location, way.discriminator) if kind == "union_tag_not_found" else location
        place = document.place(location)
    return _problem(document, location, place, words)


def _problem(document: Document, location: Location, place: Place, words: _Words) -> Problem:
    return Problem(
        path=document.path,
        line=place.line,
        column=place.column,
        field=dotted(location),
        code=words.code,
        message=words.message,
        advice=words.advice,
    )


def _worded(way: Way, item: Any, context: Mapping[str, Any]) -> _Words:
    """Return pydantic's error in our words."""
    kind, value = item["type"], item["input"]
    if kind == "missing":
        return _Words(code="missing-field", message="this required field is missing", advice=_to_add(way))
    if kind == "extra_forbidden":
        return _unknown(str(way.location[-1]), way.siblings)
    if kind in _WANTED:
        return _wrong_type(kind, value, way)
    if kind in ("literal_error", "enum"):
        return _not_allowed(value, re.findall(r"'((?:[^']|'(?=\w))*)'", str(context.get("expected", ""))))
    if kind == "union_tag_invalid":
        return _not_allowed(value.get(way.discriminator) if isinstance(value, Mapping) else value, way.tags)
    if kind == "union_tag_not_found":
        advice = f"add '{way.discriminator}:' with one of {listed(way.tags)}"
        return _Words(code="missing-field", message="this required field is missing", advice=advice)
    if kind in _BOUNDS:
        text, name = _BOUNDS[kind]
        return _Words(code="out-of-range", message=f"{text.format(context[name])} (found {shortened(str(value))})")
    return _of_text(kind, value, context) or _Words(
        code="wrong-value", message=f"{_lower(item['msg'])} (found {described(value)})"
    )


def _to_add(way: Way) -> str:
    chosen = f" with one of {listed(way.choices, 20)}" if way.choices else ""
    return f"add '{way.location[-1]}:'{_about(way, example=not chosen)}{chosen}"


def _about(way: Way, *, example: bool = True) -> str:
    """Return what belongs into a field, by its own description, for the end of a piece of advice."""
    first_sentence = way.description.split(". ")[0].rstrip(".")
    about = f" ({shortened(first_sentence, 120)})" if first_sentence else ""
    shown = example and way.example and len(way.example) <= MAX_SHOWN
    return f"{about}, such as {way.example}" if shown else about


def _unknown(name: str, siblings: Sequence[str]) -> _Words:
    near = nearest(name, siblings)
    advice = f"did you mean '{near}'?" if near else f"the fields here are {listed(sorted(siblings), 40)}"
    return _Words(code="unknown-field", message=f"unknown field '{shortened(name)}'", advice=advice)


def _not_allowed(value: object, options: Sequence[str]) -> _Words:
    near = nearest(value, options) if isinstance(value, str) else None
    choices = f"write one of {listed(options, 20)}"
    advice = f"did you mean '{near}'? ({choices})" if near else choices
    if value is None:
        return _Words(code="not-allowed-value", message="this field is empty", advice=choices)
    shown = f"'{shortened(value)}'" if isinstance(value, str) else described(value)
    return _Words(code="not-allowed-value", message=f"{shown} is not allowed here", advice=advice)


def _wrong_type(kind: str, value: object, way: Way) -> _Words:
    wanted, advice = _WANTED[kind]
    if value is None:
        advice = f"fill it in{_about(way)}, or delete the line if it is not needed"
    elif kind == "string_type" and isinstance(value, dict | list):
        advice = "write text; if it holds a colon, a bracket or '- ', put it in quotes"
    elif kind == "string_type":
        advice = f'put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
    elif kind == "int_type" and isinstance(value, Decimal):
        advice = "a count has no decimals; check it in the source"
    elif "number" in wanted and isinstance(value, str):
        advice = number_advice(value, advice)
    message = f"expected {wanted}, found {described(value)}"
    return _Words(code="wrong-type", message=message, advice=advice)


def number_advice(text: str, otherwise: str) -> str:
    """Return how a number that was typed as text should be typed."""
    bare = text.strip()
    if is_number(bare):
        return f"write it without quotes: {shortened(bare)}"
    if bare.casefold() in _NOT_REPORTED:
        return "leave the field out if the source does not report it"
    if is_number(rest := re.sub(r"^([-+]?)0+(?=\d)", r"\1", bare)):
        return f"a number does not start with 0: write {shortened(rest)}"
    if bare.startswith(("−", "–", "—")) and is_number(f"-{bare[1:]}"):
        return f"type the minus sign as a hyphen: -{shortened(bare[1:])}"
    if re.fullmatch(r"\d{1,3}([_ \u00a0\u202f'’]\d{3})+", bare):
        return f"write it without separators: {re.sub(r'[^0-9]', '', bare)[:60]}"
    if re.fullmatch(r"\d{1,3}(,\d{3})+", bare):
        return f"write {bare.replace(',', '')[:60]} without separators, or a decimal point for the comma"
    if re.fullmatch(r"[-+]?\d*,\d+", bare):
        return f"write a decimal point: {shortened(bare.replace(',', '.'))}"
    if bare.endswith("%") and is_number(bare[:-1].strip()):
        return f"write the number without %: {shortened(bare[:-1].strip())}"
    return otherwise


def _of_text(kind: str, value: object, context: Mapping[str, Any]) -> _Words | None:
    """Word what is wrong with the length or the form of a text or a list."""
    if kind == "string_too_long":
        message = f"the text has {len(str(value)):,} characters; at most {context['max_length']:,} are allowed"
        return _Words(code="too-long", message=message, advice="shorten it")
    if kind == "string_too_short":
        return _Words(code="missing-value", message="the text is empty", advice="fill it in, or delete the line")
    if kind == "string_pattern_mismatch" and isinstance(value, str):
        return _pattern(value)
    if kind == "too_short":
        advice = "add one, or delete the field if it is not needed"
        least = context["min_length"]
        return _Words(
            code="missing-value", message=f"needs {least} or more entries (found {_count(value)})", advice=advice
        )
    if kind == "too_long":
        most = context["max_length"]
        return _Words(code="too-long", message=f"at most {most} entries are allowed (found {_count(value)})")
    return None


def _count(value: object) -> int:
    return len(value) if isinstance(value, list | dict | tuple) else 0


def _pattern(value: str) -> _Words:
    if "\n" in value.strip():
        message = f"expected one line of text, found several ('{shortened(value, 40)}')"
        return _Words(code="wrong-text", message=message, advice="write it as one line, without | or >")
    if value != value.strip():
        advice = "delete the space at its start or end; after > or | write >- or |-"
        return _Words(code="wrong-text", message=f"the text '{shortened(value)}' has space around it", advice=advice)
    return _Words(code="wrong-text", message=f"'{shortened(value)}' has not the form that is wanted here")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _each_once(problems: Sequence[Problem]) -> list[Problem]:
    """Merge what several members of a union say of one value, and drop a missing field that was only misspelt."""
    misspelt = {
        (_parent(problem.field), problem.advice.split("'")[1])
        for problem in problems
        if problem.code == "unknown-field" and problem.advice.startswith("did you mean '")
    }
    merged: dict[tuple[str, str, int], Problem] = {}
    for index, problem in enumerate(problems):
        parent, name = _parent(problem.field), problem.field.rpartition(".")[2]
        if problem.code == "missing-field" and (parent, name) in misspelt:
            continue
        key = (problem.field, problem.code, 0 if problem.code == "wrong-type" else index)
        merged[key] = _merge(merged[key], problem) if key in merged else problem
    return sorted(merged.values())


def _parent(field: str) -> str:
    return field.rpartition(".")[0]


def _merge(first: Problem, second: Problem) -> Problem:
    wanted = re.match(r"expected (.*), found ", second.message)
    if wanted is None or wanted.group(1) in first.message:
        return first
    return replace(first, message=first.message.replace(", found ", f" or {wanted.group(1)}, found ", 1))
