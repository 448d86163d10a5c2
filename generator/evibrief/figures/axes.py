"""The horizontal axis of a plot: which range it shows, where its ticks stand, and what lies beyond it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median

# How far beyond the outermost point the axis may follow an interval, in widths of the points' own range.
REACH = 1.5
# The least width of an axis: from 0.71 to 1.41 for a ratio, one unit for a difference without any spread.
LEAST_LOG_WIDTH = math.log10(2.0)
LEAST_WIDTH = 1.0
# Free room at both ends, as a share of the range.
PADDING = 0.04
# Multiples of a power of ten that people count in, from the finest to the coarsest.
LOG_STEPS = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Estimated width of a character of a tick's label, and the least room between two labels, in user units.
LABEL_CHARACTER = 6.6
LABEL_GAP = 8.0
# Below this many decades the ticks of a logarithmic axis are evenly spaced numbers.
NARROW_DECADES = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A value with its interval, natural scale. The interval is missing where nothing is known of it."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the axis, with its place in user units and its label."""

    x: float
    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where an interval is drawn. A clipped end lies at the border, and an arrow says that it goes on."""

    low: float
    high: float
    clipped_low: bool
    clipped_high: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Values from ``low`` to ``high`` (natural scale) drawn from ``left`` to ``right`` (user units)."""

    low: float
    high: float
    is_log: bool
    left: float
    right: float
    null: float | None
    ticks: tuple[Tick, ...]

    @property
    def middle(self) -> float:
        """Place halfway between both ends."""
        return rounded((self.left + self.right) / 2)

    def x(self, value: float) -> float:
        """Place of a value, which may lie outside the axis; a ratio of zero lies far to the left of it."""
        if self.is_log and value <= 0:
            return rounded(2 * self.left - self.right)
        low, high = _inner(self.low, self.is_log), _inner(self.high, self.is_log)
        share = (_inner(value, self.is_log) - low) / (high - low)
        return rounded(self.left + share * (self.right - self.left))

    def reached(self, low: float, high: float) -> Reached:
        """Both ends of an interval, held at the borders of the axis."""
        at_low, at_high = self.x(low), self.x(high)
        return Reached(
            low=min(max(at_low, self.left), self.right),
            high=max(min(at_high, self.right), self.left),
            clipped_low=at_low < self.left,
            clipped_high=at_high > self.right,
        )


def axis(
    spans: Sequence[Span],
    *,
    is_log: bool,
    left: float,
    right: float,
    null: float | None,
    most_ticks: int = 7,
) -> Axis:
    """Choose an axis that shows every value and the null, and intervals as far as they leave room for the values.

    ``is_log`` needs values above 0; raises ``ValueError`` without any span.
    """
    low, high = _range(spans, is_log, null)
    natural_low, natural_high = _outer(low, is_log), _outer(high, is_log)
    bare = Axis(low=natural_low, high=natural_high, is_log=is_log, left=left, right=right, null=None, ticks=())
    return Axis(
        low=natural_low,
        high=natural_high,
        is_log=is_log,
        left=left,
        right=right,
        null=None if null is None else bare.x(null),
        ticks=_ticks_with_room(bare, most_ticks),
    )


def _ticks_with_room(bare: Axis, most: int) -> tuple[Tick, ...]:
    """As many ticks as have room for their labels, at least one."""
    choose = log_ticks if bare.is_log else linear_ticks
    for allowed in range(most, 0, -1):
        values = choose(bare.low, bare.high, allowed)
        ticks = tuple(Tick(x=bare.x(value), value=value, label=tick_label(value)) for value in values)
        if allowed == 1 or all(_apart(first, second) for first, second in pairwise(ticks)):
            break
    return ticks


def _apart(first: Tick, second: Tick) -> bool:
    halves = LABEL_CHARACTER * (len(first.label) + len(second.label)) / 2
    return second.x - first.x >= halves + LABEL_GAP


def linear_ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Round values from ``low`` to ``high``, evenly spaced, at most ``most``."""
    rough = (high - low) / most
    power = math.floor(math.log10(rough))
    step = next(
        nice * 10.0**power
        for nice in (*NICE_STEPS, 20.0)
        if math.floor(high / (nice * 10.0**power)) - math.ceil(low / (nice * 10.0**power)) + 1 <= most
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))


def log_ticks(low: float, high: float, most: int = 7) -> tuple[float, ...]:
    """Round values from ``low`` to ``high`` that suit a logarithmic axis, at most ``most``."""
    if math.log10(high / low) < NARROW_DECADES:
        return linear_ticks(low, high, most)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in LOG_STEPS:
        found = [float(f"{step * 10.0**power:.6g}") for power in range(first, last + 1) for step in steps]
        within = tuple(value for value in found if low <= value <= high)
        if len(within) <= most:
            return within
    stride = math.ceil((last - first + 1) / most)
    powers = [power for power in range(first, last + 1) if power % stride == 0]
    return tuple(10.0**power for power in powers if low <= 10.0**power <= high)


def tick_label(value: float) -> str:
    """A tick's value in digits, with a true minus sign and no trailing zeros."""
    if value == 0:
        return "0"
    text = format(Decimal(f"{value:.12g}").normalize(), "f")
    return text.replace("-", "\N{MINUS SIGN}")


def rounded(value: float) -> float:
    """A coordinate with one decimal: a tenth of a pixel is below what anyone sees, and keeps files small."""
    return round(value, 1) + 0.0


def _range(spans: Sequence[Span], is_log: bool, null: float | None) -> tuple[float, float]:
    if not spans:
        raise ValueError("an axis needs at least one value")
    values = [_inner(span.value, is_log) for span in spans]
    core = [*values, *([] if null is None else [_inner(null, is_log)])]
    low, high = min(core), max(core)
    ends = [(_inner(span.low, is_log), _inner(span.high, is_log)) for span in spans if _has_interval(span, is_log)]
    reach = max(REACH * (high - low), _half_width(ends))
    low, high = _extended(low, high, ends, reach)
    missing = max(_least(low, high, is_log) - (high - low), 0.0) / 2
    low, high = low - missing, high + missing
    room = PADDING * (high - low)
    return low - room, high + room


def _least(low: float, high: float, is_log: bool) -> float:
    if is_log:
        return LEAST_LOG_WIDTH
    return max(LEAST_WIDTH, abs(high)) if high == low else 0.0


def _half_width(ends: Iterable[tuple[float, float]]) -> float:
    widths = [(high - low) / 2 for low, high in ends]
    return median(widths) if widths else 0.0


def _extended(low: float, high: float, ends: Sequence[tuple[float, float]], reach: float) -> tuple[float, float]:
    lowest = min([low, *(end[0] for end in ends)])
    highest = max([high, *(end[1] for end in ends)])
    return max(lowest, low - reach), min(highest, high + reach)


def _has_interval(span: Span, is_log: bool) -> bool:
    if span.low is None or span.high is None:
        return False
    return not is_log or span.low > 0


def _inner(value: float | None, is_log: bool) -> float:
    assert value is not None
    return math.log10(value) if is_log else value


def _outer(value: float, is_log: bool) -> float:
    return 10.0**value if is_log else value
