"""Certainty, domain by domain. Each expected level is read off the flowcharts of Core GRADE (2025), not computed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from appraisal.builders_appraisal import outcome_record, pooled, reported, review, row, summary, told
from evibrief.appraisal.certainty import rate
from evibrief.appraisal.ratings import Certainty, Rating, Step
from evibrief.appraisal.settings import Settings
from evibrief.records.outcomes import Domain
from evibrief.records.study import Design
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import (
    Estimate,
    NotEstimable,
    PooledSynthesis,
    ReportedSynthesis,
    SubgroupAnalysis,
    SubgroupPool,
)

WHY = {"set_by_editors_because": "it is a test"}
BANDS_SMD: dict[str, Any] = {"bands": {"small": "0.2", "basis": WHY}}
BANDS_RR: dict[str, Any] = {"measure": "RR", "better": "lower", "bands": {"small": "1.25", "basis": WHY}}


def rated(synthesis: PooledSynthesis | ReportedSynthesis, source: Any = None, **outcome: Any) -> Rating:
    record = summary([outcome_record(**outcome)], **({"source_review": source} if source else {}))
    rating = rate(record, record.outcomes[0], synthesis)
    assert rating is not None
    return rating


def step(rating: Rating, domain: Domain) -> Step:
    return next(item for item in rating.steps if item.domain is domain)


def test_an_untroubled_pool_of_trials_is_high() -> None:
    assert rated(pooled(0.4, 0.3, 0.5)).certainty is Certainty.HIGH


@pytest.mark.parametrize(
    ("designs", "start", "rule"),
    [
        ([Design.PARALLEL, Design.CLUSTER, Design.CROSSOVER], Certainty.HIGH, "start-randomised"),
        ([Design.RANDOMISED, Design.QUASI_RANDOMISED], Certainty.MODERATE, "start-quasi-randomised"),
        ([Design.RANDOMISED, Design.COHORT], Certainty.LOW, "start-not-randomised"),
        ([Design.NOT_STATED], Certainty.LOW, "start-not-randomised"),
    ],
)
def test_certainty_starts_from_the_designs_in_the_pool(designs: list[Design], start: Certainty, rule: str) -> None:
    rows = [row(f"s{i}", 0.4, 0.1, 100 / len(designs), design=design) for i, design in enumerate(designs)]
    rating = rated(pooled(0.4, 0.3, 0.5, rows=rows))
    assert (rating.start, rating.start_reason.rule) == (start, rule)


def test_a_reported_result_starts_from_what_the_review_says_of_its_studies() -> None:
    assert rated(reported(), review(), kind="reported").start is Certainty.HIGH
    assert rated(reported(), review(studies_design="controlled"), kind="reported").start is Certainty.LOW
    assert rated(reported(), kind="reported").start_reason.rule == "start-unknown"


class TestRiskOfBias:
    def level(self, risks: list[str | None], weights: list[float], effects: list[float] | None = None) -> Step:
        found = effects or [0.4] * len(risks)
        rows = [
            row(f"s{i}", found[i], 0.05, weight, risk=risk)
            for i, (risk, weight) in enumerate(zip(risks, weights, strict=True))
        ]
        return step(rated(pooled(0.4, 0.3, 0.5, rows=rows)), Domain.RISK_OF_BIAS)

    def test_up_to_65_percent_of_weight_does_not_dominate(self) -> None:
        assert self.level(["high", "low"], [65, 35]).levels == 0

    def test_dominating_studies_count_where_the_others_alone_show_less(self) -> None:
        found = self.level(["high", "low"], [70, 30], [0.6, 0.02])
        assert (found.levels, found.reason.rule) == (-1, "risk-of-bias-changes")

    def test_dominating_studies_do_not_count_where_the_others_show_the_same(self) -> None:
        found = self.level(["high", "low"], [70, 30], [0.4, 0.4])
        assert (found.levels, found.reason.rule) == (0, "risk-of-bias-holds")

    def test_without_others_to_compare_with_dominating_studies_count(self) -> None:
        found = self.level(["high", "some concerns"], [50, 50])
        assert (found.levels, found.reason.rule) == (-1, "risk-of-bias-dominated")

    def test_what_was_not_assessed_is_said_and_counts(self) -> None:
        found = self.level([None, "low"], [70, 30])
        assert (found.levels, found.reason.rule) == (-1, "risk-of-bias-not-assessed")

    def test_a_minority_at_high_risk_counts_where_the_result_hangs_on_it(self) -> None:
        found = self.level(["high", "low"], [60, 40], [0.7, 0.03])
        assert (found.levels, found.reason.rule) == (-1, "risk-of-bias-matters")

    def test_what_some_concerns_count_as_is_a_setting(self) -> None:
        record = summary()
        rows = [row("s1", 0.4, 0.05, 100.0, risk="some concerns")]
        lenient = Settings(high_risk_levels=("high", "serious", "critical"))
        rating = rate(record, record.outcomes[0], pooled(0.4, 0.3, 0.5, rows=rows), lenient)
        assert rating is not None
        assert step(rating, Domain.RISK_OF_BIAS).levels == 0

    @pytest.mark.parametrize(("number", "levels"), [(6, -1), (5, 0)])
    def test_a_review_counts_by_the_share_of_its_studies(self, number: int, levels: int) -> None:
        # 6 of 8 is 75 %, 5 of 8 is 62.5 %; the limit is 65 %.
        rating = rated(reported(), review(high_or_unclear_risk_studies=number), kind="reported")
        assert step(rating, Domain.RISK_OF_BIAS).levels == levels

    def test_a_review_that_does_not_say_counts_as_not_known(self) -> None:
        found = step(rated(reported(), review(), kind="reported"), Domain.RISK_OF_BIAS)
        assert (found.levels, found.reason.rule) == (-1, "risk-of-bias-not-known")


class TestInconsistency:
    def level(self, effects: list[float], i2: float, **more: Any) -> Step:
        rows = [row(f"s{i}", yi, 0.1, 100 / len(effects)) for i, yi in enumerate(effects)]
        return step(rated(pooled(0.4, 0.3, 0.5, rows=rows, i2=i2, **more)), Domain.INCONSISTENCY)

    def test_one_study_cannot_disagree(self) -> None:
        assert self.level([0.4], 0.0).reason.rule == "inconsistency-single-study"

    def test_studies_that_overlap_agree(self) -> None:
        assert self.level([0.35, 0.4, 0.45], 0.0).reason.rule == "inconsistency-little"

    def test_different_sizes_on_one_side_agree_on_the_side(self) -> None:
        found = self.level([0.1, 0.4, 0.9], 80.0)
        assert (found.levels, found.reason.rule) == (0, "inconsistency-same-side")

    def test_both_sides_lower_certainty(self) -> None:
        found = self.level([-0.6, -0.5, 0.9, 1.0], 95.0)
        assert (found.levels, found.reason.rule) == (-1, "inconsistency-both-sides")

    def test_a_prediction_interval_on_both_sides_counts_where_heterogeneity_is_considerable(self) -> None:
        found = self.level([0.05, 0.4, 0.9], 80.0, prediction=(-0.5, 1.3))
        assert (found.levels, found.reason.rule) == (-1, "inconsistency-prediction")
        assert self.level([0.05, 0.4, 0.9], 70.0, prediction=(-0.5, 1.3)).levels == 0

    def test_a_trivial_pool_agrees_where_its_studies_are_trivial_too(self) -> None:
        rows = [row(f"s{i}", yi, 0.02, 25.0) for i, yi in enumerate([-0.1, -0.09, 0.1, 0.09])]
        rating = rated(pooled(0.01, -0.1, 0.1, rows=rows, i2=90.0), **BANDS_SMD)
        assert step(rating, Domain.INCONSISTENCY).levels == 0

    @pytest.mark.parametrize(
        ("i2", "levels", "rule"),
        [
            (49.0, 0, "inconsistency-review-low"),
            (50.0, -1, "inconsistency-review-high"),
            (None, 0, "inconsistency-not-printed"),
        ],
    )
    def test_of_a_reported_result_only_the_printed_i2_is_known(self, i2: float | None, levels: int, rule: str) -> None:
        found = step(rated(reported(i2=i2), review(), kind="reported"), Domain.INCONSISTENCY)
        assert (found.levels, found.reason.rule) == (levels, rule)


class TestImprecision:
    def level(self, *interval: float, measure: Measure = Measure.SMD, outcome: Any = None, **more: Any) -> Step:
        found = pooled(*interval, measure=measure, **more)
        named = outcome if outcome is not None else {"measure": measure.value}
        return step(rated(found, **named), Domain.IMPRECISION)

    @pytest.mark.parametrize(
        ("interval", "levels", "rule"),
        [
            ((0.3, 0.1, 0.5), 0, "imprecision-none"),
            ((0.3, -0.1, 0.7), -1, "imprecision-crosses-none"),
            ((0.1, -0.5, 0.7), -2, "imprecision-crosses-none-widely"),
            ((0.1, -0.4, 0.7), -1, "imprecision-crosses-none"),
        ],
    )
    def test_without_declared_bands_the_target_is_a_difference_at_all(
        self, interval: tuple[float, float, float], levels: int, rule: str
    ) -> None:
        found = self.level(*interval)
        assert (found.levels, found.reason.rule) == (levels, rule)

    @pytest.mark.parametrize(
        ("interval", "levels", "rule"),
        [
            ((0.5, 0.3, 0.7), 0, "imprecision-none"),
            ((0.3, 0.1, 0.5), -1, "imprecision-crosses-important"),
            ((0.3, -0.1, 0.7), -1, "imprecision-crosses-important"),
            ((0.3, -0.3, 0.9), -2, "imprecision-crosses-both"),
            ((0.05, -0.1, 0.19), 0, "imprecision-none"),
            ((0.05, -0.1, 0.25), -1, "imprecision-crosses-important"),
            ((0.05, -0.3, 0.4), -2, "imprecision-crosses-both"),
        ],
    )
    def test_with_declared_bands_the_target_is_an_important_difference(
        self, interval: tuple[float, float, float], levels: int, rule: str
    ) -> None:
        found = self.level(*interval, outcome=BANDS_SMD)
        assert (found.levels, found.reason.rule) == (levels, rule)

    def test_bands_of_a_ratio_are_read_both_ways(self) -> None:
        # 0.75 to 0.79 lies wholly beyond 1 / 1.25 = 0.80.
        assert self.level(0.77, 0.75, 0.79, measure=Measure.RR, outcome=BANDS_RR).levels == 0
        assert self.level(0.77, 0.72, 0.82, measure=Measure.RR, outcome=BANDS_RR).levels == -1

    def test_numbers_of_people_count_only_where_the_effect_is_implausibly_large(self) -> None:
        few = {"participants": 50, "needed": 400}
        assert self.level(0.75, 0.70, 0.80, measure=Measure.RR, **few).levels == 0
        found = self.level(0.5, 0.4, 0.62, measure=Measure.RR, **few)
        assert (found.levels, found.reason.rule) == (-1, "imprecision-too-few-people")
        assert self.level(0.5, 0.4, 0.62, measure=Measure.RR, participants=400, needed=400).levels == 0

    @pytest.mark.parametrize(("measure", "high", "levels"), [("RR", 0.89, -1), ("RR", 0.9, -2), ("OR", 0.75, -2)])
    def test_a_large_effect_with_a_very_wide_interval_loses_two(self, measure: str, high: float, levels: int) -> None:
        # Upper over lower limit: 2.97, 3 and 2.5; the limits are 3 for a risk ratio and 2.5 for an odds ratio.
        found = self.level(0.5, 0.3, high, measure=Measure(measure), participants=50, needed=400)
        assert found.levels == levels


class TestPublicationBias:
    def level(self, k: int, p: float | None, slope: float | None = 1.0) -> Step:
        rows = [row(f"s{i}", 0.4, 0.1, 100 / k) for i in range(k)]
        found = pooled(0.4, 0.3, 0.5, rows=rows, small_study_p=p, small_study_slope=slope)
        return step(rated(found), Domain.PUBLICATION_BIAS)

    def test_nine_studies_are_too_few(self) -> None:
        assert self.level(9, 0.001).reason.rule == "publication-bias-too-few-studies"

    def test_an_asymmetry_in_the_direction_of_the_effect_counts(self) -> None:
        assert self.level(10, 0.04).levels == -1
        assert self.level(10, 0.06).levels == 0

    def test_an_asymmetry_the_other_way_does_not(self) -> None:
        assert self.level(10, 0.001, slope=-1.0).reason.rule == "publication-bias-other-way"


class TestRatingUp:
    def certainty(self, value: float, low: float, high: float, **row_changes: Any) -> Rating:
        rows = [row(f"s{i}", math.log(value), 0.05, 50.0, design=Design.COHORT, **row_changes) for i in range(2)]
        found = pooled(value, low, high, measure=Measure.RR, rows=rows, participants=9000, needed=400)
        return rated(found, measure="RR", better="lower")

    @pytest.mark.parametrize(
        ("value", "low", "high", "certainty"),
        [
            (1.9, 1.7, 2.1, Certainty.LOW),
            (2.1, 1.9, 2.3, Certainty.MODERATE),
            (0.45, 0.4, 0.5, Certainty.MODERATE),
            (5.1, 4.9, 5.3, Certainty.HIGH),
        ],
    )
    def test_a_large_ratio_from_two_studies_raises_what_nothing_lowered(
        self, value: float, low: float, high: float, certainty: Certainty
    ) -> None:
        assert self.certainty(value, low, high).certainty is certainty

    def test_nothing_is_raised_after_it_was_lowered(self) -> None:
        rating = self.certainty(5.1, 4.9, 5.3, risk=None)
        assert step(rating, Domain.LARGE_EFFECT).reason.rule == "large-effect-but-lowered"
        assert rating.certainty is Certainty.VERY_LOW

    def test_trials_have_no_steps_up(self) -> None:
        assert {item.domain for item in rated(pooled(0.4, 0.3, 0.5)).steps} == {
            Domain.RISK_OF_BIAS,
            Domain.INCONSISTENCY,
            Domain.INDIRECTNESS,
            Domain.IMPRECISION,
            Domain.PUBLICATION_BIAS,
        }


class TestJudgements:
    def judged(self, domain: str, levels: int) -> Step:
        judgement = {"domain": domain, "levels": levels, "reason": "Because we looked.", "by": "A Tester"}
        return step(rated(pooled(0.4, 0.3, 0.5), judgements=[judgement]), Domain(domain))

    def test_an_override_counts_and_keeps_what_the_rule_proposed(self) -> None:
        found = self.judged("imprecision", -2)
        assert (found.levels, found.computed, found.is_override) == (-2, 0, True)
        assert (found.judged_reason, found.judged_by) == ("Because we looked.", "A Tester")

    def test_a_judgement_that_agrees_is_no_override(self) -> None:
        assert not self.judged("imprecision", 0).is_override

    def test_indirectness_is_never_computed(self) -> None:
        silent = step(rated(pooled(0.4, 0.3, 0.5)), Domain.INDIRECTNESS)
        assert (silent.levels, silent.computed, silent.reason.rule) == (0, None, "not-judged")
        found = self.judged("indirectness", -1)
        assert (found.levels, found.computed, found.is_override) == (-1, None, False)

    def test_a_judgement_upwards_counts_for_trials_too(self) -> None:
        assert self.judged("dose-response", 1).levels == 1

    def test_certainty_ends_at_very_low_and_at_high(self) -> None:
        lowered = [
            {"domain": "imprecision", "levels": -3, "reason": "x"},
            {"domain": "indirectness", "levels": -3, "reason": "x"},
        ]
        assert rated(pooled(0.4, 0.3, 0.5), judgements=lowered).certainty is Certainty.VERY_LOW
        raised = [{"domain": "large-effect", "levels": 2, "reason": "x"}]
        assert rated(pooled(0.4, 0.3, 0.5), judgements=raised).certainty is Certainty.HIGH


def test_what_has_no_estimate_is_not_rated() -> None:
    record = summary([outcome_record("narrative")])
    assert rate(record, record.outcomes[0], told()) is None
    nothing = NotEstimable(outcome_id="calm", measure=Measure.RR, not_pooled=(), reason="no usable result")
    assert rate(record, record.outcomes[0], nothing) is None
    single = pooled(0.4, 0.3, 0.5, measure=Measure.PLO)
    assert rate(record, record.outcomes[0], single) is None


class TestWhatTheRecordsDoNotSay:
    def test_a_result_without_an_interval_is_not_precise(self) -> None:
        bare = replace(reported(), estimate=Estimate(value=0.3, low=None, high=None))
        found = step(rated(bare, review(), kind="reported"), Domain.IMPRECISION)
        assert (found.levels, found.reason.rule) == (-1, "imprecision-no-interval")

    def test_of_a_large_reported_ratio_nobody_can_tell_how_many_people_it_takes(self) -> None:
        # The outcome's own measure is a ratio, for which the records hold no baseline risk.
        found = step(rated(reported(0.4, 0.3, 0.5, measure=Measure.RR), review(), kind="reported"), Domain.IMPRECISION)
        assert (found.levels, found.reason.rule) == (0, "imprecision-size-not-known")

    def test_one_reported_study_cannot_disagree(self) -> None:
        found = step(rated(reported(k=1, i2=None), review(), kind="reported"), Domain.INCONSISTENCY)
        assert found.reason.rule == "inconsistency-single-study"

    @pytest.mark.parametrize(("p", "i2_within", "levels"), [(0.009, 10.0, 0), (0.011, 10.0, -1), (0.009, 60.0, -1)])
    def test_subgroups_that_differ_credibly_and_agree_within_explain_inconsistency(
        self, p: float, i2_within: float, levels: int
    ) -> None:
        rows = [row(f"s{i}", yi, 0.1, 25.0) for i, yi in enumerate([-0.6, -0.5, 0.9, 1.0])]
        inner = pooled(0.4, 0.3, 0.5, rows=rows, i2=i2_within)
        group = SubgroupPool(name="one", rows=tuple(rows), pooled=inner.pooled, estimate=inner.estimate)
        analysis = SubgroupAnalysis(by="dose", label="Dose", groups=(group, group), q=9.0, df=1, p=p)
        found = step(rated(pooled(0.2, -0.5, 0.9, rows=rows, i2=95.0, subgroups=analysis)), Domain.INCONSISTENCY)
        assert found.levels == levels
