"""The parts that checks are made of, to the last digit: a check that is nearly right speaks at the wrong time.

Every expectation is worked out by hand beside it.
"""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from builders import PROJECTS
from checks.recording import arm, arms, contrast, events, means, study
from evibrief.checks import problem_of, remarks
from evibrief.checks.arm_effects import effect_of_arms, of_means
from evibrief.checks.baseline import at_the_start
from evibrief.checks.contrasts import (
    P_CONTRADICTS,
    P_DIFFERS,
    Printed,
    contradiction,
    off_middle,
    p_range,
    standard_error,
)
from evibrief.checks.digits import whole_totals
from evibrief.checks.flow import plan_p
from evibrief.checks.impossible import widest_sd
from evibrief.checks.printed import Range, at_most, sd_of, shown
from evibrief.checks.redundancy import spreads_agree, tolerance
from evibrief.checks.running import lint_study
from evibrief.checks.words import FORBIDDEN, PHRASES, said
from evibrief.records.library import Library, read_library
from evibrief.records.results import ContinuousArm, Contrast, ContrastMeasure


def rates(new: tuple[int, str], old: tuple[int, str]) -> dict[str, Any]:
    both = {name: {"events": e, "person_years": years} for name, (e, years) in (("new", new), ("old", old))}
    return {"type": "rate", "arms": both}


def mean_of(n: int, **given: str) -> ContinuousArm:
    return ContinuousArm.model_validate({"mean": "5.0", **given, "n": n})


def test_a_standard_deviation_from_an_interval_knows_its_rounding() -> None:
    """4.0 to 6.0 of 25: half widths 0.95, 1.00, 1.05 over t(24) = 2.063899 give standard errors, times 5."""
    found = sd_of(mean_of(25, ci_low="4.0", ci_high="6.0"))
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((2.3015, 2.4226, 2.5437), abs=5e-5)


def test_a_standard_deviation_from_a_standard_error_knows_its_rounding() -> None:
    """0.4 of 25 people: 5 times 0.35, 0.40, 0.45; of two, the least that have a spread: sqrt(2) times."""
    for n, times in ((25, 5), (2, math.sqrt(2))):
        found = sd_of(mean_of(n, se="0.4"))
        assert found is not None
        assert (found.low, found.value, found.high) == pytest.approx((0.35 * times, 0.40 * times, 0.45 * times))
    assert sd_of(mean_of(1, se="0.4")) is None


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (1e-9, 0.0, True),  # 1e-9 of one, for whatever is smaller than one
        (1.1e-9, 0.0, False),
        (0.5 + 0.9e-9, 0.5, True),
        (0.5 + 1.1e-9, 0.5, False),
        (1e6 + 0.9e-3, 1e6, True),  # 1e-9 of a million
        (1e6 + 1.1e-3, 1e6, False),
        (-1e6 + 0.9e-3, -1e6, True),
        (-1e6 + 1.1e-3, -1e6, False),
        (-1e6, 1e-9, True),
    ],
)
def test_what_is_noise_depends_on_the_size_of_figures(value: float, limit: float, expected: bool) -> None:
    assert at_most(value, limit) is expected


def test_spreads_that_are_two_percent_apart_agree() -> None:
    """2 % of 50 is 1: 49 meets 48 and 1, and so from the other side."""
    one, other = Range(low=49.0, value=50.0, high=51.0), Range(low=47.0, value=47.5, high=48.0)
    assert spreads_agree(one, other)
    assert spreads_agree(other, one)
    less = Range(low=47.0, value=47.5, high=47.99)
    assert not spreads_agree(one, less)
    assert not spreads_agree(less, one)


def at_start(mean: str, sd: str, n: int) -> ContinuousArm:
    return mean_of(n, sd="1.0", baseline_mean=mean, baseline_sd=sd)


