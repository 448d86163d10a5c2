"""Meta-regression beyond the reference values: refusals, missing covariates, hard likelihoods, invariances."""

from __future__ import annotations

import dataclasses
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evibrief.statistics.mixed_effects import has_full_rank, residual_tau2, weighted_fit
from evibrief.statistics.permutation import RANDOM_PERMUTATIONS, permutation_test, sign_flip_test
from evibrief.statistics.pooling import pool
from evibrief.statistics.regression import Regression, RegressionTest, meta_regression
from evibrief.statistics.results import CiMethod, Tau2Method

ITERATED = (Tau2Method.REML, Tau2Method.ML, Tau2Method.PM)


@st.composite
def data_sets(draw: st.DrawFn, fewest: int = 4, most: int = 10) -> tuple[list[float], list[float], list[float]]:
    k = draw(st.integers(fewest, most))
    numbers = st.floats(-5.0, 5.0, allow_subnormal=False).map(lambda x: round(x, 3))
    yi = draw(st.lists(numbers, min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(-3.0, 1.0).map(lambda e: 10.0**e), min_size=k, max_size=k))
    x = draw(st.lists(numbers, min_size=k, max_size=k, unique=True))
    assume(max(yi) - min(yi) > 0.01)
    return yi, vi, x


def numbers(made: object) -> list[float]:
    def walk(value: Any) -> list[float]:
        if isinstance(value, dict):
            return [x for inner in value.values() for x in walk(inner)]
        if isinstance(value, list | tuple):
            return [x for inner in value for x in walk(inner)]
        assert not isinstance(value, np.generic)
        return [value] if isinstance(value, float) else []

    return walk(dataclasses.asdict(made))  # type: ignore[call-overload]


def test_without_covariates_it_is_the_pool() -> None:
    yi, vi = [0.1, 0.5, 0.3, 0.9, -0.2], [0.02, 0.05, 0.01, 0.1, 0.04]
    made = meta_regression(yi, vi, {})
    pooled = pool(yi, vi, ci_method=CiMethod.HKSJ)
    assert made.coefficients[0].estimate == pytest.approx(pooled.estimate, rel=1e-9)
    assert made.coefficients[0].ci_low == pytest.approx(pooled.ci_low, rel=1e-9)
    assert (made.tau2, made.i2, made.q_residual) == pytest.approx((pooled.tau2, pooled.i2, pooled.q), rel=1e-9)
    assert made.q_moderators is None
    assert made.q_moderators_df1 is None


def test_studies_without_the_covariate_are_listed_and_left_out() -> None:
    yi, vi = [0.1, 0.5, 0.3, 0.9, -0.2, 7.0], [0.02, 0.05, 0.01, 0.1, 0.04, 0.001]
    year = [2001.0, 2004.0, 2003.0, 2010.0, 1999.0, None]
    made = meta_regression(yi, vi, {"year": year})
    assert made.k == 5
    assert [(e.row, e.reason) for e in made.excluded] == [(5, "no value of year")]
    assert made.coefficients == meta_regression(yi[:5], vi[:5], {"year": year[:5]}).coefficients


@pytest.mark.parametrize(
    ("covariates", "reason"),
    [
        ({"x": [1.0, 2.0, 3.0], "y": [1.0, 0.0, 0.0]}, "3 studies cannot support 3 coefficients"),
        ({"x": [2.0, 2.0, 2.0]}, "constant"),
        ({"x": [None, None, None]}, "0 studies"),
    ],
)
def test_a_model_that_cannot_be_fitted_says_why(covariates: dict[str, list[float | None]], reason: str) -> None:
    made = meta_regression([0.1, 0.2, 0.4], [0.1, 0.1, 0.2], covariates)
    assert made.coefficients == ()
    assert made.tau2 is None
    assert reason in made.notes[0].reason
    assert permutation_test([0.1, 0.2, 0.4], [0.1, 0.1, 0.2], covariates).omnibus_p is None


def test_notes_say_what_a_reader_must_know() -> None:
    made = meta_regression([0.3, 0.31, 0.32, 0.29], [0.1, 0.1, 0.2, 0.3], {"x": [1.0, 2.0, 3.0, 4.0]})
    reasons = {note.field: note.reason for note in made.notes}
    assert "fewer than 10" in reasons["coefficients"]
    assert "narrower" in reasons["covariance"]
    assert "nothing to explain" in reasons["r2"]
    assert made.r2 is None


