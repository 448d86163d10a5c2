"""Everything that `evibrief check` looks at: the form of the records, their figures, their words, their articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.checks import lint
from evibrief.checks.words import lint_article
from evibrief.errors import Problem, RecordError, Severity
from evibrief.exchange.field_order import MODELS, untidy
from evibrief.pages.article import Article
from evibrief.pages.readability import readability
from evibrief.pages.rendering import Renderer
from evibrief.pages.telling import tell
from evibrief.publishing.notices import today
from evibrief.publishing.options import settings_of_project
from evibrief.publishing.packaged import templates_of
from evibrief.publishing.pinned_notices import pinned_notices_of_project, problems_of_notices
from evibrief.records.folders import record_names
from evibrief.records.library import SummaryEntry, check_records, read_library
from evibrief.records.source import read_text
from evibrief.records.study import Study
from evibrief.records.summary import Summary


def check_project(project: Path, *, day: date | None = None) -> tuple[Problem, ...]:
    """Return every problem of a project, in the order of path and line.

    What records mean is looked at only where all of them can be read. ``day`` is today, from which the age of a file of
    notices is counted; the day of the newest record where it is not given.

    Raises:
        UsageError, SiteError: if mkdocs.yml or the templates cannot be used.
    """
    problems = list(check_records(project))
    settings = DEFAULT
    try:
        settings = settings_of_project(project)
    except RecordError as error:
        problems += error.problems
    if not any(problem.severity is Severity.ERROR for problem in problems):
        library = read_library(project)
        problems += lint(library, settings)
        problems += hints_of_style(project)
        pinned = pinned_notices_of_project(project)
        problems += problems_of_notices(library.studies.values(), pinned, day or today(library))
        studies = {name: entry.study for name, entry in library.studies.items()}
        problems += problems_of_articles(library.summaries.values(), studies, templates_of(project), settings)
    return tuple(sorted(problems))


def hints_of_style(project: Path) -> Iterator[Problem]:
    """Yield a hint for each record that shows at a glance that it is not in canonical form."""
    for folder, model in MODELS.items():
        for name in record_names(project, folder, []):
            path = f"{folder}/{name}.yaml"
            if found := untidy(read_text(project / path, shown_as=path), model):
                line, what = found
                yield Problem(
                    path=path,
                    line=line,
                    column=1,
                    field="",
                    code="not-canonical",
                    severity=Severity.HINT,
                    message=what,
                    advice="run: evibrief fmt",
                )


def problems_of_articles(
    entries: Iterable[SummaryEntry], studies: Mapping[str, Study], templates: Path, settings: Settings
) -> Iterator[Problem]:
    """Write each summary's article, and yield what keeps it from being read: nothing to fill in, too long, too hard."""
    renderer = Renderer(templates)
    for entry in entries:
        article = tell(entry.summary, studies, renderer, settings).article
        yield from unfilled(article, entry)
        fewest = settings.fewest_words_for_grade
        grade = readability(_prose(article), familiar=_familiar(entry.summary), fewest_words=fewest).grade
        for found in lint_article(entry.summary, words=article.words, grade=grade, settings=settings):
            place = entry.place(found.location)
            yield Problem(
                path=entry.path,
                line=place.line,
                column=place.column,
                field=found.field,
                code=found.code,
                severity=found.severity,
                message=found.message,
                advice=found.advice,
            )


def unfilled(article: Article, entry: SummaryEntry) -> Iterator[Problem]:
    """Yield each placeholder of an article for which there is no figure."""
    for missing in article.unfilled:
        place = entry.place(tuple(int(part) if part.isdigit() else part for part in missing.field.split(".")))
        yield Problem(
            path=entry.path,
            line=place.line,
            column=place.column,
            field=missing.field,
            code="unfilled-placeholder",
            message=f"there is no figure for {{{missing.placeholder}}}: {missing.reason}",
            advice="leave the placeholder out, or name a figure that there is",
        )


def _prose(article: Article) -> str:
    return " ".join(item.text for part in (article.key_points, *article.paragraphs) for item in part)


def _familiar(summary: Summary) -> list[str]:
    """Names that a reader of the page must know anyway."""
    question = summary.question
    names = [question.population, question.condition, question.intervention.name, question.comparator.name]
    return names + [outcome.name for outcome in summary.outcomes]
