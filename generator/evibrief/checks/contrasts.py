"""A printed comparison against itself: its interval against its estimate, and its p-value against both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from evibrief.errors import Severity
from evibrief.records.quoted import Reported
from evibrief.records.results import AnyResult, ContinuousResult, Contrast
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.statistics.tails import critical_value, two_sided

from .printed import EPSILON, Range, around, half_unit, shown, unit
from .remarks import Check, Location, Remark, remark

SYMMETRY = Check(
    code="p13-lopsided-interval",
    title="The estimate does not lie in the middle of its interval",
    severity=Severity.ERROR,
    rule="differences: |(low + high)/2 - estimate| <= 1.5 u, u a unit of the last digit; ratios: |ln(low high)/2 -"
    " ln estimate| <= (u/2)(1/low + 1/high)/2 + (u/2)/estimate + 0.01. Exact, profile and bootstrap intervals are"
    " lopsided by nature: acknowledge them",
    source="Cochrane Handbook 6.3; tolerances ours",
)
P_CONTRADICTS = Check(
    code="p16-p-contradicts",
    title="The p-value and the interval contradict each other",
    severity=Severity.ERROR,
    rule="p and (estimate / SE) lie on different sides of 0.05, beyond rounding and 10 % of z",
    source="statcheck: Nuijten 2016, doi:10.3758/s13428-015-0664-2 (gross inconsistency); INSPECT-SR 4.9; slack ours",
)
P_DIFFERS = Check(
    code="p16-p-differs",
    title="The p-value does not follow from estimate and interval",
    severity=Severity.WARNING,
    rule="p outside the two-sided p of estimate / SE, beyond rounding and 10 % of z; 0.05, 0.01, 0.001 and 0.0001 may"
    " stand for 'below'",
    source="statcheck: Nuijten 2016, doi:10.3758/s13428-015-0664-2; INSPECT-SR 4.9; slack ours",
)

# Ours: what a ratio's middle may be off beyond rounding.
LOG_SLACK = 0.01
# Ours: other tests of the same hypothesis differ about so much in z.
Z_SLACK = 0.10
SIGNIFICANCE = 0.05
# Printed bounds that records may hold without their sign.
BOUNDS = (0.05, 0.01, 0.001, 0.0001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printed estimate, its interval or standard error, and p; of a study or of a review."""

    estimate: Decimal
    low: Decimal | None
    high: Decimal | None
    se: Decimal | None
    p: Decimal | None
    level: float
    is_ratio: bool


def printed_contrast(contrast: Contrast) -> Printed:
    """Take the figures of a study's contrast."""
    return Printed(
        estimate=contrast.estimate,
        low=contrast.ci_low,
        high=contrast.ci_high,
        se=contrast.se,
        p=contrast.p,
        level=contrast.level,
        is_ratio=contrast.measure.is_ratio,
    )


def printed_result(reported: Reported) -> Printed:
    """Take the figures of a review's pooled result."""
    return Printed(
        estimate=reported.estimate,
        low=reported.ci_low,
        high=reported.ci_high,
        se=None,
        p=reported.p,
        level=0.95,
        is_ratio=reported.measure.is_ratio,
    )


def lopsided(study: Study) -> Iterator[Remark]:
    """P13: intervals of contrasts have their estimate in the middle."""
    for index, result in enumerate(study.results):
        if result.contrast is not None:
            yield from symmetry(study, ("results", index, "contrast", "estimate"), printed_contrast(result.contrast))


def symmetry(record: Study | Summary, at: Location, printed: Printed) -> Iterator[Remark]:
    """Yield a remark if an estimate lies off the middle of its interval."""
    off = off_middle(printed)
    if off is not None:
        yield remark(
            SYMMETRY,
            record,
            at,
            f"{printed.estimate} does not lie in the middle of {printed.low} to {printed.high}",
            "check the three figures; acknowledge an exact, profile or bootstrap interval",
            **off,
        )


def off_middle(printed: Printed) -> dict[str, float] | None:
    """Return how far an estimate lies off the middle of its interval and how far it may; nothing if it fits."""
    if printed.low is None or printed.high is None:
        return None
    estimate, low, high = float(printed.estimate), float(printed.low), float(printed.high)
    u = unit(printed.estimate, printed.low, printed.high)
    if printed.is_ratio:
        off = abs(math.log(low * high) / 2 - math.log(estimate))
        tolerance = u / 2 * (1 / low + 1 / high) / 2 + u / 2 / estimate + LOG_SLACK
    else:
        off, tolerance = abs((low + high) / 2 - estimate), 1.5 * u
    return {"off": off, "tolerance": tolerance} if off > tolerance + EPSILON * max(1.0, abs(estimate)) else None


