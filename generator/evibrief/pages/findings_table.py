"""The summary of findings: one row for each outcome, with the columns of Core GRADE 6."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Certainty, Conclusion, Rating
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.pages.statements import clause, statements
from evibrief.pages.voice import say
from evibrief.records.outcomes import PooledOutcome, ReportedOutcome
from evibrief.records.summary import ReviewDesign, Summary
from evibrief.statistics.absolute import AbsoluteEffect
from evibrief.synthesis.evidence import NotEstimable, PooledSynthesis, ReportedSynthesis, Synthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyBadge:
    """A certainty as a word and as so many of four circles."""

    word: str
    filled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePer:
    """Natural frequencies in print, on one denominator. ``difference`` has its sign; ``low`` and ``high`` are raw."""

    denominator: int
    without: str
    with_it: str
    difference: str
    low: float | None
    high: float | None
    over: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One outcome. ``kind`` is pooled, reported, narrative or not-estimable; ``text`` the finding in words.

    ``design`` says what kind of studies they are: randomised, mixed, not-randomised, or nothing where there is no
    figure.
    """

    outcome_id: str
    name: str
    importance: str
    time_window: str
    kind: str
    studies: int | None
    participants: int | None
    measure: str
    effect: str
    people: PeoplePer | None
    certainty: CertaintyBadge | None
    text: str
    design: str = ""


def finding_rows(brief: Brief, renderer: Renderer) -> tuple[FindingRow, ...]:
    """Return the rows in the summary's order."""
    return tuple(_row(brief.summary, item, renderer) for item in brief.outcomes)


def finding_sentence(summary: Summary, brief: OutcomeBrief, renderer: Renderer) -> Sentence:
    """Return what may be said of one outcome, as a sentence of its own."""
    statement = statements(summary.question, [brief])[0]
    return say(
        renderer,
        "findings.sentence",
        rule=brief.finding.reason.rule,
        cells=(statement.cell.template,),
        inputs=statement.figures,
        outcomes=(brief,),
        clauses=[clause(renderer, summary, statement)],
    )


def badge(rating: Rating | None) -> CertaintyBadge | None:
    """Return a rating as word and circles; nothing where nothing could be rated."""
    return None if rating is None else badge_of(rating.certainty)


def badge_of(certainty: Certainty) -> CertaintyBadge:
    """Return a level of certainty as word and circles."""
    return CertaintyBadge(word=certainty.word, filled=certainty.value)


def kind_of(synthesis: Synthesis) -> str:
    """Return the kind of evidence, as a record words it."""
    match synthesis:
        case PooledSynthesis():
            return "pooled"
        case ReportedSynthesis():
            return "reported"
        case NotEstimable():
            return "not-estimable"
        case _:
            return "narrative"


def _row(summary: Summary, brief: OutcomeBrief, renderer: Renderer) -> FindingRow:
    synthesis, outcome = brief.synthesis, brief.outcome
    figures = synthesis if isinstance(synthesis, PooledSynthesis | ReportedSynthesis) else None
    return FindingRow(
        outcome_id=outcome.id,
        name=outcome.name,
        importance=outcome.importance,
        time_window=outcome.time_window or "",
        kind=kind_of(synthesis),
        studies=_counted(brief, None if isinstance(synthesis, NotEstimable) else synthesis.k),
        participants=_counted(brief, None if isinstance(synthesis, NotEstimable) else synthesis.participants),
        measure=renderer.speak("labels.measure", code=figures.measure.value) if figures else "",
        effect=estimate_text(figures.estimate, figures.measure, renderer.language) if figures else "",
        people=_people(brief, figures.absolute, renderer) if figures else None,
        certainty=badge(brief.rating),
        text=finding_sentence(summary, brief, renderer).text,
        design=_design(summary, synthesis),
    )


def _design(summary: Summary, synthesis: Synthesis) -> str:
    """Return what kind of studies the figures of an outcome come from."""
    if isinstance(synthesis, PooledSynthesis):
        randomised = {row.design.is_randomised for row in synthesis.rows}
        return "mixed" if len(randomised) > 1 else "randomised" if randomised == {True} else "not-randomised"
    if isinstance(synthesis, ReportedSynthesis) and summary.source_review is not None:
        only = summary.source_review.studies_design is ReviewDesign.RANDOMISED
        return "randomised" if only else "not-randomised"
    return ""


def _counted(brief: OutcomeBrief, number: int | None) -> int | None:
    """Return how many there are; none where no study reported the outcome, which is not the same as not known."""
    return 0 if brief.finding.conclusion is Conclusion.NOT_REPORTED else number


def _people(brief: OutcomeBrief, effect: AbsoluteEffect | None, renderer: Renderer) -> PeoplePer | None:
    if effect is None:
        return None
    printed = formats.frequencies(effect.control, effect.intervention, renderer.language)
    outcome = brief.outcome
    risk = outcome.baseline_risk if isinstance(outcome, PooledOutcome | ReportedOutcome) else None
    return PeoplePer(
        denominator=effect.denominator,
        without=printed.without,
        with_it=printed.intervention,
        difference=printed.difference,
        low=effect.difference_low,
        high=effect.difference_high,
        over=risk.over or "" if risk else "",
    )
