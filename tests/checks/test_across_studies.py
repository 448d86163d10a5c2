"""One study against the others. Four ordinary studies, and one that is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import arm, by_id, codes, events, fields, means, outcome, study, summary
from evibrief.checks.running import lint_summary
from evibrief.records.study import Study


def others(results: list[dict[str, Any]], count: int = 4) -> list[Study]:
    """Ordinary studies of slightly different size, so that no two have the same figures."""
    found = []
    for index in range(count):
        moved = [
            {**one, "arms": {name: {**side, "n": side["n"] + index} for name, side in one["arms"].items()}}
            for one in results
        ]
        found.append(study(moved, name=f"other-{index}"))
    return found


def about(odd: Study, ordinary: list[Study], measure: str = "MD", **changes: Any) -> dict[str, list[str]]:
    """The fields of the odd study by code."""
    together = [*ordinary, odd]
    found = lint_summary(summary(together, [outcome(measure, **changes)]), by_id(together))
    of_odd = [one for one in found if one.record == odd.id and one.kind == "study"]
    return {code: fields(of_odd, code) for code in codes(of_odd)}


def odd(new: dict[str, Any], old: dict[str, Any], **changes: Any) -> Study:
    return study([means(new, old, **changes)], name="odd")


ORDINARY = [means(arm("50.0", "10.0"), arm("49.0", "10.0"))]
SD = "results.0.arms.new.sd"


@pytest.mark.parametrize(
    ("sd", "n", "expected"),
    [
        ("25.0", 50, {}),  # 2.5 times
        ("25.1", 50, {"p21-unlike-sd": [SD]}),
        ("4.0", 4, {"p22-se-for-sd": [SD]}),  # 4 x 2 = 8: a standard error would fit
        ("2.0", 25, {"p22-se-for-sd": [SD]}),  # 2 x 5 = 10
        ("5.0", 4, {}),  # half: not yet
        ("3.9", 400, {"p21-unlike-sd": [SD]}),  # 3.9 x 20 = 78 is no better
        ("2.0", 124, {"p22-se-for-sd": [SD]}),  # a fifth; 2 x 11.136 = 22.3 is less than sqrt(5) times
        ("2.0", 126, {"p21-unlike-sd": [SD]}),  # 2 x 11.225 = 22.4 is more: not half as far, by the logarithm
    ],
)
def test_standard_deviations_are_like_the_others(sd: str, n: int, expected: dict[str, list[str]]) -> None:
    one = odd(arm("50.0", sd, n=n), arm("49.0", "9.9", n=n))
    assert {code: at for code, at in about(one, others(ORDINARY)).items() if code < "p26"} == expected


def test_a_standard_deviation_given_as_a_standard_error() -> None:
    one = odd({"n": 25, "mean": "50.0", "se": "10.0"}, arm("49.0", "9.9", n=25))
    assert about(one, others(ORDINARY)) == {"p22-se-for-sd": ["results.0.arms.new.se"]}


def test_two_other_studies_are_no_yardstick() -> None:
    one = odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25))
    assert about(one, others(ORDINARY, count=2)) == {}
    assert "p22-se-for-sd" in about(one, others(ORDINARY, count=3))


def test_standardised_differences_are_compared_on_one_instrument() -> None:
    one = odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25))
    named = {"scale": {"name": "Another Scale", "better": "higher"}}
    elsewhere = study([means(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25))], name="odd", instruments=named)
    unnamed = odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25), instrument=None)
    assert "p22-se-for-sd" in about(one, others(ORDINARY), "SMD")
    assert about(elsewhere, others(ORDINARY), "SMD") == {}
    assert about(unnamed, others(ORDINARY), "SMD") == {}


def test_changes_are_not_compared_with_final_values() -> None:
    one = odd(arm("1.0", "2.0", n=25), arm("0.5", "2.1", n=25), value="change")
    assert not {"p22-se-for-sd", "p29-looks-like-change"} & set(about(one, others(ORDINARY)))


def test_studies_set_aside_are_not_compared() -> None:
    one = odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25))
    aside = [{"study": "odd", "reason": "An example."}]
    assert about(one, others(ORDINARY), set_aside=aside) == {}


@pytest.mark.parametrize(
    ("new", "old", "sd", "speaks"),
    [
        # The median of the others is 5.0; glucose in mg/dl is 18.02 times that in mmol/l, 90.1, at most 99.1
        ("90.0", "92.0", "18.0", True),
        ("99.1", "92.0", "18.0", True),
        ("99.2", "92.0", "18.0", False),
        ("90.0", "92.0", "27.0", True),  # 1.5 times the spread that the factor gives
        ("90.0", "92.0", "27.1", False),
        ("0.50", "0.51", "0.10", True),  # a tenth
        ("90.0", "5.1", "18.0", False),  # one of the two
    ],
)
def test_means_in_another_unit(new: str, old: str, sd: str, speaks: bool) -> None:
    ordinary = others([means(arm("5.0", "1.0"), arm("5.0", "1.0"))])
    found = about(odd(arm(new, sd), arm(old, sd)), ordinary)
    assert ("p28-other-unit" in found) == speaks


@pytest.mark.parametrize(("mean", "speaks"), [("9.9", True), ("10.0", False), ("-9.9", True)])
def test_a_final_value_like_a_change(mean: str, speaks: bool) -> None:
    ordinary = others([means(arm("50.0", "10.0"), arm("50.0", "10.0"))])
    found = about(odd(arm(mean, "10.0"), arm("50.0", "10.1")), ordinary)
    assert found.get("p29-looks-like-change", []) == (["results.0.arms.new.mean"] if speaks else [])


@pytest.mark.parametrize(
    ("risk", "speaks"),
    [
        # The others have 20 of 100, 21 of 101, ...: a median logit of -1.36; 83 % is 1.586, 85 % is 1.735
        (83, False),
        (85, True),
        (1, True),  # 1 % is -4.595
        (0, True),
    ],
)
def test_comparator_risks_are_like_the_others(risk: int, speaks: bool) -> None:
    ordinary = [study([events((20 + i, 100), (20 + i, 100 + i))], name=f"other-{i}") for i in range(4)]
    one = study([events((30, 100), (risk, 100))], name="odd")
    found = about(one, ordinary, "RR")
    assert found.get("p27-unlike-control-risk", []) == (["results.0.arms"] if speaks else [])


def test_an_unlike_risk_is_told_in_percent() -> None:
    # Between 21 of 101 and 22 of 102, by the middle of their logits: 21 %
    ordinary = [study([events((20 + i, 100), (20 + i, 100 + i))], name=f"other-{i}") for i in range(4)]
    together = [*ordinary, study([events((30, 100), (85, 100))], name="odd")]
    found = lint_summary(summary(together, [outcome("RR")]), by_id(together))
    (told,) = [one for one in found if one.code == "p27-unlike-control-risk"]
    assert "a comparator risk of 85 %; the other studies have about 21 %" in told.message


def test_three_other_risks_are_needed() -> None:
    ordinary = [study([events((20 + i, 100), (20 + i, 100 + i))], name=f"other-{i}") for i in range(2)]
    one = study([events((30, 100), (90, 100))], name="odd")
    assert "p27-unlike-control-risk" not in about(one, ordinary, "RR")


@pytest.mark.parametrize(
    ("new", "old", "speaks"),
    [((6, 40), (4, 41), True), ((5, 40), (4, 41), False), ((6, 40), (5, 41), False)],
)
def test_two_studies_with_the_same_counts(new: tuple[int, int], old: tuple[int, int], speaks: bool) -> None:
    first = study([events((5, 40), (4, 41))], name="first")  # nine events: chance may repeat them
    second = study([events((6, 40), (4, 41))], name="second")
    found = about(study([events(new, old)], name="odd"), [first, second], "RR")
    assert found.get("p37-same-figures", []) == (["results.0.arms"] if speaks else [])


def test_two_studies_with_the_same_arm() -> None:
    first = study([means(arm("12.4", "3.1", n=40), arm("11.0", "3.0", n=41))], name="first")
    copied = odd(arm("12.4", "3.1", n=40), arm("10.2", "2.8", n=43))
    other = odd(arm("12.4", "3.1", n=42), arm("10.2", "2.8", n=43))
    assert about(copied, [first]) == {"p37-same-figures": ["results.0.arms.new"]}
    assert about(other, [first]) == {}
    # Two digits are enough to be no coincidence, one is not
    short = study([means(arm("12", "3.1", n=40), arm("11.0", "3.0", n=41))], name="first")
    again = odd(arm("12", "3.1", n=40), arm("10.2", "2.8", n=43))
    assert about(again, [short]) == {"p37-same-figures": ["results.0.arms.new"]}


def test_one_person_has_no_spread_to_compare() -> None:
    alone = {"n": 1, "mean": "50.0", "se": "4.0"}
    ordinary = [study([means(alone, alone)], name=f"other-{i}") for i in range(4)]
    assert about(odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25)), ordinary) == {}
    assert about(odd(alone, alone), others(ORDINARY)) == {}


def test_means_of_either_sign_are_in_no_other_unit() -> None:
    ordinary = others([means(arm("5.0", "100.0"), arm("5.0", "100.0"))])
    assert "p28-other-unit" not in about(odd(arm("-50.0", "99.0"), arm("50.0", "98.0")), ordinary)
    below = others([means(arm("-5.0", "10.0"), arm("-5.0", "10.0"))])
    assert "p28-other-unit" not in about(odd(arm("50.0", "99.0"), arm("50.0", "98.0")), below)


def test_figures_that_may_repeat_by_chance_are_left_alone() -> None:
    one_group = {"type": "dichotomous", "arms": {"new": {"events": 12, "n": 40}}}
    assert about(study([one_group], name="odd"), [study([one_group], name="first")], "PLO") == {}
    by_error = {"n": 40, "mean": "12.4", "se": "0.5"}
    assert about(odd(by_error, by_error), [study([means(by_error, by_error)], name="first")]) == {}
    round_figures = arm("5", "1", n=40)
    assert about(odd(round_figures, arm("6", "1", n=41)), [study([means(round_figures, arm("7", "1", n=39))])]) == {}


def test_outcomes_read_results_that_records_name_otherwise() -> None:
    one = odd(arm("50.0", "2.0", n=25), arm("49.0", "2.1", n=25))
    assert "p22-se-for-sd" in about(one, others(ORDINARY), id="thing-later", reads="thing")
