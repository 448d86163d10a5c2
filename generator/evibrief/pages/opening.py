"""The top of the article: key points, evidence level and the answer in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Conclusion
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.pages.sentences import Sentence
from evibrief.pages.statements import Statement, clause, noun, sentence, statements
from evibrief.pages.voice import Speaker, say
from evibrief.records.outcomes import Importance
from evibrief.records.summary import ReviewDesign
from evibrief.synthesis.evidence import PooledSynthesis


def key_points(speaker: Speaker, brief: Brief, settings: Settings = DEFAULT) -> tuple[Sentence, ...]:
    """Say what was studied, what was found (the most important first), and then what must not be left out: what got
    worse, and findings on other critical outcomes.

    Each has at most as many words as settings allow, as far as its names let it. What got worse is told at any length.
    """
    question, most = brief.summary.question, settings.longest_key_point
    found = _fitting(speaker, brief, statements(question, brief.outcomes), most)
    said = [item for part in found for item in part.outcomes]
    points = [studied(speaker, brief, most), _found(speaker, brief, found)]
    unsaid = [item for item in brief.outcomes if item not in said]
    worse = [item for item in unsaid if is_harm(item)]
    critical = [item for item in unsaid if item not in worse and item.outcome.importance is Importance.CRITICAL]
    rest = statements(question, [*worse, *critical])
    if rest:
        must = len(statements(question, worse))
        points.append(_found(speaker, brief, _fitting(speaker, brief, rest, most, must=must)))
    return tuple(points)


def is_harm(item: OutcomeBrief) -> bool:
    """Whether an outcome got worse: harms are never left out to save words."""
    got_worse = item.finding.conclusion in (Conclusion.DIFFERENCE, Conclusion.WORSENED)
    return got_worse and item.finding.for_better is False


def answer(speaker: Speaker, brief: Brief) -> Sentence:
    """Return the finding on the most important outcome alone."""
    return _found(speaker, brief, statements(brief.summary.question, brief.outcomes[:1]))


def level(speaker: Speaker, brief: Brief) -> Sentence:
    """State the evidence level with its reason."""
    rating = brief.level
    return say(
        speaker,
        "article.level",
        rule=rating.reason.rule,
        inputs={"level": rating.level.value, **rating.reason.figures},
        outcomes=brief.outcomes,
        fields=("studies", "search", *(("source_review",) if brief.summary.source_review else ())),
        number=rating.level.value,
        word=speaker.speak("labels.level", number=rating.level.value),
        reason=speaker.speak(f"reasons.{rating.reason.rule}", f=rating.reason.figures),
    )


def _fitting(
    speaker: Speaker, brief: Brief, told: Sequence[Statement], most: int, *, must: int = 1
) -> tuple[Statement, ...]:
    """Return the first statements, as many as ``must`` be told, and those after them that still fit."""
    chosen: list[Statement] = []
    for statement in told:
        text = _text(speaker, brief, [*chosen, statement])
        if len(chosen) >= max(1, must) and count_words(text) > most:
            break
        chosen.append(statement)
    return tuple(chosen)


def _text(speaker: Speaker, brief: Brief, told: Sequence[Statement]) -> str:
    clauses = [clause(speaker, brief.summary, part, again=index > 0) for index, part in enumerate(told)]
    return sentence(speaker, clauses)


def _found(speaker: Speaker, brief: Brief, told: Sequence[Statement]) -> Sentence:
    clauses = [clause(speaker, brief.summary, part, again=index > 0) for index, part in enumerate(told)]
    return say(
        speaker,
        "findings.sentence",
        rule="finding",
        cells=[part.cell.template for part in told],
        inputs={name: value for part in told for name, value in part.figures.items()},
        outcomes=[item for part in told for item in part.outcomes],
        clauses=clauses,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many studies and people stand behind a summary. ``are_trials``: all of them randomised."""

    studies: int
    participants: int | None
    are_trials: bool


def extent(brief: Brief) -> Extent:
    """Count what stands behind a summary: as its source review says, or else the pooled studies, each once.

    People are missing where some study does not say. Of a single study all people count, analysed or not.
    """
    review = brief.summary.source_review
    if review is not None and review.relation == "reports-on":
        are_trials = review.studies_design is ReviewDesign.RANDOMISED
        return Extent(studies=review.studies or 0, participants=review.participants, are_trials=are_trials)
    pooled = [item.synthesis for item in brief.outcomes if isinstance(item.synthesis, PooledSynthesis)]
    names = sorted({row.study_id for synthesis in pooled for row in synthesis.rows})
    people = [_people(pooled, name) for name in names]
    if len(names) == 1:
        people = [brief.studies[names[0]].n_randomised or people[0]]
    known = [number for number in people if number is not None]
    return Extent(
        studies=len(names),
        participants=sum(known) if known and len(known) == len(people) else None,
        are_trials=bool(names) and all(brief.studies[name].design.is_randomised for name in names),
    )


def _people(pooled: Sequence[PooledSynthesis], study: str) -> int | None:
    """Return the people of a study: those of the outcome that counts most of them."""
    totals = []
    for synthesis in pooled:
        counts = [row.participants for row in synthesis.rows if row.study_id == study]
        known = [number for number in counts if number is not None]
        if counts and len(known) == len(counts):
            totals.append(sum(known))
    return max(totals, default=None)


def studied(speaker: Speaker, brief: Brief, most: int) -> Sentence:
    """Say what was studied, in the fullest form that keeps to ``most`` words."""
    question, behind = brief.summary.question, extent(brief)
    review = brief.summary.source_review
    if review is not None and review.relation == "reports-on":
        template = "article.studied_review"
    elif behind.studies == 0:
        template = "article.studied_nothing"
    elif question.kind == "exposure":
        template = "article.studied_links"
    else:
        template = "article.studied_one" if behind.studies == 1 else "article.studied_pool"
    forms = [
        say(
            speaker,
            template,
            rule="studied",
            inputs={"studies": behind.studies, "participants": behind.participants},
            outcomes=brief.outcomes,
            sources=review.sources if review else (),
            fields=("question",),
            number=behind.studies,
            are_trials=behind.are_trials,
            participants=behind.participants,
            x=noun(question.intervention),
            y=noun(question.comparator),
            population=population,
        )
        for population in (question.population, question.condition)
    ]
    return next((form for form in forms if count_words(form.text) <= most), forms[-1])


def count_words(text: str) -> int:
    """Count words as a reader sees them: what stands between spaces."""
    return len(text.split())
