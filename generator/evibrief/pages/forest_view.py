"""The forest plot of a pooled outcome, with its words and the table of its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evibrief.figures.axes import Span
from evibrief.figures.forest import ArmColumn, Forest, ForestInput, Group, stacked_forest, wide_forest
from evibrief.figures.marks import Entry
from evibrief.pages import formats
from evibrief.pages.effect_texts import (
    ArmKind,
    arm_kind,
    arm_text,
    estimate_text,
    interval_text,
    weight_text,
)
from evibrief.pages.links import Link
from evibrief.pages.provenance import Records
from evibrief.pages.rendering import Renderer
from evibrief.pages.tables import Column, Row, Table, without_empty_columns
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.results import Direction
from evibrief.records.summary import Question
from evibrief.statistics.measures import Measure, Scale
from evibrief.statistics.results import Tau2Method
from evibrief.synthesis.evidence import Estimate, PooledSynthesis, StudyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestView:
    """A forest plot in two layouts, and the same as a table."""

    id: str
    title: str
    description: str
    wide: Forest
    stacked: Forest
    table: Table


def forest_view(
    outcome: OutcomeBase,
    synthesis: PooledSynthesis,
    question: Question,
    finding: str,
    records: Records,
    renderer: Renderer,
) -> ForestView:
    """Return the plot of one pool; ``finding`` is its result in words."""
    given = _input(outcome, synthesis, question, renderer)
    said = renderer.speak(
        "figures.forest-description",
        finding=finding,
        studies=synthesis.k,
        estimate=given.total.estimate,
        measure=synthesis.measure.value,
        has_interval=synthesis.estimate.low is not None,
    )
    return ForestView(
        id=f"forest-{outcome.id}",
        title=renderer.speak("figures.forest-title", outcome=outcome.name),
        description=said,
        wide=wide_forest(given),
        stacked=stacked_forest(given),
        table=_table(outcome, synthesis, question, records, renderer),
    )


def _input(outcome: OutcomeBase, synthesis: PooledSynthesis, question: Question, renderer: Renderer) -> ForestInput:
    speak, measure = renderer.speak, synthesis.measure
    kind = arm_kind(synthesis.rows)
    left, right = _sides(outcome, measure, question, renderer)
    return ForestInput(
        groups=tuple(_groups(synthesis, kind, renderer)),
        total=_pool_entry(_total_label(synthesis, renderer), synthesis.estimate, measure, renderer, ""),
        prediction=_prediction(synthesis, renderer),
        is_log=measure.scale is Scale.LOG,
        null=measure.null,
        columns=_arm_columns(kind, question, measure, renderer),
        study_heading=speak("figures.study-heading"),
        weight_heading=speak("figures.weight-heading"),
        estimate_heading=speak("figures.estimate-heading", measure=measure.value, level=synthesis.pooled.level),
        left=left,
        right=right,
        notes=tuple(_notes(synthesis, renderer)),
    )


def _groups(synthesis: PooledSynthesis, kind: ArmKind, renderer: Renderer) -> Iterator[Group]:
    measure = synthesis.measure
    if synthesis.subgroups is None:
        yield Group(name=None, entries=_entries(synthesis.rows, kind, measure, renderer))
        return
    for group in synthesis.subgroups.groups:
        label = renderer.speak("figures.subtotal", model=group.pooled.tau2_method.value)
        percent = sum(row.weight_percent for row in group.rows)
        total = _pool_entry(label, group.estimate, measure, renderer, weight_text(percent, renderer.language))
        yield Group(
            name=formats.capitalised(group.name), entries=_entries(group.rows, kind, measure, renderer), total=total
        )
    grouped = {id(row) for group in synthesis.subgroups.groups for row in group.rows}
    rest = [row for row in synthesis.rows if id(row) not in grouped and row.subgroup is None]
    if rest:
        name = renderer.speak("figures.no-subgroup")
        yield Group(name=name, entries=_entries(rest, kind, measure, renderer))


def _entries(rows: Sequence[StudyRow], kind: ArmKind, measure: Measure, renderer: Renderer) -> tuple[Entry, ...]:
    language = renderer.language
    arms = 1 if all(row.comparator is None for row in rows) else 2
    return tuple(
        Entry(
            label=row_label(row),
            span=_span(row.estimate),
            estimate=estimate_text(row.estimate, measure, language),
            weight_percent=row.weight_percent,
            weight=weight_text(row.weight_percent, language),
            cells=()
            if kind is ArmKind.NOTHING
            else tuple(arm_text(arm, kind, language) for arm in (row.intervention, row.comparator)[:arms]),
        )
        for row in rows
    )


def row_label(row: StudyRow) -> str:
    """Return a row's name: the study, and what it compares where the study has several rows."""
    return f"{row.label}, {row.comparison}" if row.comparison else row.label


def _pool_entry(label: str, estimate: Estimate, measure: Measure, renderer: Renderer, weight: str) -> Entry:
    return Entry(
        label=label, span=_span(estimate), estimate=estimate_text(estimate, measure, renderer.language), weight=weight
    )


