"""The page on scale shows what was measured, and nothing else."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def table_of(path: Path, start_of_head: str = "| summaries | pages |") -> list[str]:
    """The lines of a table, up to the next blank one; that of whole builds, if no other is asked for."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(start_of_head))
    return list(takewhile(lambda line: line.startswith("|"), lines[start:]))


def test_the_table_is_the_one_that_was_measured() -> None:
    shown = table_of(ROOT / "site" / "docs" / "scale.md")
    assert shown == table_of(ROOT / "benchmarks" / "results.md")
    assert len(shown) > 2


def test_the_table_of_checks_is_the_one_that_was_measured() -> None:
    head = "| summaries | studies | command |"
    shown = table_of(ROOT / "site" / "docs" / "scale.md", head)
    assert shown == table_of(ROOT / "benchmarks" / "results.md", head)
    assert len(shown) > 2
