"""Words, numbers and verdicts in prose."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import SOURCE, by_id, codes, fields, outcome, printed, study, summary
from evibrief.appraisal.settings import Settings
from evibrief.checks.prose import count_words, sentences
from evibrief.checks.running import lint_summary
from evibrief.checks.words import lint_article, numerals
from evibrief.records.study import Study
from evibrief.records.summary import Summary


def written(interpretation: str, **changes: Any) -> Summary:
    writing = {"background": "Things are common.", "interpretation": interpretation, "background_sources": [SOURCE]}
    return summary(outcomes=[outcome(None, evidence="narrative", **told())], writing=writing, **changes)


def told(direction: str = "not-pooled") -> dict[str, Any]:
    return {"narrative": {"direction": direction, "unknown": "The estimate."}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There was no effect on pain.", ["words-forbidden"]),
        ("There was no clear difference.", ["words-forbidden"]),
        ("There was little to no difference in pain.", []),
        ("It was no different from the old treatment.", ["words-forbidden"]),
        ("The treatment is ineffective.", ["words-forbidden"]),
        ("This proves the point.", ["words-forbidden"]),
        ("It was proven.", ["words-forbidden"]),
        ("It cannot be proven.", []),
        ("The fall was significant.", ["words-forbidden"]),
        ("The fall was non-significant.", ["words-forbidden"]),
        ("The signs were many.", []),
        ("There was a trend towards less pain.", ["words-forbidden"]),
        ("Trials failed to show more.", ["words-forbidden"]),
        ("The results are promising.", ["words-coloured"]),
        ("Doctors should offer it.", ["words-coloured"]),
        ("People should know.", ["words-coloured"]),
        ("There was much heterogeneity.", ["words-jargon"]),
        ("This is low-certainty evidence.", ["words-jargon"]),
        ("The odds ratio was small.", ["words-jargon"]),
        ("The confidence interval was wide.", ["words-jargon"]),
        ("The figures leave open which way it goes.", []),
        ("Reeffects and differences aside, things differ.", []),
    ],
)
def test_phrases(text: str, expected: list[str]) -> None:
    assert codes(lint_summary(written(text), {})) == expected


def test_every_phrase_of_a_field_is_told_at_once_and_in_its_field() -> None:
    bad = summary(
        outcomes=[outcome(None, evidence="narrative", **told(), note="An odds ratio. Significant.")],
        limitations=["No effect, no difference."],
    )
    found = lint_summary(bad, {})
    assert fields(found, "words-forbidden") == ["limitations.0", "outcomes.0.note"]
    assert "'No effect', 'no difference'" in found[0].message
    assert fields(found, "words-jargon") == []  # notes are for readers of the figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In 37 trials things fell.", ["37"]),
        ("In {thing.studies} trials things fell.", []),
        ("In thirty-seven trials things fell.", []),
        ("Things fell by 24 %, from 0.52 to 1,234.", ["24 %", "0.52", "1,234"]),
        ("The trials of 1998 and the 1990s, up to 3 May 2020, or 2020-05-03.", []),
        ("The trials had 2000 people.", ["2000"]),
        ("COVID-19, LI160, vitamin B12, SF-36, 5-HT and type 2 diabetes are names.", []),
        ("AMSTAR 2 and phase 3 are names, but not 3 phases.", ["3"]),
    ],
)
def test_numerals(text: str, expected: list[str]) -> None:
    assert numerals(text) == expected


def test_numbers_typed_into_prose() -> None:
    found = lint_summary(written("In 37 trials things fell."), {})
    assert fields(found, "p45-typed-number") == ["writing.interpretation"]
    elsewhere = written("Things fell.", notice="There are 37 trials.")
    assert codes(lint_summary(elsewhere, {})) == []


@pytest.mark.parametrize(("words", "speaks"), [(35, False), (36, True)])
def test_long_sentences(words: int, speaks: bool) -> None:
    text = " ".join(["thing"] * words) + "."
    found = [one.message for one in lint_summary(written(text), {}) if one.code == "words-long-sentence"]
    assert found == (["a sentence of 36 words ('thing thing thing thing thing ...')"] if speaks else [])


def test_sentences_and_words() -> None:
    assert sentences("One here, e.g. this. Two is 0.5 long? {thing.studies} trials.") == [
        "One here, e.g. this.",
        "Two is 0.5 long?",
        "{thing.studies} trials.",
    ]
    assert count_words("{thing.studies} well-known people's things, 0.5 of them") == 7


@pytest.mark.parametrize(
    ("words", "grade", "expected"),
    [
        (476, 10.0, []),
        (477, None, ["words-too-many"]),
        (100, 10.1, ["words-hard-to-read"]),
    ],
)
def test_articles(words: int, grade: float | None, expected: list[str]) -> None:
    assert codes(lint_article(written("Things fell."), words=words, grade=grade)) == expected


@pytest.mark.parametrize(("words", "speaks"), [(20, False), (21, True)])
def test_limits_are_those_of_the_publication(words: int, speaks: bool) -> None:
    settings = Settings(longest_sentence=20, most_words=300, hardest_grade=8)
    text = " ".join(["thing"] * words) + "."
    assert ("words-long-sentence" in codes(lint_summary(written(text), {}, settings))) == speaks
    found = lint_article(written("Things fell."), words=300, grade=8.0, settings=settings)
    assert found == ()
    found = lint_article(written("Things fell."), words=301, grade=8.1, settings=settings)
    assert [one.message for one in found] == [
        "the article has 301 words; 300 are the limit",
        "the article needs a reading grade of 8.1; 8 is the limit",
    ]


def judged(text: str, estimate: str, low: str, high: str, **changes: Any) -> list[str]:
    one = study([{**printed("MD", estimate, low, high), "outcome": "hope"}])
    hope = outcome("MD", id="hope", name="hope", **changes)
    writing = {"background": "Things are common.", "interpretation": text, "background_sources": [SOURCE]}
    found = lint_summary(summary([one], [hope], writing=writing), by_id([one]))
    return [code for code in codes(found) if code.startswith("words")]


@pytest.mark.parametrize(
    ("text", "figures", "speaks"),
    [
        ("The groups improved hope.", ("1.0", "-1.0", "3.0"), True),  # inconclusive
        ("The groups improved hope.", ("2.0", "1.0", "3.0"), False),
        ("The groups improved hope.", ("-2.0", "-3.0", "-1.0"), True),  # fewer points are worse
        ("The groups reduced hope.", ("-2.0", "-3.0", "-1.0"), False),
        ("The groups reduced hope.", ("2.0", "1.0", "3.0"), True),
        ("The groups may improve hope.", ("1.0", "-1.0", "3.0"), False),
        ("Whether the groups improve hope stays open.", ("1.0", "-1.0", "3.0"), False),
        ("The groups improved sleep.", ("1.0", "-1.0", "3.0"), False),
        ("The groups make little to no difference to hope.", ("1.0", "-1.0", "3.0"), True),
    ],
)
def test_verdicts_agree_with_findings(text: str, figures: tuple[str, str, str], speaks: bool) -> None:
    assert judged(text, *figures) == (["words-verdict"] if speaks else [])


def test_little_to_no_difference_where_the_finding_says_so() -> None:
    bands = {"small": "5", "basis": {"set_by_editors_because": "An example."}}
    text = "The groups made little to no difference to hope."
    assert judged(text, "1.0", "-1.0", "3.0", bands=bands) == []
    # One trial whose risk of bias nobody assessed: less than high certainty.
    text = "The groups make little to no difference to hope."
    assert judged(text, "1.0", "-1.0", "3.0", bands=bands) == ["words-too-sure"]
    text = "The groups may make little to no difference to hope."
    assert judged(text, "1.0", "-1.0", "3.0", bands=bands) == []


def test_a_finding_is_read_by_the_settings_of_the_publication() -> None:
    one = study([{**printed("SMD", "0.10", "0.01", "0.19"), "outcome": "hope"}])
    text = "The groups made little to no difference to hope."
    writing = {"background": "Things are common.", "interpretation": text, "background_sources": [SOURCE]}
    asked = summary([one], [outcome("SMD", id="hope", name="hope")], writing=writing)
    assert "words-verdict" not in codes(lint_summary(asked, by_id([one])))
    strict = Settings(smd_small=0.15)
    assert "words-verdict" in codes(lint_summary(asked, by_id([one]), strict))


@pytest.mark.parametrize(
    ("text", "risk", "speaks"),
    [
        ("Groups improve hope.", "low", False),  # high certainty: the verb alone
        ("Groups improve hope.", "high", True),
        ("Groups may improve hope.", "high", False),
        ("In this trial the groups improved hope.", "high", False),
        ("In this trial hope showed an increase.", "high", False),
        ("Groups improve sleep.", "high", False),
    ],
)
def test_a_general_claim_is_no_surer_than_its_finding(text: str, risk: str, speaks: bool) -> None:
    bias = {"tool": "RoB 1", "overall": {"level": risk, "reason": "An example."}, "assessed_by": "Nobody"}
    one = study([{**printed("MD", "2.0", "1.0", "3.0"), "outcome": "hope"}], risk_of_bias=[bias])
    hope = outcome("MD", id="hope", name="hope")
    writing = {"background": "Things are common.", "interpretation": text, "background_sources": [SOURCE]}
    found = codes(lint_summary(summary([one], [hope], writing=writing), by_id([one])))
    assert [code for code in found if code.startswith("words")] == (["words-too-sure"] if speaks else [])


def test_a_lower_outcome_that_is_better() -> None:
    assert judged("The groups helped with hope.", "-2.0", "-3.0", "-1.0", better="lower") == []
    assert judged("The groups helped with hope.", "2.0", "1.0", "3.0", better="lower") == ["words-verdict"]


def test_outcomes_told_in_words_bear_what_their_source_says() -> None:
    for direction, text, speaks in (
        ("better", "It improved hope.", False),
        ("worse", "It improved hope.", True),
        ("not-improved", "It improved hope.", True),
        ("better", "It increased hope.", False),  # whether more is better is not told
        ("better", "It increased hope, and made it worse.", True),
    ):
        hope = outcome(None, id="hope", name="hope", evidence="narrative", **told(direction))
        writing = {"background": "Things.", "interpretation": text, "background_sources": [SOURCE]}
        found = codes(lint_summary(summary(outcomes=[hope], writing=writing), {}))
        assert ("words-verdict" in found) == speaks


@pytest.mark.parametrize(
    ("text", "design", "speaks"),
    [
        ("Smoke causes things.", "case-control", True),
        ("Smoke reduces things.", "cohort", True),
        ("Smoke causes things.", "parallel", False),
        ("This cannot show whether smoke causes things.", "cohort", False),
        ("Things came more often with smoke.", "cohort", False),
    ],
)
def test_causes_from_studies_that_cannot_show_them(text: str, design: str, speaks: bool) -> None:
    one: Study = study([printed("OR", "1.20", "1.10", "1.31")], design=design)
    writing = {"background": "Smoke causes much.", "interpretation": text, "background_sources": [SOURCE]}
    found = codes(lint_summary(summary([one], [outcome("OR", name="pain")], writing=writing), by_id([one])))
    assert found == (["words-causal"] if speaks else [])


def test_one_randomised_study_among_others_may_show_a_cause() -> None:
    trial = study([printed("OR", "1.20", "1.10", "1.31")], design="parallel")
    cohort = study([printed("OR", "1.20", "1.10", "1.31")], name="cohort", design="cohort")
    writing = {"background": "Things.", "interpretation": "Smoke causes things.", "background_sources": [SOURCE]}
    both = summary([trial, cohort], [outcome("OR", name="pain")], writing=writing)
    assert "words-causal" not in codes(lint_summary(both, by_id([trial, cohort])))


def test_exposures_and_reviews_of_other_studies_show_no_causes() -> None:
    question = {**written("Things fell.").question.model_dump(mode="json"), "kind": "exposure"}
    assert "words-causal" in codes(lint_summary(written("Smoke causes things.", question=question), {}))
    review = {"reference": "main", "relation": "reports-on", "sources": [SOURCE]}
    for design, speaks in (("randomised", False), ("controlled", True)):
        told_of = written("Smoke causes things.", source_review={**review, "studies_design": design})
        assert ("words-causal" in codes(lint_summary(told_of, {}))) == speaks


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"search": {}}, ["part-search"]),
        ({"search": {"note": "Not known."}}, []),
        ({"funding": None}, ["part-funding"]),
        ({"limitations": []}, ["part-limitation"]),
        ({"writing": {"background": "Things.", "interpretation": "Things."}}, ["part-background-source"]),
    ],
)
def test_missing_parts(changes: dict[str, Any], expected: list[str]) -> None:
    found = summary(outcomes=[outcome(None, evidence="narrative", **told())], **changes)
    assert codes(lint_summary(found, {})) == expected


def test_all_prose_that_a_page_shows_is_read() -> None:
    question = written("Things fell.").question.model_dump(mode="json")
    question["intervention"]["explained"] = "It has no effect."
    judgement = {"domain": "indirectness", "levels": 0, "reason": "There was no effect, says an odds ratio."}
    fact = {"text": "There was no effect.", "source": SOURCE}
    pooled = {"measure": "SMD", "estimate": "0.20", "ci_low": "0.01", "ci_high": "0.39", "source": SOURCE}
    review = {"reference": "main", "relation": "re-pools", "studies_design": "randomised", "sources": [SOURCE]}
    whole = summary(
        outcomes=[outcome(None, evidence="reported", reported=pooled, judgements=[judgement], definition="No effect.")],
        question=question,
        notice="No effect.",
        title="No effect",
        source_review={**review, "facts": [fact]},
    )
    found = lint_summary(whole, {})
    assert codes(found) == ["words-forbidden"] * 6
    assert sorted(fields(found, "words-forbidden")) == [
        "notice",
        "outcomes.0.definition",
        "outcomes.0.judgements.0.reason",
        "question.intervention.explained",
        "source_review.facts.0.text",
        "title",
    ]


def test_a_group_that_is_only_described_has_no_verdict() -> None:
    one = study([{"type": "dichotomous", "outcome": "hope", "arms": {"new": {"events": 9, "n": 20}}}])
    hope = outcome("PLO", id="hope", name="hope")
    writing = {"background": "Things.", "interpretation": "It improved hope.", "background_sources": [SOURCE]}
    assert codes(lint_summary(summary([one], [hope], writing=writing), by_id([one]))) == []
