"""How it was studied: the question, which studies counted, what they measured, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evibrief.appraisal.briefs import Brief
from evibrief.pages.citing import family
from evibrief.pages.sentences import Sentence, Trace
from evibrief.pages.statements import noun
from evibrief.pages.voice import Speaker, say
from evibrief.records.citations import Citation, Source


def methods_paragraph(speaker: Speaker, brief: Brief) -> tuple[Sentence, ...]:
    """Tell aim, eligibility, outcomes and search."""
    return tuple(_sentences(speaker, brief))


def who_asked(brief: Brief) -> str:
    """Return whose methods are told: of a ``review`` that is reported on, of one ``trial``, or ``ours``."""
    review = brief.summary.source_review
    if review is not None and review.relation == "reports-on":
        return "review"
    return "trial" if len(brief.summary.studies) == 1 else "ours"


def label(speaker: Speaker, cited: Citation) -> str:
    """Return a source as a text names it, such as ``Lyons and colleagues (2021)``."""
    names = [family(name) for name in cited.author]
    first = names[0] if names else cited.container_title or cited.title or ""
    authors = speaker.speak(
        "article.authors", first=first, second=names[1] if len(names) > 1 else None, more=len(names) > 2
    )
    return speaker.speak("article.dated", label=authors, year=cited.year)


def _sentences(speaker: Speaker, brief: Brief) -> Iterator[Sentence]:
    summary, who = brief.summary, who_asked(brief)
    question, eligibility, review = summary.question, summary.eligibility, summary.source_review
    reference = summary.references[review.reference] if review else None
    yield say(
        speaker,
        "article.aim",
        rule="aim",
        fields=("question",),
        who=who,
        label=label(speaker, reference) if reference else None,
        x=noun(question.intervention),
        y=noun(question.comparator),
        population=question.population,
        names=[item.outcome.name for item in brief.outcomes],
        is_link=question.kind == "exposure",
    )
    if review is not None and reference is not None and who != "review":
        yield say(
            speaker,
            "article.repooled",
            rule="repooled",
            sources=review.sources,
            fields=("source_review",),
            label=label(speaker, reference),
        )
    source = (eligibility.source,) if eligibility.source else ()
    if who != "trial":
        text = eligibility.studies
        yield _eligible(speaker, "article.eligible_studies", "studies", source, who=who, text=text)
    people = clipped(eligibility.participants)
    # The aim has just named the population; in the same words it is not told again.
    if people != question.population:
        yield _eligible(speaker, "article.eligible_people", "participants", source, who=who, text=people)
    if eligibility.excluded is not None:
        text = clipped(eligibility.excluded)
        yield _eligible(speaker, "article.left_out", "excluded", source, who=who, text=text)
    # What a review looked at and how it searched are its own, also where its studies are pooled again.
    theirs = "repooled" if review is not None and who != "review" else who
    names = list(eligibility.outcomes) or [item.outcome.name for item in brief.outcomes]
    asker = theirs if eligibility.outcomes else who
    # A question about a link has named its outcomes.
    if question.kind != "exposure" or eligibility.outcomes:
        told = () if eligibility.outcomes else brief.outcomes
        fields = ("eligibility.outcomes",) if eligibility.outcomes else ()
        yield say(
            speaker,
            "article.outcomes",
            rule="outcomes",
            outcomes=told,
            sources=source,
            fields=fields,
            who=asker,
            names=names,
        )
    yield from _search(speaker, brief, theirs)


def _eligible(
    speaker: Speaker, template: str, part: str, sources: Sequence[Source], *, who: str, text: str
) -> Sentence:
    fields = (f"eligibility.{part}",)
    return say(speaker, template, rule="eligibility", sources=sources, fields=fields, who=who, text=text)


def _search(speaker: Speaker, brief: Brief, who: str) -> Iterator[Sentence]:
    search = brief.summary.search
    source = (search.source,) if search.source else ()
    if search.through is not None:
        yield say(
            speaker,
            "article.searched",
            rule="search",
            inputs={"through": search.through},
            sources=source,
            fields=("search",),
            who=who,
            through=search.through,
            databases=list(search.databases),
        )
    elif search.note is not None:
        trace = Trace(rule="editors-prose", template="search.note", inputs={}, sources=source, fields=("search.note",))
        yield Sentence(text=" ".join(search.note.split()), trace=trace)
    elif who != "trial":
        yield say(speaker, "article.search_unknown", rule="search", fields=("search",), who=who)


def clipped(text: str) -> str:
    """Return prose that continues a sentence, without a full stop of its own."""
    return " ".join(text.split()).removesuffix(".")
