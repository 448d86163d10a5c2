"""The README quotes what was measured, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.run import pooling_as_quoted  # noqa: E402 - the folder of measurements is not installed


def test_the_readme_quotes_the_results_file(request: pytest.FixtureRequest) -> None:
    """Renew it with pytest --update-golden."""
    document = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    wanted = f"<!-- measured: pooling -->\n{pooling_as_quoted(document)}\n<!-- end of measured -->"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        renewed = re.sub(r"(?s)<!-- measured: pooling -->.*?<!-- end of measured -->", lambda _: wanted, readme)
        (ROOT / "README.md").write_text(renewed, encoding="utf-8")
    assert wanted in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_results_is_made_from_the_same_measurements() -> None:
    document = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    table = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    assert all(f"| {timing['engine']} | {timing['task']} |" in table for timing in document["pooling"])
    assert str(document["circumstances"]["date"]) in table
