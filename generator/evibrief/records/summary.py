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
    ImageName,
    Issued,
    Line,
    Many,
    PositiveCount,
    Prose,
    Record,
    problem,
    raise_all,
)
from .markup import is_refused
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

    name: Line = Field(description="As it reads in the middle of a sentence.", examples=["peer support groups"])
    short: Line | None = Field(
        None,
        description="What it is called once it has been named, in the same number; left out to repeat the name.",
        examples=["the groups"],
    )
    number: Choice[GrammaticalNumber] = Field(description="plural for peer support groups, singular for warfarin.")
    explained: Prose | None = Field(
        None,
        description="What it is, in a sentence for someone who has never met it.",
        examples=["People with the same illness meet to share what helps them."],
    )


class Question(Record):
    """The question in its parts (PICO); the outcomes stand in the summary's list."""

    population: Line = Field(
        description="Whom the question is about.", examples=["adults with a mental health condition"]
    )
    condition: Line = Field(description="The condition, in one or two words.", examples=["mental health conditions"])
    intervention: Term = Field(description="What is done.")
    comparator: Term = Field(description="What it is compared with.")
    kind: Literal["intervention", "exposure"] = Field(
        "intervention", description="intervention, or exposure where nobody chose it."
    )


class Eligibility(Record):
    """Which studies count, each part worded to follow its label in a sentence."""

    participants: Prose = Field(
        description="Whom the studies had to include, worded to follow a label.",
        examples=["adults of 18 or over with a mental health condition"],
    )
    studies: Prose = Field(
        description="Which studies count, worded to follow a label.",
        examples=["randomised trials of group peer support"],
    )
    excluded: Prose | None = Field(
        None, description="Which do not, worded to follow a label.", examples=["trials that randomised clusters"]
    )
    outcomes: Many[Line] = Field(
        (), description="The outcomes asked for, where the source names them.", examples=[["recovery", "hope"]]
    )
    source: Source | None = Field(None, description="Where the criteria stand, if a review set them.")


class Search(Record):
    """How the studies were found."""

    through: Issued | None = Field(
        None,
        description="How far the search reaches: a day, or the month or year alone.",
        examples=["2020-07", "2026-03-01"],
    )
    databases: Many[Line] = Field((), description="Databases that were searched.", examples=[["MEDLINE", "CENTRAL"]])
    note: Prose | None = Field(
        None,
        description="What is not known of the search, or how studies were chosen instead.",
        examples=["No search was made; this page tells of one trial."],
    )
    source: Source | None = Field(None, description="Where the search is described.")

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

    text: Prose = Field(
        description="The fact, as a full sentence.", examples=["Six of the eight trials were led by trained peers."]
    )
    source: Source = Field(description="Where it stands.")


class ReviewDesign(StrEnum):
    """What kinds of studies a review brings together."""

    RANDOMISED = "randomised"
    CONTROLLED = "controlled"  # controlled, but not (all) randomised
    UNCONTROLLED = "uncontrolled"


class LongestFollowUp(Record):
    """How long after its start, or after the end of the intervention, the last people were asked."""

    number: PositiveCount = Field(description="A whole number: 18 months and not 1.5 years.", examples=[6])
    unit: Literal["days", "weeks", "months", "years"] = Field(description="What the number counts.")
    counted_from: Literal["start", "end"] = Field(description="From the start or from the end of the intervention.")

    @property
    def weeks(self) -> float:
        """The same in weeks, of which a year has 52, so that half a year or six months are 26."""
        in_weeks = {"days": 1 / 7, "weeks": 1.0, "months": 52 / 12, "years": 52.0}
        return float(self.number) * in_weeks[self.unit]


class SourceReview(Record):
    """The published review that a summary reports on, or takes its studies from."""

    reference: Id = Field(description="The review: the name of one of the references.", examples=["review"])
    relation: Literal["reports-on", "re-pools"] = Field(
        description="reports-on: its results are told; re-pools: its studies are pooled again here."
    )
    studies_design: Choice[ReviewDesign] = Field(
        description=("Whether its studies were all randomised, controlled but not all randomised, or uncontrolled.")
    )
    articles: PositiveCount | None = Field(None, description="Articles that the review includes.", examples=[11])
    articles_pooled: PositiveCount | None = Field(None, description="Articles in its meta-analysis.", examples=[8])
    studies: PositiveCount | None = Field(None, description="Studies that the review includes.", examples=[9])
    participants: PositiveCount | None = Field(None, description="People in them.", examples=[2131])
    followup: Line | None = Field(
        None, description="How long people were followed.", examples=["3 weeks to 6 months after the groups ended"]
    )
    longest_followup: LongestFollowUp | None = Field(
        None,
        description="The longest of any study, as a figure; left out where the review does not say.",
        examples=[{"number": 6, "unit": "months", "counted_from": "end"}],
    )
    high_or_unclear_risk_studies: PositiveCount | None = Field(
        None, description="Studies that the review judged to be at high or unclear risk of bias.", examples=[5]
    )
    facts: Many[StatedFact] = Field(
        (), description="Facts of the review that no other field holds, each with its place."
    )
    sources: Many[Source] = Field(min_length=1, description="Where these facts were read.")


