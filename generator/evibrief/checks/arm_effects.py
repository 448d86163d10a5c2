"""The effect of a result, computed once more from its arms, for comparison with what the paper prints.

Plain formulas on single numbers: the linter looks at every result of every record, and what checks the statistics
should not be the statistics.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from evibrief.records.arms import ContinuousArm, DichotomousArm, RateArm
from evibrief.records.results import (
    AnyResult,
    ContinuousResult,
    Contrast,
    ContrastMeasure,
    DichotomousResult,
    RateResult,
    SurvivalResult,
)
from evibrief.records.study import ArmRole, Study

from .printed import half_unit, sd_of

Arm = TypeVar("Arm")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmEffect:
    """An effect on the analysis scale (logarithm for ratios) with its standard error.

    ``rounding`` is how far the rounding of the printed arm figures may have moved the estimate. ``df`` are the degrees
    of freedom of a t-test of means.
    """

    estimate: float
    se: float | None
    rounding: float = 0.0
    df: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The arm with the intervention and the arm it is compared with, by id."""

    intervention: str
    comparator: str


def pair_of(study: Study, result: AnyResult) -> Pair | None:
    """Return the two arms that a printed contrast compares; nothing where that is not plain."""
    named = result.contrast.arms if result.contrast else ()
    if len(named) == 2:
        return Pair(intervention=named[0], comparator=named[1])
    roles = {role: [name for name in result.arms if study.arm(name).role is role] for role in ArmRole}
    if len(roles[ArmRole.INTERVENTION]) == len(roles[ArmRole.COMPARATOR]) == 1:
        return Pair(intervention=roles[ArmRole.INTERVENTION][0], comparator=roles[ArmRole.COMPARATOR][0])
    return None


def effect_of_arms(study: Study, result: AnyResult, contrast: Contrast) -> ArmEffect | None:
    """Return the effect of a result's arms on the measure of its printed contrast; nothing where it cannot be had."""
    pair, measure = pair_of(study, result), contrast.measure
    if isinstance(result, SurvivalResult):
        return _hazard_ratio(result) if measure is ContrastMeasure.HR else None
    if pair is None or pair.intervention not in result.arms or pair.comparator not in result.arms:
        return None
    if isinstance(result, DichotomousResult):
        return _of_events(*_two(result.arms, pair), measure)
    if isinstance(result, ContinuousResult):
        return of_means(*_two(result.arms, pair), measure)
    if isinstance(result, RateResult):
        return _of_rates(*_two(result.arms, pair), measure)
    return None


def _two(arms: Mapping[str, Arm], pair: Pair) -> tuple[Arm, Arm]:
    return arms[pair.intervention], arms[pair.comparator]


def _hazard_ratio(result: SurvivalResult) -> ArmEffect:
    """The logarithm of Peto's hazard ratio, (O - E) / V, with standard error 1 / sqrt(V)."""
    v = float(result.v)
    return ArmEffect(
        estimate=float(result.o_minus_e) / v, se=1 / math.sqrt(v), rounding=half_unit(result.o_minus_e) / v
    )


def _of_events(first: DichotomousArm, second: DichotomousArm, measure: ContrastMeasure) -> ArmEffect | None:
    a, n1, c, n2 = first.events, first.n, second.events, second.n
    b, d = n1 - a, n2 - c
    if measure is ContrastMeasure.RD:
        variance = a * b / n1**3 + c * d / n2**3
        return ArmEffect(estimate=a / n1 - c / n2, se=math.sqrt(variance) if variance else None)
    if measure is ContrastMeasure.RR and a and c:
        return ArmEffect(estimate=math.log(a * n2 / (c * n1)), se=math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2) or None)
    if measure is ContrastMeasure.OR and a and b and c and d:
        return ArmEffect(estimate=math.log(a * d / (b * c)), se=math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    return None


def of_means(first: ContinuousArm, second: ContinuousArm, measure: ContrastMeasure) -> ArmEffect | None:
    """Return the difference of two means, standardised (Cohen's d) or as a ratio, if the measure asks for it."""
    m1, m2 = float(first.mean), float(second.mean)
    sd_1, sd_2 = sd_of(first), sd_of(second)
    if sd_1 is None or sd_2 is None or first.n < 2 or second.n < 2:
        return None
    s1, s2, n1, n2 = sd_1.value, sd_2.value, first.n, second.n
    rounding, df = half_unit(first.mean) + half_unit(second.mean), n1 + n2 - 2
    if measure is ContrastMeasure.MD:
        se = math.sqrt(s1**2 / n1 + s2**2 / n2)
        return ArmEffect(estimate=m1 - m2, se=se, rounding=rounding, df=df)
    if measure is ContrastMeasure.SMD:
        pooled = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
        d = (m1 - m2) / pooled
        se = math.sqrt(1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2)))
        return ArmEffect(estimate=d, se=se, rounding=rounding / pooled, df=df)
    if measure is ContrastMeasure.ROM and m1 * m2 > 0:
        relative = half_unit(first.mean) / abs(m1) + half_unit(second.mean) / abs(m2)
        se = math.sqrt(s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2))
        return ArmEffect(estimate=math.log(m1 / m2), se=se, rounding=relative)
    return None


def _of_rates(first: RateArm, second: RateArm, measure: ContrastMeasure) -> ArmEffect | None:
    t1, t2 = float(first.person_years), float(second.person_years)
    if measure is ContrastMeasure.IRD:
        variance = first.events / t1**2 + second.events / t2**2
        estimate = first.events / t1 - second.events / t2
        return ArmEffect(estimate=estimate, se=math.sqrt(variance) if variance else None)
    if measure is ContrastMeasure.IRR and first.events and second.events:
        se = math.sqrt(1 / first.events + 1 / second.events)
        return ArmEffect(estimate=math.log(first.events * t2 / (second.events * t1)), se=se)
    return None
