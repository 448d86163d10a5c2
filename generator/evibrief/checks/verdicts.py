"""Verdicts in prose against the findings: an editor's sentence must not say what the figures do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evibrief.appraisal.briefs import appraise_outcome
from evibrief.appraisal.ratings import Certainty, Conclusion, Course, Finding
from evibrief.appraisal.settings import Settings
from evibrief.errors import Severity
from evibrief.records.markup import plain_of
from evibrief.records.outcomes import AnyOutcome
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis import synthesise_outcome

from .prose import sentences
from .remarks import Check, Location, Remark, remark

VERDICT = Check(
    code="words-verdict",
    title="A verdict that the finding does not bear",
    severity=Severity.WARNING,
    rule="a sentence of the interpretation that names an outcome and says, unhedged, that it rises, falls, improves or"
    " worsens, agrees with the finding of that outcome; 'little to no difference' likewise",
    source="spin in 58 % of abstracts: Boutron 2010, doi:10.1001/jama.2010.651",
)
TOO_SURE = Check(
    code="words-too-sure",
    title="A general claim that is surer than its finding",
    severity=Severity.WARNING,
    rule="a sentence of the interpretation that names an outcome of less than high certainty does not say, unhedged and"
    " in the present tense, that something reduces, increases, improves, worsens or prevents it",
    source="spin: Boutron 2010, doi:10.1001/jama.2010.651; one adverb for each certainty: GRADE 26",
)
CAUSAL = Check(
    code="words-causal",
    title="Causes claimed from studies that cannot show them",
    severity=Severity.WARNING,
    rule="where no study was randomised, title and interpretation do not say, unhedged: causes, leads to, results in,"
    " prevents, protects, because of, due to, thanks to, reduces, increases, improves, effect of",
    source="causal spin; GRADE starts such evidence at low",
)

_DOWN = r"reduc(?:e|es|ed|ing)|lower(?:s|ed|ing)?|decreas(?:e|es|ed|ing)|cuts?|fewer|less often|prevent(?:s|ed|ing)?"
_UP = r"increas(?:e|es|ed|ing)|rais(?:e|es|ed|ing)|more often"
_BETTER = r"improv(?:e|es|ed|ing)|help(?:s|ed)|benefit(?:s|ed)?|better|works"
_WORSE = r"worsen(?:s|ed|ing)?|harm(?:s|ed)|worse"
_CLAIMS = {
    name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for name, pattern in (("down", _DOWN), ("up", _UP), ("better", _BETTER), ("worse", _WORSE))
}
_LITTLE = re.compile(r"\blittle (?:to|or) no (?:difference|change)\b", re.IGNORECASE)
_CAUSE = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)|lead(?:s|ing)? to|led to|result(?:s|ed)? in|prevent(?:s|ed)?|protect(?:s|ed)?|because of"
    rf"|due to|thanks to|effects? of|{_DOWN.replace('fewer|less often|', '')}|{_UP.replace('|more often', '')}"
    r"|improv(?:es|ed))\b",
    re.IGNORECASE,
)
# What is said of all people and not of those in the studies: in the present tense.
_GENERAL = re.compile(
    r"(?<!a )(?<!an )(?<!the )(?<!to )(?<!of )\b(?:reduces?|lowers?|decreases?|prevents?|increases?|raises?"
    r"|improves?|helps?|works?|worsens?|leads? to|results? in|makes? little (?:to|or) no (?:difference|change))\b",
    re.IGNORECASE,
)
# A sentence with one of these leaves the matter open, denies it, or is a question.
_HEDGE = re.compile(
    r"\b(?:whether|if|may|might|could|would|can|cannot|perhaps|possibly|probably|seem(?:s|ed)?|appear(?:s|ed)?|suggest(?:s|ed)?"
    r"|unclear|uncertain|unknown|open|room|not|no|nor|neither|hint|either)\b|\?|n't\b",
    re.IGNORECASE,
)
_OPEN = (
    Conclusion.INCONCLUSIVE,
    Conclusion.NOT_IMPROVED,
    Conclusion.MIXED,
    Conclusion.UNKNOWN,
    Conclusion.NOT_REPORTED,
    Conclusion.NOT_ESTIMABLE,
)


def verdicts(summary: Summary, studies: Mapping[str, Study], settings: Settings) -> Iterator[Remark]:
    """Sentences of the interpretation that judge an outcome agree with its finding, and are no surer than it."""
    at: Location = ("writing", "interpretation")
    for sentence in sentences(plain_of(summary.writing.interpretation)):
        little, claims = _LITTLE.search(sentence), _claims(sentence)
        if not little and not claims:
            continue
        for outcome in summary.outcomes:
            if not _names(sentence, outcome):
                continue
            finding = _finding(summary, outcome, studies, settings)
            fault = _little_fault(finding) if little else _fault(claims, finding)
            if fault is not None:
                word = little.group() if little else next(iter(claims.values()))
                text = f"'{word}' is said of {outcome.name}, but its finding {fault}"
                advice = "say what the finding says; it is computed from the figures"
                yield remark(VERDICT, summary, at, text, advice, outcome=outcome.id, finding=finding.conclusion.value)
            elif not _HEDGE.search(_LITTLE.sub("", sentence)):
                yield from _surer(summary, at, sentence, outcome, finding)


def _finding(summary: Summary, outcome: AnyOutcome, studies: Mapping[str, Study], settings: Settings) -> Finding:
    """The finding that the page prints: by the project's settings, and without studies that it leaves out."""
    synthesis = synthesise_outcome(outcome, [studies[name] for name in summary.studies])
    return appraise_outcome(summary, outcome, synthesis, studies, settings).finding


