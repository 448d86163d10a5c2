"""The funnel plot: estimates against their standard errors, large studies at the top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .axes import Axis, Span, Tick, axis, linear_ticks, rounded, tick_label

# A funnel of fewer studies shows nothing that chance does not (Cochrane Handbook 5.1, section 10.4.3.1).
FEWEST_STUDIES = 10
# Two-sided 95 % and 99 % points of the normal distribution.
CONTOURS = ((95, 1.959964), (99, 2.575829))

WIDTH = 400.0
HEIGHT = 330.0
LEFT, RIGHT = 54.0, 392.0
TOP, BOTTOM = 10.0, 276.0
# Free room below the least precise study.
ROOM = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """A study: its estimate on the natural scale, its standard error on the analysis scale."""

    label: str
    estimate: float
    se: float
    is_filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Where a study's dot stands. ``is_filled`` marks a study that trim and fill assumes."""

    x: float
    y: float
    label: str
    is_filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """The triangle within which so many percent of studies would lie if all estimated the same effect."""

    percent: int
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A funnel plot, ready to be drawn. Lengths are user units of the SVG; ``rows`` are the ticks of the error axis."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    axis: Axis
    rows: tuple[Tick, ...]
    estimate_x: float
    contours: tuple[Contour, ...]
    dots: tuple[Dot, ...]

    @property
    def middle(self) -> float:
        """Height halfway down the plot."""
        return rounded((self.top + self.bottom) / 2)


def funnel(points: Sequence[FunnelPoint], *, estimate: float, is_log: bool, null: float | None) -> Funnel:
    """Place studies around a pooled estimate (natural scale). Needs at least one study."""
    largest = ROOM * max(point.se for point in points)
    outer = CONTOURS[0][1] * largest
    low, high = _moved(estimate, -outer, is_log), _moved(estimate, outer, is_log)
    spans = [Span(value=point.estimate) for point in points] + [Span(value=low), Span(value=high)]
    scale = axis(spans, is_log=is_log, left=LEFT, right=RIGHT, null=null, most_ticks=6)
    return Funnel(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        axis=scale,
        rows=tuple(
            Tick(x=_y(value, largest), value=value, label=tick_label(value)) for value in linear_ticks(0, largest, 5)
        ),
        estimate_x=scale.x(estimate),
        contours=tuple(_contour(percent, z, estimate, largest, scale) for percent, z in reversed(CONTOURS)),
        dots=tuple(
            Dot(x=scale.x(point.estimate), y=_y(point.se, largest), label=point.label, is_filled=point.is_filled)
            for point in points
        ),
    )


def _y(se: float, largest: float) -> float:
    return rounded(TOP + se / largest * (BOTTOM - TOP))


def _moved(estimate: float, by: float, is_log: bool) -> float:
    return estimate * math.exp(by) if is_log else estimate + by


def _contour(percent: int, z: float, estimate: float, largest: float, scale: Axis) -> Contour:
    """Clipped where a side of the triangle meets the border of the plot."""
    at = scale.x(estimate)
    corners = [(at, TOP)]
    for sign, border in ((1, RIGHT), (-1, LEFT)):
        x = scale.x(_moved(estimate, sign * z * largest, scale.is_log))
        beyond = (x - border) * sign
        side = [(x, BOTTOM)]
        if beyond > 0:
            y = TOP + (border - at) / (x - at) * (BOTTOM - TOP)
            side = [(border, y), (border, BOTTOM)]
        corners += side if sign == 1 else reversed(side)
    return Contour(percent=percent, points=" ".join(f"{rounded(x):g},{rounded(y):g}" for x, y in corners))
