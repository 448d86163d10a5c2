"""The kinds of value that records are made of.

Records are strict: no number is made from text by guessing, no field is unknown, nothing is silently dropped. A
printed figure is a :class:`~decimal.Decimal`, so that ``5.20`` keeps the two decimals that the paper printed; checks
of printed digits need them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from evibrief.records.folders import DEVICES

MAX_LINE = 400
MAX_NAME = 64
MAX_PROSE = 2000
# Ours: no source prints figures beyond these (the least are p-values), and squares of them fit a double with room left.
LARGEST_FIGURE = Decimal("1e15")
SMALLEST_FIGURE = Decimal("1e-30")


class Record(BaseModel):
    """A part of a record: immutable, strict, and without room for unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def problem(code: str, message: str, *, advice: str = "", at: str = "") -> PydanticCustomError:
    """Return the error that a validator raises: in our words, with what would be right.

    ``at`` is the dotted way from the validated model to the field that is wrong. Braces in the words are text.
    """
    context = {"advice": advice, "at": at, "text": message}
    return PydanticCustomError(code, "{text}", context)


def raise_all(found: Iterable[PydanticCustomError]) -> None:
    """Raise the first problem, if there is one, carrying the others as ``others`` in its context.

    A pydantic validator can raise only one error; this way the reader still reports all of them at once.
    """
    problems = list(found)
    if not problems:
        return
    others = [{"code": other.type, **(other.context or {})} for other in problems[1:]]
    raise PydanticCustomError(problems[0].type, "{text}", {**(problems[0].context or {}), "others": others})


_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


def _figure(value: object) -> object:
    figure = _number(value)
    if figure and not SMALLEST_FIGURE <= abs(figure) <= LARGEST_FIGURE:
        advice = "check it in the source"
        raise problem("out-of-range", f"found {figure:.3g}, a number out of all proportion", advice=advice)
    return figure


def _number(value: object) -> Decimal:
    if isinstance(value, bool):
        raise problem("wrong-type", f"expected a number, found {str(value).lower()}")
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):  # from programs; the reader keeps the printed digits
        return Decimal(repr(value))
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, str):
        advice = "write the number alone, with a point for decimals, such as 5.20"
        raise problem("wrong-type", f"expected a number, found the text '{value[:60]}'", advice=advice)
    raise problem("wrong-type", "expected a number", advice="write the number as the source prints it, such as 5.20")


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise problem("out-of-range", f"must be greater than 0 (found {value})")
    return value


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise problem("wrong-date", f"{value} is not a day of the calendar") from None
    raise problem("wrong-date", "expected a date", advice="write it as year-month-day, such as 2021-06-23")


def _id(value: object) -> object:
    advice = "use lower-case letters, digits and single hyphens, such as cook-2012"
    if not isinstance(value, str):
        raise problem("wrong-id", "expected a name", advice=advice)
    if len(value) > MAX_NAME or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise problem("wrong-id", f"'{value[:80]}' cannot be a name here", advice=advice)
    return value


def _image(value: object) -> object:
    advice = "use lower-case letters, digits and hyphens, and one of .svg .png .jpg .webp .avif, such as cup.svg"
    if not isinstance(value, str) or len(value) > MAX_NAME or not re.fullmatch(_IMAGE, value):
        raise problem("wrong-image", f"'{str(value)[:60]}' cannot be the name of an image", advice=advice)
    if value.partition(".")[0] in DEVICES:
        raise problem("wrong-image", f"Windows keeps the name '{value[:60]}' for a device", advice=advice)
    return value


