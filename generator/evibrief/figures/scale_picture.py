"""The scale picture: one estimate and its interval on a ruler whose bands say what size a difference has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axes import Axis, Reached, Span, Tick, axis, rounded, tick_label

WIDE, NARROW = 640.0, 340.0
HEIGHT = 130.0
MARGIN = 14.0
BAND_TOP, BAND_BOTTOM = 34.0, 74.0
# The ruler shows at least this multiple of its outermost band on both sides.
ROOM = 1.35
# A band narrower than its name is left nameless.
CHARACTER = 6.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of the ruler: its size as a word of the records, its side (-1, 0, 1), and whether its name fits."""

    size: str
    side: int
    x: float
    width: float
    has_room: bool

    @property
    def middle(self) -> float:
        """Place halfway along the band."""
        return rounded(self.x + self.width / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePicture:
    """A ruler, ready to be drawn. Lengths are user units of the SVG."""

    width: float
    height: float
    top: float
    bottom: float
    axis: Axis
    bands: tuple[Band, ...]
    edges: tuple[Tick, ...]
    x: float
    reached: Reached | None

    @property
    def band_height(self) -> float:
        """Height of the bands."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Height of the estimate's mark."""
        return rounded((self.top + self.bottom) / 2)


def scale_picture(
    estimate: Span, *, bounds: Sequence[tuple[str, float]], is_log: bool, null: float, width: float = WIDE
) -> ScalePicture:
    """Place an estimate between bands.

    ``bounds`` gives where each size begins, as a distance from no difference (for a ratio: a factor above 1), in
    ascending order and without the trivial one: ``(("small", 0.2), ("moderate", 0.5), ("large", 0.8))``. ``width`` is
    :data:`WIDE`, or :data:`NARROW` for a small screen. Raises ``ValueError`` without any band.
    """
    if not bounds:
        raise ValueError("a scale needs at least one band")
    outermost = bounds[-1][1]
    far = outermost**ROOM if is_log else outermost * ROOM
    spans = [estimate, *(Span(value=_at(far, side, is_log)) for side in (-1, 1))]
    scale = axis(spans, is_log=is_log, left=MARGIN, right=width - MARGIN, null=null)
    # No difference is named first, then the bands from the outside in.
    edges = [null, *(_at(start, side, is_log) for _, start in reversed(bounds) for side in (-1, 1))]
    has_interval = estimate.low is not None and estimate.high is not None
    return ScalePicture(
        width=width,
        height=HEIGHT,
        top=BAND_TOP,
        bottom=BAND_BOTTOM,
        axis=scale,
        bands=_bands(bounds, scale),
        edges=_labelled([Tick(x=scale.x(at), value=at, label=tick_label(float(f"{at:.3g}"))) for at in edges]),
        x=scale.x(estimate.value),
        reached=scale.reached(estimate.low or 0.0, estimate.high or 0.0) if has_interval else None,
    )


def _at(distance: float, side: int, is_log: bool) -> float:
    if is_log:
        return float(distance**side)
    return side * distance


def _labelled(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """Leave out each tick whose label would run into one before it; return the others from left to right."""
    kept: list[Tick] = []
    for tick in ticks:
        if all(abs(tick.x - other.x) > CHARACTER * (len(tick.label) + len(other.label) + 1) / 2 for other in kept):
            kept.append(tick)
    return tuple(sorted(kept, key=lambda tick: tick.x))


def _bands(bounds: Sequence[tuple[str, float]], scale: Axis) -> tuple[Band, ...]:
    found = []
    for side in (-1, 1):
        starts = [scale.x(_at(start, side, scale.is_log)) for _, start in bounds]
        ends = [*starts[1:], scale.left if side == -1 else scale.right]
        for (size, _), start, end in zip(bounds, starts, ends, strict=True):
            found.append(_band(size, side, min(start, end), max(start, end)))
    first = bounds[0][1]
    low, high = (scale.x(_at(first, side, scale.is_log)) for side in (-1, 1))
    return tuple(sorted([*found, _band("trivial", 0, low, high)], key=lambda band: band.x))


def _band(size: str, side: int, low: float, high: float) -> Band:
    return Band(size=size, side=side, x=low, width=rounded(high - low), has_room=len(size) * CHARACTER < high - low - 6)
