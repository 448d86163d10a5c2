"""Text is text in what commands print: a terminal, the log of a workflow and a comment on GitHub only show it.

Each payload stands in every free text field of every record at once, and in the names of files.
"""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from string import punctuation

import pytest
from markdown import Markdown

from builders import make_study, make_summary
from evibrief.appraisal.settings import DEFAULT
from evibrief.changes import changes_since
from evibrief.changes.comparison import Comparison, Records, compare
from evibrief.changes.reports import MARKER, as_json, as_markdown, as_text
from evibrief.checks import lint_study, lint_summary
from evibrief.checks.remarks import Remark
from evibrief.errors import Problem, one_line
from evibrief.exchange import pooling_desk, problem_lists
from evibrief.exchange.effect_table import read_effect_table
from evibrief.exchange.explanation import explain
from evibrief.pages.rendering import Renderer
from evibrief.pages.telling import tell
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.statistics.measures import Measure
from hostile.payloads import PAYLOADS
from hostile.readings import Page, read_page, squeezed
from hostile.records import records_with

TEMPLATES = Path(__file__).parents[2] / "templates"
# Characters that the reader refuses, and that reach commands all the same: in names of files, and in other people's.
RAW = {
    "escape": "\x1b[2J\x1b]0;owned\x07",
    "control-sequence": "a\x9b2Jb",
    "bidi": "safe\u202eevil\u2066",
    "newline": "x\n::error::approved\r\n##[error]x",
    "separator": "x\u2028::error::approved\u2029##[group]x\u0085::error::y",
    "tag": "x\U000e0041\U000e007f",
    "command": "::error::approved",
    "command-after-space": " \t ::add-mask::the",
    "command-old": "##[add-mask]the ###[group]x",
}
EVERY = {**PAYLOADS, **RAW}
every_payload = pytest.mark.parametrize("name", PAYLOADS)
# What GitHub makes of plain text in a comment, after Markdown: mentions, numbers, addresses, pictures by name.
ALIVE = re.compile(r"@\w|#\d|\bGH-\d|:\w+:|\w://|\bwww\.", re.IGNORECASE)


@cache
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


@cache
def records_of(name: str) -> Records:
    """The records whose every text is a payload; harmless ones for an empty name."""
    text = PAYLOADS[name] if name else None
    studies: dict[str, Study] = {}
    summaries: dict[str, Summary] = {}
    for path, record in records_with(text):
        if path.startswith("studies/"):
            studies[record["id"]] = Study.model_validate(record)
        else:
            summaries[record["slug"]] = Summary.model_validate(record)
    return Records(summaries=summaries, studies=studies)


def assert_only_printed(told: str) -> None:
    """Lines that control no terminal and are no command to GitHub's runner (ActionCommand.cs of actions/runner)."""
    for line in told.split("\n"):
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("name", EVERY)
def test_a_line_is_a_line(name: str) -> None:
    told = one_line(EVERY[name])
    assert "\n" not in told
    assert_only_printed(told)
    assert one_line(told) == told


@every_payload
def test_an_explanation_is_text(name: str) -> None:
    records = records_of(name)
    (summary,) = records.summaries.values()
    told = tell(summary, records.studies, renderer(), DEFAULT)
    text = explain(told.brief, told.article, renderer())
    assert_only_printed(text)
    assert text.split("\n")[0] == one_line(PAYLOADS[name])


def comparisons(name: str) -> list[Comparison]:
    """A payload comes into records, and goes out of them."""
    harmless, hostile = records_of(""), records_of(name)
    return [compare(before, after, renderer(), DEFAULT) for before, after in ((harmless, hostile), (hostile, harmless))]


FAULTS = [
    Problem(path=f"studies/{text}.yaml", line=1, column=1, field=text, code="syntax", message=text, advice=text)
    for text in EVERY.values()
]


@every_payload
def test_changes_are_text_on_a_terminal_and_in_a_log(name: str) -> None:
    for comparison in comparisons(name):
        told = as_text(comparison, PAYLOADS[name], FAULTS)
        assert_only_printed(told)
        assert len(told.split("\n")) > 50
        assert one_line(squeezed(PAYLOADS[name])).lstrip(": ") in squeezed(told)


@every_payload
def test_changes_as_json_are_one_object_and_print_nothing_else(name: str) -> None:
    for comparison in comparisons(name):
        told = as_json(comparison, PAYLOADS[name], FAULTS)
        assert_only_printed(told)
        document = json.loads(told)
        assert list(document) == ["revision", "summaries", "studies", "faults"]
        assert document["revision"] == PAYLOADS[name]
        assert [fault["message"] for fault in document["faults"]] == [fault.message for fault in FAULTS]


