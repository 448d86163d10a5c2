"""The pages that lead to others: home, topics, all studies, changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from evibrief.appraisal.briefs import Brief
from evibrief.pages import formats
from evibrief.pages.article import Article
from evibrief.pages.findings_table import CertaintyBadge, badge
from evibrief.pages.links import (
    CHANGES,
    HOME,
    METHODS,
    STUDIES,
    Link,
    relative,
    slugified,
    study_uri,
    summary_uri,
    topic_uri,
)
from evibrief.pages.rendering import Renderer
from evibrief.pages.summary_page import main_outcome, whole_minutes
from evibrief.records.study import Study
from evibrief.records.summary import Summary

# Summaries that the home page shows as the newest.
LATEST = 13
# The list of all studies, for spreadsheets.
STUDIES_FILE = "studies.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What other pages tell of a summary: so little that those of a whole publication fit in memory."""

    summary: Summary
    answer: str
    level: int
    level_word: str
    certainty: CertaintyBadge | None
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A summary in a list: its title, its answer in one sentence, and what to expect."""

    title: Link
    answer: str
    level: int
    level_word: str
    certainty: CertaintyBadge | None
    minutes: int
    updated: date
    topic: Link
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A shelf and how many summaries stand on it."""

    link: Link
    summaries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The context of ``home.html.j2``."""

    latest: tuple[Card, ...] = field(metadata={"help": "The newest summaries, newest first."})
    topics: tuple[Topic, ...] = field(metadata={"help": "All topics, by name."})
    summaries: int = field(metadata={"help": "How many summaries there are."})
    studies: int = field(metadata={"help": "How many studies there are."})
    start: Link | None = field(metadata={"help": "The summary to begin with; missing where there is none."})
    methods_href: str = field(metadata={"help": "Link to how we rate."})
    studies_href: str = field(metadata={"help": "Link to all studies."})
    changes_href: str = field(metadata={"help": "Link to what changed."})


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """The context of ``topic.html.j2``."""

    name: str = field(metadata={"help": "Name of the topic."})
    cards: tuple[Card, ...] = field(metadata={"help": "Its summaries, newest first."})
    home_href: str = field(metadata={"help": "Link to the home page."})


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A study in the list of all studies. ``keys`` are what the filter looks in, in small letters."""

    study: Link
    title: str
    design: str
    year: str
    people: str
    countries: str
    summaries: tuple[Link, ...]
    notice: str
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiesPage:
    """The context of ``studies.html.j2``."""

    studies: tuple[StudyLine, ...] = field(metadata={"help": "All studies, by label."})
    designs: tuple[str, ...] = field(metadata={"help": "Designs that occur, by name, for the filter."})
    csv_href: str = field(metadata={"help": "Link to the same list as a file."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A dated change of a summary."""

    day: date
    kind: str
    text: str
    summary: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """The context of ``changes.html.j2``."""

    changes: tuple[Change, ...] = field(metadata={"help": "Changes of all summaries, newest first."})


def note_of(brief: Brief, article: Article) -> Note:
    """Return what other pages tell of a summary."""
    main = main_outcome(brief, article)
    return Note(
        summary=brief.summary,
        answer=article.answer.text,
        level=brief.level.level.value,
        level_word=brief.level.level.word,
        certainty=badge(main.rating) if main else None,
        minutes=whole_minutes(article),
    )


def cards(notes: Sequence[Note], at: str) -> tuple[Card, ...]:
    """Return summaries as cards for the page ``at``: newest first; of one day, the surest first, then by title."""
    return tuple(_card(note, at) for note in _newest_first(notes))


def _newest_first(notes: Sequence[Note]) -> list[Note]:
    ordered = sorted(notes, key=lambda note: note.summary.title.casefold())
    return sorted(ordered, key=_newness, reverse=True)


def _newness(note: Note) -> tuple[date, date, int]:
    """Of one day, the surest first: it tells most."""
    return note.summary.updated, note.summary.published, note.certainty.filled if note.certainty else 0


def home_page(notes: Sequence[Note], studies: int) -> HomePage:
    """Return the context of the home page; ``studies`` is how many there are."""
    newest = cards(_newest_first(notes)[:LATEST], HOME)
    return HomePage(
        latest=newest,
        topics=tuple(
            Topic(link=Link(text=shelf[0].summary.topic, href=relative(HOME, uri)), summaries=len(shelf))
            for uri, shelf in by_topic(notes).items()
        ),
        summaries=len(notes),
        studies=studies,
        start=newest[0].title if newest else None,
        methods_href=relative(HOME, METHODS),
        studies_href=relative(HOME, STUDIES),
        changes_href=relative(HOME, CHANGES),
    )


def by_topic(notes: Sequence[Note]) -> dict[str, list[Note]]:
    """Return summaries by the address of their topic, in the order of the topics' names."""
    shelves: dict[str, list[Note]] = defaultdict(list)
    for note in sorted(notes, key=lambda item: (slugified(item.summary.topic), item.summary.slug)):
        shelves[topic_uri(note.summary.topic)].append(note)
    return dict(shelves)


def topic_page(uri: str, shelf: Sequence[Note]) -> TopicPage:
    """Return the context of one topic's page."""
    return TopicPage(name=shelf[0].summary.topic, cards=cards(shelf, uri), home_href=relative(uri, HOME))


def studies_page(studies: Sequence[Study], used_by: Mapping[str, Sequence[Summary]], renderer: Renderer) -> StudiesPage:
    """Return the context of the list of all studies; ``used_by`` has the summaries of each study."""
    ordered = sorted(studies, key=lambda study: study.label.casefold())
    return StudiesPage(
        studies=tuple(_study_line(study, used_by.get(study.id, ()), renderer) for study in ordered),
        designs=tuple(sorted({study.design.value for study in studies})),
        csv_href=relative(STUDIES, STUDIES_FILE),
    )


def changes_page(notes: Sequence[Note]) -> ChangesPage:
    """Return the context of the page of changes."""
    found = [
        Change(
            day=entry.date,
            kind=entry.kind,
            text=entry.text,
            summary=Link(text=note.summary.title, href=relative(CHANGES, summary_uri(note.summary.slug))),
        )
        for note in sorted(notes, key=lambda note: note.summary.title.casefold())
        for entry in note.summary.history
    ]
    return ChangesPage(changes=tuple(sorted(found, key=lambda change: change.day, reverse=True)))


def _card(note: Note, at: str) -> Card:
    summary = note.summary
    return Card(
        title=Link(text=summary.title, href=relative(at, summary_uri(summary.slug))),
        answer=note.answer,
        level=note.level,
        level_word=note.level_word,
        certainty=note.certainty,
        minutes=note.minutes,
        updated=summary.updated,
        topic=Link(text=summary.topic, href=relative(at, topic_uri(summary.topic))),
        status=summary.status,
    )


def _study_line(study: Study, uses: Sequence[Summary], renderer: Renderer) -> StudyLine:
    countries = ", ".join(study.countries)
    words = (study.label, study.title or "", study.design, str(study.year or ""), countries)
    titles = [summary.title for summary in uses]
    return StudyLine(
        study=Link(text=study.label, href=relative(STUDIES, study_uri(study.id))),
        title=study.title or "",
        design=study.design,
        year=str(study.year or ""),
        people="" if study.n_randomised is None else formats.count(study.n_randomised, renderer.language),
        countries=countries,
        summaries=tuple(
            Link(text=summary.title, href=relative(STUDIES, summary_uri(summary.slug))) for summary in uses
        ),
        notice=study.notice.status.replace("-", " ") if study.notice else "",
        keys=" ".join([*words, *titles]).casefold(),
    )
