"""Risk-of-bias lights: a shape and a letter for each judgement, so that colour is never the only sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The worst judgement first: what a summary of several judgements looks for. Unknown is not better than low.
LEVELS = (
    "critical",
    "serious",
    "high",
    "moderate",
    "some concerns",
    "unclear",
    "no information",
    "not assessed",
    "low",
)
_SYMBOLS = {
    "low": ("circle", "+"),
    "some concerns": ("diamond", "–"),
    "moderate": ("diamond", "–"),
    "unclear": ("square", "?"),
    "no information": ("square", "?"),
    "high": ("octagon", "×"),
    "serious": ("octagon", "×"),
    "critical": ("octagon", "!"),
    "not assessed": ("square", ""),
}
# Corners in a square of 20 units.
_SHAPES = {
    "circle": None,
    "diamond": "10,0.5 19.5,10 10,19.5 0.5,10",
    "square": "2,2 18,2 18,18 2,18",
    "octagon": "6,1 14,1 19,6 19,14 14,19 6,19 1,14 1,6",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One judgement: ``level`` as the tool words it, ``points`` of its outline (none for a circle), and its letter."""

    level: str
    shape: str
    points: str | None
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a bar: the share of the weight that carries this judgement, and where it stands (0 to 100)."""

    level: str
    start: float
    percent: float


def light(level: str) -> Light:
    """The sign of a judgement. Raises ``KeyError`` for a word that no tool uses."""
    shape, letter = _SYMBOLS[level]
    return Light(level=level, shape=shape, points=_SHAPES[shape], letter=letter)


def weighted_bar(weights: Sequence[tuple[str, float]]) -> tuple[Share, ...]:
    """Shares of the weight by judgement, from low to critical; ``weights`` pairs a level with any weight.

    Nothing where there is no weight.
    """
    sums: Mapping[str, float] = {
        level: sum(weight for name, weight in weights if name == level) for level in reversed(LEVELS)
    }
    total = sum(sums.values())
    found, start = [], 0.0
    for level, weight in sums.items():
        if weight > 0:
            percent = 100 * weight / total
            found.append(Share(level=level, start=round(start, 2), percent=round(percent, 2)))
            start += percent
    return tuple(found)
