"""Studies with several effects: the choice is in the summary, the figures are metafor's, people are counted once."""

from __future__ import annotations

import math
from typing import Any

import pytest

from evibrief.records.study import Study
from evibrief.synthesis.evidence import PooledSynthesis
from evibrief.synthesis.pooled import pool_outcome
from oracle.loading import cases
from synthesis.building import ARMS, events, means, outcome, study


def pooled(model: dict[str, Any] | None, *studies: Study, measure: str = "MD", **changes: Any) -> PooledSynthesis:
    chosen = {"model": {**model, "reason": "to compare"}} if model else {}
    made = pool_outcome(outcome(measure, **chosen, **changes), studies)
    assert isinstance(made, PooledSynthesis)
    return made


def districts() -> list[Study]:
    """dat.konstantopoulos2011: a study for each district, a printed difference for each school."""
    data = cases()["konstantopoulos2011"]["data"]
    rows = list(zip(data["district"], data["school"], data["yi"], data["vi"], strict=True))
    return [
        study(
            f"district-{district}",
            [
                {
                    "outcome": "thing",
                    "type": "contrast",
                    "comparison": f"school {school}",
                    "contrast": {"measure": "MD", "estimate": yi, "se": math.sqrt(vi)},
                }
                for owner, school, yi, vi in rows
                if owner == district
            ],
        )
        for district in dict.fromkeys(data["district"])
    ]


def test_records_of_schools_in_districts_give_metafors_three_level_model() -> None:
    """metafor 3.8-1, rma.mv on dat.konstantopoulos2011, and clubSandwich 0.5.8: the whole way from records agrees."""
    reference = cases()["konstantopoulos2011"]["multilevel"]
    made = pooled({"several_effects": "three-level"}, *districts())
    assert made.three_level is not None
    assert (made.three_level.tau2_between, made.three_level.tau2_within) == pytest.approx(reference["sigma2"], rel=1e-5)
    assert made.estimate.value == pytest.approx(reference["est"], rel=1e-5)
    assert made.estimate.low == pytest.approx(reference["robust_CR2"]["lb"], rel=1e-3)
    assert (made.k, len(made.rows)) == (11, 56)
    assert len(made.leave_one_out) == len(made.influence) == 11
    assert made.trim_and_fill is None
    assert made.alternatives[0].name == "one-per-study"
    # metafor 3.8-1: coef(rma.mv(..., subset = district != 11)).
    assert made.leave_one_out[0].estimate.value == pytest.approx(0.2069850087, rel=1e-5)


def two_effects(**changes: Any) -> Study:
    """The same people on two scales: differences of 1 (variance 1/4) and of 2 (variance 1)."""
    return study(
        "two",
        [
            means(
                {"n": 32, "mean": 3 + i, "sd": 2 + 2 * i},
                {"n": 32, "mean": 2, "sd": 2 + 2 * i},
                comparison=f"scale {i}",
                instrument=f"scale-{i}",
            )
            for i in range(2)
        ],
        instruments={f"scale-{i}": {"name": f"Scale {i}", "better": "lower"} for i in range(2)},
        **changes,
    )


ONE = study("one", [means({"n": 20, "mean": 3, "sd": 2}, {"n": 20, "mean": 2, "sd": 2})])


@pytest.mark.parametrize(
    ("model", "yi", "vi"),
    [
        ({"several_effects": "first"}, 1.0, 0.25),
        ({"several_effects": "most-precise"}, 1.0, 0.25),
        # (sd + sd)^2 / 4 = (0.5 + 1)^2 / 4, and (0.25 + 1) / 4 where they are independent.
        ({"several_effects": "average"}, 1.5, 0.5625),
        ({"several_effects": "average", "within_study_correlation": 0}, 1.5, 0.3125),
    ],
)
def test_one_effect_stands_for_a_study_by_the_rule(model: dict[str, Any], yi: float, vi: float) -> None:
    made = pooled(model, two_effects(), ONE)
    assert [row.study_id for row in made.rows] == ["two", "one"]
    assert (made.rows[0].yi, made.rows[0].vi) == pytest.approx((yi, vi))
    assert made.k == 2
    assert made.participants == 64 + 40


def test_an_effect_that_does_not_stand_for_its_study_is_listed() -> None:
    made = pooled({"several_effects": "first"}, two_effects(), ONE)
    assert [(item.study_id, item.label) for item in made.not_pooled] == [("two", "Two (scale 1)")]
    assert "the first in the record" in made.not_pooled[0].reason
    averaged = pooled({"several_effects": "average"}, two_effects(), ONE)
    assert averaged.not_pooled == ()
    assert averaged.rows[0].comparison == "average of 2 effects"


