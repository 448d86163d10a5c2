"""What the statistics return. Every number here is a plain ``float``: finite, or ``None`` with a note.

Estimates, standard errors, intervals and tau2 are on the analysis scale of the measure (see
:mod:`evibrief.statistics.measures`); I2 and weights are percentages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tau2Method(StrEnum):
    """How the between-study variance is estimated; CE assumes that there is none."""

    CE = "CE"
    DL = "DL"
    HE = "HE"
    HS = "HS"
    SJ = "SJ"
    ML = "ML"
    REML = "REML"
    EB = "EB"
    PM = "PM"


class PoolingMethod(StrEnum):
    """How studies are combined: by inverse variance, or straight from the two-by-two tables."""

    INVERSE_VARIANCE = "IV"
    MANTEL_HAENSZEL = "MH"
    PETO = "PETO"


class CiMethod(StrEnum):
    """How the confidence interval of the pooled estimate is made."""

    WALD = "wald"
    T = "t"
    HKSJ = "hksj"
    HKSJ_MODIFIED = "hksj-modified"
    HKSJ_GUARDED = "hksj-guarded"


class PredictionMethod(StrEnum):
    """Degrees of freedom of the prediction interval: k - 1, k - 2, or the normal distribution."""

    KM1 = "km1"
    KM2 = "km2"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Why a field has no value, or what was done that the reader of the result must know."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A row that could not be pooled. ``row`` is its position in the input, from 0."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Estimates and sampling variances of several studies, one measure, analysis scale.

    ``rows`` gives the input position of each effect; ``yi``, ``vi`` and ``rows`` have one length. Rows without an
    estimable effect are in ``excluded``. ``notes`` say what was done to which row (a correction of a zero cell).
    """

    yi: tuple[float, ...]
    vi: tuple[float, ...]
    rows: tuple[int, ...]
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One meta-analysis. ``weights`` are percentages in the order of the input and sum to 100."""

    k: int
    method: PoolingMethod
    tau2_method: Tau2Method
    ci_method: CiMethod
    prediction_method: PredictionMethod
    level: float
    estimate: float
    se: float | None
    ci_low: float | None
    ci_high: float | None
    statistic: float | None
    df: float | None
    p: float | None
    tau2: float | None
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float | None
    i2_ci_low: float | None
    i2_ci_high: float | None
    h2: float | None
    q: float | None
    q_df: int
    q_p: float | None
    prediction_low: float | None
    prediction_high: float | None
    weights: tuple[float, ...]
    guard_fired: bool = False
    notes: tuple[Note, ...] = ()
