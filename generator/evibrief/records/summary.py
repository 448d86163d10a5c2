"""A summary: a question, the studies that answer it, what people judged, and the prose that only they can write."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .acknowledgements import Acknowledgement
from .citations import Citation, Source
from .fields import (
    Choice,
    Date,
    Id,
    Issued,
    Line,
    Many,
    PositiveCount,
    Prose,
    Record,
    problem,
    raise_all,
)
from .outcomes import AnyOutcome, GrammaticalNumber, SetAside
from .study import known, unique

MONTHS = 12


class Status(StrEnum):
    """Where a summary is in its life. A draft is built in preview only."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Term(Record):
    """What is done or compared, worded so that a sentence can use it."""

    name: Line = Field(description="As it reads in the middle of a sentence, such as peer support groups.")
    number: Choice[GrammaticalNumber] = Field(description="plural for peer support groups, singular for warfarin.")
    explained: Prose | None = Field(None, description="What it is, in a sentence for someone who has never met it.")


class Question(Record):
    """The question in its parts (PICO); the outcomes stand in the summary's list."""

    population: Line = Field(description="Such as adults with a mental health condition.")
    condition: Line = Field(description="The condition, in one or two words, such as mental health conditions.")
    intervention: Term
    comparator: Term
    kind: Literal["intervention", "exposure"] = Field("intervention", description="exposure where nobody chose it.")


class Eligibility(Record):
    """Which studies count, each part worded to follow its label in a sentence."""

    participants: Prose = Field(description="Whom the studies had to include, such as adults of 18 or over with ...")
    studies: Prose = Field(description="Which studies count, such as randomised trials of group peer support.")
    excluded: Prose | None = Field(None, description="Which do not, such as trials that randomised clusters.")
    outcomes: Many[Line] = Field((), description="The outcomes asked for, where the source names them.")
    source: Source | None = None


class Search(Record):
    """How the studies were found."""

    through: Issued | None = Field(None, description="How far it reaches: a day, or the month or year alone.")
    databases: Many[Line] = ()
    note: Prose | None = Field(None, description="What is not known of the search, or how studies were chosen instead.")
    source: Source | None = None

    @property
    def last_day(self) -> date | None:
        """The last day that the search can cover: of a month or a year without a day, its last one."""
        if self.through is None:
            return None
        year, *rest = (int(part) for part in self.through.split("-"))
        month = rest[0] if rest else MONTHS
        return date(year, month, rest[1] if len(rest) > 1 else monthrange(year, month)[1])


class StatedFact(Record):
    """A fact of the source review that no other field holds, worded as a full sentence."""

    text: Prose
    source: Source


class ReviewDesign(StrEnum):
    """What kinds of studies a review brings together."""

    RANDOMISED = "randomised"
    CONTROLLED = "controlled"  # controlled, but not (all) randomised
    UNCONTROLLED = "uncontrolled"


class SourceReview(Record):
    """The published review that a summary reports on, or takes its studies from."""

    reference: Id = Field(description="One of the references.")
    relation: Literal["reports-on", "re-pools"] = Field(
        description="reports-on: its results are told; re-pools: its studies are pooled again here."
    )
    studies_design: Choice[ReviewDesign]
    articles: PositiveCount | None = None
    articles_pooled: PositiveCount | None = None
    studies: PositiveCount | None = None
    participants: PositiveCount | None = None
    followup: Line | None = Field(None, description="Such as 3 weeks to 6 months after the groups ended.")
    high_or_unclear_risk_studies: PositiveCount | None = None
    facts: Many[StatedFact] = ()
    sources: Many[Source] = Field(min_length=1, description="Where these facts were read.")


class Writing(Record):
    """What only a person can write. Figures appear as placeholders such as {hope.estimate}."""

    background: Prose = Field(description="Why the question matters, in two or three sentences.")
    interpretation: Prose = Field(description="What it means for the reader.")
    background_sources: Many[Source] = ()


class Person(Record):
    """Somebody who signs the summary."""

    name: Line
    role: Line = Field(description="Such as author, clinical editor, methods editor.")
    orcid: Line | None = None


class Image(Record):
    """A picture, with its rights."""

    file: Line = Field(description="Name of a file in site/docs/images.")
    alternative: Line = Field(description="What it shows, for people who do not see it.")
    credit: Line
    licence: Line


class ChangeKind(StrEnum):
    """Why an entry of the history was written."""

    FIRST = "first"
    UPDATE = "update"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class HistoryEntry(Record):
    """A dated change of the summary."""

    date: Date
    kind: Choice[ChangeKind]
    text: Prose = Field(description="What changed and why, in words for readers.")


