"""Smallest studies and outcomes for the tests of synthesis. Every name is obviously made up."""

from __future__ import annotations

from typing import Any

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.study import Study

ARMS = [
    {"id": "new", "label": "New treatment", "role": "intervention", "n_randomised": 5000},
    {"id": "old", "label": "Old treatment", "role": "comparator", "n_randomised": 5000},
]


def study(name: str, results: list[dict[str, Any]], **changes: Any) -> Study:
    """A study of two arms with these results."""
    record: dict[str, Any] = {
        "id": name,
        "label": name.title(),
        "reports": [{"id": "main", "author": [{"family": "Example"}], "issued": 2001}],
        "design": "parallel",
        "arms": ARMS,
        "results": [{"source": {"report": "main", "place": "Table 1"}, **result} for result in results],
        "extraction": {"extracted_by": "Nobody Real"},
    }
    return Study.model_validate(record | changes)


def outcome(measure: str, **changes: Any) -> PooledOutcome:
    """An outcome called thing, pooled on a measure."""
    record: dict[str, Any] = {
        "id": "thing",
        "name": "the thing",
        "importance": "critical",
        "better": "lower",
        "evidence": "pooled",
        "measure": measure,
    }
    return PooledOutcome.model_validate(record | changes)


def events(new: tuple[int, int], old: tuple[int, int], **changes: Any) -> dict[str, Any]:
    """A dichotomous result: events and people under the new and the old treatment."""
    arms = {"new": {"events": new[0], "n": new[1]}, "old": {"events": old[0], "n": old[1]}}
    return {"outcome": "thing", "type": "dichotomous", "arms": arms, **changes}


def means(new: dict[str, Any], old: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A continuous result."""
    return {"outcome": "thing", "type": "continuous", "arms": {"new": new, "old": old}, **changes}
