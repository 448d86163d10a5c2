"""What a forest plot is made of: squares, lines, diamonds and texts, each at its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .axes import Axis, Reached, Span, rounded

LARGEST_HALF = 8.0
SMALLEST_HALF = 2.0
DIAMOND_HALF = 8.0
ARROW = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the plot as it arrives: ``cells`` are the texts of the columns between the name and the plot."""

    label: str
    span: Span
    estimate: str
    weight_percent: float = 0.0
    weight: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A text and where it stands. ``anchor`` is SVG's: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An interval with arrows where it is clipped: points of a triangle, or nothing."""

    y: float
    low: float
    high: float
    arrow_low: str | None
    arrow_high: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyMark:
    """A study: its square (``x`` and ``y`` of the upper left corner), its line, and its texts."""

    x: float
    y: float
    side: float
    line: Line | None
    texts: tuple[Placed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalMark:
    """A pooled result as a diamond: its corners, arrows where it is clipped, and its texts."""

    points: str
    line: Line | None
    texts: tuple[Placed, ...]
    is_overall: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionMark:
    """The prediction interval, drawn as a bar without a centre."""

    line: Line
    texts: tuple[Placed, ...]


def study_mark(entry: Entry, scale: Axis, y: float, largest: float, texts: tuple[Placed, ...]) -> StudyMark:
    half = max(SMALLEST_HALF, LARGEST_HALF * math.sqrt(entry.weight_percent / largest)) if largest else SMALLEST_HALF
    at = scale.x(entry.span.value)
    return StudyMark(
        x=rounded(at - half),
        y=rounded(y - half),
        side=rounded(2 * half),
        line=_line(entry.span, scale, y),
        texts=texts,
    )


def total_mark(entry: Entry, scale: Axis, y: float, texts: tuple[Placed, ...], *, is_overall: bool) -> TotalMark:
    at = scale.x(entry.span.value)
    line = _line(entry.span, scale, y)
    low, high = (line.low, line.high) if line else (at - DIAMOND_HALF / 2, at + DIAMOND_HALF / 2)
    corners = ((low, y), (at, y - DIAMOND_HALF), (high, y), (at, y + DIAMOND_HALF))
    clipped = line if line and (line.arrow_low or line.arrow_high) else None
    return TotalMark(points=_points(corners), line=clipped, texts=texts, is_overall=is_overall)


def prediction_mark(entry: Entry, scale: Axis, y: float, texts: tuple[Placed, ...]) -> PredictionMark | None:
    line = _line(entry.span, scale, y)
    return None if line is None else PredictionMark(line=line, texts=texts)


def _line(span: Span, scale: Axis, y: float) -> Line | None:
    if span.low is None or span.high is None:
        return None
    ends = scale.reached(span.low, span.high)
    return Line(
        y=rounded(y),
        low=ends.low,
        high=ends.high,
        arrow_low=_arrow(ends, y, at_low=True),
        arrow_high=_arrow(ends, y, at_low=False),
    )


def _arrow(ends: Reached, y: float, *, at_low: bool) -> str | None:
    if not (ends.clipped_low if at_low else ends.clipped_high):
        return None
    tip = ends.low if at_low else ends.high
    back = tip + ARROW if at_low else tip - ARROW
    return _points(((tip, y), (back, y - ARROW / 2), (back, y + ARROW / 2)))


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{rounded(x):g},{rounded(y):g}" for x, y in corners)


def shortened(text: str, most: int) -> str:
    """A text cut to so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def wrapped(text: str, most: int = 20) -> tuple[str, ...]:
    """A heading in at most two lines, cut where even these do not hold it."""
    if len(text) <= most:
        return (text,)
    words = text.split()
    cut = max(1, next((i for i in range(len(words), 0, -1) if len(" ".join(words[:i])) <= most), 1))
    lines = (" ".join(words[:cut]), " ".join(words[cut:]))
    return tuple(shortened(line, most) for line in lines if line)
