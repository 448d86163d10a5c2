"""From study records to pools: every study is pooled, or listed with the reason."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.study import Study
from evibrief.synthesis.evidence import NotEstimable, PooledSynthesis
from evibrief.synthesis.pooled import pool_outcome
from oracle.loading import cases
from synthesis.building import ARMS, events, means, outcome, study


def pooled(wanted: PooledOutcome, *studies: Study) -> PooledSynthesis:
    made = pool_outcome(wanted, studies)
    assert isinstance(made, PooledSynthesis)
    return made


def bcg_studies() -> list[Study]:
    data = cases()["bcg"]["data"]
    columns = zip(
        data["ai"], data["n1i"], data["ci"], data["n2i"], data["year"], data["ablat"], data["alloc"], strict=True
    )
    return [
        study(
            f"trial-{i}",
            [events((int(a), int(n)), (int(c), int(m)))],
            arms=[{k: v for k, v in arm.items() if k != "n_randomised"} for arm in ARMS],
            reports=[{"id": "main", "issued": int(year)}],
            characteristics={"latitude": int(latitude), "allocation": allocation},
        )
        for i, (a, n, c, m, year, latitude, allocation) in enumerate(columns)
    ]


def test_records_of_the_bcg_trials_give_metafors_pool() -> None:
    """metafor 3.8-1, dat.bcg, rma(measure="RR", test="knha"): the whole way from records agrees."""
    reference = cases()["bcg"]["analyses"]["RR"]["fits"]["REML"]
    made = pooled(outcome("RR"), *bcg_studies())
    assert made.pooled.estimate == pytest.approx(reference["est"], rel=1e-7)
    assert made.pooled.tau2 == pytest.approx(reference["tau2"], rel=1e-6)
    assert made.estimate.low == pytest.approx(math.exp(reference["tests"]["knha"]["lb"]), rel=1e-6)
    assert made.k == 13
    assert made.participants == 357347  # datasets.md, section E, row 8


def test_regression_on_latitude_is_metafors() -> None:
    """metafor 3.8-1, dat.bcg, rma(mods = ~ ablat, test="knha")."""
    entries = cases()["bcg"]["analyses"]["RR"]["metareg"]
    reference = next(entry for entry in entries.values() if entry["names"] == ["intercept", "ablat"])["REML_knha"]
    made = pooled(outcome("RR", regression={"on": "latitude", "label": "latitude"}), *bcg_studies())
    assert made.regression is not None
    assert made.regression.coefficients[1].estimate == pytest.approx(reference["beta"][1], rel=1e-6)
    assert made.regression.coefficients[1].p == pytest.approx(reference["p"][1], rel=1e-5)


def test_subgroups_are_those_of_the_characteristic() -> None:
    """metafor 3.8-1, dat.pignon2000 by timing: the between-group test with a variance of its own for each group."""
    data = cases()["pignon2000"]["data"]
    studies = [
        study(
            f"trial-{i}",
            [{"outcome": "thing", "type": "survival", "o_minus_e": difference, "v": variance}],
            characteristics={"timing": f"timing {group}"},
        )
        for i, (difference, variance, group) in enumerate(zip(data["OmE"], data["V"], data["grp"], strict=True))
    ]
    made = pooled(outcome("HR", subgroups={"by": "timing", "label": "Timing"}), *studies)
    assert made.subgroups is not None
    assert [(group.name, len(group.rows)) for group in made.subgroups.groups] == [
        ("timing 1", 8),
        ("timing 2", 31),
        ("timing 3", 26),
    ]
    reference = cases()["pignon2000"]["analyses"]["GEN"]["subgroup"]["REML"]["between_separate_tau2"]
    assert made.subgroups.q == pytest.approx(reference["Q"], rel=1e-6)


def test_mantel_haenszel_on_request() -> None:
    """metafor 3.8-1, rma.mh(measure="OR") on dat.bcg."""
    reference = cases()["bcg"]["mh"]["OR"]
    model = {"method": "MH", "tau2": "CE", "ci": "wald", "reason": "as in the source"}
    made = pooled(outcome("OR", model=model), *bcg_studies())
    assert made.pooled.estimate == pytest.approx(reference["est"], rel=1e-9)
    assert {item.name for item in made.alternatives} == {"random-effects"}
    assert len(made.leave_one_out) == 13


@given(st.permutations(range(5)))
def test_the_order_of_studies_does_not_change_the_pool(order: list[int]) -> None:
    """Byte for byte: sums do not depend on who comes first."""
    studies = [study(f"trial-{i}", [events((3 + i, 40 + i), (7, 41 + 2 * i))]) for i in range(5)]
    first = pooled(outcome("RR"), *studies)
    again = pooled(outcome("RR"), *[studies[i] for i in order])
    assert again.estimate == first.estimate
    assert again.pooled.tau2 == first.pooled.tau2


def test_a_study_is_pooled_or_listed_with_the_reason() -> None:
    """No study disappears."""
    usable = study("usable", [events((1, 10), (2, 10))])
    silent = study("silent", [])
    double_zero = study("double-zero", [events((0, 10), (0, 10))])
    aside = study("aside", [events((1, 10), (2, 10))])
    wanted = outcome("RR", set_aside=[{"study": "aside", "reason": "Led by an author."}])
    made = pooled(wanted, usable, silent, double_zero, aside)
    reasons = {item.study_id: item.reason for item in made.not_pooled}
    assert [row.study_id for row in made.rows] == ["usable"]
    assert set(reasons) == {"silent", "double-zero", "aside"}
    assert reasons["aside"] == "Led by an author."
    assert "does not report" in reasons["silent"]
    assert "no events" in reasons["double-zero"]


def test_a_retracted_study_is_not_pooled() -> None:
    """Retraction of the study's own report takes it out, with the reason."""
    retraction = {"status": "retracted", "checked_on": "2026-01-02"}
    gone = study("gone", [events((1, 10), (2, 10))], reports=[{"id": "main", "retraction": retraction}])
    made = pool_outcome(outcome("RR"), [gone])
    assert isinstance(made, NotEstimable)
    assert made.not_pooled[0].reason == "retracted; retracted studies are not pooled"


