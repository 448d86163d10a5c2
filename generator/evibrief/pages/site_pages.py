"""All generated pages of the site, from briefs and articles to finished HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol

from evibrief.appraisal.briefs import Brief
from evibrief.appraisal.settings import Settings
from evibrief.pages.article import Article
from evibrief.pages.figure_files import figure_files
from evibrief.pages.links import HOME, METHODS, STUDIES, WORDING, study_uri, summary_uri
from evibrief.pages.lists import (
    Note,
    by_topic,
    changes_addresses,
    changes_page,
    home_page,
    topic_addresses,
    topic_page,
)
from evibrief.pages.methods_page import ComparedNotices, methods_page
from evibrief.pages.outputs import Heading, RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.study_list import StudyList, StudyRow
from evibrief.pages.study_page import Use, study_page
from evibrief.pages.summary_page import summary_page
from evibrief.pages.view import context
from evibrief.pages.wording_page import wording_page
from evibrief.records.study import Study
from evibrief.records.summary import Summary

# How to make pages, by their addresses.
_Makers = dict[str, Callable[[], RenderedPage]]


class UsesStudies(Protocol):
    """A summary, or the facts of one."""

    @property
    def slug(self) -> str:
        """Its id."""
        ...

    @property
    def title(self) -> str:
        """What it is called."""
        ...

    @property
    def studies(self) -> Sequence[str]:
        """The ids of its studies."""
        ...


def uses_of(summaries: Iterable[UsesStudies]) -> dict[str, list[Use]]:
    """Return the summaries that use each study, by the study's id, in the order of their slugs."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for summary in sorted(summaries, key=lambda item: item.slug):
        use = Use(slug=summary.slug, title=summary.title)
        for study_id in summary.studies:
            uses[study_id].append(use)
    return dict(uses)


def list_pages(
    notes: Sequence[Note],
    studies: Sequence[StudyRow],
    renderer: Renderer,
    *,
    settings: Settings,
    site_name: str,
    version: str,
    compared: ComparedNotices | None = None,
) -> _Makers:
    """Return how to make the pages that lead to summaries and studies, and what is said of all of them, by address.

    ``studies`` are all studies of the project, also those that no summary uses. Which summaries readers may see
    is decided before: what is given is shown.
    """
    return {
        HOME: lambda: _home(notes, len(studies), renderer, site_name),
        **_topics(notes, renderer),
        **_studies(studies, notes, renderer),
        METHODS: lambda: _methods(settings, renderer, compared, version),
        WORDING: lambda: _wording(renderer),
        **_changes(notes, renderer),
    }


def summary_rendered(
    brief: Brief, article: Article, renderer: Renderer, *, settings: Settings, site_name: str
) -> RenderedPage:
    """Return the page of one summary."""
    summary = brief.summary
    uri = summary_uri(summary.slug)
    view = summary_page(brief, article, renderer, settings=settings, site_name=site_name)
    return RenderedPage(
        uri=uri,
        kind="summary",
        title=summary.title,
        description=article.answer.text,
        body=renderer.render("summary.html.j2", **context(view)),
        headings=tuple(_summary_headings(view.story, renderer)),
        search_text="\n".join(_search_texts(summary, article)),
        record=f"summaries/{summary.slug}.yaml",
        updated=summary.updated,
        files=tuple(figure_files(view, uri, renderer)),
    )


def study_rendered(study: Study, uses: Sequence[Use], renderer: Renderer) -> RenderedPage:
    """Return the page of one study; ``uses`` are the summaries that use it."""
    parts = (study.label, study.title, study.participants, study.setting, ", ".join(study.countries))
    words = ". ".join(part for part in parts if part)
    return RenderedPage(
        uri=study_uri(study.id),
        kind="study",
        title=study.label,
        description=renderer.speak("pages.study-description", label=study.label, title=study.title or ""),
        body=renderer.render("study.html.j2", **context(study_page(study, uses, renderer))),
        search_text=words,
        record=f"studies/{study.id}.yaml",
        updated=study.extraction.date,
    )


def _home(notes: Sequence[Note], studies: int, renderer: Renderer, site_name: str) -> RenderedPage:
    view = home_page(notes, studies)
    return RenderedPage(
        uri=HOME,
        kind="home",
        title=site_name,
        description=renderer.speak("pages.home-description", summaries=view.summaries, studies=view.studies),
        body=renderer.render("home.html.j2", **context(view)),
        updated=max((note.updated for note in notes), default=None),
    )


