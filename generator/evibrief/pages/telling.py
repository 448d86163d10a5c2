"""The middle of the program: a question and its studies in, findings and their words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief, appraise
from evibrief.appraisal.settings import Settings
from evibrief.pages.article import Article, write_article
from evibrief.pages.rendering import Renderer
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis import synthesise
from evibrief.synthesis.evidence import NotEstimable, PooledSynthesis, Synthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A summary's findings, and the article that tells them."""

    brief: Brief
    article: Article


def tell(summary: Summary, studies: Mapping[str, Study], renderer: Renderer, settings: Settings) -> Told:
    """Synthesise, appraise and put into words; ``studies`` are those of the project, by id."""
    included = {name: studies[name] for name in summary.studies}
    syntheses = synthesise(summary, included)
    _account_for_studies(summary, syntheses)
    brief = appraise(summary, included, syntheses, settings)
    return Told(brief=brief, article=write_article(brief, renderer, settings))


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
