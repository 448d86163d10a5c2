"""The funnel plot of a pool of ten or more results, with its words and its data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.figures.funnel import FEWEST_STUDIES, Funnel, FunnelPoint, funnel
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.forest_view import row_label
from evibrief.pages.links import Link
from evibrief.pages.provenance import Records
from evibrief.pages.rendering import Renderer
from evibrief.pages.tables import Column, Row, Table
from evibrief.records.outcomes import OutcomeBase
from evibrief.statistics.measures import Scale
from evibrief.statistics.scales import to_natural
from evibrief.synthesis.estimates import natural
from evibrief.synthesis.evidence import PooledSynthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelView:
    """A funnel plot with the words around it. ``filled`` counts the dots that trim and fill assumes."""

    id: str
    title: str
    description: str
    plot: Funnel
    axis_label: str
    error_label: str
    filled: int
    table: Table


def funnel_view(
    outcome: OutcomeBase, synthesis: PooledSynthesis, records: Records, renderer: Renderer
) -> FunnelView | None:
    """Return the plot, or nothing where there are too few studies to show anything by it."""
    if synthesis.k < FEWEST_STUDIES:
        return None
    speak, scale = renderer.speak, synthesis.measure.scale
    points = tuple(_points(synthesis))
    filled = sum(point.is_filled for point in points)
    test = synthesis.small_study
    return FunnelView(
        id=f"funnel-{outcome.id}",
        title=speak("figures.funnel-title", outcome=outcome.name),
        description=speak(
            "figures.funnel-description",
            studies=len(synthesis.rows),
            test=test.test.value if test else "",
            p=test.p if test else None,
            missing=filled,
            filled=_filled_text(synthesis, renderer),
        ),
        plot=funnel(
            points,
            estimate=synthesis.estimate.value,
            is_log=scale is Scale.LOG,
            null=synthesis.measure.null,
        ),
        axis_label=speak("figures.funnel-axis", measure=synthesis.measure.value, is_log=scale is Scale.LOG),
        error_label=speak("figures.funnel-error", is_log=scale is Scale.LOG),
        filled=filled,
        table=_table(outcome, synthesis, records, renderer),
    )


def _filled_text(synthesis: PooledSynthesis, renderer: Renderer) -> str:
    made = synthesis.trim_and_fill.pooled if synthesis.trim_and_fill else None
    if made is None:
        return ""
    estimate = natural(synthesis.measure, made.estimate, made.ci_low, made.ci_high)
    return estimate_text(estimate, synthesis.measure, renderer.language)


def _points(synthesis: PooledSynthesis) -> Iterator[FunnelPoint]:
    for row in synthesis.rows:
        yield FunnelPoint(label=row_label(row), estimate=row.estimate.value, se=math.sqrt(row.vi))
    added = synthesis.trim_and_fill
    for yi, vi in zip(added.filled_yi, added.filled_vi, strict=True) if added else ():
        natural = to_natural(yi, synthesis.measure.scale)
        if natural is not None:
            yield FunnelPoint(label="", estimate=natural, se=math.sqrt(vi), is_filled=True)


def _table(outcome: OutcomeBase, synthesis: PooledSynthesis, records: Records, renderer: Renderer) -> Table:
    speak, language = renderer.speak, renderer.language
    return Table(
        caption=speak("figures.funnel-table", outcome=outcome.name),
        columns=(
            Column(heading=speak("figures.study-heading")),
            Column(
                heading=speak(
                    "figures.estimate-heading", measure=synthesis.measure.value, level=synthesis.pooled.level
                ),
                is_number=True,
            ),
            Column(heading=speak("figures.standard-error"), is_number=True),
        ),
        rows=tuple(
            Row(
                head=Link(text=row_label(row), href=records.study(row.study_id).href),
                cells=(
                    estimate_text(row.estimate, synthesis.measure, language),
                    formats.fixed(math.sqrt(row.vi), 3, language),
                ),
            )
            for row in synthesis.rows
        ),
    )