@pytest.mark.parametrize(
    ("one", "two", "smallest", "largest"),
    [
        # SD 1 of two people each: SE sqrt(1/2 + 1/2) = 1; with two degrees of freedom p = 1 - t / sqrt(2 + t^2).
        # 12 and 10, each to half a unit: between 1 and 3 apart
        (("12", "1", 2), ("10", "1", 2), 1 - 3 / math.sqrt(11), 1 - 1 / math.sqrt(3)),
        (("10", "1", 2), ("12", "1", 2), 1 - 3 / math.sqrt(11), 1 - 1 / math.sqrt(3)),
        # 10.5 and 10.0 may be 0.4 to 0.6 apart
        (("10.5", "1", 2), ("10.0", "1", 2), 1 - 0.6 / math.sqrt(2.36), 1 - 0.4 / math.sqrt(2.16)),
        # 10.5 and 10: the second to half a unit, the first to a twentieth: up to 1.05 apart, or not at all
        (("10.5", "1", 2), ("10", "1", 2), 1 - 1.05 / math.sqrt(3.1025), 1.0),
        # SD 3 and 4: SE sqrt(9/2 + 16/2) = sqrt(12.5), 12 and 10 as above
        (("12", "3", 2), ("10", "4", 2), 1 - 3 / math.sqrt(25 + 9), 1 - 1 / math.sqrt(25 + 1)),
    ],
)
def test_how_far_two_groups_are_apart_at_the_start(
    one: tuple[str, str, int], two: tuple[str, str, int], smallest: float, largest: float
) -> None:
    found = at_the_start(at_start(*one), at_start(*two))
    assert found is not None
    assert (found.smallest_p, found.largest_p) == pytest.approx((smallest, largest), abs=1e-9)
    assert not found.is_identical


def test_groups_alike_at_the_start_have_mean_and_spread_in_common() -> None:
    first = at_start("10", "1", 2)
    for other, expected in (
        (at_start("10", "1", 3), True),
        (at_start("10", "2", 2), False),
        (at_start("11", "1", 2), False),
    ):
        found = at_the_start(first, other)
        assert found is not None
        assert found.is_identical is expected
    for nothing in (at_start("10", "1", 1), mean_of(2, sd="1.0"), mean_of(2, sd="1.0", baseline_mean="10")):
        assert at_the_start(first, nothing) is None
        assert at_the_start(nothing, first) is None


def test_an_interval_as_narrow_as_its_rounding_may_be_of_no_spread_at_all() -> None:
    """4.9 to 5: widths of 0.1 less 0.55, 0.1, and 0.65 over 2 t(24) = 4.127797, times 5; and 0.05 of 4 people."""
    found = sd_of(mean_of(25, mean="4.95", ci_low="4.9", ci_high="5"))
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((0.0, 0.12113, 0.78734), abs=1e-5)
    small = sd_of(mean_of(4, sd="0.05"))
    assert small is not None
    assert (small.low, small.value, small.high) == pytest.approx((0.045, 0.05, 0.055))


def test_noise_of_large_figures_is_no_lopsided_interval() -> None:
    """84543188.2 to 87280960.7 have 85912074.45 in the middle: 0.15 off, one and a half units, and not more."""
    figures = {"estimate": Decimal("85912074.3"), "low": Decimal("84543188.2"), "high": Decimal("87280960.7")}
    assert off_middle(Printed(**figures, se=None, p=None, level=0.95, is_ratio=False)) is None


