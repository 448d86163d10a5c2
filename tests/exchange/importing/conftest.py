"""A project for imported records, and what its check says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evibrief.errors import Severity
from evibrief.exchange.importing import Imported, write_imported
from evibrief.records.library import check_records

Checked = Callable[[Imported], None]


@pytest.fixture
def only_gaps(tmp_path: Path) -> Checked:
    """Write an import into a project; its check must ask for the gaps, each once, and find nothing else wrong."""

    def check(imported: Imported) -> None:
        (tmp_path / "summaries").mkdir(exist_ok=True)
        write_imported(imported, tmp_path)
        errors = [problem for problem in check_records(tmp_path) if problem.severity is Severity.ERROR]
        texts = {record.path: record.text.split("\n") for record in imported.records}
        wrong = [str(problem) for problem in errors if "  # " not in texts[problem.path][problem.line - 1]]
        assert not wrong
        places = [(problem.path, problem.line) for problem in errors]
        assert len(places) == len(set(places)) == sum(record.gaps for record in imported.records)

    return check