def test_a_retracted_review_does_not_retract_the_study() -> None:
    """Only a report of the study itself counts."""
    reports = [
        {"id": "main", "issued": 2001},
        {"id": "review", "role": "review", "retraction": {"status": "retracted", "checked_on": "2026-01-02"}},
    ]
    assert pooled(outcome("RR"), study("kept", [events((1, 10), (2, 10))], reports=reports)).k == 1


def test_several_results_without_a_choice_are_refused() -> None:
    """One row per study: the summary must say which time counts."""
    both = study(
        "both",
        [
            events((1, 10), (2, 10), time_point={"label": "3 months", "weeks": 13, "after_end_weeks": 1}),
            events((5, 10), (6, 10), time_point={"label": "6 months", "weeks": 26, "after_end_weeks": 14}),
        ],
    )
    refused = pool_outcome(outcome("RR"), [both])
    assert isinstance(refused, NotEstimable)
    assert "several results" in refused.not_pooled[0].reason
    assert pooled(outcome("RR", time_point="6 months"), both).rows[0].result_index == 1
    assert pooled(outcome("RR", time_choice="longest"), both).rows[0].result_index == 1
    assert pooled(outcome("RR", time_choice="end-of-intervention"), both).rows[0].result_index == 0


def test_two_outcomes_can_read_the_same_results_at_different_times() -> None:
    """The name in the records need not be the outcome's own."""
    both = study(
        "both",
        [
            events((1, 10), (2, 10), time_point={"label": "3 months"}),
            events((5, 10), (6, 10), time_point={"label": "6 months"}),
        ],
    )
    later = pooled(outcome("RR", id="thing-later", reads="thing", time_point="6 months"), both)
    assert (later.outcome_id, later.rows[0].result_index) == ("thing-later", 1)


def three_arms(results: list[dict[str, Any]]) -> Study:
    arms = [*ARMS, {"id": "newer", "label": "Newer treatment", "role": "intervention"}]
    return study("three-arms", results, arms=arms)