@pytest.mark.parametrize(
    ("result", "measure", "estimate", "se", "rounding"),
    [
        # 30 of 100 and 10 of 50
        (events((30, 100), (10, 50)), "RD", 0.1, math.sqrt(0.0021 + 0.0032), 0),
        (events((30, 100), (10, 50)), "RR", math.log(1.5), math.sqrt(1 / 30 - 1 / 100 + 1 / 10 - 1 / 50), 0),
        (events((30, 100), (10, 50)), "OR", math.log(12 / 7), math.sqrt(1 / 30 + 1 / 70 + 1 / 10 + 1 / 40), 0),
        # everyone in both groups has the event
        (events((100, 100), (50, 50)), "RR", 0.0, None, 0),
        (events((100, 100), (50, 50)), "RD", 0.0, None, 0),
        # 20 in 1000 years and 40 in 500
        (rates((20, "1000"), (40, "500")), "IRD", -0.06, math.sqrt(0.00002 + 0.00016), 0),
        (rates((20, "1000"), (40, "500")), "IRR", math.log(0.25), math.sqrt(1 / 20 + 1 / 40), 0),
        (rates((0, "1000"), (0, "500")), "IRD", 0.0, None, 0),
        # 13 and 10, SD 3 of two and 1 of four people: pooled sqrt((9 + 3) / 4), so d is sqrt 3,
        # its SE sqrt(1/2 + 1/4 + 3 / 12); each mean to half a unit
        (means(arm("13", "3", n=2), arm("10", "1", n=4)), "SMD", math.sqrt(3), 1.0, 1 / math.sqrt(3)),
        (means(arm("13", "3", n=2), arm("10", "1", n=4)), "MD", 3.0, math.sqrt(9 / 2 + 1 / 4), 1.0),
        # 8 and 4, SD 4 and 2, four people each: twice as much; coefficients of variation of 1/2
        (means(arm("8", "4", n=4), arm("4", "2", n=4)), "ROM", math.log(2), math.sqrt(1 / 8), 0.5 / 8 + 0.5 / 4),
        ({"type": "survival", "o_minus_e": "-5.0", "v": "20.0"}, "HR", -0.25, math.sqrt(1 / 20), 0.05 / 20),
    ],
)
def test_effects_of_arms(
    result: dict[str, Any], measure: str, estimate: float, se: float | None, rounding: float
) -> None:
    made = study([{**result, "contrast": contrast(measure, "1.0")}])
    given = made.results[0].contrast
    assert given is not None
    found = effect_of_arms(made, made.results[0], given)
    assert found is not None
    assert found.estimate == pytest.approx(estimate, abs=1e-12)
    assert found.se == (None if se is None else pytest.approx(se, abs=1e-12))
    assert found.rounding == pytest.approx(rounding, abs=1e-12)


@pytest.mark.parametrize(
    ("mean", "n", "expected"),
    [
        ("3.45", 20, [69]),
        ("3.4", 20, [67, 68, 69]),  # 67.0 to 69.0
        ("3", 4, [10, 11, 12, 13, 14]),
        ("0.15", 100, [15]),  # 14.5 to 15.5
        ("-0.25", 8, [-2]),  # -2.04 to -1.96
        ("1000000.15", 10, []),  # 10,000,001.45 to .55
        (
            "6205234.9",
            40,
            [248_209_394, 248_209_395, 248_209_396, 248_209_397, 248_209_398],
        ),  # 6205234.85 x 40 is whole
    ],
)
def test_totals_that_a_mean_may_come_from(mean: str, n: int, expected: list[int]) -> None:
    assert list(whole_totals(Decimal(mean), n)) == expected


def test_two_people_have_a_difference_of_means() -> None:
    """Means 5 and 5, SD 1 and 1, two people each: SE is sqrt(1/2 + 1/2), with two degrees of freedom."""
    both = mean_of(2, sd="1.0")
    found = of_means(both, both, ContrastMeasure.MD)
    assert found is not None
    assert (found.estimate, found.se, found.df) == (0.0, 1.0, 2)
    for pair in ((mean_of(1, sd="1.0"), both), (both, mean_of(1, sd="1.0"))):
        assert of_means(*pair, ContrastMeasure.MD) is None


def ratio(estimate: str, low: str, high: str) -> Printed:
    figures = {"estimate": Decimal(estimate), "low": Decimal(low), "high": Decimal(high)}
    return Printed(**figures, se=None, p=None, level=0.95, is_ratio=True)


def test_how_far_a_ratio_may_lie_off_the_middle() -> None:
    """0.50 to 1.28, middle 0.80: ln(0.90 / 0.80) = 0.117783.

    May be off by 0.005 (2 + 0.78125) / 2 + 0.005 / 0.9 + 0.01 = 0.022509.
    """
    found = off_middle(ratio("0.90", "0.50", "1.28"))
    assert found is not None
    assert found["off"] == pytest.approx(0.117783, abs=1e-6)
    assert found["tolerance"] == pytest.approx(0.022509, abs=1e-6)


def test_how_far_a_difference_may_lie_off_the_middle() -> None:
    """1.0 to 3.0 around 2.5: off by 0.5; one and a half units of 0.1."""
    figures = {"estimate": Decimal("2.5"), "low": Decimal("1.0"), "high": Decimal("3.0")}
    found = off_middle(Printed(**figures, se=None, p=None, level=0.95, is_ratio=False))
    assert found == {"off": pytest.approx(0.5), "tolerance": pytest.approx(0.15)}


