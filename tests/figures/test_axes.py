from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.figures.axes import Span, axis, linear_ticks, log_ticks, tick_label


class TestTicks:
    def test_a_linear_axis_counts_in_round_steps(self) -> None:
        assert linear_ticks(-0.93, 1.12) == (-0.5, 0.0, 0.5, 1.0)

    def test_no_difference_is_always_on_a_linear_axis_that_holds_it(self) -> None:
        assert 0.0 in linear_ticks(-3.7, 18.2)

    def test_a_wide_log_axis_counts_in_ones_twos_and_fives(self) -> None:
        assert log_ticks(0.15, 7.0) == (0.2, 0.5, 1.0, 2.0, 5.0)

    def test_a_log_axis_of_many_decades_counts_in_powers_of_ten(self) -> None:
        assert log_ticks(1e-5, 1e5, 6) == (1e-4, 1e-2, 1.0, 1e2, 1e4)

    def test_a_narrow_log_axis_counts_evenly(self) -> None:
        assert log_ticks(0.85, 1.16) == (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)

    def test_labels_keep_apart_where_there_is_little_room(self) -> None:
        made = axis([Span(value=0.0001, low=0.00002, high=900.0)], is_log=True, left=0.0, right=240.0, null=1.0)
        gaps = [right.x - left.x for left, right in pairwise(made.ticks)]
        widths = [6.0 * (len(left.label) + len(right.label)) / 2 for left, right in pairwise(made.ticks)]
        assert len(made.ticks) >= 2
        assert all(gap > width for gap, width in zip(gaps, widths, strict=True))

    @given(low=st.floats(-1e6, 1e6), width=st.floats(1e-6, 1e6), most=st.integers(3, 9))
    def test_linear_ticks_lie_within_and_are_not_too_many(self, low: float, width: float, most: int) -> None:
        high = low + width
        found = linear_ticks(low, high, most)
        slack = 1e-6 * width + 1e-9 * abs(low)
        assert 1 <= len(found) <= most + 1
        assert all(low - slack <= value <= high + slack for value in found)

    @given(power=st.floats(-8, 8), decades=st.floats(0.4, 12), most=st.integers(4, 9))
    def test_log_ticks_lie_within_and_are_not_too_many(self, power: float, decades: float, most: int) -> None:
        low, high = 10.0**power, 10.0 ** (power + decades)
        found = log_ticks(low, high, most)
        assert len(found) <= most
        assert all(low <= value <= high for value in found)

    @pytest.mark.parametrize(
        ("value", "label"), [(0.5, "0.5"), (-2.0, "−2"), (0.0, "0"), (1000.0, "1000"), (0.00002, "0.00002")]
    )
    def test_labels_are_digits_with_a_true_minus(self, value: float, label: str) -> None:
        assert tick_label(value) == label


class TestAxis:
    def test_places_follow_the_logarithm_of_a_ratio(self) -> None:
        made = axis([Span(value=0.1), Span(value=10.0)], is_log=True, left=0.0, right=108.0, null=1.0)
        # Two decades and 4 % of them free at both ends: 2.16 decades on 108 units, 50 units a decade, 1 in the middle.
        assert made.x(1.0) == made.null == 54.0
        assert made.x(10.0) == 104.0
        assert made.x(0.1) == 4.0

    def test_places_of_a_difference_are_even(self) -> None:
        made = axis([Span(value=0.0), Span(value=10.0)], is_log=False, left=0.0, right=108.0, null=0.0)
        assert (made.x(0.0), made.x(5.0), made.x(10.0)) == (4.0, 54.0, 104.0)

    def test_the_null_is_shown_where_all_values_are_far_from_it(self) -> None:
        made = axis([Span(value=50.0, low=48.0, high=52.0)], is_log=False, left=0.0, right=100.0, null=0.0)
        assert made.low < 0.0 < 52.0 < made.high

    def test_an_interval_that_goes_too_far_is_held_at_the_border(self) -> None:
        spans = [Span(value=value, low=value / 1.5, high=value * 1.5) for value in (0.5, 1.0, 1.2)]
        made = axis([*spans, Span(value=1.0, low=1e-9, high=1e9)], is_log=True, left=0.0, right=100.0, null=1.0)
        reached = made.reached(1e-9, 1e9)
        assert (reached.low, reached.high) == (0.0, 100.0)
        assert reached.clipped_low
        assert reached.clipped_high
        assert made.high < 100.0

    def test_a_ratio_of_zero_lies_beyond_the_left_border(self) -> None:
        made = axis([Span(value=1.0, low=0.0, high=3.0)], is_log=True, left=10.0, right=20.0, null=1.0)
        assert made.reached(0.0, 3.0).clipped_low

    def test_one_value_without_an_interval_has_an_axis(self) -> None:
        made = axis([Span(value=1.0)], is_log=True, left=0.0, right=100.0, null=1.0)
        assert made.x(1.0) == 50.0
        assert made.high / made.low > 2.0

    def test_nothing_has_no_axis(self) -> None:
        with pytest.raises(ValueError, match="at least one value"):
            axis([], is_log=False, left=0.0, right=1.0, null=0.0)

    @given(
        logs=st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 4)), min_size=1, max_size=20),
        is_log=st.booleans(),
    )
    def test_every_value_lies_on_the_axis_and_no_interval_leaves_it(
        self, logs: list[tuple[float, float]], is_log: bool
    ) -> None:
        def at(value: float) -> float:
            return math.exp(value) if is_log else value

        spans = [Span(value=at(value), low=at(value - half), high=at(value + half)) for value, half in logs]
        made = axis(spans, is_log=is_log, left=30.0, right=300.0, null=1.0 if is_log else 0.0)
        assert made.null is not None
        assert 30.0 <= made.null <= 300.0
        for span in spans:
            assert span.low is not None
            assert span.high is not None
            assert 30.0 <= made.x(span.value) <= 300.0
            reached = made.reached(span.low, span.high)
            assert 30.0 <= reached.low <= made.x(span.value) <= reached.high <= 300.0
            assert reached.clipped_low == (made.x(span.low) < 30.0)
            assert reached.clipped_high == (made.x(span.high) > 300.0)
