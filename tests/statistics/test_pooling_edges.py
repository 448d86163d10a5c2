"""Pooling at its edges: one study, two, equal ones, absurd ones. Each has a defined outcome."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_many import pool_many
from evibrief.statistics.results import CiMethod, Pooled, PredictionMethod, Tau2Method

Z = 1.959963984540054  # the 97.5 % point of the normal distribution
T1 = math.tan(0.475 * math.pi)  # and of Student with one degree of freedom (Cauchy)


def reasons(pooled: Pooled) -> dict[str, str]:
    return {note.field: note.reason for note in pooled.notes}


def assert_only_numbers_or_none(pooled: Pooled) -> None:
    for field in dataclasses.fields(pooled):
        value = getattr(pooled, field.name)
        for number in value if field.name == "weights" else (value,):
            assert not isinstance(number, np.generic)
            assert not isinstance(number, float) or math.isfinite(number)


def test_no_study_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to pool"):
        pool([], [])


def test_one_study_is_returned_as_it_is() -> None:
    pooled = pool([0.5], [0.04])
    assert (pooled.estimate, pooled.se, pooled.k, pooled.weights) == (0.5, 0.2, 1, (100.0,))
    assert pooled.ci_low == pytest.approx(0.5 - Z * 0.2, rel=1e-14)
    assert pooled.ci_method is CiMethod.WALD
    undefined = (pooled.tau2, pooled.tau2_ci_high, pooled.i2, pooled.h2, pooled.q, pooled.q_p, pooled.prediction_low)
    assert undefined == (None,) * 7
    assert reasons(pooled)["estimate"] == "one study: not pooled"
    assert_only_numbers_or_none(pooled)


def test_two_studies_have_no_prediction_and_an_honestly_wide_interval() -> None:
    pooled = pool([0.0, 1.0], [0.1, 0.3], ci_method=CiMethod.T)
    assert pooled.prediction_low is None
    assert "three studies" in reasons(pooled)["prediction"]
    assert pooled.ci_high == pytest.approx(0.4 + T1 * 0.24**0.5, rel=1e-12)


def test_two_studies_by_the_rule_of_the_house() -> None:
    pooled = pool([0.0, 1.0], [0.1, 0.3], few_studies_rule=True)
    assert pooled.tau2_method is Tau2Method.CE
    assert pooled.ci_method is CiMethod.WALD
    assert pooled.estimate == pytest.approx(0.25, rel=1e-14)  # weights 3 and 1
    assert pooled.ci_high == pytest.approx(0.25 + Z * 0.075**0.5, rel=1e-14)
    assert "only two studies" in reasons(pooled)["tau2_method"]
    three = pool([0.0, 1.0, 2.0], [0.1, 0.3, 0.2], few_studies_rule=True)
    assert three == pool([0.0, 1.0, 2.0], [0.1, 0.3, 0.2])


def test_equal_estimates_give_hksj_a_factor_of_one() -> None:
    """N07: Q, I2 and the HKSJ factor of identical studies are rounding noise or zero elsewhere."""
    y, v = [0.1 + 0.2, 0.3, 0.3], [0.04, 0.04, 0.02]
    pure = pool(y, v, ci_method=CiMethod.HKSJ)
    assert (pure.q, pure.i2, pure.tau2) == (0.0, 0.0, 0.0)
    assert pure == dataclasses.replace(
        pool(y, v, ci_method=CiMethod.HKSJ_MODIFIED), ci_method=CiMethod.HKSJ, notes=pure.notes
    )
    assert "factor" in reasons(pure)["ci"]
    guarded = pool(y, v)
    assert guarded.guard_fired
    assert guarded.se == pytest.approx(0.1, rel=1e-14)


def test_the_guard_never_lets_hksj_be_narrower_than_wald() -> None:
    rng = np.random.default_rng(7)
    v = rng.uniform(0.01, 1.0, (3000, 5))
    y = rng.normal(size=(3000, 5)) * np.sqrt(v)
    guarded = pool_many(y, v)
    wald = pool_many(y, v, ci_method=CiMethod.WALD)
    hksj = pool_many(y, v, ci_method=CiMethod.HKSJ)
    widths = [p.ci_high - p.ci_low for p in (guarded, wald, hksj)]
    assert widths[0] == pytest.approx(np.maximum(widths[1], widths[2]), rel=1e-12)
    assert (guarded.guard_fired == (widths[2] < widths[1])).all()
    assert 0.15 < guarded.guard_fired.mean() < 0.4  # 26 % of homogeneous sets of five, statistics.md section 1


def test_a_common_effect_has_a_wald_interval_whatever_is_asked() -> None:
    y, v = [0.1, 0.4, 0.9], [0.04, 0.09, 0.01]
    asked = pool(y, v, tau2_method=Tau2Method.CE)
    assert asked.ci_method is CiMethod.WALD
    assert "Wald" in reasons(asked)["ci_method"]
    assert asked.prediction_low is None
    assert pool(y, v, tau2_method=Tau2Method.CE, ci_method=CiMethod.T).df == 2.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e200])
def test_values_that_are_not_plausible_numbers_are_refused(bad: float) -> None:
    """N01: a NaN must not become tau2 = 0."""
    with pytest.raises(ValueError, match=r"not a number|plausible|not both"):
        pool([0.1, bad, 0.2], [0.1, 0.1, 0.1])
    with pytest.raises(ValueError, match=r"not a number|plausible|not both"):
        pool([0.1, 0.3, 0.2], [0.1, bad, 0.1])


def test_a_study_that_is_not_a_number_altogether_is_refused() -> None:
    for others in (2, 60):
        with pytest.raises(ValueError, match=r"not a (plausible )?number"):
            pool([math.nan] + [0.1] * others, [math.nan] + [0.1] * others)


@pytest.mark.parametrize("bad", [0.0, -0.1, 5e-324, 1e-200, 1e-14])
def test_variances_that_cannot_be_are_refused(bad: float) -> None:
    """N11: zero, negative, subnormal, or nothing beside the others."""
    with pytest.raises(ValueError, match=r"variance"):
        pool([0.1, 0.3, 0.2], [0.1, bad, 0.1])


def test_unequal_lengths_and_odd_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="2 estimates but 1 variances"):
        pool([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="one shape"):
        pool_many([[0.1, 0.2]], [[0.1]])
    with pytest.raises(ValueError, match="has no study"):
        pool_many([[0.1, 0.2], [math.nan, math.nan]], [[0.1, 0.1], [math.nan, math.nan]])


@pytest.mark.parametrize("level", [0.0, 0.05, 1.0, 95.0, math.nan])
def test_a_level_that_is_not_a_confidence_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="fraction such as"):
        pool([0.1, 0.2], [0.1, 0.1], level=level)


@pytest.mark.parametrize("shift", [1e6, 1e8, 1e10])
def test_a_large_common_level_costs_no_digits(shift: float) -> None:
    """N02: by the textbook formula Q is 2.00, -512 and 0 here."""
    y, v = [0.0, 0.5, 1.0, 2.0], [0.25, 0.5, 1.0, 2.0]
    assert pool([a + shift for a in y], v).q == pytest.approx(pool(y, v).q, rel=1e-12)


@pytest.mark.parametrize("ratio", [1e6, 1e12, 1e16])
def test_extreme_variances_keep_the_dersimonian_laird_denominator(ratio: float) -> None:
    """N03, N10: sum w - sum w^2 / sum w in its usual form is 0 from a ratio of 1e16 on."""
    y, v = [0.5, 300.0, -200.0], [1.0, ratio, 2.0]
    w = [1.0 / a for a in v]
    pairs = 2.0 * (w[0] * w[1] + w[0] * w[2] + w[1] * w[2]) / sum(w)
    mu = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - mu) ** 2 for a, b in zip(w, y, strict=True))
    pooled = pool(y, v, tau2_method=Tau2Method.DL)
    assert pooled.tau2 == pytest.approx((q - 2.0) / pairs, rel=1e-12)
    assert_only_numbers_or_none(pool(y, v))


def test_a_precision_a_million_million_times_greater_wins() -> None:
    """N10: no noise where tau2 is zero, and the common effect is the precise study's."""
    pooled = pool([0.5, 0.7, 0.1], [1e-12, 1.0, 1.0])
    assert pooled.tau2 == 0.0
    assert pooled.estimate == pytest.approx(0.5, abs=1e-11)
    assert pool([0.5, 0.7, 0.1], [1e-12, 1.0, 1.0], ci_method=CiMethod.WALD).se == pytest.approx(1e-6, rel=1e-9)