@pytest.mark.parametrize(
    ("p", "half", "low", "high", "expected"),
    [
        (0.04, 0.005, 0.06, 0.10, P_CONTRADICTS),  # 0.045 at most, 0.06 at least
        (0.048, 0.005, 0.06, 0.10, P_DIFFERS),  # it may be 0.053: no side taken, and yet less than 0.06
        (0.057, 0.005, 0.01, 0.04, P_CONTRADICTS),  # 0.052 at least, 0.04 at most
        (0.053, 0.005, 0.01, 0.04, P_DIFFERS),  # it may be 0.048
        (0.10, 0.05, 0.01, 0.03, P_DIFFERS),  # it may be 0.05 itself, and is more than 0.03
        (0.04, 0.005, 0.05, 0.10, P_CONTRADICTS),  # 0.05 itself is on the upper side
        (0.025, 0.025, 0.06, 0.10, P_DIFFERS),  # it may be 0.05
        (0.10, 0.005, 0.01, 0.05, P_DIFFERS),  # both may be on the upper side
        (0.043, 0.005, 0.01, 0.04, None),  # 0.038 to 0.048 meets 0.01 to 0.04
        (0.03, 0.005, 0.01, 0.04, None),
    ],
)
def test_when_a_p_value_contradicts(p: float, half: float, low: float, high: float, expected: object) -> None:
    assert contradiction(p, half, Range(low=low, value=(low + high) / 2, high=high)) is expected


def test_groups_of_the_planned_sizes_have_nothing_to_explain() -> None:
    assert plan_p(50, 50, 1) == 1.0
    # 60 to 40: (10 - 0.5) / sqrt(100 x 0.25) = 1.9, two-sided p = 0.05743
    assert plan_p(60, 40, 1) == pytest.approx(0.05743, abs=1e-5)
    # the plan itself
    assert plan_p(60, 30, 2) == 1.0


def test_a_number_is_shown_as_readers_can_take_it() -> None:
    assert [shown(value) for value in (0.012345, 1.2345, 99.94, 123.4, 1234.5, -1234.4)] == [
        "0.0123", "1.23", "99.9", "123", "1234", "-1234",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "estimate", "expected"),
    [
        ("RR", "0.8", 0.075),  # 0.6 of a unit of 0.1, over 0.8
        ("RR", "8.00", 0.02),  # 0.6 of a unit of 0.01, over 8, is less than the least
        ("MD", "2.0", 0.05),  # half a unit of 0.1
        ("RD", "0.2", 0.15),  # one and a half units of 0.1
        ("SMD", "0.2", 0.1),
    ],
)
def test_how_far_an_estimate_may_lie_from_the_arms(measure: str, estimate: str, expected: float) -> None:
    given = Contrast.model_validate(contrast(measure, estimate, "0.1", "0.9" if float(estimate) < 0.9 else "9"))
    assert tolerance(given) == pytest.approx(expected)


def test_a_negated_proof_claims_nothing() -> None:
    (proof,) = [phrase for phrase in PHRASES if phrase.check is FORBIDDEN and said(phrase, "It was proven.")]
    assert said(proof, "It is not proven. It was proven.") == ["proven"]


def small() -> Library:
    return read_library(PROJECTS / "small")


def test_a_summary_is_looked_at_only_where_all_its_studies_are_there() -> None:
    library = small()
    some = {name: entry for name, entry in library.studies.items() if name != "made-up-2002"}
    found = remarks(Library(studies=some, summaries=library.summaries))
    assert not [one for one in found if one.kind == "summary"]
    assert [one for one in remarks(library) if one.kind == "summary"]


def test_a_remark_has_the_place_of_its_field() -> None:
    library = small()
    for found in remarks(library):
        entry = library.studies[found.record] if found.kind == "study" else library.summaries[found.record]
        expected = entry.place(found.location) if found.location else None
        problem = problem_of(found, library)
        assert (problem.line, problem.column) == ((expected.line, expected.column) if expected else (1, 1))
        assert Path(problem.path).suffix == ".yaml"


