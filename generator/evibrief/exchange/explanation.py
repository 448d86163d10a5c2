"""How a finding comes about, as text for a terminal: from arms to words.

Studies and their arms, the pool, certainty step by step with the figures that decided, the finding, and each sentence
with its rule, its figures and its records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure, Step
from evibrief.errors import UsageError, one_line
from evibrief.pages.article import Article
from evibrief.pages.certainty_view import reason_text
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.provenance import MOST_STUDIES, meaning
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.synthesis.evidence import ArmFigures, NarrativeSynthesis, PooledSynthesis, ReportedSynthesis, StudyRow

# Where the second column begins.
_INDENT = " " * 14
# What an arm brings in, by the names of its figures.
_ARM = {"events": "{} events", "mean": "mean {:g}", "sd": "SD {:g}", "person_years": "{:g} person-years"}


def explain(brief: Brief, article: Article, renderer: Renderer, outcome: str | None = None) -> str:
    """Explain every outcome of a summary and then what it says of itself as a whole, or explain one outcome.

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
    if outcome is None:
        lines += ["", "the summary as a whole"]
        for sentence in _sentences(article, lambda told: not told):
            lines += _sentence(sentence, renderer)
    return "\n".join(map(one_line, lines))


def _outcome(item: OutcomeBrief, article: Article, renderer: Renderer) -> Iterator[str]:
    yield f"{item.outcome.id}: {item.outcome.name} ({item.outcome.importance})"
    if isinstance(item.synthesis, PooledSynthesis):
        yield from _pool(item.synthesis, renderer)
    if item.whole is not None:
        effect = estimate_text(item.whole.estimate, item.whole.measure, renderer.language)
        yield f"  All studies {effect}, {item.whole.k} studies: with those at high risk of bias"
    yield f"  Evidence    {_evidence(item, renderer)}"
    yield from _certainty(item, renderer)
    finding = item.finding
    parts = (
        finding.conclusion,
        finding.course,
        finding.size,
        *(f"compatible with {course}" for course in finding.compatible_with),
    )
    yield f"  Finding     {', '.join(str(part) for part in parts if part)}"
    yield f"{_INDENT}because: {finding.reason.rule}{_figures(finding.reason.figures)}"
    for sentence in _sentences(article, lambda told: item.outcome.id in told):
        yield from _sentence(sentence, renderer, item.outcome.id)


def _pool(pool: PooledSynthesis, renderer: Renderer) -> Iterator[str]:
    for row in pool.rows:
        effect = estimate_text(row.estimate, pool.measure, renderer.language)
        yield f"  Study       {row.label}: {_arms(row)}{pool.measure} {effect}, weight {row.weight_percent:.1f}%"
        source = row.source.place or "no place given"
        yield f"{_INDENT}{row.study_id}, result {row.result_index + 1}: {row.source.report}, {source}"
    yield from (f"  Not pooled  {left.label}: {left.reason}" for left in pool.not_pooled)
    yield from (f"  Note        {note}" for note in pool.notes)


def _arms(row: StudyRow) -> str:
    arms = [_arm(arm) for arm in (row.intervention, row.comparator) if arm is not None]
    return f"{' against '.join(arms)}; " if arms else "no figures of its arms; "


def _arm(arm: ArmFigures) -> str:
    known = {item.name: getattr(arm, item.name) for item in fields(arm)}
    figures = [form.format(known[name]) for name, form in _ARM.items() if known[name] is not None]
    people = [] if arm.n is None else [f"{arm.n} people"]
    return f"{arm.label} ({', '.join([*figures, *people])})" if figures or people else arm.label


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
    rating = item.rating
    if rating is None:
        yield "  Certainty   not rated"
        return
    yield f"  Certainty   starts {rating.start.word}: {reason_text(rating.start_reason, renderer)}"
    yield f"{_INDENT}by {rating.start_reason.rule}{_figures(rating.start_reason.figures)}"
    for step in rating.steps:
        yield from _step(step, renderer)
    yield f"{_INDENT}ends {rating.certainty.word}"


def _step(step: Step, renderer: Renderer) -> Iterator[str]:
    by = f" ({step.judged_by})" if step.judged_by else ""
    judged = f"judged{by}: {step.judged_reason}" if step.judged_reason else ""
    # Where no rule can propose anything, a person's judgement is the whole reason.
    reason = judged if judged and step.computed is None else reason_text(step.reason, renderer)
    yield f"    {step.levels:+d}  {step.domain}: {reason}".replace("+0", " 0")
    if step.reason.figures:
        yield f"{_INDENT}by {step.reason.rule}{_figures(step.reason.figures)}"
    if step.is_override:
        yield f"        {judged}; the rule proposes {step.computed}"


def _sentences(article: Article, is_meant: Callable[[tuple[str, ...]], bool]) -> Iterator[Sentence]:
    """Yield each sentence of an article once, if the outcomes that it tells of are meant."""
    points = (*article.key_points, article.level)
    parts = (*points, *(sentence for part in article.paragraphs for sentence in part))
    once = {part.text: part for part in reversed(parts)}
    yield from (part for part in reversed(once.values()) if is_meant(part.trace.outcomes))


def _sentence(sentence: Sentence, renderer: Renderer, outcome: str | None = None) -> Iterator[str]:
    trace = sentence.trace
    # A sentence may tell of several outcomes; their figures are named outcome.figure.
    own = {name: value for name, value in trace.inputs.items() if name.rpartition(".")[0] in ("", outcome)}
    yield f"  Sentence    {sentence.text}"
    yield f"{_INDENT}rule {trace.rule}: {meaning(trace.rule, renderer)}"
    yield f"{_INDENT}by {trace.template}{_figures(own if outcome else trace.inputs)}"
    read = [f"{source.report}, {source.place}" if source.place else source.report for source in trace.sources]
    studies = [f"studies/{name}.yaml" for name in trace.studies]
    if len(studies) > MOST_STUDIES:
        studies = [renderer.speak("rules.many_studies", number=len(studies))]
    records = [*_once(trace.fields), *studies, *_once(read)]
    if records:
        yield f"{_INDENT}from {'; '.join(records)}"


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _figures(figures: Mapping[str, Figure]) -> str:
    shown = [
        f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {'unknown' if value is None else value}"
        for name, value in figures.items()
    ]
    return f" ({', '.join(shown)})" if shown else ""
