"""Absolute effects: reference values, hand arithmetic, and properties of risks and numbers needed to treat."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.absolute import AbsoluteEffect, Side, absolute_effect, number_needed
from evibrief.statistics.measures import Measure
from oracle.loading import CLOSED_FORM, conversions

RISKS = st.floats(0.001, 0.999)
RATIOS = st.lists(st.floats(0.01, 20.0), min_size=3, max_size=3).map(sorted)
RISK_MEASURES = st.sampled_from([Measure.RR, Measure.OR, Measure.PETO, Measure.HR])


def entry(name: str) -> dict[str, Any]:
    (found,) = (entry for entry in conversions() if entry["name"] == name)
    return dict(found)


@pytest.mark.parametrize("measure", [Measure.RR, Measure.OR, Measure.HR])
def test_reference_values(measure: Measure) -> None:
    reference = entry(f"absolute_from_{measure.lower()}")
    given_, expected = reference["input"], reference["output"]
    made = absolute_effect(measure, given_[measure.lower()], given_["lb"], given_["ub"], baseline=given_["cer"])
    found = {
        "risk": made.intervention / 1000,
        "risk_lb": (made.intervention_low or 0.0) / 1000,
        "risk_ub": (made.intervention_high or 0.0) / 1000,
        "rd1000": made.difference,
        "rd1000_lb": made.difference_low,
        "rd1000_ub": made.difference_high,
        "nnt": made.number_needed.number,
        # The reference keeps the signs of the inverted risk differences; here the side says it.
        "nnt_a": -(made.number_needed.ci_low or 0.0),
        "nnt_b": -(made.number_needed.ci_high or 0.0),
        "rr": made.intervention / made.control,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=CLOSED_FORM)
    assert made.number_needed.side is Side.BENEFIT


def test_natural_frequencies_by_hand() -> None:
    # 18 % of 1,000 is 180; 0.5 * 180 = 90, and 90 fewer in 1,000 is one in 11.1.
    made = absolute_effect(Measure.RR, 0.5, 0.4, 0.6, baseline=0.18)
    assert (made.control, made.intervention, made.difference) == pytest.approx((180.0, 90.0, -90.0))
    assert made.number_needed.number == pytest.approx(1000 / 90)
    assert (made.number_needed.ci_low, made.number_needed.ci_high) == pytest.approx((1000 / 108, 1000 / 72))


def test_risk_difference_and_other_denominator() -> None:
    made = absolute_effect(Measure.RD, 0.05, -0.02, 0.12, baseline=0.30, denominator=100)
    assert (made.control, made.intervention) == pytest.approx((30.0, 35.0))
    assert (made.difference_low, made.difference_high) == pytest.approx((-2.0, 12.0))
    assert made.number_needed.side is Side.HARM


def test_odds_ratio_by_hand() -> None:
    # Odds 0.25 / 0.75 = 1/3, times 3 is 1, that is a risk of one half.
    assert absolute_effect(Measure.OR, 3.0, baseline=0.25).intervention == pytest.approx(500.0)
    assert absolute_effect(Measure.PETO, 3.0, baseline=0.25).intervention == pytest.approx(500.0)


def test_rates_may_exceed_one_event_per_unit_of_time() -> None:
    made = absolute_effect(Measure.IRR, 0.8, 0.7, 0.9, baseline=2.5)
    assert (made.control, made.intervention, made.difference) == pytest.approx((2500.0, 2000.0, -500.0))
    assert made.number_needed.number == pytest.approx(2.0)


def test_a_risk_above_one_is_held_and_said() -> None:
    made = absolute_effect(Measure.RR, 2.0, 1.5, 4.0, baseline=0.4)
    assert made.intervention == pytest.approx(800.0)
    assert made.intervention_high == 1000.0
    assert [note.field for note in made.notes] == ["intervention_high"]


def test_without_an_interval_there_is_none() -> None:
    made = absolute_effect(Measure.HR, 0.5, baseline=0.5)
    assert made.intervention == pytest.approx(1000 * (1 - math.sqrt(0.5)))
    assert made.intervention_low is None
    assert made.difference_high is None
    assert made.number_needed.ci_low is None
    assert not made.number_needed.through_infinity


def test_number_needed_through_infinity() -> None:
    # Altman 1998 (BMJ 317:1309): a risk reduction of 10 % (-5 % to 25 %) is an NNTB of 10, from NNTB 4 through
    # infinity to NNTH 20.
    made = number_needed(-0.10, -0.25, 0.05)
    assert (made.number, made.side) == (pytest.approx(10.0), Side.BENEFIT)
    assert (made.ci_low, made.ci_low_side) == (pytest.approx(4.0), Side.BENEFIT)
    assert (made.ci_high, made.ci_high_side) == (pytest.approx(20.0), Side.HARM)
    assert made.through_infinity


def test_a_desirable_event_turns_the_sides() -> None:
    made = number_needed(0.10, 0.05, 0.25, event_is_desirable=True)
    assert (made.side, made.ci_low_side, made.ci_high_side) == (Side.BENEFIT,) * 3
    assert (made.ci_low, made.ci_high) == pytest.approx((4.0, 20.0))


def test_no_difference_is_infinitely_many_and_said() -> None:
    made = number_needed(0.0, -0.1, 0.1)
    assert made.number is None
    assert made.side is None
    assert made.through_infinity
    assert made.notes[0].field == "number"
    touching = number_needed(-0.1, -0.2, 0.0)
    assert touching.ci_high is None
    assert not touching.through_infinity
    assert [note.field for note in touching.notes] == ["ci_high"]


@pytest.mark.parametrize("baseline", [0.0, 1.0, -0.1, 1.2, math.nan, math.inf])
def test_a_baseline_risk_lies_between_zero_and_one(baseline: float) -> None:
    with pytest.raises(ValueError, match="baseline risk"):
        absolute_effect(Measure.RR, 0.8, baseline=baseline)


@pytest.mark.parametrize(
    ("measure", "effect", "message"),
    [
        (Measure.SMD, (0.2, 0.1, 0.3), "no absolute effect"),
        (Measure.RR, (-0.2, -0.3, 0.3), "negative"),
        (Measure.RR, (0.8, 0.9, 1.0), "does not contain"),
        (Measure.RR, (math.nan, None, None), "finite"),
        (Measure.RR, (1.0, 0.5, math.inf), "finite"),
        (Measure.IRR, (1e308, None, None), "too large"),
    ],
)
def test_refusals(measure: Measure, effect: tuple[float, float | None, float | None], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        absolute_effect(measure, *effect, baseline=0.5)


def test_a_baseline_rate_is_above_zero() -> None:
    with pytest.raises(ValueError, match="baseline rate"):
        absolute_effect(Measure.IRR, 0.8, baseline=0.0)


@settings(max_examples=2000, deadline=None)
@given(measure=RISK_MEASURES, ratios=RATIOS, baseline=RISKS)
def test_frequencies_are_frequencies(measure: Measure, ratios: list[float], baseline: float) -> None:
    low, estimate, high = ratios
    made = absolute_effect(measure, estimate, low, high, baseline=baseline)
    assert made.intervention_low is not None
    assert made.intervention_high is not None
    assert 0.0 <= made.intervention_low <= made.intervention <= made.intervention_high <= 1000.0
    assert made.difference == pytest.approx(made.intervention - made.control, abs=1e-9)
    assert all(math.isfinite(x) for x in numbers(made))


def numbers(made: AbsoluteEffect) -> list[float]:
    parts = [*dataclasses.asdict(made).values(), *dataclasses.asdict(made.number_needed).values()]
    return [x for x in parts if isinstance(x, float)]


@settings(max_examples=2000, deadline=None)
@given(measure=RISK_MEASURES, baseline=RISKS)
def test_a_ratio_of_one_changes_nothing(measure: Measure, baseline: float) -> None:
    made = absolute_effect(measure, 1.0, baseline=baseline)
    assert made.intervention == pytest.approx(made.control, rel=1e-12)


@settings(max_examples=2000, deadline=None)
@given(ratio=st.floats(0.01, 20.0), baseline=RISKS)
def test_an_odds_ratio_is_symmetric_in_events_and_their_absence(ratio: float, baseline: float) -> None:
    events = absolute_effect(Measure.OR, ratio, baseline=baseline).intervention
    without = absolute_effect(Measure.OR, 1.0 / ratio, baseline=1.0 - baseline).intervention
    assert events + without == pytest.approx(1000.0, rel=1e-12)


@settings(max_examples=2000, deadline=None)
@given(differences=st.lists(st.floats(-1.0, 1.0), min_size=3, max_size=3).map(sorted))
def test_a_number_needed_inverts_back(differences: list[float]) -> None:
    low, estimate, high = differences
    made = number_needed(estimate, low, high)

    def back(number: float | None, side: Side | None) -> float:
        return 0.0 if number is None else (-1.0 if side is Side.BENEFIT else 1.0) / number

    assert back(made.number, made.side) == pytest.approx(estimate, rel=1e-12, abs=1e-300)
    assert back(made.ci_low, made.ci_low_side) == pytest.approx(low, rel=1e-12, abs=1e-300)
    assert back(made.ci_high, made.ci_high_side) == pytest.approx(high, rel=1e-12, abs=1e-300)
    assert made.through_infinity == (low < 0.0 < high)
