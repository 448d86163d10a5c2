"""What every view shares.

A view is the documented context of one template: its fields are the template's names, and say what they hold in their
metadata (``help``).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def context(view: DataclassInstance) -> dict[str, object]:
    """Return a view as the names and values of a template."""
    return {item.name: getattr(view, item.name) for item in fields(view)}