def test_two_intervention_arms_are_combined() -> None:
    """3/20 and 5/30 against 10/50: 8/50 in all (Handbook 23.3.4)."""
    arms = {"new": {"events": 3, "n": 20}, "newer": {"events": 5, "n": 30}, "old": {"events": 10, "n": 50}}
    made = pooled(outcome("RR"), three_arms([{"outcome": "thing", "type": "dichotomous", "arms": arms}]))
    side = made.rows[0].intervention
    assert side is not None
    assert (side.events, side.n) == (8, 50)
    assert made.rows[0].yi == pytest.approx(math.log(0.8))
    assert "combined" in made.rows[0].notes[0]


def test_a_comparator_that_serves_two_rows_is_divided() -> None:
    """10/50 shared by two comparisons counts as 5/25 in each, so that nobody is counted twice."""
    old = {"events": 10, "n": 50}
    results = [
        {
            "outcome": "thing",
            "type": "dichotomous",
            "comparison": name,
            "arms": {name: {"events": 4, "n": 20}, "old": old},
        }
        for name in ("new", "newer")
    ]
    made = pooled(outcome("RR"), three_arms(results))
    assert made.k == 1
    assert len(made.rows) == 2
    assert made.participants == 90
    expected = 1 / 4 - 1 / 20 + 1 / 5 - 1 / 25
    assert [row.vi for row in made.rows] == pytest.approx([expected, expected])


def test_cluster_trials_are_divided_by_the_design_effect() -> None:
    """ICC 0.05 and clusters of 21: design effect 2, so that 20/100 counts as 10/50."""
    result = events((20, 100), (30, 100))
    cluster = {"icc": 0.05, "mean_cluster_size": 21}
    made = pooled(outcome("RR"), study("clustered", [result], design="cluster", cluster=cluster))
    assert made.rows[0].vi == pytest.approx(1 / 10 - 1 / 50 + 1 / 15 - 1 / 50)
    assert "clustering" in made.rows[0].notes[0]
    adjusted = pooled(outcome("RR"), study("adjusted", [result], design="cluster", cluster={"analysis_adjusted": True}))
    assert adjusted.rows[0].vi == pytest.approx(1 / 20 - 1 / 100 + 1 / 30 - 1 / 100)
    unknown = pool_outcome(outcome("RR"), [study("unknown", [result], design="cluster")])
    assert isinstance(unknown, NotEstimable)
    assert "clusters" in unknown.not_pooled[0].reason


def test_crossover_trials_need_a_correlation() -> None:
    """SD 2 in both periods and r = 0.5: the SD of differences is 2, its SE 2/sqrt(16) = 0.5."""
    result = means({"n": 16, "mean": 11, "sd": 2}, {"n": 16, "mean": 10, "sd": 2})
    made = pooled(outcome("MD"), study("paired", [result], design="crossover", crossover={"correlation": 0.5}))
    assert made.rows[0].yi == pytest.approx(1.0)
    assert made.rows[0].vi == pytest.approx(0.25)
    assert made.participants == 16
    refused = pool_outcome(outcome("MD"), [study("unpaired", [result], design="crossover")])
    assert isinstance(refused, NotEstimable)
    assert "correlation" in refused.not_pooled[0].reason


@pytest.mark.parametrize(
    ("arm", "variance"),
    [({"sd": 6}, 1.0), ({"se": 1}, 1.0), ({"ci_low": 8.0, "ci_high": 12.0}, (2.0 / 2.030107928250343) ** 2)],
)
def test_spread_in_whatever_form_the_paper_prints(arm: dict[str, float], variance: float) -> None:
    """36 people: SE = SD/6; an interval of +-2 has SE 2/t(0.975, 35), t from tables 2.0301."""
    side = {"n": 36, "mean": 10, **arm}
    made = pooled(outcome("MD"), study("spread", [means(side, side)]))
    assert made.rows[0].vi == pytest.approx(2 * variance, rel=1e-9)


def test_medians_are_converted_with_a_note() -> None:
    """A symmetric median 10 (8 to 12) has mean 10; the page must say that it was converted."""
    side = {"n": 50, "median": 10, "q1": 8, "q3": 12}
    result = {"outcome": "thing", "type": "median", "arms": {"new": side, "old": side}}
    made = pooled(outcome("MD"), study("median", [result]))
    assert made.rows[0].yi == 0.0
    assert "median" in made.rows[0].notes[0]