def test_an_exact_fit_has_no_test() -> None:
    made = meta_regression([1.0, 2.0, 3.0, 4.0], [0.1] * 4, {"x": [1.0, 2.0, 3.0, 4.0]})
    assert made.coefficients[1].estimate == pytest.approx(1.0)
    assert made.coefficients[1].p is None
    assert made.q_moderators is None
    assert any("fits exactly" in note.reason for note in made.notes)
    assert all(math.isfinite(x) for x in numbers(made))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"covariates": {"x": [1.0, 2.0]}}, "one length"),
        ({"covariates": {"x": [1.0, 2.0, math.nan, 3.0]}}, "finite"),
        ({"tau2_method": Tau2Method.SJ}, "must be one of"),
        ({"tau2_method": Tau2Method.CE}, "choose z"),
        ({"level": 95.0}, "level"),
        ({"vi": [0.1, 0.1, 0.1, 0.0]}, "variance"),
    ],
)
def test_refusals(call: dict[str, Any], message: str) -> None:
    base = {"yi": [0.1, 0.2, 0.4, 0.3], "vi": [0.1, 0.1, 0.2, 0.3], "covariates": {"x": [1.0, 2.0, 3.0, 5.0]}}
    with pytest.raises(ValueError, match=message):
        meta_regression(**{**base, **call})


def brute_force(y: np.ndarray, v: np.ndarray, X: np.ndarray, tau2: float) -> float:
    """The restricted log-likelihood from its definition, with dense matrices."""
    W = np.diag(1.0 / (v + tau2))
    information = X.T @ W @ X
    beta = np.linalg.solve(information, X.T @ W @ y)
    residual = y - X @ beta
    return float(-0.5 * (np.log(v + tau2).sum() + np.linalg.slogdet(information)[1] + residual @ W @ residual))


@settings(max_examples=300, deadline=None)
@given(data=data_sets(fewest=5))
def test_reml_is_the_global_maximum(data: tuple[list[float], list[float], list[float]]) -> None:
    y, v, x = (np.array(column) for column in data)
    X = np.stack([np.ones(len(x)), x], axis=1)
    tau2 = float(residual_tau2(y, v, X, Tau2Method.REML))
    found = brute_force(y, v, X, tau2)
    grid = np.concatenate([[0.0], np.geomspace(1e-7, 1e3, 400)])
    assert found >= max(brute_force(y, v, X, float(t)) for t in grid) - 1e-8


@settings(max_examples=500, deadline=None)
@given(data=data_sets())
def test_paule_mandel_meets_its_equation(data: tuple[list[float], list[float], list[float]]) -> None:
    y, v, x = (np.array(column) for column in data)
    X = np.stack([np.ones(len(x)), x], axis=1)
    tau2 = float(residual_tau2(y, v, X, Tau2Method.PM))
    q = float(weighted_fit(y, v, X, tau2).rss)
    assert q == pytest.approx(len(y) - 2, rel=1e-9) if tau2 > 0.0 else q <= len(y) - 2 + 1e-9


@settings(max_examples=300, deadline=None)
@given(data=data_sets(), method=st.sampled_from(ITERATED), seed=st.integers(0, 1000))
def test_the_order_of_studies_does_not_matter(
    data: tuple[list[float], list[float], list[float]], method: Tau2Method, seed: int
) -> None:
    yi, vi, x = data
    order = random.Random(seed).sample(range(len(yi)), len(yi))
    shuffled = ([column[i] for i in order] for column in data)
    y2, v2, x2 = shuffled
    assert meta_regression(yi, vi, {"x": x}, tau2_method=method) == meta_regression(
        y2, v2, {"x": x2}, tau2_method=method
    )


@settings(max_examples=300, deadline=None)
@given(data=data_sets(), test=st.sampled_from(RegressionTest))
def test_scale_sign_and_origin(data: tuple[list[float], list[float], list[float]], test: RegressionTest) -> None:
    yi, vi, x = data
    base = meta_regression(yi, vi, {"x": x}, test=test)
    scaled = meta_regression([-8.0 * y for y in yi], [64.0 * v for v in vi], {"x": x}, test=test)
    moved = meta_regression(yi, vi, {"x": [u + 100.0 for u in x]}, test=test)
    assert base.tau2 is not None
    assert scaled.tau2 == pytest.approx(64.0 * base.tau2, rel=1e-8)
    slope = base.coefficients[1]
    assert scaled.coefficients[1].estimate == pytest.approx(-8.0 * slope.estimate, rel=1e-7, abs=1e-9)
    assert moved.coefficients[1].estimate == pytest.approx(slope.estimate, rel=1e-6, abs=1e-6)
    assert moved.q_moderators == pytest.approx(base.q_moderators, rel=1e-5, abs=1e-6)
    assert all(math.isfinite(v) for v in numbers(base))
    check(base)


