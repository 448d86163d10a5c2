"""Where records and statistics meet: an outcome and its studies become one synthesis.

Pooled from our records, reported by a published review, or narrative: all three occur in a real review, and none is
ever passed off as another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evibrief.records.outcomes import AnyOutcome, NarrativeOutcome, ReportedOutcome
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .evidence import Synthesis
from .pooled import pool_outcome
from .quoted import quote_reported, tell


def synthesise(summary: Summary, studies: Mapping[str, Study]) -> tuple[Synthesis, ...]:
    """Bring together the evidence of each outcome, in the summary's order."""
    included = [studies[name] for name in summary.studies]
    return tuple(synthesise_outcome(outcome, included) for outcome in summary.outcomes)


def synthesise_outcome(outcome: AnyOutcome, studies: Sequence[Study]) -> Synthesis:
    """Bring together the evidence of one outcome."""
    if isinstance(outcome, ReportedOutcome):
        return quote_reported(outcome)
    if isinstance(outcome, NarrativeOutcome):
        return tell(outcome)
    return pool_outcome(outcome, studies)
