"""Lists of problems as people read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from evibrief.errors import Problem, Severity
from evibrief.exchange.problem_lists import MOST_ANNOTATIONS, as_github, as_json, as_step_summary, as_text


def problem(path: str, severity: Severity, code: str) -> Problem:
    return Problem(path=path, line=1, column=1, field="", code=code, severity=severity, message="so", advice="do")


def test_programs_get_every_problem_in_full() -> None:
    (found,) = json.loads(as_json([problem("studies/a.yaml", Severity.WARNING, "p21-unlike-sd")]))["problems"]
    assert found == {
        "path": "studies/a.yaml",
        "line": 1,
        "column": 1,
        "field": "",
        "code": "p21-unlike-sd",
        "severity": "warning",
        "message": "so",
        "advice": "do",
    }


def test_every_line_names_its_code_as_an_acknowledgement_wants_it() -> None:
    lines = as_text([problem("studies/a.yaml", Severity.WARNING, "p21-unlike-sd")]).splitlines()
    assert lines == ["studies/a.yaml:1:1: warning: so; do [p21-unlike-sd]", "1 warning in 1 file."]


def test_of_a_hint_given_often_the_first_stands_with_the_number_of_the_others() -> None:
    often = [problem(f"summaries/{name}.yaml", Severity.HINT, "part-funding") for name in "abcdef"]
    seldom = [problem(f"summaries/{name}.yaml", Severity.HINT, "p40-unchecked") for name in "abcde"]
    *lines, total = as_text([*often, *seldom]).splitlines()
    assert lines[0] == ("summaries/a.yaml:1:1: hint: so; do [part-funding, and 5 more like it; all by --format json]")
    assert lines[1:] == [f"summaries/{name}.yaml:1:1: hint: so; do [p40-unchecked]" for name in "abcde"]
    assert total == "11 hints in 6 files."


def test_what_wants_an_answer_is_never_left_out() -> None:
    warnings = [problem(f"studies/{name}.yaml", Severity.WARNING, "p21-unlike-sd") for name in "abcdefgh"]
    assert len(as_text(warnings).splitlines()) == len(warnings) + 1


def test_the_summary_of_a_step_holds_every_problem_errors_first() -> None:
    many = [problem(f"studies/{number}.yaml", Severity.WARNING, "p21-unlike-sd") for number in range(30)]
    told = as_step_summary([*many, problem("studies/a.yaml", Severity.ERROR, "wrong-type")]).splitlines()
    rows = [line for line in told if line.startswith("| ") and "where" not in line]
    assert "1 error, 30 warnings in 31 files." in told
    assert rows[0] == "| error | studies/a\\.yaml:\u200b1:\u200b1 | so; do (wrong\\-type) |"
    assert len(rows) == 31


def test_the_summary_of_a_step_says_when_nothing_was_found() -> None:
    assert as_step_summary([]) == "### What evibrief check found\n\nNo problems.\n\n"


def test_text_from_records_stays_text_in_the_summary_of_a_step() -> None:
    words = "@admin <b>x</b> <!-- [x](https://evil.example) | `code` *b* ::error:: #1 www.evil.example\nnext \x1b[31m"
    hostile = replace(problem("studies/a.yaml", Severity.ERROR, "wrong-type"), message=words, field=words, advice=words)
    told = as_step_summary([hostile])
    row = told.splitlines()[-1]
    assert row.startswith("| error | ")
    assert "<" not in told
    for alive in ("@admin", "#1", "https:/", "www.", "::", "](", "\x1b"):
        assert alive not in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_the_summary_of_a_step_fits_into_what_github_takes() -> None:
    long = [replace(problem("studies/a.yaml", Severity.ERROR, "x"), message="ü" * 9000) for _ in range(200)]
    told = as_step_summary(long)
    assert len(told.encode()) < 2**20
    assert "more have no room here" in told


def test_nothing_wrong_is_said_so() -> None:
    assert as_text([]) == as_github([]) == "No problems."


def test_beyond_what_github_shows_only_the_number_is_told() -> None:
    """GitHub shows ten annotations of a kind for a step; the errors come first, whatever there is of the rest."""
    errors = [problem(f"studies/{number}.yaml", Severity.ERROR, "x") for number in range(MOST_ANNOTATIONS + 3)]
    hints = [problem("studies/0.yaml", Severity.HINT, "y")]
    *lines, hidden, total = as_github([*hints, *errors]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * MOST_ANNOTATIONS + ["::notice"]
    assert hidden == "3 more are not shown here; run: evibrief check"
    assert total == f"{MOST_ANNOTATIONS + 3} errors, 1 hint in {MOST_ANNOTATIONS + 3} files."


def test_text_of_a_record_is_no_command() -> None:
    """As the runner's toolkit escapes data and properties: %25, %0D, %0A, and %3A and %2C within properties."""
    hostile = Problem(
        path="studies/a,b:c.yaml", line=1, column=2, field="", code="x", message="50%\n::stop-commands::", advice=""
    )
    (line, _) = as_github([hostile]).splitlines()
    assert line.startswith("::error file=studies/a%2Cb%3Ac.yaml,line=1,col=2,title=x::50%25%0A: :stop-commands: :")
