"""Where records are read: each file once, on every core where the caller can share work, and never twice unchanged.

What a file gave is kept by its content, so that it is the same whenever, and by whichever process, it is asked for
again. A record that is taken from here is always the one that was checked, whatever became of its file since.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol, TypeVar

from evibrief.errors import Problem, RecordError
from evibrief.records.entries import Entry
from evibrief.records.kept import InMemory, Kept
from evibrief.records.reading import STUDIES, Fresh, Reading, entry_from, read_anew, reading_from
from evibrief.records.source import digest_of, read_bytes

# Records that are held as objects; the summaries are those that a preview goes through after every edit.
HELD_STUDIES = 1_000
HELD_SUMMARIES = 1_500

R = TypeVar("R")


class Share(Protocol):
    """Makes something of each name, in any number of processes, and gives the results in the order of the names."""

    def __call__(self, make: Callable[[str], R], names: Sequence[str]) -> Iterator[R]:
        """Make them."""
        ...


def one_by_one(make: Callable[[str], R], names: Sequence[str]) -> Iterator[R]:
    """Make something of each name in this process."""
    return map(make, names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What else is made of a sound record while it is at hand, to be kept with it, under a name of its own."""

    name: str
    make: Callable[[Entry], bytes]


class Desk:
    """Reads the records of one project.

    For a process that reads a project over and over: a file whose size, time and place on the disk are as before is
    not even opened.
    """

    def __init__(
        self, root: Path, *, kept: Kept | None = None, share: Share = one_by_one, look: Look | None = None,
        digests: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Start with nothing read; ``digests`` are those of files, by path, where they are known already."""
        self._root, self._share, self._look = root, share, look
        self._kept: Kept = kept if kept is not None else InMemory()
        self._digests = dict(digests or {})
        self._known: dict[str, tuple[tuple[int, ...], Reading]] = {}
        self._study = lru_cache(maxsize=HELD_STUDIES)(self._drawn)
        self._summary = lru_cache(maxsize=HELD_SUMMARIES)(self._drawn)

    def readings(self, paths: Sequence[str], changed: Set[str] | None = None) -> dict[str, Reading]:
        """Return what each file gives.

        Where it is known which files may have ``changed`` since the last time, no other one is looked at again.
        """
        found: dict[str, Reading] = {}
        signatures: dict[str, tuple[int, ...]] = {}
        for path in paths:
            if changed is not None and path not in changed and path in self._known:
                signatures[path], found[path] = self._known[path]
                continue
            signatures[path] = () if path in self._digests else _signature(f"{self._root}/{path}")
            if (reading := self._at_hand(path, signatures[path])) is not None:
                found[path] = reading
        make = partial(_fresh, self._root, self._look.make if self._look else None)
        for fresh in self._share(make, [path for path in paths if path not in found]):
            found[fresh.path] = self._take(fresh)
        self._known = {path: (signatures[path], found[path]) for path in paths}
        self._digests = {}
        return {path: found[path] for path in paths}

    def entry(self, path: str, digest: str) -> Entry:
        """Return the record of a file as it was read.

        Raises:
            RecordError: if it is kept nowhere, and the file has changed.
        """
        return self._study(path, digest) if path.startswith(f"{STUDIES}/") else self._summary(path, digest)

    def _at_hand(self, path: str, signature: tuple[int, ...]) -> Reading | None:
        """Return what a file gives, if that is known."""
        if signature and path in self._known and self._known[path][0] == signature:
            return self._known[path][1]
        digest = self._digests.get(path)
        if digest is None:
            try:
                digest = digest_of(read_bytes(self._root / path, shown_as=path))
            except RecordError:
                return None
        data = self._kept.get("record", path, digest)
        beside = self._kept.get(self._look.name, path, digest) if self._look else b""
        return reading_from(data, path, digest, beside) if data is not None and beside is not None else None

    def _take(self, fresh: Fresh | _Unreadable) -> Reading:
        if isinstance(fresh, _Unreadable):
            return Reading(digest="", problems=fresh.problems, facts=None)
        self._kept.put(fresh.data, "record", fresh.path, fresh.digest)
        if self._look:
            self._kept.put(fresh.beside, self._look.name, fresh.path, fresh.digest)
        reading = reading_from(fresh.data, fresh.path, fresh.digest, fresh.beside)
        assert reading is not None
        return reading

    def _drawn(self, path: str, digest: str) -> Entry:
        data = self._kept.get("record", path, digest)
        entry = entry_from(data, path) if data is not None else None
        return entry or self._read_again(path, digest)

    def _read_again(self, path: str, digest: str) -> Entry:
        data = read_bytes(self._root / path, shown_as=path)
        if digest_of(data) == digest:
            fresh = read_anew(path, data)
            if (entry := entry_from(fresh.data, path)) is not None:
                self._kept.put(fresh.data, "record", path, digest)
                return entry
        text, advice = "changed while it was being used", "run this again"
        raise RecordError(
            [Problem(path=path, line=1, column=1, field="", code="unreadable", message=text, advice=advice)]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unreadable:
    """A file of which not even the bytes can be had."""

    path: str
    problems: tuple[Problem, ...]


def _fresh(root: Path, look: Callable[[Entry], bytes] | None, path: str) -> Fresh | _Unreadable:
    try:
        data = read_bytes(root / path, shown_as=path)
    except RecordError as error:
        return _Unreadable(path=path, problems=error.problems)
    return read_anew(path, data, look)


def _signature(path: str) -> tuple[int, ...]:
    """Return what tells a file from the one before; nothing if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
