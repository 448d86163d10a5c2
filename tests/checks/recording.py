"""Small records for the tests of the checks. Every name is obviously made up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evibrief.checks.remarks import Remark
from evibrief.records.study import Study
from evibrief.records.summary import Summary

SOURCE = {"report": "main", "place": "Table 1"}


def study(results: Sequence[dict[str, Any]] = (), name: str = "example", **changes: Any) -> Study:
    """A parallel trial of a new and an old treatment."""
    record: dict[str, Any] = {
        "id": name,
        "label": name.title(),
        "reports": [{"id": "main", "author": [{"family": "Example"}], "issued": 2001}],
        "design": "parallel",
        "arms": arms(None, None),
        "instruments": {"scale": {"name": "Scale of Things", "better": "higher"}},
        "results": [{"source": SOURCE, "outcome": "thing", **result} for result in results],
        "extraction": {"extracted_by": "Nobody Real", "checked_by": "Somebody Else"},
    }
    return Study.model_validate(record | changes)


def arms(new: int | None, old: int | None) -> list[dict[str, Any]]:
    """Two arms with the people randomised to each."""
    return [
        {"id": "new", "label": "New treatment", "role": "intervention", "n_randomised": new},
        {"id": "old", "label": "Old treatment", "role": "comparator", "n_randomised": old},
    ]


def events(new: tuple[int, int], old: tuple[int, int], **changes: Any) -> dict[str, Any]:
    """Events and people under the new and the old treatment."""
    both = {"new": {"events": new[0], "n": new[1]}, "old": {"events": old[0], "n": old[1]}}
    return {"type": "dichotomous", "arms": both, **changes}


def means(new: dict[str, Any], old: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Means of the scale."""
    return {"type": "continuous", "instrument": "scale", "arms": {"new": new, "old": old}, **changes}


def arm(mean: str, sd: str, n: int = 50, **changes: Any) -> dict[str, Any]:
    """A mean and its standard deviation as printed."""
    return {"n": n, "mean": mean, "sd": sd, **changes}


def contrast(
    measure: str, estimate: str, low: str | None = None, high: str | None = None, **more: Any
) -> dict[str, Any]:
    """A printed comparison."""
    return {"measure": measure, "estimate": estimate, "ci_low": low, "ci_high": high, **more}


def printed(
    measure: str, estimate: str, low: str | None = None, high: str | None = None, **more: Any
) -> dict[str, Any]:
    """A result that is a printed comparison only."""
    return {"type": "contrast", "contrast": contrast(measure, estimate, low, high, **more)}


def scale(**changes: Any) -> dict[str, Any]:
    """The study's instruments: one scale."""
    return {"scale": {"name": "Scale of Things", "better": "higher", **changes}}


def outcome(measure: str | None, **changes: Any) -> dict[str, Any]:
    """An outcome called thing, pooled on a measure; without one, other evidence comes with the changes."""
    common = {"id": "thing", "name": "the thing", "importance": "critical", "better": "higher"}
    pooled = {"evidence": "pooled", "measure": measure} if measure else {}
    return {**common, **pooled, **changes}


def summary(studies: Iterable[Study] = (), outcomes: Sequence[dict[str, Any]] = (), **changes: Any) -> Summary:
    """A summary over some studies; its prose is harmless."""
    record: dict[str, Any] = {
        "slug": "example-summary",
        "title": "New treatment of things",
        "status": "published",
        "topic": "Things",
        "question": {
            "population": "people with things",
            "condition": "things",
            "intervention": {"name": "the new treatment", "number": "singular"},
            "comparator": {"name": "the old treatment", "number": "singular"},
        },
        "references": {"main": {"title": "A review of things"}},
        "eligibility": {"participants": "people with things", "studies": "trials"},
        "search": {"through": "2020-05-31"},
        "studies": [one.id for one in studies],
        "outcomes": list(outcomes) or [outcome("MD")],
        "limitations": ["There are few trials."],
        "writing": {
            "background": "Things are common.",
            "interpretation": "The trials are told above.",
            "background_sources": [SOURCE],
        },
        "people": [{"name": "Nobody Real", "role": "author"}],
        "funding": "None",
        "history": [{"date": "2020-06-30", "kind": "first", "text": "First published."}],
    }
    return Summary.model_validate(record | changes)


def by_id(studies: Iterable[Study]) -> dict[str, Study]:
    """The studies as a library holds them."""
    return {one.id: one for one in studies}


def codes(found: Iterable[Remark]) -> list[str]:
    """The codes of some remarks, sorted."""
    return sorted(one.code for one in found)


def fields(found: Iterable[Remark], code: str) -> list[str]:
    """The fields that one check speaks of."""
    return [one.field for one in found if one.code == code]
