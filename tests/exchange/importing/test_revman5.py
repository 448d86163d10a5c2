"""RevMan 5 files. The review hiccups.rm5 is made up; expected results are worked out by hand from its figures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.errors import RecordError
from evibrief.exchange.importing import Imported, read_foreign
from evibrief.exchange.importing.revman5 import read_revman5
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.reader import parse
from evibrief.records.study import Study
from evibrief.synthesis.evidence import PooledSynthesis
from evibrief.synthesis.pooled import pool_outcome
from oracle.loading import cases

FILE = Path(__file__).with_name("hiccups.rm5")
TEXT = FILE.read_text(encoding="latin-1")


@pytest.fixture(scope="module")
def review() -> Imported:
    return read_foreign(FILE)


def fields(imported: Imported, name: str) -> dict[str, Any]:
    record = next(record for record in imported.records if record.id == name)
    value: Any = parse(record.text, shown_as=record.path).value
    return dict(value)


def water(imported: Imported) -> dict[str, Any]:
    return fields(imported, "peppermint-tea-for-hiccups-peppermint-tea-versus-warm-water")


def outcome_of(imported: Imported, name: str) -> dict[str, Any]:
    for summary in imported.summaries:
        for outcome in fields(imported, summary.id)["outcomes"]:
            if outcome["id"] == name:
                return dict(outcome)
    raise AssertionError(name)


def pooled(imported: Imported, name: str) -> PooledSynthesis:
    raw = outcome_of(imported, name) | {"importance": "critical", "better": "lower"}
    studies = [Study.model_validate(fields(imported, study.id)) for study in imported.studies]
    made = pool_outcome(PooledOutcome.model_validate(raw), studies)
    assert isinstance(made, PooledSynthesis)
    return made


def test_a_check_asks_for_the_gaps_and_nothing_else(review: Imported, only_gaps: Callable[[Imported], None]) -> None:
    only_gaps(review)


def test_studies_have_their_citations(review: Imported) -> None:
    study = fields(review, "fakename-1991")
    main, chapter, source = study["reports"]
    assert main == {
        "id": "main",
        "role": "primary",
        "title": "Tea against hiccups: a trial that never was",
        "author": [{"family": "Fakename", "given": "F"}, {"family": "Invented-Person", "given": "IP"}],
        "container_title": "Journal of Nothing",
        "issued": 1991,
        "volume": "1",
        "issue": "2",
        "page": "3-4",
        "doi": "10.1000/fake.1991",
        "pmid": "999999991",
    }
    assert (chapter["role"], chapter["type"], chapter["publisher"]) == ("companion", "chapter", "No Press")
    assert source["author"] == [{"family": "Real", "given": "Nobody"}, {"family": "Madeup", "given": "Noémie"}]
    assert study["registrations"] == ["NCT99999991"]
    assert study["participants"] == "100 adults"


def test_a_study_without_a_reference_keeps_its_year(review: Imported) -> None:
    assert fields(review, "nobody-1992")["reports"][0]["issued"] == 1992
    assert [report["id"] for report in fields(review, "teatime")["reports"]] == ["review"]


def test_a_design_is_taken_only_from_plain_words(review: Imported) -> None:
    assert fields(review, "fakename-1991")["design"] == "randomised"
    assert fields(review, "nobody-1992")["design"] == "not-stated"  # cluster-randomised needs a person


def test_studies_of_one_name_are_reported_and_kept_apart(review: Imported) -> None:
    assert [study.id for study in review.studies] == ["fakename-1991", "nobody-1992", "nobody-1992-2", "teatime"]
    assert any("'Nobody 1992' would have the id nobody-1992" in line for line in review.unmapped)


def test_risk_of_bias_is_that_of_the_review(review: Imported) -> None:
    (risk,) = fields(review, "fakename-1991")["risk_of_bias"]
    levels = {name: judged["level"] for name, judged in risk["domains"].items()}
    assert levels == {
        "sequence-generation": "low",
        "allocation-concealment": "unclear",
        "blinding-of-participants": "high",
        "blinding-of-assessors": "high",
    }
    assert risk["domains"]["sequence-generation"]["reason"] == "By a coin."
    assert "Told by people: high. They tasted it." in risk["domains"]["blinding-of-assessors"]["reason"]
    assert risk["overall"]["level"] == "high"
    assert "risk_of_bias" not in fields(review, "nobody-1992")  # shown as unclear, and nobody has judged


@pytest.mark.parametrize(
    "part",
    [
        "Quality of the kettle",
        "1 excluded",
        "STD-GONE",
        "analysis 1.7 (What people said)",
        "analysis 1.8 (Comfort)",
        "analysis 2.1 (Lasting hiccups) is pooled by subgroup only",
        "Nobody 1992, analysis 1.2 (Minutes of hiccups): its figures",
        "Nobody 1992, analysis 1.4 (Time to relief): its interval does not fit",
        "Fakename 1991 stands more than once in analysis 1.2",
    ],
)
def test_what_does_not_fit_is_reported(review: Imported, part: str) -> None:
    assert [line for line in review.unmapped if part in line]


def test_mantel_haenszel_is_reproduced(review: Imported) -> None:
    tables = [(10, 40, 20, 30), (5, 35, 9, 31), (12, 48, 18, 42)]
    over = sum(Fraction(a * d, a + b + c + d) for a, b, c, d in tables)
    under = sum(Fraction(b * c, a + b + c + d) for a, b, c, d in tables)
    made = pooled(review, "lasting-hiccups")
    assert made.estimate.value == pytest.approx(float(over / under), rel=1e-12)
    assert made.estimate.value == pytest.approx(0.4774657, rel=1e-6)  # as the file prints it
    assert made.pooled.method == "MH"


def test_a_fixed_mean_difference_is_reproduced_with_its_subgroups(review: Imported) -> None:
    # Variance of a difference: 4/25 + 4/25 for the first study's two rows, 9/40 + 9/40 for the second.
    rows = [(-2.0, 0.32), (-3.0, 0.45), (-1.0, 0.32)]
    weights = [1 / v for _, v in rows]
    expected = sum(w * d for w, (d, _) in zip(weights, rows, strict=True)) / sum(weights)
    made = pooled(review, "minutes-of-hiccups")
    assert made.estimate.value == pytest.approx(expected, rel=1e-12)
    assert made.pooled.se == pytest.approx(sum(weights) ** -0.5, rel=1e-12)
    assert made.subgroups is not None
    names = {group.name: group.estimate.value for group in made.subgroups.groups}
    children = (-2.0 / 0.32 - 3.0 / 0.45) / (1 / 0.32 + 1 / 0.45)
    assert names == {"Adults": pytest.approx(-1.0), "Children": pytest.approx(children, rel=1e-12)}


def test_petos_odds_ratio_is_reproduced(review: Imported) -> None:
    # O - E and hypergeometric variance of 1/50 against 4/50, and 0/60 against 2/60.
    tables = [(1, 50, 5, 100), (0, 60, 2, 120)]
    observed = [a - n * m / total for a, n, m, total in tables]
    variance = [n * (total - n) * m * (total - m) / (total**2 * (total - 1)) for _, n, m, total in tables]
    expected = math.exp(sum(observed) / sum(variance))
    assert pooled(review, "choking").estimate.value == pytest.approx(expected, rel=1e-12)


def test_o_minus_e_is_reproduced_as_a_hazard_ratio(review: Imported) -> None:
    made = pooled(review, "death")
    assert made.estimate.value == pytest.approx(math.exp(-2.5 / 3.0), rel=1e-12)
    assert made.participants == 220


def test_o_minus_e_of_an_odds_ratio_stays_an_odds_ratio(review: Imported) -> None:
    made = pooled(review, "sneezing")
    assert made.measure == "OR"
    assert made.estimate.value == pytest.approx(math.exp(-1.5 / 2.0), rel=1e-7)


def test_an_estimate_is_read_on_the_scale_that_its_interval_shows(review: Imported) -> None:
    # 1.5 with 1.0144 to 2.218 is a ratio; 0.308 with -0.084 to 0.700 is the logarithm of one.
    (first,) = [r for r in fields(review, "fakename-1991")["results"] if r["outcome"] == "time-to-relief"]
    (second,) = [r for r in fields(review, "nobody-1992")["results"] if r["outcome"] == "time-to-relief"]
    assert float(first["contrast"]["estimate"]) == pytest.approx(1.5, rel=1e-7)
    assert float(second["contrast"]["estimate"]) == pytest.approx(math.exp(0.308), rel=1e-7)
    assert outcome_of(review, "time-to-relief")["model"]["tau2"] == "DL"


def test_the_words_at_the_axis_tell_which_end_is_better(review: Imported) -> None:
    assert outcome_of(review, "lasting-hiccups")["better"] == "lower"
    assert outcome_of(review, "time-to-relief")["better"] == "higher"
    assert outcome_of(review, "choking")["better"] is None


def test_outcomes_of_two_comparisons_do_not_mix(review: Imported) -> None:
    names = [outcome["id"] for summary in review.summaries for outcome in fields(review, summary.id)["outcomes"]]
    assert len(names) == len(set(names))
    assert {"lasting-hiccups-within-an-hour", "lasting-hiccups-within-a-day"} <= set(names)


def test_swapped_events_count_those_without(review: Imported) -> None:
    (relief,) = [r for r in fields(review, "teatime")["results"] if r["outcome"] == "relief"]
    assert relief["arms"] == {"peppermint-tea": {"events": 13, "n": 20}, "honey": {"events": 13, "n": 21}}


def test_the_reviews_criteria_and_search_come_along(review: Imported) -> None:
    summary = water(review)
    assert summary["eligibility"]["participants"] == "Adults and children with hiccups."
    assert summary["search"] == {"through": "2001-02-03"}
    assert summary["studies"] == ["fakename-1991", "nobody-1992", "nobody-1992-2", "teatime"]


ROW = (
    '<{0}_DATA STUDY_ID="{1}" EVENTS_1="{2}" TOTAL_1="50" EVENTS_2="4" TOTAL_2="50" '
    'MEAN_1="1" SD_1="1" MEAN_2="2" SD_2="1"/>'
)
SMALL = """<COCHRANE_REVIEW><COVER_SHEET><TITLE>Small</TITLE></COVER_SHEET><STUDIES><INCLUDED_STUDIES>
<STUDY ID="A" NAME="A 1991" YEAR="1991"/><STUDY ID="B" NAME="B 1991" YEAR="1991"/></INCLUDED_STUDIES></STUDIES>
<ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>C</NAME><{kind}_OUTCOME {attributes} NO="1"><NAME>O</NAME>
{rows}</{kind}_OUTCOME></COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"""


@pytest.mark.parametrize(
    ("kind", "attributes", "events", "message"),
    [
        ("DICH", 'EFFECT_MEASURE="RR" METHOD="MH" RANDOM="NO"', ("0", "5"), None),
        ("DICH", 'EFFECT_MEASURE="RR" METHOD="MH" RANDOM="YES"', ("3", "5"), None),
        ("DICH", 'EFFECT_MEASURE="RD" METHOD="MH" RANDOM="NO"', ("0", "5"), None),
        ("DICH", 'EFFECT_MEASURE="OR" METHOD="IV" RANDOM="YES"', ("3", "5"), "two studies"),
        ("CONT", 'EFFECT_MEASURE="SMD" RANDOM="NO"', ("3", "5"), None),
        ("CONT", 'EFFECT_MEASURE="MD" RANDOM="NO" CI_TOTAL="99"', ("3", "5"), "intervals of 99 %"),
        ("CONT", 'EFFECT_MEASURE="HR" RANDOM="NO"', ("3", "5"), "not one that is pooled here"),
    ],
)
def test_where_the_pool_is_not_quite_revmans_it_is_told(
    kind: str, attributes: str, events: tuple[str, str], message: str | None
) -> None:
    rows = "".join(ROW.format(kind, study, count) for study, count in zip("AB", events, strict=True))
    made = read_revman5(SMALL.format(kind=kind, attributes=attributes, rows=rows).encode(), "x.rm5")
    told = [line for line in made.unmapped if line.startswith("analysis 1.1 (O): ")]
    assert len(told) == (0 if message is None else 1)
    assert message is None or message in told[0]


def review_of(case_id: str, measure: str, *, random: bool) -> Imported:
    """A review with the tables of a reference case, pooled by Mantel-Haenszel."""
    data = cases()[case_id]["data"]
    tables = [t for t in zip(*(data[name] for name in ("ai", "n1i", "ci", "n2i")), strict=True) if None not in t]
    studies = "".join(f'<STUDY ID="S{i}" NAME="S{i} 1991" YEAR="1991"/>' for i in range(len(tables)))
    rows = "".join(
        f'<DICH_DATA STUDY_ID="S{i}" EVENTS_1="{a}" TOTAL_1="{n}" EVENTS_2="{c}" TOTAL_2="{m}"/>'
        for i, (a, n, c, m) in enumerate(tables)
    )
    attributes = f'EFFECT_MEASURE="{measure}" METHOD="MH" RANDOM="{"YES" if random else "NO"}" TOTALS="YES"'
    text = re.sub(r"(?<=<INCLUDED_STUDIES>\n).*(?=</INCLUDED)", studies, SMALL)
    return read_revman5(text.format(kind="DICH", attributes=attributes, rows=rows).encode(), "x.rm5")


@pytest.mark.parametrize("case_id", ["egger2001", "nielweise2007"])
@pytest.mark.parametrize("measure", ["OR", "RR"])
@pytest.mark.parametrize("random", [False, True])
def test_revmans_own_mantel_haenszel_is_reproduced(case_id: str, measure: str, random: bool) -> None:
    """RevMan 5's corrected cells and its random effects, as metafor 3.8-1 and meta 8.2-1 compute them."""
    reference = cases()[case_id]["mh"][measure]["revman5_mh"]
    made = pooled(review_of(case_id, measure, random=random), "o").pooled
    assert made.estimate == pytest.approx(reference["est" if random else "est_mh_corrected"], rel=1e-9)
    assert made.method == "MH"
    if random:
        assert made.tau2 == pytest.approx(reference["tau2"], rel=1e-9, abs=1e-12)