@pytest.mark.parametrize("method", list(Tau2Method))
@pytest.mark.parametrize(
    ("y", "v"),
    [
        ([1e49, -1e49], [1e-49, 1e-49]),
        ([1e-90, -1e-90, 0.0], [1e-45, 1e-45, 1e45]),
        ([0.0, 1e5, 0.0, 3.0], [1e-49, 1e-49, 1e49, 1.0]),
        ([5.0, 5.0 + 1e-15, 5.0], [1e-3, 1e-3, 1e-3]),
    ],
)
def test_no_data_bring_out_anything_but_numbers(y: list[float], v: list[float], method: Tau2Method) -> None:
    for ci in CiMethod:
        for prediction in PredictionMethod:
            assert_only_numbers_or_none(pool(y, v, tau2_method=method, ci_method=ci, prediction_method=prediction))


def test_small_p_values_survive() -> None:
    """N14: twice (1 - cdf) is 0 here; the tail itself is 2.26e-19 at 9 and 5.7e-300 near 37."""
    near = pool([9.0, 9.0], [2.0, 2.0], tau2_method=Tau2Method.CE)
    assert near.statistic == pytest.approx(9.0, rel=1e-15)
    assert near.p == pytest.approx(2.2571768119076845e-19, rel=1e-10)
    far = pool([37.0, 37.0], [2.0, 2.0], tau2_method=Tau2Method.CE)
    assert far.p == pytest.approx(math.erfc(37.0 / 2**0.5), rel=1e-6)
    assert 0.0 < far.p < 1e-290


