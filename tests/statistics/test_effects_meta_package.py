"""Effect sizes of single studies as the R package meta computes them: other choices, the same engine."""

from __future__ import annotations

import math

import pytest

from evibrief.statistics.effects import SmdVariance, ZeroCells, effects
from evibrief.statistics.measures import Measure
from oracle.loading import META_PACKAGE, cases, number
from oracle.not_compared import META_STUDIES

BINARY = {"events_1": "ai", "n_1": "n1i", "events_2": "ci", "n_2": "n2i"}
CONTINUOUS = {"mean_1": "m1i", "sd_1": "sd1i", "n_1": "n1i", "mean_2": "m2i", "sd_2": "sd2i", "n_2": "n2i"}

TREATMENT_ARM = [
    (case_id, measure)
    for case_id, case in cases().items()
    for measure, results in case.get("meta_pkg", {}).items()
    if "TACC_TE" in results
]
HEDGES = [
    (case_id, formula, name)
    for case_id, case in cases().items()
    if "study_Hedges_exact" in case.get("meta_pkg", {}).get("SMD", {})
    for formula, name in ((SmdVariance.UB, "study_Hedges_exact"), (SmdVariance.REVMAN, "study_Hedges_approx"))
]


def test_every_effect_size_of_the_package_is_compared_or_listed() -> None:
    keys = {
        key
        for case in cases().values()
        for results in case.get("meta_pkg", {}).values()
        for key in results
        if key.startswith("study_")
    }
    assert keys == {name for _, _, name in HEDGES} | set(META_STUDIES)


@pytest.mark.parametrize(("case_id", "measure"), TREATMENT_ARM)
def test_treatment_arm_correction(case_id: str, measure: str) -> None:
    """Double zeros are undefined for ratios in meta as well; missing rows are not listed there at all."""
    case = cases()[case_id]
    results = case["meta_pkg"][measure]
    complete = [i for i, events in enumerate(case["data"]["ai"]) if events is not None]
    columns = {ours: [case["data"][theirs][i] for i in complete] for ours, theirs in BINARY.items()}
    found = effects(Measure(measure), columns, zero_cells=ZeroCells(proportional=True))
    expected = {
        row: (estimate, number(se))
        for row, (estimate, se) in enumerate(zip(results["TACC_TE"], results["TACC_seTE"], strict=True))
        if estimate is not None
    }
    assert found.rows == tuple(expected)
    for row, yi, vi in zip(found.rows, found.yi, found.vi, strict=True):
        assert (yi, math.sqrt(vi)) == pytest.approx(expected[row], rel=META_PACKAGE, abs=1e-15)


@pytest.mark.parametrize(("case_id", "formula", "name"), HEDGES)
def test_hedges_g_with_the_formulas_of_meta_and_revman(case_id: str, formula: SmdVariance, name: str) -> None:
    case = cases()[case_id]
    expected = case["meta_pkg"]["SMD"][name]
    found = effects(
        Measure.SMD, {ours: case["data"][theirs] for ours, theirs in CONTINUOUS.items()}, smd_variance=formula
    )
    assert found.yi == pytest.approx(expected["TE"], rel=META_PACKAGE)
    assert [math.sqrt(vi) for vi in found.vi] == pytest.approx(expected["seTE"], rel=META_PACKAGE)


SINGLE_DENOMINATOR = [
    case_id for case_id, case in cases().items() if "MH_DL_RRCochraneFALSE" in case.get("meta_pkg", {}).get("RR", {})
]


@pytest.mark.parametrize("case_id", SINGLE_DENOMINATOR)
def test_risk_ratios_with_a_single_correction_of_the_denominators(case_id: str) -> None:
    """meta lists no single studies here; weighted with its tau2, they give its pooled result."""
    case = cases()[case_id]
    expected = case["meta_pkg"]["RR"]["MH_DL_RRCochraneFALSE"]
    columns = {ours: case["data"][theirs] for ours, theirs in BINARY.items()}
    found = effects(Measure.RR, columns, zero_cells=ZeroCells(single_denominator=True))
    weights = [1 / (vi + expected["tau2"]) for vi in found.vi]
    mean = sum(w * yi for w, yi in zip(weights, found.yi, strict=True)) / sum(weights)
    assert len(found.yi) == expected["k"]
    assert mean == pytest.approx(expected["est_random"], rel=META_PACKAGE)
    assert sum(weights) ** -0.5 == pytest.approx(expected["se_random"], rel=META_PACKAGE)
