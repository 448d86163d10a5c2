"""What the checks say of records, as data to be kept: of one record by itself, and of a summary with its studies."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from evibrief.appraisal.settings import Settings
from evibrief.checks import idle, lint_study, lint_summary, problem_of
from evibrief.checks.remarks import Remark
from evibrief.checks.words import lint_article
from evibrief.errors import Problem, Severity
from evibrief.exchange.field_order import MODELS, untidy
from evibrief.pages.article import Article
from evibrief.pages.readability import readability
from evibrief.pages.rendering import Renderer
from evibrief.pages.telling import tell
from evibrief.records.facts import a
from evibrief.records.library import STUDIES, SUMMARIES, Entry, Library, StudyEntry, SummaryEntry
from evibrief.records.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something found in a record. Of one remark of a check on a field the first counts: ``once`` tells it."""

    problem: Problem
    once: bool = False
    acknowledged: bool = False


# ---- one record by itself -------------------------------------------------------------------------------------------


def look_at(entry: Entry) -> bytes:
    """Return what one record shows by itself: the remarks on a study, and whether it is in canonical form."""
    found = list(_of_style(entry))
    if isinstance(entry, StudyEntry):
        library = Library(studies={entry.study.id: entry}, summaries={})
        found += [_found(one, library) for one in lint_study(entry.study)]
    return as_data(found)


def _of_style(entry: Entry) -> Iterator[Found]:
    """Yield a hint if a record shows at a glance that it is not in canonical form."""
    model = MODELS[STUDIES if isinstance(entry, StudyEntry) else SUMMARIES]
    if found := untidy(entry.text, model):
        line, what = found
        yield Found(
            problem=Problem(
                path=entry.path,
                line=line,
                column=1,
                field="",
                code="not-canonical",
                severity=Severity.HINT,
                message=what,
                advice="run: evibrief fmt",
            )
        )


# ---- a summary with its studies -------------------------------------------------------------------------------------


class SummaryLook:
    """Finds what a summary and its studies show together, and writes its article to see whether it can be read."""

    def __init__(self, library: Library, renderer: Renderer, settings: Settings) -> None:
        """Look at nothing yet."""
        self._library, self._renderer, self._settings = library, renderer, settings

    def __call__(self, slug: str) -> bytes:
        """Return what there is to be said of a summary."""
        entry = self._library.summaries[slug]
        entries = {name: self._library.studies[name] for name in entry.summary.studies}
        studies = {name: one.study for name, one in entries.items()}
        here = Library(studies=entries, summaries={entry.summary.slug: entry})
        found = [_found(one, here) for one in lint_summary(entry.summary, studies, self._settings)]
        article = tell(entry.summary, studies, self._renderer, self._settings).article
        problems = (*unfilled(article, entry), *_hard_to_read(article, entry, self._settings))
        return as_data([*found, *(Found(problem=problem) for problem in problems)])


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


def _hard_to_read(article: Article, entry: SummaryEntry, settings: Settings) -> Iterator[Problem]:
    """Yield what keeps an article from being read: too long, too hard."""
    fewest = settings.fewest_words_for_grade
    grade = readability(_prose(article), familiar=_familiar(entry.summary), fewest_words=fewest).grade
    for found in lint_article(entry.summary, words=article.words, grade=grade, settings=settings):
        yield problem_of(found, Library(studies={}, summaries={entry.summary.slug: entry}))


def _prose(article: Article) -> str:
    return " ".join(item.text for part in (article.key_points, *article.paragraphs) for item in part)


def _familiar(summary: Summary) -> list[str]:
    """Names that a reader of the page must know anyway."""
    question = summary.question
    names = [question.population, question.condition, question.intervention.name, question.comparator.name]
    return names + [outcome.name for outcome in summary.outcomes]


# ---- all of them ----------------------------------------------------------------------------------------------------


def problems_among(found: Iterable[Found], library: Library) -> Iterator[Problem]:
    """Yield what nobody has acknowledged, each check once for a field; and the acknowledgements that answer nothing."""
    told: set[tuple[str, str, str]] = set()
    answered: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in found:
        problem = one.problem
        if one.acknowledged:
            answered[problem.path].add((problem.code, problem.field))
        if one.once and (mark := (problem.path, problem.code, problem.field)) in told:
            continue
        elif one.once:
            told.add(mark)
        if not one.acknowledged:
            yield problem
    yield from _idle(library, answered)


def _idle(library: Library, answered: dict[str, set[tuple[str, str]]]) -> Iterator[Problem]:
    for name, study in library.study_facts().items():
        if study.acknowledges:
            entry = library.studies[name]
            here = Library(studies={entry.study.id: entry}, summaries={})
            yield from (problem_of(one, here) for one in idle(entry.study, answered[entry.path]))
    for slug, summary in library.summary_facts().items():
        if summary.acknowledges:
            page = library.summaries[slug]
            here = Library(studies={}, summaries={page.summary.slug: page})
            yield from (problem_of(one, here) for one in idle(page.summary, answered[page.path]))


def _found(remark: Remark, library: Library) -> Found:
    problem = problem_of(remark, library)
    return Found(problem=problem, once=True, acknowledged=remark.acknowledged is not None)


# ---- as data --------------------------------------------------------------------------------------------------------


def as_data(found: Iterable[Found]) -> bytes:
    """Return what was found, to be kept; most records give nothing at all."""
    rows = [[*_row(one.problem), one.once, one.acknowledged] for one in found]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8") if rows else b""


def found_from(data: bytes) -> list[Found] | None:
    """Read what :func:`as_data` wrote; nothing if it is anything else."""
    if not data:
        return []
    try:
        return [_from_row(row) for row in a(list, json.loads(data))]
    except (ValueError, TypeError, RecursionError):
        return None


def _row(problem: Problem) -> list[Any]:
    place = [problem.path, problem.line, problem.column, problem.field]
    return [*place, problem.code, problem.severity.value, problem.message, problem.advice]


def _from_row(row: Any) -> Found:
    path, line, column, field, code, severity, message, advice, once, acknowledged = row
    problem = Problem(
        path=a(str, path),
        line=a(int, line),
        column=a(int, column),
        field=a(str, field),
        code=a(str, code),
        severity=Severity(severity),
        message=a(str, message),
        advice=a(str, advice),
    )
    return Found(problem=problem, once=a(bool, once), acknowledged=a(bool, acknowledged))
