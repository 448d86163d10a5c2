"""Mantel-Haenszel and Peto: what they refuse, what they leave out, and that the order of studies is immaterial."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.mantel_haenszel import NotEstimableError, mantel_haenszel, mantel_haenszel_random
from evibrief.statistics.measures import Measure
from evibrief.statistics.peto import peto
from evibrief.statistics.results import PoolingMethod, Tau2Method

Columns = dict[str, list[float]]
RATES = {"events_1": [3, 5], "time_1": [100, 120], "events_2": [6, 9], "time_2": [90, 130]}


def tables(*rows: tuple[float, float, float, float]) -> Columns:
    names = ("events_1", "n_1", "events_2", "n_2")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def test_one_table_gives_its_own_ratio() -> None:
    pooled = mantel_haenszel(Measure.OR, tables((10, 100, 20, 100)))
    assert pooled.estimate == pytest.approx(math.log(10 * 80 / (90 * 20)), rel=1e-14)
    assert pooled.se == pytest.approx((1 / 10 + 1 / 90 + 1 / 20 + 1 / 80) ** 0.5, rel=1e-14)
    assert (pooled.k, pooled.q, pooled.tau2) == (1, None, None)
    assert pooled.notes[-1].reason == "one study: not pooled"


def test_studies_without_events_say_nothing_about_a_ratio_and_count_in_a_difference() -> None:
    columns = tables((4, 50, 9, 50), (0, 40, 0, 45), (3, 60, 5, 55))
    informative = tables((4, 50, 9, 50), (3, 60, 5, 55))
    assert mantel_haenszel(Measure.RR, columns).estimate == mantel_haenszel(Measure.RR, informative).estimate
    assert mantel_haenszel(Measure.RR, columns).k == 2
    difference = mantel_haenszel(Measure.RD, columns)
    assert difference.k == 3
    assert difference.q_df == 1
    assert "q" in {note.field for note in difference.notes}
    assert abs(difference.estimate) < abs(mantel_haenszel(Measure.RD, informative).estimate)


def test_a_group_without_any_event_has_no_ratio() -> None:
    columns = tables((4, 50, 0, 50), (3, 40, 0, 45))
    for measure in (Measure.RR, Measure.OR):
        with pytest.raises(NotEstimableError, match="no event in any study"):
            mantel_haenszel(measure, columns)
    assert math.isfinite(mantel_haenszel(Measure.OR, columns, corrected=True).estimate)
    assert peto(columns).method is PoolingMethod.PETO


def test_differences_without_variance_are_refused() -> None:
    with pytest.raises(NotEstimableError, match="without a variance"):
        mantel_haenszel(Measure.IRD, {"events_1": [0, 0], "time_1": [9, 8], "events_2": [0, 0], "time_2": [9, 9]})


def test_what_cannot_be_pooled_from_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="not MD"):
        mantel_haenszel(Measure.MD, tables((1, 2, 3, 4)))
    with pytest.raises(ValueError, match="no usable study"):
        mantel_haenszel(Measure.RR, tables((0, 10, 0, 10)))
    with pytest.raises(ValueError, match="no study"):
        peto(tables((0, 10, 0, 10)))
    with pytest.raises(ValueError, match="fraction such as"):
        mantel_haenszel(Measure.RR, tables((1, 10, 2, 10)), level=95)


def test_swapping_the_groups_turns_the_estimate_round() -> None:
    columns = tables((4, 50, 9, 55), (3, 60, 5, 50), (7, 80, 8, 40))
    swapped = tables((9, 55, 4, 50), (5, 50, 3, 60), (8, 40, 7, 80))
    for measure in (Measure.RR, Measure.OR, Measure.RD):
        one, other = mantel_haenszel(measure, columns), mantel_haenszel(measure, swapped)
        assert other.estimate == pytest.approx(-one.estimate, rel=1e-12)
        assert other.se == pytest.approx(one.se, rel=1e-12)
    assert peto(swapped).estimate == pytest.approx(-peto(columns).estimate, rel=1e-12)


def test_random_effects_fall_back_on_the_common_weights_without_heterogeneity() -> None:
    columns = tables((10, 100, 20, 100), (20, 200, 40, 200), (5, 50, 10, 50))
    pooled = mantel_haenszel_random(Measure.RR, columns)
    assert pooled.tau2_method is Tau2Method.DL
    assert pooled.tau2 == 0.0
    assert pooled.estimate == pytest.approx(math.log(0.5), rel=1e-12)
    assert pooled.prediction_low is not None
    assert pooled.ci_low is not None
    assert pooled.prediction_low < pooled.ci_low


def test_large_counts_do_not_overflow() -> None:
    """N13: n^2 (n - 1) wraps in 64-bit integers at three million."""
    pooled = mantel_haenszel(Measure.OR, tables((30_000, 3_000_000, 31_000, 3_000_000), (20, 2000, 30, 2000)))
    assert pooled.estimate == pytest.approx(math.log(30_000 * 2_969_000 / (31_000 * 2_970_000)), abs=1e-3)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(*[st.integers(1, 30)] * 4), min_size=2, max_size=8),
    st.sampled_from([Measure.RR, Measure.OR, Measure.RD]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_tables_does_not_change_a_single_bit(rows, measure, random) -> None:
    rows = [(a, a + b, c, c + d) for a, b, c, d in rows]
    places = list(range(len(rows)))
    random.shuffle(places)
    shuffled = tables(*(rows[i] for i in places))
    for pooling in (mantel_haenszel, mantel_haenszel_random):
        one, other = pooling(measure, tables(*rows)), pooling(measure, shuffled)
        assert other == dataclasses.replace(one, weights=tuple(one.weights[i] for i in places))


def test_rates_are_pooled_by_hand() -> None:
    over = 3 * 90 / 190 + 5 * 130 / 250
    under = 6 * 100 / 190 + 9 * 120 / 250
    assert mantel_haenszel(Measure.IRR, RATES).estimate == pytest.approx(math.log(over / under), rel=1e-14)
    difference = (over - under) / (100 * 90 / 190 + 120 * 130 / 250)
    assert mantel_haenszel(Measure.IRD, RATES).estimate == pytest.approx(difference, rel=1e-14)


def test_hazard_ratios_from_observed_and_expected() -> None:
    pooled = peto({"o_minus_e": [-2.0, -3.0], "v": [4.0, 6.0]})
    assert pooled.estimate == pytest.approx(-0.5, rel=1e-14)
    assert pooled.se == pytest.approx(10**-0.5, rel=1e-14)