def test_skew_is_told_in_standard_deviations() -> None:
    """A mean of 9.8 on a scale from 0, SD 5.0: 1.96 standard deviations."""
    instrument = {"scale": {"name": "Scale of Things", "better": "higher", "low": "0", "high": "30"}}
    made = study([means(arm("9.8", "5.0"), arm("25.0", "5.0"))], instruments=instrument)
    (found,) = [one for one in lint_study(made) if one.code == "p31-skew"]
    assert "lies 1.96 standard deviations above the lowest score" in found.message


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        (5.0, 7.0711),  # half at either end: sqrt(5 x 5 x 2 / 1)
        (2.0, 7.0711 * math.sqrt(2.5 * 7.5) / 5),  # it may be 2.5
        (8.0, 7.0711 * math.sqrt(2.5 * 7.5) / 5),  # it may be 7.5
        (-0.4, 7.0711 * math.sqrt(0.1 * 9.9) / 5),  # it may be 0.1
        (-0.6, None),
        (10.6, None),
    ],
)
def test_the_widest_spread_that_a_scale_and_a_mean_allow(mean: float, expected: float | None) -> None:
    """Two people on a scale from 0 to 10, a mean printed without a digit."""
    found = widest_sd(Range(low=mean - 0.5, value=mean, high=mean + 0.5), 0, 10, 2)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-4))


def test_the_standard_error_behind_an_interval_knows_its_rounding() -> None:
    """1.0 to 3.0 over twice 1.959964: widths of 1.9, 2.0 and 2.1 over 3.919928."""
    figures = {"estimate": Decimal("2.0"), "low": Decimal("1.0"), "high": Decimal("3.0")}
    found = standard_error(Printed(**figures, se=None, p=None, level=0.95, is_ratio=False))
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((0.484703, 0.510213, 0.535724), abs=1e-6)


def normal_p(z: float) -> float:
    return 2 * NormalDist().cdf(-z)


def cauchy_p(t: float) -> float:
    """Student's t with one degree of freedom is Cauchy's distribution."""
    return 1 - 2 / math.pi * math.atan(t)


def test_the_p_values_that_an_estimate_and_its_interval_allow() -> None:
    """2.0 (1.0 to 3.0), as above, with a tenth of slack: z is 3.920, 0.9 x 1.95 / 0.535724 to 1.1 x 2.05 / 0.484703."""
    figures = {"estimate": Decimal("2.0"), "low": Decimal("1.0"), "high": Decimal("3.0")}
    given = Printed(**figures, se=None, p=None, level=0.95, is_ratio=False)
    found = p_range(given)
    assert found is not None
    assert found.low == pytest.approx(normal_p(4.652336), rel=1e-4)
    assert found.value == pytest.approx(normal_p(3.919928), rel=1e-4)
    assert found.high == pytest.approx(normal_p(3.275940), rel=1e-4)
    # by t with one degree of freedom the same widths are 25.412409 standard errors
    wider = p_range(given, (None, 1))
    assert wider is not None
    assert wider.low == found.low
    assert wider.value == found.value
    assert wider.high == pytest.approx(cauchy_p(0.9 * 1.95 / 2.1 * 25.412409), rel=1e-5)


def test_an_estimate_on_either_side_of_nothing_allows_any_p_value() -> None:
    """0.0 may be -0.05 to 0.05: no distance from nothing, up to p = 1."""
    figures = {"estimate": Decimal("0.0"), "low": Decimal("-1.0"), "high": Decimal("1.0")}
    found = p_range(Printed(**figures, se=None, p=None, level=0.95, is_ratio=False))
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(normal_p(1.1 * 0.05 / (1.9 / 3.919928)), rel=1e-5)


def test_the_worst_of_three_arms_is_the_one_that_is_told() -> None:
    """Of 100 each, 0, 5 and 25 are not analysed: up to 25 %, 25 points apart."""
    three = [*arms(100, 100), {"id": "third", "label": "Third treatment", "role": "intervention", "n_randomised": 100}]
    counts = {"new": {"events": 20, "n": 100}, "old": {"events": 20, "n": 95}, "third": {"events": 20, "n": 75}}
    found = lint_study(study([{"type": "dichotomous", "arms": counts}], arms=three))
    (told,) = [one for one in found if one.code == "p43-attrition"]
    assert "up to 25% of an arm is not analysed, and the arms differ by 25 points" in told.message
