from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.figures.axes import Span
from evibrief.figures.funnel import BOTTOM, LEFT, RIGHT, TOP, FunnelPoint, funnel
from evibrief.figures.icon_array import PITCH, Lot, icon_pair
from evibrief.figures.risk_of_bias import light, weighted_bar
from evibrief.figures.scale_picture import NARROW, scale_picture
from evibrief.records.risk_of_bias import LEVELS

BOUNDS = (("small", 0.2), ("moderate", 0.5), ("large", 0.8))


def point(estimate: float, se: float, *, filled: bool = False) -> FunnelPoint:
    return FunnelPoint(label="Made-up", estimate=estimate, se=se, is_filled=filled)


class TestFunnel:
    def test_precise_studies_stand_above_others(self) -> None:
        plot = funnel([point(1.0, 0.1), point(1.0, 0.4)], estimate=1.0, is_log=True, null=1.0)
        precise, vague = plot.dots
        assert precise.y < vague.y
        # 0.4 is the largest error, and 8 % of it lies below: y = 10 + 266 / 1.08.
        assert vague.y == pytest.approx(10 + 266 / 1.08, abs=0.1)

    def test_contours_are_triangles_from_the_estimate(self) -> None:
        plot = funnel([point(0.5, 0.5), point(-0.5, 0.1)], estimate=0.0, is_log=False, null=0.0)
        inner = [tuple(map(float, pair.split(","))) for pair in plot.contours[-1].points.split()]
        assert plot.contours[-1].percent == 95
        assert inner[0] == (plot.estimate_x, TOP)
        # At an error of 0.54 (0.5 and 8 %) the 95 % triangle reaches 1.96 times that.
        assert inner[1] == (plot.axis.x(1.959964 * 0.54), BOTTOM)

    @given(st.lists(st.tuples(st.floats(-4, 4), st.floats(0.01, 3)), min_size=1, max_size=30), st.booleans())
    def test_every_dot_and_corner_lies_within_the_plot(self, data: list[tuple[float, float]], is_log: bool) -> None:
        points = [point(10.0 ** (value / 4) if is_log else value, se) for value, se in data]
        plot = funnel(points, estimate=points[0].estimate, is_log=is_log, null=1.0 if is_log else 0.0)
        pairs = [pair.split(",") for contour in plot.contours for pair in contour.points.split()]
        places = [(dot.x, dot.y) for dot in plot.dots] + [(float(x), float(y)) for x, y in pairs]
        assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM + 0.1 for x, y in places)

    def test_assumed_studies_are_marked(self) -> None:
        plot = funnel([point(1.0, 0.1), point(2.0, 0.2, filled=True)], estimate=1.0, is_log=True, null=1.0)
        assert [dot.is_filled for dot in plot.dots] == [False, True]


