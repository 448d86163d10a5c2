"""Work shared among the cores, where that pays."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

# Starting processes takes as long as this many pages of studies.
FEWEST_FOR_PROCESSES = 50
# What is made of a summary takes at least as long as what is made of this many studies.
SUMMARY = 10
# Pages of studies that a process makes before it reports: enough to be worth the message, few enough to share evenly.
CHUNK = 8

R = TypeVar("R")


def results(make: Callable[[str], R], names: Sequence[str], weight: int = 1) -> Iterator[R]:
    """Make something of each name, in order, in as many processes as there are cores, if there is enough to make.

    ``weight`` says how many pages of studies could be made in the time of one.
    """
    workers = min(cores(), len(names) * weight // FEWEST_FOR_PROCESSES)
    # A process is forked to inherit what was read; with other threads about, what it inherits may be locked for good.
    if workers < 2 or threading.active_count() > 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(make, names)
        return
    gc.freeze()
    try:
        with multiprocessing.get_context("fork").Pool(workers, _take, (make,)) as pool:
            yield from pool.imap(_work, names, max(1, CHUNK // weight))
    finally:
        gc.unfreeze()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# A process makes one kind of thing, and is told which when it starts.
_MAKERS: list[Callable[[str], Any]] = []


def _take(make: Callable[[str], Any]) -> None:
    _MAKERS[:] = [make]


def _work(name: str) -> Any:
    return _MAKERS[0](name)
