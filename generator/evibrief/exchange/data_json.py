"""``data.json``: every figure that a summary page shows, and everything behind it, in one documented file.

The form is versioned. ``VERSION`` rises in its first part when a name or a meaning changes, in its second when
something is added. The JSON Schema is made from the types below; ``schema/summary-data.schema.json`` in this package
is its committed copy, and a test holds them together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evibrief import __version__
from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Finding, Rating, Reason
from evibrief.exchange.plain import plain, schema_of
from evibrief.pages.article import Article
from evibrief.records.citations import Citation, Report
from evibrief.records.outcomes import AnyOutcome, SetAside
from evibrief.records.study import Design
from evibrief.records.summary import (
    Eligibility,
    HistoryEntry,
    Person,
    Question,
    Search,
    SourceReview,
    Status,
)
from evibrief.synthesis.evidence import PooledSynthesis, Synthesis

FORMAT = "evibrief-summary-data"
VERSION = "1.1"
# Where the schema stands on the site; its address names the first part of the version.
SCHEMA_URI = "schema/summary-data-1.schema.json"
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelData:
    """The evidence level: its number (1 to 5), its word and its reason."""

    number: int
    word: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeData:
    """One outcome: as asked (``record``), as known (``synthesis``, of the kind that ``evidence`` names), as judged.

    ``whole`` is the pool of all studies where ``synthesis`` leaves out those at high risk of bias; otherwise missing.
    """

    evidence: str
    record: AnyOutcome
    synthesis: Synthesis
    rating: Rating | None
    finding: Finding
    whole: PooledSynthesis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyData:
    """A study that the summary declares, and the reports it was read from. Its full record has a page of its own."""

    id: str
    label: str
    title: str | None
    year: int | None
    design: Design
    n_randomised: int | None
    registrations: tuple[str, ...]
    reports: tuple[Report, ...]
    retracted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryData:
    """A summary with every figure it shows.

    Estimates within ``synthesis`` are on the natural scale of their measure (a ratio as a ratio); ``pooled``, ``yi``
    and ``vi`` are on the scale of analysis (the logarithm of a ratio). I2 and weights are percentages. Figures that
    people typed are text, with the digits of their source; figures that were computed are numbers, unrounded.
    """

    format: str
    version: str
    software: str
    slug: str
    title: str
    status: Status
    topic: str
    tags: tuple[str, ...]
    notice: str | None
    published: date
    updated: date
    question: Question
    eligibility: Eligibility
    search: Search
    source_review: SourceReview | None
    evidence_level: LevelData
    article: Article
    outcomes: tuple[OutcomeData, ...]
    studies: tuple[StudyData, ...]
    set_aside: tuple[SetAside, ...]
    references: Mapping[str, Citation]
    people: tuple[Person, ...]
    funding: str | None
    history: tuple[HistoryEntry, ...]


def data_json(brief: Brief, article: Article) -> bytes:
    """The data file of a summary, UTF-8 with a final line end.

    Raises:
        ValueError: if a figure is not a finite number.
    """
    document = {"$schema": f"../../{SCHEMA_URI}", **_object(summary_data(brief, article))}
    members = ",\n".join(_members(document))
    return f"{{\n{members}\n}}\n".encode()


def _members(document: Mapping[str, Any]) -> Iterator[str]:
    """One line for each member, and for each item of a list of objects: quick to write, and to compare."""
    for name, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n  " + ",\n  ".join(_ENCODER.encode(item) for item in value) + "\n ]"
        else:
            text = _ENCODER.encode(value)
        yield f" {_ENCODER.encode(name)}: {text}"


def data_schema() -> bytes:
    """The JSON Schema of the data file, UTF-8 with a final line end."""
    schema = schema_of(SummaryData)
    # A file may say which schema it follows.
    schema["$defs"]["SummaryData"]["properties"] = {
        "$schema": {"type": "string"},
        **schema["$defs"]["SummaryData"]["properties"],
    }
    document = {"title": f"{FORMAT} {VERSION}", **schema}
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


def summary_data(brief: Brief, article: Article) -> SummaryData:
    """Everything that the data file of a summary holds."""
    summary = brief.summary
    return SummaryData(
        format=FORMAT,
        version=VERSION,
        software=f"Evibrief {__version__}",
        slug=summary.slug,
        title=summary.title,
        status=summary.status,
        topic=summary.topic,
        tags=summary.tags,
        notice=summary.notice,
        published=summary.published,
        updated=summary.updated,
        question=summary.question,
        eligibility=summary.eligibility,
        search=summary.search,
        source_review=summary.source_review,
        evidence_level=LevelData(number=int(brief.level.level), word=brief.level.level.word, reason=brief.level.reason),
        article=article,
        outcomes=tuple(_outcome(outcome) for outcome in brief.outcomes),
        studies=tuple(_study(brief, study_id) for study_id in summary.studies),
        set_aside=summary.set_aside,
        references=summary.references,
        people=summary.people,
        funding=summary.funding,
        history=summary.history,
    )


_KINDS = {
    "PooledSynthesis": "pooled",
    "ReportedSynthesis": "reported",
    "NarrativeSynthesis": "narrative",
    "NotEstimable": "not-estimable",
}


def _outcome(outcome: OutcomeBrief) -> OutcomeData:
    return OutcomeData(
        evidence=_KINDS[type(outcome.synthesis).__name__],
        record=outcome.outcome,  # type: ignore[arg-type]
        synthesis=outcome.synthesis,
        rating=outcome.rating,
        finding=outcome.finding,
        whole=outcome.whole,
    )


def _study(brief: Brief, study_id: str) -> StudyData:
    study = brief.studies[study_id]
    return StudyData(
        id=study.id,
        label=study.label,
        title=study.title,
        year=study.year,
        design=study.design,
        n_randomised=study.n_randomised,
        registrations=study.registrations,
        reports=study.reports,
        retracted=study.is_retracted,
    )


def _object(data: SummaryData) -> dict[str, Any]:
    document = plain(data)
    assert isinstance(document, dict)
    return document
