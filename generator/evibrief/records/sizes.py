"""What a size means: from where it counts, of how many people, and on which familiar scale."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .citations import Source
from .fields import Line, PositiveFigure, Prose, Record, problem


class Basis(Record):
    """Why a value that no study reports is what it is: a source, or the editors' own reason."""

    source: Source | None = Field(None, description="Where the value stands in print.")
    set_by_editors_because: Prose | None = Field(
        None,
        description="The editors' own reason, where nothing is in print.",
        examples=["Smaller differences would not change what people decide."],
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.source is None) == (self.set_by_editors_because is None):
            raise problem("missing-field", "a basis is either a source or set_by_editors_because")
        return self


class SizeBands(Record):
    """From where a difference counts as small (the minimal important difference), moderate and large.

    ``unit: measure`` is the measure's own scale, as a distance from no difference: 0.2 for an SMD, 1.1 for a ratio
    (read both ways: 1.1 and 1/1.1). ``unit: per-1000`` counts people of 1,000, which needs a baseline risk.
    """

    unit: Literal["measure", "per-1000"] = Field(
        "measure",
        description=(
            "measure: the outcome's own scale, for a ratio how far from 1; per-1000: people of 1,000, "
            "which needs baseline_risk."
        ),
    )
    small: PositiveFigure = Field(
        description="The minimal important difference: anything below is trivial.", examples=[0.2]
    )
    moderate: PositiveFigure | None = Field(None, description="From where a difference is moderate.", examples=[0.5])
    large: PositiveFigure | None = Field(None, description="From where a difference is large.", examples=[0.8])
    basis: Basis = Field(description="Why these sizes count.")

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        given = [value for value in (self.small, self.moderate, self.large) if value is not None]
        if given != sorted(set(given)):
            raise problem("out-of-range", "small, moderate and large must ascend", at="small")
        return self


class BaselineRisk(Record):
    """The risk without the intervention: a stated figure, or the comparator arms of the pooled studies."""

    per_1000: PositiveFigure | None = Field(
        None, description="People of 1,000 who have the outcome without the intervention.", examples=[172]
    )
    from_comparator_arms: Literal["median", "total"] | None = Field(
        None,
        description=(
            "Take it from the pooled studies: the median risk of the comparator arms, or all their events"
            " over all their people."
        ),
    )
    over: Line | None = Field(None, description="The time in which it happens.", examples=["5 weeks"])
    basis: Basis = Field(description="Why this risk fits the people of the question.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.per_1000 is None) == (self.from_comparator_arms is None):
            raise problem("missing-field", "a baseline risk is either per_1000 or from_comparator_arms")
        if self.per_1000 is not None and self.per_1000 >= 1000:
            text = f"must be below 1000 people of 1,000 (found {self.per_1000})"
            raise problem("out-of-range", text, advice="write 172 for a risk of 17.2 %", at="per_1000")
        return self


class FamiliarScale(Record):
    """A well-known scale on which a standardised difference is told again."""

    name: Line = Field(description="Name of the scale, as it reads in a sentence.", examples=["the Hope Scale"])
    sd: PositiveFigure = Field(
        description="Standard deviation between persons in a representative study.", examples=[12.5]
    )
    unit: Line = Field("points", description="What the scale counts, in the plural.", examples=["points"])
    basis: Basis = Field(description="Where the standard deviation comes from.")
