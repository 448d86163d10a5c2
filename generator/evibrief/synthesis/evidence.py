"""What is known of one outcome: pooled here, reported by a review, or told in words.

Estimates are on the natural scale of the measure (a ratio as a ratio) unless a name says otherwise; differences are
intervention minus comparator. For an SMD every study is turned so that the sign means the same: the direction in which
the outcome itself counts (``OutcomeBase.better``).
"""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.records.citations import Source
from evibrief.records.quoted import NarrativeDirection
from evibrief.records.study import Design
from evibrief.statistics.absolute import AbsoluteEffect
from evibrief.statistics.dependence import ThreeLevel
from evibrief.statistics.influence import Influence
from evibrief.statistics.measures import Measure
from evibrief.statistics.permutation import PermutationTest
from evibrief.statistics.reexpression import Reexpressed
from evibrief.statistics.regression import Regression
from evibrief.statistics.results import Pooled
from evibrief.statistics.small_study import SmallStudyTest
from evibrief.statistics.subgroups import SubgroupTau2
from evibrief.statistics.trim_and_fill import TrimAndFill


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its interval, natural scale. Limits are missing where there is no interval."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFigures:
    """What one side of a comparison brought in, as a table shows it. What does not apply is missing."""

    label: str
    n: int | None = None
    events: int | None = None
    mean: float | None = None
    sd: float | None = None
    person_years: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """One row of a pool: a study, or one comparison of a study that has several.

    ``yi`` and ``vi`` are on the analysis scale, ``estimate`` on the natural one with a 95 % normal interval.
    ``weeks`` is when it was measured, counted from the start, where the record says so.
    ``risk`` is the overall risk of bias in the words of its tool, missing where nobody assessed it. ``notes`` say what
    was converted, corrected or turned around.
    """

    study_id: str
    label: str
    comparison: str | None
    year: int | None
    design: Design
    result_index: int
    intervention: ArmFigures | None
    comparator: ArmFigures | None
    participants: int | None
    yi: float
    vi: float
    estimate: Estimate
    weight_percent: float
    risk: str | None
    subgroup: str | None
    time_point: str | None
    source: Source
    weeks: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPooled:
    """A study of the summary that is not in the pool of this outcome, and why."""

    study_id: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupPool:
    """The pool of one subgroup."""

    name: str
    rows: tuple[StudyRow, ...]
    pooled: Pooled
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupAnalysis:
    """The pools of the subgroups and the test for a difference between them.

    ``tau2`` says whether each has a variance between studies of its own (``separate``) or all share one (``common``).
    ``q`` is chi-squared with ``df`` degrees of freedom, or F with ``df`` and ``df2``.
    """

    by: str
    label: str
    groups: tuple[SubgroupPool, ...]
    q: float | None
    df: int | None
    p: float | None
    tau2: SubgroupTau2 = SubgroupTau2.SEPARATE
    df2: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The same studies pooled in another way: another model, or without some of them.

    ``name`` says which: ``common-effect``, ``random-effects``, ``one-per-study`` (its effects averaged),
    ``without-high-risk``, or ``without`` with ``study_id``.
    """

    name: str
    study_id: str | None
    label: str
    k: int
    estimate: Estimate
    tau2: float | None
    i2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """The pool after each study, in the order of their years."""

    label: str
    year: int
    k: int
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyInfluence:
    """How far a study stands from what the others predict, and how much it moves the pool; analysis scale."""

    study_id: str
    label: str
    figures: Influence


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledSynthesis:
    """An outcome pooled here.

    ``k`` counts studies, ``rows`` may be more. ``pooled`` is on the analysis scale; templates word the method from it.
    ``comparator_risk`` is the baseline risk (0 to 1) used for ``absolute``. ``three_level`` is the model behind
    ``pooled`` where studies bring several effects and the summary asks for it; then ``regression``, ``influence``,
    ``cumulative`` and ``small_study`` take the average of each study's effects. Analyses that the data do not allow
    are missing, with the reason in ``notes``.
    """

    outcome_id: str
    measure: Measure
    rows: tuple[StudyRow, ...]
    not_pooled: tuple[NotPooled, ...]
    k: int
    participants: int | None
    events: int | None
    pooled: Pooled
    estimate: Estimate
    prediction: Estimate | None
    absolute: AbsoluteEffect | None
    comparator_risk: float | None
    reexpressed: Reexpressed | None
    subgroups: SubgroupAnalysis | None
    regression: Regression | None
    leave_one_out: tuple[Alternative, ...]
    alternatives: tuple[Alternative, ...]
    cumulative: tuple[Cumulative, ...]
    small_study: SmallStudyTest | None
    trim_and_fill: TrimAndFill | None
    information_size: int | None
    three_level: ThreeLevel | None = None
    permutation: PermutationTest | None = None
    influence: tuple[StudyInfluence, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSynthesis:
    """An outcome pooled by a published review, as it prints it; never mixed with a pool of ours."""

    outcome_id: str
    measure: Measure
    estimate: Estimate
    p: float | None
    k: int | None
    participants: int | None
    i2_percent: float | None
    q: float | None
    q_df: int | None
    tau2: float | None
    turned: bool
    absolute: AbsoluteEffect | None
    comparator_risk: float | None
    reexpressed: Reexpressed | None
    source: Source
    caveat: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeSynthesis:
    """An outcome of which a source tells in words only."""

    outcome_id: str
    direction: NarrativeDirection
    k: int | None
    participants: int | None
    unknown: str
    source: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEstimable:
    """An outcome that was to be pooled, but of which no study gives a usable result."""

    outcome_id: str
    measure: Measure
    not_pooled: tuple[NotPooled, ...]
    reason: str


Synthesis = PooledSynthesis | ReportedSynthesis | NarrativeSynthesis | NotEstimable
