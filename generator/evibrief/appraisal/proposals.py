"""What a rule proposes for one domain of certainty."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.appraisal.ratings import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Levels up or down, missing where only a person can say, and the reason with its figures."""

    levels: int | None
    reason: Reason
