"""The page of one summary: the two-minute article first, then everything it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.settings import Settings
from evibrief.pages import formats
from evibrief.pages.article import Article
from evibrief.pages.certainty_view import reason_text
from evibrief.pages.findings_table import CertaintyBadge, FindingRow, badge, finding_rows
from evibrief.pages.lights_view import LightsView, lights_views
from evibrief.pages.links import DATA_GUIDE, METHODS, Link, relative, summary_uri, topic_uri
from evibrief.pages.looked_at import LookedAt, looked_at_for
from evibrief.pages.outcome_view import LeftOut, OutcomeView, outcome_view
from evibrief.pages.provenance import Origin, Records, origins
from evibrief.pages.references import Reference, reference
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence
from evibrief.pages.strip_view import PeopleStrip, ScaleStrip, strip_view
from evibrief.records.study import Study
from evibrief.records.summary import Image, Person, Summary
from evibrief.synthesis.evidence import PooledSynthesis

# The files beside a summary's page.
DATA, EFFECTS, MARKDOWN, RIS, BIBTEX = "data.json", "effects.csv", "summary.md", "references.ris", "references.bib"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the article: its paragraph in sentences, and where each comes from."""

    id: str
    sentences: tuple[Sentence, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MainCertainty:
    """How sure the main finding is, and of which outcome it speaks."""

    outcome: str
    badge: CertaintyBadge


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How much evidence there is; each number is missing where it is not known."""

    studies: int | None
    participants: int | None
    searched: str | None
    search_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """A source to read: the words for the link, its address, and the citation."""

    text: str
    url: str | None
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The image of a summary, with its rights."""

    src: str
    alternative: str
    credit: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A person who signs; ``role`` is empty where the name already says it."""

    name: str
    role: str
    orcid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludedStudy:
    """A study of the summary, as its table names it.

    ``people`` is a number in print: of those randomised or enrolled, or of those that a pool of the summary counts
    where the record gives no more (``only_analysed``).
    """

    study: Link
    design: str
    year: str
    people: str
    only_analysed: bool
    countries: str
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A dated change of the summary."""

    day: date
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPage:
    """The context of ``summary.html.j2``."""

    title: str = field(metadata={"help": "Title of the summary."})
    topic: Link = field(metadata={"help": "Its shelf."})
    status: str = field(metadata={"help": "published, corrected, withdrawn or draft."})
    notice: str = field(metadata={"help": "A label that must not be missed; may be empty."})
    points: tuple[str, ...] = field(metadata={"help": "Key points, in order."})
    points_origins: tuple[Origin, ...] = field(metadata={"help": "Where the key points and the level come from."})
    level: int = field(metadata={"help": "Evidence level, 1 to 5."})
    level_word: str = field(metadata={"help": "The level's word, such as Excellent."})
    level_reason: str = field(metadata={"help": "Why it is this level."})
    main: MainCertainty | None = field(
        metadata={"help": "Certainty of the main finding; missing where nothing could be rated."}
    )
    scope: Scope = field(metadata={"help": "How much evidence there is."})
    minutes: int = field(metadata={"help": "Minutes to read the article, rounded up."})
    people_strip: PeopleStrip | None = field(
        metadata={"help": "The main finding as people; at most one of the strips is there."}
    )
    scale_strip: ScaleStrip | None = field(metadata={"help": "The main finding on a scale."})
    story: tuple[Section, ...] = field(
        metadata={"help": "background, methods, results, limitations, meaning: those that say something."}
    )
    reading: tuple[SourceLink, ...] = field(metadata={"help": "How to read the source."})
    picture: Picture | None = field(metadata={"help": "The image; may be missing."})
    signers: tuple[Signer, ...] = field(metadata={"help": "Who signs."})
    funding: str = field(metadata={"help": "Who paid for the summary; may be empty."})
    published: date = field(metadata={"help": "Day of the first version."})
    updated: date = field(metadata={"help": "Day of the newest entry of the history."})
    findings: tuple[FindingRow, ...] = field(metadata={"help": "Rows of the summary of findings."})
    comparison: tuple[str, str] = field(metadata={"help": "Names of the intervention and of what it is compared with."})
    outcomes: tuple[OutcomeView, ...] = field(metadata={"help": "The evidence behind each outcome."})
    studies: tuple[IncludedStudy, ...] = field(metadata={"help": "The studies of the summary, by label."})
    set_aside: tuple[LeftOut, ...] = field(metadata={"help": "Studies considered and not used."})
    lights: tuple[LightsView, ...] = field(
        metadata={"help": "Risk of bias, one table for each tool; empty where nobody assessed any."}
    )
    looked_at: tuple[LookedAt, ...] = field(
        metadata={"help": "What checks remark of the summary or its studies, and a person let stand."}
    )
    references: tuple[Reference, ...] = field(metadata={"help": "What the summary itself cites."})
    history: tuple[HistoryLine, ...] = field(metadata={"help": "Dated changes, newest first."})
    data_file: str = field(metadata={"help": "Name of the JSON file beside the page."})
    effects_file: str = field(
        metadata={"help": "Name of the CSV file of effects beside the page; empty where there are none."}
    )
    markdown_file: str = field(metadata={"help": "Name of the plain text beside the page."})
    ris_file: str = field(metadata={"help": "Name of the references for reference managers beside the page."})
    bibtex_file: str = field(metadata={"help": "Name of the references for LaTeX beside the page."})
    schema_href: str = field(metadata={"help": "Link to what the JSON file holds."})
    site_name: str = field(metadata={"help": "Name of the publication."})
    methods_href: str = field(metadata={"help": "Link to how we rate."})


def summary_page(
    brief: Brief, article: Article, renderer: Renderer, *, settings: Settings, site_name: str
) -> SummaryPage:
    """Return the context of a summary's page."""
    summary = brief.summary
    uri = summary_uri(summary.slug)
    records = records_of(brief, uri)
    main = main_outcome(brief, article)
    strip = strip_view(main, summary.question, article.answer.text, renderer, settings) if main else None
    included = sorted((brief.studies[name] for name in summary.studies), key=lambda study: study.label.casefold())
    return SummaryPage(
        title=summary.title,
        topic=Link(text=summary.topic, href=relative(uri, topic_uri(summary.topic))),
        status=summary.status,
        notice=summary.notice or "",
        points=tuple(point.text for point in article.key_points),
        points_origins=origins((*article.key_points, article.level), records, renderer),
        level=brief.level.level.value,
        level_word=brief.level.level.word,
        level_reason=reason_text(brief.level.reason, renderer),
        main=_main_certainty(main),
        scope=scope_of(brief, main),
        minutes=whole_minutes(article),
        people_strip=strip if isinstance(strip, PeopleStrip) else None,
        scale_strip=strip if isinstance(strip, ScaleStrip) else None,
        story=tuple(_story(article, records, renderer)),
        reading=tuple(
            SourceLink(text=item.text.text, url=item.url, citation=item.citation) for item in article.reading
        ),
        picture=_picture(summary.image, uri),
        signers=tuple(_signer(person) for person in summary.people),
        funding=summary.funding or "",
        published=summary.published,
        updated=summary.updated,
        findings=finding_rows(brief, renderer),
        comparison=(summary.question.intervention.name, summary.question.comparator.name),
        outcomes=tuple(outcome_view(item, summary, brief.studies, records, renderer) for item in brief.outcomes),
        studies=tuple(_included(study, brief, records, renderer) for study in included),
        set_aside=tuple(LeftOut(study=records.study(item.study), reason=item.reason) for item in summary.set_aside),
        lights=lights_views(included, records),
        looked_at=looked_at_for(summary, included, records),
        references=tuple(reference(citation) for citation in summary.references.values()),
        history=history_of(summary),
        data_file=DATA,
        effects_file=EFFECTS if any(isinstance(item.synthesis, PooledSynthesis) for item in brief.outcomes) else "",
        markdown_file=MARKDOWN,
        ris_file=RIS,
        bibtex_file=BIBTEX,
        schema_href=relative(uri, DATA_GUIDE),
        site_name=site_name,
        methods_href=relative(uri, METHODS),
    )


def records_of(brief: Brief, uri: str) -> Records:
    """Return the names of the records behind a summary, for the page ``uri``."""
    labels = {study.id: study.label for study in brief.studies.values()}
    return Records(uri=uri, labels=labels, references=brief.summary.references)


def main_outcome(brief: Brief, article: Article) -> OutcomeBrief | None:
    """Return the outcome that the article's answer speaks of; the most important one if it names none."""
    named = article.answer.trace.outcomes
    return next((item for item in brief.outcomes if item.outcome.id in named), next(iter(brief.outcomes), None))


def whole_minutes(article: Article) -> int:
    """Return the minutes that the article takes, rounded up."""
    return max(1, math.ceil(article.minutes - 0.05))


def history_of(summary: Summary) -> tuple[HistoryLine, ...]:
    """Return the dated changes of a summary, newest first."""
    newest_first = sorted(summary.history, key=lambda entry: entry.date, reverse=True)
    return tuple(HistoryLine(day=entry.date, kind=entry.kind, text=entry.text) for entry in newest_first)


def scope_of(brief: Brief, main: OutcomeBrief | None) -> Scope:
    """Return how much evidence there is: the source review's numbers where it is reported on, else the main pool's."""
    summary, review = brief.summary, brief.summary.source_review
    synthesis = main.synthesis if main else None
    if review is not None and review.relation == "reports-on":
        studies, participants = review.studies, review.participants
    else:
        studies = getattr(synthesis, "k", None)
        participants = getattr(synthesis, "participants", None)
    return Scope(
        studies=studies,
        participants=participants,
        searched=summary.search.through,
        search_note=summary.search.note or "",
    )


def _main_certainty(main: OutcomeBrief | None) -> MainCertainty | None:
    found = badge(main.rating) if main else None
    return MainCertainty(outcome=main.outcome.name, badge=found) if main and found else None


def _story(article: Article, records: Records, renderer: Renderer) -> Iterator[Section]:
    parts: Sequence[tuple[str, tuple[Sentence, ...]]] = (
        ("background", article.background),
        ("methods", article.methods),
        ("results", article.results),
        ("limitations", article.limitations),
        ("meaning", article.meaning),
    )
    for name, sentences in parts:
        if sentences:
            yield Section(
                id=name,
                sentences=sentences,
                origins=origins(sentences, records, renderer),
            )


def _picture(image: Image | None, uri: str) -> Picture | None:
    if image is None:
        return None
    src = relative(uri, f"images/{image.file}")
    return Picture(src=src, alternative=image.alternative, credit=image.credit, licence=image.licence)


def _signer(person: Person) -> Signer:
    says_it = person.role.casefold() in person.name.casefold().split()
    return Signer(name=person.name, role="" if says_it else person.role, orcid=person.orcid)


def _included(study: Study, brief: Brief, records: Records, renderer: Renderer) -> IncludedStudy:
    analysed = None if study.n_randomised is not None else _analysed(study.id, brief)
    people = analysed if study.n_randomised is None else study.n_randomised
    return IncludedStudy(
        study=records.study(study.id),
        design=study.design,
        year=str(study.year or ""),
        people="" if people is None else formats.count(people, renderer.language),
        only_analysed=analysed is not None,
        countries=", ".join(study.countries),
        notice=study.notice.status.replace("-", " ") if study.notice else "",
    )


def _analysed(study_id: str, brief: Brief) -> int | None:
    """The most people of a study that any pool of the summary counts; nothing where no pool says."""
    pools = [item.synthesis for item in brief.outcomes if isinstance(item.synthesis, PooledSynthesis)]
    counted = [
        [row.participants for row in pool.rows if row.study_id == study_id and row.participants is not None]
        for pool in pools
    ]
    return max((sum(numbers) for numbers in counted if numbers), default=None)
