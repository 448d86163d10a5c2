"""The repository's own summaries, told once for the tests of everything that is written from them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from evibrief.appraisal.briefs import Brief, appraise
from evibrief.pages.article import Article, write_article
from evibrief.pages.rendering import Renderer
from evibrief.records.library import Library, read_library
from evibrief.synthesis import synthesise

REPOSITORY = Path(__file__).resolve().parents[2]


@cache
def library() -> Library:
    return read_library(REPOSITORY)


@cache
def renderer() -> Renderer:
    return Renderer(REPOSITORY / "templates")


def slugs() -> list[str]:
    return sorted(path.stem for path in (REPOSITORY / "summaries").glob("*.yaml"))


@cache
def brief(slug: str) -> Brief:
    summary = library().summaries[slug].summary
    studies = {name: library().studies[name].study for name in summary.studies}
    return appraise(summary, studies, synthesise(summary, studies))


@cache
def article(slug: str) -> Article:
    return write_article(brief(slug), renderer())
