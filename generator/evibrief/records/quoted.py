"""Evidence that is quoted: a review's printed result, or what is known in words alone."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from .citations import Source
from .fields import Choice, Count, Figure, PositiveCount, Prose, Record, problem
from .results import ContrastMeasure


class Reported(Record):
    """A pooled result as a review prints it, on its natural scale."""

    measure: Choice[ContrastMeasure] = Field(
        description="What the review pooled: RR, OR, RD, HR, IRR, IRD, MD, SMD or ROM."
    )
    estimate: Figure = Field(
        description="The pooled estimate, on its own scale: a ratio itself, not its logarithm.", examples=[0.85]
    )
    ci_low: Figure = Field(description="Lower end of its 95 % interval.", examples=[0.71])
    ci_high: Figure = Field(description="Upper end of its 95 % interval.", examples=[1.02])
    p: Figure | None = Field(
        None, description="P-value of the pooled effect, where it is printed as a number.", examples=[0.03]
    )
    studies: PositiveCount | None = Field(None, description="Studies behind this result.", examples=[8])
    participants: PositiveCount | None = Field(None, description="People behind this result.", examples=[1234])
    i2_percent: Figure | None = Field(None, description="I2 in percent, as printed.", examples=[42])
    q: Figure | None = Field(None, description="Cochran's Q, often printed as Chi2.", examples=[12.25])
    q_df: Count | None = Field(None, description="Its degrees of freedom.", examples=[7])
    tau2: Figure | None = Field(None, description="Variance between studies, as printed.", examples=[0.05])
    positive_favours: Literal["intervention", "comparator"] = Field(
        "intervention", description="Whom a value above no difference favours, in the source's own coding."
    )
    source: Source = Field(description="Where the review prints it.")
    caveat: Prose | None = Field(
        None,
        description="What is odd about the printed result.",
        examples=["The figure and the text give different intervals."],
    )

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.ci_low <= self.estimate <= self.ci_high:
            text = f"the estimate ({self.estimate}) lies outside its interval ({self.ci_low} to {self.ci_high})"
            raise problem("out-of-range", text, advice="check the three figures in the source", at="estimate")
        if self.measure.is_ratio and self.ci_low <= 0:
            raise problem("out-of-range", f"a ratio is greater than 0 (found {self.ci_low})", at="ci_low")
        return self


class NarrativeDirection(StrEnum):
    """What a source says of an outcome in words alone."""

    BETTER = "better"  # it says that the outcome improved
    WORSE = "worse"
    NOT_IMPROVED = "not-improved"  # it says no more than that no improvement was found
    MIXED = "mixed"
    NOT_POOLED = "not-pooled"  # measured by studies; nothing is known to us of what they found
    NOT_REPORTED = "not-reported"  # no study reported it


class Narrative(Record):
    """What is known of an outcome that cannot be pooled."""

    direction: Choice[NarrativeDirection] = Field(
        description=(
            "What the source says: better, worse, not-improved, mixed; not-pooled: studies measured it, "
            "no more is known; not-reported: no study did."
        )
    )
    studies: PositiveCount | None = Field(None, description="Studies that measured it.", examples=[3])
    participants: PositiveCount | None = Field(None, description="People in them.", examples=[256])
    unknown: Prose = Field(
        description="What the source at hand does not say.",
        examples=["The estimates and the number of people are not given."],
    )
    source: Source | None = Field(None, description="Where it stands.")
