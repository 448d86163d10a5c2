"""Which fields of a record changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.exchange.plain import Plain, plain
from evibrief.records.fields import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One value, by its dotted way (``results.0.arms.control.n``); missing before if it is new, after if it is gone."""

    field: str
    before: str | None
    after: str | None


def field_changes(before: Record, after: Record) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of the record. Printed figures keep their digits."""
    old, new = dict(_leaves(plain(before))), dict(_leaves(plain(after)))
    return tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    )


def _leaves(value: Plain, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value that is given, with the way to it."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = [(str(index), item) for index, item in enumerate(value)]
    else:
        if value is not None:
            yield at, str(value).lower() if isinstance(value, bool) else str(value)
        return
    for name, item in parts:
        yield from _leaves(item, f"{at}.{name}" if at else name)
