"""Relations that must hold between effect sizes, whatever the data."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.statistics.effects import SmdVariance, ZeroCells, columns_of, effects
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects

EXAMPLES = settings(max_examples=2000, deadline=None)
TWO_GROUP_BINARY = [Measure.RR, Measure.OR, Measure.RD, Measure.PETO, Measure.AS]
METAFOR_STYLE = ZeroCells(drop00=False, correct_estimate=True)

Columns = dict[str, list[float]]


@st.composite
def tables(draw: st.DrawFn, *, certain: bool = True) -> Columns:
    """Events among people; unless ``certain``, with and without the event in every group."""
    fewest = 0 if certain else 1
    k = draw(st.integers(min_value=1, max_value=3))
    columns: Columns = {"events_1": [], "n_1": [], "events_2": [], "n_2": []}
    for _ in range(k):
        for group in "12":
            n = draw(st.integers(min_value=1 + fewest, max_value=5000))
            columns[f"n_{group}"].append(n)
            columns[f"events_{group}"].append(draw(st.integers(min_value=fewest, max_value=n - fewest)))
    return columns


@st.composite
def summaries(draw: st.DrawFn) -> Columns:
    """Means below 50 in size and standard deviations from 0.5 to 20, as clinical scales have them."""
    k = draw(st.integers(min_value=1, max_value=3))
    columns: Columns = {name: [] for name in ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")}
    for _ in range(k):
        for group in "12":
            columns[f"mean_{group}"].append(draw(st.floats(min_value=-50, max_value=50)))
            columns[f"sd_{group}"].append(draw(st.floats(min_value=0.5, max_value=20)))
            columns[f"n_{group}"].append(draw(st.integers(min_value=2, max_value=2000)))
    return columns


@st.composite
def rates(draw: st.DrawFn) -> Columns:
    k = draw(st.integers(min_value=1, max_value=3))
    return {
        name: [draw(values) for _ in range(k)]
        for name, values in (
            ("events_1", st.integers(min_value=0, max_value=500)),
            ("time_1", st.floats(min_value=0.5, max_value=1e5)),
            ("events_2", st.integers(min_value=0, max_value=500)),
            ("time_2", st.floats(min_value=0.5, max_value=1e5)),
        )
    }


def swapped(columns: Columns) -> Columns:
    other = {"1": "2", "2": "1"}
    return {f"{name[:-1]}{other[name[-1]]}": values for name, values in columns.items()}


def non_events(columns: Columns) -> Columns:
    turned = dict(columns)
    for group in "12":
        pairs = zip(columns[f"n_{group}"], columns[f"events_{group}"], strict=True)
        turned[f"events_{group}"] = [n - events for n, events in pairs]
    return turned


def assert_negated(one: Effects, other: Effects) -> None:
    assert one.rows == other.rows
    assert one.yi == pytest.approx([-yi for yi in other.yi], rel=1e-9, abs=1e-12)
    assert one.vi == pytest.approx(other.vi, rel=1e-9)


@EXAMPLES
@given(tables(), st.sampled_from(TWO_GROUP_BINARY), st.sampled_from([None, METAFOR_STYLE]))
def test_swapping_the_groups_reverses_the_effect(columns: Columns, measure: Measure, cells: ZeroCells | None) -> None:
    assert_negated(effects(measure, columns, zero_cells=cells), effects(measure, swapped(columns), zero_cells=cells))


@EXAMPLES
@given(summaries(), st.sampled_from([Measure.MD, Measure.SMD, Measure.SMDH, Measure.ROM]))
def test_swapping_the_groups_reverses_the_difference(columns: Columns, measure: Measure) -> None:
    assert_negated(effects(measure, columns), effects(measure, swapped(columns)))


@EXAMPLES
@given(rates(), st.sampled_from([Measure.IRR, Measure.IRD, Measure.IRSD]))
def test_swapping_the_groups_reverses_the_rates(columns: Columns, measure: Measure) -> None:
    assert_negated(effects(measure, columns), effects(measure, swapped(columns)))


@EXAMPLES
@given(tables(), st.sampled_from([Measure.OR, Measure.RD, Measure.PETO, Measure.AS]))
def test_counting_non_events_reverses_the_effect(columns: Columns, measure: Measure) -> None:
    assert_negated(effects(measure, columns), effects(measure, non_events(columns)))


def test_counting_non_events_does_not_reverse_a_risk_ratio() -> None:
    columns: Columns = {"events_1": [10], "n_1": [100], "events_2": [20], "n_2": [100]}
    events, turned = effects(Measure.RR, columns), effects(Measure.RR, non_events(columns))
    assert events.yi == pytest.approx([math.log(0.5)])
    assert turned.yi == pytest.approx([math.log(90 / 80)])


@EXAMPLES
@given(
    summaries(),
    st.floats(min_value=0.01, max_value=100),
    st.floats(min_value=-100, max_value=100),
    st.sampled_from(SmdVariance),
)
def test_a_linear_change_of_scale_leaves_the_smd_and_scales_the_mean_difference(
    columns: Columns, factor: float, shift: float, formula: SmdVariance
) -> None:
    rescaled = dict(columns)
    for group in "12":
        rescaled[f"mean_{group}"] = [factor * mean + shift for mean in columns[f"mean_{group}"]]
        rescaled[f"sd_{group}"] = [factor * sd for sd in columns[f"sd_{group}"]]
    before = effects(Measure.SMD, columns, smd_variance=formula)
    after = effects(Measure.SMD, rescaled, smd_variance=formula)
    assert after.yi == pytest.approx(before.yi, rel=1e-9, abs=1e-6)
    assert after.vi == pytest.approx(before.vi, rel=1e-6)
    raw, scaled = effects(Measure.MD, columns), effects(Measure.MD, rescaled)
    rounding = 1e-14 * (50 * factor + abs(shift)) * 10
    assert scaled.yi == pytest.approx([factor * yi for yi in raw.yi], rel=1e-9, abs=rounding)
    assert scaled.vi == pytest.approx([factor**2 * vi for vi in raw.vi], rel=1e-9)


@EXAMPLES
@given(tables(), st.sampled_from(TWO_GROUP_BINARY), st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(columns: Columns, measure: Measure, chance: random.Random) -> None:
    k = len(columns["n_1"])
    order = sorted(range(k), key=lambda _: chance.random())
    shuffled = {name: [values[i] for i in order] for name, values in columns.items()}
    straight, mixed = effects(measure, columns), effects(measure, shuffled)
    by_study = dict(zip(straight.rows, zip(straight.yi, straight.vi, strict=True), strict=True))
    assert {order[row]: pair for row, pair in zip(mixed.rows, zip(mixed.yi, mixed.vi, strict=True), strict=True)} == (
        by_study
    )


def any_number() -> st.SearchStrategy[float | None]:
    return st.one_of(
        st.none(),
        st.floats(),
        st.integers(min_value=-3, max_value=10**20),
        st.sampled_from([0.0, 1.0, -1.0, 5e-324, 1e308, 1e-160]),
    )


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(Measure), st.data())
def test_whatever_is_typed_every_row_is_an_effect_or_excluded(measure: Measure, data: st.DataObject) -> None:
    k = data.draw(st.integers(min_value=1, max_value=4))
    columns = {name: data.draw(st.lists(any_number(), min_size=k, max_size=k)) for name in columns_of(measure)}
    result = effects(measure, columns)
    assert sorted([*result.rows, *(exclusion.row for exclusion in result.excluded)]) == list(range(k))
    assert all(math.isfinite(yi) for yi in result.yi)
    assert all(math.isfinite(vi) and math.isfinite(1 / vi) and vi > 0 for vi in result.vi)
    assert {note.field for note in result.notes} <= {f"row:{row}" for row in result.rows}


@settings(max_examples=500, deadline=None)
@given(tables(certain=False))
def test_the_four_comparisons_agree_about_the_direction(columns: Columns) -> None:
    """Risk ratio, odds ratio, Peto and arcsine lie on the same side of no effect."""
    signs = [
        [0 if abs(yi) < 1e-9 else math.copysign(1, yi) for yi in effects(measure, columns).yi]
        for measure in (Measure.RR, Measure.OR, Measure.PETO, Measure.AS)
    ]
    assert all(sign == signs[0] for sign in signs)
