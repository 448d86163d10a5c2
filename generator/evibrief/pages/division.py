"""Long lists in pages that stay light, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from evibrief.pages.links import relative

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """Where a page stands among those of its list; links to its neighbours, missing at either end."""

    number: int
    pages: int
    before_href: str | None
    after_href: str | None


def pages_needed(items: int, most: int) -> int:
    """Return how many pages hold a list with at most ``most`` items each; an empty list has one."""
    return max(1, -(-items // most))


def page_of(items: Sequence[Item], number: int, pages: int) -> Sequence[Item]:
    """Return the items of page ``number``, counted from one: all pages are equally long, but for one item."""
    return items[(number - 1) * len(items) // pages : number * len(items) // pages]


def addresses(first: str, pages: int) -> tuple[str, ...]:
    """Return the addresses of the pages of a list: ``topics/hope/``, ``topics/hope/2/``, ..."""
    return (first, *(f"{first}{number}/" for number in range(2, pages + 1)))


def turning(uris: Sequence[str], number: int) -> Turning | None:
    """Return where page ``number`` stands among the pages at these addresses; nothing where it is the only one."""
    if len(uris) == 1:
        return None
    at = uris[number - 1]
    return Turning(
        number=number,
        pages=len(uris),
        before_href=relative(at, uris[number - 2]) if number > 1 else None,
        after_href=relative(at, uris[number]) if number < len(uris) else None,
    )
