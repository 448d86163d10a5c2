"""What was made before, kept by the fingerprint of all that it was made from.

The cache lies in ``.cache/evibrief`` of the project and can be deleted at any time. An entry is data, never code: a
folder restored by a build server, or sent by a stranger, can at worst hold pages that are not ours, so the folder
belongs to whoever owns the project and is not to be shared. A damaged entry is as good as none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import evibrief

FOLDER = Path(".cache") / "evibrief"
# Entries of other states are kept for going back and forth, until they are so many times those in use.
KEPT_TIMES = 4
_CHECKSUM = hashlib.sha256().digest_size


def fingerprint(*parts: str | bytes) -> str:
    """Return what tells these inputs, in this order, from any others."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def folder_fingerprint(folder: Path, pattern: str = "*") -> str:
    """Return the fingerprint of every file below a folder, by name and content."""
    files = sorted(file for file in folder.rglob(pattern) if file.is_file())
    parts: list[str | bytes] = []
    for file in files:
        parts += [file.relative_to(folder).as_posix(), file.read_bytes()]
    return fingerprint(*parts)


@lru_cache(maxsize=1)
def program() -> str:
    """Return the fingerprint of this program, as it lies on the disk."""
    return fingerprint(evibrief.__version__, folder_fingerprint(Path(evibrief.__file__).parent, "*.py"))


class Cache:
    """Entries by fingerprint. A folder that cannot be written is no error: things are then made again."""

    def __init__(self, project: Path) -> None:
        """Name the place; it is made when there is something to keep."""
        self._folder = project / FOLDER
        self._used: set[str] = set()
        # What could not be written, so that it need not be made twice.
        self._held: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return an entry; nothing if there is none, or if it is not as it was written."""
        if key in self._held:
            return self._held[key]
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        content = data[_CHECKSUM:]
        if hashlib.sha256(key.encode("ascii") + content).digest() != data[:_CHECKSUM]:
            return None
        self._used.add(key)
        return content

    def has(self, key: str) -> bool:
        """Return whether there is an entry, whatever it may hold, and count it as used."""
        if key not in self._held and not self._path(key).is_file():
            return False
        self._used.add(key)
        return True

    def put(self, key: str, content: bytes) -> bool:
        """Keep an entry, whole or not at all, and return whether it is kept; if not, it is held in memory."""
        self._used.add(key)
        path = self._path(key)
        name = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(key.encode("ascii") + content).digest() + content)
            os.replace(name, path)
        except OSError:
            if name:
                Path(name).unlink(missing_ok=True)
            self._held[key] = content
            return False
        return True

    def use(self, key: str) -> None:
        """Say that an entry is in use, which another process has read or kept."""
        self._used.add(key)

    def sweep(self) -> None:
        """Remove entries that were not used, if they have become many."""
        with suppress(OSError):
            entries = [file for file in self._folder.glob("*/*") if file.is_file()]
            if len(entries) > KEPT_TIMES * len(self._used):
                _remove(file for file in entries if file.name not in self._used)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
