"""`evibrief check`: every problem at once, in the form that was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import evibrief
from publishing.projects import SUMMARY, make_project, replace_in, studies_of


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


@pytest.fixture
def broken(project: Path) -> Path:
    first, second, *_ = studies_of(project)
    replace_in(project / first, "design:", "desing:")
    replace_in(project / second, "design:", "desing:")
    return project


def test_sound_records_have_no_error(project: Path) -> None:
    done = evibrief("check", "--project", project)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, total = done.stdout.splitlines()
    assert all(": warning: " in line or ": hint: " in line for line in lines)
    assert "error" not in total


def test_a_project_without_records_has_no_problems(tmp_path: Path) -> None:
    (tmp_path / "summaries").mkdir()
    (tmp_path / "studies").mkdir()
    text = evibrief("check", "--project", tmp_path)
    assert (text.returncode, text.stdout, text.stderr) == (0, "No problems.\n", "")
    done = evibrief("check", "--project", tmp_path, "--format", "json")
    assert json.loads(done.stdout) == {"problems": []}


def test_a_placeholder_without_a_figure_is_an_error_with_its_place(project: Path) -> None:
    replace_in(project / SUMMARY, "Some studies found", "About {length-of-stay.with-per-1000} studies found")
    done = evibrief("check", "--project", project)
    assert done.returncode == 1
    lines = (project / SUMMARY).read_text(encoding="utf-8").splitlines()
    number = next(index for index, line in enumerate(lines, 1) if line.startswith("  interpretation:"))
    assert any(
        line.startswith(f"{SUMMARY}:{number}:") and "{length-of-stay.with-per-1000}" in line
        for line in done.stdout.splitlines()
    )


def test_an_article_of_more_than_two_minutes_is_told(project: Path) -> None:
    replace_in(project / SUMMARY, "Some studies found", "It went on like this. " * 70 + "Some studies found")
    done = evibrief("check", "--project", project)
    assert any("the article has" in line and "476 are the limit" in line for line in done.stdout.splitlines())


def test_every_problem_is_one_line_with_its_place(broken: Path) -> None:
    done = evibrief("check", "--project", broken)
    assert done.returncode == 1
    *lines, total = done.stdout.splitlines()
    for study in studies_of(broken)[:2]:
        number = (broken / study).read_text(encoding="utf-8").splitlines().index(
            next(
                line for line in (broken / study).read_text(encoding="utf-8").splitlines() if line.startswith("desing")
            )
        ) + 1
        assert any(line.startswith(f"{study}:{number}:1: desing: ") for line in lines), lines
    assert "errors in 2 files." in total


def test_json_has_the_parts_of_each_problem(broken: Path) -> None:
    done = evibrief("check", "--project", broken, "--format", "json")
    assert done.returncode == 1
    problems = json.loads(done.stdout)["problems"]
    assert {item["path"] for item in problems} == set(studies_of(broken)[:2])
    assert all(
        list(item) == ["path", "line", "column", "field", "code", "severity", "message", "advice"] for item in problems
    )
    assert {item["severity"] for item in problems} == {"error"}


def test_annotations_for_github_name_file_and_line(broken: Path) -> None:
    done = evibrief("check", "--project", broken, "--format", "github")
    assert done.returncode == 1
    study = studies_of(broken)[0]
    assert f"::error file={study},line=" in done.stdout


def test_a_record_cannot_give_orders_to_the_runner(project: Path) -> None:
    # The text of an unknown field reaches the log; it must not become a workflow command there.
    replace_in(project / SUMMARY, "title:", '"x::add-mask::the %0A##[group]":')
    done = evibrief("check", "--project", project, "--format", "github")
    assert done.returncode == 1
    for line in done.stdout.splitlines():
        assert line.count("::") in (0, 2), line
        assert "##[" not in line


def test_a_folder_without_records_is_told(tmp_path: Path) -> None:
    done = evibrief("check", "--project", tmp_path)
    assert done.returncode == 1
    assert "summaries" in done.stdout


def test_on_github_the_summary_of_the_step_holds_it_too(broken: Path, tmp_path: Path) -> None:
    summary = tmp_path / "step.md"
    summary.write_text("of another step\n", encoding="utf-8")
    done = evibrief("check", "--project", broken, "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 1
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("of another step\n### What evibrief check found\n\n")
    assert told.count("did you mean 'design'?") == done.stdout.count("did you mean 'design'?") == 2
    assert "did you mean" not in evibrief("check", "--project", broken, GITHUB_STEP_SUMMARY=str(summary)).stderr
    assert summary.read_text(encoding="utf-8") == told


def test_a_record_in_another_order_gets_a_hint(project: Path) -> None:
    first, *_ = studies_of(project)
    text = (project / first).read_text(encoding="utf-8")
    label = next(line for line in text.splitlines(keepends=True) if line.startswith("label:"))
    (project / first).write_text(text.replace(label, "") + label, encoding="utf-8")
    told = evibrief("check", "--project", project).stdout
    assert f"{first}:{len(text.splitlines())}:1: hint: label usually stands above " in told
    evibrief("fmt", "--project", project)
    assert "usually stands above" not in evibrief("check", "--project", project).stdout
