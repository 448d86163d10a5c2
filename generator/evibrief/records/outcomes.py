"""The outcomes of a question: what is asked of each, how its evidence is brought together, and what people judged."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .citations import Source
from .fields import (
    Choice,
    Count,
    Figure,
    Id,
    Line,
    Many,
    PositiveCount,
    PositiveFigure,
    Prose,
    Record,
    problem,
    raise_all,
)
from .results import ContrastMeasure, Direction


class Importance(StrEnum):
    """How much an outcome matters for the decision (GRADE)."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    LIMITED = "limited"


class GrammaticalNumber(StrEnum):
    """Whether a verb after the name is in the singular or the plural."""

    SINGULAR = "singular"
    PLURAL = "plural"


class Basis(Record):
    """Why a value that no study reports is what it is: a source, or the editors' own reason."""

    source: Source | None = None
    set_by_editors_because: Prose | None = None

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

    unit: Literal["measure", "per-1000"] = "measure"
    small: PositiveFigure = Field(description="The minimal important difference; anything below is trivial.")
    moderate: PositiveFigure | None = None
    large: PositiveFigure | None = None
    basis: Basis

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        given = [value for value in (self.small, self.moderate, self.large) if value is not None]
        if given != sorted(set(given)):
            raise problem("out-of-range", "small, moderate and large must ascend", at="small")
        return self


class BaselineRisk(Record):
    """The risk without the intervention: a stated figure, or the comparator arms of the pooled studies."""

    per_1000: PositiveFigure | None = Field(None, description="People of 1,000 who have the outcome anyway.")
    from_comparator_arms: Literal["median", "total"] | None = Field(
        None, description="Take the median risk of the comparator arms, or all their events over all their people."
    )
    over: Line | None = Field(None, description="The time in which it happens, such as 5 weeks.")
    basis: Basis

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.per_1000 is None) == (self.from_comparator_arms is None):
            raise problem("missing-field", "a baseline risk is either per_1000 or from_comparator_arms")
        if self.per_1000 is not None and self.per_1000 >= 1000:
            text = f"must be below 1000 people of 1,000 (found {self.per_1000})"
            raise problem("out-of-range", text, advice="write 172 for a risk of 17.2 %", at="per_1000")
        return self


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

    domain: Choice[Domain]
    levels: Annotated[int, Field(ge=-3, le=2)] = Field(description="Levels down (-1, -2, -3), up (1, 2), or 0.")
    reason: Prose
    by: Line | None = Field(None, description="Who judged.")

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

    id: Id = Field(description="As the study records name it, such as hope.")
    name: Line = Field(description="As it reads in the middle of a sentence, such as quality of life.")
    number: Choice[GrammaticalNumber] = GrammaticalNumber.SINGULAR
    importance: Choice[Importance]
    better: Choice[Direction] = Field(description="lower for harms such as death, higher for recovery.")
    time_window: Line | None = Field(None, description="When it counts, such as at the end of the groups.")
    unit: Line | None = Field(None, description="What a mean difference counts, in the plural, such as days.")
    definition: Prose | None = None
    bands: SizeBands | None = None
    judgements: Many[Judgement] = ()
    note: Prose | None = Field(None, description="What a reader of the figures should know.")

    @model_validator(mode="after")
    def _one_judgement_each(self) -> Self:
        domains = [judgement.domain for judgement in self.judgements]
        for index, domain in enumerate(domains):
            if domain in domains[:index]:
                raise problem("duplicate-id", f"{domain} is judged twice", at=f"judgements.{index}.domain")
        return self


class PooledMeasure(StrEnum):
    """Measures that studies can be pooled on."""

    RR = "RR"
    OR = "OR"
    RD = "RD"
    PETO = "PETO"
    AS = "AS"
    MD = "MD"
    SMD = "SMD"
    ROM = "ROM"
    IRR = "IRR"
    IRD = "IRD"
    HR = "HR"
    PLO = "PLO"
    ZCOR = "ZCOR"

    @property
    def is_ratio(self) -> bool:
        """Whether no difference is 1."""
        return self in (self.RR, self.OR, self.PETO, self.ROM, self.IRR, self.HR)


class Model(Record):
    """How studies are pooled. What is left out follows the house defaults."""

    method: Literal["IV", "MH", "PETO"] = Field("IV", description="Inverse variance, Mantel-Haenszel or Peto.")
    tau2: Literal["CE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM"] = Field(
        "REML", description="Estimator of the variance between studies; CE for one common effect."
    )
    ci: Literal["wald", "t", "hksj", "hksj-modified", "hksj-guarded"] = "hksj-guarded"
    prediction: Literal["km1", "km2", "normal"] = "km1"
    zero_cells: Literal["only0", "if0all", "all", "none"] = Field(
        "only0", description="Which studies get 0.5 in every cell: those with a zero, all once there is one, all, none."
    )
    smd_variance: Literal["LS", "LS2", "UB", "AV", "REVMAN"] = Field(
        "LS", description="Formula for the variance of a standardised mean difference; LS is metafor's."
    )
    revman_correction: bool = Field(
        False, description="With Mantel-Haenszel, add 0.5 to the cells of studies with a zero, as RevMan 5 does."
    )
    reason: Prose | None = Field(None, description="Why it departs from the house defaults.")

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        fields = type(self).model_fields
        departs = any(getattr(self, name) != fields[name].default for name in fields if name != "reason")
        if departs and self.reason is None:
            advice = "say why this outcome is not pooled by the house defaults"
            raise problem("missing-field", "a method of its own needs a reason", advice=advice)
        return self


