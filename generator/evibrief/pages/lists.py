"""The pages that lead to others: home, topics, changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from evibrief.appraisal.briefs import Brief
from evibrief.pages.article import Article
from evibrief.pages.division import Turning, addresses, page_of, pages_needed, turning
from evibrief.pages.findings_table import CertaintyBadge, badge
from evibrief.pages.links import (
    CHANGES,
    HOME,
    METHODS,
    STUDIES,
    Link,
    relative,
    slugified,
    summary_uri,
    topic_uri,
)
from evibrief.pages.summary_page import main_outcome, whole_minutes
from evibrief.records.summary import Status

# Summaries that the home page shows as the newest.
LATEST = 13
# Cards on one page of a topic, and changes on one page of changes: what a reader might scroll through.
MOST_CARDS = 60
MOST_CHANGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    """An entry of a summary's history."""

    day: date
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What other pages tell of a summary: so little that those of a whole publication fit in memory.

    ``author`` holds all names, ``studies`` the ids; ``minutes`` is what reading takes.
    """

    slug: str
    title: str
    topic: str
    status: Status
    author: str
    published: date
    updated: date
    history: tuple[PastChange, ...]
    studies: tuple[str, ...]
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
    cards: tuple[Card, ...] = field(metadata={"help": "Its summaries, newest first; those of this page."})
    total: int = field(metadata={"help": "How many summaries the topic has in all."})
    turning: Turning | None = field(metadata={"help": "Where this page stands in a long list; else missing."})
    home_href: str = field(metadata={"help": "Link to the home page."})


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

    changes: tuple[Change, ...] = field(
        metadata={"help": "Changes of all summaries, newest first; those of this page."}
    )
    turning: Turning | None = field(metadata={"help": "Where this page stands in a long list; else missing."})


def note_of(brief: Brief, article: Article) -> Note:
    """Return what other pages tell of a summary."""
    main, summary = main_outcome(brief, article), brief.summary
    return Note(
        slug=summary.slug,
        title=summary.title,
        topic=summary.topic,
        status=summary.status,
        author=", ".join(person.name for person in summary.people),
        published=summary.published,
        updated=summary.updated,
        history=tuple(PastChange(day=entry.date, kind=entry.kind, text=entry.text) for entry in summary.history),
        studies=summary.studies,
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
    ordered = sorted(notes, key=lambda note: note.title.casefold())
    return sorted(ordered, key=_newness, reverse=True)


def _newness(note: Note) -> tuple[date, date, int]:
    """Of one day, the surest first: it tells most."""
    return note.updated, note.published, note.certainty.filled if note.certainty else 0


def home_page(notes: Sequence[Note], studies: int) -> HomePage:
    """Return the context of the home page; ``studies`` is how many there are."""
    newest = cards(_newest_first(notes)[:LATEST], HOME)
    return HomePage(
        latest=newest,
        topics=tuple(
            Topic(link=Link(text=shelf[0].topic, href=relative(HOME, uri)), summaries=len(shelf))
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
    for note in sorted(notes, key=lambda item: (slugified(item.topic), item.slug)):
        shelves[topic_uri(note.topic)].append(note)
    return dict(shelves)


def topic_addresses(uri: str, shelf: Sequence[Note]) -> tuple[str, ...]:
    """Return the addresses of a topic's pages."""
    return addresses(uri, pages_needed(len(shelf), MOST_CARDS))


def topic_page(uris: Sequence[str], number: int, shelf: Sequence[Note]) -> TopicPage:
    """Return the context of page ``number`` of a topic, whose pages have these addresses."""
    at = uris[number - 1]
    return TopicPage(
        name=shelf[0].topic,
        cards=tuple(_card(note, at) for note in page_of(_newest_first(shelf), number, len(uris))),
        total=len(shelf),
        turning=turning(uris, number),
        home_href=relative(at, HOME),
    )


def changes_addresses(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the addresses of the pages of changes."""
    return addresses(CHANGES, pages_needed(sum(len(note.history) for note in notes), MOST_CHANGES))


def changes_page(notes: Sequence[Note], uris: Sequence[str], number: int) -> ChangesPage:
    """Return the context of page ``number`` of the changes, whose pages have these addresses."""
    found = [
        Change(
            day=past.day,
            kind=past.kind,
            text=past.text,
            summary=Link(text=note.title, href=relative(uris[number - 1], summary_uri(note.slug))),
        )
        for note in sorted(notes, key=lambda note: note.title.casefold())
        for past in note.history
    ]
    newest = sorted(found, key=lambda change: change.day, reverse=True)
    return ChangesPage(changes=tuple(page_of(newest, number, len(uris))), turning=turning(uris, number))


def _card(note: Note, at: str) -> Card:
    return Card(
        title=Link(text=note.title, href=relative(at, summary_uri(note.slug))),
        answer=note.answer,
        level=note.level,
        level_word=note.level_word,
        certainty=note.certainty,
        minutes=note.minutes,
        updated=note.updated,
        topic=Link(text=note.topic, href=relative(at, topic_uri(note.topic))),
        status=note.status,
    )
