"""The words of appraisal: certainty in steps, evidence level, findings. What they are made of, not how.

A reason is data: the code of a rule and the figures that decided it. Templates turn it into a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from evibrief.records.outcomes import Domain


class Certainty(IntEnum):
    """How sure the evidence lets us be of a finding (GRADE)."""

    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def word(self) -> str:
        """The word as GRADE prints it, such as ``very low``."""
        return self.name.lower().replace("_", " ")


Figure = float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Which rule decided, and by which figures. ``rule`` names a template of the wording."""

    rule: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One domain's part in the certainty. ``levels`` is what counts: -1 is one level down, 1 one up.

    ``computed`` is the rule's proposal, missing where only a person can judge (indirectness) or nothing can be
    computed. ``judged_reason`` is the person's own reason where ``levels`` is a judgement.
    """

    domain: Domain
    levels: int
    computed: int | None
    reason: Reason
    judged_reason: str | None = None
    judged_by: str | None = None

    @property
    def is_override(self) -> bool:
        """Whether a person decided otherwise than the rule."""
        return self.judged_reason is not None and self.computed is not None and self.computed != self.levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The certainty of one outcome, and each step that led to it."""

    start: Certainty
    start_reason: Reason
    steps: tuple[Step, ...]
    certainty: Certainty


class EvidenceLevel(IntEnum):
    """The kind of study behind a summary, 1 to 5. It says nothing of how sure any one finding is."""

    EXCELLENT = 1
    GOOD = 2
    AVERAGE = 3
    BELOW_AVERAGE = 4
    POOR = 5

    @property
    def word(self) -> str:
        """The word printed after the number, such as ``Below average``."""
        return self.name.capitalize().replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRating:
    """The evidence level of a summary, with its reason."""

    level: EvidenceLevel
    reason: Reason


class Size(StrEnum):
    """How large a difference is, by the bands of the outcome."""

    TRIVIAL = "trivial"
    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"


class Course(StrEnum):
    """What happens to the outcome itself, whether that is good or bad."""

    INCREASES = "increases"
    REDUCES = "reduces"


class Conclusion(StrEnum):
    """What may be said.

    ``difference``: the interval excludes no difference. ``little-to-no``: the whole interval lies within the band of
    trivial differences. ``inconclusive``: it is compatible with either. ``not-improved``, ``improved``, ``worsened``,
    ``mixed``: a source says so in words, without figures. ``unknown``: studies measured it, and what they found is not
    known to us. ``not-reported``: no study reported it. ``not-estimable``: reported, but in no usable form.
    ``described``: one group was measured, and nothing compared.
    """

    DIFFERENCE = "difference"
    LITTLE_TO_NO = "little-to-no"
    INCONCLUSIVE = "inconclusive"
    NOT_IMPROVED = "not-improved"
    IMPROVED = "improved"
    WORSENED = "worsened"
    MIXED = "mixed"
    UNKNOWN = "unknown"
    NOT_REPORTED = "not-reported"
    NOT_ESTIMABLE = "not-estimable"
    DESCRIBED = "described"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What may be said of one outcome: a cell of the wording table, and the figures for it.

    ``course`` and ``size`` describe the point estimate; both are missing where there is none. ``for_better`` says
    whether that course is the good one for the person. ``compatible_with`` are the courses that the interval allows as
    important (beyond the smallest band): an inconclusive finding names them. ``certainty`` is missing where nothing
    can be rated.
    """

    outcome_id: str
    conclusion: Conclusion
    certainty: Certainty | None
    course: Course | None
    size: Size | None
    for_better: bool | None
    compatible_with: tuple[Course, ...] = ()
    reason: Reason
