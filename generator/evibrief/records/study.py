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
from .citations import Report, RetractionStatus, Source
from .fields import (
    Characteristic,
    Choice,
    Date,
    Figure,
    Id,
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

    id: Id
    label: Line = Field(description="What the group was given, such as weekly peer support group.")
    role: Choice[ArmRole]
    n_randomised: PositiveCount | None = Field(None, description="People allocated to the group.")
    description: Prose | None = None


class ClusterDesign(Record):
    """What a trial that randomised groups needs for its analysis."""

    icc: Figure | None = Field(None, description="Intra-cluster correlation coefficient.")
    mean_cluster_size: PositiveFigure | None = None
    analysis_adjusted: bool = Field(False, description="Whether the reported figures already allow for the clusters.")
    source: Source | None = None


class CrossoverDesign(Record):
    """What a trial that gave both treatments to each person needs for its analysis."""

    correlation: Figure | None = Field(None, description="Correlation of a person's values under both treatments.")
    source: Source | None = None


class Tool(StrEnum):
    """The instrument by which risk of bias was judged."""

    ROB_2 = "RoB 2"
    ROB_1 = "RoB 1"
    ROBINS_I = "ROBINS-I"


# The domains of RoB 2 (Sterne 2019), of the older Cochrane tool (RoB 1), and of ROBINS-I (2016).
DOMAINS: dict[Tool, tuple[str, ...]] = {
    Tool.ROB_2: ("randomisation", "deviations", "missing-data", "measurement", "selection-of-result"),
    Tool.ROB_1: (
        "sequence-generation",
        "allocation-concealment",
        "blinding-of-participants",
        "blinding-of-assessors",
        "incomplete-data",
        "selective-reporting",
        "other",
    ),
    Tool.ROBINS_I: (
        "confounding",
        "selection-of-participants",
        "classification",
        "deviations",
        "missing-data",
        "measurement",
        "selection-of-result",
    ),
}


class RiskLevel(StrEnum):
    """A judgement of risk of bias, in the words of the tools."""

    LOW = "low"
    SOME_CONCERNS = "some concerns"
    UNCLEAR = "unclear"
    MODERATE = "moderate"
    HIGH = "high"
    SERIOUS = "serious"
    CRITICAL = "critical"
    NO_INFORMATION = "no information"


LEVELS: dict[Tool, tuple[RiskLevel, ...]] = {
    Tool.ROB_2: (RiskLevel.LOW, RiskLevel.SOME_CONCERNS, RiskLevel.HIGH),
    Tool.ROB_1: (RiskLevel.LOW, RiskLevel.UNCLEAR, RiskLevel.HIGH),
    Tool.ROBINS_I: (
        RiskLevel.LOW,
        RiskLevel.MODERATE,
        RiskLevel.SERIOUS,
        RiskLevel.CRITICAL,
        RiskLevel.NO_INFORMATION,
    ),
}


class RiskJudgement(Record):
    """One judgement, with its reason where the assessors gave one."""

    level: Choice[RiskLevel]
    reason: Prose | None = None


class RiskAssessment(Record):
    """Risk of bias of the results named in ``outcomes``; of every result where none is named."""

    tool: Choice[Tool]
    outcomes: Many[Id] = ()
    domains: dict[str, RiskJudgement] = Field({}, description="One judgement for each domain of the tool.")
    overall: RiskJudgement
    assessed_by: Line = Field(description="Who judged: names, or the team and paper that did.")
    source: Source | None = Field(None, description="Where the judgement was read, if others made it.")

    @model_validator(mode="after")
    def _fits_tool(self) -> Self:
        for name, judgement in self.domains.items():
            if name not in DOMAINS[self.tool]:
                advice = f"the domains are {', '.join(DOMAINS[self.tool])}"
                raise problem(
                    "not-allowed-value", f"{self.tool} has no domain '{name[:60]}'", advice=advice, at="domains"
                )
            _level_of(self.tool, judgement, f"domains.{name}.level")
        _level_of(self.tool, self.overall, "overall.level")
        return self


def _level_of(tool: Tool, judgement: RiskJudgement, at: str) -> None:
    if judgement.level not in LEVELS[tool]:
        advice = f"{tool} has {', '.join(LEVELS[tool])}"
        raise problem("not-allowed-value", f"'{judgement.level}' is not a level of {tool}", advice=advice, at=at)


class Extraction(Record):
    """Who took the figures from the source, and who checked them."""

    extracted_by: Line
    checked_by: Line | None = Field(None, description="A second person. Left out where nobody has checked yet.")
    date: Date | None = None
    method: Line | None = Field(None, description="How, where it was not by hand.")


class Study(Record):
    """One study. The id is also the name of its file."""

    id: Id
    label: Line = Field(description="How tables name it, such as Cook 2012.")
    title: Line | None = Field(None, description="Name or acronym of the study.")
    reports: Many[Report] = Field(min_length=1)
    registrations: Many[Registration] = ()
    design: Choice[Design]
    cluster: ClusterDesign | None = None
    crossover: CrossoverDesign | None = None
    setting: Line | None = None
    countries: Many[Line] = ()
    participants: Prose | None = None
    n_randomised: PositiveCount | None = Field(None, description="People randomised (or enrolled), over all arms.")
    funding: Line | None = None
    conflicts: Line | None = Field(None, description="Conflicts of interest that the authors declare.")
    characteristics: dict[Id, Characteristic] = Field({}, description="Features that subgroups and regressions use.")
    arms: Many[Arm] = ()
    instruments: dict[Id, Instrument] = Field({})
    results: Many[AnyResult] = ()
    risk_of_bias: Many[RiskAssessment] = Field((), description="Left out where nobody has assessed it.")
    extraction: Extraction
    acknowledged: Many[Acknowledgement] = Field((), description="Remarks of the checks that are right as they stand.")
    note: Prose | None = None

    @property
    def year(self) -> int | None:
        """Year of the first of the study's own reports that gives one; a review's year says nothing of the study."""
        return next((report.year for report in self.reports if report.role.is_own and report.year is not None), None)

    @property
    def is_retracted(self) -> bool:
        """Whether a report of the study itself was retracted."""
        return any(
            report.role.is_own and report.retraction and report.retraction.status is RetractionStatus.RETRACTED
            for report in self.reports
        )

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
