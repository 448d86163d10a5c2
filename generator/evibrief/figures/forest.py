"""The forest plot: each study's estimate and interval, and what they come to together.

Two layouts from one input: a wide one with columns, as reviews print it, and a stacked one for narrow screens, where
each study's name stands above its line. Texts arrive finished; here they are only placed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .axes import Axis, axis, rounded
from .marks import (
    Entry,
    Placed,
    PredictionMark,
    StudyMark,
    TotalMark,
    prediction_mark,
    shortened,
    study_mark,
    total_mark,
    wrapped,
)

WIDE_WIDTH = 880.0
STACKED_WIDTH = 360.0
LEAST_PLOT_WIDTH = 240.0
# Estimated width of a character at the plots' text size: digits of wide fonts still fit.
CHARACTER = 7.3
GAP = 18.0
LONGEST_LABEL = 30
MARGIN = 4.0

HEADER = 44.0
ROW = 25.0
STACKED_ROW = 48.0
AXIS_HEIGHT = 62.0
LINE = 19.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Studies under one heading, with their own pool where there is one. An ungrouped plot has one nameless group."""

    name: str | None
    entries: tuple[Entry, ...]
    total: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestInput:
    """Everything that a forest plot shows, in words and numbers of the natural scale.

    ``columns`` name the cells of the entries; ``notes`` stand below the total, such as the heterogeneity.
    """

    groups: tuple[Group, ...]
    total: Entry
    prediction: Entry | None
    is_log: bool
    null: float | None
    columns: tuple[str, ...]
    study_heading: str
    weight_heading: str
    estimate_heading: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """A forest plot, ready to be drawn. Lengths are user units of the SVG.

    ``top`` and ``bottom`` bound the plotting area; ``estimate_x`` is the place of the pooled estimate. ``sides`` are
    the two ends of the axis below which a direction can be named.
    """

    width: float
    height: float
    top: float
    bottom: float
    axis: Axis
    estimate_x: float
    headings: tuple[Placed, ...]
    names: tuple[Placed, ...]
    studies: tuple[StudyMark, ...]
    totals: tuple[TotalMark, ...]
    prediction: PredictionMark | None
    notes: tuple[Placed, ...]
    sides_y: float
    sides_x: float
    rules: tuple[float, ...]


@dataclass(slots=True)
class _Table:
    """Where each column of the wide layout stands."""

    cells: list[float] = field(default_factory=list)
    weight: float = 0.0
    estimate: float = 0.0
    left: float = 0.0
    right: float = 0.0
    width: float = WIDE_WIDTH


def wide_forest(given: ForestInput) -> Forest:
    """Place a plot with columns: study, arms, plot, weight, estimate."""
    table = _columns(given)
    scale = _axis(given, table.left, table.right, 7)
    largest = _largest_weight(given)
    y = HEADER
    names, studies, totals, rules = [], [], [], [HEADER - 6]
    for group in given.groups:
        if group.name is not None:
            names.append(Placed(x=MARGIN, y=y + ROW / 2, text=shortened(group.name, 60)))
            y += ROW
        for entry in group.entries:
            studies.append(study_mark(entry, scale, y + ROW / 2, largest, _wide_texts(entry, table, y + ROW / 2)))
            y += ROW
        if group.total is not None:
            texts = _wide_texts(group.total, table, y + ROW / 2)
            totals.append(total_mark(group.total, scale, y + ROW / 2, texts, is_overall=False))
            y += ROW + 4
    rules.append(rounded(y + 3))
    y += 6
    totals.append(
        total_mark(given.total, scale, y + ROW / 2, _wide_texts(given.total, table, y + ROW / 2), is_overall=True)
    )
    y += ROW
    prediction = None
    if given.prediction is not None:
        texts = _wide_texts(given.prediction, table, y + ROW / 2)
        prediction = prediction_mark(given.prediction, scale, y + ROW / 2, texts)
        y += ROW
    return Forest(
        width=rounded(table.width),
        height=rounded(y + AXIS_HEIGHT + LINE * len(given.notes)),
        top=HEADER - 6,
        bottom=rounded(y + 6),
        axis=scale,
        estimate_x=scale.reached(given.total.span.value, given.total.span.value).low,
        headings=tuple(_headings(given, table)),
        names=tuple(names),
        studies=tuple(studies),
        totals=tuple(totals),
        prediction=prediction,
        notes=_notes(given.notes, y + AXIS_HEIGHT),
        sides_y=rounded(y + 48),
        sides_x=_middle(scale),
        rules=tuple(rules),
    )


