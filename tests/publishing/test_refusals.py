"""What the checks call an error is neither checked as sound nor published."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import evibrief
from publishing.projects import SUMMARY, make_project, replace_in

STUDY = "studies/newcastle-stroke-unit.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def test_an_error_of_a_study_stops_check_and_build(project: Path) -> None:
    replace_in(project / STUDY, "better: lower, unit: days", "better: lower, unit: days, low: 0, high: 50")
    line = next(
        number
        for number, text in enumerate((project / STUDY).read_text(encoding="utf-8").splitlines(), 1)
        if "stroke-unit: {n: 34, mean: 52" in text
    )

    checked = evibrief("check", "--project", project)
    built = evibrief("build", "--project", project, "--render-only", "--output", project / "pages")

    assert (checked.returncode, built.returncode) == (1, 1)
    for told in (checked.stdout, built.stderr):
        assert f"{STUDY}:{line}:" in told
        assert "results.0.arms.stroke-unit.mean: " in told
    assert not (project / "pages").exists()


def test_an_error_of_a_summary_stops_check_and_build(project: Path) -> None:
    replace_in(project / SUMMARY, "Some studies found", "It was ineffective. Some studies found")

    checked = evibrief("check", "--project", project)
    built = evibrief("build", "--project", project, "--render-only", "--output", project / "pages")

    assert (checked.returncode, built.returncode) == (1, 1)
    for told in (checked.stdout, built.stderr):
        assert f"{SUMMARY}:" in told
        assert "'ineffective' does not belong here" in told
    assert not (project / "pages").exists()


def test_a_warning_stops_neither(project: Path) -> None:
    replace_in(project / STUDY, "sd: 45", "sd: 245")

    checked = evibrief("check", "--project", project)
    built = evibrief("build", "--project", project, "--render-only", "--output", project / "pages")

    assert (checked.returncode, built.returncode) == (0, 0)
    assert ": warning: results.0.arms.stroke-unit.sd: " in checked.stdout
    assert checked.stdout.splitlines()[0].endswith("-sd]")
