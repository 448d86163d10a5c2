"""What must hold of any meta-analysis, whatever the studies: 2,000 examples of each property.

Estimates and variances are short binary fractions, so that shifting and scaling them is exact and a difference is ours.
Variants of one set of studies are pooled as one batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_many import PooledMany, pool_many
from evibrief.statistics.results import CiMethod, PredictionMethod, Tau2Method

thorough = settings(
    max_examples=2000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@dataclass(frozen=True)
class Studies:
    y: list[float]
    v: list[float]


def decode(code: bytes) -> Studies:
    """Four bytes a study: an estimate between -4 and 4, a variance between 1/131072 and 4, both multiples of 2^-17."""
    words = np.frombuffer(code[: len(code) // 4 * 4], dtype="<i2,<u2")
    y = words["f0"] / 8192.0
    v = (1 + (words["f1"] & 0xFFF)) / 2.0 ** (10 + (words["f1"] >> 12) // 2)
    return Studies(y.tolist(), v.tolist())


def studies(fewest: int = 2, most: int = 9) -> st.SearchStrategy[Studies]:
    return st.binary(min_size=4 * fewest, max_size=4 * most).map(decode)


def batch(
    *sets: Studies,
    method: Tau2Method = Tau2Method.CE,
    ci: CiMethod = CiMethod.WALD,
    prediction: PredictionMethod = PredictionMethod.KM1,
    tau2_ci: bool = False,
) -> PooledMany:
    longest = max(len(s.y) for s in sets)
    y = np.array([s.y + [np.nan] * (longest - len(s.y)) for s in sets])
    v = np.array([s.v + [np.nan] * (longest - len(s.v)) for s in sets])
    return pool_many(y, v, tau2_method=method, ci_method=ci, prediction_method=prediction, tau2_ci=tau2_ci)


methods = st.sampled_from(list(Tau2Method))
ci_methods = st.sampled_from(list(CiMethod))
same = pytest.approx


@thorough
@given(studies(), methods, ci_methods, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_change_a_single_bit(s: Studies, method, ci, random) -> None:
    places = list(range(len(s.y)))
    random.shuffle(places)
    one = pool(s.y, s.v, tau2_method=method, ci_method=ci)
    other = pool([s.y[i] for i in places], [s.v[i] for i in places], tau2_method=method, ci_method=ci)
    assert other.weights == tuple(one.weights[i] for i in places)
    assert repr(other).split("weights=")[0] == repr(one).split("weights=")[0]
    assert (other.guard_fired, other.notes) == (one.guard_fired, one.notes)


@thorough
@given(studies(), methods, ci_methods, st.integers(-1000, 1000), st.sampled_from([3, 7, 1024, 1 / 64]))
def test_sign_shift_and_scale_carry_over(s: Studies, method, ci, shift: int, scale: float) -> None:
    flipped = Studies([-y for y in s.y], s.v)
    shifted = Studies([y + shift for y in s.y], s.v)
    scaled = Studies([y * scale for y in s.y], [v * scale * scale for v in s.v])
    p = batch(s, flipped, shifted, scaled, method=method, ci=ci)
    tiny = 1e-9 * min(s.v) ** 0.5
    assert p.estimate[1] == same(-p.estimate[0], rel=1e-9, abs=tiny)
    assert p.estimate[2] == same(p.estimate[0] + shift, rel=1e-9, abs=1e-12)
    assert p.estimate[3] == same(p.estimate[0] * scale, rel=1e-9, abs=tiny * scale)
    assert p.tau2[1:] / [1, 1, scale**2] == same(p.tau2[0], rel=1e-8, abs=tiny**2)
    assert p.se[1:] / [1, 1, scale] == same(p.se[0], rel=1e-8)
    assert p.i2[1:] == same(p.i2[0], rel=1e-7, abs=1e-9)
    assert p.q[1:] == same(p.q[0], rel=1e-9, abs=1e-12)


@thorough
@given(studies(), methods, ci_methods, st.sampled_from(list(PredictionMethod)))
def test_results_stay_within_their_bounds(s: Studies, method, ci, prediction) -> None:
    p = batch(s, method=method, ci=ci, prediction=prediction)
    assert min(s.y) <= p.estimate[0] <= max(s.y)
    assert p.tau2[0] >= 0.0
    assert p.se[0] > 0.0
    assert p.ci_low[0] < p.estimate[0] < p.ci_high[0]
    assert 0.0 <= p.i2[0] < 100.0
    assert 0.0 <= p.p[0] <= 1.0
    assert 0.0 <= p.q_p[0] <= 1.0
    assert p.weights[0].sum() == same(100.0, abs=1e-9)
    assert (p.weights[0] > 0.0).all()
    narrower = pool_many([s.y], [s.v], tau2_method=method, ci_method=ci, level=0.8)
    assert narrower.ci_high[0] - narrower.ci_low[0] < p.ci_high[0] - p.ci_low[0]
    if len(s.y) >= 3 and method is not Tau2Method.CE and prediction is not PredictionMethod.NORMAL:
        assert p.prediction_low[0] <= p.ci_low[0] + 1e-12
        assert p.prediction_high[0] >= p.ci_high[0] - 1e-12


@thorough
@given(studies(), methods)
def test_heterogeneity_never_narrows_and_spread_never_lowers_it(s: Studies, method) -> None:
    wider = Studies([2 * y for y in s.y], s.v)
    p = batch(s, wider, method=method)
    common = batch(s, s)  # as many sets as before: numpy adds up one column in another order than several
    assert p.tau2[1] >= p.tau2[0] * (1 - 1e-9)
    assert p.se[0] >= common.se[0] * (1 - 1e-12)
    if p.tau2[0] == 0.0:
        assert p.estimate[0] == common.estimate[0]
        assert p.se[0] == common.se[0]
        assert (p.weights == common.weights)[0].all()


@thorough
@given(studies(), st.integers(0, 8), st.integers(-5, 5))
def test_common_effect_adds_up_information(s: Studies, which: int, elsewhere: int) -> None:
    which %= len(s.y)
    whole = batch(s)
    mu, se = float(whole.estimate[0]), float(whole.se[0])
    doubled = Studies(s.y * 2, s.v * 2)
    halves = Studies([*s.y, s.y[which]], [*(v * (2 if i == which else 1) for i, v in enumerate(s.v)), 2 * s.v[which]])
    unheard = Studies([*s.y, float(elsewhere)], [*s.v, 1e18])
    agreeing = Studies([*s.y, mu], [*s.v, 1.0])
    without = [Studies(s.y[:i] + s.y[i + 1 :], s.v[:i] + s.v[i + 1 :]) for i in range(len(s.y))]
    p = batch(doubled, halves, unheard, agreeing, *without)
    assert p.estimate[:4] == same(mu, rel=1e-10, abs=1e-12)
    assert p.se[0] ** 2 == same(se**2 / 2, rel=1e-12)
    assert p.se[1:3] == same(se, rel=1e-12)
    assert p.se[3] < se
    w = 1.0 / np.array(s.v)
    left = float(((w.sum() - w) * p.estimate[4:]).sum())
    assert left == same((len(w) - 1) * w.sum() * mu, rel=1e-9, abs=1e-9 * w.sum())


@thorough
@given(studies(), methods, st.integers(0, 8), st.sampled_from([-1e-9, 1e-9]))
def test_a_tiny_change_of_one_estimate_changes_little(s: Studies, method, which: int, nudge: float) -> None:
    nudged = Studies([y + nudge * (i == which % len(s.y)) for i, y in enumerate(s.y)], s.v)
    p = batch(s, nudged, method=method, ci=CiMethod.HKSJ_GUARDED)
    if p.modes.max() > 1:
        return
    for field in (p.estimate, p.tau2, p.ci_low, p.ci_high):
        assert field[1] == same(field[0], rel=1e-6, abs=1e-6)


@thorough
@given(studies())
def test_closed_forms_equal_exact_rational_arithmetic(s: Studies) -> None:
    y, v = [Fraction(a) for a in s.y], [Fraction(b) for b in s.v]
    w = [1 / b for b in v]
    mu = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - mu) ** 2 for a, b in zip(w, y, strict=True))
    spare = sum(w) - sum(a * a for a in w) / sum(w)
    tau2 = max(Fraction(0), (q - (len(y) - 1)) / spare)
    w = [1 / (b + tau2) for b in v]
    random = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    common, dl = batch(s), batch(s, method=Tau2Method.DL)
    assert common.estimate[0] == same(float(mu), rel=1e-12, abs=1e-12)
    assert common.q[0] == same(float(q), rel=1e-12, abs=1e-12)
    assert dl.tau2[0] == same(float(tau2), rel=1e-10, abs=1e-12)
    assert dl.estimate[0] == same(float(random), rel=1e-10, abs=1e-12)


@thorough
@given(studies(), studies(fewest=1), methods, ci_methods, st.sampled_from(list(PredictionMethod)))
def test_plain_floats_and_arrays_give_one_result(s: Studies, other: Studies, method, ci, prediction) -> None:
    """Two engines, one for a few studies and one for batches, written apart: the second opinion on each."""
    p = batch(other, s, method=method, ci=ci, prediction=prediction, tau2_ci=True)
    alone = pool(s.y, s.v, tau2_method=method, ci_method=ci, prediction_method=prediction)
    for name in ("estimate", "se", "ci_low", "ci_high", "statistic", "p", "tau2", "i2", "h2", "q", "q_p"):
        assert getattr(p, name)[1] == same(getattr(alone, name), rel=1e-8, abs=1e-12), name
    for name in ("df", "tau2_ci_low", "tau2_ci_high", "i2_ci_low", "i2_ci_high", "prediction_low", "prediction_high"):
        expected = getattr(alone, name)
        if expected is None:
            assert not np.isfinite(getattr(p, name)[1])
        else:
            assert getattr(p, name)[1] == same(expected, rel=1e-8, abs=1e-10), name
    assert p.guard_fired[1] == alone.guard_fired
    assert p.weights[1][: len(s.y)] == same(list(alone.weights), rel=1e-8)
    assert (p.weights[1][len(s.y) :] == 0.0).all()
