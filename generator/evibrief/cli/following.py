"""How far a command is: a bar on a terminal, where there is something to wait for; nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from evibrief.publishing.watch import Watch

# About a second's work.
WORTH_A_BAR = 20
T = TypeVar("T")


def follower() -> Watch:
    """Return what follows a command, for whoever reads its errors: a person at a terminal, or a file."""
    return Watch(show=_bar) if sys.stderr.isatty() else Watch()


def _bar(label: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Draw a bar on the terminal while items pass, where there are enough of them to wait for."""
    if total < WORTH_A_BAR:
        yield from items
        return
    with click.progressbar(items, length=total, label=label, file=sys.stderr) as bar:
        yield from bar
