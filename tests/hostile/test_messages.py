"""Text is text in messages too: one line each, no command for a terminal or a workflow, whatever a record holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from builders import make_study, make_summary
from evibrief.exchange.problem_lists import as_github, as_json, as_text
from evibrief.records.library import check_records
from hostile.payloads import PAYLOADS

# What the strict reader refuses, and its message must not repeat.
RAW = {
    "escape": "\x1b[2J\x1b]0;owned\x07",
    "bidi": "safe\u202eevil\u2066",
    "newline": "x\n::error::approved\r\n##[error]x",
    "next-line": "x\u0085::error::approved",
    "separator": "x\u2028::error::approved\u2029##[group]x",
    "zero-width": "e\u200bvents",
    "nul": "a\0b",
}
EVERY = {**PAYLOADS, **RAW}
LINE = re.compile(r"(studies|summaries)/[^:]+:\d+:\d+: ")


def problems_with(text: str, root: Path) -> list[tuple[str, str]]:
    """Problems of records that hold a text as a key, as a value of the wrong kind, and as a name that nobody knows."""
    study = make_study(design=text, funding=7, registrations=[text], **{text or "x": text})
    study["results"][0]["arms"] = {"tea": {"events": text, "n": 50}, text: {"events": 1, "n": 2}}
    summary = make_summary(studies=["made-up-2001", text], topic=7, writing={"background": f"{{{text}}}", text: text})
    for path, record in (("studies/made-up-2001.yaml", study), ("summaries/tea-for-hiccups.yaml", summary)):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(json.dumps(record, indent=1), encoding="utf-8")
    problems = check_records(root)
    assert len(problems) >= 2
    return [("text", as_text(problems)), ("json", as_json(problems)), ("github", as_github(problems))]


@pytest.mark.parametrize("name", EVERY)
def test_messages_are_one_plain_line_each(name: str, tmp_path: Path) -> None:
    for form, told in problems_with(EVERY[name], tmp_path):
        assert all(char.isprintable() or char == "\n" for char in told if form != "json"), form
        if form == "text":
            *lines, total = told.split("\n")
            assert all(LINE.match(line) for line in lines)
            assert re.fullmatch(r"\d+ errors?.* in \d files?\.", total)
        elif form == "json":
            assert {tuple(item) for item in json.loads(told)["problems"]} == {
                ("path", "line", "column", "field", "code", "severity", "message", "advice")
            }
        else:
            assert_commands(told)


def assert_commands(told: str) -> None:
    """Only our own annotations stand in what a workflow prints, and each says only where and what."""
    for line in told.split("\n"):
        assert "##[" not in line
        command = re.fullmatch(r"::(error|warning|notice) file=([^,:]+),line=\d+,col=\d+,title=[a-z-]+::(.*)", line)
        assert command or not line.lstrip().startswith("::"), line
        assert command is None or ("::" not in command[3] and re.match(r"(studies|summaries)/", command[2])), line


# What a file can be called; names that start with a point are hidden, and no records.
AS_NAMES = [name for name, text in EVERY.items() if "/" not in text and "\0" not in text and text[0] != "."]


@pytest.mark.parametrize("name", AS_NAMES)
def test_hostile_file_names_are_refused_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "summaries").mkdir()
    (tmp_path / "studies" / f"{EVERY[name][:60]}.yaml").write_text("id: x", encoding="utf-8")
    problems = check_records(tmp_path)
    assert problems
    assert all(line.isprintable() for line in as_text(problems).split("\n"))
    assert_commands(as_github(problems))
