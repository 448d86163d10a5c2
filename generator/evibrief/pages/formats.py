"""How numbers, lists and dates are printed: one place, so that text, tables and figures cannot disagree.

Values are on the natural scale. Rounding never changes what a number says: nothing that is not zero prints as zero,
nothing prints as "-0", and a value beside the line of no difference never prints as lying on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from evibrief.pages.language import Language

# Differences smaller than this are rounding of the computer, not of ours.
NEGLIGIBLE = 1e-9
MOST_DECIMALS = 9
# Numbers up to this one are words in running text; beyond it, digits (as medical journals do).
LARGEST_IN_WORDS = 10
# Probabilities near these are given a third decimal, so that 0.0496 does not read 0.05.
P_LIMITS, P_NEAR = (0.05, 0.10), 0.005
_PARENTHESES = re.compile(r"\([^()]*\)")
P_SMALLEST, P_LARGEST = 0.001, 0.99


def fixed(value: float, decimals: int, language: Language) -> str:
    """Return a number with so many decimals, rounded half away from zero, never as minus zero."""
    rounded = _rounded(value, decimals)
    whole, _, fraction = f"{abs(rounded):.{decimals}f}".partition(".")
    text = count(int(whole), language) + (language.decimal_mark + fraction if fraction else "")
    return f"{language.minus}{text}" if rounded < 0 else text


def estimate(value: float, language: Language, *, null: float | None = None, beside: Sequence[float] = ()) -> str:
    """Return an effect on its natural scale.

    ``null`` is the value of no difference (1 for a ratio, 0 for a difference). The number of decimals follows the
    largest of the value and those it stands ``beside`` (the limits of its interval), so that they look alike.
    """
    return fixed(value, _decimals(value, null, (value, *beside)), language)


def interval(low: float, high: float, language: Language, *, null: float | None = None, value: float = 0.0) -> str:
    """Return the limits of an interval, such as ``0.59 to 0.89``, with the decimals of its estimate ``value``."""
    limits = (low, high, value)
    ends = [fixed(end, _decimals(end, null, limits), language) for end in (low, high)]
    return language.to.join(ends)


def _decimals(value: float, null: float | None, alike: Sequence[float]) -> int:
    largest = max(abs(item) for item in alike)
    # Ratios keep two decimals, because 0.05 and 20 are equally far from 1.
    limit = (100.0, 1000.0) if null == 1.0 else (10.0, 100.0)
    decimals = 2 if largest < limit[0] else 1 if largest < limit[1] else 0
    held = [0.0] if null is None else [0.0, null]
    while decimals < MOST_DECIMALS and any(_falls_on(value, mark, decimals) for mark in held):
        decimals += 1
    return decimals


def _falls_on(value: float, mark: float, decimals: int) -> bool:
    return abs(value - mark) > NEGLIGIBLE and _rounded(value, decimals) == _rounded(mark, decimals)


# A figure stands in a sentence, a table and a plot of the same page.
@lru_cache(maxsize=20_000)
def _rounded(value: float, decimals: int) -> Decimal:
    # By way of its shortest text, so that 0.285 rounds as people expect and not as its binary neighbour does.
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def percent(value: float, language: Language, *, decimals: int = 0) -> str:
    """Return a percentage (42.1 as ``42%``); near its ends it is ``<1%`` or ``>99%``, never a false 0 or 100."""
    step = 10.0**-decimals
    rounded = float(_rounded(value, decimals))
    if value > NEGLIGIBLE and rounded == 0.0:
        return f"<{fixed(step, decimals, language)}{language.percent}"
    if 100.0 - value > NEGLIGIBLE and rounded >= 100.0:
        return f">{fixed(100.0 - step, decimals, language)}{language.percent}"
    return f"{fixed(value, decimals, language)}{language.percent}"


def share(value: float, language: Language) -> str:
    """Return a proportion as a percentage (0.421 as ``42%``)."""
    return percent(100.0 * value, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """Two natural frequencies and their difference (intervention minus comparator), as they are printed."""

    without: str
    intervention: str
    difference: str


def frequencies(without: float, intervention: float, language: Language) -> Frequencies:
    """Return frequencies on one denominator, whole people where that keeps them apart, and what lies between them.

    The difference is that of the printed numbers, so that a reader who subtracts finds the same.
    """
    decimals = 0
    while decimals < MOST_DECIMALS and _unlike(without, intervention, decimals):
        decimals += 1
    printed = [_rounded(value, decimals) for value in (without, intervention)]
    return Frequencies(
        without=fixed(without, decimals, language),
        intervention=fixed(intervention, decimals, language),
        difference=fixed(float(printed[1] - printed[0]), decimals, language),
    )


def _unlike(first: float, second: float, decimals: int) -> bool:
    vanishes = any(_falls_on(value, 0.0, decimals) for value in (first, second))
    return vanishes or _falls_on(first, second, decimals)


def per_1000(value: float, language: Language) -> str:
    """Return people of 1,000, whole unless that would be none at all."""
    return fixed(value, _people_decimals(value), language)


def people_interval(low: float, high: float, language: Language) -> str:
    """Return an interval of people of 1,000 (or of a difference between two such numbers)."""
    return language.to.join(fixed(end, _people_decimals(end), language) for end in (low, high))


def _people_decimals(value: float) -> int:
    return next((d for d in range(MOST_DECIMALS) if not _falls_on(value, 0.0, d)), MOST_DECIMALS)


def p_value(p: float, language: Language) -> str:
    """Return a p-value with its sign: ``= 0.03``, ``< 0.001``, ``> 0.99``; never "= 0.000"."""
    if p < P_SMALLEST:
        return f"< {fixed(P_SMALLEST, 3, language)}"
    if p > P_LARGEST:
        return f"> {fixed(P_LARGEST, 2, language)}"
    exact = p < 0.01 or any(abs(p - limit) <= P_NEAR for limit in P_LIMITS)
    return f"= {fixed(p, 3 if exact else 2, language)}"


def count(number: int, language: Language) -> str:
    """Return a whole number with marks between thousands: ``2,131``."""
    return f"{number:,}".replace(",", language.thousands_mark).replace("-", language.minus)


def in_words(number: int, language: Language) -> str:
    """Return a whole number for the middle of a sentence: words up to ten, then digits."""
    return language.number_words[number] if 0 <= number <= LARGEST_IN_WORDS else count(number, language)


def at_start(number: int, language: Language) -> str:
    """Return a whole number for the start of a sentence: ``Eleven``, or ``A total of 133`` where there is no word."""
    words = language.number_words
    if 0 <= number < len(words):
        return capitalised(words[number])
    return language.total.format(number=count(number, language))


def capitalised(text: str) -> str:
    """Return text with its first letter as a capital and the rest untouched."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], language: Language) -> str:
    """Return items as a list for a sentence: ``a, b and c``."""
    return _joined(items, language, language.and_, language.and_after_comma)


def listed_or(items: Sequence[str], language: Language) -> str:
    """Return items as a list of alternatives: ``a, b or c``."""
    return _joined(items, language, language.or_, language.or_after_comma)


def _joined(items: Sequence[str], language: Language, last: str, last_after_comma: str) -> str:
    if len(items) < 2:
        return "".join(items)
    # Items that hold a comma or a conjunction of their own need stronger marks between them.
    bare = [_PARENTHESES.sub("", item) for item in items]
    if any(language.comma in item for item in bare) and len(items) > 2:
        return language.semicolon.join(items[:-1]) + language.semicolon.rstrip() + last + items[-1]
    nested = any(word in item for item in bare for word in (language.and_, language.or_))
    return language.comma.join(items[:-1]) + (last_after_comma if nested else last) + items[-1]


def day(value: date | str, language: Language) -> str:
    """Return a date in words: ``12 July 2019``; ``July 2019`` for the text ``2019-07``, and a year alone as it is."""
    year, *rest = (value.isoformat() if isinstance(value, date) else value).split("-")
    if not rest:
        return year
    month = language.months[int(rest[0]) - 1]
    if len(rest) == 1:
        return language.month.format(month=month, year=year)
    return language.day.format(day=int(rest[1]), month=month, year=year)
