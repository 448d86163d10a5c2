"""Records with the files that they came from, and all of a project by name, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from evibrief.records.reader import Location, Place, place_in
from evibrief.records.study import Study
from evibrief.records.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEntry:
    """A study with the file it came from; ``path`` is relative to the project."""

    study: Study
    path: str
    text: str

    def place(self, location: Location) -> Place:
        """Return where a field's value stands in the file; its nearest parent, if the field is not there."""
        return place_in(self.text, location)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryEntry:
    """A summary with the file it came from; ``path`` is relative to the project."""

    summary: Summary
    path: str
    text: str

    def place(self, location: Location) -> Place:
        """Return where a field's value stands in the file; its nearest parent, if the field is not there."""
        return place_in(self.text, location)


Entry: TypeAlias = StudyEntry | SummaryEntry
V = TypeVar("V")


class Drawn(Mapping[str, V]):
    """Values by name that are had only when they are asked for: whoever goes through all holds one at a time."""

    def __init__(self, names: Collection[str], draw: Callable[[str], V]) -> None:
        """Name everything, in order; ``draw`` is asked for no other name."""
        self._names = names if isinstance(names, Mapping) else dict.fromkeys(names)
        self._draw = draw

    def __getitem__(self, name: str) -> V:
        """Return a value."""
        if name not in self._names:
            raise KeyError(name)
        return self._draw(name)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a name; nothing is drawn for that."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)
