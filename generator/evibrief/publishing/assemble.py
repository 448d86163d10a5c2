"""From a project's records to an edition: the whole way, in the order in which the data flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from evibrief import __version__
from evibrief.appraisal.briefs import Brief, appraise
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import RecordError, UsageError
from evibrief.exchange.explanation import explain
from evibrief.exchange.json_ld import json_ld
from evibrief.pages.article import Article, write_article
from evibrief.pages.links import summary_uri
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.site_pages import all_pages
from evibrief.publishing.checking import unfilled
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.files import Publication, files_of
from evibrief.publishing.options import settings_of_project
from evibrief.publishing.page_heads import head_of
from evibrief.records.library import Library, read_library
from evibrief.records.study import Study
from evibrief.records.summary import Status, Summary
from evibrief.synthesis import synthesise
from evibrief.synthesis.evidence import NotEstimable, PooledSynthesis, Synthesis

TEMPLATES = "templates"


def assemble(project: Path, masthead: Masthead, *, settings: Settings = DEFAULT, drafts: bool = False) -> Edition:
    """Read a project and make all its pages and files. Drafts are left out unless asked for.

    Raises:
        RecordError: with every problem of the records.
        SiteError: if the templates cannot be used.
    """
    library = read_library(project)
    renderer = Renderer(project / TEMPLATES)
    shown = [entry for entry in library.summaries.values() if drafts or entry.summary.status is not Status.DRAFT]
    studies = {name: entry.study for name, entry in library.studies.items()}
    told = [_tell(entry.summary, studies, renderer, settings) for entry in shown]
    _refuse_unfilled(told, library)
    publication = Publication(
        masthead=masthead,
        briefs=tuple(item.brief for item in told),
        articles={item.article.slug: item.article for item in told},
        studies=studies,
        updated=_newest(library),
    )
    pages = all_pages(
        publication.briefs,
        publication.articles,
        studies,
        renderer,
        settings=settings,
        site_name=masthead.name,
        version=__version__,
    )
    return Edition(
        pages=tuple(_with_metadata(pages, publication)),
        files=tuple(files_of(publication, renderer)),
        dated=publication.updated,
    )


def explained(project: Path, slug: str, outcome: str | None = None) -> str:
    """Explain the findings of one summary, or of one outcome of it.

    Raises:
        RecordError, SiteError: as :func:`assemble`.
        UsageError: if there is no such summary or outcome.
    """
    library = read_library(project)
    if slug not in library.summaries:
        raise UsageError(f"there is no summary '{slug}'; there are {', '.join(library.summaries) or 'none'}")
    renderer = Renderer(project / TEMPLATES)
    studies = {name: entry.study for name, entry in library.studies.items()}
    told = _tell(library.summaries[slug].summary, studies, renderer, settings_of_project(project))
    return explain(told.brief, told.article, renderer, outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    brief: Brief
    article: Article


def _tell(summary: Summary, studies: Mapping[str, Study], renderer: Renderer, settings: Settings) -> _Told:
    """The middle of the program: a question and its studies in, findings and their words out."""
    included = {name: studies[name] for name in summary.studies}
    syntheses = synthesise(summary, included)
    _account_for_studies(summary, syntheses)
    brief = appraise(summary, included, syntheses, settings)
    return _Told(brief=brief, article=write_article(brief, renderer, settings))


def _account_for_studies(summary: Summary, syntheses: Sequence[Synthesis]) -> None:
    """A study declared is a study pooled, or listed with the reason; anything else is a fault of ours."""
    for synthesis in syntheses:
        if isinstance(synthesis, PooledSynthesis):
            told = {row.study_id for row in synthesis.rows} | {item.study_id for item in synthesis.not_pooled}
        elif isinstance(synthesis, NotEstimable):
            told = {item.study_id for item in synthesis.not_pooled}
        else:
            continue
        lost = set(summary.studies) - told
        if lost:
            raise AssertionError(f"{summary.slug}, {synthesis.outcome_id}: not accounted for: {sorted(lost)}")


def _refuse_unfilled(told: Iterable[_Told], library: Library) -> None:
    problems = [
        problem for item in told for problem in unfilled(item.article, library.summaries[item.brief.summary.slug])
    ]
    if problems:
        raise RecordError(problems)


def _newest(library: Library) -> date:
    """The newest date of the history of any summary; a project without one is as old as its studies."""
    dates = [entry.summary.updated for entry in library.summaries.values()]
    dates += [entry.study.extraction.date for entry in library.studies.values() if entry.study.extraction.date]
    return max(dates, default=date(1980, 1, 1))


def _with_metadata(pages: Iterable[RenderedPage], publication: Publication) -> Iterator[RenderedPage]:
    briefs = {summary_uri(brief.summary.slug): brief for brief in publication.briefs}
    for page in pages:
        parts = [page.head, head_of(page, publication.masthead)]
        if (brief := briefs.get(page.uri)) is not None:
            parts.append(json_ld(brief, publication.articles[brief.summary.slug]))
        yield replace(page, head="\n".join(filter(None, parts)))
