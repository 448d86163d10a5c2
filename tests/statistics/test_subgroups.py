"""Subgroups beyond the reference values: one study, no group, one group, and invariances."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.pooling import pool
from evibrief.statistics.regression import RegressionTest, meta_regression
from evibrief.statistics.results import CiMethod, Tau2Method
from evibrief.statistics.subgroups import subgroups, subgroups_common_tau2

YI = [0.1, 0.5, 0.3, 0.9, -0.2, 0.45]
VI = [0.02, 0.05, 0.01, 0.1, 0.04, 0.03]
GROUPS = ["a", "b", "a", "b", "a", "b"]


@st.composite
def grouped(draw: st.DrawFn) -> tuple[list[float], list[float], list[str]]:
    k = draw(st.integers(2, 10))
    yi = draw(st.lists(st.floats(-5.0, 5.0).map(lambda y: round(y, 3)), min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(-3.0, 1.0).map(lambda e: 10.0**e), min_size=k, max_size=k))
    return yi, vi, draw(st.lists(st.sampled_from("abc"), min_size=k, max_size=k))


def test_the_test_between_groups_by_hand() -> None:
    made = subgroups([0.0, 0.0, 1.0, 1.0], [0.1, 0.1, 0.1, 0.1], ["a", "a", "b", "b"], tau2_method=Tau2Method.CE)
    # Two means of variance 0.05, one apart: Q = 1 / (0.05 + 0.05).
    assert made.statistic == pytest.approx(10.0)
    assert made.df == 1
    assert [group.estimate for group in made.groups] == [0.0, 1.0]


def test_a_study_without_a_group_is_listed() -> None:
    made = subgroups([*YI, 5.0], [*VI, 0.1], [*GROUPS, None])
    assert [(e.row, e.reason) for e in made.excluded] == [(6, "no subgroup")]
    assert made.statistic == subgroups(YI, VI, GROUPS).statistic
    common = subgroups_common_tau2([*YI, 5.0], [*VI, 0.1], [*GROUPS, None])
    assert common.statistic == subgroups_common_tau2(YI, VI, GROUPS).statistic
    assert [e.row for e in common.excluded] == [6]


def test_one_group_has_nothing_to_compare_with() -> None:
    for made in (subgroups(YI, VI, ["a"] * 6), subgroups_common_tau2(YI, VI, ["a"] * 6)):
        assert made.statistic is None
        assert made.p is None
        assert "nothing to compare" in made.notes[0].reason
        assert len(made.groups) == 1


def test_a_group_of_one_study_keeps_its_variance() -> None:
    made = subgroups([0.1, 0.3, 0.9], [0.01, 0.01, 0.04], ["a", "a", "b"], tau2_method=Tau2Method.CE)
    alone = made.groups[1]
    assert (alone.estimate, alone.se, alone.tau2) == (0.9, pytest.approx(0.2), None)
    assert made.statistic == pytest.approx((0.9 - 0.2) ** 2 / (0.04 + 0.005))


def test_no_common_variance_from_one_study_per_group() -> None:
    made = subgroups_common_tau2(YI[:2], VI[:2], ["a", "b"])
    assert made.groups == ()
    assert "no common variance" in made.notes[0].reason
    flat = subgroups_common_tau2([0.1, 0.1, 0.4, 0.4], [0.1] * 4, ["a", "a", "b", "b"])
    assert flat.p is None
    assert "no variation" in flat.notes[0].reason


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="one length"):
        subgroups(YI, VI, GROUPS[:5])


@settings(max_examples=500, deadline=None)
@given(data=grouped())
def test_each_group_is_the_pool_of_its_studies(data: tuple[list[float], list[float], list[str]]) -> None:
    yi, vi, groups = data
    made = subgroups(yi, vi, groups)
    assert sorted(row for group in made.groups for row in group.rows) == list(range(len(yi)))
    for group in made.groups:
        assert group.pooled == pool([yi[i] for i in group.rows], [vi[i] for i in group.rows])
    if len(made.groups) > 1:
        assert made.statistic is not None
        assert made.p is not None
        assert made.statistic >= 0.0
        assert 0.0 <= made.p <= 1.0


@settings(max_examples=300, deadline=None)
@given(data=grouped(), seed=st.integers(0, 1000))
def test_the_order_of_studies_does_not_matter(data: tuple[list[float], list[float], list[str]], seed: int) -> None:
    order = random.Random(seed).sample(range(len(data[0])), len(data[0]))
    yi, vi, groups = ([column[i] for i in order] for column in data)
    for made in (subgroups, subgroups_common_tau2):
        shuffled, straight = made(yi, vi, groups), made(*data)
        assert (shuffled.statistic, shuffled.p) == (straight.statistic, straight.p)
        assert [g.ci_low for g in shuffled.groups] == [g.ci_low for g in straight.groups]


def test_a_common_variance_is_a_regression_on_indicators() -> None:
    made = subgroups_common_tau2(YI, VI, GROUPS)
    regression = meta_regression(YI, VI, {"b": [float(group == "b") for group in GROUPS]})
    assert made.statistic == pytest.approx(regression.q_moderators, rel=1e-9)
    assert made.p == pytest.approx(regression.q_moderators_p, rel=1e-9)
    assert made.groups[0].estimate == pytest.approx(regression.coefficients[0].estimate, rel=1e-9)
    assert made.groups[0].se == pytest.approx(regression.coefficients[0].se, rel=1e-9)
    plain = subgroups_common_tau2(YI, VI, GROUPS, knapp_hartung=False)
    expected = meta_regression(YI, VI, {"b": [float(group == "b") for group in GROUPS]}, test=RegressionTest.Z)
    assert plain.p == pytest.approx(expected.q_moderators_p, rel=1e-9)


def test_the_test_does_not_depend_on_the_kind_of_interval() -> None:
    statistics = {subgroups(YI, VI, GROUPS, ci_method=ci).statistic for ci in CiMethod}
    assert len(statistics) == 1