def test_revmans_standardised_difference_is_reproduced() -> None:
    """g = (1 - 3/(4 x 100 - 9)) x (-1), with variance 100/2500 + g^2/(2 (100 - 3.94)), in both studies."""
    rows = "".join(ROW.format("CONT", study, "3") for study in "AB")
    attributes = 'EFFECT_MEASURE="SMD" RANDOM="NO"'
    made = pooled(read_revman5(SMALL.format(kind="CONT", attributes=attributes, rows=rows).encode(), "x.rm5"), "o")
    g = -(1 - 3 / 391)
    assert made.estimate.value == pytest.approx(g)
    assert made.pooled.se == pytest.approx(math.sqrt((0.04 + g**2 / (2 * 96.06)) / 2))


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    read_foreign(FILE, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><COCHRANE_REVIEW>&b;</COCHRANE_REVIEW>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><COCHRANE_REVIEW>&a;</COCHRANE_REVIEW>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT[: len(TEXT) // 2], "not complete XML"),
        ("", "not complete XML"),
        ("<html><body>Not found</body></html>", "not a RevMan 5 review"),
        ("<COCHRANE_REVIEW TYPE='DTA'/>", "type DTA"),
        ("<COCHRANE_REVIEW/>", "no included study"),
        (BOMB, "document type definition"),
        (OUTSIDE, "document type definition"),
        ("<COCHRANE_REVIEW>&unknown;</COCHRANE_REVIEW>", "not complete XML"),
        ("<a>" * 200 + "</a>" * 200, "nested more than 100"),
        ("<?xml version='1.0' encoding='martian'?><COCHRANE_REVIEW/>", "encoding"),
    ],
)
def test_a_cut_off_or_foreign_file_gives_one_line(text: str, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_revman5(text.encode("latin-1"), "x.rm5")
    (problem,) = caught.value.problems
    assert message in problem.message
    assert "\n" not in str(problem)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_in_the_fields_the_records_are_sound(data: st.DataObject) -> None:
    strange = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<&"'), max_size=30)
    numbers = st.sampled_from(["", "0", "-1", "1e400", "NaN", "Infinity", "12.5", "99999999999999999999", "7", "3.0"])
    text = TEXT
    for old, values in (
        ("Fakename 1991", strange), ("Lasting hiccups", strange), ("Peppermint tea", strange), ("By a coin.", strange),
        ("Favours tea", strange), ("10.1000/fake.1991", strange), ('EVENTS_1="10"', numbers), ('SD_1="2.0"', numbers),
        ('TOTAL_1="50"', numbers), ('SE="0.1996"', numbers), ('VAR="2.0"', numbers), ('YEAR="1992"', strange),
    ):  # fmt: skip
        name, equals, _ = old.partition("=")
        value = data.draw(values)
        text = text.replace(old, f'{name}="{value}"' if equals else value)
    made = read_revman5(text.replace("ISO-8859-1", "UTF-8").encode(), "x.rm5")
    for study in made.studies:
        assert study.gaps == 0
        Study.model_validate(parse(study.text, shown_as=study.path).value)
    for summary in made.summaries:
        parse(summary.text, shown_as=summary.path)
