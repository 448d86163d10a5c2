"""Skeletons: every gap is asked for by one message, and a filled skeleton passes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from evibrief.errors import RecordError, Severity, UsageError
from evibrief.exchange.field_order import MODELS
from evibrief.exchange.formatting import format_record
from evibrief.exchange.skeletons import (
    EVIDENCE,
    FILL_IN,
    KINDS,
    study_skeleton,
    summary_skeleton,
    write_skeleton,
)
from evibrief.records.library import check_records
from evibrief.records.pooling_choices import PooledMeasure
from evibrief.records.study import Design

# What an editor might write into each gap.
ANSWERS = {
    "label": "Something made up", "outcome": "hiccups", "place": "Table 2", "extracted_by": "Nobody Real",
    "events": "3", "n": "20", "mean": "5.20", "sd": "1.10", "median": "5.0", "q1": "4", "q3": "6.5",
    "person_years": "40.5", "o_minus_e": "-1.5", "v": "2.25", "r": "0.3", "measure": "RR", "estimate": "0.80",
    "ci_low": "0.60", "ci_high": "1.10", "name": "hiccups in general", "better": "lower", "title": "Made-up tea",
    "topic": "Made-up medicine", "population": "adults with hiccups", "condition": "hiccups", "number": "singular",
    "participants": "adults with hiccups", "studies": "trials that never were",
    "search": "{note: Nothing was searched.}",
    "id": "hiccups", "importance": "critical", "levels": "0", "reason": "They are the same.", "direction": "mixed",
    "unknown": "The estimate.", "background": "Hiccups are made up.", "interpretation": "Nothing.",
    "date": "2001-02-03",
}  # fmt: skip


def filled(text: str) -> str:
    def answer(match: re.Match[str]) -> str:
        at_top = match[1] == "" and match[2] == "studies"
        return f"{match[1]}{match[2]}: {'[made-up-2001]' if at_top else ANSWERS[match[2]]}"

    return re.sub(rf'(?m)^([ -]*)(\w+):(?: "\?")?  {FILL_IN}.*$', answer, text)


def project(root: Path, folder: str, name: str, text: str) -> Path:
    (root / "studies").mkdir(exist_ok=True)
    (root / "summaries").mkdir(exist_ok=True)
    (root / folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def errors(root: Path) -> list[tuple[int, str]]:
    return [(p.line, p.message) for p in check_records(root) if p.severity is Severity.ERROR]


def gaps(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), start=1) if FILL_IN in line]


@pytest.mark.parametrize("data", KINDS)
@pytest.mark.parametrize("design", list(Design))
def test_each_gap_of_a_study_gets_one_message(tmp_path: Path, design: str, data: str) -> None:
    text = study_skeleton("made-up-2001", design, data)
    assert [line for line, _ in errors(project(tmp_path, "studies", "made-up-2001", text))] == gaps(text)


@pytest.mark.parametrize("data", KINDS)
@pytest.mark.parametrize("design", list(Design))
def test_a_filled_study_passes(tmp_path: Path, design: str, data: str) -> None:
    text = filled(study_skeleton("made-up-2001", design, data))
    assert FILL_IN not in text
    assert errors(project(tmp_path, "studies", "made-up-2001", text)) == []


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_each_gap_of_a_summary_gets_one_message(tmp_path: Path, evidence: str) -> None:
    text = summary_skeleton("tea-for-hiccups", evidence)
    assert [line for line, _ in errors(project(tmp_path, "summaries", "tea-for-hiccups", text))] == gaps(text)


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_a_filled_summary_passes(tmp_path: Path, evidence: str) -> None:
    project(tmp_path, "studies", "made-up-2001", filled(study_skeleton("made-up-2001")))
    text = filled(summary_skeleton("tea-for-hiccups", evidence))
    assert FILL_IN not in text
    assert errors(project(tmp_path, "summaries", "tea-for-hiccups", text)) == []


def test_what_is_known_is_not_asked_for() -> None:
    text = summary_skeleton("tea", "pooled", "SMD", studies=["a-1", "2-b"], today=date(2001, 2, 3))
    assert "  measure: SMD\n" in text.replace("    measure", "  measure")
    assert 'studies:\n  - a-1\n  - "2-b"\n' in text
    assert "  - date: 2001-02-03\n" in text


@pytest.mark.parametrize("measure", list(PooledMeasure))
def test_every_measure_can_be_named(tmp_path: Path, measure: str) -> None:
    text = summary_skeleton("tea", "pooled", measure)
    assert [line for line, _ in errors(project(tmp_path, "summaries", "tea", text))] == gaps(text)


@pytest.mark.parametrize("name", ["true", "2001", "null-2", "1e5", "a", "con-2"])
def test_a_name_that_yaml_could_mistake_is_quoted(tmp_path: Path, name: str) -> None:
    text = filled(study_skeleton(name))
    assert errors(project(tmp_path, "studies", name, text)) == []


def test_the_first_line_tells_editors_the_schema() -> None:
    assert study_skeleton("a").startswith("# yaml-language-server: $schema=../schema/study.schema.json\n")
    assert summary_skeleton("a").startswith("# yaml-language-server: $schema=../schema/summary.schema.json\n")


def test_a_skeleton_is_in_canonical_form() -> None:
    texts = [(MODELS["studies"], study_skeleton("a-2001", design, data)) for design in Design for data in KINDS]
    texts += [(MODELS["summaries"], summary_skeleton("a", evidence)) for evidence in EVIDENCE]
    for model, text in texts[::5] + texts[-3:]:
        assert format_record(text, model, shown_as="") == text


@pytest.mark.parametrize("name", ["Cook 2012", "", "../x", "cook--2012", "con", "é", "x" * 65])
def test_a_name_that_cannot_be_is_refused_with_one_that_can(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a name"):
        study_skeleton(name)


@pytest.mark.parametrize(("design", "data"), [("rct", "rate"), ("parallel", "binary")])
def test_unknown_designs_and_kinds_are_refused(design: str, data: str) -> None:
    with pytest.raises(UsageError, match="there is no"):
        study_skeleton("a", design, data)


@pytest.mark.parametrize(("evidence", "measure"), [("guessed", None), ("pooled", "XX")])
def test_unknown_evidence_and_measures_are_refused(evidence: str, measure: str | None) -> None:
    with pytest.raises(UsageError, match="there is no"):
        summary_skeleton("a", evidence, measure)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert write_skeleton(tmp_path, "studies", "a", "id: a\n") == Path("studies/a.yaml")
    with pytest.raises(RecordError, match=r"studies/a\.yaml:1:1: is there already"):
        write_skeleton(tmp_path, "studies", "a", "id: b\n")
    assert (tmp_path / "studies" / "a.yaml").read_text() == "id: a\n"
