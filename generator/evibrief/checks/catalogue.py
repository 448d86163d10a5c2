"""Every check that there is, and which checks of the reference the records themselves make."""

from __future__ import annotations

from . import (
    acknowledging,
    across_studies,
    baseline,
    contrasts,
    digits,
    flow,
    impossible,
    parts,
    provenance,
    recomposition,
    redundancy,
    registers,
    reported,
    sizes,
    unit_of_analysis,
    verdicts,
    words,
)
from .remarks import Check

CATALOGUE: tuple[Check, ...] = tuple(
    sorted(
        (
            *impossible.CHECKS,
            *digits.CHECKS,
            *flow.CHECKS,
            *contrasts.CHECKS,
            *redundancy.CHECKS,
            *sizes.CHECKS,
            *baseline.CHECKS,
            *across_studies.CHECKS,
            *unit_of_analysis.CHECKS,
            *reported.CHECKS,
            *provenance.CHECKS,
            *recomposition.CHECKS,
            *registers.CHECKS,
            *words.CHECKS,
            *verdicts.CHECKS,
            *parts.CHECKS,
            *acknowledging.CHECKS,
        ),
        key=lambda check: check.code,
    )
)

# Numbers of the 45 checks of the design, and where they went if no check here carries them.
ELSEWHERE: dict[str, str] = {
    "p01": "the records refuse it: counts are whole, and events do not exceed people",
    "p03": "the records refuse it: a spread is greater than 0",
    "p07": "the records refuse it: minimum, quartiles, median and maximum ascend",
    "p11": "the records refuse it: an estimate lies in its interval",
}