class SetAside(Record):
    """A study that is not pooled, and why."""

    study: Id
    reason: Prose


class Subgroups(Record):
    """Subgroups of studies (or of rows of studies) by one of their characteristics."""

    by: Id = Field(description="A characteristic of the studies or of their results, such as product.")
    label: Line = Field(description="As a heading, such as Product.")


class Regression(Record):
    """A meta-regression on one numeric characteristic of the studies."""

    on: Id
    label: Line = Field(description="As it reads in a sentence, such as latitude in degrees.")


class PooledOutcome(OutcomeBase):
    """Pooled here from the records of the studies."""

    evidence: Literal["pooled"]
    reads: Id | None = Field(
        None, description="The outcome's name in the study records, where it is not this id: hope, for late-hope."
    )
    measure: Choice[PooledMeasure]
    model: Model = Model()
    time_point: Line | None = Field(None, description="Take results with this time point's label only.")
    time_choice: Literal["end-of-intervention", "longest"] | None = Field(
        None, description="Of several times in one study, take the one nearest to the intervention's end, or the last."
    )
    value: Literal["final", "change"] | None = Field(None, description="Take final values or changes only.")
    set_aside: Many[SetAside] = ()
    baseline_risk: BaselineRisk | None = None
    subgroups: Subgroups | None = None
    regression: Regression | None = None
    familiar_scale: FamiliarScale | None = None

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
        method = self.model.method
        if method == "MH" and self.measure not in ("RR", "OR", "RD", "IRR", "IRD"):
            yield problem("not-allowed-value", f"Mantel-Haenszel does not pool {self.measure}", at="model.method")
        if self.model.revman_correction and method != "MH":
            text = "RevMan's correction belongs to the Mantel-Haenszel method"
            yield problem("not-allowed-value", text, advice="write method: MH", at="model.revman_correction")
        if method == "PETO" and self.measure not in ("PETO", "HR"):
            text = f"the Peto method does not pool {self.measure}"
            yield problem("not-allowed-value", text, advice="write measure: PETO", at="model.method")


def _bands_fit(bands: SizeBands | None, *, is_ratio: bool, has_risk: bool) -> Iterator[PydanticCustomError]:
    """Yield what keeps bands from being used with an outcome's measure."""
    if bands is not None and bands.unit == "per-1000" and not has_risk:
        yield problem("missing-field", "bands per 1,000 people need a baseline_risk", at="bands.unit")
    if bands is not None and bands.unit == "measure" and is_ratio and bands.small <= 1:
        text = f"must be greater than 1 (found {bands.small})"
        advice = "for a ratio write how far from 1 it must be, such as 1.25 (which also stands for 0.80)"
        yield problem("out-of-range", text, advice=advice, at="bands.small")


class FamiliarScale(Record):
    """A well-known scale on which a standardised difference is told again."""

    name: Line
    sd: PositiveFigure = Field(description="Standard deviation between persons in a representative study.")
    unit: Line = Field("points", description="What the scale counts.")
    basis: Basis


class Reported(Record):
    """A pooled result as a review prints it, on its natural scale."""

    measure: Choice[ContrastMeasure]
    estimate: Figure
    ci_low: Figure
    ci_high: Figure
    p: Figure | None = None
    studies: PositiveCount | None = None
    participants: PositiveCount | None = None
    i2_percent: Figure | None = None
    q: Figure | None = None
    q_df: Count | None = None
    tau2: Figure | None = None
    positive_favours: Literal["intervention", "comparator"] = Field(
        "intervention", description="What a value above no difference favours, in the source's own coding."
    )
    source: Source
    caveat: Prose | None = Field(None, description="What is odd about the printed result.")

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.ci_low <= self.estimate <= self.ci_high:
            text = f"the estimate ({self.estimate}) lies outside its interval ({self.ci_low} to {self.ci_high})"
            raise problem("out-of-range", text, advice="check the three figures in the source", at="estimate")
        if self.measure.is_ratio and self.ci_low <= 0:
            raise problem("out-of-range", f"a ratio is greater than 0 (found {self.ci_low})", at="ci_low")
        return self


class ReportedOutcome(OutcomeBase):
    """Pooled by a published review; its printed result is shown as reported, and never mixed with ours."""

    evidence: Literal["reported"]
    reported: Reported
    baseline_risk: BaselineRisk | None = None
    familiar_scale: FamiliarScale | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        has_risk = self.baseline_risk is not None
        raise_all(_bands_fit(self.bands, is_ratio=self.reported.measure.is_ratio, has_risk=has_risk))
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

    direction: Choice[NarrativeDirection]
    studies: PositiveCount | None = None
    participants: PositiveCount | None = None
    unknown: Prose = Field(description="What the source at hand does not say: the estimate, the number of studies...")
    source: Source | None = None


class NarrativeOutcome(OutcomeBase):
    """Told in words, because no figure can be pooled or quoted."""

    evidence: Literal["narrative"]
    narrative: Narrative

    @model_validator(mode="after")
    def _not_rated(self) -> Self:
        if self.judgements:
            text = "an outcome told in words alone is not rated, so nothing of it can be judged"
            raise problem("not-allowed-value", text, advice="remove the judgements", at="judgements")
        return self


AnyOutcome = Annotated[PooledOutcome | ReportedOutcome | NarrativeOutcome, Field(discriminator="evidence")]
PooledOutcome.model_rebuild()
