"""How the certainty of an outcome was reached, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.appraisal.ratings import Rating, Reason, Step
from evibrief.pages.findings_table import CertaintyBadge, badge_of
from evibrief.pages.provenance import NamedFigure, named_figures
from evibrief.pages.rendering import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One domain: what counts (``levels``, -1 is one down), the rule's reason, and a person's own where one judged.

    ``computed`` is the rule's proposal, missing where only a person can judge. ``rule`` is the code of the rule, and
    ``figures`` are those that decided it.
    """

    domain: str
    levels: int
    computed: int | None
    reason: str
    rule: str
    figures: tuple[NamedFigure, ...]
    judged_reason: str
    judged_by: str
    is_override: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyView:
    """Where the certainty started, each step, and where it ended."""

    start: CertaintyBadge
    start_reason: str
    start_rule: str
    start_figures: tuple[NamedFigure, ...]
    steps: tuple[StepView, ...]
    end: CertaintyBadge


def certainty_view(rating: Rating, renderer: Renderer) -> CertaintyView:
    """Return a rating in words."""
    return CertaintyView(
        start=badge_of(rating.start),
        start_reason=reason_text(rating.start_reason, renderer),
        start_rule=rating.start_reason.rule,
        start_figures=named_figures(rating.start_reason.figures, renderer.language),
        steps=tuple(_step(step, renderer) for step in rating.steps),
        end=badge_of(rating.certainty),
    )


def reason_text(reason: Reason, renderer: Renderer) -> str:
    """Return the sentence of a rule, with the figures that decided it."""
    return renderer.speak(f"reasons.{reason.rule}", f=reason.figures)


def _step(step: Step, renderer: Renderer) -> StepView:
    return StepView(
        domain=step.domain,
        levels=step.levels,
        computed=step.computed,
        reason=reason_text(step.reason, renderer),
        rule=step.reason.rule,
        figures=named_figures(step.reason.figures, renderer.language),
        judged_reason=step.judged_reason or "",
        judged_by=step.judged_by or "",
        is_override=step.is_override,
    )