def test_an_instrument_that_runs_the_other_way_is_turned() -> None:
    """Less hopelessness is more hope: the sign is turned, and the row says so."""
    instruments = {
        "hope": {"name": "Hope Test", "better": "higher"},
        "gloom": {"name": "Gloom Test", "better": "lower"},
    }
    better, worse = {"n": 20, "mean": 12, "sd": 2}, {"n": 20, "mean": 10, "sd": 2}
    up = study("up", [means(better, worse, instrument="hope")], instruments=instruments)
    down = study("down", [means(worse, better, instrument="gloom")], instruments=instruments)
    made = pooled(outcome("SMD", better="higher"), up, down)
    assert made.rows[0].yi == pytest.approx(made.rows[1].yi)
    assert made.rows[0].yi > 0
    assert "turned" in made.rows[1].notes[0]


def test_standardised_differences_do_not_mix_final_values_and_changes() -> None:
    """Their spreads differ (Handbook 10.5.2)."""
    side = {"n": 20, "mean": 12, "sd": 2}
    change = study("change", [means(side, side, value="change")])
    made = pool_outcome(outcome("SMD"), [change])
    assert isinstance(made, NotEstimable)
    assert pooled(outcome("SMD", value="change"), change).k == 1
    assert pooled(outcome("MD"), change).k == 1


def test_a_printed_estimate_serves_where_no_arm_data_are_at_hand() -> None:
    """OR 2 (1 to 4): SE = ln 4 / (2 x 1.96)."""
    contrast = {"measure": "OR", "estimate": 2, "ci_low": 1, "ci_high": 4}
    printed = study("printed", [{"outcome": "thing", "type": "contrast", "contrast": contrast}])
    made = pooled(outcome("OR"), printed)
    assert made.rows[0].yi == pytest.approx(math.log(2))
    assert math.sqrt(made.rows[0].vi) == pytest.approx(math.log(4) / (2 * 1.959963984540054))
    assert made.participants is None
    model = {"method": "MH", "tau2": "CE", "ci": "wald", "reason": "x"}
    refused = pool_outcome(outcome("OR", model=model), [printed])
    assert isinstance(refused, NotEstimable)
    assert "Mantel-Haenszel" in refused.not_pooled[0].reason


def test_log_rank_statistics_give_hazard_ratios() -> None:
    """O-E = -10 and V = 20: ln HR = -0.5, variance 0.05."""
    made = pooled(
        outcome("HR"), study("watched", [{"outcome": "thing", "type": "survival", "o_minus_e": -10, "v": 20}])
    )
    assert (made.rows[0].yi, made.rows[0].vi) == pytest.approx((-0.5, 0.05))


def test_rates_per_person_year() -> None:
    """10 events in 100 years against 20 in 100: IRR 0.5, variance 1/10 + 1/20."""
    arms = {"new": {"events": 10, "person_years": 100}, "old": {"events": 20, "person_years": 100}}
    wanted = outcome(
        "IRR", baseline_risk={"from_comparator_arms": "total", "basis": {"set_by_editors_because": "an example"}}
    )
    made = pooled(wanted, study("counted", [{"outcome": "thing", "type": "rate", "arms": arms}]))
    assert (made.rows[0].yi, made.rows[0].vi) == pytest.approx((math.log(0.5), 0.15))
    assert made.absolute is not None
    assert (made.absolute.control, made.absolute.intervention) == pytest.approx((200, 100))


def test_absolute_effects_follow_from_the_stated_risk() -> None:
    """RR 0.5 of 172 in 1,000 is 86 in 1,000."""
    basis = {"set_by_editors_because": "an example"}
    made = pooled(
        outcome("RR", baseline_risk={"per_1000": 172, "basis": basis}), study("one", [events((10, 100), (20, 100))])
    )
    assert made.absolute is not None
    assert made.absolute.intervention == pytest.approx(86.0)


