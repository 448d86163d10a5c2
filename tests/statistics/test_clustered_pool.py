"""Effects nested in studies, pooled in the form of every other pool."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.statistics.clustered_pool import ClusteredPool, pool_clustered
from evibrief.statistics.pooling import pool
from oracle.loading import cases


def konstantopoulos() -> ClusteredPool:
    data = cases()["konstantopoulos2011"]["data"]
    return pool_clustered(data["yi"], data["vi"], [str(district) for district in data["district"]])


def test_the_pool_is_metafors_with_clubsandwichs_interval() -> None:
    """metafor 3.8-1, rma.mv on dat.konstantopoulos2011; clubSandwich 0.5.8 for CR2."""
    reference = cases()["konstantopoulos2011"]["multilevel"]
    made = konstantopoulos().pooled
    assert made.estimate == pytest.approx(reference["est"], rel=1e-5)
    assert (made.ci_low, made.ci_high) == pytest.approx(
        (reference["robust_CR2"]["lb"], reference["robust_CR2"]["ub"]), rel=1e-4
    )
    assert made.p == pytest.approx(reference["robust_CR2"]["p"], rel=1e-4)
    assert made.tau2 == pytest.approx(sum(reference["sigma2"]), rel=1e-5)
    assert made.q == pytest.approx(reference["QE"], rel=1e-9)


def test_weights_and_i2_are_metafors() -> None:
    """metafor 3.8-1: weights(fit, type="rowsum"), and I2 from sum(sigma2) and the trace of P."""
    made = konstantopoulos().pooled
    assert made.weights[:4] == pytest.approx((1.8246414423, 1.8246414423, 1.5562154356, 1.5562154356), rel=1e-5)
    assert math.fsum(made.weights) == pytest.approx(100.0)
    assert made.i2 == pytest.approx(95.1873137225, rel=1e-6)
    assert made.h2 == pytest.approx(1.0 / (1.0 - 0.951873137225), rel=1e-5)


def test_prediction_is_for_a_new_effect_of_a_new_study() -> None:
    """t with 11 - 1 degrees of freedom (2.2281 in tables) times sqrt(tau2 + se^2)."""
    made = konstantopoulos().pooled
    assert made.tau2 is not None
    assert made.se is not None
    assert made.prediction_high is not None
    half = 2.2281388519 * math.sqrt(made.tau2 + made.se**2)
    assert made.prediction_high - made.estimate == pytest.approx(half, rel=1e-9)


def test_without_a_second_effect_it_is_the_usual_pool() -> None:
    yi, vi = [0.1, 0.5, 0.4], [0.02, 0.03, 0.01]
    made, usual = pool_clustered(yi, vi, ["a", "b", "c"]), pool(yi, vi)
    assert made.model is None
    assert (made.pooled.estimate, made.pooled.ci_low) == (usual.estimate, usual.ci_low)
    assert "no study has more than one effect" in made.pooled.notes[-1].reason


def test_effects_of_one_study_are_averaged() -> None:
    """Correlation 1: the standard error is the mean of both, (0.2 + 0.4) / 2."""
    made = pool_clustered([0.1, 0.5], [0.04, 0.16], ["a", "a"]).pooled
    assert (made.estimate, made.se) == pytest.approx((0.3, 0.3))
    assert made.weights == (50.0, 50.0)
    assert made.prediction_low is None


def test_two_studies_are_not_predicted_from() -> None:
    made = pool_clustered([0.1, 0.2, 0.9], [0.04, 0.04, 0.04], ["a", "a", "b"]).pooled
    assert made.prediction_low is None
    assert any("at least three studies" in note.reason for note in made.notes)


EFFECTS = st.tuples(st.floats(-2, 2), st.floats(0.01, 1.0), st.sampled_from("abcd"))


@given(st.lists(EFFECTS, min_size=2, max_size=8))
def test_the_order_of_effects_changes_nothing(effects: list[tuple[float, float, str]]) -> None:
    """Byte for byte, but for the order of the weights."""
    shuffled = sorted(effects, key=lambda effect: (effect[1], effect[0]))
    first, again = (pool_clustered(*map(list, zip(*rows, strict=True))).pooled for rows in (effects, shuffled))  # type: ignore[arg-type]
    assert (first.estimate, first.se, first.tau2, first.i2) == (again.estimate, again.se, again.tau2, again.i2)
    assert sorted(first.weights) == sorted(again.weights)


@given(st.lists(EFFECTS, min_size=2, max_size=8))
def test_every_number_is_finite_and_the_interval_holds_the_estimate(effects: list[tuple[float, float, str]]) -> None:
    made = pool_clustered(*map(list, zip(*effects, strict=True))).pooled  # type: ignore[arg-type]
    numbers = [getattr(made, name) for name in made.__slots__ if isinstance(getattr(made, name), float)]
    assert all(map(math.isfinite, numbers))
    assert made.ci_low is not None
    assert made.ci_high is not None
    assert made.ci_low <= made.estimate <= made.ci_high
    assert min(made.weights) >= 0.0
