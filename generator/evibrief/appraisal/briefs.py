"""A question and its evidence, appraised: what may be said of each outcome, and how sure one may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief.appraisal.certainty import rate
from evibrief.appraisal.findings import find
from evibrief.appraisal.level import rate_level
from evibrief.appraisal.ratings import Finding, LevelRating, Rating
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.appraisal.trusted import trusted_alone
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis.evidence import PooledSynthesis, Synthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBrief:
    """One outcome: what was asked, what is known, how sure that is (missing where nothing can be rated), and so.

    ``whole`` is the pool of all studies where ``synthesis`` leaves out those at high risk of bias.
    """

    outcome: OutcomeBase
    synthesis: Synthesis
    rating: Rating | None
    finding: Finding
    whole: PooledSynthesis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that pages tell of one summary. ``outcomes`` are in the summary's order, ``studies`` by id."""

    summary: Summary
    studies: Mapping[str, Study]
    outcomes: tuple[OutcomeBrief, ...]
    level: LevelRating


def appraise(
    summary: Summary, studies: Mapping[str, Study], syntheses: Sequence[Synthesis], settings: Settings = DEFAULT
) -> Brief:
    """Say of each outcome how sure one may be and what may be said, and of the whole what kind of evidence it is.

    ``syntheses`` are in the order of the summary's outcomes.
    """
    outcomes = []
    for outcome, synthesis in zip(summary.outcomes, syntheses, strict=True):
        outcomes.append(appraise_outcome(summary, outcome, synthesis, studies, settings))
    level = rate_level(summary, studies, syntheses)
    return Brief(summary=summary, studies=studies, outcomes=tuple(outcomes), level=level)


def appraise_outcome(
    summary: Summary,
    outcome: OutcomeBase,
    synthesis: Synthesis,
    studies: Mapping[str, Study],
    settings: Settings = DEFAULT,
) -> OutcomeBrief:
    """Say of one outcome how sure one may be and what may be said."""
    alone = trusted_alone(outcome, synthesis, summary.studies, studies, settings)
    whole = synthesis if alone is not None and isinstance(synthesis, PooledSynthesis) else None
    used = alone or synthesis
    rating = rate(summary, outcome, used, settings, whole)
    finding = find(outcome, used, rating, settings)
    return OutcomeBrief(outcome=outcome, synthesis=used, rating=rating, finding=finding, whole=whole)
