"""Thresholds that a publication sets in mkdocs.yml: every command rates by them, and every mistake is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import evibrief
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import RecordError
from evibrief.publishing.options import settings_of_project
from publishing.projects import SLUG, make_project, replace_in


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def configure(project: Path, options: str) -> int:
    """Give the plugin options; return the line of the first setting."""
    path = project / "mkdocs.yml"
    replace_in(path, "  - evibrief\n", f"  - evibrief:\n      certainty:\n        {options}\n")
    return path.read_text(encoding="utf-8").splitlines().index(f"        {options}") + 1


def test_without_options_or_without_a_site_the_settings_are_our_own(project: Path, tmp_path: Path) -> None:
    assert settings_of_project(project) == DEFAULT
    assert settings_of_project(tmp_path) == DEFAULT


def test_options_of_the_plugin_are_the_settings(project: Path) -> None:
    configure(project, "not_assessed_levels: 0")
    assert settings_of_project(project) == Settings(not_assessed_levels=0)


def test_a_mistake_has_its_line(project: Path) -> None:
    line = configure(project, "old_search_years: -1")
    with pytest.raises(RecordError) as caught:
        settings_of_project(project)
    assert [str(problem) for problem in caught.value.problems] == [
        f"mkdocs.yml:{line}:1: plugins.evibrief.certainty.old_search_years: must be from 0 to 100 (years), found -1; "
        "the value here is usually 5"
    ]


def test_every_command_uses_them_or_tells_the_mistake(project: Path) -> None:
    line = configure(project, "not_assessed_levels: 7")
    for command in (("check",), ("explain", SLUG), ("build", "--render-only", "--output", str(project / "pages"))):
        done = evibrief(*command, "--project", project)
        assert done.returncode == 1
        assert f"mkdocs.yml:{line}:1: plugins.evibrief.certainty.not_assessed_levels" in done.stdout + done.stderr
    replace_in(project / "mkdocs.yml", "not_assessed_levels: 7", "not_assessed_levels: 0")
    assert "     0  risk-of-bias" in evibrief("explain", SLUG, "--project", project).stdout
    built = evibrief("build", "--render-only", "--output", str(project / "pages"), "--project", project)
    assert built.returncode == 0
    page = (project / "pages" / "methods" / "index.html").read_text(encoding="utf-8")
    row = page.partition("Levels for risk of bias that our records do not assess")[2]
    assert row.startswith('</th><td data-label="Value">0</td>')
