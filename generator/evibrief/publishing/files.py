"""The files beside the pages: data, tables, citations, feeds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from evibrief import __version__
from evibrief.appraisal.briefs import Brief
from evibrief.exchange.citations import bibtex, ris
from evibrief.exchange.csv_tables import Cell, effects_csv, studies_csv
from evibrief.exchange.data_json import SCHEMA_URI, data_json, data_schema
from evibrief.exchange.feeds import Feed, FeedEntry, atom, json_feed, robots
from evibrief.exchange.summary_markdown import summary_markdown
from evibrief.pages.article import Article
from evibrief.pages.links import summary_uri
from evibrief.pages.lists import Note
from evibrief.pages.outputs import RenderedFile
from evibrief.pages.rendering import Renderer
from evibrief.pages.site_pages import uses_of
from evibrief.publishing.edition import Masthead
from evibrief.publishing.staging import MARK
from evibrief.records.citations import Citation
from evibrief.records.summary import Status

# The files that stand for the whole publication.
SITE_FILES = frozenset({"studies.csv", "feed.xml", "feed.json", "robots.txt", SCHEMA_URI, MARK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is published together: what is told of each summary, in the order of their slugs; how many studies there
    are, and the line of each.
    """

    masthead: Masthead
    notes: tuple[Note, ...]
    studies: int
    lines: Iterable[Mapping[str, Cell]]
    updated: date


def site_files(publication: Publication) -> Iterator[RenderedFile]:
    """Yield the content of :data:`SITE_FILES`."""
    yield RenderedFile(uri="studies.csv", content=studies_csv(publication.lines, _uses(publication)))
    feed = _feed(publication)
    yield RenderedFile(uri="feed.xml", content=atom(feed))
    yield RenderedFile(uri="feed.json", content=json_feed(feed))
    yield RenderedFile(uri="robots.txt", content=robots(publication.masthead.url))
    yield RenderedFile(uri=SCHEMA_URI, content=data_schema())
    yield RenderedFile(uri=MARK, content=_mark(publication))


def files_beside(brief: Brief, article: Article, renderer: Renderer) -> Iterator[RenderedFile]:
    """The files beside the page of a summary."""
    folder = summary_uri(brief.summary.slug)
    cited = _references(brief)
    yield RenderedFile(uri=f"{folder}data.json", content=data_json(brief, article))
    yield RenderedFile(uri=f"{folder}effects.csv", content=effects_csv(brief))
    yield RenderedFile(uri=f"{folder}summary.md", content=summary_markdown(article, renderer))
    yield RenderedFile(uri=f"{folder}references.ris", content=ris(cited))
    yield RenderedFile(uri=f"{folder}references.bib", content=bibtex(cited))


def _references(brief: Brief) -> dict[str, Citation]:
    """What the summary cites, and the reports of its studies, by a key that holds no space."""
    cited: dict[str, Citation] = dict(brief.summary.references)
    for study_id in brief.summary.studies:
        cited |= {f"{study_id}.{report.id}": report for report in brief.studies[study_id].reports}
    return cited


def _uses(publication: Publication) -> dict[str, list[str]]:
    uses = uses_of(publication.notes)
    return {study_id: [summary.slug for summary in summaries] for study_id, summaries in uses.items()}


def _feed(publication: Publication) -> Feed:
    return Feed(
        title=publication.masthead.name,
        site_url=publication.masthead.url,
        updated=publication.updated,
        entries=tuple(_entry(note) for note in publication.notes if note.status is not Status.DRAFT),
    )


def _entry(note: Note) -> FeedEntry:
    return FeedEntry(
        uri=summary_uri(note.slug),
        title=note.title,
        text=note.answer,
        topic=note.topic,
        author=note.author,
        published=note.published,
        updated=note.updated,
    )


def _mark(publication: Publication) -> bytes:
    """Says that the folder is a site of ours, and of which state."""
    document = {
        "format": "evibrief-site",
        "software": f"Evibrief {__version__}",
        "updated": publication.updated.isoformat(),
        "summaries": [note.slug for note in publication.notes],
        "studies": publication.studies,
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()