def test_the_median_risk_of_comparator_arms() -> None:
    """Risks 0.1, 0.2 and 0.6: median 0.2; all events over all people 90/300."""
    studies = [study(f"trial-{c}", [events((10, 100), (c, 100))]) for c in (10, 20, 60)]
    basis = {"set_by_editors_because": "an example"}
    for choice, expected in (("median", 0.2), ("total", 0.3)):
        made = pooled(outcome("RR", baseline_risk={"from_comparator_arms": choice, "basis": basis}), *studies)
        assert made.comparator_risk == pytest.approx(expected)


def test_two_studies_are_pooled_as_a_common_effect_with_a_caution() -> None:
    """The house rule for so few studies (statistics.md, section 1)."""
    studies = [study(f"trial-{i}", [events((5, 50), (9 + 3 * i, 50))]) for i in range(2)]
    made = pooled(outcome("RR"), *studies)
    assert made.pooled.tau2_method.value == "CE"
    assert made.pooled.ci_method.value == "wald"
    assert made.prediction is None
    assert any("two studies" in note for note in made.notes)


def test_one_study_is_not_pooled() -> None:
    """Its own estimate stands, without heterogeneity."""
    made = pooled(outcome("RR"), study("alone", [events((5, 50), (10, 50))]))
    assert made.estimate.value == pytest.approx(0.5)
    assert made.pooled.tau2 is None
    assert made.leave_one_out == ()
    assert made.alternatives == ()


def test_without_the_studies_at_high_risk() -> None:
    """A sensitivity analysis leaves them out."""
    risk = [{"tool": "RoB 2", "overall": {"level": "high"}, "assessed_by": "Nobody Real"}]
    risky = study("risky", [events((1, 50), (10, 50))], risk_of_bias=risk)
    fair = study("fair", [events((9, 50), (10, 50))])
    made = pooled(outcome("RR"), risky, fair)
    without = next(item for item in made.alternatives if item.name == "without-high-risk")
    assert without.estimate.value == pytest.approx(0.9)
    assert [row.risk for row in made.rows] == ["high", None]


def test_without_any_event_in_the_comparison_groups_nothing_is_pooled() -> None:
    """Mantel-Haenszel has no estimate then; both studies are listed with the reason."""
    model = {"method": "MH", "tau2": "CE", "ci": "wald", "reason": "as in the source"}
    studies = [study(f"trial-{i}", [events((i, 50), (0, 50))]) for i in (1, 2)]
    made = pool_outcome(outcome("RR", model=model), studies)
    assert isinstance(made, NotEstimable)
    assert [item.study_id for item in made.not_pooled] == ["trial-1", "trial-2"]


def test_leaving_out_the_only_events_gives_no_alternative() -> None:
    """The other pools still stand."""
    model = {"method": "MH", "tau2": "CE", "ci": "wald", "reason": "as in the source"}
    studies = [study(f"trial-{i}", [events((2, 50), (control, 50))]) for i, control in enumerate((0, 0, 3))]
    made = pooled(outcome("RR", model=model), *studies)
    assert [item.study_id for item in made.leave_one_out] == ["trial-0", "trial-1"]


def test_a_printed_estimate_of_a_cluster_trial_is_widened() -> None:
    """ICC 0.05 and clusters of 21: design effect 2, so the variance doubles; unknown clustering is refused."""
    contrast = {"measure": "OR", "estimate": 2, "se": 0.3}
    result = {"outcome": "thing", "type": "contrast", "contrast": contrast}
    cluster = {"icc": 0.05, "mean_cluster_size": 21}
    widened = pooled(outcome("OR"), study("widened", [result], design="cluster", cluster=cluster))
    assert widened.rows[0].vi == pytest.approx(2 * 0.09)
    adjusted = study("adjusted", [result], design="cluster", cluster={"analysis_adjusted": True})
    assert pooled(outcome("OR"), adjusted).rows[0].vi == pytest.approx(0.09)
    assert isinstance(pool_outcome(outcome("OR"), [study("unknown", [result], design="cluster")]), NotEstimable)


def test_counts_of_a_crossover_trial_are_not_two_groups() -> None:
    """The same people are in both."""
    made = pool_outcome(outcome("RR"), [study("both-ways", [events((1, 20), (2, 20))], design="crossover")])
    assert isinstance(made, NotEstimable)
    assert "both treatments" in made.not_pooled[0].reason


