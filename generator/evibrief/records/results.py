"""What a study reports of an outcome, in whatever form its paper prints it.

One model per kind of data; the field ``type`` says which. Arm-level data are keyed by the id of the arm. A contrast
(the paper's own comparison) may stand beside them: the redundancy is what catches slips of extraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .arms import ContinuousArm, ContrastArm, CorrelationArm, DichotomousArm, MedianArm, RateArm, SurvivalArm
from .citations import Source
from .fields import (
    Characteristic,
    Choice,
    Figure,
    Id,
    Line,
    Many,
    PositiveCount,
    PositiveFigure,
    Record,
    problem,
    raise_all,
)


class Direction(StrEnum):
    """Which end of a scale is the better one for the person."""

    HIGHER = "higher"
    LOWER = "lower"


class Instrument(Record):
    """A scale or test, with its range and direction."""

    name: Line = Field(description="Full name of the scale or test.", examples=["Recovery Assessment Scale"])
    better: Choice[Direction] = Field(description="Whether a higher or a lower score is better for the person.")
    low: Figure | None = Field(None, description="Lowest score that one can have.", examples=[24])
    high: Figure | None = Field(None, description="Highest score that one can have.", examples=[120])
    items: PositiveCount | None = Field(
        None, description="Number of items, where the score is their mean or sum.", examples=[24]
    )
    unit: Line | None = Field(None, description="What a score counts, in the plural.", examples=["days"])

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise problem(
                "out-of-range", f"the lowest score ({self.low}) must be below the highest ({self.high})", at="low"
            )
        return self


class TimePoint(Record):
    """When an outcome was measured."""

    label: Line = Field(description="When, in words, as the source says it.", examples=["3 months (end of course)"])
    weeks: Figure | None = Field(None, description="Weeks since the start.", examples=[13])
    after_end_weeks: Figure | None = Field(
        None, description="Weeks since the intervention ended; 0 at its end.", examples=[0]
    )


class AnalysisPopulation(StrEnum):
    """Whom the analysis counts."""

    INTENTION_TO_TREAT = "intention-to-treat"
    MODIFIED = "modified-intention-to-treat"
    PER_PROTOCOL = "per-protocol"
    AVAILABLE = "available-cases"
    NOT_STATED = "not-stated"


class ContrastMeasure(StrEnum):
    """What a printed comparison is."""

    RR = "RR"
    OR = "OR"
    RD = "RD"
    HR = "HR"
    IRR = "IRR"
    IRD = "IRD"
    MD = "MD"
    SMD = "SMD"
    ROM = "ROM"

    @property
    def is_ratio(self) -> bool:
        """Whether the measure is a ratio, which cannot be zero or below."""
        return self in (self.RR, self.OR, self.HR, self.IRR, self.ROM)


class Contrast(Record):
    """A comparison as the paper prints it, on its natural scale (a ratio, not its logarithm)."""

    measure: Choice[ContrastMeasure] = Field(
        description=(
            "What was compared how: RR risk ratio, OR odds ratio, RD risk difference, HR hazard ratio, "
            "IRR and IRD rate ratio and difference, MD and SMD mean difference, plain and standardised, "
            "ROM ratio of means."
        )
    )
    estimate: Figure = Field(
        description="The printed estimate, on its own scale: a ratio itself, not its logarithm.", examples=[0.85]
    )
    ci_low: Figure | None = Field(None, description="Lower end of its confidence interval.", examples=[0.71])
    ci_high: Figure | None = Field(None, description="Upper end of its confidence interval.", examples=[1.02])
    ci_percent: PositiveFigure | None = Field(
        None, description="Level of the interval in percent; 95 where it is left out.", examples=[99]
    )
    se: PositiveFigure | None = Field(
        None, description="Standard error of the estimate; for a ratio, that of its logarithm.", examples=[0.092]
    )
    p: Figure | None = Field(
        None, description="Two-sided p-value, where it is printed as a number (not as p < 0.05).", examples=[0.03]
    )
    adjusted_for: Line | None = Field(
        None,
        description="What the estimate is adjusted for; left out where it is not, or the paper does not say.",
        examples=["baseline score and site"],
    )
    arms: Many[Id] = Field(
        (),
        description=("Id of the intervention arm, then of the comparator, where the study has more than two arms."),
        examples=[["peer-group", "control"]],
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        raise_all(self._problems())
        return self

    def _problems(self) -> Iterator[PydanticCustomError]:
        low, high = self.ci_low, self.ci_high
        if (low is None) != (high is None):
            yield problem("missing-field", "an interval needs both ci_low and ci_high", at="ci_low")
        if low is not None and high is not None and low >= high:
            yield problem("out-of-range", f"ci_low ({low}) must be below ci_high ({high})", at="ci_low")
        elif low is not None and high is not None and not low <= self.estimate <= high:
            text = f"the estimate ({self.estimate}) lies outside its interval ({low} to {high})"
            yield problem("out-of-range", text, advice="check the three figures in the source", at="estimate")
        if self.measure.is_ratio:
            advice = f"{self.measure} is a ratio: give the ratio itself, not its logarithm"
            for name, value in (("estimate", self.estimate), ("ci_low", low)):
                if value is not None and value <= 0:
                    yield problem("out-of-range", f"must be greater than 0 (found {value})", advice=advice, at=name)
        if self.p is not None and not 0 <= self.p <= 1:
            yield problem("out-of-range", f"a p-value lies between 0 and 1 (found {self.p})", at="p")
        if self.ci_percent is not None and not 50 <= self.ci_percent < 100:
            text = f"the level of an interval lies between 50 and 100 (found {self.ci_percent})"
            yield problem("out-of-range", text, advice="write 95 for a 95 % interval", at="ci_percent")

    @property
    def level(self) -> float:
        """The level of the interval as a share, such as 0.95."""
        return float(self.ci_percent) / 100 if self.ci_percent is not None else 0.95


class Part(Record):
    """Whom a result counts, where it counts only some of the people."""

    split: Id = Field(description="By what the people are divided; parts of one split are checked.", examples=["sex"])
    name: Line = Field(description="Which part this is.", examples=["Women"])


class Result(Record):
    """What every kind of result has."""

    outcome: Id = Field(description="The outcome, named as the summaries name it.", examples=["hope"])
    comparison: Line | None = Field(
        None,
        description="What this row compares, where a study gives several for one outcome.",
        examples=["Vaccine A against placebo"],
    )
    part: Part | None = Field(
        None,
        description=(
            "Whom this row counts, if only some of the people. Parts are checked against the whole, which is what "
            "summaries pool where the record holds both."
        ),
    )
    instrument: Id | None = Field(
        None,
        description="The scale or test: the short name of one of the study's instruments.",
        examples=["hope-scale"],
    )
    time_point: TimePoint | None = Field(None, description="When the outcome was measured.")
    population: Choice[AnalysisPopulation] = Field(
        AnalysisPopulation.NOT_STATED,
        description=(
            "Whom the analysis counts: intention-to-treat is everybody as allocated, per-protocol only "
            "those treated as planned, available-cases those with data."
        ),
    )
    definition: Line | None = Field(
        None, description="How the study defined the outcome, where it matters.", examples=["Death from any cause"]
    )
    source: Source = Field(description="Where these figures stand: which report, and the table, figure or page.")
    contrast: Contrast | None = Field(
        None,
        description=("The paper's own comparison, printed beside the figures of the arms; it is checked against them."),
    )
    characteristics: dict[Id, Characteristic] = Field(
        {},
        description="Features of this row that subgroups use, where one study has several rows.",
        examples=[{"dose": "high"}],
    )
    note: Line | None = Field(
        None, description="What a reader of these figures should know.", examples=["Read from a figure"]
    )


class DichotomousResult(Result):
    """Events among people: deaths, cures, responses. One arm alone is a proportion."""

    type: Literal["dichotomous"] = Field(description="The kind of data: people with an event.")
    arms: dict[Id, DichotomousArm] = Field(min_length=1, description="Events and n of each arm, under the arm's id.")


class ContinuousResult(Result):
    """Means of a scale or quantity: at the time point (final), or as change since the start."""

    type: Literal["continuous"] = Field(description="The kind of data: means.")
    value: Literal["final", "change"] = Field(
        "final", description="final: means at the time point; change: mean changes since the start."
    )
    arms: dict[Id, ContinuousArm] = Field(
        min_length=1, description="N, mean and spread of each arm, under the arm's id."
    )


class MedianResult(Result):
    """Medians of a scale or quantity."""

    type: Literal["median"] = Field(description="The kind of data: medians.")
    arms: dict[Id, MedianArm] = Field(min_length=1, description="N, median and spread of each arm, under the arm's id.")


class RateResult(Result):
    """Counts of events per person-time."""

    type: Literal["rate"] = Field(description="The kind of data: events over person-time.")
    arms: dict[Id, RateArm] = Field(
        min_length=1, description="Events and person-years of each arm, under the arm's id."
    )


class SurvivalResult(Result):
    """Observed minus expected events with the intervention, and its variance: the log-rank statistics."""

    type: Literal["survival"] = Field(description="The kind of data: log-rank statistics.")
    o_minus_e: Figure = Field(
        description=(
            "Observed minus expected events in the intervention arm, from the log-rank test; negative "
            "where fewer than expected."
        ),
        examples=[-4.5],
    )
    v: PositiveFigure = Field(description="Variance of observed minus expected.", examples=[8.25])
    arms: dict[Id, SurvivalArm] = Field(
        {}, description="People and events of each arm, as far as given, under the arm's id."
    )


class CorrelationResult(Result):
    """A correlation between two things measured in one group."""

    type: Literal["correlation"] = Field(description="The kind of data: a correlation coefficient.")
    arms: dict[Id, CorrelationArm] = Field(
        min_length=1, max_length=1, description="R and n of the one group, under the arm's id."
    )


class ContrastResult(Result):
    """A printed comparison for which no arm-level data are at hand."""

    type: Literal["contrast"] = Field(description="The kind of data: a printed comparison alone.")
    contrast: Contrast = Field(description="The printed comparison.")
    arms: dict[Id, ContrastArm] = Field({}, description="People of each arm, as far as given, under the arm's id.")
    cases: PositiveCount | None = Field(
        None, description="People with the outcome, where the source counts only these.", examples=[87]
    )


AnyResult = Annotated[
    DichotomousResult
    | ContinuousResult
    | MedianResult
    | RateResult
    | SurvivalResult
    | CorrelationResult
    | ContrastResult,
    Field(discriminator="type"),
]