class Writing(Record):
    """What only a person can write. Figures appear as placeholders such as {hope.estimate}.

    Here and in limitations, *emphasis*, **strong** and [links](https://...) are understood.
    """

    background: Prose = Field(
        description="Why the question matters, in two or three sentences.",
        examples=["Many people with a mental illness meet others who have one."],
    )
    interpretation: Prose = Field(
        description="What it means for the reader; figures only as placeholders.",
        examples=["What {recovery.studies} small trials found leaves room for either choice."],
    )
    background_sources: Many[Source] = Field((), description="Where the facts of the background stand.")


class Person(Record):
    """Somebody who signs the summary."""

    name: Line = Field(description="Name, as it is to be printed.", examples=["A. Example"])
    role: Line = Field(description="What they did.", examples=["clinical editor"])
    orcid: Line | None = Field(None, description="Their ORCID.", examples=["0000-0002-1825-0097"])
    group: bool = Field(default=False, description="Whether the name is that of a group, such as the editors.")


class Image(Record):
    """A picture, with its rights."""

    file: ImageName = Field(description="Name of a file in site/docs/images.", examples=["peer-support-circle.svg"])
    alternative: Line = Field(
        description="What it shows, for people who do not see it.", examples=["Six people sit in a circle and talk."]
    )
    credit: Line = Field(description="Who made it.", examples=["A. Example"])
    licence: Line = Field(description="Under which licence it may be shown.", examples=["CC BY 4.0"])


class ChangeKind(StrEnum):
    """Why an entry of the history was written."""

    FIRST = "first"
    UPDATE = "update"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class HistoryEntry(Record):
    """A dated change of the summary."""

    date: Date = Field(description="Day of the change.", examples=["2026-03-01"])
    kind: Choice[ChangeKind] = Field(
        description=(
            "first: first published; update: new studies or figures; correction: something was wrong; withdrawal."
        )
    )
    text: Prose = Field(
        description="What changed and why, in words for readers.", examples=["Two trials of 2025 were added."]
    )


class Summary(Record):
    """One question and its answer's ingredients. The slug is also the name of its file."""

    slug: Id = Field(
        description="Address of the page and name of its file, in lower-case letters, digits and hyphens.",
        examples=["peer-support-groups"],
    )
    title: Line = Field(
        description="What was asked or done; the answer is computed, so no verdict belongs here.",
        examples=["Peer support groups for people with a mental health condition"],
    )
    status: Choice[Status] = Field(
        description=(
            "draft: seen in preview only; published; corrected: published with a correction in its history; withdrawn."
        )
    )
    topic: Line = Field(description="The shelf that it stands on.", examples=["Mental health"])
    tags: Many[Line] = Field(
        (), description="Words by which readers may look for it.", examples=[["peer support", "recovery"]]
    )
    question: Question = Field(description="Who, what, and compared with what (PICO).")
    references: dict[Id, Citation] = Field(
        {}, description="What the summary itself cites, each under a short name, such as review."
    )
    source_review: SourceReview | None = Field(
        None,
        description=("The published review that the summary reports on or takes its studies from, if there is one."),
    )
    notice: Prose | None = Field(
        None, description="A label that must not be missed.", examples=["An illustration with historical data."]
    )
    eligibility: Eligibility = Field(description="Which studies count.")
    search: Search = Field(description="Where the studies were looked for, and up to when.")
    studies: Many[Id] = Field(
        (),
        description="Ids of the studies that belong to it, one on each line.",
        examples=[["cook-2012", "van-gestel-timmermans-2012"]],
    )
    set_aside: Many[SetAside] = Field((), description="Studies that were considered and not used, with the reason.")
    outcomes: Many[AnyOutcome] = Field(
        min_length=1, description="What is asked of the evidence, the most important first."
    )
    limitations: Many[Prose] = Field(
        (),
        description="The editors' own; those that can be computed are added.",
        examples=[["No trial followed people for more than a year."]],
    )
    writing: Writing = Field(
        description="What only a person can write; figures as {hope.estimate}, so that none goes stale."
    )
    people: Many[Person] = Field(min_length=1, description="Who signs the summary.")
    funding: Line | None = Field(
        None, description="Who paid for this summary.", examples=["Nobody; written in the editors' own time"]
    )
    image: Image | None = Field(None, description="A picture for the top of the page.")
    acknowledged: Many[Acknowledgement] = Field(
        (), description="Remarks of the checks that somebody has looked into and found right as they stand."
    )
    history: Many[HistoryEntry] = Field(min_length=1, description="What changed and when, the first publication first.")

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
        raise_all([*self._lists(), *self._sources(), *self._placeholders(), *self._markup()])
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

    def _prose(self) -> Iterator[tuple[str, str]]:
        yield "writing.background", self.writing.background
        yield "writing.interpretation", self.writing.interpretation
        for index, text in enumerate(self.limitations):
            yield f"limitations.{index}", text

    def _markup(self) -> Iterator[PydanticCustomError]:
        advice = "prose is text with *emphasis*, **strong** and [links](https://...); put a space after a lone <"
        for at, text in self._prose():
            if is_refused(text):
                yield problem("markup", "found HTML, or a link that a page cannot hold", advice=advice, at=at)

    def _placeholders(self) -> Iterator[PydanticCustomError]:
        outcomes = [outcome.id for outcome in self.outcomes]
        for at, text in self._prose():
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
