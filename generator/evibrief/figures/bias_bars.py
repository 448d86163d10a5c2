"""Weighted bars of risk of bias: for each domain, how much of a pool's weight carries which judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axes import rounded
from .marks import Placed
from .risk_of_bias import Share, light

WIDE_WIDTH = 640.0
NARROW_WIDTH = 360.0
# Room for the longest name of a domain beside its bar.
NAMES = 250.0
BAR_HEIGHT = 16.0
ROW = 27.0
# In the narrow layout the name stands above its bar.
NARROW_ROW = 44.0
MARGIN = 4.0
TICK_SHARES = (0, 25, 50, 75, 100)
TICKS_HEIGHT = 24.0
# A part narrower than this has no room for its letter.
LEAST_FOR_LETTER = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A domain in words, and the shares of the weight that carry each judgement, from the left to the right."""

    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A piece of a bar: the shape's name tells its colour; ``letter`` is empty where it has no room."""

    x: float
    y: float
    width: float
    shape: str
    letter: str
    letter_x: float
    letter_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasBars:
    """All bars, ready to be drawn. Lengths are user units of the SVG; ``ticks`` are at 0, 25, 50, 75 and 100 %."""

    width: float
    height: float
    bar_height: float
    bottom: float
    names: tuple[Placed, ...]
    parts: tuple[BarPart, ...]
    ticks: tuple[Placed, ...]


def wide_bars(rows: Sequence[BarRow]) -> BiasBars:
    """Place each name beside its bar."""
    return _bars(rows, width=WIDE_WIDTH, left=NAMES, row=ROW, drop=0.0)


def narrow_bars(rows: Sequence[BarRow]) -> BiasBars:
    """Place each name above its bar."""
    return _bars(rows, width=NARROW_WIDTH, left=MARGIN, row=NARROW_ROW, drop=ROW - BAR_HEIGHT + 9.0)


def _bars(rows: Sequence[BarRow], *, width: float, left: float, row: float, drop: float) -> BiasBars:
    right = width - 3 * MARGIN
    bottom = rounded(row * len(rows) + MARGIN)
    return BiasBars(
        width=width,
        height=bottom + TICKS_HEIGHT,
        bar_height=BAR_HEIGHT,
        bottom=bottom,
        names=tuple(
            Placed(x=MARGIN, y=rounded(MARGIN + index * row + (12.5 if drop == 0 else 12.0)), text=item.name)
            for index, item in enumerate(rows)
        ),
        parts=tuple(
            _part(share, y=MARGIN + index * row + drop, left=left, right=right)
            for index, item in enumerate(rows)
            for share in item.shares
        ),
        ticks=tuple(
            Placed(x=rounded(left + (right - left) * share / 100), y=bottom, text=str(share), anchor="middle")
            for share in TICK_SHARES
        ),
    )


def _part(share: Share, *, y: float, left: float, right: float) -> BarPart:
    scale = (right - left) / 100
    x, width = left + share.start * scale, share.percent * scale
    sign = light(share.level)
    return BarPart(
        x=rounded(x),
        y=rounded(y),
        width=rounded(width),
        shape=sign.shape,
        letter=sign.letter if width >= LEAST_FOR_LETTER else "",
        letter_x=rounded(x + width / 2),
        letter_y=rounded(y + BAR_HEIGHT - 4),
    )