def _prediction(synthesis: PooledSynthesis, renderer: Renderer) -> Entry | None:
    if synthesis.prediction is None:
        return None
    return Entry(
        label=renderer.speak("figures.prediction"),
        span=_span(synthesis.prediction),
        estimate=interval_text(synthesis.prediction, synthesis.measure, renderer.language),
    )


def _total_label(synthesis: PooledSynthesis, renderer: Renderer) -> str:
    return renderer.speak("figures.total", is_common=synthesis.pooled.tau2_method is Tau2Method.CE)


def _arm_columns(kind: ArmKind, question: Question, measure: Measure, renderer: Renderer) -> tuple[ArmColumn, ...]:
    if kind is ArmKind.NOTHING:
        return ()
    names = [question.intervention.name, question.comparator.name][: 1 if measure.is_single_group else 2]
    unit = renderer.speak("figures.arm-unit", kind=kind.value)
    return tuple(ArmColumn(name=formats.capitalised(name), unit=unit) for name in names)


def _notes(synthesis: PooledSynthesis, renderer: Renderer) -> Iterator[str]:
    pooled = synthesis.pooled
    is_common = pooled.tau2_method is Tau2Method.CE
    if pooled.q is not None and synthesis.k > 1:
        yield renderer.speak(
            "figures.heterogeneity", i2=pooled.i2, tau2=None if is_common else pooled.tau2, p=pooled.q_p
        )
    groups = synthesis.subgroups
    if groups is not None and groups.p is not None:
        yield renderer.speak("figures.subgroup-test", label=groups.label, p=groups.p)


def _sides(outcome: OutcomeBase, measure: Measure, question: Question, renderer: Renderer) -> tuple[str, str]:
    if measure.null is None or measure is Measure.ZCOR:
        return "", ""
    if question.kind == "exposure":
        less = renderer.speak("figures.less", outcome=outcome.name)
        return less, renderer.speak("figures.more", outcome=outcome.name)
    names = (question.intervention.name, question.comparator.name)
    sides = tuple(renderer.speak("figures.favours", side=name) for name in names)
    return (sides[0], sides[1]) if outcome.better is Direction.LOWER else (sides[1], sides[0])


def _table(
    outcome: OutcomeBase, synthesis: PooledSynthesis, question: Question, records: Records, renderer: Renderer
) -> Table:
    speak, language = renderer.speak, renderer.language
    kind = arm_kind(synthesis.rows)
    headings = _arm_columns(kind, question, synthesis.measure, renderer)
    arms = len(headings)
    rows = [
        Row(
            head=Link(text=row_label(row), href=records.study(row.study_id).href),
            cells=(
                row.subgroup or "",
                *(arm_text(arm, kind, language) for arm in (row.intervention, row.comparator)[:arms]),
                estimate_text(row.estimate, synthesis.measure, language),
                weight_text(row.weight_percent, language),
                row.risk or "",
            ),
            note="; ".join(row.notes),
        )
        for row in synthesis.rows
    ]
    rows += _subgroup_rows(synthesis, arms, renderer)
    total = _total_label(synthesis, renderer)
    rows.append(_summing_row(total, arms, estimate_text(synthesis.estimate, synthesis.measure, language)))
    if synthesis.prediction is not None:
        text = interval_text(synthesis.prediction, synthesis.measure, language)
        rows.append(_summing_row(speak("figures.prediction"), arms, text))
    columns = (
        Column(heading=speak("figures.study-heading")),
        Column(heading=synthesis.subgroups.label if synthesis.subgroups else ""),
        *(Column(heading=f"{column.name}, {column.unit}", is_number=True) for column in headings),
        Column(
            heading=speak("figures.estimate-heading", measure=synthesis.measure.value, level=synthesis.pooled.level),
            is_number=True,
        ),
        Column(heading=speak("figures.weight-heading"), is_number=True),
        Column(heading=speak("figures.risk-heading")),
    )
    caption = speak("figures.forest-table", outcome=outcome.name)
    return without_empty_columns(Table(caption=caption, columns=columns, rows=tuple(rows)))


def _subgroup_rows(synthesis: PooledSynthesis, arms: int, renderer: Renderer) -> Iterator[Row]:
    for group in synthesis.subgroups.groups if synthesis.subgroups is not None else ():
        label = renderer.speak("figures.subtotal", model=group.pooled.tau2_method.value)
        estimate = estimate_text(group.estimate, synthesis.measure, renderer.language)
        weight = weight_text(sum(row.weight_percent for row in group.rows), renderer.language)
        yield Row(head=Link(text=label), cells=(group.name, *[""] * arms, estimate, weight, ""), is_total=True)


def _summing_row(label: str, arms: int, estimate: str) -> Row:
    return Row(head=Link(text=label), cells=("", *[""] * arms, estimate, "", ""), is_total=True)


def _span(estimate: Estimate) -> Span:
    return Span(value=estimate.value, low=estimate.low, high=estimate.high)
