"""A study: what was done, who was studied, what was reported, and where each figure stands.

Facts only. Nothing here is computed, and what the sources at hand do not say is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .acknowledgements import Acknowledgement
from .citations import Report, Retraction, RetractionStatus, Source
from .fields import (
    Characteristic,
    Choice,
    Date,
    Figure,
    Id,
    Issued,
    Line,
    Many,
    PositiveCount,
    PositiveFigure,
    Prose,
    Record,
    Registration,
    problem,
    raise_all,
)
from .results import AnyResult, Instrument
from .risk_of_bias import RiskAssessment


class Design(StrEnum):
    """How people came to be in one group or the other."""

    RANDOMISED = "randomised"  # the source says no more than that
    PARALLEL = "parallel"
    CLUSTER = "cluster"
    CROSSOVER = "crossover"
    QUASI_RANDOMISED = "quasi-randomised"
    NON_RANDOMISED = "non-randomised"
    COHORT = "cohort"
    CASE_CONTROL = "case-control"
    CROSS_SECTIONAL = "cross-sectional"
    SINGLE_ARM = "single-arm"
    NOT_STATED = "not-stated"

    @property
    def is_randomised(self) -> bool:
        """Whether chance decided; alternate allocation is not chance."""
        return self in (self.RANDOMISED, self.PARALLEL, self.CLUSTER, self.CROSSOVER)

    @property
    def is_controlled(self) -> bool:
        """Whether there was a comparison group followed in the same way."""
        return self.is_randomised or self in (self.QUASI_RANDOMISED, self.NON_RANDOMISED, self.COHORT)


class ArmRole(StrEnum):
    """Whether an arm had what the study tests, or what it is compared with."""

    INTERVENTION = "intervention"
    COMPARATOR = "comparator"


class Arm(Record):
    """A group of the study."""

    id: Id = Field(
        description="Short name of the group within the record, by which results refer to it.", examples=["control"]
    )
    label: Line = Field(
        description="What the group was given, as tables name it.", examples=["Weekly peer support group"]
    )
    role: Choice[ArmRole] = Field(
        description="intervention: what the study tests; comparator: what it is compared with."
    )
    n_randomised: PositiveCount | None = Field(
        None,
        description="People allocated to the group, usually in the flow diagram; not those analysed later.",
        examples=[120],
    )
    description: Prose | None = Field(
        None,
        description="What was done in this group, how often, and by whom.",
        examples=["Twelve weekly meetings of two hours, led by two peers."],
    )


class ClusterDesign(Record):
    """What a trial that randomised groups needs for its analysis."""

    icc: Figure | None = Field(
        None,
        description=(
            "Intra-cluster correlation coefficient, as the paper states it (often with the sample size): "
            "how alike people of one cluster are."
        ),
        examples=[0.02],
    )
    mean_cluster_size: PositiveFigure | None = Field(
        None, description="People per cluster, on average, in this analysis.", examples=[24.5]
    )
    analysis_adjusted: bool = Field(
        False,
        description=("Whether the reported figures already allow for the clusters, as a multilevel model or GEE does."),
    )
    source: Source | None = Field(None, description="Where the coefficient stands; it may be another study's.")


class CrossoverDesign(Record):
    """What a trial that gave both treatments to each person needs for its analysis."""

    correlation: Figure | None = Field(
        None,
        description=(
            "Correlation of a person's values under both treatments; a paired analysis can be worked out from it."
        ),
        examples=[0.6],
    )
    source: Source | None = Field(None, description="Where the correlation stands; it may be another study's.")


class RegisterEntry(Record):
    """What a trial register said before the results were known."""

    registered: Issued | None = Field(
        None, description="When the study was entered: a day, or the month or year alone.", examples=["2019-05-02"]
    )
    started: Issued | None = Field(
        None, description="When the first person was enrolled: a day, or the month or year alone.", examples=["2019-06"]
    )
    planned: PositiveCount | None = Field(
        None, description="How many people it was to enrol, as first registered.", examples=[350]
    )
    source: Source | None = Field(None, description="Where this stands: the register's own page, as a report.")


class Extraction(Record):
    """Who took the figures from the source, and who checked them."""

    extracted_by: Line = Field(description="Who took the figures from the paper.", examples=["A. Example"])
    checked_by: Line | None = Field(
        None,
        description="A second person who compared every figure with the paper. Left out where nobody has yet.",
        examples=["B. Sample"],
    )
    date: Date | None = Field(None, description="The day of the extraction.", examples=["2026-03-01"])
    method: Line | None = Field(
        None, description="How, where it was not by hand.", examples=["Imported from the review's own file"]
    )


class Study(Record):
    """One study. The id is also the name of its file."""

    id: Id = Field(
        description=(
            "Name of the record, the same as its file's: first author and year in lower-case letters, "
            "digits and hyphens."
        ),
        examples=["cook-2012"],
    )
    label: Line = Field(
        description="How tables and plots name the study: first author and year.", examples=["Cook 2012"]
    )
    title: Line | None = Field(
        None, description="Name or acronym of the study itself, if it has one.", examples=["Recovery Is Up to You"]
    )
    reports: Many[Report] = Field(
        min_length=1,
        description=(
            "Publications that tell of the study, the one with the results first; every figure refers to one of them."
        ),
    )
    registrations: Many[Registration] = Field(
        (),
        description=("Numbers in trial registers; papers give them with the abstract or at the end of the methods."),
        examples=[["NCT01024569"], ["ISRCTN43516734"]],
    )
    register_entry: RegisterEntry | None = Field(
        None, description="What the trial register said; it is checked against what the study reports."
    )
    design: Choice[Design] = Field(
        description=(
            "How people came into the groups. parallel: each person drawn for one group; cluster: whole "
            "groups drawn, such as wards; crossover: each person had both; randomised: the paper says no "
            "more than that; quasi-randomised: by turns or birthdays."
        )
    )
    cluster: ClusterDesign | None = Field(
        None, description="What the analysis of randomised groups needs; only with design: cluster."
    )
    crossover: CrossoverDesign | None = Field(
        None, description="What the analysis of paired values needs; only with design: crossover."
    )
    setting: Line | None = Field(
        None, description="Where people were found or treated.", examples=["Community mental health services"]
    )
    countries: Many[Line] = Field(
        (), description="Countries in which people took part, by their English names.", examples=[["Netherlands"]]
    )
    participants: Prose | None = Field(
        None,
        description="Who took part, in a sentence or two: condition, age, sex, and who was kept out.",
        examples=["Adults who had had a severe mental illness for two years or more."],
    )
    n_randomised: PositiveCount | None = Field(
        None,
        description=(
            "People randomised (or enrolled, where nothing was drawn), over all arms; usually in the flow diagram."
        ),
        examples=[333],
    )
    funding: Line | None = Field(
        None,
        description="Who paid for the study, as the paper says it near its end.",
        examples=["A national research council"],
    )
    conflicts: Line | None = Field(
        None, description="Conflicts of interest that the authors declare, in their words.", examples=["None declared"]
    )
    characteristics: dict[Id, Characteristic] = Field(
        {},
        description=("Features of the study that summaries form subgroups by, or regress on: a figure or a word each."),
        examples=[{"mean-age": 44, "setting": "primary care"}],
    )
    arms: Many[Arm] = Field((), description="The groups that were compared, the tested treatment first.")
    instruments: dict[Id, Instrument] = Field(
        {}, description=("Scales and tests that results use, each under a short name of its own, such as hope-scale.")
    )
    results: Many[AnyResult] = Field(
        (), description="One entry for each outcome and time point that the paper gives figures for."
    )
    risk_of_bias: Many[RiskAssessment] = Field(
        (), description="Judgements of how far the study can be trusted. Left out where nobody has assessed it."
    )
    extraction: Extraction = Field(description="Who took the figures from the paper, and who checked them.")
    acknowledged: Many[Acknowledgement] = Field(
        (), description="Remarks of the checks that somebody has looked into and found right as they stand."
    )
    note: Prose | None = Field(
        None,
        description="What a user of this record should know and no other field holds.",
        examples=["Table 3 and the text give different numbers of dropouts; the table is used."],
    )

    @property
    def year(self) -> int | None:
        """Year of the first of the study's own reports that gives one; a review's year says nothing of the study."""
        return next((report.year for report in self.reports if report.role.is_own and report.year is not None), None)

    @property
    def is_retracted(self) -> bool:
        """Whether a report of the study itself was retracted."""
        return self._noticed(RetractionStatus.RETRACTED) is not None

    @property
    def notice(self) -> Retraction | None:
        """The gravest notice about a report of the study itself: of retraction, or else of concern."""
        return self._noticed(RetractionStatus.RETRACTED) or self._noticed(RetractionStatus.CONCERN)

    def _noticed(self, status: RetractionStatus) -> Retraction | None:
        given = (report.retraction for report in self.reports if report.role.is_own)
        return next((notice for notice in given if notice is not None and notice.status is status), None)

    def arm(self, name: str) -> Arm:
        """Return the arm of that id."""
        return next(arm for arm in self.arms if arm.id == name)

    def risk_for(self, outcome: str) -> RiskAssessment | None:
        """Return the assessment for an outcome: the one that names it, else the one for all results."""
        named = [item for item in self.risk_of_bias if outcome in item.outcomes]
        general = [item for item in self.risk_of_bias if not item.outcomes]
        return next(iter(named + general), None)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        raise_all([*self._references(), *self._design_details(), *self._analysed_within_randomised()])
        return self

    def _references(self) -> Iterator[PydanticCustomError]:
        reports = [report.id for report in self.reports]
        arms = [arm.id for arm in self.arms]
        yield from unique(reports, "reports", "report")
        yield from unique(arms, "arms", "arm")
        for index, result in enumerate(self.results):
            at = f"results.{index}"
            yield from known(result.source.report, reports, f"{at}.source.report", "report", "reports")
            yield from known(result.source.seen_in, reports, f"{at}.source.seen_in", "report", "reports")
            yield from known(result.instrument, self.instruments, f"{at}.instrument", "instrument", "instruments")
            for name in result.arms:
                yield from known(name, arms, f"{at}.arms.{name}", "arm", "arms")
            for position, name in enumerate(result.contrast.arms if result.contrast else ()):
                yield from known(name, arms, f"{at}.contrast.arms.{position}", "arm", "arms")
        if self.register_entry is not None and self.register_entry.source is not None:
            at = "register_entry.source.report"
            yield from known(self.register_entry.source.report, reports, at, "report", "reports")
        for index, assessment in enumerate(self.risk_of_bias):
            report = assessment.source.report if assessment.source else None
            yield from known(report, reports, f"risk_of_bias.{index}.source.report", "report", "reports")

    def _design_details(self) -> Iterator[PydanticCustomError]:
        for name, design in (("cluster", Design.CLUSTER), ("crossover", Design.CROSSOVER)):
            if getattr(self, name) is not None and self.design is not design:
                text = f"design is {self.design}, so {name} does not belong here"
                yield problem("not-allowed-value", text, at=name)

    def _analysed_within_randomised(self) -> Iterator[PydanticCustomError]:
        randomised = {arm.id: arm.n_randomised for arm in self.arms if arm.n_randomised is not None}
        for index, result in enumerate(self.results):
            for name, arm in result.arms.items():
                if arm.n is not None and name in randomised and arm.n > randomised[name]:
                    text = f"{arm.n} people analysed, but {randomised[name]} randomised to this arm"
                    at = f"results.{index}.arms.{name}.n"
                    yield problem("n-above-randomised", text, advice="check both in the source", at=at)


def unique(names: list[str], at: str, what: str) -> Iterator[PydanticCustomError]:
    """Yield a problem for each name of a list of ids that stands in it already."""
    for index, name in enumerate(names):
        if name in names[:index]:
            text = f"two {what}s are called '{name}'"
            yield problem("duplicate-id", text, advice="give each its own id", at=f"{at}.{index}.id")


def known(name: str | None, names: Iterable[str], at: str, what: str, field: str) -> Iterator[PydanticCustomError]:
    """Yield a problem if a name refers to nothing; no name is no problem."""
    if name is not None and name not in names:
        listed = ", ".join(sorted(names)) or "none"
        yield problem("unknown-reference", f"there is no {what} '{name}'", advice=f"{field} has: {listed}", at=at)