def _surer(summary: Summary, at: Location, sentence: str, outcome: AnyOutcome, finding: Finding) -> Iterator[Remark]:
    claim = _GENERAL.search(sentence)
    if claim and finding.certainty is not None and finding.certainty < Certainty.HIGH:
        word = finding.certainty.word
        text = f"'{claim.group()}' says of {outcome.name} without a doubt what is of {word} certainty"
        advice = "say 'probably' (moderate) or 'may' (low), or what happened in these studies, in the past tense"
        yield remark(TOO_SURE, summary, at, text, advice, outcome=outcome.id, certainty=word)


def _claims(sentence: str) -> dict[str, str]:
    """Return the directions that a sentence claims, each with its word; none where it is hedged."""
    if _HEDGE.search(sentence):
        return {}
    return {name: match.group() for name, pattern in _CLAIMS.items() if (match := pattern.search(sentence))}


def _names(sentence: str, outcome: AnyOutcome) -> bool:
    name = re.sub(r"^(?:the|a|an|overall) ", "", outcome.name.casefold())
    return re.search(rf"\b{re.escape(name)}(?:s|es)?\b", sentence.casefold()) is not None


def _little_fault(finding: Finding) -> str | None:
    return None if finding.conclusion is Conclusion.LITTLE_TO_NO else f"is {_worded(finding)}"


def _fault(claims: Mapping[str, str], finding: Finding) -> str | None:
    """Return how a finding disagrees with the directions claimed; nothing if it bears one of them."""
    if finding.conclusion in _OPEN:
        return f"is {_worded(finding)}"
    if finding.for_better is None:
        return None
    borne = {"better" if finding.for_better else "worse"}
    if finding.course is not None:
        borne.add("down" if finding.course is Course.REDUCES else "up")
    comparable = {"better", "worse"} if finding.course is None else set(_CLAIMS)
    return (
        None
        if borne & set(claims) or not comparable & set(claims)
        else f"goes the other way ({', '.join(sorted(borne))})"
    )


def _worded(finding: Finding) -> str:
    return finding.conclusion.value.replace("-", " ")


def causal_words(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """Where nothing was randomised, prose does not claim causes."""
    if not _is_observational(summary, studies):
        return
    pieces: tuple[tuple[Location, str], ...] = (
        (("title",), summary.title),
        (("writing", "interpretation"), plain_of(summary.writing.interpretation)),
    )
    for location, text in pieces:
        for sentence in sentences(text):
            match = _CAUSE.search(sentence)
            if match and not _HEDGE.search(sentence):
                what = f"'{match.group()}' claims a cause, but no study here was randomised"
                advice = "say what was observed: 'more often', 'goes along with'"
                yield remark(CAUSAL, summary, location, what, advice, words=match.group())


def _is_observational(summary: Summary, studies: Mapping[str, Study]) -> bool:
    if summary.question.kind == "exposure":
        return True
    if summary.source_review is not None and summary.source_review.relation == "reports-on":
        return summary.source_review.studies_design.value != "randomised"
    return bool(summary.studies) and not any(studies[name].design.is_randomised for name in summary.studies)


CHECKS = (VERDICT, TOO_SURE, CAUSAL)
SUMMARY_CHECKS = (causal_words,)
CHECKS_BY_SETTINGS = (verdicts,)
