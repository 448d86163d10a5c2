from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.figures.axes import Span
from evibrief.figures.forest import Forest, ForestInput, Group, stacked_forest, wide_forest
from evibrief.figures.marks import LARGEST_HALF, Entry, shortened, wrapped
from figures.made_up import entry, forest_input

Layout = Callable[[ForestInput], Forest]
LAYOUTS = pytest.mark.parametrize("layout", [wide_forest, stacked_forest])


def corners(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in points.split())]


def every_x(plot: Forest) -> list[float]:
    texts = [*plot.headings, *plot.names, *plot.notes, *(side for side in (plot.left, plot.right) if side)]
    texts += [text for mark in (*plot.studies, *plot.totals) for text in mark.texts]
    marks = [x for mark in plot.studies for x in (mark.x, mark.x + mark.side)]
    lines = [x for mark in (*plot.studies, *plot.totals) if mark.line for x in (mark.line.low, mark.line.high)]
    return [*(text.x for text in texts), *marks, *lines, *(x for t in plot.totals for x, _ in corners(t.points))]


class TestPlaces:
    def test_the_diamond_spans_the_interval_around_the_estimate(self) -> None:
        plot = wide_forest(forest_input())
        left, top, right, bottom = corners(plot.totals[-1].points)
        assert left[0] == plot.axis.x(0.8)
        assert top[0] == bottom[0] == plot.axis.x(1.5) == plot.estimate_x
        assert right[0] == plot.axis.x(2.8)
        assert left[1] == right[1] == (top[1] + bottom[1]) / 2

    def test_squares_have_areas_in_proportion_to_weights(self) -> None:
        small, large = wide_forest(forest_input()).studies
        assert large.side == 2 * LARGEST_HALF
        # 20 % to 80 %: a quarter of the area, half the side.
        assert small.side == large.side / 2

    def test_a_square_is_centred_on_its_estimate(self) -> None:
        plot = wide_forest(forest_input())
        assert plot.studies[0].x + plot.studies[0].side / 2 == pytest.approx(plot.axis.x(0.5), abs=0.1)

    def test_equal_ratios_are_equally_far_apart(self) -> None:
        plot = wide_forest(forest_input())
        assert plot.axis.x(1.0) - plot.axis.x(0.5) == pytest.approx(plot.axis.x(2.0) - plot.axis.x(1.0), abs=0.2)

    def test_rows_follow_each_other_without_overlap(self) -> None:
        plot = wide_forest(forest_input())
        heights = [mark.texts[0].y for mark in (*plot.studies, *plot.totals)]
        assert all(below - above >= 20 for above, below in pairwise(heights))
        assert plot.bottom > max(heights)
        assert plot.height > plot.bottom

    @LAYOUTS
    def test_the_sides_stand_beside_the_line_of_no_difference(self, layout: Layout) -> None:
        plot = layout(forest_input())
        assert plot.left is not None
        assert plot.right is not None
        assert plot.axis.null is not None
        assert plot.left.x < plot.axis.null < plot.right.x

    def test_long_names_of_sides_stand_below_each_other_on_a_narrow_screen(self) -> None:
        given = replace(forest_input(), left="Favours " + "x" * 30, right="Favours " + "y" * 30)
        plot = stacked_forest(given)
        assert plot.left is not None
        assert plot.right is not None
        assert plot.right.y > plot.left.y
        assert plot.notes[0].y > plot.right.y

    def test_a_plot_of_one_group_names_no_sides(self) -> None:
        plot = wide_forest(replace(forest_input(is_log=False, null=None), left="", right=""))
        assert plot.left is None
        assert plot.right is None
        assert plot.axis.null is None


class TestIntervals:
    @LAYOUTS
    def test_a_clipped_interval_has_an_arrow_at_the_border(self, layout: Layout) -> None:
        wild = entry("Wild", 1.0, 1e-8, 1e8, 1.0)
        given = forest_input(groups=(Group(name=None, entries=(*forest_input().groups[0].entries, wild)),))
        plot = layout(given)
        line = plot.studies[-1].line
        assert line is not None
        assert (line.low, line.high) == (plot.axis.left, plot.axis.right)
        assert line.arrow_low is not None
        assert line.arrow_high is not None
        assert corners(line.arrow_low)[0] == (plot.axis.left, line.y)
        assert corners(line.arrow_high)[0] == (plot.axis.right, line.y)

    def test_an_interval_that_fits_has_none(self) -> None:
        line = wide_forest(forest_input()).studies[0].line
        assert line is not None
        assert line.arrow_low is line.arrow_high is None

    def test_an_estimate_without_an_interval_is_a_square_alone(self) -> None:
        bare = Group(name=None, entries=(entry("Bare", 1.2, None, None, 100.0),))
        assert wide_forest(forest_input(groups=(bare,))).studies[0].line is None


class TestGroups:
    def test_each_group_has_its_name_and_its_diamond(self) -> None:
        groups = tuple(
            Group(
                name=name,
                entries=(entry(f"{name} study", value, value / 2, value * 2, 50.0),),
                total=entry("Together", value, value / 2, value * 2),
            )
            for name, value in (("Hot", 0.8), ("Cold", 1.3))
        )
        plot = wide_forest(forest_input(groups=groups))
        assert [name.text for name in plot.names] == ["Hot", "Cold"]
        assert [total.is_overall for total in plot.totals] == [False, False, True]


class TestTexts:
    def test_a_long_text_ends_in_an_ellipsis(self) -> None:
        assert shortened("Gestel-Timmermans", 9) == "Gestel-T…"
        assert shortened("Druss", 5) == "Druss"

    def test_a_heading_breaks_between_words(self) -> None:
        assert wrapped("Standard-dose statins") == ("Standard-dose", "statins")
        assert wrapped("Placebo or no nicotine replacement") == ("Placebo or no", "nicotine replacement")


RATIOS = st.tuples(st.floats(-6, 6), st.floats(0, 6), st.floats(0, 100))


@LAYOUTS
@given(rows=st.lists(RATIOS, min_size=1, max_size=15), label=st.text(max_size=80), is_log=st.booleans())
def test_everything_lies_on_the_canvas(
    layout: Layout, rows: list[tuple[float, float, float]], label: str, is_log: bool
) -> None:
    def at(value: float) -> float:
        return 10.0 ** (value / 3) if is_log else value

    entries = tuple(
        Entry(
            label=label or "x",
            span=Span(value=at(value), low=at(value - half), high=at(value + half)),
            estimate="0.50 (0.25 to 1.00)",
            weight_percent=weight,
            cells=("1/2", "3/4"),
        )
        for value, half, weight in rows
    )
    given_plot = forest_input(
        is_log=is_log, null=1.0 if is_log else 0.0, groups=(Group(name=label or None, entries=entries),)
    )
    plot = layout(given_plot)
    # A square on the border may stand over it by half its side.
    assert all(-LARGEST_HALF <= x <= plot.width + LARGEST_HALF for x in every_x(plot))
    assert all(
        plot.axis.left <= mark.line.low <= mark.line.high <= plot.axis.right for mark in plot.studies if mark.line
    )
    assert plot.height > plot.bottom > plot.top
