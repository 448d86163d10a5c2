"""Dependent effects beyond the reference values: the likelihood from its definition, limits, and selection rules."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.dependence import (
    Correction,
    SelectionRule,
    cluster_robust,
    one_per_study,
    three_level,
)

YI = [0.1, 0.3, 0.9, 0.8, -0.2, 0.0, 0.4, 0.6, 0.2]
VI = [0.02, 0.03, 0.05, 0.02, 0.01, 0.04, 0.06, 0.05, 0.02]
CLUSTERS = ["a", "a", "b", "b", "c", "c", "c", "d", "e"]


def likelihood(yi: list[float], vi: list[float], clusters: list[str], between: float, within: float) -> float:
    """The restricted log-likelihood with its constants, from dense matrices."""
    y, k = np.array(yi), len(yi)
    same = np.array([[a == b for b in clusters] for a in clusters], dtype=float)
    V = np.diag(np.array(vi) + within) + between * same
    inverse = np.linalg.inv(V)
    information = inverse.sum()
    residual = y - inverse.sum(0) @ y / information
    return float(
        -0.5 * ((k - 1) * math.log(2 * math.pi) - math.log(k))
        - 0.5 * (np.linalg.slogdet(V)[1] + math.log(information) + residual @ inverse @ residual)
    )


@st.composite
def nested(draw: st.DrawFn) -> tuple[list[float], list[float], list[str]]:
    k = draw(st.integers(4, 12))
    yi = draw(st.lists(st.floats(-3.0, 3.0).map(lambda y: round(y, 3)), min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(-2.0, 0.5).map(lambda e: 10.0**e), min_size=k, max_size=k))
    return yi, vi, draw(st.lists(st.sampled_from("abcd"), min_size=k, max_size=k))


@settings(max_examples=150, deadline=None)
@given(data=nested())
def test_the_maximum_is_global_and_the_likelihood_right(data: tuple[list[float], list[float], list[str]]) -> None:
    made = three_level(*data)
    if made.estimate is None:
        assert made.notes
        return
    assert made.tau2_between is not None
    assert made.tau2_within is not None
    top = likelihood(*data, made.tau2_between, made.tau2_within)
    assert made.log_likelihood == pytest.approx(top, rel=1e-9, abs=1e-9)
    grid = [0.0, *np.geomspace(1e-4, 30.0, 14)]
    assert top >= max(likelihood(*data, float(a), float(b)) for a in grid for b in grid) - 1e-7


@settings(max_examples=100, deadline=None)
@given(data=nested(), seed=st.integers(0, 1000))
def test_the_order_of_effects_does_not_matter(data: tuple[list[float], list[float], list[str]], seed: int) -> None:
    order = random.Random(seed).sample(range(len(data[0])), len(data[0]))
    yi, vi, clusters = ([column[i] for i in order] for column in data)
    assert three_level(yi, vi, clusters) == three_level(*data)


def test_scale() -> None:
    base, scaled = three_level(YI, VI, CLUSTERS), three_level([8 * y for y in YI], [64 * v for v in VI], CLUSTERS)
    assert base.tau2_between is not None
    assert base.log_likelihood is not None
    assert base.robust is not None
    assert scaled.robust is not None
    assert scaled.tau2_between == pytest.approx(64 * base.tau2_between, rel=1e-6)
    assert scaled.log_likelihood == pytest.approx(base.log_likelihood - 8 * math.log(8))
    assert scaled.robust.p == pytest.approx(base.robust.p, rel=1e-6)
    assert scaled.robust.df == pytest.approx(base.robust.df, rel=1e-6)


def test_few_clusters_are_noted() -> None:
    made = three_level(YI, VI, CLUSTERS)
    assert made.robust is not None
    assert made.robust.df is not None
    assert (made.robust.df < 4.0) == bool(made.notes)
    assert any("degrees of freedom" in note.reason for note in three_level(YI[:7], VI[:7], CLUSTERS[:7]).notes)


def test_where_a_three_level_model_has_no_sense() -> None:
    alone = three_level(YI, VI, [str(i) for i in range(9)])
    assert alone.estimate is None
    assert "pool as usual" in alone.notes[0].reason
    one = three_level(YI, VI, ["a"] * 9)
    assert one.robust is None
    assert "one cluster" in one.notes[0].reason
    assert cluster_robust(YI, VI, ["a"] * 9, tau2_within=0.1) is None


def test_robust_errors_of_singletons_with_equal_variances_are_the_t_test() -> None:
    # Equal weights and one effect per cluster: CR2 is the sample variance over k, with k - 1 degrees of freedom.
    yi = [0.3, 0.1, 0.8, 0.5, 0.9]
    mean = math.fsum(yi) / 5
    error = math.sqrt(math.fsum((y - mean) ** 2 for y in yi) / 4 / 5)
    for correction in Correction:
        made = cluster_robust(yi, [0.1] * 5, list("abcde"), tau2_within=0.05, correction=correction)
        assert made is not None
        assert made.se == pytest.approx(error)
        assert made.df == pytest.approx(4.0)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        three_level(YI, VI, CLUSTERS[:5])
    with pytest.raises(ValueError, match="negative"):
        cluster_robust(YI, VI, CLUSTERS, tau2_within=-0.1)
    with pytest.raises(ValueError, match="one length"):
        one_per_study(YI, VI, CLUSTERS[:5], rule=SelectionRule.FIRST)
    with pytest.raises(ValueError, match="correlation"):
        one_per_study(YI, VI, CLUSTERS, rule=SelectionRule.AVERAGE, correlation=1.5)


def test_the_first_or_the_most_precise_stands_for_a_study() -> None:
    first = one_per_study(YI, VI, CLUSTERS, rule=SelectionRule.FIRST)
    assert first.studies == ("a", "b", "c", "d", "e")
    assert first.yi == (0.1, 0.9, -0.2, 0.6, 0.2)
    assert first.rows == ((0,), (2,), (4,), (7,), (8,))
    precise = one_per_study(YI, VI, CLUSTERS, rule=SelectionRule.MOST_PRECISE)
    assert precise.yi == (0.1, 0.8, -0.2, 0.6, 0.2)
    assert precise.vi == pytest.approx((0.02, 0.02, 0.01, 0.05, 0.02))


def test_the_average_of_dependent_effects_by_hand() -> None:
    made = one_per_study([0.2, 0.6], [0.04, 0.09], ["a", "a"], rule=SelectionRule.AVERAGE, correlation=0.5)
    # (0.04 + 0.09 + 2 * 0.5 * 0.2 * 0.3) / 4
    assert made.yi == pytest.approx((0.4,))
    assert made.vi == pytest.approx((0.0475,))
    certain = one_per_study([0.2, 0.6], [0.04, 0.04], ["a", "a"], rule=SelectionRule.AVERAGE)
    assert certain.vi == pytest.approx((0.04,))