def analysis(figure: Range, is_ratio: bool) -> Range:
    """Bring a printed range to the analysis scale. A ratio is above nothing, and so is all that rounds to it."""
    if not is_ratio:
        return figure
    return Range(low=math.log(figure.low), value=math.log(figure.value), high=math.log(figure.high))


def standard_error(printed: Printed, df: int | None = None) -> Range | None:
    """Return the standard error behind a printed interval (or as printed), analysis scale, with its rounding."""
    if printed.low is None or printed.high is None:
        return None if printed.se is None else around(printed.se)
    low, high = (analysis(around(limit), printed.is_ratio) for limit in (printed.low, printed.high))
    errors = 2 * critical_value(printed.level, df)
    return Range(
        low=max(high.low - low.high, 0.0) / errors,
        value=(high.value - low.value) / errors,
        high=(high.high - low.low) / errors,
    )


def p_range(printed: Printed, dfs: tuple[int | None, ...] = (None,)) -> Range | None:
    """Return the p-values that estimate and interval allow, over the tests that the paper may have used."""
    found: list[Range] = []
    size = _size(analysis(around(printed.estimate), printed.is_ratio))
    for df in dfs:
        se = standard_error(printed, df)
        if se is None or se.value <= 0:
            return None
        weakest = (1 - Z_SLACK) * size.low / se.high
        strongest = (1 + Z_SLACK) * size.high / se.low if se.low > 0 else math.inf
        middle = two_sided(size.value / se.value, df)
        found.append(Range(low=two_sided(strongest, df), value=middle, high=two_sided(weakest, df)))
    low, high = min(one.low for one in found), max(one.high for one in found)
    return Range(low=low, value=found[0].value, high=high)


def _size(effect: Range) -> Range:
    """Return how far from no difference an effect may lie."""
    low = 0.0 if effect.low <= 0 <= effect.high else min(abs(effect.low), abs(effect.high))
    return Range(low=low, value=abs(effect.value), high=max(abs(effect.low), abs(effect.high)))


def p_values(study: Study) -> Iterator[Remark]:
    """P16: p-values follow from their estimates and intervals."""
    for index, result in enumerate(study.results):
        if result.contrast is not None and result.contrast.p is not None:
            at = ("results", index, "contrast", "p")
            yield from p_value(study, at, printed_contrast(result.contrast), _degrees(result))


def _degrees(result: AnyResult) -> tuple[int | None, ...]:
    """The degrees of freedom of the tests that a paper may have used: normal, or a t-test of two means."""
    people = sum(arm.n for arm in result.arms.values()) if isinstance(result, ContinuousResult) else 0
    return (None, people - 2) if people > 2 else (None,)


def p_value(
    record: Study | Summary, at: Location, printed: Printed, dfs: tuple[int | None, ...] = (None,)
) -> Iterator[Remark]:
    """Yield a remark if a p-value cannot be had from its estimate and interval."""
    allowed = p_range(printed, dfs)
    if allowed is None or printed.p is None:
        return
    p, half = float(printed.p), half_unit(printed.p)
    check = contradiction(p, half, allowed)
    if check is not None:
        text = f"p = {printed.p} does not follow from estimate and interval (which give {shown(allowed.value)})"
        advice = "check estimate, interval and p-value in the source"
        yield remark(check, record, at, text, advice, p=p, expected=allowed.value)


def contradiction(p: float, half: float, allowed: Range) -> Check | None:
    """Return the check that a p-value, known to within ``half``, fails; nothing if it may stand."""
    if p + half < SIGNIFICANCE <= allowed.low or p - half > SIGNIFICANCE > allowed.high:
        return P_CONTRADICTS
    if p - half > allowed.high + EPSILON and p not in BOUNDS:
        return P_DIFFERS
    return P_DIFFERS if p + half < allowed.low - EPSILON else None


CHECKS = (SYMMETRY, P_CONTRADICTS, P_DIFFERS)
STUDY_CHECKS = (lopsided, p_values)
