"""Risk of bias of a study's results, in the words of the tool by which it was judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from .citations import Source
from .fields import Choice, Id, Line, Many, Prose, Record, problem


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

    level: Choice[RiskLevel] = Field(
        description=(
            "The judgement, in the words of the tool: RoB 2 has low, some concerns, high; RoB 1 has low, unclear, high."
        )
    )
    reason: Prose | None = Field(
        None,
        description="Why, with what the paper says.",
        examples=["Drawn by computer at a central office; allocation was concealed."],
    )


class RiskAssessment(Record):
    """Risk of bias of the results named in ``outcomes``; of every result where none is named."""

    tool: Choice[Tool] = Field(
        description=(
            "The instrument by which it was judged: RoB 2 or RoB 1 for randomised trials, ROBINS-I for others."
        )
    )
    outcomes: Many[Id] = Field(
        (),
        description="Outcomes that this assessment is of; left out, it is of every result.",
        examples=[["recovery", "hope"]],
    )
    domains: dict[str, RiskJudgement] = Field(
        {},
        description="One judgement for each domain of the tool, under the domain's name.",
        examples=[{"randomisation": {"level": "low", "reason": "Drawn by computer."}}],
    )
    overall: RiskJudgement = Field(description="The judgement over all domains; as a rule the worst of them.")
    assessed_by: Line = Field(
        description="Who judged: names, or the team and paper that did.", examples=["A. Example and B. Sample"]
    )
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
