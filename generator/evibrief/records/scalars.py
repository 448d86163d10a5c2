"""What an unquoted word in a record means: YAML 1.2 core types, and nothing cleverer.

``null``, ``true``, ``false``, whole numbers and decimals, with or without exponent. Everything else is text: dates,
``yes`` and ``no``, ``12:30``, ``1_000``, ``.nan``, and numbers with a leading zero such as ``00123``, which are never
read as octal.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from evibrief.records.wording import shortened

Scalar = str | int | Decimal | bool | None

# No paper prints more digits; a printed double has at most 25 characters.
MAX_NUMBER_CHARACTERS = 40
# Beyond this, a number does not fit a double with all its digits.
MAX_EXPONENT = 300

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_NUMBER_STARTS = frozenset("+-.0123456789")


class UnfitNumber(ValueError):
    """A number that no measurement needs, such as one of 5,000 digits."""


def meaning(text: str) -> Scalar:
    """Return what unquoted text stands for; a decimal keeps the digits that were typed.

    Raises:
        UnfitNumber: if it is a number of more than 40 characters, or beyond 1e300 or 1e-300 in size.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or not _DECIMAL.fullmatch(text):
        return text
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise UnfitNumber(f"a number of {len(text)} characters ({shortened(text, 20)})")
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnfitNumber(f"a number out of all proportion ({text})") from None
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise UnfitNumber(f"a number out of all proportion ({text})")
    return number


def is_number(text: str) -> bool:
    """Return whether unquoted text would be read as a number."""
    return bool(_DECIMAL.fullmatch(text))
