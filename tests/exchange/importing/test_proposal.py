"""An issue that proposes a study, as GitHub writes it from our form. Nothing here is real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evibrief.errors import RecordError
from evibrief.exchange.importing import Foreign, Imported, kind_of
from evibrief.exchange.importing.proposal import FIELDS, read_proposal
from evibrief.records.reader import parse
from evibrief.records.study import Design

REPOSITORY = Path(__file__).resolve().parents[3]
FORM = REPOSITORY / ".github/ISSUE_TEMPLATE/propose-a-study.yml"
THEIRS = REPOSITORY / "generator/evibrief/exchange/project_template/dot-github/ISSUE_TEMPLATE"

ISSUE = """\
### First author and year

Fakename 2001

### Title of the paper

Tea against hiccups: a trial that never was

### DOI

https://doi.org/10.1000/fake.2001

### PubMed number

999999991

### Number in a trial register

NCT99999991

### How people came into the groups

cluster: whole groups by chance, such as wards or schools

### Groups that were compared

Peppermint tea: 1,120
- Warm water: n = 118
No drink at all

### Outcomes that it reports, and where

Hiccups after a week,
table 2 on page 58

### Summary that should use it

_No response_

### Anything else

### A heading of their own
with a line

### What you have looked at

- [X] I have read the paper itself, not only its abstract
- [ ] I have no part in this study, and nothing to gain from it
"""


def study(made: Imported) -> Any:
    (record,) = made.studies
    return parse(record.text, shown_as="x.yaml").value


def proposal(text: str) -> Imported:
    return read_proposal(text.encode(), "issue.md")


def test_a_proposal_becomes_a_draft(only_gaps: Callable[[Imported], None]) -> None:
    made = proposal(ISSUE)
    assert study(made) == {
        "id": "fakename-2001",
        "label": "Fakename 2001",
        "reports": [
            {
                "id": "main",
                "role": "primary",
                "title": "Tea against hiccups: a trial that never was",
                "issued": 2001,
                "doi": "10.1000/fake.2001",
                "pmid": "999999991",
            }
        ],
        "registrations": ["NCT99999991"],
        "design": "cluster",
        "arms": [
            {"id": "peppermint-tea", "label": "Peppermint tea", "role": "intervention", "n_randomised": 1120},
            {"id": "warm-water", "label": "Warm water", "role": "comparator", "n_randomised": 118},
            {"id": "no-drink-at-all", "label": "No drink at all", "role": "comparator"},
        ],
        "extraction": {"extracted_by": None},
    }
    only_gaps(made)


def test_what_no_field_holds_stands_above_as_comments() -> None:
    (record,) = proposal(ISSUE).studies
    comments = [line for line in record.text.split("\n") if line.startswith("#")]
    assert comments == [
        "# yaml-language-server: $schema=../schema/study.schema.json",
        "# Proposed in an issue. Compare everything with the paper, add results, and delete these lines.",
        "# Outcomes that it reports, and where: Hiccups after a week, table 2 on page 58",
        "# Anything else: A heading of their own with a line",
        "# What you have looked at: - [X] I have read the paper itself, not only its abstract - [ ] I have no",
        "# part in this study, and nothing to gain from it",
    ]


def test_the_least_that_the_form_asks_for_is_enough(only_gaps: Callable[[Imported], None]) -> None:
    made = proposal("### First author and year\r\n\r\nFakename 2001\r\n\r\n### Title of the paper\r\n\r\nTea\r\n")
    assert study(made)["design"] is None
    only_gaps(made)


HOSTILE = [
    "x\nid: other",
    "x\n--- \n!!python/object:os.system",
    "&a *a << {{ 7*7 }} {% raw %}",
    "<script>alert(1)</script>",
    "::error::approved\n##[add-mask]the",
    "\u202ereversed\x1b[31m",
    "# fill in: nothing",
    "'\"`",
    "=1+1",
    "### First author and year\n\nOther 1999",
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(field: str, words: str, only_gaps: Callable[[Imported], None]) -> None:
    answers = dict.fromkeys(FIELDS, "_No response_") | {"First author and year": "Fakename 2001"} | {field: words}
    made = proposal("\n\n".join(f"### {name}\n\n{answer}" for name, answer in answers.items()))
    assert set(study(made)) <= {"id", "label", "reports", "registrations", "design", "arms", "extraction"}
    only_gaps(made)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300), st.sampled_from(FIELDS))
def test_any_words_make_a_draft_that_can_be_read(words: str, field: str) -> None:
    text = f"### First author and year\n\nFakename 2001\n\n### {field}\n\n{words}\n"
    made = proposal(text)
    assert study(made)["id"].startswith("fakename-2001")


@pytest.mark.parametrize(
    "text", ["", "### First author and year\n\n_No response_\n", "Hello", "### DOI\n\n10.1000/x\n"]
)
def test_what_is_no_proposal_is_one_line(text: str) -> None:
    with pytest.raises(RecordError, match=r"^issue\.md:1:1: not a proposal: nothing stands below '[^\n]+$"):
        proposal(text)


def test_it_is_known_by_its_first_line() -> None:
    assert kind_of(ISSUE.encode(), "issue.txt") is Foreign.PROPOSAL


def test_the_form_asks_what_the_reader_reads() -> None:
    form = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    asked = [item for item in form["body"] if item["type"] != "markdown"]
    assert [item["attributes"]["label"] for item in asked] == list(FIELDS)
    (design,) = [item for item in asked if item["type"] == "dropdown"]
    assert {option.partition(":")[0] for option in design["attributes"]["options"]} == set(Design)


def test_a_new_publication_gets_the_same_form() -> None:
    for path in FORM.parent.iterdir():
        assert (THEIRS / path.name).read_bytes() == path.read_bytes()
