"""Optimal information size: the reference value, textbook sample sizes, and how it scales."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.information_size import (
    RiskVariance,
    information_size_binary,
    information_size_continuous,
)
from oracle.loading import CLOSED_FORM, conversions


def test_reference_values() -> None:
    (reference,) = (entry for entry in conversions() if entry["name"] == "ois_binary")
    given_, expected = reference["input"], reference["output"]
    plain, adjusted = (
        information_size_binary(
            given_["pc"],
            given_["rrr"],
            alpha=given_["alpha"],
            power=given_["power"],
            variance=RiskVariance.AVERAGE,
            diversity=diversity,
        )
        for diversity in (0.0, given_["d2"])
    )
    assert plain == pytest.approx(expected["n_total"], rel=CLOSED_FORM)
    assert adjusted == pytest.approx(expected["n_total_da"], rel=CLOSED_FORM)


def test_separate_variances_by_hand() -> None:
    # z(0.975) = 1.959964, z(0.8) = 0.841621, squared sum 7.848879; 0.2 * 0.8 + 0.16 * 0.84 = 0.2944; 0.04^2 = 0.0016.
    assert information_size_binary(0.2, 0.2) == pytest.approx(2 * 7.848879 * 0.2944 / 0.0016, rel=1e-6)


def test_a_small_smd_needs_about_eight_hundred_people() -> None:
    # 4 * 7.848879 / 0.2^2, the origin of the rule of thumb of 800.
    assert information_size_continuous(0.2) == pytest.approx(784.888, abs=0.001)
    assert information_size_continuous(2.0, sd=10.0) == pytest.approx(784.888, abs=0.001)


@pytest.mark.parametrize(
    ("risk", "reduction", "message"),
    [(0.0, 0.2, "risks"), (1.0, 0.2, "risks"), (0.5, 1.0, "risks"), (0.9, -0.2, "risks"), (0.2, 0.0, "without a risk")],
)
def test_refusals_binary(risk: float, reduction: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        information_size_binary(risk, reduction)


@pytest.mark.parametrize(
    ("difference", "options", "message"),
    [
        (0.0, {}, "without a difference"),
        (math.nan, {}, "without a difference"),
        (0.2, {"sd": 0.0}, "standard deviation"),
        (0.2, {"alpha": 0.0}, "alpha"),
        (0.2, {"power": 1.0}, "power"),
        (0.2, {"diversity": 1.0}, "diversity"),
        (1e-200, {}, "too small"),
    ],
)
def test_refusals_continuous(difference: float, options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        information_size_continuous(difference, **options)


@settings(max_examples=2000, deadline=None)
@given(
    risk=st.floats(0.01, 0.95), reduction=st.floats(0.05, 0.9), power=st.floats(0.5, 0.95), more=st.floats(0.001, 0.04)
)
def test_scaling(risk: float, reduction: float, power: float, more: float) -> None:
    size = information_size_binary(risk, reduction, power=power)
    assert 0.0 < size < information_size_binary(risk, reduction, power=power + more)
    # The average-risk variance is never the smaller one.
    average = information_size_binary(risk, reduction, power=power, variance=RiskVariance.AVERAGE)
    assert average >= size * (1.0 - 1e-12)
    halved = information_size_continuous(reduction / 2.0, power=power)
    assert halved == pytest.approx(4.0 * information_size_continuous(reduction, power=power))
