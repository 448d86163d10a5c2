"""Words that mislead, numbers that go stale, sentences that nobody finishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import Severity
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .prose import all_prose, count_words, sentences, writing
from .remarks import OURS, Check, Remark, remark

FORBIDDEN = Check(
    code="words-forbidden",
    title="Words that claim more than figures can",
    severity=Severity.ERROR,
    rule="no prose says: no effect, no difference (but: little to no difference), no different, ineffective, proves,"
    " significant, non-significant, trend towards, failed to",
    source="Cochrane Handbook 5.1, 12.7.4 and chapter 15; Alderson and Chalmers, BMJ 2003",
)
COLOURED = Check(
    code="words-coloured",
    title="Words that praise, promise or recommend",
    severity=Severity.WARNING,
    rule="no prose says: promising, encouraging, breakthrough, remarkable, dramatic; no recommendation",
    source="spin: Boutron 2010, doi:10.1001/jama.2010.651; no recommendations: Cochrane plain language guidance",
)
JARGON = Check(
    code="words-jargon",
    title="Words that readers do not understand",
    severity=Severity.WARNING,
    rule="lay prose does not say: imprecision, indirectness, downgraded, heterogeneity, low-certainty evidence (of any"
    " level), confidence interval, risk ratio, odds ratio, hazard ratio, p-value",
    source="Cochrane plain language guidance",
)
TYPED_NUMBER = Check(
    code="p45-typed-number",
    title="A number typed into prose",
    severity=Severity.WARNING,
    rule="background, interpretation and limitations give figures as placeholders, such as {hope.studies}; dates,"
    " names and identifiers are not figures, and number words are free",
    source="Olsen and Herrin 2000: in 40 % of reviews numbers in the text disagreed with the analysis",
)
LONG_SENTENCE = Check(
    code="words-long-sentence",
    title="A sentence too long to follow",
    severity=Severity.WARNING,
    rule="no sentence of lay prose has more words than the setting longest_sentence (35 unless set otherwise)",
    source=f"Cochrane plain language guidance (20 on average); limit {OURS}",
)
TOO_LONG = Check(
    code="words-too-many",
    title="The article takes longer than two minutes",
    severity=Severity.WARNING,
    rule="key points and paragraphs have at most as many words as the setting most_words (476 unless set otherwise)",
    source="Brysbaert 2019, doi:10.1016/j.jml.2019.104047: 238 words a minute, silent reading",
)
HARD_TO_READ = Check(
    code="words-hard-to-read",
    title="The article asks for too many years of school",
    severity=Severity.WARNING,
    rule="reading grade (Flesch-Kincaid, prose without statistics) at most the setting hardest_grade (10 unless set"
    " otherwise)",
    source=f"AMA and NIH aim at grades 6 to 8; limit {OURS}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What not to say, and what to say instead."""

    pattern: re.Pattern[str]
    check: Check
    advice: str


def _phrase(pattern: str, check: Check, advice: str) -> Phrase:
    return Phrase(pattern=re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), check=check, advice=advice)


_STAY_OPEN = "say what the figures leave open; 'little to no difference' only where the finding says it"
PHRASES = (
    _phrase(r"no (?:\w+ )?effects?", FORBIDDEN, _STAY_OPEN),
    _phrase(r"(?<!little to )(?<!little or )no (?:\w+ )?difference|no different", FORBIDDEN, _STAY_OPEN),
    _phrase(r"ineffective(?:ness|ly)?|not effective", FORBIDDEN, _STAY_OPEN),
    _phrase(r"prov(?:e|es|ed|en|ing)(?= that\b)|proves|proven", FORBIDDEN, "say shows, or suggests"),
    _phrase(r"(?:non-?|in)?significan(?:t|ce|tly)", FORBIDDEN, "say how large, and how sure; or 'important'"),
    _phrase(r"trend(?:s|ed|ing)? (?:to|towards?|in favou?r)", FORBIDDEN, _STAY_OPEN),
    _phrase(r"fail(?:s|ed)? to", FORBIDDEN, _STAY_OPEN),
    _phrase(r"promising|encouraging|breakthrough|remarkabl[ey]|dramatic(?:ally)?", COLOURED, "say what was found"),
    _phrase(r"recommend(?:s|ed|ation|ations)?|(?:patients|doctors|people|you) should", COLOURED, "say what was found"),
    _phrase(r"imprecision|indirectness|(?:down|up)graded|heterogene(?:ity|ous)", JARGON, "say it in plain words"),
    _phrase(r"(?:very low|low|moderate|high)[ -]certainty evidence", JARGON, "the verb says how sure: may, probably"),
    _phrase(r"confidence intervals?|p[ -]values?", JARGON, "say what the figures leave open"),
    _phrase(r"(?:risk|odds|hazard|rate) ratios?", JARGON, "give numbers of people, by a placeholder"),
)
# "proves to be", "not proven" and the like claim nothing of an effect.
_HARMLESS = re.compile(r"\b(?:not|never|un|cannot be|yet to be) ?prov(?:e|en|ed)\b", re.IGNORECASE)

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# Not figures: dates; names with a digit (COVID-19, LI160, B12, SF-36, 5-HT); numbered things (type 2, phase 3).
_NAMES = re.compile(
    rf"\b\d{{1,2}} (?:{_MONTH})\b|\b(?:{_MONTH}) \d{{1,2}}\b"
    r"|\b(?:1[5-9]|20)\d\d(?:s\b|-\d\d-\d\d|\b)(?! ?%)"
    r"(?! (?:people|participants|studies|trials|women|men|patients|points)\b)"
    r"|\b[A-Za-z]+[-/]?\d[\w-]*|\b\d+-?[A-Za-z]{1,3}\d*\b|\b\d+[A-Za-z]\w*"
    r"|\b(?:types?|phases?|stages?|grades?|levels?|versions?|parts?|tables?|figures?|chapters?|sections?|AMSTAR"
    r"|RoB|GRADE) \d+\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*(?: ?%)?")


