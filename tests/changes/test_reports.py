"""A comparison in the forms that people and programs read; text from records stays text in each."""

from __future__ import annotations

import json
import re

import pytest

from changes.records import BEFORE, compared, records, study, summary
from evibrief.changes.comparison import Comparison
from evibrief.changes.reports import MARKER, MOST_CHARACTERS, as_json, as_markdown, as_text
from evibrief.errors import Problem

HOSTILE = (
    "@admin <b>bold</b> <!-- x --> [x](https://evil.example) #1 GH-2 www.evil.example :tada: ::error::approved "
    "| `code` *bold* ~~gone~~ $x$ &lt; \\"
)


# Prose holds no HTML; the reader refuses it.
PROSE = re.sub(r"<[^<>]*>", "", HOSTILE)


def changed() -> Comparison:
    return compared(BEFORE, records([summary()], [study("one", events=19), study("two")]))


def hostile() -> Comparison:
    page = summary(title=HOSTILE, writing={"background": PROSE, "interpretation": PROSE})
    return compared(BEFORE, records([page], [study("one", title=HOSTILE), study("two")]))


def test_text_marks_what_went_and_what_came() -> None:
    told = as_text(changed(), "v1").splitlines()
    assert told[0] == "Since v1, 1 summary reads otherwise; 1 study differs."
    assert told[2] == "Peppermint tea for hiccups (summaries/tea-for-hiccups.yaml, changed)"
    assert any(re.search(r"\[-0\.48,?-\] \{\+0\.\d\d,?\+\}", line) for line in told)
    assert "    results.0.arms.tea.events: 10 → 19" in told


def test_text_says_when_nothing_differs() -> None:
    assert as_text(compared(BEFORE, BEFORE), "v1") == "No record differs from v1."


def test_text_has_no_control_characters() -> None:
    page = summary(writing={"background": "red \x1b[31m", "interpretation": "x"})
    told = as_text(compared(BEFORE, records([page], BEFORE.studies.values())), "v1")
    assert "\x1b" not in told
    assert "\\u001b" in told


def test_markdown_starts_with_the_mark_of_its_comment() -> None:
    assert as_markdown(changed(), "v1").startswith(f"{MARKER}\n\n### Since v1")


def test_markdown_shows_words_and_figures() -> None:
    told = as_markdown(changed(), "v1")
    assert re.search(r"<del>0\\\.48,?</del> <ins>0\\\.\d\d", told)
    assert re.search(r"\| lasting hiccups \| Effect \| 0\\\.48 ", told)


def test_text_of_records_cannot_come_alive_in_a_comment() -> None:
    told = as_markdown(hostile(), "v1")
    own = re.sub(r"</?(?:del|ins|code)>", "", told.replace(MARKER, ""))
    assert "<" not in own
    for alive in ("@admin", "#1", "GH-2", "GH\\-2", "https:/", "www.", "www\\.", ":tada", "::", "](", "&lt;b", "~~"):
        assert alive not in own.replace("&lt;b\\>", ""), alive
    # Every mark that Markdown knows is escaped, but for those that the report itself writes.
    line = next(line for line in own.splitlines() if "Background" in line).partition(":** ")[2]
    assert not re.search(r"(?<!\\)[`*_\[\]|~$]", line.replace("\\\\", ""))


@pytest.mark.parametrize("revision", ["v1", "feature/@x", "<b>"])
def test_the_name_of_a_revision_is_text_too(revision: str) -> None:
    told = as_markdown(compared(BEFORE, BEFORE), revision)
    assert "<b>" not in told
    assert "@x" not in told


def test_a_comment_fits_into_what_github_takes() -> None:
    prose = {"background": "word " * 380, "interpretation": "word " * 380}
    pages = [summary(slug=f"page-{index}", title="t", writing=prose) for index in range(60)]
    told = as_markdown(compared(BEFORE, records(pages, BEFORE.studies.values())), "v1")
    assert len(told) <= MOST_CHARACTERS + 200
    assert "more parts do not fit into a comment" in told


def test_json_holds_all_that_is_told() -> None:
    document = json.loads(as_json(changed(), "v1"))
    assert document["revision"] == "v1"
    assert document["studies"][0]["fields"] == [{"field": "results.0.arms.tea.events", "before": "10", "after": "19"}]
    outcome = document["summaries"][0]["outcomes"][0]
    assert outcome["before"]["estimate"] == pytest.approx(0.48)
    assert outcome["before"]["certainty"]
    assert document["faults"] == []


def test_what_could_not_be_read_before_is_told_in_every_form() -> None:
    fault = Problem(path="studies/old.yaml", line=3, column=1, field="n", code="x", message="<b> was wrong")
    nothing = compared(BEFORE, BEFORE)
    assert "studies/old.yaml:3:1: n: <b> was wrong" in as_text(nothing, "v1", [fault])
    assert "&lt;b" in as_markdown(nothing, "v1", [fault])
    assert json.loads(as_json(nothing, "v1", [fault]))["faults"][0]["path"] == "studies/old.yaml"
