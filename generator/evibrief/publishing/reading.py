"""How the commands read a project: on every core, with what was read before at hand, and a bar for who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from evibrief.publishing.pack import Pack
from evibrief.publishing.processes import results
from evibrief.publishing.watch import Watch
from evibrief.records.desk import Desk, Look, Share

R = TypeVar("R")


def desk_of(
    project: Path,
    kept: Pack | None = None,
    watch: Watch | None = None,
    *,
    look: Look | None = None,
    digests: Mapping[str, str] | None = None,
) -> Desk:
    """Return where the records of a project are read; ``kept`` is its pack, where the caller has it open."""
    share = shared(watch or Watch(), "records read")
    return Desk(project, kept=kept if kept is not None else Pack(project), share=share, look=look, digests=digests)


def shared(watch: Watch, label: str, weight: int = 1) -> Share:
    """Return how to make many things of some weight on every core, as a step of its own."""

    def share(make: Callable[[str], R], names: Sequence[str]) -> Iterator[R]:
        return watch.each(label, results(make, names, weight), len(names))

    return share
