"""The two-minute article: what was studied, what was found, how sure that is, and what limits it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.pages.citing import address, citation
from evibrief.pages.limitations_paragraph import derived_limitations
from evibrief.pages.methods_paragraph import label, methods_paragraph
from evibrief.pages.opening import answer, count_words, is_harm, key_points, level
from evibrief.pages.prose import FilledProse, Unfilled, fill
from evibrief.pages.results_paragraph import can_translate, has_figures, results_paragraph
from evibrief.pages.sentences import Sentence
from evibrief.pages.voice import Speaker, say
from evibrief.records.citations import Citation

# So many derived limitations are worth more to a reader than the figures of a less important finding.
KEPT_LIMITATIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read the source: the text of the link, its address where there is one, and the full citation."""

    text: Sentence
    url: str | None
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The two-minute part of a summary, as sentences in order; each of the parts is one paragraph.

    ``answer`` is the most important finding in one sentence, for cards and search results. ``words`` counts key
    points, level and paragraphs; ``minutes`` is the time to read them silently. ``folded`` are the ids of outcomes
    that were told together in one sentence, to keep to two minutes. ``unfilled`` must be empty before publication.
    """

    slug: str
    title: str
    key_points: tuple[Sentence, ...]
    level: Sentence
    answer: Sentence
    background: tuple[Sentence, ...]
    methods: tuple[Sentence, ...]
    results: tuple[Sentence, ...]
    limitations: tuple[Sentence, ...]
    meaning: tuple[Sentence, ...]
    reading: tuple[Reading, ...]
    words: int
    minutes: float
    folded: tuple[str, ...]
    unfilled: tuple[Unfilled, ...]

    @property
    def paragraphs(self) -> tuple[tuple[Sentence, ...], ...]:
        """Background, methods, results, limitations and meaning, in the order of reading."""
        return (self.background, self.methods, self.results, self.limitations, self.meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is told at length. ``derived`` is how many of the derived limitations are told."""

    folded: frozenset[str]
    translated: frozenset[str]
    derived: int


def write_article(brief: Brief, speaker: Speaker, settings: Settings = DEFAULT) -> Article:
    """Write the article of a summary, and shorten it to as many words as settings allow, as far as it can be.

    First go translations of the least important findings, then the least serious of the derived limitations (but for
    three), then the figures of the least important findings, then more limitations. The first finding, harms, the most
    serious limitation and the editors' prose always stay.
    """
    summary = brief.summary
    background = fill(speaker, brief, "writing.background", summary.writing.background)
    meaning = fill(speaker, brief, "writing.interpretation", summary.writing.interpretation)
    own = [fill(speaker, brief, f"limitations.{i}", text) for i, text in enumerate(summary.limitations)]
    derived = derived_limitations(speaker, brief, settings)
    points, stated = key_points(speaker, brief, settings), level(speaker, brief)
    methods = methods_paragraph(speaker, brief)
    fixed = [*points, stated, background.sentence, *methods, meaning.sentence, *(item.sentence for item in own)]
    room = settings.most_words - _words(fixed)
    plans = list(_plans(brief, len(derived)))
    results: tuple[Sentence, ...] = ()
    for plan in plans:
        results = results_paragraph(speaker, brief, folded=plan.folded, translated=plan.translated)
        if _words([*results, *derived[: plan.derived]]) <= room:
            break
    limitations = (*derived[: plan.derived], *(item.sentence for item in own))
    words = _words([*fixed, *results, *derived[: plan.derived]])
    return Article(
        slug=summary.slug,
        title=summary.title,
        key_points=points,
        level=stated,
        answer=answer(speaker, brief),
        background=(background.sentence,),
        methods=methods,
        results=results,
        limitations=limitations,
        meaning=(meaning.sentence,),
        reading=tuple(_reading(speaker, brief)),
        words=words,
        minutes=words / settings.words_a_minute,
        folded=tuple(item.outcome.id for item in brief.outcomes if item.outcome.id in plan.folded),
        unfilled=_unfilled([background, meaning, *own]),
    )


def _plans(brief: Brief, derived: int) -> Iterator[_Plan]:
    """Yield ever shorter plans, the last as short as may be."""
    translated = [item.outcome.id for item in brief.outcomes if can_translate(item)]
    first = brief.outcomes[0].outcome.id
    foldable = [
        item.outcome.id
        for item in reversed(brief.outcomes)
        if has_figures(item) and not is_harm(item) and item.outcome.id != first
    ]
    folded: list[str] = []
    yield _Plan(folded=frozenset(), translated=frozenset(translated), derived=derived)
    while len(translated) > 1:
        translated.pop()
        yield _Plan(folded=frozenset(), translated=frozenset(translated), derived=derived)
    for fewer in range(derived - 1, KEPT_LIMITATIONS - 1, -1):
        yield _Plan(folded=frozenset(), translated=frozenset(translated), derived=fewer)
    derived = min(derived, KEPT_LIMITATIONS)
    for name in foldable:
        folded.append(name)
        kept = frozenset(translated) - frozenset(folded)
        yield _Plan(folded=frozenset(folded), translated=kept, derived=derived)
    for fewer in range(derived - 1, 0, -1):
        yield _Plan(folded=frozenset(folded), translated=frozenset(translated) - frozenset(folded), derived=fewer)


def _words(told: Collection[Sentence]) -> int:
    return sum(count_words(item.text) for item in told)


def _unfilled(told: Collection[FilledProse]) -> tuple[Unfilled, ...]:
    return tuple(problem for item in told for problem in item.unfilled)


def _reading(speaker: Speaker, brief: Brief) -> Iterator[Reading]:
    """Yield links to the source: the review that is told or pooled again, the one study, or where studies come from."""
    summary = brief.summary
    if summary.source_review is not None:
        name = summary.source_review.reference
        yield _link(speaker, "article.read_review", summary.references[name], f"references.{name}")
    elif len(summary.studies) == 1:
        reports = brief.studies[summary.studies[0]].reports
        own = [report for report in reports if report.role.is_own] or list(reports)
        yield _link(speaker, "article.read_study", own[0], "studies.0")
    elif summary.search.source is not None:
        name = summary.search.source.report
        yield _link(speaker, "article.read_source", summary.references[name], f"references.{name}")


def _link(speaker: Speaker, template: str, cited: Citation, field: str) -> Reading:
    named = label(speaker, cited)
    text = say(speaker, template, rule="reading", fields=(field,), label=named, journal=cited.container_title)
    return Reading(text=text, url=address(cited), citation=citation(cited))
