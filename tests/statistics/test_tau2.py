"""The between-study variance is at the highest maximum, exactly zero at the boundary, and never silently wrong."""

from __future__ import annotations

import numpy as np
import pytest

import evibrief.statistics.heterogeneity as heterogeneity
import evibrief.statistics.pooling_one as pooling_one
import evibrief.statistics.tau2 as tau2_module
from evibrief.statistics.heterogeneity import NotConvergedError, i2_from_q, q_profile
from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_many import pool_many
from evibrief.statistics.results import CiMethod, Tau2Method
from oracle.loading import cases


def log_likelihood(y: np.ndarray, v: np.ndarray, tau2: np.ndarray, *, restricted: bool) -> np.ndarray:
    """The textbook formula, for one set of studies at many values of tau2."""
    s = v[:, None] + tau2
    w = 1.0 / s
    mu = (w * y[:, None]).sum(0) / w.sum(0)
    value = -0.5 * (np.log(s).sum(0) + (w * (y[:, None] - mu) ** 2).sum(0))
    return value - 0.5 * np.log(w.sum(0)) if restricted else value


def hard_sets(number: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Variances over four decades, where likelihoods often have two maxima."""
    rng = np.random.default_rng(seed)
    v = 10.0 ** rng.uniform(-3.0, 1.0, (number, k))
    y = rng.normal(size=(number, k)) * np.sqrt(v + rng.choice([0.0, 0.05, 1.0], (number, 1)))
    return y, v


@pytest.mark.parametrize("method", [Tau2Method.REML, Tau2Method.ML])
@pytest.mark.parametrize("k", range(2, 11))
def test_no_point_of_a_fine_grid_is_more_likely(method: Tau2Method, k: int) -> None:
    y, v = hard_sets(450, k, seed=k)
    found = pool_many(y, v, tau2_method=method)
    restricted = method is Tau2Method.REML
    for i in range(len(y)):
        furthest = max(10.0 * np.ptp(y[i]) ** 2, v[i].max())
        grid = np.concatenate(([0.0], np.geomspace(1e-6 * v[i].min(), furthest, 1500)))
        best = log_likelihood(y[i], v[i], grid, restricted=restricted).max()
        here = log_likelihood(y[i], v[i], found.tau2[i : i + 1], restricted=restricted)[0]
        assert here >= best - 1e-9


def test_hard_sets_do_have_two_maxima() -> None:
    y, v = hard_sets(2000, 6, seed=1)
    assert (pool_many(y, v).modes > 1).sum() >= 5


def test_paule_mandel_solves_its_equation() -> None:
    y, v = hard_sets(2000, 7, seed=2)
    tau2 = pool_many(y, v, tau2_method=Tau2Method.PM).tau2
    w = 1.0 / (v + tau2[:, None])
    mu = (w * y).sum(1) / w.sum(1)
    q = (w * (y - mu[:, None]) ** 2).sum(1)
    inside = tau2 > 0.0
    assert q[inside] == pytest.approx(6.0, rel=1e-10)
    assert (q[~inside] <= 6.0 + 1e-10).all()


def test_the_higher_of_two_maxima_is_taken_with_a_note() -> None:
    case = cases()["morris2008"]
    escalc = case["escalc"]["MC"]
    pooled = pool(escalc["yi"], escalc["vi"], tau2_method=Tau2Method.ML)
    assert pooled.tau2 == pytest.approx(case["analyses"]["MC"]["fits"]["ML"]["tau2"], rel=1e-7)
    assert "tau2" in {note.field for note in pooled.notes}


@pytest.mark.parametrize("method", list(Tau2Method))
def test_homogeneous_studies_have_exactly_no_between_study_variance(method: Tau2Method) -> None:
    pooled = pool([0.1, 0.1, 0.1, 0.1], [0.04, 0.09, 0.01, 0.16], tau2_method=method)
    assert pooled.tau2 == 0.0
    assert pooled.i2 == 0.0
    assert pooled.q == 0.0


def test_fisher_scorings_failure_is_solved() -> None:
    case = cases()["edge_fisher"]
    fit = case["analyses"]["GEN"]["fits"]["REML"]
    assert fit["default_error"]
    pooled = pool(case["data"]["yi"], case["data"]["vi"])
    assert pooled.tau2 == pytest.approx(0.08197, abs=1e-5)


@pytest.mark.parametrize("method", [Tau2Method.REML, Tau2Method.ML, Tau2Method.PM])
def test_non_convergence_is_an_error(method: Tau2Method, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heterogeneity, "MOST_STEPS", 1)
    monkeypatch.setattr(tau2_module, "MOST_STEPS", 1)
    monkeypatch.setattr(pooling_one, "MOST_STEPS", 1)
    y, v = [0.0, 1.0, 3.0, 4.0], [0.01, 0.1, 1.0, 0.02]
    with pytest.raises(NotConvergedError):
        pool(y, v, tau2_method=method)
    with pytest.raises(NotConvergedError):
        pool_many([y], [v], tau2_method=method)


def test_q_profile_of_fewer_than_two_studies_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two studies"):
        q_profile([0.1], [0.2])


def test_i2_from_q_is_zero_up_to_its_degrees_of_freedom() -> None:
    assert i2_from_q(3.0, 3) == 0.0
    assert i2_from_q(0.0, 3) == 0.0
    assert i2_from_q(12.0, 3) == 75.0


def test_two_studies_by_hand() -> None:
    """REML, PM, DL and HE of two studies are ((y1 - y2)^2 - v1 - v2) / 2."""
    for method in (Tau2Method.REML, Tau2Method.PM, Tau2Method.EB, Tau2Method.DL, Tau2Method.HE):
        pooled = pool([0.0, 1.0], [0.1, 0.3], tau2_method=method, ci_method=CiMethod.WALD)
        assert pooled.tau2 == pytest.approx(0.3, rel=1e-12)
        assert pooled.estimate == pytest.approx(0.4, rel=1e-12)
        assert pooled.se == pytest.approx((0.4 * 0.6) ** 0.5, rel=1e-12)
