"""A question and its evidence, appraised: what may be said of each outcome, and how sure one may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evibrief.appraisal.ratings import Finding, LevelRating, Rating
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis.evidence import Synthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBrief:
    """One outcome: what was asked, what is known, how sure that is (missing where nothing can be rated), and so."""

    outcome: OutcomeBase
    synthesis: Synthesis
    rating: Rating | None
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that pages tell of one summary. ``outcomes`` are in the summary's order, ``studies`` by id."""

    summary: Summary
    studies: Mapping[str, Study]
    outcomes: tuple[OutcomeBrief, ...]
    level: LevelRating
