"""People randomised, analysed, lost."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import arms, codes, events, study
from evibrief.checks.flow import plan_p
from evibrief.checks.running import lint_study


@pytest.mark.parametrize(
    ("total", "code"), [(100, None), (99, "p02-more-than-enrolled"), (101, "p02-fewer-than-enrolled")]
)
def test_arms_add_up_to_the_study(total: int, code: str | None) -> None:
    found = codes(lint_study(study(arms=arms(50, 50), n_randomised=total)))
    assert found == ([code] if code else [])


@pytest.mark.parametrize(("n", "speaks"), [(50, False), (51, True)])
def test_nobody_is_analysed_who_was_not_randomised(n: int, speaks: bool) -> None:
    found = codes(lint_study(study([events((20, n), (20, 50))], n_randomised=100)))
    assert ("p02-more-than-enrolled" in found) == speaks


def test_a_crossover_counts_each_person_under_both_treatments() -> None:
    found = codes(lint_study(study([events((20, 100), (20, 100))], n_randomised=100, design="crossover")))
    assert "p02-more-than-enrolled" not in found


@pytest.mark.parametrize(("n", "speaks"), [(40, False), (39, True)])
def test_most_people_are_in_some_result(n: int, speaks: bool) -> None:
    found = codes(lint_study(study([events((9, n), (9, 40))], n_randomised=100)))
    assert ("p02-unaccounted" in found) == speaks
    fewer = events((9, 20), (9, 20))
    assert codes(lint_study(study([fewer, events((9, n), (9, 40))], n_randomised=100))) == found


@pytest.mark.parametrize(("people", "speaks"), [({"new": {"events": 0, "n": 1}}, True), ({}, False)])
def test_a_result_without_arms_counts_nobody(people: dict[str, Any], speaks: bool) -> None:
    comparison = {"type": "contrast", "contrast": {"measure": "MD", "estimate": "2.0"}}
    result = {"type": "dichotomous", "arms": people} if people else comparison
    assert ("p02-unaccounted" in codes(lint_study(study([result], n_randomised=100)))) == speaks


@pytest.mark.parametrize(
    ("new", "old", "speaks"),
    [
        (50, 50, False),
        (90, 50, False),  # 1.8 times, and 84 of 140 is 3:2
        (91, 50, False),  # more than 1.8 times, but 94 of 141 is 2:1
        (500, 50, True),  # fits no plan
        (1073, 927, False),  # 1:1 has z = 72.5 / sqrt(500) = 3.24, p = 0.0012
        (1075, 925, True),  # z = 74.5 / sqrt(500) = 3.33, p = 0.0009; 3:2 would be 1200
    ],
)
def test_allocation(new: int, old: int, speaks: bool) -> None:
    assert ("p32-allocation" in codes(lint_study(study(arms=arms(new, old))))) == speaks
    assert ("p32-allocation" in codes(lint_study(study([events((40, new), (40, old))])))) == speaks
    assert "p32-allocation" not in codes(lint_study(study(arms=arms(new, old), design="cohort")))


def test_plan_p_by_hand() -> None:
    # 60 of 100 under 1:1: (10 - 0.5) / 5 = 1.9; two-sided p = 0.0574
    assert plan_p(60, 40, 1.0) == pytest.approx(0.0574, abs=5e-5)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (79, 90, ["p43-attrition"]),  # 21 %
        (80, 90, []),  # exactly 20 % and 10 points
        (98, 87, ["p43-attrition"]),  # 11 points: z = 0.11 / sqrt(0.075 x 0.925 / 50) = 2.95, p = 0.003
        (98, 88, []),  # 10 points
        (96, 85, ["p43-attrition"]),  # 11 points: z = 0.11 / sqrt(0.095 x 0.905 / 50) = 2.65, p = 0.008
        (95, 84, []),  # z = 0.11 / sqrt(0.105 x 0.895 / 50) = 2.54, p = 0.011
        (92, 81, []),  # 11 points: z = 0.11 / sqrt(0.135 x 0.865 / 50) = 2.28, p = 0.02 may be chance
        (95, 95, ["p43-same-losses"]),
        (96, 96, []),
        (100, 100, []),
    ],
)
def test_attrition(new: int, old: int, expected: list[str]) -> None:
    assert codes(lint_study(study([events((30, new), (30, old))], arms=arms(100, 100)))) == expected


@pytest.mark.parametrize(
    ("new", "old", "speaks"),
    [
        # Of 200 and 50 randomised, 10 and 8 are lost: 5 % and 16 %, together 18 / 250 = 7.2 %;
        # z = 0.11 / sqrt(0.072 x 0.928 x (1/200 + 1/50)) = 2.69, p = 0.007
        (190, 42, True),
        # 18 and 10 are lost: 9 % and 20 %, together 11.2 %; z = 0.11 / sqrt(0.112 x 0.888 / 40) = 2.21, p = 0.03
        (182, 40, False),
    ],
)
def test_losses_of_groups_of_different_size(new: int, old: int, speaks: bool) -> None:
    found = codes(lint_study(study([events((30, new), (30, old))], arms=arms(200, 50))))
    assert ("p43-attrition" in found) == speaks


@pytest.mark.parametrize(
    ("n", "population", "speaks"),
    [(50, "available-cases", True), (49, "available-cases", False), (50, "intention-to-treat", False)],
)
def test_available_cases_without_any_loss(n: int, population: str, speaks: bool) -> None:
    one = study([events((20, n), (20, n), population=population)], arms=arms(n, n))
    assert codes(lint_study(one)) == (["p43-same-losses"] if speaks else [])
    assert all(found.message == "nobody was lost from each arm" for found in lint_study(one))
    one_lost = study([events((20, n), (20, n), population=population)], arms=arms(n + 1, n + 1))
    assert codes(lint_study(one_lost)) == []


def test_attrition_is_told_once_of_the_worst_result() -> None:
    results: list[dict[str, Any]] = [events((20, 79), (20, 90)), events((20, 60), (20, 90))]
    found = [one for one in lint_study(study(results, arms=arms(100, 100))) if one.code == "p43-attrition"]
    assert [one.field for one in found] == ["results.1.arms"]


def test_losses_in_a_crossover_trial_are_not_arms_lost() -> None:
    assert "p43-attrition" not in codes(
        lint_study(study([events((20, 70), (20, 70))], arms=arms(100, 100), design="crossover"))
    )


def test_a_correlation_has_no_arms_to_add_up() -> None:
    correlation = {"type": "correlation", "arms": {"new": {"r": "0.4", "n": 30}}}
    assert codes(lint_study(study([correlation], n_randomised=100))) == []
