"""The outcomes of a question: what is asked of each, how its evidence is brought together, and what people judged."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .fields import (
    Choice,
    Id,
    Line,
    Many,
    Prose,
    Record,
    problem,
    raise_all,
)
from .pooling_choices import (
    Model,
    PooledMeasure,
    Regression,
    Subgroups,
    common_variance_problems,
    model_problems,
)
from .quoted import Narrative, Reported
from .results import Direction
from .sizes import BaselineRisk, FamiliarScale, SizeBands


class Importance(StrEnum):
    """How much an outcome matters for the decision (GRADE)."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    LIMITED = "limited"


class GrammaticalNumber(StrEnum):
    """Whether a verb after the name is in the singular or the plural."""

    SINGULAR = "singular"
    PLURAL = "plural"


class Domain(StrEnum):
    """What can lower or raise certainty (GRADE), or the certainty as a whole."""

    RISK_OF_BIAS = "risk-of-bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication-bias"
    LARGE_EFFECT = "large-effect"
    DOSE_RESPONSE = "dose-response"
    OPPOSING_CONFOUNDING = "opposing-confounding"

    @property
    def raises(self) -> bool:
        """Whether it can only raise certainty; the others can only lower it."""
        return self in (self.LARGE_EFFECT, self.DOSE_RESPONSE, self.OPPOSING_CONFOUNDING)


class Judgement(Record):
    """A person's judgement of one domain: the only one for indirectness, elsewhere an override."""

    domain: Choice[Domain] = Field(
        description=("What is judged. Indirectness only people can judge; any other domain overrides what is computed.")
    )
    levels: Annotated[int, Field(ge=-3, le=2)] = Field(
        description="Levels down (-1, -2, -3), up (1, 2), or 0 to leave it.", examples=[-1]
    )
    reason: Prose = Field(
        description="Why, in a sentence that readers will see.",
        examples=["Most people in the studies were older than those of the question."],
    )
    by: Line | None = Field(None, description="Who judged.", examples=["A. Example"])

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.domain.raises and self.levels < 0:
            text = f"{self.domain} can only raise certainty (found {self.levels})"
            raise problem("out-of-range", text, advice="write 1 or 2 to raise, 0 to leave it", at="levels")
        if not self.domain.raises and self.levels > 0:
            text = f"{self.domain} can only lower certainty (found {self.levels})"
            raise problem("out-of-range", text, advice="write -1 or -2 to lower, 0 to leave it", at="levels")
        return self


class OutcomeBase(Record):
    """What every outcome has."""

    id: Id = Field(description="Name of the outcome, as the study records name it.", examples=["hope"])
    name: Line = Field(description="As it reads in the middle of a sentence.", examples=["quality of life"])
    number: Choice[GrammaticalNumber] = Field(
        GrammaticalNumber.SINGULAR,
        description=(
            "Whether the verb after the name is in the singular (quality of life is) or the plural (symptoms are)."
        ),
    )
    importance: Choice[Importance] = Field(
        description=("How much the outcome matters for the decision: critical, important, or of limited importance.")
    )
    better: Choice[Direction] = Field(description="lower for harms such as death, higher for goods such as recovery.")
    time_window: Line | None = Field(
        None, description="When it counts, as it reads in a sentence.", examples=["at the end of the groups"]
    )
    unit: Line | None = Field(None, description="What a mean difference counts, in the plural.", examples=["days"])
    definition: Prose | None = Field(
        None,
        description="What counts as the outcome, where the name does not say it.",
        examples=["Death from any cause within a year."],
    )
    bands: SizeBands | None = Field(
        None,
        description=(
            "From where a difference counts as small, moderate and large; the house's own where it is left out."
        ),
    )
    judgements: Many[Judgement] = Field(
        (), description="What people judged: indirectness, and overrides of computed steps, each with its reason."
    )
    note: Prose | None = Field(
        None,
        description="What a reader of the figures should know.",
        examples=["Two of the studies measured it by letter."],
    )

    @model_validator(mode="after")
    def _one_judgement_each(self) -> Self:
        domains = [judgement.domain for judgement in self.judgements]
        for index, domain in enumerate(domains):
            if domain in domains[:index]:
                raise problem("duplicate-id", f"{domain} is judged twice", at=f"judgements.{index}.domain")
        return self


class SetAside(Record):
    """A study that is not pooled, and why."""

    study: Id = Field(description="Id of the study.", examples=["cook-2012"])
    reason: Prose = Field(
        description="Why it is not pooled, in a sentence that readers will see.",
        examples=["It gives no measure of spread."],
    )


