"""What a paper prints twice. Expectations are worked out by hand beside each case."""

from __future__ import annotations

import math
from typing import Any

import pytest

from checks.recording import arm, codes, contrast, events, means, printed, study
from evibrief.checks.running import lint_study


def found(result: dict[str, Any], **changes: Any) -> list[str]:
    return codes(lint_study(study([result], **changes)))


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high", "speaks"),
    [
        ("MD", "2.0", "1.0", "3.0", False),
        ("MD", "2.15", "1.0", "3.0", False),  # 1.5 units of 0.1
        ("MD", "2.16", "1.0", "3.0", True),
        # sqrt(0.50 x 1.28) = 0.80; tolerance 0.005 (2 + 0.781) / 2 + 0.005 / estimate + 0.01 = 0.0231
        ("RR", "0.80", "0.50", "1.28", False),
        ("RR", "0.81", "0.50", "1.28", False),  # off by ln(0.81 / 0.80) = 0.0124
        ("RR", "0.82", "0.50", "1.28", True),  # 0.0247
    ],
)
def test_intervals_have_their_estimate_in_the_middle(
    measure: str, estimate: str, low: str, high: str, speaks: bool
) -> None:
    assert ("p13-lopsided-interval" in found(printed(measure, estimate, low, high))) == speaks


@pytest.mark.parametrize(
    ("estimate", "low", "high", "p", "expected"),
    [
        # 2.0 (1.0 to 3.0): SE 1 / 1.96 = 0.510, z = 3.92, p = 0.00009.
        # Weakest by rounding and slack: 0.9 x 1.95 / (2.1 / 3.92) = 3.276, p = 0.00105
        ("2.0", "1.0", "3.0", "0.00009", []),
        ("2.0", "1.0", "3.0", "0.001", []),
        ("2.0", "1.0", "3.0", "0.0011", []),
        ("2.0", "1.0", "3.0", "0.0012", ["p16-p-differs"]),
        ("2.0", "1.0", "3.0", "0.01", []),  # may stand for "below 0.01"
        ("2.0", "1.0", "3.0", "0.02", ["p16-p-differs"]),
        ("2.0", "1.0", "3.0", "0.2", ["p16-p-contradicts"]),
        # 0.5 (-1.0 to 2.0): z = 0.65, p = 0.51
        ("0.5", "-1.0", "2.0", "0.51", []),
        ("0.5", "-1.0", "2.0", "0.03", ["p16-p-contradicts"]),
        ("0.5", "-1.0", "2.0", "0.25", ["p16-p-differs"]),
        # 2.0 (0.0 to 4.0): z = 1.96; p on either side of 0.05 may be right
        ("2.0", "0.0", "4.0", "0.04", []),
        ("2.0", "0.0", "4.0", "0.06", []),
    ],
)
def test_p_values_follow_from_estimate_and_interval(
    estimate: str, low: str, high: str, p: str, expected: list[str]
) -> None:
    assert found(printed("MD", estimate, low, high, p=p)) == expected


def test_p_of_a_t_test_of_few_people_is_understood() -> None:
    # Means 14 and 10, SD 2.0, 3 people each: SE 1.633, t = 2.449 with 4 df, p = 0.0705; interval 4 -+ 2.776 x 1.633
    result = means(
        arm("14.0", "2.0", n=3), arm("10.0", "2.0", n=3), contrast=contrast("MD", "4.0", "-0.5", "8.5", p="0.071")
    )
    assert [code for code in found(result) if code.startswith(("p13", "p14", "p15", "p16"))] == []


