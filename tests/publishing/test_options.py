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
    row = page.partition("<code>certainty.not_assessed_levels</code>")[2]
    assert row.startswith('</small></th><td data-label="Value">0</td>')


def test_limits_on_words_are_set_beside_them(project: Path) -> None:
    path = project / "mkdocs.yml"
    replace_in(
        path, "  - evibrief\n", "  - evibrief:\n      words:\n        most_words: 30\n        hardest_grade: 30\n"
    )
    assert settings_of_project(project) == Settings(most_words=30, hardest_grade=30)
    done = evibrief("check", "--project", project)
    assert "words-too-many" in done.stdout
    assert "30 are the limit" in done.stdout
    replace_in(path, "most_words: 30", "most_words: some")
    done = evibrief("check", "--project", project)
    line = path.read_text(encoding="utf-8").splitlines().index("        most_words: some") + 1
    assert f"mkdocs.yml:{line}:1: plugins.evibrief.words.most_words: must be a number" in done.stdout
