"""The reference values, read once, and the comparison of numbers with them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

# Relative tolerances, as stated in README.md and in metafor.json itself.
CLOSED_FORM = 1e-9
ITERATIVE_TAU2 = 1e-7
P_VALUE = 1e-6
META_PACKAGE = 1e-6
MULTILEVEL = 1e-5
GLMM = 1e-3


@cache
def metafor() -> dict[str, Any]:
    """The whole of metafor.json."""
    document: dict[str, Any] = json.loads((HERE / "metafor.json").read_text(encoding="utf-8"))
    return document


@cache
def cases() -> dict[str, dict[str, Any]]:
    """The cases by id."""
    return {case["id"]: case for case in metafor()["cases"]}


@cache
def conversions() -> list[dict[str, Any]]:
    """The conversions, in the order of the file."""
    entries: list[dict[str, Any]] = json.loads((HERE / "conversions.json").read_text(encoding="utf-8"))
    return entries


def number(value: float | str | None) -> float | None:
    """A reference value: a number, an infinity written as text, or None for undefined."""
    return float(value) if isinstance(value, str) else value


def agrees(found: float | None, expected: float | str | None, *, rtol: float, atol: float = 0.0) -> bool:
    """Whether a result equals its reference value; None agrees only with None."""
    reference = number(expected)
    if found is None or reference is None:
        return found is None and reference is None
    return math.isclose(found, reference, rel_tol=rtol, abs_tol=atol)


def all_agree(
    found: Sequence[float | None], expected: Sequence[float | str | None], *, rtol: float, atol: float = 0.0
) -> bool:
    """Whether two sequences have one length and agree in every place."""
    return len(found) == len(expected) and all(
        agrees(f, e, rtol=rtol, atol=atol) for f, e in zip(found, expected, strict=True)
    )
