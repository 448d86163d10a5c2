"""Tests of small-study effects: the house rule, what is refused, and independence from order, beside the references."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.measures import Measure
from evibrief.statistics.pooling import pool
from evibrief.statistics.rank_test import begg, begg_if_enough
from evibrief.statistics.results import CiMethod, Tau2Method
from evibrief.statistics.small_study import (
    FEWEST_STUDIES,
    Predictor,
    Table,
    egger,
    harbord,
    mixed_egger,
    peters,
    small_study_effects,
)
from evibrief.statistics.trim_and_fill import (
    FunnelSide,
    MissingEstimator,
    trim_and_fill,
    trim_and_fill_if_enough,
)

YI = [0.1, 0.5, 0.3, 0.9, -0.2, 0.45, 0.7, 0.05, 0.33, 0.61]
VI = [0.02, 0.05, 0.01, 0.1, 0.04, 0.03, 0.2, 0.015, 0.06, 0.08]
TABLES = [Table(events_1=3 + i, n_1=50 + i * i, events_2=6 + 2 * i, n_2=48 + 7 * i) for i in range(10)]
ARMS = [(20.0 + 3 * i, 25.0 + i * i) for i in range(10)]


@st.composite
def funnels(draw: st.DrawFn, fewest: int = 3) -> tuple[list[float], list[float]]:
    k = draw(st.integers(fewest, 14))
    yi = draw(st.lists(st.floats(-3.0, 3.0).map(lambda y: round(y, 2)), min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(-3.0, 1.0).map(lambda e: round(10.0**e, 4)), min_size=k, max_size=k))
    return yi, vi


def test_no_test_below_ten_studies() -> None:
    few = small_study_effects(Measure.MD, YI[:9], VI[:9])
    assert few.p is None
    assert "9 studies" in few.notes[0].reason
    assert small_study_effects(Measure.OR, YI[:9], VI[:9], tables=TABLES[:9]).slope is None
    assert begg_if_enough(YI[:9], VI[:9]).p is None
    refused = trim_and_fill_if_enough(YI[:9], VI[:9])
    assert refused.pooled is None
    assert refused.missing is None
    assert refused.notes
    assert FEWEST_STUDIES == 10


def test_the_test_suits_the_measure() -> None:
    assert small_study_effects(Measure.MD, YI, VI) == egger(YI, VI)
    assert small_study_effects(Measure.OR, YI, VI) == egger(YI, VI)
    assert small_study_effects(Measure.OR, YI, VI, tables=TABLES) == harbord(TABLES)
    by_arms = small_study_effects(Measure.SMD, YI, VI, arms=ARMS)
    assert by_arms.predictor is Predictor.ARMS
    assert by_arms == egger(YI, VI, predictor=Predictor.ARMS, arms=ARMS)
    assert begg_if_enough(YI, VI) == begg(YI, VI)
    assert trim_and_fill_if_enough(YI, VI) == trim_and_fill(YI, VI)


def test_egger_is_the_intercept_of_the_classic_regression() -> None:
    # y / se = a + b / se by ordinary least squares, worked out from its normal equations.
    z = [y / math.sqrt(v) for y, v in zip(YI, VI, strict=True)]
    x = [1.0 / math.sqrt(v) for v in VI]
    k, mean_x, mean_z = len(z), math.fsum(x) / len(x), math.fsum(z) / len(z)
    sxx = math.fsum((a - mean_x) ** 2 for a in x)
    slope = math.fsum((a - mean_x) * (b - mean_z) for a, b in zip(x, z, strict=True)) / sxx
    intercept = mean_z - slope * mean_x
    rss = math.fsum((b - intercept - slope * a) ** 2 for a, b in zip(x, z, strict=True))
    error = math.sqrt(rss / (k - 2) * (1.0 / k + mean_x**2 / sxx))
    made = egger(YI, VI)
    assert made.df == k - 2
    assert (made.slope, made.slope_se, made.intercept) == pytest.approx((intercept, error, slope), rel=1e-10)


def test_what_cannot_be_tested_says_why() -> None:
    assert "3" in egger(YI[:2], VI[:2]).notes[0].reason
    assert "same size" in egger(YI, [0.1] * 10).notes[0].reason
    assert "same size" in mixed_egger(YI, [0.1] * 10).notes[0].reason
    assert "exactly on a line" in egger([math.sqrt(v) for v in VI], VI).notes[0].reason
    assert "no rank" in begg(YI, [0.1] * 10).notes[0].reason
    assert "no rank" in begg(YI[:1], VI[:1]).notes[0].reason
    assert "one study" in trim_and_fill(YI[:1], VI[:1]).notes[0].reason


def test_tables_without_information_are_left_out_and_counted() -> None:
    empty = [Table(events_1=0, n_1=30, events_2=0, n_2=30), Table(events_1=9, n_1=9, events_2=8, n_2=8)]
    made = harbord([*TABLES, *empty])
    assert made.k == 10
    assert made.p == harbord(TABLES).p
    assert made.notes[-1].reason.startswith("2 studies without events")
    assert peters([*YI, 0.0, 0.0], [*TABLES, *empty]).k == 10


@pytest.mark.parametrize("predictor", [Predictor.INVERSE_N, Predictor.INVERSE_ROOT_N, Predictor.ARMS])
def test_a_predictor_without_its_sizes_is_refused(predictor: Predictor) -> None:
    with pytest.raises(ValueError, match="number of people"):
        egger(YI, VI, predictor=predictor)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        egger(YI, VI[:9])
    with pytest.raises(ValueError, match="above 0"):
        egger(YI, [*VI[:9], 0.0])
    with pytest.raises(ValueError, match="finite"):
        begg([*YI[:9], math.nan], VI)
    with pytest.raises(ValueError, match="one length"):
        begg(YI, VI[:9])
    with pytest.raises(ValueError, match="study sizes must be finite"):
        egger(YI, VI, predictor=Predictor.INVERSE_N, n=[math.inf, math.nan, *range(20, 28)])
    with pytest.raises(ValueError, match="OR and RR"):
        harbord(TABLES, measure=Measure.RD)


def test_harbord_for_risk_ratios_by_hand() -> None:
    # One table: a = 4 of 20, c = 8 of 30. Z = (4 * 50 - 12 * 20) / 38, V = 20 * 30 * 12 / (50 * 38), Z / V = -0.2777...
    # Three tables make a regression; all with one size cannot, so sizes differ by known factors.
    base = Table(events_1=4, n_1=20, events_2=8, n_2=30)
    score, information = (4 * 50 - 12 * 20) / 38, 20 * 30 * 12 / (50 * 38)
    scaled = [Table(events_1=4 * f, n_1=20 * f, events_2=8 * f, n_2=30 * f) for f in (1, 2, 5)]
    made = harbord([base, *scaled[1:]], measure=Measure.RR)
    # Z and V both grow by the factor: Z / V is one number, a line without slope and without error.
    assert made.p is None
    assert score / information == pytest.approx(-0.2777777, rel=1e-6)


@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_exact_ranks_by_counting_permutations(k: int) -> None:
    # All orders of k effects with increasing variances: the p-value is a share of permutations.
    scores = []
    for order in itertools.permutations(range(k)):
        pairs = itertools.combinations(order, 2)
        scores.append(sum(1 if a < b else -1 for a, b in pairs))
    vi = [1.0 + 0.1 * i for i in range(k)]
    made = begg([float(i) ** 2 for i in range(k)], vi)
    assert made.slope is not None
    score = round(made.slope * k * (k - 1) / 2)
    tail = sum(abs(s) >= abs(score) for s in scores) / len(scores)
    assert made.p == pytest.approx(min(1.0, tail))


@settings(max_examples=300, deadline=None)
@given(data=funnels(), seed=st.integers(0, 1000))
def test_the_order_of_studies_does_not_matter(data: tuple[list[float], list[float]], seed: int) -> None:
    order = random.Random(seed).sample(range(len(data[0])), len(data[0]))
    yi, vi = ([column[i] for i in order] for column in data)
    assert egger(yi, vi) == egger(*data)
    assert mixed_egger(yi, vi) == mixed_egger(*data)
    assert begg(yi, vi) == begg(*data)
    assert trim_and_fill(yi, vi).filled_yi == trim_and_fill(*data).filled_yi


@settings(max_examples=300, deadline=None)
@given(data=funnels())
def test_turning_the_funnel_turns_the_answer(data: tuple[list[float], list[float]]) -> None:
    yi, vi = data
    turned = egger([-y for y in yi], vi)
    made = egger(yi, vi)
    assert (made.slope is None) == (turned.slope is None)
    if made.slope is not None:
        assert turned.slope == pytest.approx(-made.slope, rel=1e-7, abs=1e-7)
        assert turned.p == pytest.approx(made.p, rel=1e-6, abs=1e-9)


@settings(max_examples=300, deadline=None)
@given(data=funnels(), estimator=st.sampled_from(MissingEstimator), side=st.sampled_from([None, *FunnelSide]))
def test_filling_is_symmetric_or_explained(
    data: tuple[list[float], list[float]], estimator: MissingEstimator, side: FunnelSide | None
) -> None:
    yi, vi = data
    made = trim_and_fill(yi, vi, estimator=estimator, side=side)
    if made.pooled is None:
        assert made.missing is None
        assert made.notes
        return
    assert made.missing == len(made.filled_yi) == len(made.filled_vi)
    assert made.pooled.k == len(yi) + made.missing
    assert made.missing_se is not None
    assert made.missing_se >= 0.0
    assert sorted(made.filled_vi) == sorted(v for v in made.filled_vi if v in vi)
    assert made.side is not None
    assert side in (None, made.side)


def test_a_made_up_gap_is_filled() -> None:
    # A symmetric funnel around 0 with its four most negative small studies taken away.
    yi = [0.0, 0.05, -0.05, 0.1, -0.1, 0.2, -0.2, 0.5, 0.6, 0.7, 0.8]
    vi = [0.001, 0.002, 0.002, 0.005, 0.005, 0.01, 0.01, 0.08, 0.1, 0.12, 0.15]
    made = trim_and_fill(yi, vi, tau2_method=Tau2Method.CE)
    assert made.side is FunnelSide.LEFT
    assert made.missing in (3, 4)
    assert made.pooled is not None
    observed = pool(yi, vi, tau2_method=Tau2Method.CE).estimate
    assert abs(made.pooled.estimate) < 0.35 * abs(observed)


def test_equal_estimates_have_no_fuller_side() -> None:
    made = trim_and_fill([0.5] * 10, VI, estimator=MissingEstimator.R0)
    assert made.missing is None
    assert made.notes[0].reason == "no study lies on the fuller side of the pooled effect"


def test_q0_is_not_defined_where_almost_all_lie_on_one_side() -> None:
    yi, vi = [-0.4, -0.3, -1.2, -0.7, -0.6, -0.2], [0.954, 0.024, 0.088, 0.781, 0.008, 0.003]
    made = trim_and_fill(yi, vi, estimator=MissingEstimator.Q0, tau2_method=Tau2Method.CE)
    assert made.missing is None
    assert made.notes[0].reason.startswith("Q0 is not defined for these data")


def test_a_number_of_missing_studies_that_does_not_settle_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round is too few for any gap: the second must find the same."""
    lopsided = [0.1, 0.12, 0.15, 0.2, 0.3, 0.35, 0.5, 0.6, 0.8, 1.1]
    variances = [0.001, 0.002, 0.004, 0.01, 0.02, 0.03, 0.06, 0.08, 0.12, 0.2]
    assert (trim_and_fill(lopsided, variances).missing or 0) > 0
    monkeypatch.setattr("evibrief.statistics.trim_and_fill._MAXIMUM_ROUNDS", 1)
    made = trim_and_fill(lopsided, variances)
    assert made.missing is None
    assert made.notes[0].reason == "the number of missing studies does not settle"


@pytest.mark.parametrize("estimator", MissingEstimator)
@given(data=funnels(), cut=st.integers(min_value=0, max_value=11))
def test_never_are_as_many_missing_as_there_are(
    estimator: MissingEstimator, data: tuple[list[float], list[float]], cut: int
) -> None:
    """Also where nearly all effects are alike but for one far away."""
    yi, vi = data
    yi = [*yi[:1], *(10.0 if index < cut else value for index, value in enumerate(yi[1:]))]
    made = trim_and_fill(yi, vi, estimator=estimator, tau2_method=Tau2Method.CE, ci_method=CiMethod.WALD)
    assert made.missing is None or made.missing < made.k


def test_a_study_that_dominates_keeps_its_rank() -> None:
    # With variances far apart the precise study still stands above or below the mean of the others.
    assert begg([0.5, 0.1, 0.2], [1e-30, 1.0, 2.0]).slope == pytest.approx(-1 / 3)
    assert egger([0.5, 0.1, 0.2], [1e-12, 1.0, 2.0]).p is not None
