"""What a study reports of one arm, one model for each kind of data."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from .fields import Count, Figure, PositiveCount, PositiveFigure, Record, problem


class DichotomousArm(Record):
    """People with the event, of those analysed."""

    events: Count = Field(description="People with the event (not events); 0 if nobody had it.", examples=[9])
    n: PositiveCount = Field(
        description=(
            "People analysed in this arm for this outcome: the denominator of the table, which may be "
            "fewer than were randomised."
        ),
        examples=[119],
    )
    percent: Figure | None = Field(
        None,
        description=("The percentage that the source prints beside the count; it is checked against events and n."),
        examples=[34.4],
    )

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.events > self.n:
            advice = "the number of people with the event cannot exceed the number analysed; check both in the source"
            raise problem("events-above-n", f"{self.events} events among {self.n} people", advice=advice, at="events")
        return self


class ContinuousArm(Record):
    """A mean with one or more measures of its spread."""

    n: PositiveCount = Field(description="People analysed in this arm for this outcome.", examples=[61])
    mean: Figure = Field(description="The mean, with the digits that the paper prints.", examples=[5.25])
    sd: PositiveFigure | None = Field(
        None,
        description=(
            "Standard deviation: the spread of people's values. Papers often print it in brackets after "
            "the mean; make sure that it is not the standard error."
        ),
        examples=[1.15],
    )
    se: PositiveFigure | None = Field(
        None,
        description="Standard error of the mean: the standard deviation divided by the square root of n.",
        examples=[0.15],
    )
    ci_low: Figure | None = Field(
        None, description="Lower end of the 95 % confidence interval of the mean.", examples=[4.95]
    )
    ci_high: Figure | None = Field(
        None, description="Upper end of the 95 % confidence interval of the mean.", examples=[5.55]
    )
    baseline_mean: Figure | None = Field(None, description="The mean before the start.", examples=[4.75])
    baseline_sd: PositiveFigure | None = Field(
        None, description="The standard deviation before the start.", examples=[1.25]
    )

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


class MedianArm(Record):
    """A median with quartiles, range, or both."""

    n: PositiveCount = Field(description="People analysed in this arm for this outcome.", examples=[61])
    median: Figure = Field(description="The median, with the digits that the paper prints.", examples=[5.5])
    q1: Figure | None = Field(
        None, description="Lower quartile: the first number of an interquartile range.", examples=[3.5]
    )
    q3: Figure | None = Field(
        None, description="Upper quartile: the second number of an interquartile range.", examples=[7.5]
    )
    minimum: Figure | None = Field(None, description="Lowest value: the first number of a range.", examples=[1])
    maximum: Figure | None = Field(None, description="Highest value: the second number of a range.", examples=[12])

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


class RateArm(Record):
    """Events over the time that people were watched."""

    events: Count = Field(description="Events, of which one person may have had several.", examples=[34])
    person_years: PositiveFigure = Field(
        description="Time that people were watched, in years over all of them; 600 person-months are 50.",
        examples=[50.5],
    )
    n: PositiveCount | None = Field(None, description="People who were watched.", examples=[120])


class SurvivalArm(Record):
    """People with the event in a comparison of times to an event, as far as given."""

    events: Count | None = Field(None, description="People with the event by the end of the watch.", examples=[12])
    n: PositiveCount | None = Field(None, description="People in the analysis of this arm.", examples=[120])


class CorrelationArm(Record):
    """A correlation coefficient among the people of one group."""

    r: Figure = Field(description="Correlation coefficient, between -1 and 1.", examples=[0.35])
    n: PositiveCount = Field(description="People with both measurements.", examples=[61])

    @model_validator(mode="after")
    def _range(self) -> Self:
        if not -1 <= self.r <= 1:
            raise problem("out-of-range", f"a correlation lies between -1 and 1 (found {self.r})", at="r")
        return self


class ContrastArm(Record):
    """People behind a printed comparison, as far as given."""

    n: PositiveCount = Field(description="People of this arm in the analysis.", examples=[61])
