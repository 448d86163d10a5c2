"""How the evidence grew: the pool after each study, as a plot and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from evibrief.figures.axes import Span
from evibrief.figures.forest import ArmColumn, ForestInput, Group, stacked_forest, wide_forest
from evibrief.figures.marks import Entry
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.forest_view import ForestView
from evibrief.pages.links import Link
from evibrief.pages.rendering import Renderer
from evibrief.pages.tables import Column, Row, Table
from evibrief.records.outcomes import OutcomeBase
from evibrief.statistics.measures import Scale
from evibrief.synthesis.evidence import Cumulative, PooledSynthesis

# One step is the first study alone, and no growth.
FEWEST_STEPS = 2


def growth_view(outcome: OutcomeBase, synthesis: PooledSynthesis, renderer: Renderer) -> ForestView | None:
    """Return the cumulative forest plot; nothing where the studies did not come one after another."""
    steps = synthesis.cumulative
    if len(steps) < FEWEST_STEPS:
        return None
    given = _input(steps, synthesis, renderer)
    return ForestView(
        id=f"growth-{outcome.id}",
        title=renderer.speak("figures.growth-title", outcome=outcome.name),
        description=renderer.speak(
            "figures.growth-description",
            first=given.groups[0].entries[0].estimate,
            first_year=str(steps[0].year),
            last=given.total.estimate,
            last_year=str(steps[-1].year),
            studies=steps[-1].k,
            measure=synthesis.measure.value,
        ),
        wide=wide_forest(given),
        stacked=stacked_forest(given),
        table=_table(outcome, steps, synthesis, renderer),
    )


def _input(steps: Sequence[Cumulative], synthesis: PooledSynthesis, renderer: Renderer) -> ForestInput:
    measure, speak = synthesis.measure, renderer.speak
    entries = tuple(_entry(step, synthesis, renderer) for step in steps)
    return ForestInput(
        groups=(Group(name=None, entries=entries[:-1]),),
        total=entries[-1],
        prediction=None,
        is_log=measure.scale is Scale.LOG,
        null=measure.null,
        columns=(ArmColumn(name="", unit=speak("figures.growth-count")),),
        study_heading=speak("figures.growth-heading"),
        weight_heading="",
        estimate_heading=speak("figures.estimate-heading", measure=measure.value, level=synthesis.pooled.level),
    )


def _entry(step: Cumulative, synthesis: PooledSynthesis, renderer: Renderer) -> Entry:
    estimate = step.estimate
    return Entry(
        label=_name(step),
        span=Span(value=estimate.value, low=estimate.low, high=estimate.high),
        estimate=estimate_text(estimate, synthesis.measure, renderer.language),
        # The square grows with the evidence.
        weight_percent=float(step.k),
        cells=(formats.count(step.k, renderer.language),),
    )


def _name(step: Cumulative) -> str:
    """A study's label, which mostly ends in its year."""
    return step.label if str(step.year) in step.label else f"{step.label}, {step.year}"


def _table(outcome: OutcomeBase, steps: Sequence[Cumulative], synthesis: PooledSynthesis, renderer: Renderer) -> Table:
    speak, language = renderer.speak, renderer.language
    measure = synthesis.measure
    return Table(
        caption=speak("figures.growth-title", outcome=outcome.name),
        columns=(
            Column(heading=speak("figures.growth-heading")),
            Column(heading=speak("figures.growth-count"), is_number=True),
            Column(
                heading=speak("figures.estimate-heading", measure=measure.value, level=synthesis.pooled.level),
                is_number=True,
            ),
        ),
        rows=tuple(
            Row(
                head=Link(text=_name(step)),
                cells=(formats.count(step.k, language), estimate_text(step.estimate, measure, language)),
            )
            for step in steps
        ),
    )
