"""Effects and spreads of a size that is more often a slip than a finding; groups at the start."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import arm, codes, events, means, printed, scale, study
from evibrief.checks.baseline import combined_p
from evibrief.checks.running import lint_study


def found(*results: dict[str, Any], **changes: Any) -> list[str]:
    return codes(lint_study(study(results, **changes)))


@pytest.mark.parametrize(("sd", "speaks"), [("8.0", False), ("8.1", True), ("1.9", True), ("2.0", False)])
def test_arms_vary_alike(sd: str, speaks: bool) -> None:
    assert ("p23-unequal-spreads" in found(means(arm("10.0", "4.0"), arm("10.0", sd)))) == speaks


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        ("13.0", []),  # 3 / 2 = 1.5
        ("13.1", ["p24-large-difference"]),
        ("16.0", ["p24-large-difference"]),  # 3.0
        ("16.1", ["p24-huge-difference"]),
        ("3.9", ["p24-huge-difference"]),
    ],
)
def test_differences_of_a_believable_size(mean: str, expected: list[str]) -> None:
    assert found(means(arm(mean, "2.0"), arm("10.0", "2.0"))) == expected


def test_printed_standardised_differences_count_too() -> None:
    assert found(printed("SMD", "3.20")) == ["p24-huge-difference"]
    assert found(printed("SMD", "-1.60")) == ["p24-large-difference"]
    assert found(printed("SMD", "1.50")) == []


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ((50, 100), (9, 100), ["p25-huge-ratio"]),  # 50 x 91 / (50 x 9) = 10.1
        ((10, 20), (1, 11), ["p25-large-ratio-few-events"]),  # 10 x 10 / (10 x 1) = 10
        ((5, 15), (1, 11), ["p25-large-ratio-few-events"]),  # 5 x 10 / (10 x 1) = 5
        ((4, 13), (1, 12), []),  # 4 x 11 / (9 x 1) = 4.9
        ((50, 100), (10, 60), []),  # 5, but 60 events
        ((40, 61), (10, 60), []),  # 40 x 50 / (21 x 10) = 9.5, 50 events
        ((39, 60), (10, 60), ["p25-large-ratio-few-events"]),  # 39 x 50 / (21 x 10) = 9.3, 49 events
        ((0, 20), (8, 20), []),  # a zero cell gives no ratio
        ((1, 11), (10, 20), ["p25-large-ratio-few-events"]),  # 0.1
        ((1, 12), (10, 20), ["p25-huge-ratio"]),  # 1/11
    ],
)
def test_odds_ratios_of_a_believable_size(new: tuple[int, int], old: tuple[int, int], expected: list[str]) -> None:
    assert [code for code in found(events(new, old), design="cohort") if code.startswith("p25")] == expected


def test_printed_ratios_count_too() -> None:
    assert found(printed("OR", "12.0")) == ["p25-huge-ratio"]
    assert found(printed("OR", "9.0")) == []


@pytest.mark.parametrize(
    ("mean", "low", "speaks"),
    [
        # SD 5.0 is at least 4.95, twice that 9.9
        ("9.8", "0", True),
        ("9.9", "0", False),
        ("19.8", "10", True),
        ("0.5", "0", True),
        ("0.0", "0", True),
        ("-0.5", "0", False),  # that is another fault
        ("9.8", None, False),
    ],
)
def test_skew(mean: str, low: str | None, speaks: bool) -> None:
    one = found(means(arm(mean, "5.0"), arm("25.0", "5.0")), instruments=scale(low=low))
    assert ("p31-skew" in one) == speaks


def test_a_column_copied_over_another() -> None:
    assert "e01-mean-equals-sd" in found(means(arm("3.87", "3.87"), arm("3.68", "3.68")))
    assert "e01-mean-equals-sd" not in found(means(arm("3.87", "3.87"), arm("3.68", "3.60")))


def baselines(*pairs: tuple[str, str, str, str], n: int = 100) -> list[dict[str, Any]]:
    """One result for each measure at the start: mean and SD of the new, then of the old group."""
    return [
        means(
            {"n": n, "mean": "50", "sd": "10", "baseline_mean": a, "baseline_sd": b},
            {"n": n, "mean": "50", "sd": "10", "baseline_mean": c, "baseline_sd": d},
            instrument=None,
            outcome=f"thing-{index}",
        )
        for index, (a, b, c, d) in enumerate(pairs)
    ]


SAME = ("50.0", "10.0", "50.0", "10.0")
USUAL = ("50.0", "10.0", "51.0", "9.0")


def test_identical_groups_at_the_start() -> None:
    assert found(*baselines(SAME, SAME, USUAL, USUAL)) == ["p44-identical-baseline"]
    assert found(*baselines(SAME, USUAL, USUAL, USUAL)) == []
    assert found(*baselines(SAME, SAME, USUAL)) == []
    assert found(*baselines(SAME, SAME, USUAL, USUAL), design="cohort") == []


def test_groups_that_differ_more_than_chance_allows() -> None:
    # 50.0 and 54.0, SD 10, 100 people each: at least 3.9 / 1.414 = 2.758, p = 0.0064, quantile -2.49;
    # four of them: -2.49 x 2 = -4.98, p below 0.0001; three are too few to judge
    far = ("50.0", "10.0", "54.0", "10.0")
    (told,) = lint_study(study(baselines(far, far, far, far)))
    assert told.code == "p44-unlikely-baseline"
    assert "over 4 measures the groups differ more at the start than chance allows" in told.message
    assert found(*baselines(far, far, far)) == []


def test_groups_that_differ_less_than_chance_allows() -> None:
    # 10,000 people each, SD 10 and 11: at most 0.01 / 0.1487 = 0.0673, p = 0.946, quantile 1.61;
    # six of them: 1.61 x 2.449 = 3.94, p above 0.9999; four: 3.22, p = 0.9994
    near = ("50.00", "10.00", "50.00", "11.00")
    (told,) = lint_study(study(baselines(*[near] * 6, n=10_000)))
    assert told.code == "p44-unlikely-baseline"
    assert "over 6 measures the groups are more alike at the start than chance allows" in told.message
    assert found(*baselines(*[near] * 4, n=10_000)) == []


def test_one_measure_at_two_times_counts_once() -> None:
    again = baselines(SAME, SAME)
    same_outcome = [{**result, "outcome": "thing"} for result in again * 3]
    assert found(*same_outcome, *baselines(USUAL)) == []


def test_combined_p_by_hand() -> None:
    assert combined_p([0.5, 0.5, 0.5, 0.5]) == pytest.approx(0.5)
    assert combined_p([0.05, 0.05]) == pytest.approx(0.0100, abs=1e-4)  # -1.645 x sqrt 2 = -2.326


def test_an_arm_that_is_not_compared_has_no_ratio() -> None:
    assert found({"type": "dichotomous", "arms": {"new": {"events": 9, "n": 20}}}) == []


def test_one_group_at_the_start_is_compared_with_nobody() -> None:
    alone = [{**result, "arms": {"new": result["arms"]["new"]}} for result in baselines(SAME, SAME, SAME, SAME)]
    named = [{**result, "contrast": {"measure": "MD", "estimate": "1", "arms": ["new", "old"]}} for result in alone]
    assert found(*named) == []


def test_one_person_at_the_start_is_no_group() -> None:
    assert found(*baselines(SAME, SAME, SAME, SAME, n=1), design="randomised") == []
