"""Looking into JSON from strangers, where any part may be missing or of another type."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def part(record: object, *way: str) -> Any:
    """Return what stands at the end of a way of names, or nothing; foreign JSON may lack any of it."""
    for name in way:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def parts(record: object, *way: str) -> list[Json]:
    """Return the objects of a list at the end of a way of names."""
    found = part(record, *way)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text(record: object, *way: str) -> str:
    """Return the text at the end of a way of names."""
    found = part(record, *way)
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""
