"""Estimates and arms in print: the texts that forest plots, tables and descriptions share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from evibrief.pages import formats
from evibrief.pages.language import Language
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import ArmFigures, Estimate, StudyRow

# What a table shows where a figure does not exist.
NOTHING = "\N{EN DASH}"


class ArmKind(StrEnum):
    """What the arms of a pool print side by side."""

    EVENTS = "events"
    RATES = "rates"
    MEANS = "means"
    PEOPLE = "people"
    NOTHING = "nothing"


def estimate_text(estimate: Estimate, measure: Measure, language: Language) -> str:
    """Return ``0.62 (0.50 to 0.78)``; the value alone where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return formats.estimate(estimate.value, language, null=measure.null)
    limits = (estimate.low, estimate.high)
    value = formats.estimate(estimate.value, language, null=measure.null, beside=limits)
    return f"{value} ({interval_text(estimate, measure, language)})"


def interval_text(estimate: Estimate, measure: Measure, language: Language) -> str:
    """Return ``0.50 to 0.78``; nothing where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return ""
    return formats.interval(estimate.low, estimate.high, language, null=measure.null, value=estimate.value)


def arm_kind(rows: Sequence[StudyRow]) -> ArmKind:
    """Return what all rows can show of their arms, the most telling first."""
    arms = [arm for row in rows for arm in (row.intervention, row.comparator) if arm is not None]
    if not arms:
        return ArmKind.NOTHING
    if all(arm.events is not None and arm.person_years is not None for arm in arms):
        return ArmKind.RATES
    if all(arm.events is not None for arm in arms):
        return ArmKind.EVENTS
    if any(arm.mean is not None for arm in arms):
        return ArmKind.MEANS
    return ArmKind.PEOPLE if any(arm.n is not None for arm in arms) else ArmKind.NOTHING


def arm_text(arm: ArmFigures | None, kind: ArmKind, language: Language) -> str:
    """Return an arm's figures: ``12/120``, ``4.2 (1.1), 30`` or ``30``; nothing where it has none."""
    if arm is None:
        return ""
    people = "" if arm.n is None else formats.count(arm.n, language)
    match kind:
        case ArmKind.EVENTS if arm.events is not None:
            return f"{formats.count(arm.events, language)}/{people}"
        case ArmKind.RATES if arm.events is not None and arm.person_years is not None:
            return f"{formats.count(arm.events, language)}/{formats.estimate(arm.person_years, language)}"
        case ArmKind.MEANS if arm.mean is not None:
            spread = "" if arm.sd is None else f" ({formats.estimate(arm.sd, language)})"
            return f"{formats.estimate(arm.mean, language)}{spread}" + (f", {people}" if people else "")
        case ArmKind.NOTHING:
            return ""
        case _:
            return people


def weight_text(percent: float, language: Language) -> str:
    """Return a weight in percent with one decimal."""
    return formats.percent(percent, language, decimals=1)
