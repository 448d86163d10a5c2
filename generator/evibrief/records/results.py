"""What a study reports of an outcome, in whatever form its paper prints it.

One model per kind of data; the field ``type`` says which. Arm-level data are keyed by the id of the arm. A contrast
(the paper's own comparison) may stand beside them: the redundancy is what catches slips of extraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .citations import Source
from .fields import (
    Characteristic,
    Choice,
    Count,
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

    name: Line = Field(description="Full name, such as Recovery Assessment Scale.")
    better: Choice[Direction] = Field(description="Whether a higher or a lower score is better for the person.")
    low: Figure | None = Field(None, description="Lowest possible score.")
    high: Figure | None = Field(None, description="Highest possible score.")
    items: PositiveCount | None = Field(None, description="Number of items, where the score is their mean or sum.")
    unit: Line | None = Field(None, description="Unit, such as days.")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise problem(
                "out-of-range", f"the lowest score ({self.low}) must be below the highest ({self.high})", at="low"
            )
        return self


class TimePoint(Record):
    """When an outcome was measured."""

    label: Line = Field(description="In words, as the source says it, such as 3 months (end of course).")
    weeks: Figure | None = Field(None, description="Weeks since the start.")
    after_end_weeks: Figure | None = Field(None, description="Weeks since the intervention ended.")


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

    measure: Choice[ContrastMeasure]
    estimate: Figure
    ci_low: Figure | None = None
    ci_high: Figure | None = None
    ci_percent: PositiveFigure | None = Field(None, description="Level of the interval; 95 where it is left out.")
    se: PositiveFigure | None = Field(None, description="Standard error; of the logarithm for ratios.")
    p: Figure | None = None
    adjusted_for: Line | None = Field(None, description="What it is adjusted for; left out where not, or not stated.")
    arms: Many[Id] = Field((), description="Intervention arm, then comparator, where the study has more than two arms.")

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


class Result(Record):
    """What every kind of result has."""

    outcome: Id = Field(description="The outcome, named as the summaries name it, such as hope.")
    comparison: Line | None = Field(
        None, description="What this row compares, where a study gives several for one outcome."
    )
    instrument: Id | None = Field(None, description="One of the study's instruments.")
    time_point: TimePoint | None = None
    population: Choice[AnalysisPopulation] = AnalysisPopulation.NOT_STATED
    definition: Line | None = Field(None, description="How the study defined the outcome.")
    source: Source
    contrast: Contrast | None = None
    characteristics: dict[Id, Characteristic] = Field({}, description="Features of this row that subgroups use.")
    note: Line | None = None


class DichotomousArm(Record):
    """People with the event, of those analysed."""

    events: Count
    n: PositiveCount
    percent: Figure | None = Field(
        None, description="The percentage of n that the source prints beside the count, such as 34.4."
    )

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.events > self.n:
            advice = "the number of people with the event cannot exceed the number analysed; check both in the source"
            raise problem("events-above-n", f"{self.events} events among {self.n} people", advice=advice, at="events")
        return self


class DichotomousResult(Result):
    """Events among people: deaths, cures, responses. One arm alone is a proportion."""

    type: Literal["dichotomous"]
    arms: dict[Id, DichotomousArm] = Field(min_length=1)


class ContinuousArm(Record):
    """A mean with one or more measures of its spread."""

    n: PositiveCount
    mean: Figure
    sd: PositiveFigure | None = None
    se: PositiveFigure | None = Field(None, description="Standard error of the mean.")
    ci_low: Figure | None = Field(None, description="95 % interval of the mean.")
    ci_high: Figure | None = None
    baseline_mean: Figure | None = None
    baseline_sd: PositiveFigure | None = None

    @model_validator(mode="after")
    def _spread(self) -> Self:
        if (self.ci_low is None) != (self.ci_high is None):
            raise problem("missing-field", "an interval needs both ci_low and ci_high", at="ci_low")
        if self.ci_low is not None and self.ci_high is not None and not self.ci_low < self.mean < self.ci_high:
            text = f"the mean ({self.mean}) lies outside its interval ({self.ci_low} to {self.ci_high})"
            raise problem("out-of-range", text, at="ci_low")
        if self.sd is None and self.se is None and self.ci_low is None:
            advice = "give sd, or se, or ci_low and ci_high, whichever the source prints"
            raise problem("missing-field", "the mean has no measure of spread", advice=advice)
        return self


class ContinuousResult(Result):
    """Means of a scale or quantity: at the time point (final), or as change since the start."""

    type: Literal["continuous"]
    value: Literal["final", "change"] = "final"
    arms: dict[Id, ContinuousArm] = Field(min_length=1)


class MedianArm(Record):
    """A median with quartiles, range, or both."""

    n: PositiveCount
    median: Figure
    q1: Figure | None = None
    q3: Figure | None = None
    minimum: Figure | None = None
    maximum: Figure | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for low, high in (("q1", "q3"), ("minimum", "maximum")):
            if (getattr(self, low) is None) != (getattr(self, high) is None):
                raise problem("missing-field", f"{low} and {high} go together", at=low)
        if self.q1 is None and self.minimum is None:
            raise problem("missing-field", "the median has no spread", advice="give q1 and q3, or minimum and maximum")
        names = ("minimum", "q1", "median", "q3", "maximum")
        given = [(name, value) for name in names if (value := getattr(self, name)) is not None]
        for (lower, low), (upper, high) in pairwise(given):
            if low > high:
                raise problem("out-of-range", f"{lower} ({low}) must not exceed {upper} ({high})", at=lower)
        return self


class MedianResult(Result):
    """Medians of a scale or quantity."""

    type: Literal["median"]
    arms: dict[Id, MedianArm] = Field(min_length=1)


class RateArm(Record):
    """Events over the time that people were watched."""

    events: Count
    person_years: PositiveFigure
    n: PositiveCount | None = None


class RateResult(Result):
    """Counts of events per person-time."""

    type: Literal["rate"]
    arms: dict[Id, RateArm] = Field(min_length=1)


class SurvivalArm(Record):
    """People with the event in a comparison of times to an event, as far as given."""

    events: Count | None = None
    n: PositiveCount | None = None


class SurvivalResult(Result):
    """Observed minus expected events with the intervention, and its variance: the log-rank statistics."""

    type: Literal["survival"]
    o_minus_e: Figure
    v: PositiveFigure
    arms: dict[Id, SurvivalArm] = Field({})


class CorrelationArm(Record):
    """A correlation coefficient among the people of one group."""

    r: Figure
    n: PositiveCount

    @model_validator(mode="after")
    def _range(self) -> Self:
        if not -1 <= self.r <= 1:
            raise problem("out-of-range", f"a correlation lies between -1 and 1 (found {self.r})", at="r")
        return self


class CorrelationResult(Result):
    """A correlation between two things measured in one group."""

    type: Literal["correlation"]
    arms: dict[Id, CorrelationArm] = Field(min_length=1, max_length=1)


class ContrastArm(Record):
    """People behind a printed comparison, as far as given."""

    n: PositiveCount


class ContrastResult(Result):
    """A printed comparison for which no arm-level data are at hand."""

    type: Literal["contrast"]
    contrast: Contrast
    arms: dict[Id, ContrastArm] = Field({})
    cases: PositiveCount | None = Field(
        None, description="People with the outcome, where the source counts only these."
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
