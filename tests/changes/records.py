"""Made-up records and their comparison, for the tests of changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from builders import make_study, make_summary
from evibrief.appraisal.settings import DEFAULT
from evibrief.changes.comparison import Comparison, Records, compare
from evibrief.pages.rendering import Renderer
from evibrief.records.study import Study
from evibrief.records.summary import Summary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def study(name: str, *, events: int = 10, **changes: Any) -> Study:
    """A made-up trial of 50 against 48 people; ``events`` in the first arm, 20 in the second."""
    record = make_study(**{"id": name, "label": name.capitalize(), **changes})
    record["results"][0]["arms"]["tea"]["events"] = events
    return Study.model_validate(record)


def summary(**changes: Any) -> Summary:
    """The made-up summary of the studies one and two."""
    return Summary.model_validate(make_summary(**{"studies": ["one", "two"], **changes}))


def records(summaries: Iterable[Summary], studies: Iterable[Study]) -> Records:
    return Records(summaries={page.slug: page for page in summaries}, studies={item.id: item for item in studies})


BEFORE = records([summary()], [study("one"), study("two")])


@cache
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def compared(before: Records, after: Records) -> Comparison:
    return compare(before, after, renderer(), DEFAULT)
