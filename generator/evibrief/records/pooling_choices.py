"""How an outcome is pooled: its measure, its model, and what is looked at around the pool."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .fields import Figure, Id, Line, Prose, Record, problem


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
    IRSD = "IRSD"
    HR = "HR"
    PR = "PR"
    PLO = "PLO"
    PLN = "PLN"
    PAS = "PAS"
    COR = "COR"
    ZCOR = "ZCOR"

    @property
    def is_ratio(self) -> bool:
        """Whether no difference is 1."""
        return self in (self.RR, self.OR, self.PETO, self.ROM, self.IRR, self.HR)

    @property
    def is_corrected(self) -> bool:
        """Whether a zero among the events calls for a correction."""
        return self in (self.RR, self.OR, self.RD, self.IRR, self.IRD, self.PR, self.PLO, self.PLN)


class Model(Record):
    """How studies are pooled. What is left out follows the house defaults."""

    method: Literal["IV", "MH", "PETO"] = Field(
        "IV", description="Inverse variance (IV), Mantel-Haenszel (MH) or Peto."
    )
    tau2: Literal["CE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM"] = Field(
        "REML", description="Estimator of the variance between studies; CE for one common effect."
    )
    ci: Literal["wald", "t", "hksj", "hksj-modified", "hksj-guarded"] = Field(
        "hksj-guarded",
        description=(
            "How the confidence interval is made; hksj-guarded is Hartung-Knapp's, never narrower than Wald's."
        ),
    )
    prediction: Literal["km1", "km2", "normal"] = Field(
        "km1",
        description=(
            "Degrees of freedom of the prediction interval: km1 is studies less one, km2 less two, normal none."
        ),
    )
    several_effects: Literal["each", "three-level", "first", "most-precise", "average"] = Field(
        "each",
        description=(
            "Of a study with several effects: each counts (a shared comparator divided among them), all in a "
            "three-level model with robust intervals, or one stands for the study: the first in the record, the most "
            "precise, or their average."
        ),
    )
    within_study_correlation: Figure | None = Field(
        None,
        description=(
            "Between the effects of one study that are averaged, 0 to 1; left out it is 1, which claims nothing from "
            "measuring twice."
        ),
        examples=[0.5],
    )
    zero_cells: Literal["only0", "if0all", "all", "none", "proportional"] = Field(
        "only0",
        description=(
            "Which studies get 0.5 in every cell: those with a zero, all once there is one, all, none; or those with a "
            "zero, in proportion to the size of each group."
        ),
    )
    smd_variance: Literal["LS", "LS2", "UB", "AV", "REVMAN", "H"] = Field(
        "LS",
        description=(
            "Formula for the variance of a standardised mean difference; LS is metafor's. H standardises by the "
            "average of both groups' variances, without taking them for equal."
        ),
    )
    rom_correction: bool = Field(False, description="Correct the logarithm of a ratio of means for its bias.")
    revman_correction: bool = Field(
        False, description="With Mantel-Haenszel, add 0.5 to the cells of studies with a zero, as RevMan 5 does."
    )
    reason: Prose | None = Field(
        None,
        description="Why it departs from the house defaults.",
        examples=["The review that is checked here pooled so."],
    )

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        fields = type(self).model_fields
        departs = any(getattr(self, name) != fields[name].default for name in fields if name != "reason")
        if departs and self.reason is None:
            advice = "say why this outcome is not pooled by the house defaults"
            raise problem("missing-field", "a method of its own needs a reason", advice=advice)
        return self

    def chosen(self, name: str) -> bool:
        """Whether a choice was written down, and is not the default."""
        return name in self.model_fields_set and getattr(self, name) != type(self).model_fields[name].default


class Subgroups(Record):
    """Subgroups of studies (or of rows of studies) by one of their characteristics."""

    by: Id = Field(description="A characteristic of the studies or of their results.", examples=["product"])
    label: Line = Field(description="As a heading.", examples=["Product"])
    tau2: Literal["separate", "common"] = Field(
        "separate", description="Whether each subgroup has a variance between studies of its own, or all share one."
    )


class Regression(Record):
    """A meta-regression on one numeric characteristic of the studies."""

    on: Id = Field(description="A characteristic of the studies that is a number.", examples=["latitude"])
    label: Line = Field(description="As it reads in a sentence.", examples=["latitude in degrees"])
    test: Literal["knapp-hartung", "z", "permutation"] = Field(
        "knapp-hartung",
        description="Permutation also gives a p-value that assumes no distribution, for few studies.",
    )


# What Mantel-Haenszel pools, and what RevMan's correction and its random effects are defined for.
_BY_MANTEL_HAENSZEL = ("RR", "OR", "RD", "IRR", "IRD")
_BY_REVMAN = ("RR", "OR", "RD")
_CORRECTED_BY_REVMAN = ("RR", "OR")
# Estimators of a variance between studies beside covariates, such as which subgroup a study is in.
_WITH_COVARIATES = ("DL", "ML", "REML", "EB", "PM")
_TWO_GROUPS_OF_PEOPLE = ("RR", "OR", "RD")


def model_problems(measure: PooledMeasure, model: Model) -> Iterator[PydanticCustomError]:
    """Yield which choices of a model its method or measure cannot follow, so that none is passed over in silence."""
    if model.method == "MH":
        yield from _mantel_haenszel_problems(measure, model)
    if model.method == "PETO":
        yield from _peto_problems(measure, model)
    if model.method != "IV" and model.several_effects in ("three-level", "average"):
        text = f"several effects cannot be pooled as '{model.several_effects}' by the method {model.method}"
        yield _refused(text, "leave method out, or write first or most-precise", "several_effects")
    if model.several_effects == "three-level":
        yield from _three_level_problems(model)
    yield from _correlation_problems(model)
    yield from _formula_problems(measure, model)


def common_variance_problems(model: Model) -> Iterator[PydanticCustomError]:
    """Yield why subgroups cannot share a variance between studies."""
    if model.method != "IV" or model.several_effects == "three-level" or model.tau2 not in _WITH_COVARIATES:
        text = f"subgroups share a variance between studies only by inverse variance and {', '.join(_WITH_COVARIATES)}"
        yield problem("not-allowed-value", text, advice="write tau2: separate", at="subgroups.tau2")


def _mantel_haenszel_problems(measure: PooledMeasure, model: Model) -> Iterator[PydanticCustomError]:
    if measure not in _BY_MANTEL_HAENSZEL:
        yield problem("not-allowed-value", f"Mantel-Haenszel does not pool {measure}", at="model.method")
    if "tau2" in model.model_fields_set and model.tau2 not in ("CE", "DL"):
        text = (
            f"Mantel-Haenszel goes with tau2 CE (one common effect) or DL (RevMan's random effects), not {model.tau2}"
        )
        yield _refused(text, "write tau2: CE", "tau2")
    if model.tau2 == "DL" and measure not in _BY_REVMAN:
        yield _refused(f"Mantel-Haenszel pools {measure} with one common effect only", "write tau2: CE", "tau2")
    if model.chosen("ci") and model.ci != "wald":
        yield _refused("a Mantel-Haenszel estimate has a normal interval", "write ci: wald", "ci")
    if model.chosen("prediction"):
        yield _refused("Mantel-Haenszel predicts by km1 only", "leave prediction out", "prediction")


def _peto_problems(measure: PooledMeasure, model: Model) -> Iterator[PydanticCustomError]:
    if measure not in ("PETO", "HR"):
        yield _refused(f"the Peto method does not pool {measure}", "write measure: PETO", "method")
    if model.chosen("tau2") and model.tau2 != "CE":
        yield _refused(f"Peto's method has one common effect, not {model.tau2}", "write tau2: CE", "tau2")
    if model.chosen("ci") and model.ci != "wald":
        yield _refused("Peto's estimate has a normal interval", "write ci: wald", "ci")


def _three_level_problems(model: Model) -> Iterator[PydanticCustomError]:
    if model.chosen("tau2"):
        yield _refused("a three-level model is fitted by REML", "leave tau2 out", "tau2")
    if model.chosen("ci"):
        text = "a three-level model has robust intervals of its own"
        yield _refused(text, "leave ci out", "ci")
    if model.chosen("prediction"):
        yield _refused("a three-level model predicts by km1 only", "leave prediction out", "prediction")


def _correlation_problems(model: Model) -> Iterator[PydanticCustomError]:
    correlation = model.within_study_correlation
    if correlation is None:
        return
    if model.several_effects != "average":
        text = "a correlation within studies belongs to their averages"
        yield _refused(text, "write several_effects: average", "within_study_correlation")
    if not 0 <= correlation <= 1:
        text = f"a correlation between effects of one study lies between 0 and 1 (found {correlation})"
        yield problem("out-of-range", text, at="model.within_study_correlation")


def _formula_problems(measure: PooledMeasure, model: Model) -> Iterator[PydanticCustomError]:
    if model.chosen("smd_variance") and measure != "SMD":
        yield _refused(f"a formula for standardised differences does nothing to {measure}", "remove it", "smd_variance")
    if model.chosen("rom_correction") and measure != "ROM":
        yield _refused(f"a correction of ratios of means does nothing to {measure}", "remove it", "rom_correction")
    if model.chosen("zero_cells") and not measure.is_corrected:
        yield _refused(f"{measure} needs no correction of zero cells", "remove it", "zero_cells")
    elif model.zero_cells == "proportional" and measure not in _TWO_GROUPS_OF_PEOPLE:
        text = f"a correction in proportion to group size needs events in two groups of people, not {measure}"
        yield _refused(text, "write only0", "zero_cells")
    if model.revman_correction and model.method != "MH":
        text = "RevMan's correction belongs to the Mantel-Haenszel method"
        yield _refused(text, "write method: MH", "revman_correction")
    elif model.revman_correction and measure not in _CORRECTED_BY_REVMAN:
        yield _refused(f"RevMan corrects RR and OR, not {measure}", "remove it", "revman_correction")


def _refused(text: str, advice: str, field: str) -> PydanticCustomError:
    return problem("not-allowed-value", text, advice=advice, at=f"model.{field}")