def _topics(notes: Sequence[Note], renderer: Renderer) -> _Makers:
    return {
        at: partial(_topic, uris, number, shelf, renderer)
        for uri, shelf in by_topic(notes).items()
        for uris in [topic_addresses(uri, shelf)]
        for number, at in enumerate(uris, start=1)
    }


def _topic(uris: Sequence[str], number: int, shelf: Sequence[Note], renderer: Renderer) -> RenderedPage:
    view = topic_page(uris, number, shelf)
    return RenderedPage(
        uri=uris[number - 1],
        kind="topic",
        title=renderer.speak("pages.part-title", title=view.name, number=number),
        description=renderer.speak("pages.topic-description", topic=view.name, summaries=len(shelf)),
        body=renderer.render("topic.html.j2", **context(view)),
        search_text=view.name if number == 1 else "",
        updated=max(note.updated for note in shelf),
    )


def _studies(studies: Sequence[StudyRow], notes: Sequence[Note], renderer: Renderer) -> _Makers:
    listed = StudyList(studies, uses_of(notes), renderer)
    return {uri: partial(_studies_page, listed, uri, renderer) for uri in listed.addresses}


def _studies_page(listed: StudyList, uri: str, renderer: Renderer) -> RenderedPage:
    view = listed.page(uri)
    title = renderer.speak("pages.studies-title")
    if view.turning is not None:
        first, last = view.studies[0].study.text, view.studies[-1].study.text
        title = renderer.speak("pages.studies-part", first=first, last=last)
    return RenderedPage(
        uri=uri,
        kind="studies",
        title=title,
        description=renderer.speak("pages.studies-description", studies=view.total),
        body=renderer.render("studies.html.j2", **context(view)),
        search_text=title if uri == STUDIES else "",
    )


def _methods(settings: Settings, renderer: Renderer, compared: ComparedNotices | None, version: str) -> RenderedPage:
    title = renderer.speak("pages.methods-title")
    view = methods_page(settings, renderer, compared=compared, version=version)
    return RenderedPage(
        uri=METHODS,
        kind="methods",
        title=title,
        description=renderer.speak("pages.methods-description"),
        body=renderer.render("methods.html.j2", **context(view)),
        search_text=title,
    )


def _wording(renderer: Renderer) -> RenderedPage:
    title = renderer.speak("pages.wording-title")
    return RenderedPage(
        uri=WORDING,
        kind="methods",
        title=title,
        description=renderer.speak("pages.wording-description"),
        body=renderer.render("wording.html.j2", **context(wording_page(renderer))),
        search_text=title,
    )


def _changes(notes: Sequence[Note], renderer: Renderer) -> _Makers:
    uris = changes_addresses(notes)
    return {uri: partial(_changes_page, notes, uris, number, renderer) for number, uri in enumerate(uris, start=1)}


def _changes_page(notes: Sequence[Note], uris: Sequence[str], number: int, renderer: Renderer) -> RenderedPage:
    title = renderer.speak("pages.changes-title")
    return RenderedPage(
        uri=uris[number - 1],
        kind="changes",
        title=renderer.speak("pages.part-title", title=title, number=number),
        description=renderer.speak("pages.changes-description"),
        body=renderer.render("changes.html.j2", **context(changes_page(notes, uris, number))),
        search_text=title if number == 1 else "",
        updated=max((note.updated for note in notes), default=None),
    )


def _summary_headings(story: Sequence[object], renderer: Renderer) -> Iterator[Heading]:
    for section in story:
        name = getattr(section, "id", "")
        yield Heading(level=2, id=name, title=renderer.speak("pages.section", id=name))
    yield Heading(level=2, id="evidence", title=renderer.speak("pages.section", id="evidence"))


def _search_texts(summary: Summary, article: Article) -> Iterator[str]:
    question = summary.question
    yield from (point.text for point in article.key_points)
    yield ". ".join((question.population, question.condition, question.intervention.name, question.comparator.name))
    yield ", ".join(outcome.name for outcome in summary.outcomes)
    if summary.tags:
        yield ", ".join(summary.tags)