class PooledOutcome(OutcomeBase):
    """Pooled here from the records of the studies."""

    evidence: Literal["pooled"] = Field(description="pooled: computed here from the records of the studies.")
    reads: Id | None = Field(
        None, description="The outcome's name in the study records, where it is not this id.", examples=["hope"]
    )
    measure: Choice[PooledMeasure] = Field(
        description=(
            "RR, OR or RD for people with an event, MD or SMD for means, IRR for rates, HR for times to "
            "an event, PLO for one proportion, ZCOR for correlations."
        )
    )
    model: Model = Field(Model(), description="How studies are pooled; the house defaults where it is left out.")
    time_point: Line | None = Field(
        None, description="Take only results whose time point has this label.", examples=["end of the course"]
    )
    time_choice: Literal["end-of-intervention", "longest"] | None = Field(
        None,
        description=("Of several times in one study, take the one nearest to the intervention's end, or the last."),
    )
    value: Literal["final", "change"] | None = Field(None, description="Take final values or changes only.")
    set_aside: Many[SetAside] = Field(
        (), description="Studies of the list that are not pooled for this outcome, with the reason."
    )
    baseline_risk: BaselineRisk | None = Field(
        None, description="The risk without the intervention; with it, results are told as people of 1,000."
    )
    subgroups: Subgroups | None = Field(
        None, description="Pool groups of studies apart, by one of their characteristics."
    )
    regression: Regression | None = Field(None, description="Regress the effects on a characteristic of the studies.")
    familiar_scale: FamiliarScale | None = Field(
        None, description="A well-known scale on which a standardised difference is told again."
    )

    @property
    def in_records(self) -> str:
        """How the study records name the outcome."""
        return self.reads or self.id

    @model_validator(mode="after")
    def _sound(self) -> Self:
        raise_all(self._problems())
        return self

    def _problems(self) -> Iterator[PydanticCustomError]:
        yield from _bands_fit(self.bands, is_ratio=self.measure.is_ratio, has_risk=self.baseline_risk is not None)
        yield from model_problems(self.measure, self.model)
        if self.subgroups is not None and self.subgroups.tau2 == "common":
            yield from common_variance_problems(self.model)


def _bands_fit(bands: SizeBands | None, *, is_ratio: bool, has_risk: bool) -> Iterator[PydanticCustomError]:
    """Yield what keeps bands from being used with an outcome's measure."""
    if bands is not None and bands.unit == "per-1000" and not has_risk:
        yield problem("missing-field", "bands per 1,000 people need a baseline_risk", at="bands.unit")
    if bands is not None and bands.unit == "measure" and is_ratio and bands.small <= 1:
        text = f"must be greater than 1 (found {bands.small})"
        advice = "for a ratio write how far from 1 it must be, such as 1.25 (which also stands for 0.80)"
        yield problem("out-of-range", text, advice=advice, at="bands.small")


class ReportedOutcome(OutcomeBase):
    """Pooled by a published review; its printed result is shown as reported, and never mixed with ours."""

    evidence: Literal["reported"] = Field(description="reported: pooled by a published review, and told as its result.")
    reported: Reported = Field(description="The result as the review prints it.")
    baseline_risk: BaselineRisk | None = Field(
        None, description="The risk without the intervention; with it, results are told as people of 1,000."
    )
    familiar_scale: FamiliarScale | None = Field(
        None, description="A well-known scale on which a standardised difference is told again."
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        has_risk = self.baseline_risk is not None
        raise_all(_bands_fit(self.bands, is_ratio=self.reported.measure.is_ratio, has_risk=has_risk))
        return self


class NarrativeOutcome(OutcomeBase):
    """Told in words, because no figure can be pooled or quoted."""

    evidence: Literal["narrative"] = Field(
        description="narrative: told in words, because no figure can be pooled or quoted."
    )
    narrative: Narrative = Field(description="What is known of the outcome.")

    @model_validator(mode="after")
    def _not_rated(self) -> Self:
        if self.judgements:
            text = "an outcome told in words alone is not rated, so nothing of it can be judged"
            raise problem("not-allowed-value", text, advice="remove the judgements", at="judgements")
        return self


AnyOutcome = Annotated[PooledOutcome | ReportedOutcome | NarrativeOutcome, Field(discriminator="evidence")]
PooledOutcome.model_rebuild()
