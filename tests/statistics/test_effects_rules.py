"""What is done about zero cells, impossible rows and missing columns; expected values by hand arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evibrief.statistics.effects import CorrectedStudies, ZeroCells, columns_of, effects
from evibrief.statistics.effects.continuous import small_sample_factor
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects

ABSENT = math.nan


def binary(*tables: tuple[float | None, float | None, float | None, float | None]) -> dict[str, list[float | None]]:
    names = columns_of(Measure.RR)
    return {name: [table[i] for table in tables] for i, name in enumerate(names)}


def continuous(*rows: tuple[float, float, float, float, float, float]) -> dict[str, list[float]]:
    return {name: [row[i] for row in rows] for i, name in enumerate(columns_of(Measure.MD))}


def reasons(result: Effects) -> list[str]:
    return [exclusion.reason for exclusion in result.excluded]


def test_a_study_with_one_zero_cell_gets_half_an_event_in_each_cell_and_a_note() -> None:
    result = effects(Measure.RR, binary((0, 10, 3, 10), (4, 20, 8, 20)))
    assert result.yi == pytest.approx([math.log((0.5 / 11) / (3.5 / 11)), math.log(0.5)])
    assert result.vi == pytest.approx([1 / 0.5 - 1 / 11 + 1 / 3.5 - 1 / 11, 1 / 4 - 1 / 20 + 1 / 8 - 1 / 20])
    assert [(note.field, note.reason) for note in result.notes] == [
        ("row:0", "0.5 was added to each cell of the table")
    ]


def test_a_full_arm_is_a_zero_cell_too() -> None:
    result = effects(Measure.OR, binary((10, 10, 3, 10)))
    assert result.yi == pytest.approx([math.log((10.5 * 7.5) / (0.5 * 3.5))])
    assert len(result.notes) == 1


@pytest.mark.parametrize("measure", [Measure.RR, Measure.OR, Measure.PETO])
def test_double_zero_studies_are_listed_not_pooled_for_ratios(measure: Measure) -> None:
    result = effects(measure, binary((0, 10, 0, 12), (4, 20, 8, 20)))
    assert result.rows == (1,)
    assert [exclusion.row for exclusion in result.excluded] == [0]
    assert reasons(result)[0].startswith("no events in either group, so the study says nothing about the")
    assert not result.notes


@pytest.mark.parametrize("measure", [Measure.OR, Measure.PETO])
def test_studies_where_everyone_had_the_event_say_nothing_about_odds(measure: Measure) -> None:
    result = effects(measure, binary((10, 10, 12, 12), (4, 20, 8, 20)))
    assert result.rows == (1,)
    assert "everyone had the event in both groups" in reasons(result)[0]


def test_studies_where_everyone_had_the_event_keep_a_risk_ratio_of_one() -> None:
    result = effects(Measure.RR, binary((10, 10, 10, 10)))
    assert result.yi == (0.0,)
    assert result.vi == pytest.approx([2 * (1 / 10.5 - 1 / 11)])


def test_double_zero_studies_keep_their_uncorrected_risk_difference() -> None:
    result = effects(Measure.RD, binary((0, 10, 0, 30), (0, 10, 3, 10)))
    assert result.yi == (0.0, -0.3)
    p_10, p_30, p_3 = 0.5 / 11, 0.5 / 31, 3.5 / 11
    expected = [
        p_10 * (1 - p_10) / 11 + p_30 * (1 - p_30) / 31,
        p_10 * (1 - p_10) / 11 + p_3 * (1 - p_3) / 11,
    ]
    assert result.vi == pytest.approx(expected)
    assert [note.reason for note in result.notes] == [
        "0.5 was added to each cell of the table for the variance only"
    ] * 2


def test_a_risk_difference_can_be_corrected_like_its_variance() -> None:
    result = effects(Measure.RD, binary((0, 10, 0, 30)), zero_cells=ZeroCells(correct_estimate=True))
    assert result.yi == pytest.approx([0.5 / 11 - 0.5 / 31])


def test_without_correction_a_zero_cell_is_excluded_with_the_reason() -> None:
    none = ZeroCells(to=CorrectedStudies.NONE, drop00=False)
    columns = binary((0, 10, 3, 10), (0, 10, 0, 10), (4, 20, 8, 20))
    assert effects(Measure.OR, columns, zero_cells=none).rows == (2,)
    assert reasons(effects(Measure.RD, columns, zero_cells=none)) == ["the sampling variance is zero"]


def test_one_zero_cell_corrects_all_studies_if_so_chosen() -> None:
    columns = binary((0, 10, 3, 10), (4, 20, 8, 20))
    everyone = effects(Measure.OR, columns, zero_cells=ZeroCells(to=CorrectedStudies.IF_ANY_ZERO_ALL))
    assert [note.field for note in everyone.notes] == ["row:0", "row:1"]
    without_zero = binary((1, 10, 3, 10), (4, 20, 8, 20))
    assert not effects(Measure.OR, without_zero, zero_cells=ZeroCells(to=CorrectedStudies.IF_ANY_ZERO_ALL)).notes


def test_peto_and_arcsine_need_no_correction() -> None:
    columns = binary((0, 10, 3, 10))
    peto = effects(Measure.PETO, columns)
    variance = 3 * 17 * 10 * 10 / (20**2 * 19)
    assert peto.yi == pytest.approx([(0 - 1.5) / variance])
    assert peto.vi == pytest.approx([1 / variance])
    arcsine = effects(Measure.AS, columns)
    assert arcsine.yi == pytest.approx([-math.asin(math.sqrt(0.3))])
    assert not peto.notes
    assert not arcsine.notes


def test_rates_without_events() -> None:
    columns = {"events_1": [0, 0], "time_1": [100, 100], "events_2": [0, 4], "time_2": [50, 50]}
    ratio = effects(Measure.IRR, columns)
    assert ratio.rows == (1,)
    assert ratio.yi == pytest.approx([math.log((0.5 / 100) / (4.5 / 50))])
    assert reasons(ratio) == ["no events in either group, so the study says nothing about the rate ratio"]
    difference = effects(Measure.IRD, columns)
    assert difference.yi == pytest.approx([0.0, -4 / 50])
    assert difference.vi == pytest.approx([0.5 / 100**2 + 0.5 / 50**2, 0.5 / 100**2 + 4.5 / 50**2])
    roots = effects(Measure.IRSD, columns)
    assert roots.yi == pytest.approx([0.0, -math.sqrt(4 / 50)])
    assert not roots.notes


def test_a_proportional_correction_needs_two_groups_of_people() -> None:
    with pytest.raises(ValueError, match="two groups of people"):
        effects(Measure.PR, {"events": [0], "n": [10]}, zero_cells=ZeroCells(proportional=True))


@pytest.mark.parametrize("add", [-0.5, math.nan, math.inf])
def test_a_senseless_correction_is_refused(add: float) -> None:
    with pytest.raises(ValueError, match="zero-cell correction"):
        ZeroCells(add=add)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ((None, 10, 3, 10), "events_1 is missing"),
        ((1, 10, 3, ABSENT), "n_2 is missing"),
        ((1, 10, math.inf, 10), "events_2 is not a finite number"),
        ((11, 10, 3, 10), "events_1 is 11, more than n_1 (10)"),
        ((1, 10, -3, 10), "events_2 is negative (-3)"),
        ((0, 0, 3, 10), "n_1 is 0; a group needs at least one person"),
    ],
)
def test_impossible_counts_are_excluded_in_plain_words(table: tuple[float, float, float, float], reason: str) -> None:
    result = effects(Measure.RD, binary(table, (4, 20, 8, 20)))
    assert result.rows == (1,)
    assert reasons(result) == [reason]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((5.0, 0.0, 10, 4.0, 1.0, 10), "sd_1 is zero"),
        ((5.0, 1.0, 10, 4.0, -1.0, 10), "sd_2 is negative (-1)"),
        ((5.0, 1.0, 1, 4.0, 1.0, 10), "n_1 is 1; a standard deviation needs at least two people"),
        ((ABSENT, 1.0, 10, 4.0, 1.0, 10), "mean_1 is missing"),
        ((1e150, 1.0, 10, 4.0, 1.0, 10), "the estimate or its variance is too extreme to compute with"),
    ],
)
def test_impossible_means_are_excluded_in_plain_words(row: tuple[float, ...], reason: str) -> None:
    result = effects(Measure.MD, continuous(row, (5.0, 1.0, 20, 4.0, 1.0, 20)))
    assert result.rows == (1,)
    assert reasons(result) == [reason]


def test_a_ratio_of_means_needs_means_of_one_sign() -> None:
    rows = continuous((5.0, 1.0, 20, -4.0, 1.0, 20), (-5.0, 1.0, 20, -4.0, 1.0, 20), (0.0, 1.0, 20, 4.0, 1.0, 20))
    result = effects(Measure.ROM, rows)
    assert result.yi == pytest.approx([math.log(5 / 4)])
    assert reasons(result) == [
        "the means (5 and -4) are not both of one sign",
        "the means (0 and 4) are not both of one sign",
    ]


@pytest.mark.parametrize(("r", "n"), [(1.0, 20), (-1.0, 20), (1.2, 20), (0.3, 3)])
def test_correlations_at_the_boundary_are_excluded(r: float, n: float) -> None:
    result = effects(Measure.ZCOR, {"r": [r, 0.3], "n": [n, 20]})
    assert result.rows == (1,)
    assert len(result.excluded) == 1


def test_impossible_pairs_times_and_generic_rows_are_excluded() -> None:
    paired = {"mean_1": [5, 5], "sd_1": [1, 1], "mean_2": [4, 4], "sd_2": [1, 1], "n": [20, 2], "r": [1.0, 0.5]}
    assert effects(Measure.SMCC, paired).rows == ()
    rates = {"events_1": [3, -1], "time_1": [0, 10], "events_2": [3, 3], "time_2": [10, 10]}
    assert reasons(effects(Measure.IRR, rates)) == [
        "time_1 is 0; person-time must be above zero",
        "events_1 is negative (-1)",
    ]
    generic = {"yi": [0.1, 0.2, 0.3], "vi": [0.0, -1.0, 5e-324]}
    assert reasons(effects(Measure.GEN, generic)) == [
        "vi is 0; it must be above zero",
        "vi is -1; it must be above zero",
        "the estimate or its variance is too extreme to compute with",
    ]
    assert reasons(effects(Measure.HR, {"o_minus_e": [1.0], "v": [0.0]})) == ["v is 0; it must be above zero"]


def test_a_variance_far_below_the_others_is_excluded_as_a_slip() -> None:
    result = effects(Measure.GEN, {"yi": [0.1, 0.2, 0.3], "vi": [0.04, 1e-15, 0.05]})
    assert result.rows == (0, 2)
    assert "implausibly small" in reasons(result)[0]


def test_an_enormous_variance_beside_an_ordinary_one_condemns_neither() -> None:
    assert effects(Measure.GEN, {"yi": [0.1, 0.2], "vi": [1.0, 1e18]}).rows == (0, 1)


def test_estimates_with_standard_errors_stand_in_for_any_measure() -> None:
    generic = effects(Measure.GEN, {"yi": [0.1, -0.2], "sei": [0.2, 0.3]})
    assert generic.vi == pytest.approx([0.04, 0.09])
    assert effects(Measure.HR, {"yi": [0.1, -0.2], "sei": [0.2, 0.3]}) == generic


@pytest.mark.parametrize("measure", list(Measure))
def test_missing_columns_are_named(measure: Measure) -> None:
    with pytest.raises(ValueError, match="missing: ") as caught:
        effects(measure, {"study": [1.0]})
    assert str(caught.value).endswith(", ".join(columns_of(measure)))


def test_columns_of_unequal_length_are_named() -> None:
    with pytest.raises(ValueError, match=r"differ in length from events_1 \(1\): n_2"):
        effects(Measure.RR, {**binary((1, 10, 2, 10)), "n_2": [10, 10]})


@pytest.mark.parametrize("measure", list(Measure))
def test_no_studies_give_no_effects(measure: Measure) -> None:
    result = effects(measure, {name: [] for name in columns_of(measure)})
    assert result == Effects(yi=(), vi=(), rows=())


@pytest.mark.parametrize("integers", [np.int64, np.int32])
def test_counts_of_millions_do_not_wrap_around(integers: type[np.signedinteger]) -> None:
    """n^2 (n - 1) at 3 million exceeds 64 bits, and 60000^2 exceeds 32."""
    n = 3_000_000 if integers is np.int64 else 60_000
    columns = {
        name: np.array([value], dtype=integers)
        for name, value in zip(columns_of(Measure.PETO), (n // 4, n, n // 3, n), strict=True)
    }
    total, events = 2 * n, n // 4 + n // 3
    exact = total**2 * (total - 1) / (events * (total - events) * n * n)
    assert effects(Measure.PETO, columns).vi == pytest.approx([exact], rel=1e-12)


def test_integers_beyond_floats_are_excluded_as_not_finite() -> None:
    result = effects(Measure.RD, binary((1, 10**400, 1, 10), (1, 10, None, 10)))
    assert reasons(result) == ["n_1 is not a finite number", "events_2 is missing"]


@pytest.mark.parametrize(
    ("df", "factor"),
    [
        (2, 1 / math.sqrt(math.pi)),  # Gamma(1) / (1 x Gamma(1/2))
        (3, math.sqrt(math.pi / 2) / math.sqrt(3)),  # Gamma(3/2) / (sqrt(3/2) x Gamma(1))
        (10, 24 / (math.sqrt(5) * 105 / 16 * math.sqrt(math.pi))),  # Gamma(5) / (sqrt(5) x Gamma(9/2))
        (1_000_000, 1 - 3 / 4e6 - 7 / 32e12),  # the first terms of Stirling's series
    ],
)
def test_small_sample_factor_is_exact(df: int, factor: float) -> None:
    assert small_sample_factor(np.array([float(df)])) == pytest.approx([factor], rel=1e-11)


def test_results_are_plain_floats_and_integers() -> None:
    result = effects(Measure.RR, binary((1, 10, 3, 10)))
    assert {type(value) for value in (*result.yi, *result.vi)} == {float}
    assert {type(row) for row in result.rows} == {int}
