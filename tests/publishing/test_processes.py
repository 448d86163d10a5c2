"""Work is shared among processes where that pays, and comes back in order."""

from __future__ import annotations

import os

import pytest

from evibrief.publishing import processes
from evibrief.publishing.processes import FEWEST_FOR_PROCESSES, SUMMARY, results


def who(name: str) -> tuple[str, int]:
    return name, os.getpid()


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 2)


def made(number: int, weight: int) -> tuple[list[str], set[int]]:
    found = list(results(who, [str(index) for index in range(number)], weight))
    return [name for name, _ in found], {process for _, process in found}


@pytest.mark.parametrize(
    ("number", "weight", "shared"),
    [
        (2 * FEWEST_FOR_PROCESSES - 1, 1, False),
        (2 * FEWEST_FOR_PROCESSES, 1, True),
        (2 * FEWEST_FOR_PROCESSES // SUMMARY - 1, SUMMARY, False),
        (2 * FEWEST_FOR_PROCESSES // SUMMARY, SUMMARY, True),
        (0, SUMMARY, False),
    ],
)
def test_processes_are_started_where_there_is_enough_to_make(number: int, weight: int, shared: bool) -> None:
    names, workers = made(number, weight)
    assert names == [str(index) for index in range(number)]
    assert (os.getpid() in workers) == (not shared and number > 0)


def test_a_fault_in_a_process_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        list(results(lambda name: 1 / len(name), ["", *"abcdefghi"], SUMMARY))
