"""A second language is a second folder: a whole article in German, from the same records and the same rules."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from appraisal.builders_appraisal import outcome_record, pooled, reported, review, row, study, summary, told
from evibrief.appraisal.briefs import Brief, appraise
from evibrief.pages.article import Article, write_article
from evibrief.pages.rendering import Renderer
from evibrief.pages.statements import Noun
from evibrief.pages.wording_table import wording_table
from evibrief.statistics.measures import Measure

ROOT = Path(__file__).parents[2]
ENGLISH, GERMAN = ROOT / "templates" / "wording", Path(__file__).parent / "german"
# What an article is made of; a page needs the rest of the folder, and the templates above it.
OF_ARTICLES = ("article", "findings", "grammar", "labels")


@cache
def german() -> Renderer:
    return Renderer(ROOT / "templates", GERMAN)


def macros(folder: Path, name: str) -> dict[str, list[str]]:
    """The sentences of a file, each with the names that it takes."""
    tree = Environment().parse((folder / f"{name}.j2").read_text(encoding="utf-8"))
    return {macro.name: [argument.name for argument in macro.args] for macro in tree.find_all(nodes.Macro)}


@pytest.mark.parametrize("name", OF_ARTICLES)
def test_the_second_language_has_every_sentence_of_the_first(name: str) -> None:
    ours, theirs = macros(ENGLISH, name), macros(GERMAN, name)
    helpers = {"people_of"}
    assert {key: theirs[key] for key in theirs if key not in helpers} == ours


def test_it_has_the_reason_of_every_evidence_level() -> None:
    ours = {name for name in macros(ENGLISH, "reasons") if name.startswith("level_")}
    assert set(macros(GERMAN, "reasons")) == ours


QUESTION = {
    "population": "Erwachsene vor einer Prüfung",
    "condition": "Unruhe",
    "intervention": {"name": "Summstunden", "number": "plural"},
    "comparator": {"name": "Stille", "number": "singular"},
}
WRITING = {"background": "Viele Menschen summen.", "interpretation": "{ruhe.studies} Studien, Ruhe {ruhe.estimate}."}


def tell(brief: Brief) -> Article:
    return write_article(brief, german())


def lines(made: Article) -> list[str]:
    return [
        *(point.text for point in made.key_points),
        made.level.text,
        *(sentence.text for part in made.paragraphs for sentence in part),
        *(item.text.text for item in made.reading),
    ]


def pool() -> Brief:
    known = {name: study(name) for name in ("alpha", "beta")}
    rows = [row("alpha", 0.3, 0.1, 50.0, weeks=6.0, risk=None), row("beta", 0.3, 0.1, 50.0, weeks=8.0, risk=None)]
    record = summary(
        [
            outcome_record(id="ruhe", name="Ruhe"),
            outcome_record(id="schlaf", name="Schlaf"),
            outcome_record(id="sturz", name="Stürze", better="lower", measure="RR"),
        ],
        studies=list(known),
        question=QUESTION,
        writing=WRITING,
        eligibility={"participants": "Erwachsene", "studies": "randomisierte Studien zum Summen"},
        search={"through": "2015-03-12", "databases": ["PRÜFLINE", "SUMMBASE"]},
        limitations=["Es war nur ein Versuch."],
    )
    return appraise(
        record,
        known,
        [
            pooled(0.3, 0.1, 0.5, rows=rows, participants=2131, outcome_id="ruhe"),
            pooled(0.1, -0.3, 0.5, rows=rows, participants=2131, outcome_id="schlaf"),
            pooled(0.8, 0.7, 0.9, rows=rows, participants=90, outcome_id="sturz", measure=Measure.RR, baseline=0.1),
        ],
    )


def test_a_whole_article_of_a_pool() -> None:
    assert lines(tell(pool())) == [
        "Zwei randomisierte Studien mit 200 Menschen verglichen Summstunden mit Stille für Erwachsene vor einer "
        "Prüfung.",
        "Summstunden verbessern wahrscheinlich Ruhe etwas; es ist unklar, ob sie Schlaf verändern; sie verringern "
        "wahrscheinlich Stürze.",
        "Evidenzstufe: 1 (Ausgezeichnet). Eine Metaanalyse von zwei randomisierten Studien.",
        "Viele Menschen summen.",
        "Wir fragten, was Summstunden für Erwachsene vor einer Prüfung bewirken, verglichen mit Stille.",
        "Wir schlossen ein: randomisierte Studien zum Summen.",
        "Es nahmen teil: Erwachsene.",
        "Gefragt war nach Ruhe, Schlaf und Stürze.",
        "Gesucht wurde in PRÜFLINE und SUMMBASE bis 12. März 2015.",
        "Summstunden verbessern wahrscheinlich Ruhe (standardisierte mittlere Differenz 0,30, 95-%-KI 0,10 bis 0,50; "
        "zwei Studien, 2.131 Menschen) etwas.",
        "Von zwei zufällig gewählten Menschen, einem aus jeder Gruppe, ginge es dem mit Summstunden in etwa "
        "58\N{NO-BREAK SPACE}% der Fälle besser; der bloße Zufall ergäbe 50\N{NO-BREAK SPACE}%.",
        "Es ist unklar, ob Summstunden Schlaf (0,10, 95-%-KI −0,30 bis 0,50) verändern.",
        "Sie verringern wahrscheinlich Stürze (relatives Risiko 0,80, 95-%-KI 0,70 bis 0,90; zwei Studien, 90 "
        "Menschen).",
        "Das sind etwa 80 (70 bis 90) von je 1.000 Menschen, gegen 100 mit Stille.",
        "Das Verzerrungsrisiko wurde für diese Seite nicht beurteilt, darum trauen wir den Studien weniger.",
        "Die Zahlen sind ungenau: bei Schlaf kann der Unterschied in beide Richtungen gehen.",
        "Kein Ergebnis beruht auf mehr als zwei Studien.",
        "Was nach 12. März 2015 erschien, fehlt.",
        "Die Zahlen reichen nicht weiter als 8 Wochen ab Beginn.",
        "Es war nur ein Versuch.",
        "Zwei Studien, Ruhe 0,30.",
    ]


def test_a_whole_article_of_a_review() -> None:
    asked = review(
        articles=11,
        articles_pooled=6,
        followup="drei Wochen bis sechs Monate",
        high_or_unclear_risk_studies=6,
        longest_followup={"number": 6, "unit": "months", "counted_from": "end"},
    )
    record = summary(
        [outcome_record("reported", id="ruhe", name="Ruhe"), outcome_record("narrative", id="mut", name="Mut")],
        source_review=asked,
        question=QUESTION,
        writing={"background": "Viele Menschen summen.", "interpretation": "Sie dürfen weiter summen."},
        eligibility={"participants": "Erwachsene", "studies": "Studien zum Summen", "excluded": "Studien zum Singen"},
    )
    syntheses = [reported(0.1, -0.6, 0.8, i2=80.0, k=3, participants=1265), told()]
    assert lines(tell(appraise(record, {}, syntheses))) == [
        "Eine Übersicht über acht randomisierte Studien mit 2.131 Menschen galt der Frage: Summstunden für Erwachsene "
        "vor einer Prüfung.",
        "Was Summstunden für Ruhe bewirken, ist sehr ungewiss; die Übersicht fand keine Besserung bei Mut, was keine "
        "ausschließt.",
        "Evidenzstufe: 1 (Ausgezeichnet). Eine Übersicht über randomisierte Studien.",
        "Viele Menschen summen.",
        "Die Übersicht von Testson und Probe (2001) fragte, was Summstunden für Erwachsene vor einer Prüfung bewirken, "
        "verglichen mit Stille.",
        "Sie schloss ein: Studien zum Summen.",
        "Es nahmen teil: Erwachsene.",
        "Sie ließ weg: Studien zum Singen.",
        "Gefragt war nach Ruhe und Mut.",
        "Gesucht wurde in TESTLINE bis 1. März 2020.",
        "Elf Artikel über acht Studien mit 2.131 Menschen wurden eingeschlossen; sechs davon gingen in die Metaanalyse "
        "ein.",
        "Nachbeobachtet wurde drei Wochen bis sechs Monate.",
        "Was Summstunden für Ruhe (standardisierte mittlere Differenz 0,10, 95-%-KI −0,60 bis 0,80; drei Studien, "
        "1.265 Menschen) bewirken, ist sehr ungewiss.",
        "Die Übersicht fand keine Besserung bei Mut, was keine ausschließt.",
        "Sechs der acht Studien hatten ein hohes oder unklares Verzerrungsrisiko.",
        "Die Studien der Übersicht unterscheiden sich, und wir sehen nicht, in welcher Richtung.",
        "Die Zahlen sind ungenau: der Unterschied kann in beide Richtungen groß sein.",
        "Kein Ergebnis beruht auf mehr als drei Studien.",
        "Keine Studie beobachtete länger als sechs Monate nach dem Ende.",
        "Von dem, was die Übersicht wegließ, sagen die Ergebnisse nichts.",
        "Sie dürfen weiter summen.",
        "Die Übersicht von Testson und Probe (2001) in Journal of Tests lesen",
    ]


ENGLISH_WORDS = re.compile(r"\b(the|of|and|or|with|may|is|are|people|trials?|study|studies|evidence|risk|it|they)\b")


def test_every_cell_of_the_wording_table_is_said_in_the_second_language() -> None:
    for plural, again in product((True, False), repeat=2):
        term = Noun(name="Summstunden" if plural else "Summen", plural=plural, again=again)
        for item in wording_table(german(), term, "Ruhe"):
            assert "Ruhe" in item.text
            assert not ENGLISH_WORDS.search(item.text), item.text
            assert not re.search(r"undefined|\s[,.;]| {2}", item.text), item.text


def test_numbers_are_printed_as_the_second_language_prints_them() -> None:
    told_here = " ".join(lines(tell(pool())))
    assert not re.search(r"\d\.\d{2}\b|\d,\d{3}\b|\d%", told_here)
    assert not ENGLISH_WORDS.search(told_here)
