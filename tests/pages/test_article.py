"""The two-minute article, sentence by sentence, from small made-up records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appraisal.builders_appraisal import (
    SOURCE,
    outcome_record,
    pooled,
    reported,
    review,
    row,
    study,
    summary,
    told,
)
from evibrief.appraisal.briefs import appraise
from evibrief.appraisal.settings import DEFAULT
from evibrief.pages.article import Article, write_article
from evibrief.pages.citing import address, citation
from evibrief.pages.findings_table import finding_rows
from evibrief.pages.rendering import Renderer
from evibrief.records.citations import Citation
from evibrief.records.study import Design
from evibrief.statistics.measures import Measure
from evibrief.statistics.reexpression import reexpress_smd
from evibrief.synthesis.evidence import Estimate, NarrativeSynthesis, NotEstimable, Synthesis

RENDERER = Renderer(Path(__file__).parents[2] / "templates")


def article(
    outcomes: Sequence[dict[str, Any]], syntheses: Sequence[Synthesis], studies: Sequence[str] = (), **changes: Any
) -> Article:
    known = {name: study(name, n_randomised=120) for name in studies}
    record = summary(outcomes, studies=list(known), **changes)
    return write_article(appraise(record, known, syntheses), RENDERER)


def texts(sentences: Sequence[Any]) -> list[str]:
    return [item.text for item in sentences]


ONE_TRIAL = pooled(0.3, 0.1, 0.5, rows=[row("alpha", 0.3, 0.1, 100.0, participants=90)], participants=90)
TWO_TRIALS = pooled(0.3, 0.1, 0.5, rows=[row("alpha", 0.3, 0.1, 50.0), row("beta", 0.3, 0.1, 50.0)], participants=200)
CALM, SLEEP = outcome_record(), outcome_record(id="sleep", name="sleep")


class TestKeyPoints:
    def test_a_pool_says_how_many_studies_and_people_compared_what(self) -> None:
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"])
        assert texts(made.key_points) == [
            "Two randomised trials with 200 people compared humming lessons with silence for adults who take part in "
            "tests.",
            "Humming lessons slightly improve calm.",
        ]

    def test_a_single_trial_counts_everybody_it_randomised(self) -> None:
        made = article([CALM], [ONE_TRIAL], ["alpha"])
        assert made.key_points[0].text == (
            "One randomised trial with 120 people compared humming lessons with silence for adults who take part in "
            "tests."
        )

    def test_a_review_is_told_as_a_review(self) -> None:
        made = article([outcome_record("reported")], [reported()], source_review=review())
        assert made.key_points[0].text == (
            "A review of eight randomised trials with 2,131 people looked at humming lessons for adults who take part "
            "in tests."
        )

    def test_a_long_population_gives_way_to_the_condition(self) -> None:
        question = {
            "population": "adults of eighteen or over who have taken part in no fewer than three tests of any kind "
            "in any of the last seven years",
            "condition": "restlessness",
            "intervention": {"name": "humming lessons", "number": "plural"},
            "comparator": {"name": "silence", "number": "singular"},
        }
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], question=question)
        assert made.key_points[0].text.endswith("with silence for restlessness.")

    def test_the_second_clause_does_not_repeat_the_name(self) -> None:
        open_result = pooled(0.1, -0.3, 0.5, rows=TWO_TRIALS.rows, outcome_id="sleep")
        made = article([CALM, SLEEP], [TWO_TRIALS, open_result], ["alpha", "beta"])
        assert made.key_points[1].text == (
            "Humming lessons slightly improve calm; it is unclear whether they increase or reduce sleep."
        )

    def test_a_harm_is_told_even_where_no_room_is_left(self) -> None:
        names = [f"a rather long name of outcome number {word}" for word in ("one", "two", "three")]
        outcomes = [outcome_record(id=f"o{i}", name=name) for i, name in enumerate(names)]
        outcomes.append(outcome_record(id="falls", name="falls", better="lower", measure="RR"))
        values = [(0.3, 0.1, 0.5), (0.6, 0.5, 0.7), (0.1, -0.5, 0.5)]
        syntheses: list[Synthesis] = [
            pooled(*value, rows=TWO_TRIALS.rows, outcome_id=f"o{i}") for i, value in enumerate(values)
        ]
        syntheses.append(pooled(1.4, 1.2, 1.6, measure=Measure.RR, rows=TWO_TRIALS.rows, outcome_id="falls"))
        made = article(outcomes, syntheses, ["alpha", "beta"])
        assert len(made.key_points) == 3
        assert made.key_points[2].text.startswith("Humming lessons increase the risk of falls")

    def test_other_critical_outcomes_come_third_where_no_room_is_left(self) -> None:
        names = [f"a rather long name of outcome number {word}" for word in ("one", "two", "three", "four")]
        outcomes = [outcome_record(id=f"o{i}", name=name) for i, name in enumerate(names)]
        outcomes[3]["importance"] = "important"
        values = [(0.3, 0.1, 0.5), (0.6, 0.5, 0.7), (0.1, -0.5, 0.5), (0.9, 0.8, 1.0)]
        syntheses = [pooled(*value, rows=TWO_TRIALS.rows, outcome_id=f"o{i}") for i, value in enumerate(values)]
        made = article(outcomes, syntheses, ["alpha", "beta"])
        assert made.key_points[2].text == (
            "It is unclear whether humming lessons increase or reduce a rather long name of outcome number three."
        )

    def test_the_answer_is_the_first_finding_alone(self) -> None:
        made = article([CALM, SLEEP], [TWO_TRIALS, TWO_TRIALS], ["alpha", "beta"])
        assert made.answer.text == "Humming lessons slightly improve calm."

    def test_the_level_comes_with_its_reason(self) -> None:
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"])
        assert made.level.text == "Evidence level: 1 (Excellent). A meta-analysis of two randomised trials."


class TestMethods:
    def test_question_eligibility_outcomes_and_search(self) -> None:
        made = article(
            [CALM],
            [TWO_TRIALS],
            ["alpha", "beta"],
            eligibility={
                "participants": "adults.",
                "studies": "randomised trials of humming",
                "excluded": "trials of singing",
            },
        )
        assert texts(made.methods) == [
            "We asked what humming lessons do for adults who take part in tests, compared with silence.",
            "We included randomised trials of humming.",
            "Participants were adults.",
            "We left out trials of singing.",
            "We looked at calm only.",
            "Our search of TESTLINE went up to 1 March 2020.",
        ]

    def test_what_a_review_asked_and_searched_stays_its_own_where_its_studies_are_pooled_again(self) -> None:
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], source_review=review(relation="re-pools"))
        assert "The studies come from Testson and Probe (2001); we pooled their figures again." in texts(made.methods)
        assert texts(made.methods)[-1] == "The review's search of TESTLINE went up to 1 March 2020."

    def test_an_unknown_search_is_said_to_be_unknown(self) -> None:
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], search={})
        assert texts(made.methods)[-1] == "When the search was made is not stated."
        assert "How recent the search is, we do not know." in texts(made.limitations)

    def test_participants_in_the_words_of_the_aim_are_not_told_twice(self) -> None:
        rules = {"participants": "adults who take part in tests", "studies": "trials of humming"}
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], eligibility=rules)
        assert not any(text.startswith("Participants") for text in texts(made.methods))

    def test_an_exposure_is_asked_about_as_a_link(self) -> None:
        question = {
            "population": "adults",
            "condition": "restlessness",
            "intervention": {"name": "living near a choir", "number": "singular"},
            "comparator": {"name": "living elsewhere", "number": "singular"},
            "kind": "exposure",
        }
        falls = outcome_record(id="falls", name="falls", better="lower", measure="RR")
        rows = [row(name, 0.3, 0.05, 50.0, design=Design.COHORT) for name in ("alpha", "beta")]
        synthesis = pooled(1.35, 1.2, 1.5, measure=Measure.RR, rows=rows, outcome_id="falls")
        made = article([falls], [synthesis], ["alpha", "beta"], question=question)
        assert made.methods[0].text == (
            "We asked whether living near a choir is linked with falls among adults, compared with living elsewhere."
        )
        assert made.key_points[1].text == "Living near a choir may be associated with a higher risk of falls."


class TestResults:
    def test_the_counts_of_a_review_start_in_words(self) -> None:
        source = review(articles=11, articles_pooled=6, followup="3 weeks to 6 months after the lessons")
        made = article([outcome_record("reported")], [reported()], source_review=source)
        assert texts(made.results)[:2] == [
            "Eleven articles discussing eight studies with 2,131 people were included; six of the articles "
            "entered the meta-analysis.",
            "Follow-up was 3 weeks to 6 months after the lessons.",
        ]

    def test_a_finding_carries_its_figures_and_a_standardised_difference_is_translated(self) -> None:
        # Phi(0.30 / sqrt 2) = Phi(0.2121) = 0.584
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"])
        assert texts(made.results) == [
            "Humming lessons slightly improve calm (standardised mean difference 0.30, 95% CI 0.10 to 0.50; two "
            "trials, 200 people).",
            "Of two people picked at random, one from each group, the one with humming lessons would do better about "
            "58% of the time; pure chance would be 50%.",
        ]

    def test_a_familiar_scale_is_preferred(self) -> None:
        why = {"set_by_editors_because": "it is a test"}
        outcome = outcome_record(familiar_scale={"name": "Calm Scale (0 to 10)", "sd": "2", "basis": why})
        told_again = reexpress_smd(0.3, 0.1, 0.5, familiar_sd=2.0)
        made = article([outcome], [replace(TWO_TRIALS, reexpressed=told_again)], ["alpha", "beta"])
        assert made.results[1].text == "On the Calm Scale (0 to 10), that is about 0.60 points more."

    def test_a_risk_is_told_in_people_on_one_denominator(self) -> None:
        # 0.8 (0.7 to 0.9) of 100 in 1,000
        why = {"set_by_editors_because": "it is a test"}
        falls = outcome_record(
            id="falls",
            name="falls",
            better="lower",
            measure="RR",
            baseline_risk={"per_1000": "100", "over": "a year", "basis": why},
        )
        synthesis = pooled(0.8, 0.7, 0.9, measure=Measure.RR, rows=TWO_TRIALS.rows, baseline=0.1, outcome_id="falls")
        made = article([falls], [synthesis], ["alpha", "beta"])
        assert made.results[1].text == (
            "That is about 80 (70 to 90) of every 1,000 people over a year, against 100 with silence."
        )

    def test_an_open_result_is_told_in_people_both_ways(self) -> None:
        why = {"set_by_editors_because": "it is a test"}
        falls = outcome_record(
            id="falls", name="falls", better="lower", measure="RR", baseline_risk={"per_1000": "100", "basis": why}
        )
        synthesis = pooled(1.0, 0.8, 1.3, measure=Measure.RR, rows=TWO_TRIALS.rows, baseline=0.1, outcome_id="falls")
        made = article([falls], [synthesis], ["alpha", "beta"])
        assert made.results[1].text == (
            "Of every 1,000 people, that leaves room for anything from 20 fewer to 30 more."
        )

    def test_a_mean_difference_has_its_unit_and_the_same_people_are_counted_once(self) -> None:
        outcomes = [outcome_record(measure="MD", unit="days"), outcome_record(id="sleep", name="sleep", measure="MD")]
        syntheses = [replace(TWO_TRIALS, measure=Measure.MD, reexpressed=None) for _ in outcomes]
        made = article(outcomes, syntheses, ["alpha", "beta"])
        assert made.results[0].text == (
            "Humming lessons improve calm (mean difference 0.30 days, 95% CI 0.10 to 0.50; two trials, 200 people) "
            "and sleep (0.30, 95% CI 0.10 to 0.50)."
        )

    def test_outcomes_that_are_told_in_words_share_a_sentence(self) -> None:
        outcomes = [outcome_record("narrative"), outcome_record("narrative", id="sleep", name="sleep")]
        made = article(outcomes, [told(), told()], source_review=review())
        assert texts(made.results)[-1] == (
            "The review found no improvement in calm or sleep, which does not rule one out."
        )


class TestLimitations:
    def test_the_editors_own_come_last(self) -> None:
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], limitations=["It was only a test."])
        assert texts(made.limitations)[-1] == "It was only a test."


class TestProse:
    def test_placeholders_are_filled_with_the_printed_figures(self) -> None:
        words = (
            "{calm.studies} trials found {calm.estimate-with-interval}. "
            "{calm.studies} trials with {calm.participants} people, {calm.certainty}."
        )
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], writing={"background": words, "interpretation": "x."})
        assert made.background[0].text == (
            "Two trials found 0.30 (95% CI 0.10 to 0.50). Two trials with 200 people, high."
        )
        trace = made.background[0].trace
        assert trace.inputs["calm.estimate-with-interval"] == 0.3
        assert trace.studies == ("alpha", "beta")
        assert made.unfilled == ()

    def filled(self, text: str) -> str:
        why = {"set_by_editors_because": "it is a test"}
        falls = outcome_record(
            "reported", id="falls", name="falls", better="lower", baseline_risk={"per_1000": "100", "basis": why}
        )
        synthesis = reported(0.8, 0.7, 0.9, measure=Measure.RR, baseline=0.1, i2=12.0)
        source = review(articles=11, articles_pooled=6, followup="3 weeks")
        writing = {"background": text, "interpretation": "x."}
        made = article([falls], [synthesis], source_review=source, writing=writing)
        assert made.unfilled == ()
        return made.background[0].text

    @pytest.mark.parametrize(
        ("text", "printed"),
        [
            ("It was {falls.estimate}.", "It was 0.80."),
            ("It was {falls.interval}.", "It was 0.70 to 0.90."),
            ("It was {falls.i2}.", "It was 12%."),
            ("It was {falls.with-per-1000} or {falls.without-per-1000}.", "It was 80 or 100."),
            ("It was {falls.difference-per-1000}.", "It was −20."),
            ("It was {falls.participants} people in {falls.studies} trials.", "It was 1,265 people in five trials."),
            ("{review.articles} articles, {review.articles-pooled} pooled.", "Eleven articles, six pooled."),
            ("For {review.followup}, {review.studies} trials.", "For 3 weeks, eight trials."),
            ("All {review.participants} people. {review.studies} trials.", "All 2,131 people. Eight trials."),
            ("The certainty is {falls.certainty}.", "The certainty is moderate."),
        ],
    )
    def test_every_kind_of_figure_has_its_placeholder(self, text: str, printed: str) -> None:
        assert self.filled(text) == printed

    def test_a_placeholder_without_a_figure_is_reported(self) -> None:
        writing = {"background": "So {calm.with-per-1000} people.", "interpretation": "And {review.followup}."}
        made = article([CALM], [TWO_TRIALS], ["alpha", "beta"], writing=writing)
        assert [(item.field, item.placeholder) for item in made.unfilled] == [
            ("writing.background", "calm.with-per-1000"),
            ("writing.interpretation", "review.followup"),
        ]

    @pytest.mark.parametrize(
        ("synthesis", "name"),
        [
            (reported(), "review.articles"),
            (reported(), "calm.with-per-1000"),
            (replace(reported(), estimate=Estimate(value=0.3, low=None, high=None)), "calm.interval"),
            (replace(reported(), estimate=Estimate(value=0.3, low=None, high=None)), "calm.estimate-with-interval"),
            (told(), "calm.estimate"),
            (told(), "calm.interval"),
            (reported(i2=None), "calm.i2"),
        ],
    )
    def test_what_was_not_reported_cannot_be_written_of(self, synthesis: Synthesis, name: str) -> None:
        kind = "narrative" if isinstance(synthesis, NarrativeSynthesis) else "reported"
        writing = {"background": f"It was {{{name}}}.", "interpretation": "x."}
        made = article([outcome_record(kind)], [synthesis], source_review=review(), writing=writing)
        assert [item.placeholder for item in made.unfilled] == [name]
        assert made.background[0].text == f"It was {{{name}}}."


class TestLength:
    def long(self, words: int) -> Article:
        outcomes = [outcome_record(id=f"o{i}", name=f"outcome {name}") for i, name in enumerate("abcdef")]
        values = [
            (0.3, 0.1, 0.5),
            (0.6, 0.5, 0.7),
            (0.9, 0.8, 1.0),
            (0.1, -0.3, 0.5),
            (0.05, -0.1, 0.1),
            (-0.6, -0.7, -0.5),
        ]
        syntheses = [pooled(*value, rows=TWO_TRIALS.rows, outcome_id=f"o{i}") for i, value in enumerate(values)]
        writing = {"background": "word " * words, "interpretation": "x."}
        return article(outcomes, syntheses, ["alpha", "beta"], writing=writing)

    def test_a_short_article_tells_everything(self) -> None:
        assert self.long(5).folded == ()

    @pytest.mark.parametrize("words", [40, 80, 120, 160])
    def test_a_longer_one_is_shortened_to_two_minutes(self, words: int) -> None:
        made = self.long(words)
        assert made.words <= DEFAULT.most_words
        assert made.minutes <= 2

    def test_the_first_finding_and_harms_keep_their_figures(self) -> None:
        made = self.long(390)
        assert set(made.folded) == {"o1", "o2", "o3", "o4"}
        told_results = " ".join(texts(made.results))
        assert "outcome a (standardised mean difference 0.30" in told_results
        assert "outcome f (−0.60" in told_results


def test_every_made_sentence_has_a_trace_to_its_records() -> None:
    made = article([CALM], [TWO_TRIALS], ["alpha", "beta"])
    finding = made.results[0].trace
    assert (finding.rule, finding.template) == ("finding-difference", "findings.effect_difference")
    assert finding.studies == ("alpha", "beta")
    assert finding.inputs["calm.estimate"] == 0.3


def test_a_reported_finding_is_traced_to_its_place() -> None:
    made = article([outcome_record("reported")], [reported()], source_review=review())
    trace = made.results[-2].trace
    assert SOURCE in trace.sources


def test_how_to_read_the_source() -> None:
    made = article([outcome_record("reported")], [reported()], source_review=review())
    (link,) = made.reading
    assert link.text.text == "Read the review by Testson and Probe (2001) in Journal of Tests"
    assert link.url == "https://doi.org/10.1000/test"
    assert link.citation == "Testson T, Probe P. Humming. Journal of Tests. 2001;1:2-3."


class TestUnusualEvidence:
    """Evidence that is thin in some way still makes good sentences."""

    GOOD = re.compile(r"[A-Z][^{}]*[.?]")

    def well_formed(self, made: Article) -> None:
        for part in (made.key_points, (made.level, made.answer), *made.paragraphs):
            for sentence in part:
                assert self.GOOD.fullmatch(sentence.text), sentence.text
                assert not re.search(r"None|undefined|  | [,.;)]|\(\s", sentence.text), sentence.text

    def test_nothing_could_be_estimated(self) -> None:
        nothing = NotEstimable(outcome_id="calm", measure=Measure.SMD, not_pooled=(), reason="no usable result")
        made = article([CALM], [nothing], ["alpha", "beta"])
        self.well_formed(made)
        assert texts(made.key_points) == [
            "No study of humming lessons for adults who take part in tests could be used here.",
            "What the studies report of calm could not be brought together.",
        ]

    def test_a_review_that_prints_no_numbers_of_studies_or_people(self) -> None:
        source = review(studies=None, participants=None)
        made = article(
            [outcome_record("reported")], [reported(k=None, participants=None, i2=None)], source_review=source
        )
        self.well_formed(made)
        assert made.key_points[0].text == (
            "A review of randomised trials looked at humming lessons for adults who take part in tests."
        )
        assert "(standardised mean difference 0.30, 95% CI 0.10 to 0.50)" in made.results[0].text

    def test_a_rate_is_told_per_year(self) -> None:
        why = {"set_by_editors_because": "it is a test"}
        falls = outcome_record(
            id="falls", name="falls", better="lower", measure="IRR", baseline_risk={"per_1000": "50", "basis": why}
        )
        synthesis = pooled(0.8, 0.7, 0.9, measure=Measure.IRR, rows=TWO_TRIALS.rows, baseline=0.05, outcome_id="falls")
        made = article([falls], [synthesis], ["alpha", "beta"])
        self.well_formed(made)
        assert "about 40 (35 to 45) of every 1,000 people a year, against 50" in made.results[1].text

    def test_people_of_unknown_number(self) -> None:
        rows = [row(name, 0.3, 0.1, 50.0, participants=None) for name in ("alpha", "beta")]
        made = article([CALM], [replace(TWO_TRIALS, rows=tuple(rows), participants=None)], ["alpha", "beta"])
        self.well_formed(made)
        assert made.key_points[0].text.startswith("Two randomised trials compared humming lessons")
        assert "; two trials)" in made.results[0].text

    def test_studies_that_were_not_randomised_show_a_link(self) -> None:
        rows = [row(name, 0.9, 0.1, 50.0, design=Design.COHORT) for name in ("alpha", "beta")]
        known = {name: study(name, "cohort") for name in ("alpha", "beta")}
        record = summary([CALM], studies=list(known))
        made = write_article(appraise(record, known, [replace(TWO_TRIALS, rows=tuple(rows))]), RENDERER)
        self.well_formed(made)
        assert made.answer.text == "Humming lessons may be associated with a slightly higher level of calm."
        assert made.key_points[0].text.startswith("Two studies with 200 people compared")

    def test_a_single_group_has_nothing_to_be_compared_with(self) -> None:
        outcome = outcome_record(measure="PLO")
        made = article([outcome], [pooled(0.4, 0.3, 0.5, measure=Measure.PLO, rows=TWO_TRIALS.rows)], ["alpha", "beta"])
        self.well_formed(made)
        assert made.answer.text == "Calm had no group to be compared with."

    @pytest.mark.parametrize("direction", ["better", "worse", "mixed", "not-pooled", "not-reported"])
    def test_everything_is_told_in_words(self, direction: str) -> None:
        self.well_formed(article([outcome_record("narrative")], [told(direction)], source_review=review()))


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"doi": "10.1000/test", "url": "https://example.org"}, "https://doi.org/10.1000/test"),
        ({"url": "https://example.org/paper"}, "https://example.org/paper"),
        ({"pmcid": "PMC123", "pmid": "45"}, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/"),
        ({"pmid": "45"}, "https://pubmed.ncbi.nlm.nih.gov/45/"),
        ({}, None),
    ],
)
def test_the_best_address_of_a_source(fields: dict[str, str], url: str | None) -> None:
    assert address(Citation.model_validate({"title": "Humming", **fields})) == url


def test_a_citation_names_six_authors_and_leaves_out_what_it_does_not_know() -> None:
    authors = [{"family": name, "given": "A"} for name in "ABCDEFG"]
    cited = Citation.model_validate(
        {"title": "Why hum?", "author": authors, "issued": "2001-05", "volume": "3", "issue": "2"}
    )
    assert citation(cited) == "A A, B A, C A, D A, E A, F A, et al. Why hum? 2001;3(2)."


def test_an_outcome_that_no_study_reported_counts_none_in_the_summary_of_findings() -> None:
    record = summary([outcome_record("narrative"), outcome_record("narrative", id="sleep", name="sleep")])
    rows = finding_rows(appraise(record, {}, [told("not-reported"), told("not-pooled")]), RENDERER)
    assert [(item.studies, item.participants) for item in rows] == [(0, 0), (None, None)]
    assert rows[0].text == "No study reported calm."
