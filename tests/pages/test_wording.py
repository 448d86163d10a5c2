"""Every sentence that the wording can say: all cells, all reasons, in good English and without a forbidden word."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from appraisal.builders_appraisal import outcome_record, pooled, review, summary, told
from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.appraisal.ratings import (
    Certainty,
    Conclusion,
    Course,
    Figure,
    Finding,
    Rating,
    Reason,
    Size,
)
from evibrief.errors import SiteError
from evibrief.pages.rendering import Renderer
from evibrief.pages.statements import Noun, cell_of, clause, sentence, speak_cell, statements
from evibrief.pages.wording_table import estimated_cells, wording_table
from evibrief.records.outcomes import AnyOutcome
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import PooledSynthesis
from pages.wording_expected import TOLD, expected

ROOT = Path(__file__).parents[2]
RENDERER = Renderer(ROOT / "templates")

# What must never be said of evidence (communication.md 3.4; DESIGN.md, section 4).
FORBIDDEN = re.compile(
    r"no effect|(?<!little to )no difference|ineffective|significan|\btrend|\bprove|promising|benefit|undefined|none\b",
    re.IGNORECASE,
)
# Double adverbs, doubled words, spaces before marks, marks in a row.
CLUMSY = re.compile(r"\b(\w+) \1\b|\s[,.;:)]|[,.;:]{2}|\(\s|probably may|may probably| {2}")
CAUSAL = re.compile(r"\b(increases?|reduces?|improves?|leads? to|effects?|causes?|makes?)\b")


def good(text: str) -> None:
    assert text[0].isupper()
    assert text.endswith(".")
    assert not FORBIDDEN.search(text), text
    assert not CLUMSY.search(text), text


@pytest.mark.parametrize("plural", [True, False])
@pytest.mark.parametrize("again", [True, False])
def test_every_cell_is_one_good_sentence(plural: bool, again: bool) -> None:
    name = ("they" if plural else "it") if again else ("humming lessons" if plural else "humming")
    term = Noun(name=name, plural=plural, again=again)
    for cell in estimated_cells():
        text = sentence(RENDERER, [speak_cell(RENDERER, cell, term, "calm")])
        good(text)
        assert "calm" in text
        wrong = r"\b(they|lessons) (\w+ly )*(is|has|reduces|increases|improves|makes|leads)\b"
        right = r"\b(it|humming) (\w+ly )*(are|have|reduce|increase|improve|make|lead)\b"
        assert not re.search(wrong if plural else right, text, re.IGNORECASE), text


def test_the_verb_carries_the_certainty_by_one_adverb() -> None:
    adverbs = {Certainty.HIGH: (), Certainty.MODERATE: ("probably",), Certainty.LOW: ("may",)}
    for row in wording_table(RENDERER, Noun(name="humming", plural=False), "calm"):
        said = tuple(re.findall(r"\b(probably|may|likely|possibly|might|could)\b", row.text))
        if row.cell.certainty is Certainty.VERY_LOW:
            assert said == ()
            assert "the evidence is very uncertain" in row.text.lower()
        elif row.cell.certainty is not None:
            assert said == adverbs[row.cell.certainty], row.text


def test_a_link_is_never_worded_as_an_effect() -> None:
    for row in wording_table(RENDERER, Noun(name="humming", plural=False), "calm"):
        if row.cell.template.startswith("findings.link"):
            assert not CAUSAL.search(row.text), row.text


def test_different_cells_of_a_difference_differ_in_words() -> None:
    rows = wording_table(RENDERER, Noun(name="humming", plural=False), "calm")
    told_apart = {
        row.text: row.cell
        for row in rows
        if row.cell.template == "findings.effect_difference"
        and row.cell.size in (Size.LARGE, Size.MODERATE, Size.SMALL, Size.TRIVIAL)
    }
    assert len(told_apart) == 3 * 4 * 2 * 4 - 3 * 4  # good and bad scores share "reduces calm"


def test_the_table_holds_every_cell_and_each_says_what_was_written_by_hand() -> None:
    wanted = list(expected())
    assert len(wanted) == 2 * (4 * (3 * 5 * 2 + 3 + 4) + 1)
    assert len(dict(wanted)) == len(wanted)
    table = wording_table(RENDERER, Noun(name="humming", plural=False), "it")
    said = {row.cell: row.text for row in table if not row.cell.template.startswith("findings.told_")}
    assert said == dict(wanted)
    told = {row.cell.template.removeprefix("findings.told_"): row.text for row in table if row.cell not in said}
    assert told == TOLD
    # Each conclusion that there is has its words, and no words are left without one.
    estimated = {"difference", "little-to-no", "inconclusive"}
    assert {name.replace("_", "-") for name in TOLD} == {conclusion.value for conclusion in Conclusion} - estimated


def test_every_finding_that_can_be_falls_into_a_cell_of_the_table() -> None:
    """All findings with an estimate, certain or not, of every kind of question: none is outside the table."""
    table = {cell for cell, _ in expected()}
    record = summary()
    trials, others = Reason(rule="start-randomised", figures={}), Reason(rule="start-not-randomised", figures={})
    for conclusion in (Conclusion.DIFFERENCE, Conclusion.LITTLE_TO_NO, Conclusion.INCONCLUSIVE):
        for certainty, course, size, better, measure, start, kind in product(
            Certainty,
            Course,
            [*Size, None],
            ("higher", "lower"),
            ("RR", "SMD"),
            (trials, others),
            ("intervention", "exposure"),
        ):
            question = record.question.model_copy(update={"kind": kind})
            for open_to in ((Course.INCREASES,), (Course.REDUCES,), (Course.REDUCES, Course.INCREASES), ()):
                item = brief_of(conclusion, certainty, course, size, open_to, better, measure)
                assert item.rating is not None
                rated = replace(item, rating=replace(item.rating, start_reason=start))
                cell = cell_of(question, rated)
                assert cell in table
                is_link = kind == "exposure" or start is others
                assert cell.template.startswith("findings.link_" if is_link else "findings.effect_")


EXPECTED = {
    ("effect", Certainty.HIGH, Size.LARGE): "Humming leads to a large reduction in the risk of falls.",
    ("effect", Certainty.MODERATE, Size.MODERATE): "Humming probably reduces the risk of falls.",
    ("effect", Certainty.LOW, Size.SMALL): "Humming may slightly reduce the risk of falls.",
    ("effect", Certainty.LOW, None): "Humming may reduce the risk of falls.",
    ("effect", Certainty.MODERATE, Size.TRIVIAL): (
        "Humming probably slightly reduces the risk of falls, perhaps by too little to matter."
    ),
    ("link", Certainty.MODERATE, Size.LARGE): "Humming is probably associated with a much lower risk of falls.",
    ("link", Certainty.LOW, Size.SMALL): "Humming may be associated with a slightly lower risk of falls.",
}


@pytest.mark.parametrize("key", EXPECTED, ids=str)
def test_sentences_read_as_a_medical_editor_would_print_them(
    key: tuple[str, Certainty, Size | None],
) -> None:
    way, certainty, size = key
    row = next(
        cell
        for cell in estimated_cells()
        if cell.template == f"findings.{way}_difference"
        and (cell.certainty, cell.size, cell.course) == (certainty, size, Course.REDUCES)
        and cell.scale == "risk"
        and not cell.more_is_good
    )
    text = sentence(RENDERER, [speak_cell(RENDERER, row, Noun(name="humming", plural=False), "falls")])
    assert text == EXPECTED[key]


@cache
def measured(better: str, measure: str) -> tuple[AnyOutcome, PooledSynthesis]:
    record = summary([outcome_record(better=better, measure=measure)])
    return record.outcomes[0], pooled(1.5, 1.2, 1.8, measure=Measure(measure))


def brief_of(
    conclusion: Conclusion,
    certainty: Certainty | None,
    course: Course | None,
    size: Size | None,
    open_to: tuple[Course, ...],
    better: str,
    measure: str,
) -> OutcomeBrief:
    record, synthesis = measured(better, measure)
    finding = Finding(
        outcome_id="calm",
        conclusion=conclusion,
        certainty=certainty,
        course=course,
        size=size,
        for_better=None,
        compatible_with=open_to,
        reason=Reason(rule="finding-difference", figures={}),
    )
    start = Reason(rule="start-randomised", figures={})
    rating = (
        None if certainty is None else Rating(start=Certainty.HIGH, start_reason=start, steps=(), certainty=certainty)
    )
    return OutcomeBrief(outcome=record, synthesis=synthesis, rating=rating, finding=finding)


def test_every_finding_has_exactly_one_clause_whatever_the_question() -> None:
    courses = [(Course.INCREASES,), (Course.REDUCES,), (Course.REDUCES, Course.INCREASES), ()]
    kinds = [("intervention", "plural"), ("intervention", "singular"), ("exposure", "plural"), ("exposure", "singular")]
    for kind, number in kinds:
        record = summary()
        term = record.question.intervention.model_copy(update={"number": number})
        question = record.question.model_copy(update={"kind": kind, "intervention": term})
        asked = record.model_copy(update={"question": question})
        for conclusion, certainty, course, size, open_to, better, measure in product(
            Conclusion, [*Certainty, None], Course, [*Size, None], courses, ("higher", "lower"), ("RR", "SMD")
        ):
            item = brief_of(conclusion, certainty, course, size, open_to, better, measure)
            parts = statements(question, [item])
            assert len(parts) == 1
            good(sentence(RENDERER, [clause(RENDERER, asked, parts[0])]))


def test_outcomes_that_share_a_cell_share_a_clause() -> None:
    one = brief_of(Conclusion.DIFFERENCE, Certainty.LOW, Course.INCREASES, Size.SMALL, (), "higher", "SMD")
    other = OutcomeBrief(
        outcome=one.outcome.model_copy(update={"id": "sleep", "name": "sleep"}),
        synthesis=one.synthesis,
        rating=one.rating,
        finding=one.finding,
    )
    record = summary()
    (part,) = statements(record.question, [one, other])
    assert clause(RENDERER, record, part) == "humming lessons may slightly improve calm and sleep"
    assert clause(RENDERER, record, part, again=True) == "they may slightly improve calm and sleep"


def test_not_improved_is_told_as_what_was_not_found() -> None:
    record = summary([outcome_record("narrative")], source_review=review())
    item = OutcomeBrief(
        outcome=record.outcomes[0],
        synthesis=told(),
        rating=None,
        finding=Finding(
            outcome_id="calm",
            conclusion=Conclusion.NOT_IMPROVED,
            certainty=None,
            course=None,
            size=None,
            for_better=None,
            reason=Reason(rule="finding-told", figures={}),
        ),
    )
    assert cell_of(record.question, item).template == "findings.told_not_improved"
    (part,) = statements(record.question, [item])
    assert clause(RENDERER, record, part) == "the review found no improvement in calm, which does not rule one out"


RULES = sorted(
    {
        rule
        for path in (ROOT / "generator/evibrief/appraisal").glob("*.py")
        for rule in re.findall(
            r'"((?:start|risk-of-bias|inconsistency|imprecision|publication-bias|large-effect|level|finding)-[a-z-]+|large-effect|not-judged|judged)"',
            path.read_text(),
        )
        if rule not in ("large-effect-", "risk-of-bias", "publication-bias")
    }
    | {f"finding-{conclusion}" for conclusion in ("difference", "little-to-no", "inconclusive")}
)
# One plausible value for every figure that a reason may name.
FIGURES: dict[str, Figure] = {
    **dict.fromkeys(("studies", "high_studies", "participants", "needed", "fewest"), 12),
    **dict.fromkeys(("randomised", "quasi_randomised", "uncontrolled", "case_control", "low_studies"), 3),
    **dict.fromkeys(("high_percent", "limit_percent", "not_assessed_percent", "same_side_percent"), 66.6),
    **dict.fromkeys(("i2", "limit_i2"), 42.0),
    **dict.fromkeys(("estimate", "interval_ratio", "limit_ratio", "large", "smallest"), 2.5),
    **dict.fromkeys(("low", "prediction_low", "appreciable_low"), 0.5),
    **dict.fromkeys(("high", "prediction_high", "appreciable_high"), 4.5),
    **dict.fromkeys(("p", "subgroup_p"), 0.02),
    **dict.fromkeys(("null",), 1.0),
    **dict.fromkeys(("not_stated",), 0),
    **dict.fromkeys(("subgroup", "unit"), "measure"),
}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_reason_in_words(rule: str) -> None:
    good(RENDERER.speak(f"reasons.{rule}", f=FIGURES))


def test_all_rules_were_found() -> None:
    assert len(RULES) >= 65


@pytest.mark.parametrize(
    ("name", "context", "message"),
    [
        ("nowhere.sentence", {}, r"no template 'nowhere\.j2'.*; add it as the installed version has it"),
        ("findings.no-where", {}, r"findings\.j2 has no macro no_where .*; add it as the installed version has it"),
        ("findings.told_mixed", {"names": ["calm"]}, "not provided"),
        ("findings.told_mixed", {"names": ["calm"], "source": "review", "other": 1}, "other"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_an_error_and_not_a_gap(
    name: str, context: dict[str, object], message: str
) -> None:
    with pytest.raises(SiteError, match=message):
        RENDERER.speak(name, **context)


def test_html_is_escaped_and_sentences_in_it_too(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text("{{ text }} {{ speak('grammar.certainty', word=text) }}")
    renderer = Renderer(tmp_path, ROOT / "templates" / "wording")
    assert renderer.render("page.html.j2", text="<b> & {{ 7 }}") == "&lt;b&gt; &amp; {{ 7 }} &lt;b&gt; &amp; {{ 7 }}"
    with pytest.raises(SiteError, match="undefined"):
        renderer.render("page.html.j2")
