"""The README quotes what was measured, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import measured  # noqa: E402 - the folder of measurements is not installed
from benchmarks.run import pooling_as_quoted  # noqa: E402


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


def test_a_command_is_measured_with_its_children() -> None:
    child = "import time; held = b'x' * 150_000_000; sum(range(5_000_000)); time.sleep(1)"
    spend = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    took = measured([sys.executable, "-c", f"{spend}; print('said' * 50_000); sys.exit(3)"])
    assert (took.code, took.stopped) == (3, False)
    assert len(took.said.strip()) == 200_000
    assert took.cpu > 0
    assert took.wall > 1
    assert took.peak_mb > 150_000_000 / 2**20


def test_a_command_that_takes_too_long_is_stopped() -> None:
    took = measured([sys.executable, "-c", "import time; time.sleep(60)"], longest_s=0.3)
    assert took.stopped
    assert took.wall < 30
