"""Hostile files are refused by one kind of error, quickly; odd but honest ones are read."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from evibrief.errors import Problem, RecordError, Severity
from evibrief.records.messages import validate
from evibrief.records.reader import parse, parse_bytes
from evibrief.records.source import read_text
from evibrief.records.study import Study
from records.strange_files import HOSTILE, ODD, SEED, mutant

# Generous, for a busy machine; each takes milliseconds.
SECONDS = 5.0


def codes(data: bytes) -> list[str]:
    """The codes of the problems of a file, as the reader tells them."""
    try:
        document = parse_bytes(data, shown_as="x.yaml")
    except RecordError as error:
        return [problem.code for problem in error.problems]
    return [problem.code for problem in document.problems]


def problems_of(file: Path) -> tuple[Problem, ...]:
    """What is wrong with a file, as the library finds it."""
    try:
        return parse(read_text(file, shown_as=file.name), shown_as=file.name).problems
    except RecordError as error:
        return error.problems


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    _, data, code = HOSTILE[name]
    file = tmp_path / "x.yaml"
    file.write_bytes(data)
    start = time.monotonic()
    problems = problems_of(file)
    assert time.monotonic() - start < SECONDS
    assert code in {problem.code for problem in problems if problem.severity is Severity.ERROR}
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert "\n" not in str(problem)
        assert str(problem).isprintable()
        assert len(str(problem)) < 400


def test_100_megabytes_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    with file.open("wb") as handle:
        handle.truncate(100_000_000)
    with pytest.raises(RecordError, match="100,000,000 bytes"):
        read_text(file, shown_as="x.yaml")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    with pytest.raises(RecordError, match="not an ordinary file"):
        read_text(tmp_path / "x.yaml", shown_as="x.yaml")


def test_a_link_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").symlink_to(SEED)
    with pytest.raises(RecordError, match="symbolic link"):
        read_text(tmp_path / "x.yaml", shown_as="x.yaml")
    with pytest.raises(RecordError, match="cannot be read"):
        read_text(tmp_path / "y.yaml", shown_as="y.yaml")


@pytest.mark.parametrize("name", ODD)
def test_an_odd_but_honest_file_is_read(name: str) -> None:
    assert codes(ODD[name]) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_mutant_is_read_or_refused_and_nothing_else(seed: int) -> None:
    random_ = random.Random(seed)
    original = SEED.read_bytes()
    refused = 0
    for _ in range(1_000):
        data = mutant(original, random_)
        try:
            validate(parse_bytes(data, shown_as="x.yaml"), Study)
        except RecordError as error:
            refused += bool(error.problems)
    assert refused > 500