def phrases(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """Prose says nothing that the figures cannot bear, and nothing that readers do not understand."""
    for piece in all_prose(summary):
        found = [(phrase, word) for phrase in PHRASES for word in said(phrase, piece.text)]
        for check in (FORBIDDEN, COLOURED, JARGON) if piece.is_lay else (FORBIDDEN, COLOURED):
            words = [word for phrase, word in found if phrase.check is check]
            advice = next((phrase.advice for phrase, _ in found if phrase.check is check), "")
            if words:
                text = f"{', '.join(repr(word) for word in words)} does not belong here"
                yield remark(check, summary, piece.location, text, advice, words=", ".join(words))


def said(phrase: Phrase, text: str) -> list[str]:
    """Return the words of a text that a phrase forbids."""
    harmless = [range(*match.span()) for match in _HARMLESS.finditer(text)]
    return [
        match.group()
        for match in phrase.pattern.finditer(text)
        if not any(match.start() in within for within in harmless)
    ]


def typed_numbers(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P45: figures in the editors' prose are placeholders, so that they cannot go stale."""
    for piece in writing(summary):
        found = numerals(piece.text)
        if found:
            text = f"the number {', '.join(found)} is typed into prose"
            advice = "quote it by a placeholder such as {review.studies}, write it in words, or move it to the facts"
            yield remark(TYPED_NUMBER, summary, piece.location, text, advice, numbers=", ".join(found))


def numerals(text: str) -> list[str]:
    """Return the numerals in a piece of prose that are figures: no dates, names or identifiers."""
    return _NUMERAL.findall(_NAMES.sub(" ", _PLACEHOLDER.sub(" ", text)))


def long_sentences(summary: Summary, studies: Mapping[str, Study], settings: Settings) -> Iterator[Remark]:
    """Sentences of lay prose stay short enough to follow."""
    for piece in all_prose(summary):
        for sentence in sentences(piece.text) if piece.is_lay else ():
            length = count_words(sentence)
            if length > settings.longest_sentence:
                text = f"a sentence of {length} words ('{' '.join(sentence.split()[:5])} ...')"
                yield remark(LONG_SENTENCE, summary, piece.location, text, "make it two", words=length)


def lint_article(
    summary: Summary, *, words: int, grade: float | None, settings: Settings = DEFAULT
) -> tuple[Remark, ...]:
    """Return what is wrong with the length and the difficulty of a written article.

    ``words`` counts what is read in the two minutes; ``grade`` is the reading grade of its lay prose without
    statistics, missing where it is too short to measure.
    """
    found = []
    if words > settings.most_words:
        text = f"the article has {words} words; {settings.most_words} are the limit"
        found.append(remark(TOO_LONG, summary, ("writing",), text, "shorten background and meaning", words=words))
    if grade is not None and grade > settings.hardest_grade:
        text = f"the article needs a reading grade of {grade:.1f}; {settings.hardest_grade:g} is the limit"
        found.append(remark(HARD_TO_READ, summary, ("writing",), text, "use shorter words and sentences", grade=grade))
    return tuple(found)


CHECKS = (FORBIDDEN, COLOURED, JARGON, TYPED_NUMBER, LONG_SENTENCE, TOO_LONG, HARD_TO_READ)
SUMMARY_CHECKS = (phrases, typed_numbers)
CHECKS_BY_SETTINGS = (long_sentences,)
