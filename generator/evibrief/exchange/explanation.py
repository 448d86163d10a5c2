"""How a finding comes about, as text for a terminal: evidence, certainty step by step, sentences and their figures."""

from __future__ import annotations

from collections.abc import Iterator

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure
from evibrief.errors import UsageError
from evibrief.pages.article import Article
from evibrief.pages.certainty_view import certainty_view, reason_text
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.synthesis.evidence import NarrativeSynthesis, PooledSynthesis, ReportedSynthesis


def explain(brief: Brief, article: Article, renderer: Renderer, outcome: str | None = None) -> str:
    """Explain every outcome of a summary, or one.

    Raises:
        UsageError: if the summary has no such outcome.
    """
    known = [item.outcome.id for item in brief.outcomes]
    if outcome is not None and outcome not in known:
        raise UsageError(f"{article.slug} has no outcome '{outcome}'; it has {', '.join(known)}")
    level = brief.level.level
    lines = [article.title, f"Evidence level {int(level)} ({level.word}): {reason_text(brief.level.reason, renderer)}"]
    for item in brief.outcomes:
        if outcome in (None, item.outcome.id):
            lines += ["", *_outcome(item, article, renderer)]
    return "\n".join(lines)


def _outcome(item: OutcomeBrief, article: Article, renderer: Renderer) -> Iterator[str]:
    yield f"{item.outcome.id}: {item.outcome.name} ({item.outcome.importance})"
    yield f"  Evidence    {_evidence(item, renderer)}"
    if isinstance(item.synthesis, PooledSynthesis):
        yield from (f"  Not pooled  {left.label}: {left.reason}" for left in item.synthesis.not_pooled)
        yield from (f"  Note        {note}" for note in item.synthesis.notes)
    yield from _certainty(item, renderer)
    finding = item.finding
    parts = (
        finding.conclusion,
        finding.course,
        finding.size,
        *(f"compatible with {course}" for course in finding.compatible_with),
    )
    yield f"  Finding     {', '.join(str(part) for part in parts if part)}"
    yield f"              because: {finding.reason.rule}{_figures(dict(finding.reason.figures))}"
    for sentence in _told(item.outcome.id, article):
        yield from _sentence(sentence, item.outcome.id)


def _evidence(item: OutcomeBrief, renderer: Renderer) -> str:
    synthesis = item.synthesis
    match synthesis:
        case PooledSynthesis():
            effect = estimate_text(synthesis.estimate, synthesis.measure, renderer.language)
            people = "" if synthesis.participants is None else f", {synthesis.participants} people"
            pooled = synthesis.pooled
            method = f"{pooled.method}, tau2 {pooled.tau2_method}, interval {pooled.ci_method}"
            return f"pooled here: {synthesis.measure} {effect}, {synthesis.k} studies{people} ({method})"
        case ReportedSynthesis():
            effect = estimate_text(synthesis.estimate, synthesis.measure, renderer.language)
            place = f"{synthesis.source.report}, {synthesis.source.place}"
            return f"reported by a review: {synthesis.measure} {effect} ({place})"
        case NarrativeSynthesis():
            return f"told in words: {synthesis.direction}; not known: {synthesis.unknown}"
        case _:
            return f"none usable: {synthesis.reason}"


def _certainty(item: OutcomeBrief, renderer: Renderer) -> Iterator[str]:
    if item.rating is None:
        yield "  Certainty   not rated"
        return
    view = certainty_view(item.rating, renderer)
    yield f"  Certainty   starts {view.start.word}: {view.start_reason}"
    for step in view.steps:
        by = f" ({step.judged_by})" if step.judged_by else ""
        judged = f"judged{by}: {step.judged_reason}" if step.judged_reason else ""
        # Where no rule can propose anything, a person's judgement is the whole reason.
        reason = judged if judged and step.computed is None else step.reason
        yield f"    {step.levels:+d}  {step.domain}: {reason}".replace("+0", " 0")
        if step.is_override:
            yield f"        {judged}; the rule proposes {step.computed}"
    yield f"              ends {view.end.word}"


def _told(outcome: str, article: Article) -> Iterator[Sentence]:
    parts = (*article.key_points, *article.results, *article.limitations, *article.meaning)
    for sentence in dict.fromkeys(part.text for part in parts):
        found = next(part for part in parts if part.text == sentence)
        if found.trace is not None and outcome in found.trace.outcomes:
            yield found


def _sentence(sentence: Sentence, outcome: str) -> Iterator[str]:
    yield f"  Sentence    {sentence.text}"
    if sentence.trace is not None:
        # A sentence may tell of several outcomes; their figures are named outcome.figure.
        own = {name: value for name, value in sentence.trace.inputs.items() if name.rpartition(".")[0] in ("", outcome)}
        yield f"              by {sentence.trace.template}{_figures(own)}"


def _figures(figures: dict[str, Figure]) -> str:
    if not figures:
        return ""
    shown = (
        f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()
    )
    return f" ({', '.join(shown)})"
