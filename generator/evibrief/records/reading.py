"""What reading a record gave, as data: its problems, its facts, and the record itself to be validated again.

The record is kept as the plain values that the reader made of the file, and its text beside them. It is validated
whenever it is taken out, so that nothing becomes a record that the models would refuse, wherever it was kept.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from evibrief.errors import Problem, RecordError, Severity
from evibrief.records.entries import Entry, StudyEntry, SummaryEntry
from evibrief.records.facts import (
    StudyFacts,
    SummaryFacts,
    a,
    facts_of_study,
    facts_of_summary,
    study_facts_as_data,
    study_facts_from,
    summary_facts_as_data,
    summary_facts_from,
)
from evibrief.records.messages import validate
from evibrief.records.reader import Value, parse
from evibrief.records.source import MAX_BYTES, digest_of, text_of
from evibrief.records.study import Study
from evibrief.records.summary import Summary

STUDIES = "studies"
SUMMARIES = "summaries"

# Text and values of the largest record; a few bytes that unpack to more are not ours.
_MOST_UNPACKED = 16 * MAX_BYTES
_SIZE = 4
# The reader lets no zero byte into a record, so it can mark the decimals among texts.
_MARKED = re.compile(r'"\\u0000([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a file gave. Without ``facts`` it holds no sound record; ``beside`` is what else was made of it."""

    digest: str
    problems: tuple[Problem, ...]
    facts: StudyFacts | SummaryFacts | None
    beside: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A reading made anew, as it is to be kept; ``digest`` is that of the bytes that were read."""

    path: str
    digest: str
    data: bytes
    beside: bytes


def read_anew(path: str, data: bytes, look: Callable[[Entry], bytes] | None = None) -> Fresh:
    """Read a record; ``look`` makes something more of it, if it is sound."""
    problems, entry, value = _parsed(path, data)
    facts = None
    if isinstance(entry, StudyEntry):
        facts = study_facts_as_data(facts_of_study(entry.study))
    elif isinstance(entry, SummaryEntry):
        facts = summary_facts_as_data(facts_of_summary(entry.summary))
    head = _json([[_as_data(problem) for problem in problems], facts])
    body = zlib.compress(_json([entry.text, value]), 1) if entry is not None else b""
    return Fresh(
        path=path,
        digest=digest_of(data),
        data=len(head).to_bytes(_SIZE, "big") + head + body,
        beside=look(entry) if look is not None and entry is not None else b"",
    )


def _parsed(path: str, data: bytes) -> tuple[list[Problem], Entry | None, Value]:
    problems: list[Problem] = []
    try:
        document = parse(text_of(data, shown_as=path), shown_as=path)
        problems += document.problems
        if path.startswith(f"{STUDIES}/"):
            entry: Entry = StudyEntry(study=validate(document, Study), path=path, text=document.text)
        else:
            entry = SummaryEntry(summary=validate(document, Summary), path=path, text=document.text)
    except RecordError as error:
        return [*problems, *error.problems], None, None
    if any(problem.severity is Severity.ERROR for problem in problems):
        return problems, None, None
    return problems, entry, document.value


def reading_from(data: bytes, path: str, digest: str, beside: bytes = b"") -> Reading | None:
    """Return what a reading told, from the data of :func:`read_anew`; nothing if they are anything else."""
    try:
        size = _SIZE + int.from_bytes(data[:_SIZE], "big")
        problems, facts = json.loads(data[_SIZE:size])
        read = study_facts_from if path.startswith(f"{STUDIES}/") else summary_facts_from
        return Reading(
            digest=digest,
            problems=tuple([_problem(path, problem) for problem in problems]),
            facts=None if facts is None else read(facts),
            beside=beside,
        )
    except (ValueError, TypeError, RecursionError):
        return None


def entry_from(data: bytes, path: str) -> Entry | None:
    """Return the record of a reading, validated; nothing if the data hold none."""
    try:
        size = _SIZE + int.from_bytes(data[:_SIZE], "big")
        unpacked = zlib.decompressobj().decompress(data[size:], _MOST_UNPACKED)
        text, value = json.loads(unpacked, parse_float=Decimal)
        if path.startswith(f"{STUDIES}/"):
            return StudyEntry(study=Study.model_validate(value), path=path, text=a(str, text))
        return SummaryEntry(summary=Summary.model_validate(value), path=path, text=a(str, text))
    except (ValidationError, ValueError, TypeError, ArithmeticError, RecursionError, zlib.error):
        return None


def _json(value: object) -> bytes:
    """Return values as JSON, decimals with their digits, so that they come back as they were."""
    return _MARKED.sub(r"\1", json.dumps(value, ensure_ascii=False, default=_decimal)).encode("utf-8")


def _decimal(value: object) -> str:
    text = str(a(Decimal, value))
    return f"\0{text}" if "." in text or "E" in text else f"\0{text}E0"


def _as_data(problem: Problem) -> list[Any]:
    place = [problem.line, problem.column, problem.field, problem.code, problem.severity.value]
    return [*place, problem.message, problem.advice]


def _problem(path: str, data: Any) -> Problem:
    line, column, field, code, severity, message, advice = data
    return Problem(
        path=path,
        line=a(int, line),
        column=a(int, column),
        field=a(str, field),
        code=a(str, code),
        severity=Severity(severity),
        message=a(str, message),
        advice=a(str, advice),
    )