def stacked_forest(given: ForestInput) -> Forest:
    """Place a plot for a narrow screen: each name and estimate above its line."""
    scale = _axis(given, MARGIN + 6, STACKED_WIDTH - MARGIN - 6, 5)
    largest = _largest_weight(given)
    y = 8.0
    names, studies, totals, rules = [], [], [], []
    for group in given.groups:
        if group.name is not None:
            names.append(Placed(x=MARGIN, y=y + 14, text=shortened(group.name, 44)))
            y += 30
        for entry in group.entries:
            studies.append(study_mark(entry, scale, y + 32, largest, _stacked_texts(entry, y + 12)))
            y += STACKED_ROW
        if group.total is not None:
            totals.append(total_mark(group.total, scale, y + 32, _stacked_texts(group.total, y + 12), is_overall=False))
            y += STACKED_ROW
    rules.append(rounded(y))
    y += 8
    totals.append(total_mark(given.total, scale, y + 32, _stacked_texts(given.total, y + 12), is_overall=True))
    y += STACKED_ROW
    prediction = None
    if given.prediction is not None:
        prediction = prediction_mark(given.prediction, scale, y + 28, _stacked_texts(given.prediction, y + 12))
        y += STACKED_ROW
    return Forest(
        width=STACKED_WIDTH,
        height=rounded(y + AXIS_HEIGHT + LINE * len(given.notes)),
        top=4.0,
        bottom=rounded(y),
        axis=scale,
        estimate_x=scale.reached(given.total.span.value, given.total.span.value).low,
        headings=(),
        names=tuple(names),
        studies=tuple(studies),
        totals=tuple(totals),
        prediction=prediction,
        notes=_notes(given.notes, y + AXIS_HEIGHT - 4),
        sides_y=rounded(y + 42),
        sides_x=_middle(scale),
        rules=tuple(rules),
    )


def _columns(given: ForestInput) -> _Table:
    entries = list(_all_entries(given))
    table = _Table()
    labels = [given.study_heading, *(shortened(entry.label, LONGEST_LABEL) for entry in entries)]
    x = MARGIN + _width(labels)
    for index, heading in enumerate(given.columns):
        texts = list(wrapped(heading))
        texts += [entry.cells[index] for entry in entries if entry.cells]
        x += GAP + _width(texts)
        table.cells.append(rounded(x))
    weight = _width([given.weight_heading, *(entry.weight for entry in entries)])
    estimate = _width([*wrapped(given.estimate_heading), *(entry.estimate for entry in entries)])
    after = GAP + weight + GAP + estimate + MARGIN
    table.left = rounded(x + GAP)
    table.width = rounded(max(WIDE_WIDTH, table.left + LEAST_PLOT_WIDTH + after))
    table.right = rounded(table.width - after)
    table.weight = rounded(table.right + GAP + weight)
    table.estimate = rounded(table.width - MARGIN)
    return table


def _headings(given: ForestInput, table: _Table) -> Iterator[Placed]:
    yield Placed(x=MARGIN, y=HEADER - 16, text=given.study_heading)
    for heading, x in zip(given.columns, table.cells, strict=True):
        yield from _stacked_lines(wrapped(heading), x)
    yield Placed(x=table.weight, y=HEADER - 16, text=given.weight_heading, anchor="end")
    yield from _stacked_lines(wrapped(given.estimate_heading), table.estimate)


def _stacked_lines(lines: Sequence[str], x: float) -> Iterator[Placed]:
    for index, line in enumerate(lines):
        y = HEADER - 16 - 15 * (len(lines) - 1 - index)
        yield Placed(x=x, y=y, text=line, anchor="end")


def _wide_texts(entry: Entry, table: _Table, y: float) -> tuple[Placed, ...]:
    placed = [Placed(x=MARGIN, y=rounded(y), text=shortened(entry.label, LONGEST_LABEL))]
    for x, text in zip(table.cells, entry.cells, strict=False):
        placed.append(Placed(x=x, y=rounded(y), text=text, anchor="end"))
    placed.append(Placed(x=table.weight, y=rounded(y), text=entry.weight, anchor="end"))
    placed.append(Placed(x=table.estimate, y=rounded(y), text=entry.estimate, anchor="end"))
    return tuple(item for item in placed if item.text)


def _stacked_texts(entry: Entry, y: float) -> tuple[Placed, ...]:
    room = int((STACKED_WIDTH - 2 * MARGIN - GAP) / CHARACTER) - len(entry.estimate)
    label = shortened(entry.label, max(room, 8))
    return (
        Placed(x=MARGIN, y=rounded(y), text=label),
        Placed(x=STACKED_WIDTH - MARGIN, y=rounded(y), text=entry.estimate, anchor="end"),
    )


def _notes(notes: Sequence[str], y: float) -> tuple[Placed, ...]:
    return tuple(Placed(x=MARGIN, y=rounded(y + LINE * index), text=note) for index, note in enumerate(notes))


def _axis(given: ForestInput, left: float, right: float, most_ticks: int) -> Axis:
    spans = [entry.span for entry in _all_entries(given)]
    return axis(spans, is_log=given.is_log, left=left, right=right, null=given.null, most_ticks=most_ticks)


def _all_entries(given: ForestInput) -> Iterator[Entry]:
    for group in given.groups:
        yield from group.entries
        if group.total is not None:
            yield group.total
    yield given.total
    if given.prediction is not None:
        yield given.prediction


def _largest_weight(given: ForestInput) -> float:
    return max((entry.weight_percent for group in given.groups for entry in group.entries), default=0.0)


def _width(texts: Sequence[str]) -> float:
    return CHARACTER * max((len(text) for text in texts), default=0)


def _middle(scale: Axis) -> float:
    return scale.middle if scale.null is None else scale.null
