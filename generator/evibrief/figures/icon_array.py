"""The icon array: people as dots, those who have the outcome filled in.

Each row of dots is one stroke with a dashed line of round caps, so that a thousand people weigh a few hundred bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PITCH = 8.0
COLUMNS = 50


class Lot(StrEnum):
    """What becomes of people, compared with the other group."""

    EVENT = "event"  # have the outcome, as in the other group
    MORE = "more"  # have it, and would not without the intervention
    FEWER = "fewer"  # do not have it, and would without the intervention
    NONE = "none"  # do not have it


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """People of one lot: the path whose dashes are their dots."""

    lot: Lot
    count: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IconArray:
    """One group as a block of dots. Lengths are user units; ``pitch`` is the distance from dot to dot."""

    width: float
    height: float
    pitch: float
    total: int
    events: int
    people: tuple[People, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IconPair:
    """The same number of people without and with the intervention."""

    without: IconArray
    with_it: IconArray


def icon_pair(without: float, with_it: float, *, total: int = 1000, columns: int = COLUMNS) -> IconPair:
    """Place two blocks of ``total`` people, with so many events each; both are rounded to whole people.

    Raises ``ValueError`` for numbers outside 0 to ``total``.
    """
    before, after = round(without), round(with_it)
    if not (0 <= before <= total and 0 <= after <= total):
        raise ValueError(f"{without} and {with_it} people must lie between 0 and {total}")
    shared = min(before, after)
    plain = _array([(Lot.EVENT, before), (Lot.NONE, total - before)], total, before, columns)
    changed = [
        (Lot.EVENT, shared),
        (Lot.MORE, after - shared),
        (Lot.FEWER, before - shared),
        (Lot.NONE, total - max(before, after)),
    ]
    return IconPair(without=plain, with_it=_array(changed, total, after, columns))


def _array(lots: list[tuple[Lot, int]], total: int, events: int, columns: int) -> IconArray:
    people, start = [], 0
    for lot, count in lots:
        if count:
            people.append(People(lot=lot, count=count, path=_path(start, start + count, columns)))
        start += count
    rows = -(-total // columns)
    return IconArray(
        width=columns * PITCH, height=rows * PITCH, pitch=PITCH, total=total, events=events, people=tuple(people)
    )


def _path(start: int, end: int, columns: int) -> str:
    """Strokes from person ``start`` to before ``end``, counted from 0 along the rows."""
    strokes = []
    while start < end:
        row, column = divmod(start, columns)
        stop = min(end, (row + 1) * columns)
        last = stop - 1 - row * columns
        x, y = PITCH * (column + 0.5), PITCH * (row + 0.5)
        # A hair longer than the last dot, or rounding could leave it out.
        strokes.append(f"M{x:g} {y:g}H{PITCH * (last + 0.5) + 0.1:g}")
        start = stop
    return "".join(strokes)
