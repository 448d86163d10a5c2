"""The page on scale shows what was measured, and nothing else."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def table_of(path: Path) -> list[str]:
    """The lines of the table of whole builds."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("| summaries |"))
    return [line for line in lines[start:] if line.startswith("|")]


def test_the_table_is_the_one_that_was_measured() -> None:
    shown = table_of(ROOT / "site" / "docs" / "scale.md")
    assert shown == table_of(ROOT / "benchmarks" / "results.md")
    assert len(shown) > 2
