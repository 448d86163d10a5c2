"""The forest plot: each study's estimate and interval, and what they come to together.

Two layouts from one input: a wide one with columns, as reviews print it, and a stacked one for narrow screens, where
each study's name stands above its line. Texts arrive finished; here they are only placed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

HEADER = 58.0
HEADING_LINE = 15.0
ROW = 25.0
STACKED_ROW = 48.0
AXIS_HEIGHT = 62.0
LINE = 19.0
# From the last row down to the names of the sides.
SIDES = 48.0
ARROW_ROOM = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Studies under one heading, with their own pool where there is one. An ungrouped plot has one nameless group."""

    name: str | None
    entries: tuple[Entry, ...]
    total: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmColumn:
    """A column between the names and the plot: whose figures it holds (may be empty), and which."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestInput:
    """Everything that a forest plot shows, in words and numbers of the natural scale.

    ``columns`` head the cells of the entries; ``notes`` stand below the total, such as the heterogeneity. ``left`` and
    ``right`` say what either side of no difference means; both may be empty.
    """

    groups: tuple[Group, ...]
    total: Entry
    prediction: Entry | None
    is_log: bool
    null: float | None
    columns: tuple[ArmColumn, ...]
    study_heading: str
    weight_heading: str
    estimate_heading: str
    left: str = ""
    right: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """A forest plot, ready to be drawn. Lengths are user units of the SVG.

    ``top`` and ``bottom`` bound the plotting area; ``estimate_x`` is the place of the pooled estimate, ``rules`` are
    the heights of the lines between parts. ``left`` and ``right`` name the sides of the axis.
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
    left: Placed | None
    right: Placed | None
    notes: tuple[Placed, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How rows follow one another: heights of a row, of a group's name, and of a row's mark and texts within it."""

    width: float
    left: float
    right: float
    most_ticks: int
    header: float
    row: float
    mark: float
    text: float
    name: float
    longest_name: int
    texts: Callable[[Entry, float], tuple[Placed, ...]]


@dataclass(slots=True)
class _Body:
    """The rows as they are placed, and how far down they reach."""

    y: float
    names: list[Placed] = field(default_factory=list)
    studies: list[StudyMark] = field(default_factory=list)
    totals: list[TotalMark] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)
    prediction: PredictionMark | None = None


def wide_forest(given: ForestInput) -> Forest:
    """Place a plot with columns: study, arms, plot, weight, estimate."""
    table = _columns(given)
    layout = _Layout(
        width=table.width,
        left=table.left,
        right=table.right,
        most_ticks=7,
        header=HEADER,
        row=ROW,
        mark=ROW / 2,
        text=ROW / 2,
        name=ROW,
        longest_name=60,
        texts=lambda entry, y: _wide_texts(entry, table, y),
    )
    return _forest(given, layout, tuple(_headings(given, table)))


def stacked_forest(given: ForestInput) -> Forest:
    """Place a plot for a narrow screen: each name and estimate above its line."""
    layout = _Layout(
        width=STACKED_WIDTH,
        left=MARGIN + 6,
        right=STACKED_WIDTH - MARGIN - 6,
        most_ticks=5,
        header=8.0,
        row=STACKED_ROW,
        mark=32.0,
        text=12.0,
        name=30.0,
        longest_name=44,
        texts=_stacked_texts,
    )
    return _forest(given, layout, ())


def _forest(given: ForestInput, layout: _Layout, headings: tuple[Placed, ...]) -> Forest:
    spans = [entry.span for entry in _all_entries(given)]
    scale = axis(
        spans,
        is_log=given.is_log,
        left=layout.left,
        right=layout.right,
        null=given.null,
        most_ticks=layout.most_ticks,
    )
    body = _body(given, layout, scale)
    left, right = _sides(given, scale, layout.width, body.y + SIDES)
    notes_y = max([body.y + AXIS_HEIGHT, *(side.y + LINE for side in (left, right) if side)])
    return Forest(
        width=rounded(layout.width),
        height=rounded(notes_y + LINE * len(given.notes)),
        top=rounded(layout.header - 6),
        bottom=rounded(body.y + 6),
        axis=scale,
        estimate_x=scale.reached(given.total.span.value, given.total.span.value).low,
        headings=headings,
        names=tuple(body.names),
        studies=tuple(body.studies),
        totals=tuple(body.totals),
        prediction=body.prediction,
        left=left,
        right=right,
        notes=tuple(
            Placed(x=MARGIN, y=rounded(notes_y + LINE * index), text=note) for index, note in enumerate(given.notes)
        ),
        rules=tuple(body.rules),
    )


def _body(given: ForestInput, layout: _Layout, scale: Axis) -> _Body:
    body = _Body(y=layout.header)
    if layout.header >= HEADER:
        body.rules.append(layout.header - 6)
    largest = max((entry.weight_percent for group in given.groups for entry in group.entries), default=0.0)
    for group in given.groups:
        if group.name is not None:
            name = shortened(group.name, layout.longest_name)
            body.names.append(Placed(x=MARGIN, y=rounded(body.y + layout.text), text=name))
            body.y += layout.name
        for entry in group.entries:
            texts = layout.texts(entry, body.y + layout.text)
            body.studies.append(study_mark(entry, scale, body.y + layout.mark, largest, texts))
            body.y += layout.row
        if group.total is not None:
            _add_total(body, group.total, layout, scale, is_overall=False)
            body.y += 4
    body.rules.append(rounded(body.y + 3))
    body.y += 6
    _add_total(body, given.total, layout, scale, is_overall=True)
    if given.prediction is not None:
        texts = layout.texts(given.prediction, body.y + layout.text)
        body.prediction = prediction_mark(given.prediction, scale, body.y + layout.mark, texts)
        body.y += layout.row
    return body


def _add_total(body: _Body, total: Entry, layout: _Layout, scale: Axis, *, is_overall: bool) -> None:
    texts = layout.texts(total, body.y + layout.text)
    body.totals.append(total_mark(total, scale, body.y + layout.mark, texts, is_overall=is_overall))
    body.y += layout.row


def _sides(given: ForestInput, scale: Axis, width: float, y: float) -> tuple[Placed | None, Placed | None]:
    """Place the names of both sides beside the line of no difference, below each other where there is no room."""
    if not given.left or not given.right:
        return None, None
    at = scale.middle if scale.null is None else scale.null
    left_width, right_width = _width([given.left + ARROW_ROOM]), _width([given.right + ARROW_ROOM])
    left_end = max(at - GAP / 2, MARGIN + left_width)
    right_start = min(at + GAP / 2, width - MARGIN - right_width)
    is_crowded = right_start - left_end < GAP / 2
    left = Placed(x=rounded(left_end), y=rounded(y), text=given.left, anchor="end")
    if left_end > at:
        left = Placed(x=MARGIN, y=rounded(y), text=given.left)
    right = Placed(x=rounded(right_start), y=rounded(y + (LINE if is_crowded else 0)), text=given.right)
    if right_start < at:
        right = Placed(x=rounded(width - MARGIN), y=right.y, text=given.right, anchor="end")
    return left, right


def _columns(given: ForestInput) -> _Table:
    entries = list(_all_entries(given))
    table = _Table()
    labels = [given.study_heading, *(shortened(entry.label, LONGEST_LABEL) for entry in entries)]
    x = MARGIN + _width(labels)
    for index, column in enumerate(given.columns):
        texts = [*wrapped(column.name), column.unit]
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
    for column, x in zip(given.columns, table.cells, strict=True):
        yield from _stacked_lines((*wrapped(column.name), column.unit), x)
    yield from _stacked_lines((given.weight_heading,), table.weight)
    yield from _stacked_lines(wrapped(given.estimate_heading), table.estimate)


def _stacked_lines(lines: Sequence[str], x: float) -> Iterator[Placed]:
    for index, line in enumerate(lines):
        y = HEADER - 16 - HEADING_LINE * (len(lines) - 1 - index)
        if line:
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


def _all_entries(given: ForestInput) -> Iterator[Entry]:
    for group in given.groups:
        yield from group.entries
        if group.total is not None:
            yield group.total
    yield given.total
    if given.prediction is not None:
        yield given.prediction


def _width(texts: Sequence[str]) -> float:
    return CHARACTER * max((len(text) for text in texts), default=0)
