"""The page on scale shows what was measured, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def table_of(path: Path, start_of_head: str) -> list[str]:
    """The lines of a table, up to the next blank one."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(start_of_head))
    return list(takewhile(lambda line: line.startswith("|"), lines[start:]))


HEADS = (
    "| summaries | pages |",
    "| summaries | processor a summary",
    "| summaries | studies | kB each |",
    "| summaries | studies | search |",
)


@pytest.mark.parametrize("head", HEADS)
def test_each_table_is_the_one_that_was_measured(head: str) -> None:
    shown = table_of(ROOT / "site" / "docs" / "scale.md", head)
    assert shown == table_of(ROOT / "benchmarks" / "results.md", head)
    assert len(shown) > 2


def test_the_page_tells_date_and_machine_of_what_was_measured() -> None:
    document = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    text = " ".join((ROOT / "site" / "docs" / "scale.md").read_text(encoding="utf-8").split())
    for section in ("build", "check", "search"):
        where = document[section]["circumstances"]
        day = date.fromisoformat(where["date"])
        machine = f"on {day.day} {day:%B %Y}, {where['processor']}, {where['cores']} cores, Python {where['python']}"
        assert machine in text
