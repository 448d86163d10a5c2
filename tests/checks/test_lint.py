"""The linter as a whole: places in files, acknowledgements, the catalogue."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from checks.recording import arm, codes, events, means, printed, study
from evibrief.checks import catalogue, errors_of_study, errors_of_summary, lint, remarks
from evibrief.checks.catalogue import CATALOGUE
from evibrief.checks.remarks import Check
from evibrief.checks.running import OF_STUDIES, OF_SUMMARIES, STOP_STUDIES, STOP_SUMMARIES, lint_study
from evibrief.errors import Problem, Severity
from evibrief.records.library import Library, read_library

STUDY = """\
id: {name}
label: Example
reports: [{{id: main, issued: 2001, author: [{{family: Example}}]}}]
design: parallel
arms:
  - {{id: new, label: New, role: intervention}}
  - {{id: old, label: Old, role: comparator}}
instruments:
  scale: {{name: Scale of Things, better: higher, low: 0, high: 10}}
results:
  - outcome: thing
    type: continuous
    instrument: scale
    source: {{report: main, place: Table 1}}
    arms:
      new: {{n: 50, mean: {mean}, sd: {sd}}}
      old: {{n: 50, mean: 5.0, sd: 2.0}}
extraction: {{extracted_by: Nobody Real, checked_by: Somebody Else}}
"""
ACKNOWLEDGED = """\
acknowledged:
  - check: {check}
    field: {field}
    reason: Table 1 prints it so; a range beside it agrees.
    by: Somebody Else
    date: 2024-02-29
"""
SUMMARY = """\
slug: things
title: New treatment of things
status: published
topic: Things
question:
  population: people with things
  condition: things
  intervention: {name: the new treatment, number: singular}
  comparator: {name: the old treatment, number: singular}
references:
  main: {title: A review of things}
eligibility: {participants: people with things, studies: trials}
search: {through: 2020-05-31}
studies: [first]
outcomes:
  - {id: thing, name: the thing, importance: critical, better: higher, evidence: pooled, measure: MD}
limitations: [There was no effect.]
writing:
  background: Things are common.
  interpretation: The trials are told above.
  background_sources: [{report: main, place: Abstract}]
