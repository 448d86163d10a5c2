"""All generated pages of the site, from briefs and articles to finished HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from evibrief.appraisal.briefs import Brief
from evibrief.appraisal.settings import Settings
from evibrief.pages.article import Article
from evibrief.pages.figure_files import figure_files
from evibrief.pages.links import CHANGES, HOME, METHODS, STUDIES, WORDING, study_uri, summary_uri
from evibrief.pages.lists import by_topic, changes_page, home_page, studies_page, topic_page
from evibrief.pages.methods_page import methods_page
from evibrief.pages.outputs import Heading, RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.study_page import study_page
from evibrief.pages.summary_page import summary_page
from evibrief.pages.view import context
from evibrief.pages.wording_page import wording_page
from evibrief.records.study import Study
from evibrief.records.summary import Summary


def all_pages(
    briefs: Sequence[Brief],
    articles: Mapping[str, Article],
    studies: Mapping[str, Study],
    renderer: Renderer,
    *,
    settings: Settings,
    site_name: str,
    version: str,
) -> tuple[RenderedPage, ...]:
    """Return every generated page, by address.

    ``articles`` are by slug, one for each brief; ``studies`` are all studies of the project by id, also those that no
    brief uses. Which summaries readers may see is decided before: what is given is shown.
    """
    used_by: dict[str, list[Brief]] = defaultdict(list)
    for brief in sorted(briefs, key=lambda item: item.summary.slug):
        for study_id in brief.summary.studies:
            used_by[study_id].append(brief)
    pages = [
        _home(briefs, articles, list(studies.values()), renderer, site_name),
        *(
            summary_rendered(brief, articles[brief.summary.slug], renderer, settings=settings, site_name=site_name)
            for brief in briefs
        ),
        *(study_rendered(study, used_by[study.id], renderer) for study in studies.values()),
        *_topics(briefs, articles, renderer),
        _studies(studies, used_by, renderer),
        _methods(settings, renderer, version),
        _wording(renderer),
        _changes(briefs, renderer),
    ]
    return tuple(sorted(pages, key=lambda page: page.uri))


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


def study_rendered(study: Study, briefs: Sequence[Brief], renderer: Renderer) -> RenderedPage:
    """Return the page of one study; ``briefs`` are those that use it."""
    parts = (study.label, study.title, study.participants, study.setting, ", ".join(study.countries))
    words = ". ".join(part for part in parts if part)
    return RenderedPage(
        uri=study_uri(study.id),
        kind="study",
        title=study.label,
        description=renderer.speak("pages.study-description", label=study.label, title=study.title or ""),
        body=renderer.render("study.html.j2", **context(study_page(study, briefs, renderer))),
        search_text=words,
        record=f"studies/{study.id}.yaml",
        updated=study.extraction.date,
    )


def _home(
    briefs: Sequence[Brief],
    articles: Mapping[str, Article],
    studies: Sequence[Study],
    renderer: Renderer,
    site_name: str,
) -> RenderedPage:
    view = home_page(briefs, articles, studies)
    return RenderedPage(
        uri=HOME,
        kind="home",
        title=site_name,
        description=renderer.speak("pages.home-description", summaries=view.summaries, studies=view.studies),
        body=renderer.render("home.html.j2", **context(view)),
        updated=max((brief.summary.updated for brief in briefs), default=None),
    )


def _topics(briefs: Sequence[Brief], articles: Mapping[str, Article], renderer: Renderer) -> Iterator[RenderedPage]:
    for uri, shelf in by_topic(briefs).items():
        view = topic_page(uri, shelf, articles)
        yield RenderedPage(
            uri=uri,
            kind="topic",
            title=view.name,
            description=renderer.speak("pages.topic-description", topic=view.name, summaries=len(shelf)),
            body=renderer.render("topic.html.j2", **context(view)),
            search_text=view.name,
            updated=max(brief.summary.updated for brief in shelf),
        )


def _studies(studies: Mapping[str, Study], used_by: Mapping[str, Sequence[Brief]], renderer: Renderer) -> RenderedPage:
    view = studies_page(list(studies.values()), used_by, renderer)
    title = renderer.speak("pages.studies-title")
    return RenderedPage(
        uri=STUDIES,
        kind="studies",
        title=title,
        description=renderer.speak("pages.studies-description", studies=len(studies)),
        body=renderer.render("studies.html.j2", **context(view)),
        search_text=title,
    )


def _methods(settings: Settings, renderer: Renderer, version: str) -> RenderedPage:
    title = renderer.speak("pages.methods-title")
    view = methods_page(settings, renderer, version=version)
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


def _changes(briefs: Sequence[Brief], renderer: Renderer) -> RenderedPage:
    title = renderer.speak("pages.changes-title")
    return RenderedPage(
        uri=CHANGES,
        kind="changes",
        title=title,
        description=renderer.speak("pages.changes-description"),
        body=renderer.render("changes.html.j2", **context(changes_page(briefs))),
        search_text=title,
        updated=max((brief.summary.updated for brief in briefs), default=None),
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
