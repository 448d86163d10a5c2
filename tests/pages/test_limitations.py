"""Derived limitations: each told where its rule asks for it and nowhere else, with the figures that decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appraisal.builders_appraisal import outcome_record, pooled, reported, review, row, study, summary
from evibrief.appraisal.briefs import Brief, OutcomeBrief, appraise
from evibrief.appraisal.ratings import Certainty, Figure, Rating, Reason, Size, Step
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.pages.limitations_paragraph import derived_limitations
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.records.outcomes import Domain
from evibrief.synthesis.evidence import ReportedSynthesis, Synthesis

ROOT = Path(__file__).parents[2]
RENDERER = Renderer(ROOT / "templates")
DOMAINS = ("risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias")
NAMES = ("calm", "sleep", "joy")
# Many large trials of many lands: nothing but what a test adds limits them.
MANY = pooled(0.3, 0.1, 0.5, rows=[row(f"r{i}", 0.3, 0.3, 10.0, weeks=60.0) for i in range(10)], participants=1000)


def domain_of(rule: str) -> Domain:
    return Domain(next(name for name in DOMAINS if rule.startswith(name)))


def step(rule: str, levels: int = -1, judged: str | None = None, **figures: Figure) -> Step:
    return Step(
        domain=domain_of(rule),
        levels=levels,
        computed=levels,
        reason=Reason(rule=rule, figures=figures),
        judged_reason=judged,
    )


def brief(
    *steps: Sequence[Step], size: Sequence[Size] = (), synthesis: Synthesis = MANY, kind: str = "pooled", **changes: Any
) -> Brief:
    """One outcome for each list of steps."""
    count = max(1, len(steps))
    known = {f"r{i}": study(f"r{i}") for i in range(10)}
    record = summary(
        [outcome_record(kind, id=name, name=name) for name in NAMES[:count]], studies=list(known), **changes
    )
    made = appraise(record, known, [replace(synthesis, outcome_id=name) for name in NAMES[:count]])
    rated = [rate(item, steps[i] if steps else (), size[i] if size else None) for i, item in enumerate(made.outcomes)]
    return replace(made, outcomes=tuple(rated))


def rate(item: OutcomeBrief, steps: Sequence[Step], size: Size | None) -> OutcomeBrief:
    start = Reason(rule="start-randomised", figures={})
    rating = Rating(start=Certainty.HIGH, start_reason=start, steps=tuple(steps), certainty=Certainty.LOW)
    return replace(item, rating=rating, finding=replace(item.finding, size=size or item.finding.size))


def limits(made: Brief, settings: Settings = DEFAULT) -> list[Sentence]:
    return list(derived_limitations(RENDERER, made, settings))


def texts(made: Brief, settings: Settings = DEFAULT) -> list[str]:
    return [item.text for item in limits(made, settings)]


def test_where_nothing_limits_the_answer_nothing_is_said() -> None:
    assert texts(brief()) == []
    untouched = [step(f"{name}-low", levels=0) for name in DOMAINS]
    assert texts(brief(untouched)) == []


BIAS: dict[str, Figure] = {"high_percent": 71.6, "limit_percent": 65.0, "studies": 4, "high_studies": 2}


@pytest.mark.parametrize(
    ("rule", "figures", "text"),
    [
        (
            "risk-of-bias-not-assessed",
            {"not_assessed_percent": 100.0},
            "The risk of bias was not assessed for this page, so we trust the studies less.",
        ),
        ("risk-of-bias-not-known", {}, "We do not know how far bias may have affected these studies."),
        (
            "risk-of-bias-review-high",
            {**BIAS, "high_studies": 6, "studies": 8},
            "Six of the eight studies had a high or unclear risk of bias.",
        ),
        (
            "risk-of-bias-dominated",
            BIAS,
            "Studies that may be biased by the way they were done carry 72% of the weight.",
        ),
        (
            "risk-of-bias-changes",
            BIAS,
            "Studies that may be biased by the way they were done carry 72% of the weight.",
        ),
        (
            "risk-of-bias-matters",
            BIAS,
            "Studies that may be biased by the way they were done carry 72% of the weight.",
        ),
        (
            "risk-of-bias-dominated",
            {**BIAS, "high_percent": 100.0},
            "All of the studies may be biased by the way they were done.",
        ),
        (
            "risk-of-bias-dominated",
            {**BIAS, "high_percent": 100.0, "studies": 1},
            "The study may be biased by the way it was done.",
        ),
        (
            "inconsistency-both-sides",
            {"same_side_percent": 52.6, "limit_percent": 65.0},
            "The studies disagree with one another: no side has more than 53% of their weight.",
        ),
        (
            "inconsistency-prediction",
            {"i2": 92.0},
            "The studies disagree so widely that another study could find a difference in either direction.",
        ),
        (
            "inconsistency-review-high",
            {"i2": 80.0},
            "The review's studies differ from one another, and we cannot see in which direction.",
        ),
        ("imprecision-crosses-none", {}, "The figures are imprecise: the difference may go either way."),
        ("imprecision-crosses-none-widely", {}, "The figures are imprecise: the difference may be large either way."),
        (
            "imprecision-crosses-both",
            {},
            "The figures are imprecise: the difference may matter in either direction.",
        ),
        (
            "imprecision-crosses-important",
            {"smallest": 0.2},
            "The figures are imprecise: the difference may be too small to matter.",
        ),
        (
            "imprecision-no-interval",
            {},
            "The figures have no interval, so nobody can say how precise they are.",
        ),
        (
            "imprecision-very-wide",
            {"interval_ratio": 7.0},
            "The difference looks very large, but how large it is stays wide open.",
        ),
        (
            "imprecision-too-few-people",
            {"participants": 2900, "needed": 4400},
            "The difference is surprisingly large, and 2,900 people are too few to rely on one of that size.",
        ),
        (
            "publication-bias-signs",
            {"p": 0.01},
            "Small studies show larger effects than large ones, so some results may never have been published.",
        ),
    ],
)
def test_each_is_told_where_it_lowered_certainty(rule: str, figures: Mapping[str, Figure], text: str) -> None:
    (told,) = limits(brief([step(rule, **figures)]))
    assert told.text == text
    assert told.trace.rule == rule
    assert told.trace.outcomes == ("calm",)
    given = {f"calm.{name}": value for name, value in figures.items()}
    assert told.trace.inputs in (given, dict(figures))
    assert texts(brief([step(rule, levels=0, **figures)])) == []


LOWERING = re.compile(r'"((?:risk-of-bias|inconsistency|imprecision|publication-bias)-[a-z-]+)"')
# These never lower certainty by themselves.
NEUTRAL = re.compile(
    r"-(low|holds|left-out|review-low|single-study|little|explained|same-side|not-printed|none|enough-people"
    r"|size-not-known|too-few-studies|no-sign|other-way)$|^publication-bias-not-known$"
)


def test_every_rule_that_lowers_certainty_has_its_limitation() -> None:
    source = "".join(path.read_text() for path in (ROOT / "generator/evibrief/appraisal").glob("*.py"))
    rules = {rule for rule in LOWERING.findall(source) if not NEUTRAL.search(rule)}
    assert len(rules) >= 15
    everything: dict[str, Figure] = {**BIAS, "same_side_percent": 50.0, "participants": 10}
    for rule in sorted(rules):
        assert texts(brief([step(rule, **everything)])), rule


def test_outcomes_are_named_where_others_are_not_limited() -> None:
    sure: list[Step] = []
    doubted = [step("inconsistency-both-sides", same_side_percent=50.0), step("publication-bias-signs")]
    assert texts(brief(sure, doubted)) == [
        "The studies disagree about sleep: no side has more than 50% of their weight.",
        "For sleep, small studies show larger effects than large ones, so some results may never have been published.",
    ]
    open_ = [step("imprecision-crosses-both")]
    assert texts(brief(open_, sure, open_)) == [
        "The figures for calm and joy are imprecise: the difference may matter in either direction."
    ]
    rare = [step("imprecision-too-few-people", participants=70)]
    assert texts(brief(sure, rare)) == [
        "The difference in sleep is surprisingly large, and 70 people are too few to rely on one of that size."
    ]


def test_what_intervals_leave_open_is_told_in_one_sentence() -> None:
    made = brief(
        [step("imprecision-crosses-important", low=0.1)],
        [step("imprecision-crosses-important", low=-0.3)],
        [step("imprecision-crosses-none", low=-0.5)],
        size=[Size.SMALL, Size.TRIVIAL, Size.SMALL],
    )
    (told,) = limits(made)
    assert told.text == (
        "The figures are imprecise: for calm the difference may be too small to matter; for sleep it may be large "
        "enough to matter; for joy it may go either way."
    )
    assert told.trace.inputs == {"calm.low": 0.1, "sleep.low": -0.3, "joy.low": -0.5}


def test_of_several_pools_the_largest_share_of_bias_is_told_once() -> None:
    one, other = (
        [step("risk-of-bias-dominated", **BIAS)],
        [step("risk-of-bias-changes", **{**BIAS, "high_percent": 80.0})],
    )
    assert texts(brief(one, other)) == [
        "Studies that may be biased by the way they were done carry up to 80% of the weight."
    ]


@pytest.mark.parametrize("domain", ["inconsistency", "imprecision", "publication-bias", "indirectness"])
def test_a_persons_reason_is_told_where_a_person_lowered_certainty(domain: str) -> None:
    judged = replace(step(f"{domain}-of-somebody", judged="They all sang."), computed=0)
    (told,) = limits(brief([judged]))
    assert told.text == "They all sang."
    assert told.trace.rule == f"judgement-{domain}"
    assert told.trace.fields == ("outcomes.calm.judgements",)
    kept = replace(judged, levels=0)
    assert texts(brief([kept])) == []


def test_the_most_serious_come_first() -> None:
    steps = [
        step("publication-bias-signs"),
        step("imprecision-crosses-none"),
        step("inconsistency-both-sides", same_side_percent=50.0),
        step("risk-of-bias-not-known"),
    ]
    rules = [item.trace.rule for item in limits(brief(steps, search={"through": "2010"}))]
    assert rules == [
        "risk-of-bias-not-known",
        "inconsistency-both-sides",
        "imprecision-crosses-none",
        "publication-bias-signs",
        "limitation-old-search",
    ]


@pytest.mark.parametrize(("k", "speaks"), [(2, True), (4, True), (5, False)])
def test_few_studies(k: int, speaks: bool) -> None:
    few = pooled(0.3, 0.1, 0.5, rows=[row(f"r{i}", 0.3, 0.1, 100 / k) for i in range(k)])
    words = {2: "two", 4: "four", 5: "five"}[k]
    found = [item for item in limits(brief(synthesis=few)) if item.trace.rule == "limitation-few-studies"]
    assert [item.text for item in found] == ([f"No outcome rests on more than {words} trials."] if speaks else [])
    assert all(item.trace.inputs == {"most": k, "few": 4} for item in found)


def test_one_study_is_not_called_few() -> None:
    one = pooled(0.3, 0.1, 0.5, rows=[row("r1", 0.3, 0.1, 100.0)])
    assert texts(brief(synthesis=one)) == []


@pytest.mark.parametrize(
    ("through", "expected"),
    [
        ("2016-05-04", []),  # exactly five years before the last update
        ("2016-05-02", ["Nothing published after 2 May 2016 is included."]),
        ("2015", ["Nothing published after 2015 is included."]),
    ],
)
def test_an_old_search(through: str, expected: list[str]) -> None:
    found = limits(brief(search={"through": through}))
    assert [item.text for item in found] == expected
    assert all(item.trace.inputs["limit_years"] == 5.0 for item in found)
    assert texts(brief(search={"through": through}), Settings(old_search_years=20.0)) == []


def test_an_unknown_search() -> None:
    assert texts(brief(search={})) == ["How recent the search is, we do not know."]
    assert texts(brief(search={"note": "No search was made."})) == []


@pytest.mark.parametrize(("lands", "speaks"), [(("Utopia", "Utopia"), True), (("Utopia", "Atlantis"), False)])
def test_one_country(lands: tuple[str, str], speaks: bool) -> None:
    known = {name: study(name, countries=[land]) for name, land in zip(("r0", "r1"), lands, strict=True)}
    rows = [row("r0", 0.3, 0.1, 50.0, weeks=60.0), row("r1", 0.3, 0.1, 50.0, weeks=60.0)]
    record = summary([outcome_record()], studies=list(known))
    made = appraise(record, known, [pooled(0.3, 0.1, 0.5, rows=rows)])
    found = [item for item in limits(made) if item.trace.rule == "limitation-one-country"]
    assert [item.text for item in found] == (["All studies took place in Utopia."] if speaks else [])
    assert all(item.trace.inputs == {"country": "Utopia", "studies": 2} for item in found)
    unknown = appraise(record, {**known, "r1": study("r1")}, [pooled(0.3, 0.1, 0.5, rows=rows)])
    assert "All studies took place in Utopia." not in texts(unknown)


@pytest.mark.parametrize(("weeks", "speaks"), [((6.0, 8.0), True), ((6.0, 26.0), True), ((6.0, 26.1), False)])
def test_a_short_follow_up_of_our_own_pool(weeks: tuple[float, float], speaks: bool) -> None:
    rows = [row(f"r{i}", 0.3, 0.1, 50.0, weeks=at) for i, at in enumerate(weeks)]
    found = [item for item in limits(brief(synthesis=pooled(0.3, 0.1, 0.5, rows=rows))) if "weeks" in item.text]
    told = [f"The figures look no further than {max(weeks):.0f} weeks from the start."]
    assert [item.text for item in found] == (told if speaks else [])
    assert all(item.trace.inputs == {"longest_weeks": max(weeks), "limit_weeks": 26.0} for item in found)


def test_a_follow_up_that_is_not_known_is_not_called_short() -> None:
    rows = [row("r0", 0.3, 0.1, 50.0, weeks=6.0), row("r1", 0.3, 0.1, 50.0, weeks=None)]
    assert not any("weeks" in text for text in texts(brief(synthesis=pooled(0.3, 0.1, 0.5, rows=rows))))


def quoted(**changes: Any) -> list[Sentence]:
    made = brief(synthesis=reported(k=9), kind="reported", source_review=review(**changes))
    assert isinstance(made.outcomes[0].synthesis, ReportedSynthesis)
    return limits(made)


@pytest.mark.parametrize(
    ("longest", "text"),
    [
        ((6, "months", "end"), "No study followed people for longer than six months after the end."),
        ((26, "weeks", "start"), "No study followed people for longer than 26 weeks."),
        ((1, "weeks", "end"), "No study followed people for longer than one week after the end."),
        ((182, "days", "start"), "No study followed people for longer than 182 days."),
        ((183, "days", "start"), None),
        ((7, "months", "end"), None),
        ((1, "years", "start"), None),
        (None, None),
    ],
)
def test_a_short_follow_up_of_a_review(longest: tuple[int, str, str] | None, text: str | None) -> None:
    given = None if longest is None else dict(zip(("number", "unit", "counted_from"), longest, strict=True))
    found = quoted(longest_followup=given)
    assert [item.text for item in found] == ([] if text is None else [text])
    for item in found:
        assert item.trace.inputs["limit_weeks"] == 26.0
        assert item.trace.fields[0] == "source_review.longest_followup"
        assert item.trace.sources


def test_a_figure_read_at_second_hand() -> None:
    source = reported().source.model_copy(update={"seen_in": "testson-2001"})
    made = brief(synthesis=reported(k=9, source=source), kind="reported", source_review=review())
    assert texts(made) == ["We read the figures in Testson and Probe (2001), not in the original."]
    assert texts(brief(synthesis=reported(k=9), kind="reported", source_review=review())) == []


def test_what_a_review_left_out() -> None:
    rules = {"participants": "adults", "studies": "trials of humming", "excluded": "trials of singing."}
    made = brief(synthesis=reported(k=9), kind="reported", source_review=review(), eligibility=rules)
    (told,) = limits(made)
    assert told.text == "The results say nothing of what the review left out."
    assert told.trace.inputs == {"left_out": "trials of singing"}
    assert texts(brief(eligibility=rules)) == []


def test_each_is_told_once() -> None:
    same = [step("risk-of-bias-not-known")]
    assert len(texts(brief(same, same, same))) == 1
