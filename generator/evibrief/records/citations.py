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

    family: Line | None = Field(None, description="Family name.", examples=["Cook"])
    given: Line | None = Field(
        None, description="Given names or initials, as the paper prints them; only with family.", examples=["JA"]
    )
    literal: Line | None = Field(
        None,
        description=("A group that signs as author, or a name whose parts are unknown; instead of family and given."),
        examples=["The Made-up Trial Group"],
    )

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

    status: Choice[RetractionStatus] = Field(
        description=(
            "Whether the report was retracted, questioned (expression-of-concern) or corrected; none if "
            "somebody looked and found nothing."
        )
    )
    checked_on: Date = Field(description="The day on which somebody last looked.", examples=["2026-03-01"])
    notice: Line | None = Field(
        None,
        description="Where the notice stands: journal, year and page, or its DOI.",
        examples=["Journal of Examples 2021;12:34"],
    )
    date: Date | None = Field(None, description="Day of the notice.", examples=["2021-06-23"])


class Citation(Record):
    """A source. What the source at hand does not give is left out, never guessed."""

    type: Choice[CitationType] = Field(
        CitationType.ARTICLE, description="What kind of publication it is; article-journal where it is left out."
    )
    title: Line | None = Field(
        None,
        description="Title, as the publication prints it, without a full stop at its end.",
        examples=["Peer support groups for people in recovery: a randomised trial"],
    )
    author: Many[Name] = Field(
        (), description="Authors in the order of the publication, each as {family: Cook, given: JA}."
    )
    container_title: Line | None = Field(
        None, description="The journal or book that it stands in, with its full name.", examples=["Journal of Examples"]
    )
    issued: Issued | None = Field(
        None,
        description="Year of publication, or a fuller date: year-month or year-month-day.",
        examples=["2012", "2012-06-23"],
    )
    volume: Line | None = Field(None, description="Volume of the journal, in quotes.", examples=["50"])
    issue: Line | None = Field(None, description="Issue within the volume, in quotes.", examples=["3"])
    page: Line | None = Field(None, description="First and last page, or the article's number.", examples=["881-891"])
    publisher: Line | None = Field(
        None, description="Publisher, for books, reports and data sets.", examples=["University Press"]
    )
    version: Line | None = Field(None, description="Version or commit, for data sets and software.", examples=["4.8-0"])
    doi: Doi | None = Field(
        None,
        description=(
            "Digital object identifier: what follows https://doi.org/, usually on the first page of the paper."
        ),
        examples=["10.1186/s12888-021-03321-z"],
    )
    pmid: Pmid | None = Field(
        None,
        description="PubMed's number of the paper, in quotes; PubMed shows it below the abstract.",
        examples=["34162340"],
    )
    pmcid: Pmcid | None = Field(
        None, description="PubMed Central's number, where the full text is free there.", examples=["PMC8220835"]
    )
    url: HttpsUrl | None = Field(
        None, description="A lasting link, where there is no DOI.", examples=["https://example.org/report"]
    )
    note: Line | None = Field(
        None,
        description="What a reader should know of this source and no other field holds.",
        examples=["In Dutch, with an English abstract"],
    )

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

    id: Id = Field(
        description="Short name of this report within the record, by which figures refer to it.", examples=["main"]
    )
    role: Choice[ReportRole] = Field(
        ReportRole.PRIMARY,
        description=(
            "primary: the paper with the results; companion: another paper of the study; protocol; "
            "register; review or dataset: where somebody else printed the figures."
        ),
    )
    retraction: Retraction | None = Field(
        None, description="Whether the report was retracted, and when somebody last looked."
    )


class Source(Record):
    """Where a figure stands: which report or reference, and the place in it."""

    report: Id = Field(
        description="Which publication: the id of one of the reports (in a summary: of the references).",
        examples=["main"],
    )
    place: Line = Field(description="Where in it: table, figure or page.", examples=["Table 2, p. 58"])
    quote: Line | None = Field(
        None,
        description="The words of the source, where they matter.",
        examples=["Recovery did not differ between the groups at six months."],
    )
    seen_in: Id | None = Field(
        None,
        description=(
            "The report in which it was read, if not in the original, such as a review that prints the figure."
        ),
        examples=["review"],
    )
    seen_place: Line | None = Field(None, description="The place in that report.", examples=["Figure 3, p. 12"])
