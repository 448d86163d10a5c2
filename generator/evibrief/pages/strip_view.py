"""The picture of the main finding: people where a share of people is known, else a scale."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.appraisal.settings import Settings
from evibrief.figures.axes import Span
from evibrief.figures.icon_array import IconArray, icon_pair
from evibrief.figures.scale_picture import NARROW, WIDE, ScalePicture, scale_picture
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.rendering import Renderer
from evibrief.records.outcomes import PooledOutcome, ReportedOutcome
from evibrief.records.sizes import BaselineRisk, SizeBands
from evibrief.records.summary import Question
from evibrief.statistics.absolute import AbsoluteEffect
from evibrief.statistics.measures import Measure, Scale
from evibrief.synthesis.evidence import Estimate, PooledSynthesis, ReportedSynthesis

Bounds = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleBlock:
    """One group of people: its dots and the words for them. ``events`` is a number in print."""

    id: str
    title: str
    description: str
    group: str
    events: str
    total: int
    block: IconArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleStrip:
    """Two groups of people side by side.

    ``over`` is the time in which it happens. ``changed`` counts the dots that differ, ``changed_by`` is ``more`` or
    ``fewer``, or empty where both groups are alike; ``low`` and ``high`` are the difference's interval in people,
    negative for fewer.
    """

    kind: str
    caption: str
    outcome: str
    over: str
    without: PeopleBlock
    with_it: PeopleBlock
    changed: str
    changed_by: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleStrip:
    """A ruler with the estimate on it. ``bands_by_default`` says that the sizes are the house's, not the record's."""

    kind: str
    caption: str
    id: str
    title: str
    description: str
    wide: ScalePicture
    narrow: ScalePicture
    left: str
    right: str
    measure: str
    estimate: str
    bands_by_default: bool


def strip_view(
    brief: OutcomeBrief, question: Question, caption: str, renderer: Renderer, settings: Settings
) -> PeopleStrip | ScaleStrip | None:
    """Return the picture of one outcome (``caption`` is its finding in words), or nothing where figures allow none."""
    synthesis = brief.synthesis
    if not isinstance(synthesis, PooledSynthesis | ReportedSynthesis):
        return None
    absolute = synthesis.absolute
    if absolute is not None and absolute.measure is not Measure.IRR:
        return _people(brief, absolute, question, caption, renderer)
    return _scale(brief, synthesis, caption, renderer, settings)


def _people(
    brief: OutcomeBrief, effect: AbsoluteEffect, question: Question, caption: str, renderer: Renderer
) -> PeopleStrip:
    outcome = brief.outcome
    pair = icon_pair(effect.control, effect.intervention, total=effect.denominator)
    printed = formats.frequencies(effect.control, effect.intervention, renderer.language)
    changed = pair.with_it.events - pair.without.events
    return PeopleStrip(
        kind="people",
        caption=caption,
        outcome=outcome.name,
        over=_time(outcome.baseline_risk if isinstance(outcome, PooledOutcome | ReportedOutcome) else None),
        without=_block("without", pair.without, printed.without, question.comparator.name, brief, renderer),
        with_it=_block("with", pair.with_it, printed.intervention, question.intervention.name, brief, renderer),
        changed=formats.count(abs(changed), renderer.language),
        changed_by="" if changed == 0 else "more" if changed > 0 else "fewer",
        low=effect.difference_low,
        high=effect.difference_high,
    )


def _block(
    side: str, block: IconArray, events: str, group: str, brief: OutcomeBrief, renderer: Renderer
) -> PeopleBlock:
    name = brief.outcome.name
    return PeopleBlock(
        id=f"people-{brief.outcome.id}-{side}",
        title=renderer.speak("figures.people-title", group=group),
        description=renderer.speak(
            "figures.people-description", events=events, total=block.total, outcome=name, group=group
        ),
        group=group,
        events=events,
        total=block.total,
        block=block,
    )


def _time(risk: BaselineRisk | None) -> str:
    return risk.over or "" if risk else ""


def _scale(
    brief: OutcomeBrief,
    synthesis: PooledSynthesis | ReportedSynthesis,
    caption: str,
    renderer: Renderer,
    settings: Settings,
) -> ScaleStrip | None:
    bands, measure = brief.outcome.bands, synthesis.measure
    declared = bands is not None and bands.unit == "measure"
    if measure.null is None or not (declared or measure is Measure.SMD):
        return None
    bounds = _declared(bands) if bands is not None and declared else _house(settings)
    printed = estimate_text(synthesis.estimate, measure, renderer.language)
    name = brief.outcome.name
    return ScaleStrip(
        kind="scale",
        caption=caption,
        id=f"scale-{brief.outcome.id}",
        title=renderer.speak("figures.scale-title", outcome=name),
        description=renderer.speak(
            "figures.scale-description", finding=caption, estimate=printed, measure=measure.value
        ),
        wide=_picture(synthesis, bounds, measure.null, WIDE),
        narrow=_picture(synthesis, bounds, measure.null, NARROW),
        left=renderer.speak("figures.scale-end", outcome=name, course="less"),
        right=renderer.speak("figures.scale-end", outcome=name, course="more"),
        measure=renderer.speak("labels.measure", code=measure.value),
        estimate=printed,
        bands_by_default=not declared,
    )


def _picture(synthesis: PooledSynthesis | ReportedSynthesis, bounds: Bounds, null: float, width: float) -> ScalePicture:
    is_log = synthesis.measure.scale is Scale.LOG
    return scale_picture(_span(synthesis.estimate), bounds=bounds, is_log=is_log, null=null, width=width)


def _declared(bands: SizeBands) -> Bounds:
    given = (("small", bands.small), ("moderate", bands.moderate), ("large", bands.large))
    return tuple((size, float(start)) for size, start in given if start is not None)


def _house(settings: Settings) -> Bounds:
    return (
        ("small", settings.smd_small),
        ("moderate", settings.smd_moderate),
        ("large", settings.smd_large),
    )


def _span(estimate: Estimate) -> Span:
    return Span(value=estimate.value, low=estimate.low, high=estimate.high)
