"""Every check that there is."""

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
