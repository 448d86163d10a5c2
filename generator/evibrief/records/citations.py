"""What a record cites: papers, registers, data sets. Shaped like CSL-JSON, with lower-case names."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from .fields import Choice, Date, Doi, HttpsUrl, Id, Issued, Line, Many, Pmcid, Pmid, Record, problem


class CitationType(StrEnum):
    """The CSL types that evidence comes in."""

    ARTICLE = "article-journal"
    BOOK = "book"
    CHAPTER = "chapter"
    DATASET = "dataset"
    REPORT = "report"
    THESIS = "thesis"
    WEBPAGE = "webpage"


class Name(Record):
    """A person, or a body that signs as one (``literal``)."""

    family: Line | None = Field(None, description="Family name, such as Cook.")
    given: Line | None = Field(None, description="Given names or initials, such as JA.")
    literal: Line | None = Field(None, description="A group, or a name whose parts are unknown.")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.family is None) == (self.literal is None):
            raise problem(
                "wrong-name", "an author needs either family or literal", advice="write family: Cook, given: JA"
            )
        if self.literal is not None and self.given is not None:
            raise problem("wrong-name", "given goes with family, not with literal", at="given")
        return self


class RetractionStatus(StrEnum):
    """What became of a report after publication."""

    NONE = "none"
    RETRACTED = "retracted"
    CONCERN = "expression-of-concern"
    CORRECTED = "corrected"


class Retraction(Record):
    """Whether a report was withdrawn or questioned, and when somebody last looked."""

    status: Choice[RetractionStatus]
    checked_on: Date
    notice: Line | None = Field(None, description="Where the notice stands.")
    date: Date | None = Field(None, description="Day of the notice.")


class Citation(Record):
    """A source. What the source at hand does not give is left out, never guessed."""

    type: Choice[CitationType] = CitationType.ARTICLE
    title: Line | None = None
    author: Many[Name] = ()
    container_title: Line | None = Field(None, description="The journal or book.")
    issued: Issued | None = Field(None, description="Year, or fuller date, of publication.")
    volume: Line | None = None
    issue: Line | None = None
    page: Line | None = Field(None, description="Pages, such as 881-891.")
    publisher: Line | None = None
    version: Line | None = Field(None, description="Version or commit, for data sets.")
    doi: Doi | None = Field(None, description="Without https://doi.org/.")
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    url: HttpsUrl | None = None
    note: Line | None = None

    @property
    def year(self) -> int | None:
        """The year of publication, if the source gives one."""
        return int(self.issued[:4]) if self.issued else None


class ReportRole(StrEnum):
    """What a report is to the study: its own paper, or the place where somebody else printed its figures."""

    PRIMARY = "primary"
    COMPANION = "companion"
    PROTOCOL = "protocol"
    REGISTER = "register"
    REVIEW = "review"
    DATASET = "dataset"

    @property
    def is_own(self) -> bool:
        """Whether the study's authors wrote it."""
        return self not in (ReportRole.REVIEW, ReportRole.DATASET)


class Report(Citation):
    """A publication that tells of a study."""

    id: Id = Field(description="Short name for this report within the record, such as main.")
    role: Choice[ReportRole] = ReportRole.PRIMARY
    retraction: Retraction | None = None


class Source(Record):
    """Where a figure stands: which report or reference, and the place in it."""

    report: Id = Field(description="The id of one of the reports (in a summary: of the references).")
    place: Line = Field(description="Table, page or figure, such as Table 2, p. 58.")
    quote: Line | None = Field(None, description="The words of the source, where they matter.")
    seen_in: Id | None = Field(None, description="The report in which it was read, if not in the original.")
    seen_place: Line | None = Field(None, description="The place in that report.")
