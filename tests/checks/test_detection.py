"""Slips put into clean synthetic reviews are found, and clean studies are left alone."""

from __future__ import annotations

import pytest

from checks.synthetic import BINARY_SLIPS, CONTINUOUS_SLIPS, detect, false_alarms

TRIES = 20
REVIEWS = 60
SEED = 2


@pytest.mark.parametrize("binary", [False, True])
def test_slips_are_found_where_the_paper_prints_more_than_the_arms(binary: bool) -> None:
    slips = BINARY_SLIPS if binary else CONTINUOUS_SLIPS
    found = [detect(slip, binary=binary, redundant=True, tries=TRIES, seed=SEED) for slip in slips]
    rates = {one.slip: one.found / one.tried for one in found}
    assert sum(rates.values()) / len(rates) >= 0.95, rates
    assert min(rates.values()) >= 0.4, rates  # exchanged digits of an SD change little, and are the hardest


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("redundant", [False, True])
def test_clean_studies_are_left_alone(binary: bool, redundant: bool) -> None:
    found = false_alarms(binary=binary, redundant=redundant, reviews=REVIEWS, seed=SEED)
    assert found.found <= 0.01 * found.tried, found


def test_there_are_twenty_four_kinds_of_slip() -> None:
    assert len(CONTINUOUS_SLIPS) + len(BINARY_SLIPS) == 24
