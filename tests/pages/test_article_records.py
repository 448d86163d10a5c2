"""The articles of this repository's own summaries, held to the rules of the two-minute format."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from evibrief.appraisal.briefs import Brief, appraise
from evibrief.appraisal.ratings import Conclusion
from evibrief.appraisal.settings import DEFAULT
from evibrief.pages.article import Article, write_article
from evibrief.pages.opening import is_harm
from evibrief.pages.readability import readability
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.records.folders import record_names
from evibrief.records.library import Library, read_library
from evibrief.synthesis import synthesise

ROOT = Path(__file__).parents[2]
RENDERER = Renderer(ROOT / "templates")
SLUGS = record_names(ROOT, "summaries", [])
FORBIDDEN = re.compile(
    r"no effect|(?<!little to )no difference|ineffective|significan|\btrend|\bproves|promising|undefined", re.IGNORECASE
)
CLUMSY = re.compile(r"\b(\w+) \1\b|\s[,.;:)]|[,.;:]{2}|\(\s| {2}|\.[A-Z]")


@cache
def library() -> Library:
    return read_library(ROOT)


@cache
def brief(slug: str) -> Brief:
    studies = {name: entry.study for name, entry in library().studies.items()}
    record = library().summaries[slug].summary
    return appraise(record, studies, synthesise(record, studies))


@cache
def written(slug: str) -> Article:
    return write_article(brief(slug), RENDERER)


def all_of(article: Article) -> list[Sentence]:
    parts = (article.key_points, (article.level, article.answer), *article.paragraphs)
    return [item for part in parts for item in part]


@pytest.mark.parametrize("slug", SLUGS)
class TestEverySummary:
    def test_it_is_read_in_two_minutes(self, slug: str) -> None:
        assert written(slug).words <= DEFAULT.most_words

    def test_its_key_points_are_few_and_short(self, slug: str) -> None:
        points = written(slug).key_points
        assert 2 <= len(points) <= 3
        assert all(len(point.text.split()) <= 30 for point in points)

    def test_nothing_in_its_prose_stays_unfilled(self, slug: str) -> None:
        assert written(slug).unfilled == ()

    def test_no_sentence_says_what_must_not_be_said(self, slug: str) -> None:
        for sentence in all_of(written(slug)):
            assert not FORBIDDEN.search(sentence.text), sentence.text

    def test_sentences_are_well_formed(self, slug: str) -> None:
        for sentence in all_of(written(slug)):
            assert not CLUMSY.search(sentence.text), sentence.text
            assert sentence.text[0].isupper() or sentence.text[0].isdigit()
            assert sentence.text.endswith((".", "?"))

    def test_harms_are_among_the_key_points(self, slug: str) -> None:
        told = {
            name for point in written(slug).key_points[1:] for name in (point.trace.outcomes if point.trace else ())
        }
        assert {item.outcome.id for item in brief(slug).outcomes if is_harm(item)} <= told

    def test_every_outcome_is_told_in_the_results(self, slug: str) -> None:
        told = {name for item in written(slug).results for name in (item.trace.outcomes if item.trace else ())}
        assert told == {item.outcome.id for item in brief(slug).outcomes}

    def test_every_limitation_and_a_source_are_there(self, slug: str) -> None:
        assert written(slug).limitations
        assert written(slug).reading

    def test_it_is_easy_to_read(self, slug: str) -> None:
        question = brief(slug).summary.question
        names = [question.population, question.condition, question.intervention.name, question.comparator.name]
        names += [item.outcome.name for item in brief(slug).outcomes]
        measured = readability(" ".join(item.text for item in all_of(written(slug))), familiar=names)
        assert measured.grade is not None
        assert measured.grade <= 10
        assert measured.words_per_sentence <= 20

    def test_reasons_of_its_ratings_can_be_told(self, slug: str) -> None:
        for item in brief(slug).outcomes:
            reasons = [item.finding.reason, *(step.reason for step in (item.rating.steps if item.rating else ()))]
            for reason in reasons:
                text = RENDERER.speak(f"reasons.{reason.rule}", f=reason.figures)
                assert text.endswith(".")
                assert not CLUMSY.search(text), text


def test_the_flagship_carries_every_fact_of_its_model() -> None:
    text = " ".join(item.text for item in all_of(written("peer-support-groups")))
    for fact in (
        "randomised trials",
        "2,131 people",
        "Evidence level: 1 (Excellent)",
        "adults of 18 or over",
        "used mental health services",
        "diagnosis",
        "validated screening tool",
        "randomised clusters",
        "partly randomised",
        "personal recovery, clinical recovery, use of acute mental health services and social outcomes",
        "Eleven articles discussing eight studies",
        "six of the articles entered the meta-analysis",
        "3 weeks to 6 months after the groups ended",
        "slightly improve overall recovery",
        "no improvement in empowerment or clinical symptoms, which does not rule one out",
        "hope",
    ):
        assert fact in text, fact


def test_a_finding_that_a_source_tells_in_words_is_never_rated() -> None:
    for slug in SLUGS:
        for item in brief(slug).outcomes:
            if item.finding.conclusion in (Conclusion.NOT_IMPROVED, Conclusion.UNKNOWN, Conclusion.NOT_REPORTED):
                assert item.rating is None
