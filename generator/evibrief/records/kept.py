"""Where what was read is kept, to be had again without reading it: in memory, or wherever the caller keeps things."""

from __future__ import annotations

from typing import Protocol


class Kept(Protocol):
    """Data by name. What is got is what was put under that name, whole, or nothing."""

    def get(self, *name: str) -> bytes | None:
        """Return what was kept under a name."""
        ...

    def put(self, content: bytes, *name: str) -> None:
        """Keep something under a name."""
        ...


class InMemory:
    """Keeps everything as long as it lives itself."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._contents: dict[tuple[str, ...], bytes] = {}

    def get(self, *name: str) -> bytes | None:
        """Return what was kept under a name."""
        return self._contents.get(name)

    def put(self, content: bytes, *name: str) -> None:
        """Keep something under a name."""
        self._contents[name] = content