people: [{name: Nobody Real, role: author}]
funding: None
history: [{date: 2020-06-30, kind: first, text: First published.}]
"""


def library(folder: Path, mean: str = "5.0", sd: str = "2.0", more: str = "") -> Library:
    for name in ("studies", "summaries"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "studies" / "first.yaml").write_text(STUDY.format(name="first", mean=mean, sd=sd) + more)
    (folder / "summaries" / "things.yaml").write_text(SUMMARY)
    return read_library(folder)


def test_problems_name_file_line_and_column(tmp_path: Path) -> None:
    found = lint(library(tmp_path, mean="12.0"))
    assert [(one.path, one.line, one.column, one.field, one.code, one.severity) for one in found] == [
        ("studies/first.yaml", 16, 7, "results.0.arms", "p24-huge-difference", Severity.ERROR),
        ("studies/first.yaml", 16, 26, "results.0.arms.new.mean", "p04-outside-scale", Severity.ERROR),
        ("summaries/things.yaml", 17, 15, "limitations.0", "words-forbidden", Severity.ERROR),
    ]


def errors(records: Library) -> tuple[Problem, ...]:
    (first,), (things,) = records.studies.values(), records.summaries.values()
    return (*errors_of_study(first), *errors_of_summary(things, records.studies))


def test_errors_are_those_of_all_that_is_said(tmp_path: Path) -> None:
    records = library(tmp_path, mean="12.0", sd="0.5")
    found = lint(records)
    assert errors(records) == tuple(one for one in found if one.severity is Severity.ERROR)
    assert {one.severity for one in found} == {Severity.ERROR, Severity.WARNING}


def test_an_acknowledged_error_does_not_stop(tmp_path: Path) -> None:
    records = library(tmp_path)
    assert [one.code for one in errors(records)] == ["words-forbidden"]
    given = ACKNOWLEDGED.format(check="words-forbidden", field="limitations.0")
    (tmp_path / "summaries" / "things.yaml").write_text(SUMMARY + given)
    assert errors(read_library(tmp_path)) == ()


def test_whatever_may_find_an_error_is_among_those_that_stop() -> None:
    modules = [module for module in vars(catalogue).values() if isinstance(module, ModuleType)]
    for module in modules:
        checks: tuple[Check, ...] = module.CHECKS
        if any(check.severity is Severity.ERROR for check in checks):
            assert set(getattr(module, "STUDY_CHECKS", ())) <= set(STOP_STUDIES), module.__name__
            assert set(getattr(module, "SUMMARY_CHECKS", ())) <= set(STOP_SUMMARIES), module.__name__
    assert {one for module in modules for one in getattr(module, "STUDY_CHECKS", ())} == set(OF_STUDIES)
    assert {one for module in modules for one in getattr(module, "SUMMARY_CHECKS", ())} == set(OF_SUMMARIES)


def test_an_acknowledged_remark_is_silent_but_known(tmp_path: Path) -> None:
    more = ACKNOWLEDGED.format(check="p23-unequal-spreads", field="results.0.arms.new")
    records = library(tmp_path, sd="0.9", more=more)
    assert [one.code for one in lint(records)] == ["words-forbidden"]
    (known,) = [one for one in remarks(records) if one.code == "p23-unequal-spreads"]
    assert known.acknowledged is not None
    assert known.acknowledged.by == "Somebody Else"


def test_an_acknowledgement_of_nothing_is_idle(tmp_path: Path) -> None:
    more = ACKNOWLEDGED.format(check="p23-unequal-spreads", field="results.0.arms.old")
    found = lint(library(tmp_path, more=more))
    assert [(one.code, one.field) for one in found if one.path.startswith("studies")] == [
        ("ack-idle", "acknowledged.0")
    ]


def test_what_cannot_be_true_cannot_be_acknowledged(tmp_path: Path) -> None:
    more = ACKNOWLEDGED.format(check="p04-outside-scale", field="results.0.arms.new.mean")
    found = [one.code for one in lint(library(tmp_path, mean="10.2", sd="0.5", more=more))]
    assert "p04-outside-scale" in found
    assert "ack-idle" in found


def test_a_summary_whose_study_is_missing_is_passed_over(tmp_path: Path) -> None:
    records = library(tmp_path)
    without = Library(studies={}, summaries=records.summaries)
    assert lint(without) == ()


def test_a_sound_study_is_silent() -> None:
    assert codes(lint_study(study([means(arm("5.0", "2.0"), arm("5.5", "2.1"))]))) == []


# Of the 45 checks of the design, those that no check carries because no record can hold what they look for.
REFUSED = {
    "p01": [
        events((51, 50), (20, 50)),
        events((-1, 50), (20, 50)),
        {"type": "dichotomous", "arms": {"new": {"events": 2.5, "n": 50}}},
        {"type": "dichotomous", "arms": {"new": {"events": 0, "n": 0}}},
    ],
    "p03": [
        means(arm("5.0", "0"), arm("5.0", "2.0")),
        means(arm("5.0", "-2.0"), arm("5.0", "2.0")),
        means({"n": 50, "mean": "5.0", "se": "0.0"}, arm("5.0", "2.0")),
    ],
    "p07": [
        {"type": "median", "arms": {"new": {"n": 9, "median": "5", **around}}}
        for around in (
            {"q1": "6", "q3": "8"},
            {"q1": "2", "q3": "4"},
            {"minimum": "6", "maximum": "8"},
            {"minimum": "2", "maximum": "4"},
            {"q1": "3", "q3": "7", "minimum": "4", "maximum": "9"},
            {"q1": "3", "q3": "7", "minimum": "1", "maximum": "6"},
        )
    ],
    "p11": [
        printed("MD", "5.0", "6.0", "7.0"),
        printed("MD", "5.0", "3.0", "4.0"),
        printed("MD", "5.0", "7.0", "3.0"),
    ],
}


@pytest.mark.parametrize(("number", "result"), [(number, one) for number, given in REFUSED.items() for one in given])
def test_what_no_record_can_hold_needs_no_check(number: str, result: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        study([result])


def test_the_catalogue_is_whole() -> None:
    names = [check.code for check in CATALOGUE]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"(p\d\d|e\d\d|words|part|ack)(-[a-z0-9]+)+", name) for name in names)
    assert all(check.title and check.rule and check.source for check in CATALOGUE)
    carried = {name[:3] for name in names if re.match(r"p\d\d", name)}
    assert carried | set(REFUSED) == {f"p{number:02d}" for number in range(1, 46)}
    assert not carried & set(REFUSED)


def test_a_summary_acknowledges_too(tmp_path: Path) -> None:
    records = library(tmp_path)
    text = (tmp_path / "summaries" / "things.yaml").read_text()
    given = ACKNOWLEDGED.format(check="words-forbidden", field="limitations.0")
    (tmp_path / "summaries" / "things.yaml").write_text(text + given)
    assert [one.code for one in lint(records)] == ["words-forbidden"]
    assert lint(read_library(tmp_path)) == ()