@pytest.mark.parametrize(
    ("estimate", "low", "high", "expected"),
    [
        # 30/100 and 40/100: RR 0.75, SE of its logarithm sqrt(1/30 - 1/100 + 1/40 - 1/100) = 0.1958, 0.51 to 1.10
        ("0.75", "0.51", "1.10", []),
        ("0.75", "0.60", "0.94", ["p14-interval-against-arms"]),  # SE 0.1145
        ("0.75", "0.52", "1.07", []),  # SE at most ln(1.075 / 0.515) / 3.92 = 0.1877, ratio 1.04
        ("0.75", "0.53", "1.06", ["p14-interval-against-arms"]),  # at most 0.1805, ratio 1.085
        ("0.75", "0.50", "1.13", []),  # at least ln(1.125 / 0.505) / 3.92 = 0.2043, ratio 0.958
        ("0.75", "0.49", "1.15", ["p14-interval-against-arms"]),  # at least 0.2139, ratio 0.915
        ("0.76", "0.51", "1.13", []),  # ln(0.76 / 0.75) = 0.013
        ("0.77", "0.52", "1.14", ["p15-estimate-against-arms"]),  # 0.026
        ("1.33", "0.91", "1.95", ["p18-direction"]),
    ],
)
def test_risk_ratio_against_its_arms(estimate: str, low: str, high: str, expected: list[str]) -> None:
    assert found(events((30, 100), (40, 100), contrast=contrast("RR", estimate, low, high))) == expected


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high", "expected"),
    [
        # OR 30 x 60 / (70 x 40) = 0.643, SE sqrt(1/30 + 1/70 + 1/40 + 1/60) = 0.2988: 0.358 to 1.155
        ("OR", "0.64", "0.36", "1.15", []),
        ("OR", "0.75", "0.42", "1.35", ["p15-estimate-against-arms"]),
        # RD -0.10, SE sqrt(0.0021 + 0.0024) = 0.0671: -0.23 to 0.03
        ("RD", "-0.10", "-0.23", "0.03", []),
        ("RD", "0.10", "-0.03", "0.23", ["p18-direction"]),
        ("RD", "-0.115", "-0.246", "0.016", ["p15-estimate-against-arms"]),
    ],
)
def test_other_measures_of_events(measure: str, estimate: str, low: str, high: str, expected: list[str]) -> None:
    assert found(events((30, 100), (40, 100), contrast=contrast(measure, estimate, low, high))) == expected


def test_what_the_arms_give_is_told_on_the_scale_of_the_contrast() -> None:
    ratio = events((30, 100), (40, 100), contrast=contrast("RR", "1.33", "0.91", "1.95"))
    difference = means(arm("12.0", "4.0"), arm("10.0", "4.0"), contrast=contrast("MD", "-2.0"))
    (of_ratio,), (of_difference,) = lint_study(study([ratio])), lint_study(study([difference]))
    assert of_ratio.message == "RR 1.33 points the other way than the arms, which give 0.75"
    assert of_difference.message == "MD -2.0 points the other way than the arms, which give 2"


def test_no_difference_has_no_direction() -> None:
    result = events((30, 100), (30, 100), contrast=contrast("RR", "1.05", "0.68", "1.62"))
    assert found(result) == ["p15-estimate-against-arms"]


@pytest.mark.parametrize(
    ("measure", "estimate", "expected"),
    [
        ("MD", "2.0", []),
        ("MD", "2.1", []),  # 0.05 + 0.05 + 0.05 of rounding
        ("MD", "2.2", ["p15-estimate-against-arms"]),
        ("MD", "-2.0", ["p18-direction"]),
        ("SMD", "0.50", []),  # 2 / 4
        ("SMD", "0.62", []),  # 0.1, and 0.1 / 4 for the rounding of the means
        ("SMD", "0.63", ["p15-estimate-against-arms"]),
        ("ROM", "1.20", []),
        ("ROM", "1.30", ["p15-estimate-against-arms"]),
    ],
)
def test_estimates_of_means_against_their_arms(measure: str, estimate: str, expected: list[str]) -> None:
    assert found(means(arm("12.0", "4.0"), arm("10.0", "4.0"), contrast=contrast(measure, estimate))) == expected


@pytest.mark.parametrize(
    ("se", "speaks"),
    [
        ("0.80", False),  # sqrt(16 / 50 + 16 / 50) = 0.80
        ("0.68", False),  # up to 0.685: 0.80 / 0.685 = 1.168
        ("0.67", True),  # up to 0.675: 0.80 / 0.675 = 1.185
        ("0.94", False),  # from 0.935: 0.856
        ("0.95", True),  # from 0.945: 0.847
    ],
)
def test_a_printed_standard_error_counts_as_an_interval(se: str, speaks: bool) -> None:
    result = means(arm("12.0", "4.0"), arm("10.0", "4.0"), contrast=contrast("MD", "2.0", se=se))
    told = [one.field for one in lint_study(study([result])) if one.code == "p14-interval-against-arms"]
    assert told == (["results.0.contrast.se"] if speaks else [])


def test_a_wrong_width_is_told_at_the_interval_and_to_which_side() -> None:
    for low, high, side in (("0.60", "0.94", "narrower"), ("0.40", "1.41", "wider")):
        made = study([events((30, 100), (40, 100), contrast=contrast("RR", "0.75", low, high))])
        (told,) = lint_study(made)
        assert told.field == "results.0.contrast.ci_low"
        assert f"the interval is {side} than the arms make it" in told.message


