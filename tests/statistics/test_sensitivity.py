"""Leaving studies out and adding them one by one: identities, order, and what one study leaves undefined."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.influence import influence, shrunken_estimates
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Tau2Method
from evibrief.statistics.sensitivity import cumulative, leave_one_out
from oracle.loading import cases

METHODS = st.sampled_from([Tau2Method.CE, Tau2Method.DL, Tau2Method.REML])


@st.composite
def studies(draw: st.DrawFn, fewest: int = 2) -> tuple[list[float], list[float]]:
    k = draw(st.integers(fewest, 9))
    yi = draw(st.lists(st.floats(-5.0, 5.0).map(lambda y: round(y, 3)), min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(-3.0, 1.0).map(lambda e: 10.0**e), min_size=k, max_size=k))
    return yi, vi


@settings(max_examples=2000, deadline=None)
@given(data=studies())
def test_leave_one_out_identity(data: tuple[list[float], list[float]]) -> None:
    # For a common effect: sum of (W - w_i) mu_-i is (k - 1) W mu, because each study is left out once.
    yi, vi = data
    weights = [1.0 / v for v in vi]
    total = math.fsum(weights)
    made = leave_one_out(yi, vi, tau2_method=Tau2Method.CE)
    left = math.fsum((total - w) * one.estimate for w, one in zip(weights, made, strict=True))
    whole = pool(yi, vi, tau2_method=Tau2Method.CE).estimate
    assert left == pytest.approx((len(yi) - 1) * total * whole, rel=1e-9, abs=1e-9 * total)


@settings(max_examples=500, deadline=None)
@given(data=studies(fewest=3), method=METHODS)
def test_each_omission_is_the_pool_of_the_others(data: tuple[list[float], list[float]], method: Tau2Method) -> None:
    yi, vi = data
    for one in leave_one_out(yi, vi, tau2_method=method):
        others = [i for i in range(len(yi)) if i != one.row]
        expected = pool([yi[i] for i in others], [vi[i] for i in others], tau2_method=method)
        assert one.k == len(others)
        assert (one.estimate, one.se, one.p) == pytest.approx((expected.estimate, expected.se, expected.p), rel=1e-12)
        assert one.tau2 == pytest.approx(expected.tau2, rel=1e-12, abs=1e-15)


@settings(max_examples=500, deadline=None)
@given(data=studies(fewest=1), seed=st.integers(0, 1000))
def test_the_last_step_is_everything_and_order_only_orders(data: tuple[list[float], list[float]], seed: int) -> None:
    yi, vi = data
    order = random.Random(seed).sample(range(len(yi)), len(yi))
    steps = cumulative(yi, vi, order)
    assert [step.row for step in steps] == order
    assert [step.k for step in steps] == list(range(1, len(yi) + 1))
    whole = pool(yi, vi)
    assert (steps[-1].estimate, steps[-1].ci_low) == pytest.approx((whole.estimate, whole.ci_low), rel=1e-12)
    assert steps[0].estimate == yi[order[0]]


@settings(max_examples=300, deadline=None)
@given(data=studies(), seed=st.integers(0, 1000))
def test_the_order_of_studies_does_not_matter(data: tuple[list[float], list[float]], seed: int) -> None:
    yi, vi = data
    order = random.Random(seed).sample(range(len(yi)), len(yi))
    shuffled = leave_one_out([yi[i] for i in order], [vi[i] for i in order])
    straight = leave_one_out(yi, vi)
    assert [one.estimate for one in shuffled] == [straight[i].estimate for i in order]
    assert [one.ci_high for one in shuffled] == [straight[i].ci_high for i in order]


def test_what_one_study_leaves_undefined() -> None:
    first, second = cumulative([0.1, 0.4], [0.1, 0.2], [1, 0])
    assert first.tau2 is None
    assert first.prediction_low is None
    assert {note.field for note in first.notes} == {"tau2", "prediction"}
    assert second.tau2 is not None
    assert leave_one_out([0.1], [0.1]) == ()
    assert cumulative([0.1], [0.1], []) == ()


@pytest.mark.parametrize("order", [[0, 0], [0, 2], [-1, 0]])
def test_an_order_names_each_study_once(order: list[int]) -> None:
    with pytest.raises(ValueError, match="at most once"):
        cumulative([0.1, 0.2], [0.1, 0.2], order)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        leave_one_out([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="finite"):
        cumulative([0.1, math.nan], [0.1, 0.1], [0, 1])


@pytest.mark.parametrize("method", ["REML", "DL"])
def test_influence_follows_from_reference_values(method: str) -> None:
    """What the reference does not list follows from what it does: leave-one-out results, weights, estimates."""
    case = cases()["bcg"]
    entry = case["analyses"]["RR"]
    yi, vi = case["escalc"]["RR"]["yi"], case["escalc"]["RR"]["vi"]
    full, without = entry["fits"][method], entry["sensitivity"]["leave1out"][f"{method}_z"]
    tau2, se = full["tau2"], full["tests"]["z"]["se"]
    total = math.fsum(1.0 / (v + tau2) for v in vi)
    for i, one in enumerate(influence(yi, vi, tau2_method=Tau2Method(method))):
        shift, spread = full["est"] - without["est"][i], without["tau2"][i] + vi[i]
        hat = 1.0 / (vi[i] + tau2) / total
        expected = {
            "rstudent": (yi[i] - without["est"][i]) / math.sqrt(spread + without["se"][i] ** 2),
            "dffits": shift / math.sqrt(hat * spread),
            "cooks_distance": shift**2 / se**2,
            "covariance_ratio": (without["se"][i] / se) ** 2,
            "tau2_without": without["tau2"][i],
            "q_without": without["Q"][i],
            "hat": hat,
            "weight": 100.0 * hat,
        }
        assert {name: getattr(one, name) for name in expected} == pytest.approx(expected, rel=1e-6)
        if method == "REML":
            assert one.weight == pytest.approx(entry["weights_pct"]["REML"][i], rel=1e-7)


def test_an_outlier_is_seen_and_a_dominating_study_too() -> None:
    made = influence([0.1, 0.12, 0.08, 0.11, 3.0], [0.01] * 5)
    assert [one.is_outlier for one in made] == [False, False, False, False, True]
    assert made[4].is_influential
    assert influence([0.1, 0.2, 0.15, 0.12], [1e-6, 1.0, 1.0, 1.0], tau2_method=Tau2Method.CE)[0].is_influential
    assert influence([0.1, 0.2], [0.1, 0.1]) == ()


@settings(max_examples=500, deadline=None)
@given(data=studies(fewest=3), method=METHODS)
def test_influence_is_finite_and_weights_sum(data: tuple[list[float], list[float]], method: Tau2Method) -> None:
    made = influence(*data, tau2_method=method)
    assert math.fsum(one.weight for one in made) == pytest.approx(100.0)
    for one in made:
        assert all(
            math.isfinite(x) for x in (one.rstudent, one.rstandard, one.dffits, one.dfbetas, one.covariance_ratio)
        )
        assert one.cooks_distance >= 0.0


@settings(max_examples=500, deadline=None)
@given(data=studies(), method=METHODS)
def test_shrunken_estimates_lie_between_study_and_pool(
    data: tuple[list[float], list[float]], method: Tau2Method
) -> None:
    yi, vi = data
    mean = pool(yi, vi, tau2_method=method, ci_method=CiMethod.WALD).estimate
    for y, one in zip(yi, shrunken_estimates(yi, vi, tau2_method=method), strict=True):
        assert min(y, mean) - 1e-9 <= one.estimate <= max(y, mean) + 1e-9
        assert one.low <= one.estimate <= one.high