def _issued(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(r"(1[5-9]|20)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", text):
        return _date(text).isoformat() if len(text) == len("2012-06-23") else text
    advice = "write the year, such as 2012, or a fuller date, such as 2012-06-23"
    raise problem("wrong-date", f"expected a year or date, found '{str(value)[:40]}'", advice=advice)


def _matching(pattern: str, code: str, what: str, example: str) -> Callable[[object], object]:
    compiled = re.compile(pattern)

    def validate(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            advice = f'put it in quotes: "{value}"' if compiled.fullmatch(str(value)) else f"write it like {example}"
            raise problem(code, f"{what} must be text, found the number {value}", advice=advice)
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise problem(code, f"'{str(value)[:60]}' is not {what}", advice=f"write it like {example}")
        return value

    return validate


T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

# What editors show while somebody types, in place of the pattern itself.
_NUMBER_WANTED = "Write the number alone, with a point for decimals, such as 5.20."
_POSITIVE = re.compile(r"\+?(?=[0-9.]*[1-9])(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


def _schema(pattern: str, advice: str, *, types: Sequence[str] = ("string",), **more: Any) -> WithJsonSchema:
    """Return the schema of a value that matches a pattern where it is text; ``advice`` is shown where it does not."""
    kind = {"type": types[0] if len(types) == 1 else list(types)}
    return WithJsonSchema({**kind, "pattern": f"^{pattern}$", "patternErrorMessage": advice, **more})


Figure = Annotated[
    Decimal, BeforeValidator(_figure), _schema(_NUMBER.pattern, _NUMBER_WANTED, types=("number", "string"))
]
PositiveFigure = Annotated[
    Decimal,
    BeforeValidator(lambda value: _positive(checked) if isinstance(checked := _figure(value), Decimal) else checked),
    _schema(_POSITIVE.pattern, _NUMBER_WANTED, types=("number", "string"), exclusiveMinimum=0),
]
Count = Annotated[int, Field(ge=0, le=10_000_000_000)]
PositiveCount = Annotated[int, Field(ge=1, le=10_000_000_000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINE, pattern=r"^\S(.*\S)?$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROSE, strip_whitespace=True)]
Id = Annotated[
    str,
    BeforeValidator(_id),
    _schema(
        "[a-z0-9]+(-[a-z0-9]+)*",
        "Use lower-case letters, digits and single hyphens, such as cook-2012.",
        maxLength=MAX_NAME,
    ),
]
Date = Annotated[
    date,
    BeforeValidator(_date),
    _schema("[0-9]{4}-[0-9]{2}-[0-9]{2}", "Write it as year-month-day, such as 2021-06-23.", format="date"),
]
Issued = Annotated[
    str,
    BeforeValidator(_issued),
    _schema(
        "(1[5-9]|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
        "Write the year, such as 2012, or a fuller date, such as 2012-06-23.",
        types=("integer", "string"),
        minimum=1500,
        maximum=2099,
    ),
]
Doi = Annotated[
    str,
    BeforeValidator(
        _matching(r"10\.\d{4,9}/\S{1,200}", "wrong-doi", "a DOI", "10.1186/s12888-021-03321-z, without https://")
    ),
    _schema(r"10\.[0-9]{4,9}/\S{1,200}", "Write it like 10.1186/s12888-021-03321-z, without https://."),
]
Pmid = Annotated[
    str,
    BeforeValidator(_matching(r"[1-9]\d{0,8}", "wrong-pmid", "a PubMed number", '"34162340"')),
    _schema("[1-9][0-9]{0,8}", 'Write it like "34162340".'),
]
Pmcid = Annotated[
    str,
    BeforeValidator(_matching(r"PMC[1-9]\d{0,8}", "wrong-pmcid", "a PubMed Central number", "PMC8220835")),
    _schema("PMC[1-9][0-9]{0,8}", "Write it like PMC8220835."),
]
Registration = Annotated[
    str,
    BeforeValidator(
        _matching(r"[A-Za-z0-9][A-Za-z0-9/. -]{3,40}", "wrong-registration", "a registration number", "NCT01024569")
    ),
    _schema("[A-Za-z0-9][A-Za-z0-9/. -]{3,40}", "Write it like NCT01024569.", examples=["NCT01024569"]),
]
HttpsUrl = Annotated[
    str,
    BeforeValidator(_matching(r"https://[^\s<>\"']{4,400}", "wrong-url", "a link", "https://example.org/page")),
    _schema(r"https://[^\s<>\"']{4,400}", "Write it like https://example.org/page.", format="uri"),
]
_IMAGE = r"[a-z0-9]+([._-][a-z0-9]+){0,9}\.(svg|png|jpg|jpeg|webp|avif)"
ImageName = Annotated[
    str,
    BeforeValidator(_image),
    _schema(
        _IMAGE, "Use lower-case letters, digits and hyphens, and .svg, .png, .jpg, .webp or .avif.", maxLength=MAX_NAME
    ),
]
Many = Annotated[tuple[T, ...], Field(strict=False)]
Choice = Annotated[E, Field(strict=False)]


def _characteristic(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return value
    return _figure(value)


Characteristic = Annotated[
    Decimal | str,
    BeforeValidator(_characteristic),
    WithJsonSchema({"type": ["number", "string"], "description": "A figure or a word, such as 44 or primary care."}),
]


def decimals(figure: Decimal) -> int:
    """Return how many decimals a figure was printed with: 2 for ``5.20``, 0 for ``5``."""
    exponent: Any = figure.as_tuple().exponent
    return max(0, -int(exponent))
