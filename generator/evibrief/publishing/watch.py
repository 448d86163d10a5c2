"""Where the time goes, and how far one is: for an editor at a terminal; a build server is told nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def _silent(_label: str, items: Iterable[T], _total: int) -> Iterable[T]:
    return items


@dataclass(slots=True, kw_only=True)
class Watch:
    """Seconds by step, in the order of the steps; ``show`` may draw a bar while items pass by."""

    seconds: dict[str, float] = field(default_factory=dict)
    show: Callable[[str, Iterable[T], int], Iterable[T]] = _silent

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Add the time of what is done within to a step; steps within it are counted by themselves."""
        start, inner = time.perf_counter(), sum(self.seconds.values())
        self.seconds.setdefault(label, 0.0)
        try:
            yield
        finally:
            inner = sum(self.seconds.values()) - inner
            self.seconds[label] += time.perf_counter() - start - inner

    def each(self, label: str, items: Iterable[T], total: int) -> Iterator[T]:
        """Pass on items, as a step."""
        with self.step(label):
            yield from self.show(label, items, total)

    def report(self) -> str:
        """One line for each step, with its share of all."""
        whole = sum(self.seconds.values()) or 1.0
        lines = [f"{seconds:8.2f} s {seconds / whole:4.0%}  {label}" for label, seconds in self.seconds.items()]
        return "\n".join([*lines, f"{whole:8.2f} s       all"])
