"""Back-transformations: round trips, ends of the ranges, and the reference's Freeman-Tukey values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.measures import Scale
from evibrief.statistics.scales import harmonic_mean, to_analysis, to_natural
from oracle.loading import ITERATIVE_TAU2, META_PACKAGE, cases

PROPORTIONS = st.floats(min_value=1e-6, max_value=1 - 1e-6)


@settings(max_examples=2000, deadline=None)
@given(st.floats(min_value=-700, max_value=700))
def test_logarithms_round_trip(value: float) -> None:
    natural = to_natural(value, Scale.LOG)
    assert natural is not None
    assert to_analysis(natural, Scale.LOG) == pytest.approx(value, rel=1e-12, abs=1e-12)


@settings(max_examples=2000, deadline=None)
@given(PROPORTIONS, st.sampled_from([Scale.LOGIT, Scale.ARCSINE]))
def test_proportions_round_trip(proportion: float, scale: Scale) -> None:
    assert to_natural(to_analysis(proportion, scale), scale) == pytest.approx(proportion, rel=1e-9)


@settings(max_examples=2000, deadline=None)
@given(st.integers(min_value=1, max_value=10_000), st.data())
def test_freeman_tukey_round_trips_for_possible_counts(n: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(min_value=0, max_value=n))
    angle = to_analysis(events / n, Scale.FREEMAN_TUKEY, sample_size=n)
    assert to_natural(angle, Scale.FREEMAN_TUKEY, sample_size=n) == pytest.approx(events / n, abs=1e-6)


@settings(max_examples=2000, deadline=None)
@given(st.floats(min_value=-0.999999, max_value=0.999999))
def test_correlations_round_trip(r: float) -> None:
    assert to_natural(to_analysis(r, Scale.FISHER_Z), Scale.FISHER_Z) == pytest.approx(r, rel=1e-9, abs=1e-12)


@settings(max_examples=2000, deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(Scale),
)
def test_the_order_of_values_is_kept_and_nothing_but_numbers_comes_out(a: float, b: float, scale: Scale) -> None:
    low, high = (to_natural(value, scale, sample_size=12.5) for value in sorted((a, b)))
    assert high is None or math.isfinite(high)
    assert low is None or high is None or low <= high


@pytest.mark.parametrize("case_id", ["pritz1997", "hannum2020"])
def test_freeman_tukey_back_transformation_equals_the_reference(case_id: str) -> None:
    case = cases()[case_id]
    fit = case["analyses"]["PFT"]["fits"]["REML"]
    expected = case["analyses"]["PFT"]["backtransform_REML_z"]
    size = harmonic_mean(case["data"]["ni"])
    assert size == pytest.approx(expected["n_harmonic"], rel=1e-9)
    for value, key in ((fit["est"], "est"), (fit["tests"]["z"]["lb"], "lb"), (fit["tests"]["z"]["ub"], "ub")):
        natural = to_natural(value, Scale.FREEMAN_TUKEY, sample_size=size)
        assert natural == pytest.approx(expected[key], rel=ITERATIVE_TAU2)


@pytest.mark.parametrize("case_id", ["pritz1997", "hannum2020"])
def test_freeman_tukey_back_transformation_equals_the_package_meta(case_id: str) -> None:
    results = cases()[case_id]["meta_pkg"]["PFT"]
    size = results["PFT_backtransf"]["n_harmonic"]
    for estimate, key in (("est_common", "common"), ("est_random", "random")):
        value = results["REML_classic_V"][estimate]
        natural = to_natural(value, Scale.FREEMAN_TUKEY, sample_size=size)
        assert natural == pytest.approx(results["PFT_backtransf"][key], rel=META_PACKAGE)


def test_limits_beyond_a_transformation_are_set_to_its_end() -> None:
    assert to_natural(-0.2, Scale.ARCSINE) == 0.0
    assert to_natural(2.0, Scale.ARCSINE) == 1.0
    assert to_natural(-0.2, Scale.FREEMAN_TUKEY, sample_size=20) == 0.0
    assert to_natural(2.0, Scale.FREEMAN_TUKEY, sample_size=20) == 1.0
    assert to_natural(1000.0, Scale.LOGIT) == 1.0
    assert to_natural(-1000.0, Scale.LOGIT) == 0.0


def test_an_overflow_is_undefined_not_infinite() -> None:
    assert to_natural(710.0, Scale.LOG) is None
    assert to_natural(-800.0, Scale.LOG) == 0.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("scale", list(Scale))
def test_what_is_not_finite_is_refused(value: float, scale: Scale) -> None:
    with pytest.raises(ValueError, match="cannot be brought"):
        to_natural(value, scale, sample_size=10)
    with pytest.raises(ValueError, match="has no value on the"):
        to_analysis(value, scale, sample_size=10)


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (0.0, Scale.LOG),
        (-1.0, Scale.LOG),
        (0.0, Scale.LOGIT),
        (1.0, Scale.LOGIT),
        (1.0, Scale.FISHER_Z),
        (1.01, Scale.ARCSINE),
        (1.5, Scale.FREEMAN_TUKEY),
    ],
)
def test_values_outside_a_transformation_are_refused(value: float, scale: Scale) -> None:
    with pytest.raises(ValueError, match="has no value on the"):
        to_analysis(value, scale, sample_size=10)


@pytest.mark.parametrize("size", [None, 0.0, math.nan])
def test_freeman_tukey_needs_a_sample_size(size: float | None) -> None:
    with pytest.raises(ValueError, match="sample size"):
        to_natural(0.5, Scale.FREEMAN_TUKEY, sample_size=size)
    with pytest.raises(ValueError, match="sample size"):
        to_analysis(0.5, Scale.FREEMAN_TUKEY, sample_size=size)


@pytest.mark.parametrize("sizes", [[], [0.0], [3.0, -1.0]])
def test_a_harmonic_mean_needs_sizes_above_zero(sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        harmonic_mean(sizes)