def test_rates_and_log_rank_statistics() -> None:
    rates = {"new": {"events": 20, "person_years": "1000"}, "old": {"events": 40, "person_years": "1000"}}
    # IRR 0.50, SE sqrt(1/20 + 1/40) = 0.2739: 0.29 to 0.86
    fine = {"type": "rate", "arms": rates, "contrast": contrast("IRR", "0.50", "0.29", "0.86")}
    swapped = {"type": "rate", "arms": rates, "contrast": contrast("IRR", "2.00", "1.17", "3.42")}
    difference = {"type": "rate", "arms": rates, "contrast": contrast("IRD", "-0.05")}
    assert found(fine) == []
    assert found(swapped) == ["p18-direction"]
    assert found(difference) == ["p15-estimate-against-arms"]
    # exp(-5 / 20) = 0.779, SE 1 / sqrt(20) = 0.2236: 0.50 to 1.21
    hazard = {"type": "survival", "o_minus_e": "-5.0", "v": "20.0", "contrast": contrast("HR", "0.78", "0.50", "1.21")}
    other = {**hazard, "contrast": contrast("HR", "0.90", "0.58", "1.40")}
    assert found(hazard) == []
    assert found(other) == ["p15-estimate-against-arms"]


def test_adjusted_contrasts_and_crossovers_may_differ_from_their_arms() -> None:
    odd = contrast("RR", "0.60", "0.40", "0.90")
    assert found(events((30, 100), (40, 100), contrast={**odd, "adjusted_for": "age"})) == []
    crossover = found(events((30, 100), (40, 100), contrast=odd), design="crossover")
    assert crossover == ["p36-crossover-counts"]  # which speaks of the counts, not of the difference


def test_a_cluster_trials_interval_may_be_wider_than_its_arms() -> None:
    wide = events((30, 100), (40, 100), contrast=contrast("RR", "0.75", "0.40", "1.41"))
    cluster = {"analysis_adjusted": True}
    assert found(wide) == ["p14-interval-against-arms"]
    assert found(wide, design="cluster", cluster=cluster) == []


def test_three_people_have_one_degree_of_freedom() -> None:
    # 2.0 (1.0 to 3.0): by t with 1 degree of freedom SE 1 / 12.706, t = 25.4, p = 0.025; by z 0.00009, at most 0.00105
    def of(new: int, old: int) -> dict[str, Any]:
        printed = contrast("MD", "2.0", "1.0", "3.0", p="0.025")
        return means(arm("12.0", "1.0", n=new), arm("10.0", "1.0", n=old), contrast=printed)

    assert "p16-p-differs" not in found(of(2, 1), design="cohort")
    assert "p16-p-differs" in found(of(1, 1), design="cohort")


def test_what_cannot_be_computed_is_not_compared() -> None:
    for result in (
        events((0, 100), (4, 100), contrast=contrast("RR", "0.11", "0.01", "2.04")),
        events((0, 100), (0, 100), contrast=contrast("RD", "0.00", "-0.02", "0.02")),
        events((30, 100), (40, 100), contrast=contrast("HR", "0.60", "0.40", "0.90")),
        {"type": "dichotomous", "arms": {"new": {"events": 3, "n": 9}}, "contrast": contrast("RR", "0.50")},
    ):
        assert [code for code in found(result) if code.startswith(("p14", "p15", "p18"))] == []


@pytest.mark.parametrize(
    ("spread", "speaks"),
    [
        ({"sd": "10.0", "se": "1.00"}, False),  # 10 / sqrt(100)
        ({"sd": "10.0", "se": "1.02"}, False),  # 2 %
        ({"sd": "10.0", "se": "1.05"}, True),  # 1.045 against 1.005 and 2 % of 1.05
        ({"sd": "10.0", "se": "10.0"}, True),
        ({"sd": "100.0", "se": "10.2"}, False),  # 10.15 against 10.005 and 2 % of 10.2, that is 10.209
        ({"sd": "100.0", "se": "10.3"}, True),  # 10.25 against 10.211
        ({"sd": "1.00", "se": "0.103"}, False),  # 0.1025 against 0.1005 and 2 % of 0.103, that is 0.10256
        ({"sd": "1.00", "se": "0.108"}, True),
        ({"sd": "10.0", "ci_low": "48.0", "ci_high": "52.0"}, False),  # 2 x 1.984
        ({"sd": "10.0", "ci_low": "46.0", "ci_high": "54.0"}, True),
        ({"se": "1.00", "ci_low": "48.0", "ci_high": "52.0"}, False),
        ({"se": "1.00", "ci_low": "45.0", "ci_high": "55.0"}, True),
    ],
)
def test_measures_of_spread_fit_together(spread: dict[str, Any], speaks: bool) -> None:
    new = {"n": 100, "mean": "50.0", **spread}
    assert ("p20-spreads-disagree" in found(means(new, arm("50.0", "10.0")))) == speaks