def test_rates_and_log_rank_statistics_of_cluster_trials_are_divided() -> None:
    """Half the information: the variance doubles, the estimate stays."""
    cluster = {"icc": 0.05, "mean_cluster_size": 21}
    arms = {"new": {"events": 10, "person_years": 100}, "old": {"events": 20, "person_years": 100}}
    rate = {"outcome": "thing", "type": "rate", "arms": arms}
    survival = {"outcome": "thing", "type": "survival", "o_minus_e": -10, "v": 20}
    counted = pooled(outcome("IRR"), study("counted", [rate], design="cluster", cluster=cluster))
    watched = pooled(outcome("HR"), study("watched", [survival], design="cluster", cluster=cluster))
    assert (counted.rows[0].yi, counted.rows[0].vi) == pytest.approx((math.log(0.5), 0.3))
    assert (watched.rows[0].yi, watched.rows[0].vi) == pytest.approx((-0.5, 0.1))


@pytest.mark.parametrize(("formula", "key"), [("LS", "SMD"), ("UB", "SMD_UB"), ("LS2", "SMD_LS2"), ("AV", "SMD_AV")])
def test_the_variance_of_standardised_differences_is_a_choice(formula: str, key: str) -> None:
    """metafor 3.8-1, escalc(measure="SMD", vtype=...) on dat.normand1999."""
    data = cases()["normand1999"]["data"]
    names = ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")
    studies = [
        study(
            f"site-{i}",
            [means({"n": n, "mean": m, "sd": sd}, {"n": n2, "mean": m2, "sd": sd2})],
        )
        for i, (n, m, sd, n2, m2, sd2) in enumerate(zip(*(data[name] for name in names), strict=True))
    ]
    made = pooled(outcome("SMD", model={"smd_variance": formula, "reason": "to compare"}), *studies)
    assert [row.vi for row in made.rows] == pytest.approx(cases()["normand1999"]["escalc"][key]["vi"], rel=1e-9)


@pytest.mark.parametrize(("choice", "key"), [("only0", "OR"), ("all", "OR_all"), ("if0all", "OR_if0all")])
def test_which_studies_are_corrected_is_a_choice(choice: str, key: str) -> None:
    """metafor 3.8-1, escalc(measure="OR", to=...) on dat.egger2001, which has one zero cell."""
    data = cases()["egger2001"]["data"]
    columns = zip(*(data[name] for name in ("ai", "n1i", "ci", "n2i")), strict=True)
    bare = [{k: v for k, v in arm.items() if k != "n_randomised"} for arm in ARMS]
    studies = [study(f"trial-{i}", [events((a, n), (c, m))], arms=bare) for i, (a, n, c, m) in enumerate(columns)]
    model = {"zero_cells": choice, **({"reason": "to compare"} if choice != "only0" else {})}
    made = pooled(outcome("OR", model=model), *studies)
    assert [row.vi for row in made.rows] == pytest.approx(cases()["egger2001"]["escalc"][key]["vi"], rel=1e-9)


@pytest.mark.parametrize("random", [False, True])
def test_revmans_mantel_haenszel_is_a_choice(random: bool) -> None:
    """RevMan 5's corrected cells and its random effects, by metafor and meta on dat.egger2001."""
    data = cases()["egger2001"]["data"]
    columns = zip(*(data[name] for name in ("ai", "n1i", "ci", "n2i")), strict=True)
    bare = [{k: v for k, v in arm.items() if k != "n_randomised"} for arm in ARMS]
    studies = [study(f"trial-{i}", [events((a, n), (c, m))], arms=bare) for i, (a, n, c, m) in enumerate(columns)]
    model = {
        "method": "MH",
        "tau2": "DL" if random else "CE",
        "ci": "wald",
        "revman_correction": True,
        "reason": "as RevMan",
    }
    made = pooled(outcome("OR", model=model), *studies)
    reference = cases()["egger2001"]["mh"]["OR"]["revman5_mh"]
    assert made.pooled.estimate == pytest.approx(reference["est" if random else "est_mh_corrected"], rel=1e-9)
