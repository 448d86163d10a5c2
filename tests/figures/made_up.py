"""A made-up forest plot, small enough to check by hand."""

from __future__ import annotations

from evibrief.figures.axes import Span
from evibrief.figures.forest import ArmColumn, ForestInput, Group
from evibrief.figures.marks import Entry


def entry(label: str, value: float, low: float | None, high: float | None, weight: float = 0.0) -> Entry:
    return Entry(
        label=label,
        span=Span(value=value, low=low, high=high),
        estimate=f"{value} ({low} to {high})",
        weight_percent=weight,
        weight=f"{weight:.0f}%" if weight else "",
        cells=("10/50", "20/48"),
    )


def forest_input(*, is_log: bool = True, null: float | None = 1.0, groups: tuple[Group, ...] = ()) -> ForestInput:
    plain = Group(
        name=None,
        entries=(entry("Made-up 2001", 0.5, 0.25, 1.0, 20.0), entry("Made-up 2002", 2.0, 1.0, 4.0, 80.0)),
    )
    return ForestInput(
        groups=groups or (plain,),
        total=entry("Pooled", 1.5, 0.8, 2.8),
        prediction=entry("Prediction interval", 1.5, 0.4, 5.6),
        is_log=is_log,
        null=null,
        columns=(ArmColumn(name="Tea", unit="events/people"), ArmColumn(name="Water", unit="events/people")),
        study_heading="Study",
        weight_heading="Weight",
        estimate_heading="Risk ratio (95% CI)",
        left="Favours tea",
        right="Favours water",
        notes=("Differences between studies: made up",),
    )