def test_people_measured_twice_are_counted_once() -> None:
    """64 people on two scales and 40 on one."""
    assert pooled({"several_effects": "three-level"}, two_effects(), ONE).participants == 104


def test_people_of_different_subgroups_are_all_counted() -> None:
    """The same arms with other figures, on the same scale and at the same time, are other people."""
    rows = [
        events((2, 10), (4, 12), comparison="men"),
        events((3, 20), (6, 22), comparison="women"),
    ]
    made = pooled({"several_effects": "three-level"}, study("both", rows), measure="RR")
    assert (made.participants, made.events) == (64, 15)


def test_a_comparator_that_serves_two_rows_stays_whole_in_a_three_level_model() -> None:
    """Its dependence is modelled; its people are counted once all the same: 20 + 20 + 50."""
    arms = [*ARMS, {"id": "newer", "label": "Newer treatment", "role": "intervention"}]
    old = {"events": 10, "n": 50}
    rows = [
        {
            "outcome": "thing",
            "type": "dichotomous",
            "comparison": name,
            "arms": {name: {"events": 4, "n": 20}, "old": old},
        }
        for name in ("new", "newer")
    ]
    made = pooled(
        {"several_effects": "three-level"},
        study("three-arms", rows, arms=arms),
        study("b", [events((3, 30), (6, 30))]),
        measure="RR",
    )
    assert made.rows[0].vi == pytest.approx(1 / 4 - 1 / 20 + 1 / 10 - 1 / 50)
    assert (made.participants, made.events) == (90 + 60, 18 + 9)


def test_a_regression_takes_from_an_average_what_its_effects_share() -> None:
    """A characteristic that differs between the effects of a study is none of the study."""
    rows = [
        means(
            {"n": 20, "mean": 3, "sd": 2}, {"n": 20, "mean": 2, "sd": 2}, comparison=f"row {i}", characteristics=given
        )
        for i, given in enumerate(({"dose": 1, "weeks": 4}, {"dose": 2, "weeks": 4}))
    ]
    others = [
        study(f"s{i}", [means({"n": 20, "mean": i, "sd": 2}, {"n": 20, "mean": 2, "sd": 2})], characteristics=given)
        for i, given in enumerate([{"dose": 3, "weeks": 5}, {"dose": 4, "weeks": 6}, {"dose": 5, "weeks": 7}])
    ]
    for name, k in (("dose", 3), ("weeks", 4)):
        regression = {"on": name, "label": name}
        made = pooled({"several_effects": "average"}, study("two", rows), *others, regression=regression)
        assert made.regression is not None
        assert made.regression.k == k


def test_permutations_on_request() -> None:
    """metafor 3.8-1, permutest(rma(yi, vi, mods = ~ year, method = "DL"), exact = TRUE) on dat.hart1999 (IRR)."""
    data = cases()["hart1999"]["data"]
    reference = cases()["hart1999"]["analyses"]["IRR"]["metareg"]["year"]["permutation_exact_DL"]
    columns = zip(*(data[name] for name in ("x1i", "t1i", "x2i", "t2i", "year")), strict=True)
    studies = [
        study(
            f"trial-{i}",
            [
                {
                    "outcome": "thing",
                    "type": "rate",
                    "arms": {"new": {"events": a, "person_years": t}, "old": {"events": c, "person_years": u}},
                }
            ],
            characteristics={"year": year},
        )
        for i, (a, t, c, u, year) in enumerate(columns)
    ]
    regression = {"on": "year", "label": "year of publication", "test": "permutation"}
    made = pooled({"tau2": "DL"}, *studies, measure="IRR", regression=regression)
    assert made.permutation is not None
    assert made.permutation.exact
    assert made.permutation.p[1] == pytest.approx(reference["p"][1], abs=1 / 720)
    assert pooled({"tau2": "DL"}, *studies, measure="IRR").permutation is None


def correlations() -> list[Study]:
    """dat.molloy2014."""
    data = cases()["molloy2014"]["data"]
    return [
        study(f"study-{i}", [{"outcome": "thing", "type": "correlation", "arms": {"new": {"r": r, "n": n}}}])
        for i, (r, n) in enumerate(zip(data["ri"], data["ni"], strict=True))
    ]


def test_influence_is_metafors() -> None:
    """metafor 3.8-1, influence(rma(measure = "ZCOR", method = "DL")) on dat.molloy2014."""
    reference = cases()["molloy2014"]["analyses"]["ZCOR"]["sensitivity"]["influence"]["DL"]
    made = pooled({"tau2": "DL"}, *correlations(), measure="ZCOR")
    assert [item.figures.dfbetas for item in made.influence] == pytest.approx(reference["dfbs"][:16], rel=1e-6)
    assert [item.figures.is_influential for item in made.influence] == reference["flagged"][:16]
    assert [item.study_id for item in made.influence][:2] == ["study-0", "study-1"]