def comment(markdown: str) -> Page:
    """A comment as GitHub shows it, as far as Markdown with tables makes it."""
    reading = Markdown(extensions=["extra", "nl2br", "sane_lists"])
    reading.ESCAPED_CHARS = list(punctuation)  # as CommonMark has it
    return read_page(reading.convert(markdown.replace(MARKER, "")))


# What a report itself consists of.
OWN = {"h3", "h4", "p", "br", "ul", "li", "strong", "del", "ins", "code", "table", "thead", "tbody", "tr", "th", "td"}


@every_payload
def test_changes_as_a_comment_on_github_hold_no_mention_link_or_markup(name: str) -> None:
    for comparison in comparisons(name):
        told = as_markdown(comparison, PAYLOADS[name], FAULTS)
        page = comment(told)
        assert {element.lstrip("/") for element in page.elements} <= OWN, name
        assert page.addresses == page.scripts == page.oddities == page.values == []
        assert not ALIVE.search(page.words)
        assert told.count(MARKER) == 1
        shown = squeezed(page.words.replace("\u200b", ""))
        assert shown.startswith(squeezed(one_line(f"Since {PAYLOADS[name]},")))


@every_payload
def test_a_step_summary_holds_no_mention_link_or_markup(name: str) -> None:
    page = comment(problem_lists.as_step_summary([*FAULTS, *remarks_as_problems(name)]))
    assert {element.lstrip("/") for element in page.elements} <= OWN, name
    assert page.addresses == page.scripts == page.oddities == page.values == []
    assert not ALIVE.search(page.words)


def remarks_as_problems(name: str) -> list[Problem]:
    """What the linter remarks of records whose every text is a payload; it quotes some of them."""
    records = records_of(name)
    found: list[Remark] = [one for study in records.studies.values() for one in lint_study(study)]
    found += [one for page in records.summaries.values() for one in lint_summary(page, records.studies)]
    assert found
    return [
        Problem(
            path=f"{one.kind}/{one.record}.yaml", line=1, column=1, field=one.field, code=one.code,
            severity=one.severity, message=one.message, advice=one.advice,
        )
        for one in found
    ]  # fmt: skip


@every_payload
def test_remarks_are_text_in_every_format(name: str) -> None:
    problems = [*remarks_as_problems(name), *FAULTS]
    assert_only_printed(problem_lists.as_text(problems))
    told = problem_lists.as_json(problems)
    assert_only_printed(told)
    assert [one["message"] for one in json.loads(told)["problems"]] == [one.message for one in problems]
    for line in problem_lists.as_github(problems).split("\n"):
        assert line.isprintable()
        assert "##[" not in line
        command = re.fullmatch(r"::(error|warning|notice) file=[^,:]*,line=1,col=1,title=[a-z0-9-]+::(.*)", line)
        assert command or not line.lstrip().startswith("::")
        assert command is None or "::" not in command[2]


@pytest.mark.parametrize("name", [name for name in EVERY if "\n" not in EVERY[name] and "\r" not in EVERY[name]])
def test_names_in_a_table_are_text(name: str, tmp_path: Path) -> None:
    quoted = EVERY[name].replace('"', '""')
    file = tmp_path / "table.csv"
    file.write_text(f'study,yi,sei\n"{quoted}",0.5,0.1\nother,0.7,0.2\n', encoding="utf-8", newline="")
    result = pooling_desk.pool_table(read_effect_table(file, Measure.GEN), Measure.GEN)
    assert_only_printed(pooling_desk.as_text(result))
    told = pooling_desk.as_json(result)
    assert_only_printed(told)
    assert json.loads(told)["effects"][0]["study"].strip() == EVERY[name].strip()


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", *arguments], cwd=folder, check=True
    )


HOSTILE_NAMES = ["`@admin`", "<img src=x onerror=alert(1)>", "[x](mailto:a@evil.example)", "x\x1b[2J", "::error::x"]


def test_a_file_that_cannot_be_a_record_is_nothing_that_a_comment_tells_of(tmp_path: Path) -> None:
    for folder, name, record in (
        ("studies", "made-up-2001", make_study()),
        ("summaries", "tea-for-hiccups", make_summary()),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.yaml").write_text(json.dumps(record), encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=x")
    for name in HOSTILE_NAMES:
        for folder, record in (("studies", make_study()), ("summaries", make_summary())):
            (tmp_path / folder / f"{name}.yaml").write_text(json.dumps(record), encoding="utf-8")
    told = changes_since(tmp_path, "HEAD", TEMPLATES, "markdown")
    assert told == f"{MARKER}\n\n### No record differs from HEAD\\.\n"
