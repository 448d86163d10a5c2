"""The figures of a summary as files of their own, for slides and papers: the same drawings, their colours in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.pages.bias_view import BiasView
from evibrief.pages.forest_view import ForestView
from evibrief.pages.funnel_view import FunnelView
from evibrief.pages.outcome_view import OutcomeView
from evibrief.pages.outputs import RenderedFile
from evibrief.pages.rendering import Renderer
from evibrief.pages.strip_view import PeopleBlock, ScaleStrip
from evibrief.pages.summary_page import SummaryPage

FOLDER = "figures/"
# White space around a drawing, in user units.
MARGIN = 16.0

AnyFigure = ForestView | FunnelView | BiasView | PeopleBlock | ScaleStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFile:
    """A sheet for one drawing: its kind, and its size with the margin, in user units."""

    kind: str
    width: float
    height: float
    margin: float


def figure_files(page: SummaryPage, uri: str, renderer: Renderer) -> Iterator[RenderedFile]:
    """Yield every figure of the page at ``uri``, named by the id of its drawing: ``figures/forest-pain.svg``."""
    for view in _figures(page):
        drawn = renderer.render("figures/file.j2", figure=_sheet(view), view=view)
        yield RenderedFile(uri=f"{uri}{FOLDER}{view.id}.svg", content=f"{drawn.strip()}\n".encode())


def _figures(page: SummaryPage) -> Iterator[AnyFigure]:
    if page.people_strip is not None:
        yield page.people_strip.without
        yield page.people_strip.with_it
    if page.scale_strip is not None:
        yield page.scale_strip
    for outcome in page.outcomes:
        yield from _of_outcome(outcome)


def _of_outcome(outcome: OutcomeView) -> Iterator[AnyFigure]:
    for view in (outcome.forest, outcome.bias, outcome.funnel, outcome.growing):
        if view is not None:
            yield view


def _sheet(view: AnyFigure) -> FigureFile:
    match view:
        case ForestView():
            kind, width, height = "forest", view.wide.width, view.wide.height
        case FunnelView():
            kind, width, height = "funnel", view.plot.width, view.plot.height
        case BiasView():
            kind, width, height = "bias", view.wide.width, view.wide.height
        case PeopleBlock():
            kind, width, height = "people", view.block.width, view.block.height
        case ScaleStrip():
            kind, width, height = "scale", view.wide.width, view.wide.height
    return FigureFile(kind=kind, width=width + 2 * MARGIN, height=height + 2 * MARGIN, margin=MARGIN)
