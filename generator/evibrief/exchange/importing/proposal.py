"""The text of an issue that proposes a study (made by the issue form) into a draft record.

Anybody can write such an issue. What fits a field becomes that field's text; everything else stands in comments above
the record, for the person who goes on from there.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

from evibrief.exchange.record_text import Row
from evibrief.records.study import Design

from .csv_text import decoded
from .drafts import (
    STUDIES,
    Gap,
    Ids,
    Imported,
    count,
    given,
    identifier,
    line,
    prose,
    record_file,
    refused,
    study_name,
    year,
)
from .reference_drafts import DESIGNS, citation
from .review_drafts import Progress

# The labels of the fields in .github/ISSUE_TEMPLATE/propose-a-study.yml, which head their answers in the issue.
LABEL = "First author and year"
TITLE = "Title of the paper"
DOI = "DOI"
PMID = "PubMed number"
REGISTRATION = "Number in a trial register"
DESIGN = "How people came into the groups"
ARMS = "Groups that were compared"
OUTCOMES = "Outcomes that it reports, and where"
SUMMARY = "Summary that should use it"
REMARKS = "Anything else"
CHECKED = "What you have looked at"
FIELDS = (LABEL, TITLE, DOI, PMID, REGISTRATION, DESIGN, ARMS, OUTCOMES, SUMMARY, REMARKS, CHECKED)

# What GitHub writes where a field was left empty.
_NOTHING = frozenset({"_no response_", "none"})
_HEADING = re.compile(r"^### (.*?)\s*$", re.MULTILINE)
_REGISTRATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9/.-]{3,40}")
MAX_ARMS = 12
_WIDTH = 100


def looks_like_proposal(head: str) -> bool:
    """Return whether a text starts as an issue does that the form has made."""
    return head.startswith(f"### {LABEL}")


def read_proposal(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return the draft of the study that an issue proposes.

    Raises:
        RecordError: one line, if it is not the text of such an issue.
    """
    answers = _answers(decoded(data, shown_as))
    label = line(answers.get(LABEL))
    if not label:
        raise refused(
            shown_as, f"not a proposal: nothing stands below '### {LABEL}'", "copy the whole text of the issue"
        )
    name = study_name(label, year(label), 1)
    paper = citation(
        title=answers.get(TITLE, ""), issued=year(label), doi=answers.get(DOI, ""), pmid=answers.get(PMID, "")
    )
    registration = _REGISTRATION.fullmatch(line(answers.get(REGISTRATION)))
    draft = {
        "id": name,
        "label": label,
        "reports": [{"id": "main", "role": "primary", **paper}],
        **given(registrations=[registration.group()] if registration else []),
        "design": _design(answers.get(DESIGN, "")) or Gap(DESIGNS),
        **given(arms=list(_arms(answers.get(ARMS, "")))),
        "extraction": {"extracted_by": Gap("who takes the figures from the paper")},
    }
    record = record_file(STUDIES, name, draft, list(_comment(answers)))
    return Imported(studies=(record,))


def _answers(text: str) -> dict[str, str]:
    """Return what was answered below each heading of the form; headings that the form does not have are text."""
    found: dict[str, str] = {}
    parts = _HEADING.split(text.replace("\r\n", "\n"))
    current = ""
    for heading, answer in zip(parts[1::2], parts[2::2], strict=True):
        if heading in FIELDS and heading not in found:
            current = heading
            found[current] = answer.strip()
        elif current:
            found[current] = f"{found[current]}\n{heading}\n{answer.strip()}"
    return {name: answer for name, answer in found.items() if answer.casefold() not in _NOTHING}


def _design(answer: str) -> str:
    word = answer.partition(":")[0].strip()
    return word if word in list(Design) else ""


def _arms(answer: str) -> Iterator[Row]:
    """Yield the groups, one on each line, the tested treatment first: ``Usual care: 118``."""
    ids = Ids()
    lines = [text for text in map(line, answer.splitlines()) if text][:MAX_ARMS]
    for position, text in enumerate(lines):
        words = re.fullmatch(r"(?:[-*] )?(.*?)(?::\s*(?:n\s*=\s*)?([\d,]+)(?: people)?)?", text)
        assert words is not None  # the pattern fits every line
        label, people = line(words[1]) or f"Group {position + 1}", count(words[2])
        role = "comparator" if position else "intervention"
        allocated = {"n_randomised": people} if people else {}
        yield Row(id=ids.new(identifier(label, fallback=f"group-{position + 1}")), label=label, role=role, **allocated)


def _comment(answers: Mapping[str, str]) -> Iterator[str]:
    """Yield what no field holds, for the person who goes on: the proposer's words, each line a comment."""
    yield "Proposed in an issue. Compare everything with the paper, add results, and delete these lines."
    for name in (OUTCOMES, SUMMARY, REMARKS, CHECKED):
        if name in answers:
            yield from textwrap.wrap(prose(f"{name}: {answers[name]}"), _WIDTH)
