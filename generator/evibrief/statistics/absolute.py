"""Absolute effects: a relative effect and a stated baseline risk, as natural frequencies and numbers needed to treat.

The interval follows from the interval of the relative effect alone; uncertainty about the baseline is not in it
(Cochrane Handbook 5.1, section 12.5.4.5). Estimates enter on the *natural* scale: a ratio as a ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Note

# One denominator on every page, so that frequencies compare at a glance.
DENOMINATOR = 1000

_HELD = "the effect takes this risk outside 0 to 1; held at the limit"


class Side(StrEnum):
    """Whether a number needed to treat counts people who are better off, or worse off."""

    BENEFIT = "benefit"
    HARM = "harm"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeeded:
    """People to treat for one more (or one fewer) event, with its interval (Altman 1998, BMJ 317:1309).

    ``number`` is ``None`` where the difference is zero: infinitely many. ``ci_low`` is the most favourable end and
    ``ci_high`` the least favourable one, each with its side. Where ``through_infinity`` is set the interval reads
    "from ``ci_low`` (benefit) through infinity to ``ci_high`` (harm)". An end at exactly no difference is ``None``.
    """

    number: float | None
    side: Side | None
    ci_low: float | None = None
    ci_low_side: Side | None = None
    ci_high: float | None = None
    ci_high_side: Side | None = None
    through_infinity: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteEffect:
    """Frequencies per ``denominator`` people (for a rate ratio: per ``denominator`` units of person-time).

    ``difference`` is intervention minus control, so negative means fewer events. Interval ends are ``None`` where the
    relative effect came without an interval.
    """

    measure: Measure
    baseline: float
    denominator: int
    control: float
    intervention: float
    intervention_low: float | None
    intervention_high: float | None
    difference: float
    difference_low: float | None
    difference_high: float | None
    number_needed: NumberNeeded
    notes: tuple[Note, ...] = ()


def absolute_effect(
    measure: Measure,
    estimate: float,
    ci_low: float | None = None,
    ci_high: float | None = None,
    *,
    baseline: float,
    event_is_desirable: bool = False,
    denominator: int = DENOMINATOR,
) -> AbsoluteEffect:
    """Apply a relative effect (or a risk difference) to a baseline risk.

    RR, OR (also Peto's), HR and RD take a baseline *risk* in (0, 1); IRR takes a baseline *rate* above 0, in events
    per unit of person-time. HR: risk = 1 - (1 - baseline)^HR. OR: risk = odds / (1 + odds). A risk that leaves
    [0, 1] is held at the limit, with a note. Raises ``ValueError`` for another measure, a baseline outside its range,
    a negative ratio, or an interval that does not contain the estimate.
    """
    _check(measure, estimate, ci_low, ci_high, baseline, denominator)
    exact = [None if x is None else _risk(measure, x, baseline) for x in (estimate, ci_low, ci_high)]
    risk, low, high = (_held(measure, x) for x in exact)
    assert risk is not None
    named = zip(("intervention", "intervention_low", "intervention_high"), exact, (risk, low, high), strict=True)
    held = [name for name, before, after in named if before != after]
    return AbsoluteEffect(
        measure=measure,
        baseline=baseline,
        denominator=denominator,
        control=denominator * baseline,
        intervention=denominator * risk,
        intervention_low=_times(low, denominator),
        intervention_high=_times(high, denominator),
        difference=denominator * (risk - baseline),
        difference_low=_times(low, denominator, minus=baseline),
        difference_high=_times(high, denominator, minus=baseline),
        number_needed=number_needed(
            risk - baseline,
            None if low is None else low - baseline,
            None if high is None else high - baseline,
            event_is_desirable=event_is_desirable,
        ),
        notes=tuple(Note(field=name, reason=_HELD) for name in held),
    )


def number_needed(
    difference: float,
    ci_low: float | None = None,
    ci_high: float | None = None,
    *,
    event_is_desirable: bool = False,
) -> NumberNeeded:
    """Invert a risk difference (intervention minus control, as a proportion) and its interval.

    An interval that includes no difference passes through infinity: its ends are a benefit and a harm, never two
    ordinary numbers (Altman 1998, BMJ 317:1309; Cochrane Handbook 5.1, section 12.5.4.5). Half an interval counts as
    none.
    """
    gain = 1.0 if event_is_desirable else -1.0
    number, side = _inverse(gain * difference)
    notes = [] if number is not None else [Note(field="number", reason="no difference: infinitely many to treat")]
    if ci_low is None or ci_high is None:
        return NumberNeeded(number=number, side=side, notes=tuple(notes))
    worst, best = sorted((gain * ci_low, gain * ci_high))
    low, low_side = _inverse(best)
    high, high_side = _inverse(worst)
    notes += [
        Note(field=name, reason="this end is no difference: infinitely many to treat")
        for name, value in (("ci_low", low), ("ci_high", high))
        if value is None
    ]
    return NumberNeeded(
        number=number,
        side=side,
        ci_low=low,
        ci_low_side=low_side,
        ci_high=high,
        ci_high_side=high_side,
        through_infinity=worst < 0.0 < best,
        notes=tuple(notes),
    )


def _inverse(gain: float) -> tuple[float | None, Side | None]:
    number = 1.0 / abs(gain) if gain != 0.0 else math.inf
    if not math.isfinite(number):
        return None, None
    return number, Side.BENEFIT if gain > 0.0 else Side.HARM


def _risk(measure: Measure, effect: float, baseline: float) -> float:
    match measure:
        case Measure.RR | Measure.IRR:
            return baseline * effect
        case Measure.OR | Measure.PETO:
            # Divided by the odds ratio above 1, so that a huge one gives 1 and not infinity over infinity.
            if effect > 1.0:
                return baseline / ((1.0 - baseline) / effect + baseline)
            return baseline * effect / (1.0 - baseline + baseline * effect)
        case Measure.HR:
            return -math.expm1(effect * math.log1p(-baseline))
        case _:
            return baseline + effect


def _held(measure: Measure, risk: float | None) -> float | None:
    if risk is None or measure is Measure.IRR:
        return risk
    return min(max(risk, 0.0), 1.0)


def _times(risk: float | None, denominator: int, minus: float = 0.0) -> float | None:
    return None if risk is None else denominator * (risk - minus)


_RATIOS = frozenset({Measure.RR, Measure.OR, Measure.PETO, Measure.HR, Measure.IRR})


def _check(
    measure: Measure,
    estimate: float,
    low: float | None,
    high: float | None,
    baseline: float,
    denominator: int,
) -> None:
    if measure not in _RATIOS and measure is not Measure.RD:
        raise ValueError(f"no absolute effect from {measure}: RR, OR, PETO, HR, IRR or RD is needed")
    if measure is Measure.IRR:
        if not (math.isfinite(baseline) and baseline > 0.0):
            raise ValueError(f"a baseline rate must be above 0, not {baseline}")
    elif not 0.0 < baseline < 1.0:
        raise ValueError(f"a baseline risk must lie between 0 and 1, not {baseline}")
    values = [x for x in (low, estimate, high) if x is not None]
    if not all(math.isfinite(x) for x in values):
        raise ValueError("an effect and its interval must be finite numbers")
    if measure in _RATIOS and min(values) < 0.0:
        raise ValueError(f"a ratio cannot be negative: {min(values)}")
    if measure is Measure.IRR and not math.isfinite(denominator * baseline * max(values)):
        raise ValueError(f"a rate ratio of {max(values)} is too large to apply to a rate of {baseline}")
    if values != sorted(values):
        raise ValueError(f"the interval {low} to {high} does not contain the estimate {estimate}")
