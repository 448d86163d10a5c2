"""Problems of records in the forms that people, programs and pull requests read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from evibrief.errors import Problem, Severity
from evibrief.exchange.github_text import github_text
from evibrief.exchange.printed_json import printed

# GitHub shows ten annotations of a kind for a step and drops the rest without a word.
MOST_ANNOTATIONS = 10
# Ours: advice that is given more often than this drowns what needs an answer.
MOST_HINTS = 5
# GitHub drops a step's summary that is larger than 1 MiB as a whole; other steps write to theirs.
MOST_BYTES = 900_000

_GITHUB_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def as_text(problems: Sequence[Problem]) -> str:
    """One line for each problem, with its code, and how many there are; of a hint given often, the first stands."""
    given = Counter(problem.code for problem in problems if problem.severity is Severity.HINT)
    told: set[str] = set()
    lines = []
    for problem in problems:
        others = given[problem.code] - 1
        if problem.severity is not Severity.HINT or others < MOST_HINTS:
            lines.append(f"{problem} [{problem.code}]")
        elif problem.code not in told:
            told.add(problem.code)
            lines.append(f"{problem} [{problem.code}, and {others} more like it; all by --format json]")
    return "\n".join([*lines, _total(problems)])


def as_json(problems: Sequence[Problem]) -> str:
    """An object with all problems, in the order of path and line."""
    return printed({"problems": [asdict(problem) for problem in problems]})


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that annotate a pull request, errors first; text from records cannot become a command."""
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    shown: Counter[Severity] = Counter()
    lines = []
    for problem in ordered:
        shown[problem.severity] += 1
        if shown[problem.severity] <= MOST_ANNOTATIONS:
            lines.append(_annotation(problem))
    hidden = len(problems) - len(lines)
    if hidden:
        lines.append(f"{hidden} more are not shown here; run: evibrief check")
    return "\n".join([*lines, _total(problems)])


def as_step_summary(problems: Sequence[Problem]) -> str:
    """A table in Markdown for the summary of a workflow's step, errors first: with what annotations have no room for.

    Text from records is shown as it is, and cannot become a link, a mention or markup.
    """
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    rows, size = [], 0
    for problem in ordered:
        row = _row(problem)
        size += len(row.encode())
        if size > MOST_BYTES:
            break
        rows.append(row)
    head = ["| | where | what |", "|---|---|---|"] if rows else []
    hidden = len(problems) - len(rows)
    more = ["", f"{hidden} more have no room here; run: evibrief check"] if hidden else []
    return "\n".join(["### What evibrief check found", "", _total(problems), "", *head, *rows, *more, ""])


def _row(problem: Problem) -> str:
    where = github_text(f"{problem.path}:{problem.line}:{problem.column}")
    field = f"**{github_text(problem.field)}:** " if problem.field else ""
    advice = f"; {github_text(problem.advice)}" if problem.advice else ""
    what = f"{field}{github_text(problem.message)}{advice} ({github_text(problem.code)})"
    return f"| {problem.severity} | {where} | {what} |"


def _annotation(problem: Problem) -> str:
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    words = ": ".join(part for part in (problem.field, problem.message) if part)
    text = f"{words}; {problem.advice}" if problem.advice else words
    return f"::{_GITHUB_KINDS[problem.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    # As the runner's own toolkit escapes it; a separator of commands inside the text is taken apart.
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    apart = escaped.replace("::", ": :").replace("##[", "# #[")
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in apart)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _total(problems: Sequence[Problem]) -> str:
    if not problems:
        return "No problems."
    counts = Counter(problem.severity for problem in problems)
    parts = [f"{counts[kind]} {kind}{'' if counts[kind] == 1 else 's'}" for kind in Severity if counts[kind]]
    files = len({problem.path for problem in problems})
    return f"{', '.join(parts)} in {files} {'file' if files == 1 else 'files'}."