def dots_of(path: str) -> int:
    """Count the dots that strokes of zero-length dashes draw."""
    strokes = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", path)
    return sum(int((float(end) - float(start)) // PITCH) + 1 for start, end in strokes)


class TestIconArray:
    def test_fewer_events_leave_rings(self) -> None:
        pair = icon_pair(94.2, 79.4)
        assert [(lot.lot, lot.count) for lot in pair.without.people] == [(Lot.EVENT, 94), (Lot.NONE, 906)]
        assert [(lot.lot, lot.count) for lot in pair.with_it.people] == [
            (Lot.EVENT, 79),
            (Lot.FEWER, 15),
            (Lot.NONE, 906),
        ]

    def test_more_events_are_marked_as_more(self) -> None:
        lots = icon_pair(10, 25).with_it.people
        assert [(lot.lot, lot.count) for lot in lots] == [(Lot.EVENT, 10), (Lot.MORE, 15), (Lot.NONE, 975)]

    def test_a_row_of_dots_is_one_stroke(self) -> None:
        # Two full rows of ten and three dots of the next, 8 units apart, centred in their cells.
        path = icon_pair(23, 23, total=100, columns=10).without.people[0].path
        assert path == "M4 4H76.1M4 12H76.1M4 20H20.1"

    @given(st.integers(0, 1000), st.integers(0, 1000))
    def test_every_person_is_one_dot(self, before: int, after: int) -> None:
        pair = icon_pair(before, after)
        for block in (pair.without, pair.with_it):
            assert sum(dots_of(lot.path) for lot in block.people) == 1000
            assert all(dots_of(lot.path) == lot.count for lot in block.people)

    @pytest.mark.parametrize("events", [-1, 1001])
    def test_more_people_than_there_are_is_a_mistake(self, events: int) -> None:
        with pytest.raises(ValueError, match="must lie between 0 and 1000"):
            icon_pair(events, 10)


class TestScalePicture:
    def test_bands_lie_side_by_side_in_mirror_order(self) -> None:
        plot = scale_picture(Span(value=0.3, low=0.1, high=0.5), bounds=BOUNDS, is_log=False, null=0.0)
        sizes = [band.size for band in plot.bands]
        assert sizes == ["large", "moderate", "small", "trivial", "small", "moderate", "large"]
        for band, after in zip(plot.bands, plot.bands[1:], strict=False):
            assert band.x + band.width == pytest.approx(after.x, abs=0.11)
        assert plot.bands[0].x == plot.axis.left

    def test_edges_carry_their_values(self) -> None:
        plot = scale_picture(Span(value=0.3), bounds=BOUNDS, is_log=False, null=0.0)
        assert [edge.label for edge in plot.edges] == ["−0.8", "−0.5", "−0.2", "0", "0.2", "0.5", "0.8"]

    def test_labels_that_would_run_into_each_other_leave_the_outer_one_and_no_difference(self) -> None:
        close = (("small", 0.05), ("moderate", 0.5), ("large", 0.8))
        plot = scale_picture(Span(value=0.3), bounds=close, is_log=False, null=0.0, width=NARROW)
        assert [edge.label for edge in plot.edges] == ["−0.8", "−0.5", "0", "0.5", "0.8"]

    def test_a_ratio_is_read_both_ways(self) -> None:
        plot = scale_picture(Span(value=0.9), bounds=(("small", 1.25),), is_log=True, null=1.0)
        assert [edge.label for edge in plot.edges] == ["0.8", "1", "1.25"]

    def test_a_narrow_scale_leaves_out_names_without_room(self) -> None:
        plot = scale_picture(Span(value=0.3), bounds=BOUNDS, is_log=False, null=0.0, width=NARROW)
        assert plot.width == NARROW
        assert {band.size for band in plot.bands if not band.has_room} == {"moderate"}

    def test_the_estimate_lies_within_its_reach(self) -> None:
        plot = scale_picture(Span(value=0.3, low=-9.0, high=9.0), bounds=BOUNDS, is_log=False, null=0.0)
        assert plot.reached is not None
        assert plot.axis.left <= plot.reached.low <= plot.x <= plot.reached.high <= plot.axis.right

    def test_no_bands_no_scale(self) -> None:
        with pytest.raises(ValueError, match="at least one band"):
            scale_picture(Span(value=0.3), bounds=(), is_log=False, null=0.0)


class TestRiskOfBias:
    def test_every_judgement_of_a_tool_has_a_sign_of_its_own(self) -> None:
        for levels in LEVELS.values():
            signs = [light(level) for level in levels]
            assert len({(sign.shape, sign.letter) for sign in signs}) == len(signs)

    def test_low_and_high_differ_in_shape_and_letter(self) -> None:
        low, high = light("low"), light("high")
        assert low.shape != high.shape
        assert low.letter != high.letter

    def test_shares_add_up_from_low_to_high(self) -> None:
        shares = weighted_bar([("high", 20.0), ("low", 50.0), ("high", 10.0), ("some concerns", 20.0)])
        assert [(share.level, share.start, share.percent) for share in shares] == [
            ("low", 0, 50.0),
            ("some concerns", 50.0, 20.0),
            ("high", 70.0, 30.0),
        ]

    def test_no_weight_no_bar(self) -> None:
        assert weighted_bar([("low", 0.0)]) == ()