@pytest.mark.parametrize("measure", ["COR", "ZCOR"])
def test_correlations_are_pooled_as_they_are_or_by_fishers_z(measure: str) -> None:
    """metafor 3.8-1, rma(measure = "COR" or "ZCOR") on dat.molloy2014."""
    made = pooled(None, *correlations(), measure=measure)
    assert [row.yi for row in made.rows] == pytest.approx(cases()["molloy2014"]["escalc"][measure]["yi"], rel=1e-9)


@pytest.mark.parametrize("measure", ["PR", "PLO", "PLN", "PAS"])
def test_proportions_on_the_scale_of_choice(measure: str) -> None:
    """metafor 3.8-1, escalc on dat.pritz1997; what is shown is a proportion whatever the scale."""
    case = cases()["pritz1997"]
    arms = [{**ARMS[0], "n_randomised": 20000}]
    studies = [
        study(
            f"study-{i}",
            [{"outcome": "thing", "type": "dichotomous", "arms": {"new": {"events": x, "n": n}}}],
            arms=arms,
        )
        for i, (x, n) in enumerate(zip(case["data"]["xi"], case["data"]["ni"], strict=True))
    ]
    made = pooled(None, *studies, measure=measure)
    assert [row.yi for row in made.rows] == pytest.approx(case["escalc"][measure]["yi"], rel=1e-9)
    assert 0 < made.estimate.value < 1


def test_subgroups_can_share_a_variance() -> None:
    """metafor 3.8-1, rma(mods = ~ factor(group) - 1, test = "knha") on dat.pignon2000: the F test."""
    case = cases()["pignon2000"]
    reference = case["analyses"]["GEN"]["subgroup"]["mixed_common_tau2"]["REML_knha"]
    rows = zip(case["data"]["OmE"], case["data"]["V"], case["data"]["grp"], strict=True)
    studies = [
        study(
            f"trial-{i}",
            [{"outcome": "thing", "type": "survival", "o_minus_e": difference, "v": variance}],
            characteristics={"timing": f"timing {group}"},
        )
        for i, (difference, variance, group) in enumerate(rows)
    ]
    asked = {"by": "timing", "label": "Timing", "tau2": "common"}
    made = pooled(None, *studies, measure="HR", subgroups=asked)
    assert made.subgroups is not None
    assert (made.subgroups.tau2, made.subgroups.df, made.subgroups.df2) == ("common", 2, 62)
    assert made.subgroups.q == pytest.approx(reference["QM"], rel=1e-6)
    assert made.subgroups.p == pytest.approx(reference["QMp"], rel=1e-5)
    assert {group.pooled.tau2 for group in made.subgroups.groups} == {made.subgroups.groups[0].pooled.tau2}
    assert made.subgroups.groups[0].pooled.tau2 == pytest.approx(reference["tau2"], rel=1e-6)


@pytest.mark.parametrize(
    ("measure", "model", "key"), [("SMD", {"smd_variance": "H"}, "SMDH"), ("ROM", {"rom_correction": True}, "ROM_bc")]
)
def test_formulas_of_continuous_measures_are_a_choice(measure: str, model: dict[str, Any], key: str) -> None:
    """metafor 5.1-12, escalc(measure = "SMDH"), escalc(measure = "ROM", correct = TRUE)."""
    case = next(c for c in cases().values() if key in c["escalc"])
    names = ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")
    studies = [
        study(f"s-{i}", [means({"n": n, "mean": m, "sd": sd}, {"n": n2, "mean": m2, "sd": sd2})])
        for i, (n, m, sd, n2, m2, sd2) in enumerate(zip(*(case["data"][name] for name in names), strict=True))
    ]
    made = pooled(model, *studies, measure=measure)
    assert [row.yi for row in made.rows] == pytest.approx(case["escalc"][key]["yi"], rel=1e-9)
    assert [row.vi for row in made.rows] == pytest.approx(case["escalc"][key]["vi"], rel=1e-9)


def test_zero_cells_in_proportion_to_group_size() -> None:
    """0 of 30 against 3 of 10: 2 x 0.5 x 30/40 = 0.75 is added on one side, 0.25 on the other."""
    made = pooled({"zero_cells": "proportional"}, study("zero", [events((0, 30), (3, 10))]), measure="OR")
    odds = (0.75 / 30.75) / (3.25 / 7.25)
    assert made.rows[0].estimate.value == pytest.approx(odds)