def test_an_interval_of_a_mean_may_use_the_normal_distribution() -> None:
    # SE 10 / sqrt(4) = 5: 1.96 x 5 = 9.8 (t would give 3.182 x 5 = 15.9)
    normal = {"n": 4, "mean": "50.0", "sd": "10.0", "ci_low": "40.2", "ci_high": "59.8"}
    assert "p20-spreads-disagree" not in found(means(normal, arm("50.0", "10.0", n=4)))
    assert math.isclose(1.96 * 5, 9.8)


def test_contrasts_name_their_arms_where_there_are_three() -> None:
    three = [
        {"id": "high", "label": "High dose", "role": "intervention"},
        {"id": "low", "label": "Low dose", "role": "intervention"},
        {"id": "old", "label": "Old treatment", "role": "comparator"},
    ]
    counts = {"high": {"events": 20, "n": 100}, "low": {"events": 30, "n": 100}, "old": {"events": 40, "n": 100}}
    named = {"type": "dichotomous", "arms": counts, "contrast": contrast("RR", "0.75", arms=["low", "old"])}
    wrong = {"type": "dichotomous", "arms": counts, "contrast": contrast("RR", "0.75", arms=["high", "old"])}
    unnamed = {"type": "dichotomous", "arms": counts, "contrast": contrast("RR", "0.60")}
    assert found(named, arms=three) == []
    assert found(wrong, arms=three) == ["p15-estimate-against-arms"]
    assert found(unnamed, arms=three) == []


def test_one_person_has_no_standard_error() -> None:
    alone = {"n": 1, "mean": "50.0", "sd": "10.0", "se": "3.0"}
    assert found(means(alone, arm("50.0", "10.0"), contrast=contrast("MD", "0.0")), design="cohort") == []


def test_limits_printed_alike_tell_no_standard_error() -> None:
    # 0.99 to 1.00 may stand for an interval of no width at all
    assert found(printed("RR", "1.00", "0.99", "1.00", p="0.300")) == []


def test_contrasts_that_the_arms_cannot_give() -> None:
    rates = {"new": {"events": 0, "person_years": "1000"}, "old": {"events": 4, "person_years": "1000"}}
    quantiles = {"n": 20, "median": "8", "q1": "6", "q3": "12"}
    for result in (
        {"type": "rate", "arms": rates, "contrast": contrast("IRR", "0.50")},
        {"type": "median", "arms": {"new": quantiles, "old": quantiles}, "contrast": contrast("MD", "3.0")},
        means(arm("-2.0", "4.0"), arm("2.0", "4.0"), contrast=contrast("ROM", "1.50")),
    ):
        assert found(result) == []


def test_a_p_value_alone_is_not_checked() -> None:
    assert found(printed("MD", "2.0", p="0.2")) == []


@pytest.mark.parametrize(
    ("count", "n", "percent", "speaks"),
    [
        # 21 / 61 = 34.426 %
        (21, 61, "34.4", False),
        (21, 61, "34", False),
        (21, 61, "34.43", False),
        (21, 61, "34.5", True),
        (21, 61, "34.42", True),
        (21, 61, "34.0", True),
        # 1 / 8 = 12.5 %: a half may be rounded either way, and no further
        (1, 8, "12", False),
        (1, 8, "13", False),
        (1, 8, "12.4", True),
        # 1 / 16 = 6.25 %, whose tenths are no binary fractions
        (1, 16, "6.2", False),
        (1, 16, "6.3", False),
        (0, 40, "0", False),
        (40, 40, "100", False),
        (40, 40, "0", True),
    ],
)
def test_a_percentage_is_that_of_its_count(count: int, n: int, percent: str, speaks: bool) -> None:
    arms = {"new": {"events": count, "n": n, "percent": percent}}
    assert ("p17-percent-against-count" in found({"type": "dichotomous", "arms": arms})) == speaks


@pytest.mark.parametrize(
    ("count", "n", "percent", "advice"),
    [
        (34, 61, "34", "stand for the count"),  # 34 / 61 = 55.7 %
        (40, 61, "34.4", "people without the event"),  # 21 / 61
        (21, 61, "28.4", "of the people randomised"),  # 21 / 74
    ],
)
def test_a_wrong_percentage_tells_what_to_look_for(count: int, n: int, percent: str, advice: str) -> None:
    arms = {"new": {"events": count, "n": n, "percent": percent}}
    (remark,) = lint_study(study([{"type": "dichotomous", "arms": arms}]))
    assert (remark.code, remark.field) == ("p17-percent-against-count", "results.0.arms.new.percent")
    assert advice in remark.advice


def test_a_wrong_percentage_tells_the_right_one() -> None:
    arms = {"new": {"events": 21, "n": 61, "percent": "43.4"}}
    (remark,) = lint_study(study([{"type": "dichotomous", "arms": arms}]))
    assert remark.message == "21 of 61 people are 34.4 %, not 43.4 %"
