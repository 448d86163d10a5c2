"""The canonical order of a record's fields, and what shows at a glance that a record does not keep it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pydantic import BaseModel

from evibrief.records.library import STUDIES, SUMMARIES
from evibrief.records.results import Result
from evibrief.records.shape import way_to
from evibrief.records.study import Study
from evibrief.records.summary import Summary

MODELS: dict[str, type[Study] | type[Summary]] = {STUDIES: Study, SUMMARIES: Summary}


# The order in which people write a result and a report, where it is not the order of the model.
RESULT_ORDER = (
    "outcome", "comparison", "type", "value", "instrument", "time_point", "population", "definition", "source",
    "o_minus_e", "v", "arms", "contrast", "cases", "characteristics", "note",
)  # fmt: skip
REPORT_START = ("id", "role")


def field_order(model: type[BaseModel], location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the names that may stand at a place, in canonical order; none where names are free."""
    return _order_at(model, tuple(0 if isinstance(part, int) else part for part in location))


@lru_cache(maxsize=2048)
def _order_at(model: type[BaseModel], location: tuple[str | int, ...]) -> tuple[str, ...]:
    names = way_to(model, (*location, "a-name-that-no-field-has")).siblings
    if set(Result.model_fields) <= set(names):
        return tuple(dict.fromkeys((*RESULT_ORDER, *names)))
    if set(REPORT_START) <= set(names) and "container_title" in names:
        return tuple(dict.fromkeys((*REPORT_START, *names)))
    return names


def rank_of(order: Sequence[str], name: str) -> int:
    """Return the place of a field; names that are the record's own, such as ids of arms, stay as they are typed."""
    return order.index(name) if name in order else len(order)


_FIELD = re.compile(r"^([a-z_]+):", re.MULTILINE)
_ITEM_AT_MARGIN = re.compile(r"^- ", re.MULTILINE)


def untidy(text: str, model: type[Study] | type[Summary]) -> tuple[int, str] | None:
    """Return the line at which a record shows at a glance that it is not in canonical form, and how; or nothing.

    A hundred times faster than formatting, but it sees only the order of the fields at the margin, lists that are not
    indented, and the end of the file. What it tells of is always so; what it does not see, formatting does.
    """
    order = field_order(model, ())
    highest = ("", -1)
    for match in _FIELD.finditer(text):
        rank = rank_of(order, match[1])
        if rank < highest[1]:
            return text.count("\n", 0, match.start()) + 1, f"{match[1]} usually stands above {highest[0]}"
        highest = (match[1], rank)
    if item := _ITEM_AT_MARGIN.search(text):
        return text.count("\n", 0, item.start()) + 1, "items of a list are usually indented by two spaces"
    if not text.endswith("\n") or text.endswith("\n\n"):
        return text.count("\n") + (not text.endswith("\n")), "a file usually ends with one line break"
    return None
