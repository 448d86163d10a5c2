"""How messages show what was found, and find the spelling that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches

MAX_SHOWN = 60


def shortened(text: str, limit: int = MAX_SHOWN) -> str:
    """Return text fit for a message: on one line, at most ``limit`` characters."""
    flat = " ".join(text[: 4 * limit].split())
    return flat if len(flat) <= limit else f"{flat[: limit - 3]}..."


def described(value: object) -> str:
    """Return a value in the words of somebody who types records, not of a programmer."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the word {str(value).lower()}"
    if isinstance(value, int | Decimal):
        return f"the number {shortened(str(value))}"
    if isinstance(value, str):
        return f"the text '{shortened(value)}'"
    if isinstance(value, dict):
        return f"a group of fields ({shortened(', '.join(map(str, value)))})" if value else "an empty group {}"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list []"
    return f"'{shortened(str(value))}'"


def nearest(word: str, options: Iterable[str]) -> str | None:
    """Return the option whose spelling is nearest, or nothing if none is near.

    Case, underscores, spaces and hyphens do not count; neither does a word being only begun (``lab`` for ``label``).
    """
    plain = {_plain(option): option for option in sorted(options, reverse=True)}
    sought = _plain(word[:MAX_SHOWN])
    found = get_close_matches(sought, sorted(plain), n=1, cutoff=0.7)
    if not found and len(sought) >= 2:
        found = [key for key in sorted(plain) if key.startswith(sought)][:1]
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-").strip("-")


def listed(options: Iterable[str], limit: int = 10) -> str:
    """Return options as a list for a sentence, cut where it would be too long to read."""
    names = list(options)
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")
