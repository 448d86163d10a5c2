"""Every known way for numbers to fail has a test, and every property of pooling holds over enough examples.

The lists follow the project's catalogue of numeric failures (N01 to N17) and of metamorphic properties (1 to 22).
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

TESTS = Path(__file__).resolve().parents[1]
EXAMPLES = 2000

_EDGES = "statistics/test_pooling_edges.py"
_TAU2 = "statistics/test_tau2.py"
_PROPERTIES = "statistics/test_pooling_properties.py"
_EFFECTS = "statistics/test_effects_properties.py"
_FORMATS = "pages/test_formats.py"

FAILURES = {
    "N01 NaN at entry": (_EDGES, "test_values_that_are_not_plausible_numbers_are_refused"),
    "N02 Q by the textbook": (_EDGES, "test_a_large_common_level_costs_no_digits"),
    "N03 the denominator of DL": (_EDGES, "test_extreme_variances_keep_the_dersimonian_laird_denominator"),
    "N04 Fisher scoring": (_TAU2, "test_fisher_scorings_failure_is_solved"),
    "N05 endless iterations": (_TAU2, "test_non_convergence_is_an_error"),
    "N06 Paule and Mandel's root": (_TAU2, "test_paule_mandel_solves_its_equation"),
    "N07 identical studies": (_EDGES, "test_equal_estimates_give_hksj_a_factor_of_one"),
    "N08 one study": (_EDGES, "test_one_study_is_returned_as_it_is"),
    "N09 two studies": (_EDGES, "test_two_studies_have_no_prediction_and_an_honestly_wide_interval"),
    "N10 variances far apart": (_EDGES, "test_a_precision_a_million_million_times_greater_wins"),
    "N11 zero or negative variance": (_EDGES, "test_variances_that_cannot_be_are_refused"),
    "N12 overflow of exp": ("statistics/test_scales.py", "test_an_overflow_is_undefined_not_infinite"),
    "N13 overflow of integers": ("statistics/test_pooling_tables.py", "test_large_counts_do_not_overflow"),
    "N14 underflow of p": (_EDGES, "test_small_p_values_survive"),
    "N15 order of sums": (_EDGES, "test_the_sum_of_many_studies_does_not_depend_on_their_order"),
    "N16 zero cells": ("statistics/test_effects_rules.py", "test_double_zero_studies_are_listed_not_pooled_for_ratios"),
    "N17 rounding in print": (_FORMATS, "test_printed_intervals_hold_their_printed_estimates"),
}

PROPERTIES = {
    "1 order": (_PROPERTIES, "test_the_order_of_studies_does_not_change_a_single_bit"),
    "2, 3, 4 sign, scale, shift": (_PROPERTIES, "test_sign_shift_and_scale_carry_over"),
    "5, 13, 17, 18, 19 bounds": (_PROPERTIES, "test_results_stay_within_their_bounds"),
    "6, 10, 15, 20 information": (_PROPERTIES, "test_common_effect_adds_up_information"),
    "7, 8, 12 heterogeneity": (_PROPERTIES, "test_heterogeneity_never_narrows_and_spread_never_lowers_it"),
    "9 groups swapped": (_EFFECTS, "test_swapping_the_groups_reverses_the_effect"),
    "11 leave one out": ("statistics/test_sensitivity.py", "test_leave_one_out_identity"),
    "14 non-events": (_EFFECTS, "test_counting_non_events_reverses_the_effect"),
    "16 scale of an SMD": (
        _EFFECTS,
        "test_a_linear_change_of_scale_leaves_the_smd_and_scales_the_mean_difference",
    ),
    "18 weights in print": (_FORMATS, "test_printed_weights_sum_to_a_hundred"),
    "21 continuity": (_PROPERTIES, "test_a_tiny_change_of_one_estimate_changes_little"),
    "22 numbers read back": (_FORMATS, "test_numbers_read_back_from_print_are_those_that_were_printed"),
}


@cache
def module(path: str) -> ModuleType:
    """A test file, loaded by its path."""
    spec = spec_from_file_location(f"duties_{Path(path).stem}", TESTS / path)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("failure", FAILURES)
def test_a_known_failure_has_its_test(failure: str) -> None:
    path, name = FAILURES[failure]
    assert callable(getattr(module(path), name))


@pytest.mark.parametrize("group", PROPERTIES)
def test_a_property_holds_over_enough_examples(group: str) -> None:
    path, name = PROPERTIES[group]
    chosen = getattr(module(path), name)._hypothesis_internal_use_settings
    assert chosen.max_examples >= EXAMPLES


def test_no_failure_and_no_property_is_left_out() -> None:
    assert {int(name[1:3]) for name in FAILURES} == set(range(1, 18))
    numbers = {int(part) for group in PROPERTIES for part in group.replace(",", "").split() if part.isdigit()}
    assert numbers == set(range(1, 23))
