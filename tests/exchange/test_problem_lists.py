"""Lists of problems as people read them."""

from __future__ import annotations

from evibrief.errors import Problem, Severity
from evibrief.exchange.problem_lists import as_text


def problem(path: str, severity: Severity, code: str) -> Problem:
    return Problem(path=path, line=1, column=1, field="", code=code, severity=severity, message="so", advice="do")


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
