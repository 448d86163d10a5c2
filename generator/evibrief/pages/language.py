"""What differs between languages beside the sentences: marks in numbers, words for numbers, lists, dates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evibrief.errors import SiteError

# One word for each number from 0, as many as a sentence may start with.
NUMBER_WORDS = 100
MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The data of a language, read from ``language.json`` in its folder of wording templates.

    ``number_words`` start at zero, ``months`` at January. ``day`` is a pattern with ``{day}``, ``{month}`` and
    ``{year}``, ``month`` one without a day; ``total`` starts a sentence with a ``{number}`` that has no word.
    ``and_after_comma`` joins the last two items of a list where an item itself has an "and" in it.
    """

    tag: str
    decimal_mark: str
    thousands_mark: str
    minus: str
    percent: str
    to: str
    number_words: tuple[str, ...]
    comma: str
    semicolon: str
    and_: str
    or_: str
    and_after_comma: str
    or_after_comma: str
    months: tuple[str, ...]
    day: str
    month: str
    total: str


def read_language(folder: Path) -> Language:
    """Read ``language.json`` of a folder of wording templates.

    Raises:
        SiteError: if the file is missing, is not what it should be, or lacks a word.
    """
    path = folder / "language.json"
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        values: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        language = Language(**values)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SiteError(f"{folder.name}/language.json: cannot be used ({error})") from None
    if len(language.number_words) != NUMBER_WORDS or len(language.months) != MONTHS:
        raise SiteError(f"{folder.name}/language.json: needs {NUMBER_WORDS} number words and {MONTHS} months")
    return language