def check(made: Regression) -> None:
    assert made.tau2 is not None
    assert made.i2 is not None
    assert made.tau2 >= 0.0
    assert 0.0 <= made.i2 < 100.0
    assert made.r2 is None or 0.0 <= made.r2 <= 100.0
    for coefficient in made.coefficients:
        assert coefficient.ci_low <= coefficient.estimate <= coefficient.ci_high


def test_variances_of_very_different_size() -> None:
    made = meta_regression(
        [0.1, 0.4, 0.2, 0.9, 0.3, -0.1], [1e-8, 1e3, 1e-2, 1.0, 1e-5, 10.0], {"x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
    )
    assert all(math.isfinite(x) for x in numbers(made))


def test_random_permutations_are_fixed_and_near_the_exact_answer() -> None:
    # Nine studies on a line, the slope unmistakable: no permutation but the reverse is as extreme.
    yi = [0.0, 0.11, 0.19, 0.32, 0.4, 0.48, 0.61, 0.7, 0.82]
    vi = [0.01] * 9
    x = [float(i) for i in range(9)]
    made = permutation_test(yi, vi, {"x": x})
    assert not made.exact
    assert made.permutations == RANDOM_PERMUTATIONS + 1
    assert made.p[1] == pytest.approx(1 / 2000)
    assert made == permutation_test(yi[::-1], vi, {"x": x[::-1]})


def test_exact_permutation_by_counting() -> None:
    # Four studies with equal variances: the statistic of the slope depends on the correlation alone, and of the 24
    # arrangements of 1, 2, 3, 4 only the order itself and its reverse reach it.
    made = permutation_test([0.0, 1.0, 2.0, 3.1], [0.01] * 4, {"x": [1.0, 2.0, 3.0, 4.0]}, tau2_method=Tau2Method.DL)
    assert made.exact
    assert made.permutations == 24
    assert made.p[1] == pytest.approx(2 / 24)
    assert made.omnibus_p == pytest.approx(2 / 24)


def test_flipping_signs_by_counting() -> None:
    # Five effects of one sign: only all signs as they are, or all turned, are as extreme.
    assert sign_flip_test([0.5, 0.6, 0.4, 0.7, 0.55], [0.01] * 5).omnibus_p == pytest.approx(2 / 32)
    assert sign_flip_test([0.5], [0.01]).omnibus_p is None
    many = sign_flip_test([0.5 + 0.01 * i for i in range(20)], [0.01] * 20)
    assert not many.exact
    assert many.omnibus_p == pytest.approx(1 / 2000)


def test_nothing_to_permute_without_a_covariate() -> None:
    made = permutation_test([0.1, 0.2, 0.3], [0.1] * 3, {})
    assert made.p == ()
    assert "no covariate" in made.notes[0].reason


def test_a_column_of_nothing_is_no_covariate() -> None:
    ones, zeros, years = np.ones(5), np.zeros(5), np.arange(5.0)
    assert has_full_rank(np.stack([ones, years], axis=1))
    assert not has_full_rank(np.stack([ones, zeros], axis=1))
    assert not has_full_rank(np.stack([ones, years, 2.0 * years - ones], axis=1))


def test_a_search_that_is_cut_short_gives_the_best_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grid has eight points a decade: what it leaves open is at most a third, whatever the number of steps."""
    yi, vi = np.array([0.1, 0.5, 0.3, 0.9, -0.2]), np.array([0.02, 0.05, 0.01, 0.1, 0.04])
    design = np.ones((5, 1))
    whole = float(residual_tau2(yi, vi, design, Tau2Method.REML))
    monkeypatch.setattr("evibrief.statistics.mixed_effects._MAXIMUM_STEPS", 1)
    short = float(residual_tau2(yi, vi, design, Tau2Method.REML))
    assert short != whole
    assert short == pytest.approx(whole, rel=10 ** (1 / 8) - 1)
