"""Every effect size of the reference values, study by study."""

from __future__ import annotations

from typing import Any

import pytest

from evibrief.statistics.effects import CorrectedStudies, MdVariance, SmdVariance, ZeroCells, effects
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from oracle.loading import CLOSED_FORM, all_agree, cases
from oracle.not_compared import ESCALC

# Column names of the reference values, by type of case.
COLUMNS = {
    "binary": {"events_1": "ai", "n_1": "n1i", "events_2": "ci", "n_2": "n2i"},
    "continuous": {"mean_1": "m1i", "sd_1": "sd1i", "n_1": "n1i", "mean_2": "m2i", "sd_2": "sd2i", "n_2": "n2i"},
    "prepost": {"mean_1": "m1i", "sd_1": "sd1i", "mean_2": "m2i", "sd_2": "sd2i", "n": "ni", "r": "ri"},
    "rate": {"events_1": "x1i", "time_1": "t1i", "events_2": "x2i", "time_2": "t2i"},
    "proportion": {"events": "xi", "n": "ni"},
    "correlation": {"r": "ri", "n": "ni"},
    "generic": {"yi": "yi", "vi": "vi"},
    "multilevel": {"yi": "yi", "vi": "vi"},
    "hazard": {"o_minus_e": "OmE", "v": "V"},
}


def compared_keys(case: dict[str, Any]) -> list[str]:
    return [key for key in case["escalc"] if key not in ESCALC]


ENTRIES = [(case_id, key) for case_id, case in cases().items() for key in compared_keys(case)]


def as_escalc_does(args: dict[str, Any]) -> ZeroCells:
    """metafor's zero-cell arguments: it corrects estimates too, and keeps double zeros unless told."""
    return ZeroCells(
        add=args.get("add", 0.5),
        to=CorrectedStudies(args.get("to", "only0")),
        drop00=args.get("drop00", False),
        correct_estimate=True,
    )


def computed(case: dict[str, Any], key: str) -> Effects:
    entry = case["escalc"][key]
    columns = {ours: case["data"][theirs] for ours, theirs in COLUMNS[case["type"]].items()}
    if key == "SMCR":  # escalc standardises by sd1i, whatever was measured then; we by the SD before, sd_2
        columns["sd_1"], columns["sd_2"] = columns["sd_2"], columns["sd_1"]
    vtype = entry["args"].get("vtype", "LS")
    return effects(
        Measure.HR if case["type"] == "hazard" else Measure(entry["measure"]),
        columns,
        zero_cells=as_escalc_does(entry["args"]),
        smd_variance=SmdVariance(vtype) if entry["measure"] == "SMD" else SmdVariance.LS,
        md_variance=MdVariance(vtype) if entry["measure"] == "MD" else MdVariance.HETEROSCEDASTIC,
        rom_bias_correction=entry["args"].get("correct", False),
    )


def by_row(result: Effects, values: tuple[float, ...], n_rows: int) -> list[float | None]:
    column: list[float | None] = [None] * n_rows
    for row, value in zip(result.rows, values, strict=True):
        column[row] = value
    return column


def usable(entry: dict[str, Any], column: str) -> list[float | None]:
    """A reference column, undefined where its variance is zero: no study can be weighted by that."""
    return [value if variance else None for value, variance in zip(entry[column], entry["vi"], strict=True)]


@pytest.mark.parametrize(("case_id", "key"), ENTRIES)
def test_effect_sizes_equal_the_reference(case_id: str, key: str) -> None:
    case = cases()[case_id]
    result = computed(case, key)
    entry = case["escalc"][key]
    n_rows = len(entry["yi"])
    # Logarithms of ratios near 1 have no relative precision; their standard errors set the floor.
    floor = CLOSED_FORM * min((v for v in entry["vi"] if v), default=0.0) ** 0.5
    assert all_agree(by_row(result, result.yi, n_rows), usable(entry, "yi"), rtol=CLOSED_FORM, atol=floor)
    assert all_agree(by_row(result, result.vi, n_rows), usable(entry, "vi"), rtol=CLOSED_FORM)


@pytest.mark.parametrize(("case_id", "key"), ENTRIES)
def test_every_row_is_an_effect_or_excluded_with_a_reason(case_id: str, key: str) -> None:
    case = cases()[case_id]
    result = computed(case, key)
    excluded = [exclusion.row for exclusion in result.excluded]
    assert sorted([*result.rows, *excluded]) == list(range(len(case["escalc"][key]["yi"])))
    assert all(exclusion.reason for exclusion in result.excluded)


def test_every_key_of_every_case_is_compared_or_listed() -> None:
    keys = {key for case in cases().values() for key in case["escalc"]}
    compared = {key for _, key in ENTRIES}
    assert compared | set(ESCALC) == keys
    assert not compared & set(ESCALC)
    assert all(case["escalc"] for case in cases().values())