class Summary(Record):
    """One question and its answer's ingredients. The slug is also the name of its file."""

    slug: Id
    title: Line = Field(description="What was asked or done; the answer is computed, so no verdict belongs here.")
    status: Choice[Status]
    topic: Line = Field(description="The shelf it stands on, such as Mental health.")
    tags: Many[Line] = ()
    question: Question
    references: dict[Id, Citation] = Field({}, description="What the summary itself cites.")
    source_review: SourceReview | None = None
    notice: Prose | None = Field(None, description="A label that must not be missed, such as: an illustration.")
    eligibility: Eligibility
    search: Search
    studies: Many[Id] = ()
    set_aside: Many[SetAside] = Field((), description="Studies considered and not used, with the reason.")
    outcomes: Many[AnyOutcome] = Field(min_length=1, description="In order of importance.")
    limitations: Many[Prose] = Field((), description="The editors' own; the computed ones are added.")
    writing: Writing
    people: Many[Person] = Field(min_length=1)
    funding: Line | None = Field(None, description="Who paid for this summary.")
    image: Image | None = None
    acknowledged: Many[Acknowledgement] = Field((), description="Remarks of the checks that are right as they stand.")
    history: Many[HistoryEntry] = Field(min_length=1)

    @property
    def updated(self) -> Date:
        """Day of the newest entry of the history."""
        return max(entry.date for entry in self.history)

    @property
    def published(self) -> Date:
        """Day of the first entry of the history."""
        return min(entry.date for entry in self.history)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        raise_all([*self._lists(), *self._sources(), *self._placeholders()])
        return self

    def _lists(self) -> Iterator[PydanticCustomError]:
        yield from unique([outcome.id for outcome in self.outcomes], "outcomes", "outcome")
        for index, name in enumerate(self.studies):
            if name in self.studies[:index]:
                advice = "name each study once"
                yield problem("duplicate-id", f"'{name}' is listed twice", advice=advice, at=f"studies.{index}")
        for index, item in enumerate(self.set_aside):
            if item.study in self.studies:
                text = f"'{item.study}' is both in studies and set aside"
                yield problem("duplicate-id", text, at=f"set_aside.{index}.study")

    def _sources(self) -> Iterator[PydanticCustomError]:
        for at, source in _sources_of(self):
            for field, name in (("report", source.report), ("seen_in", source.seen_in)):
                yield from known(name, self.references, f"{at}.{field}", "reference", "references")
        if self.source_review is not None:
            at = "source_review.reference"
            yield from known(self.source_review.reference, self.references, at, "reference", "references")

    def _placeholders(self) -> Iterator[PydanticCustomError]:
        outcomes = [outcome.id for outcome in self.outcomes]
        texts = [
            ("writing.background", self.writing.background),
            ("writing.interpretation", self.writing.interpretation),
        ]
        texts += [(f"limitations.{index}", text) for index, text in enumerate(self.limitations)]
        for at, text in texts:
            for name in placeholders(text):
                owner, _, field = name.partition(".")
                fields = REVIEW_PLACEHOLDERS if owner == "review" else OUTCOME_PLACEHOLDERS
                if owner != "review" and owner not in outcomes:
                    advice = f"the outcomes are {', '.join(outcomes)}"
                    yield problem("unknown-placeholder", f"{{{name}}} names no outcome", advice=advice, at=at)
                elif field not in fields:
                    advice = f"after '{owner}.' write one of {', '.join(fields)}"
                    yield problem("unknown-placeholder", f"{{{name}}} names nothing", advice=advice, at=at)


# What prose may quote of an outcome, and of the source review.
OUTCOME_PLACEHOLDERS = (
    "estimate",
    "interval",
    "estimate-with-interval",
    "studies",
    "participants",
    "certainty",
    "with-per-1000",
    "without-per-1000",
    "difference-per-1000",
    "i2",
)
REVIEW_PLACEHOLDERS = ("studies", "participants", "articles", "articles-pooled", "followup")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> list[str]:
    """Return what stands in braces in a piece of prose, in order."""
    return _PLACEHOLDER.findall(text)


def _sources_of(part: object, at: str = "") -> Iterator[tuple[str, Source]]:
    """Yield every Source below a part of a record, with the dotted way to it."""
    if isinstance(part, Source):
        yield at, part
    elif isinstance(part, Record):
        for name in type(part).model_fields:
            yield from _sources_of(getattr(part, name), f"{at}.{name}" if at else name)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _sources_of(item, f"{at}.{index}")
    elif isinstance(part, dict):
        for key, item in part.items():
            yield from _sources_of(item, f"{at}.{key}")
