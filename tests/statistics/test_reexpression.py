"""Re-expression of an SMD: the reference value, the worked table of the field's formulas, and its symmetries."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.reexpression import (
    cohens_u3,
    logistic_responder_risk,
    odds_ratio,
    probability_of_superiority,
    reexpress_smd,
    responder_risk,
)
from oracle.loading import CLOSED_FORM, conversions

SMDS = st.floats(-4.0, 4.0)
SHARES = st.floats(0.001, 0.999)


def test_reference_values() -> None:
    (reference,) = (entry for entry in conversions() if entry["name"] == "smd_reexpress")
    given_, expected = reference["input"], reference["output"]
    made = reexpress_smd(given_["smd"], control_response=given_["cer"], familiar_sd=given_["sd"])
    assert made.familiar is not None
    assert made.responders is not None
    assert made.familiar.estimate == pytest.approx(expected["md"], rel=CLOSED_FORM)
    assert made.log_odds_ratio.estimate == pytest.approx(expected["ln_or"], rel=CLOSED_FORM)
    assert made.responders.gain.estimate == pytest.approx(expected["rd_probit"], rel=CLOSED_FORM)


# d, OR, probability of superiority %, U3 %, responders % at 20 % control (Furukawa, logistic), NNT; as published in
# the table that collects these formulas, to its printed digits.
WORKED = [
    (0.1, "1.20", "52.8", "54.0", "22.9", "23.1", "34"),
    (0.2, "1.44", "55.6", "57.9", "26.1", "26.4", "16.5"),
    (0.35, "1.89", "59.8", "63.7", "31.1", "32.1", "9.0"),
    (0.5, "2.48", "63.8", "69.1", "36.6", "38.2", "6.0"),
    (0.8, "4.27", "71.4", "78.8", "48.3", "51.6", "3.5"),
]


@pytest.mark.parametrize(("d", "ratio", "superior", "u3", "furukawa", "logistic", "needed"), WORKED)
def test_the_worked_table(
    d: float, ratio: str, superior: str, u3: str, furukawa: str, logistic: str, needed: str
) -> None:
    made = reexpress_smd(d, control_response=0.2)
    assert made.responders is not None
    number = made.responders.number_needed.number
    assert number is not None
    assert printed(odds_ratio(d), ratio) == ratio
    assert printed(100 * probability_of_superiority(d), superior) == superior
    assert printed(100 * cohens_u3(d), u3) == u3
    assert printed(100 * responder_risk(d, 0.2), furukawa) == furukawa
    assert printed(100 * logistic_responder_risk(d, 0.2), logistic) == logistic
    assert printed(number, needed) == needed


def printed(value: float | None, like: str) -> str:
    assert value is not None
    return f"{value:.{len(like.partition('.')[2])}f}"


def test_lower_is_better_turns_shares_but_not_points() -> None:
    made = reexpress_smd(-0.5, -0.8, -0.2, higher_is_better=False, control_response=0.2, familiar_sd=10.0)
    assert made.superiority.estimate == pytest.approx(probability_of_superiority(0.5))
    assert made.superiority.ci_low == pytest.approx(probability_of_superiority(0.2))
    assert made.familiar is not None
    assert made.familiar.ci_low == -8.0
    assert made.responders is not None
    assert made.responders.number_needed.ci_low == pytest.approx(1.0 / (responder_risk(0.8, 0.2) - 0.2))


def test_an_uncertain_smd_has_a_number_needed_through_infinity() -> None:
    made = reexpress_smd(0.1, -0.1, 0.3, control_response=0.2)
    assert made.responders is not None
    assert made.responders.number_needed.through_infinity


def test_no_effect_is_even() -> None:
    made = reexpress_smd(0.0, control_response=0.37)
    assert made.superiority.estimate == 0.5
    assert made.log_odds_ratio.estimate == 0.0
    assert made.responders is not None
    assert made.responders.gain.estimate == 0.0
    assert made.responders.number_needed.number is None
    assert made.familiar is None
    assert reexpress_smd(0.0).responders is None


def test_an_odds_ratio_that_overflows_is_none() -> None:
    assert odds_ratio(500.0) is None
    assert logistic_responder_risk(-500.0, 0.2) == 0.0


@pytest.mark.parametrize(
    ("smd", "options", "message"),
    [
        ((math.nan,), {}, "finite"),
        ((0.1, 0.2, 0.3), {}, "does not contain"),
        ((0.1,), {"control_response": 1.0}, "share of controls"),
        ((0.1,), {"familiar_sd": 0.0}, "standard deviation"),
    ],
)
def test_refusals(smd: tuple[float, ...], options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reexpress_smd(*smd, **options)  # type: ignore[arg-type]


@settings(max_examples=2000, deadline=None)
@given(d=SMDS, share=SHARES)
def test_symmetries(d: float, share: float) -> None:
    assert probability_of_superiority(d) + probability_of_superiority(-d) == pytest.approx(1.0)
    assert cohens_u3(d) + cohens_u3(-d) == pytest.approx(1.0)
    # Responding in one group is not responding in the other.
    assert responder_risk(d, share) + responder_risk(-d, 1.0 - share) == pytest.approx(1.0)
    ratio = odds_ratio(d)
    assert ratio is not None
    assert ratio * (odds_ratio(-d) or math.nan) == pytest.approx(1.0)
    # The logistic form is the odds ratio applied to the control's odds.
    odds = logistic_responder_risk(d, share) / (1.0 - logistic_responder_risk(d, share))
    assert odds == pytest.approx(ratio * share / (1.0 - share), rel=1e-9)


@settings(max_examples=2000, deadline=None)
@given(values=st.lists(SMDS, min_size=3, max_size=3).map(sorted), share=SHARES)
def test_intervals_keep_their_order(values: list[float], share: float) -> None:
    low, smd, high = values
    made = reexpress_smd(smd, low, high, control_response=share)
    for part in (made.log_odds_ratio, made.superiority, made.above_control_mean):
        assert part.ci_low is not None
        assert part.ci_high is not None
        assert part.ci_low <= part.estimate <= part.ci_high