def test_the_sum_of_many_studies_does_not_depend_on_their_order() -> None:
    """N15: two hundred permutations, one result."""
    rng = np.random.default_rng(3)
    y, v = rng.normal(size=200), rng.uniform(0.01, 2.0, 200)
    results = set()
    for _ in range(200):
        places = rng.permutation(200)
        pooled = pool(y[places].tolist(), v[places].tolist())
        results.add(dataclasses.replace(pooled, weights=()))
    assert len(results) == 1


def test_negative_zero_is_zero() -> None:
    """N17 begins here: an estimate of -0.0 would be printed as "-0.00"."""
    assert math.copysign(1.0, pool([-0.0, -0.0, -0.0], [0.1, 0.2, 0.3]).estimate) == 1.0


def test_short_rows_are_filled_up_with_nan() -> None:
    y = [[0.1, 0.5, math.nan], [0.1, 0.5, 0.9], [math.nan, 0.3, math.nan]]
    v = [[0.1, 0.2, math.nan], [0.1, 0.2, 0.3], [math.nan, 0.2, math.nan]]
    many = pool_many(y, v, tau2_ci=True)
    assert many.k.tolist() == [2, 3, 1]
    assert many.estimate[2] == 0.3
    assert np.isnan(many.tau2[2])
    assert many.weights[0].sum() == pytest.approx(100.0)
    assert many.weights[2].tolist() == [0.0, 100.0, 0.0]
    assert many.tau2_ci_high[0] == pytest.approx(pool(y[0][:2], v[0][:2]).tau2_ci_high)
