"""The hostile corpus: each file is refused with its place, by one kind of problem; odd but honest prose is read."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from builders import make_summary
from evibrief.errors import Severity
from evibrief.records.library import check_records
from evibrief.records.markup import html_of, is_refused, plain_of, unmarked
from evibrief.records.summary import Summary
from hostile.corpus import HELD_ELSEWHERE, Case, copied, corpus

CASES = list(corpus())
# Generous, for a busy machine; scripts/try_hostile.py measures.
SECONDS = 5.0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_hostile_file_is_refused_with_its_place(case: Case, tmp_path: Path) -> None:
    project = copied(tmp_path / "project")
    assert [one for one in check_records(project) if one.severity is Severity.ERROR] == []
    case.put(project)
    start = time.monotonic()
    problems = check_records(project)
    assert time.monotonic() - start < SECONDS
    assert case.code in {one.code for one in problems if one.severity is Severity.ERROR}
    for problem in problems:
        assert problem.path.startswith(("studies", "summaries"))
        assert (problem.line, problem.column) >= (1, 1)
        assert str(problem).isprintable()


def test_the_corpus_covers_every_threat() -> None:
    by_threat = Counter(case.threat for case in CASES)
    assert by_threat.keys() | HELD_ELSEWHERE.keys() == {f"T{number:02}" for number in range(1, 35)}
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("prose", "html", "plain"),
    [
        ("plain & simple", "plain &amp; simple", "plain & simple"),
        ("*one* **two**", "<em>one</em> <strong>two</strong>", "one two"),
        ("[three](https://a.example/?b&c)", '<a href="https://a.example/?b&amp;c">three</a>', "three"),
        ("p < 0.05, R&D", "p &lt; 0.05, R&amp;D", "p < 0.05, R&D"),
        ("5 * 3 * 2 and see [1]", "5 * 3 * 2 and see [1]", "5 * 3 * 2 and see [1]"),
        (r"\*not\* \[so\]", "*not* [so]", "*not* [so]"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("I <3 it", "I &lt;3 it", "I <3 it"),
    ],
)
def test_prose_holds_a_little_markdown(prose: str, html: str, plain: str) -> None:
    assert not is_refused(prose)
    assert html_of(prose) == html
    assert plain_of(prose) == plain
    assert plain_of(unmarked(prose)) == prose


@pytest.mark.parametrize(
    "prose",
    [
        "<b>x</b>", "a<b", "<!-- x -->", "[x](http://a.example)", "[x](javascript:alert(1))", "[x](/etc/passwd)",
        "[x](https://a.example/(y))", '[x](https://a"onclick=b)', "*<i>x</i>*", "x](y", "<script>", "[x](data:text)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["background", "interpretation", "limitations"])
def test_prose_that_cleaning_would_change_is_refused(prose: str, field: str) -> None:
    made = {"limitations": [prose]} if field == "limitations" else {"writing": {**WRITING, field: prose}}
    with pytest.raises(ValueError, match="HTML, or a link"):
        Summary.model_validate(make_summary(**made))


WRITING = {"background": "Background.", "interpretation": "Meaning."}


@pytest.mark.parametrize("piece", ["[", "*", "**a", "[a](", "<", "<a ", "\\", "*a\n"])
def test_no_prose_takes_long(piece: str) -> None:
    prose = (piece * 2000)[:2000]
    start = time.process_time()
    is_refused(prose), html_of(prose), plain_of(prose)
    assert time.process_time() - start < 0.5
