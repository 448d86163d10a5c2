"""What was read and looked at before, many small things in one file.

Reading ten thousand files takes ten times as long as one of the same size, so what records gave lies in one file of
the cache: entries one after the other, each under the fingerprint of what it was made from and of this program. New
ones are added at the end. An entry is data, never code; one that is not as it was written is none.
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from evibrief.publishing.cache import FOLDER, KEPT_TIMES, program

NAME = "records.pack"
_MAGIC = b"evibrief pack 1\n"
# Key, checksum of key and content, length of the content; then a checksum of these, so that damage ends the reading.
_HEAD = struct.Struct(">32s16sI")
_SUM = struct.Struct(">I")
_HEADER = _HEAD.size + _SUM.size
_CHUNK = 1 << 20
# Bytes that wait to be written together.
_MOST_WAITING = 4 << 20
# Fewer bytes are not worth clearing up.
_WORTH_A_SWEEP = 1 << 20


class Pack:
    """Entries by name, as :class:`evibrief.records.kept.Kept`. A file that cannot be written is no error."""

    def __init__(self, project: Path) -> None:
        """Name the place; it is looked at when something is asked for."""
        self._path = project / FOLDER / NAME
        self._file: int | None = None
        self._places: dict[bytes, tuple[int, int]] | None = None
        self._waiting: dict[bytes, bytes] = {}
        self._weight = 0
        self._used: set[bytes] = set()
        self._whole = True
        self._writable = True

    def __enter__(self) -> Pack:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what waits, and let go of the file."""
        self.flush()
        self._let_go()

    def get(self, *name: str) -> bytes | None:
        """Return an entry; nothing if there is none, or if it is not as it was written."""
        key = _key(name)
        content = self._waiting.get(key)
        if content is None:
            content = self._read(key)
        if content is not None:
            self._used.add(key)
        return content

    def put(self, content: bytes, *name: str) -> None:
        """Keep an entry; it is written with others, at the latest by :meth:`flush`."""
        key = _key(name)
        self._used.add(key)
        self._waiting[key] = content
        self._weight += len(content)
        if self._writable and self._weight > _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits; where that cannot be done it stays in memory."""
        if not self._waiting:
            return
        self._index()
        try:
            self._append() if self._whole and self._file is not None else self._write_anew(self._all())
        except OSError:
            self._writable = False

    def sweep(self) -> None:
        """Leave out entries that were not asked for, if they have become many: only after all were asked for."""
        self.flush()
        places = self._index()
        used = sum(places[key][1] for key in self._used if key in places)
        if self._file is None or not self._writable:
            return
        if os.fstat(self._file).st_size > max(KEPT_TIMES * used, _WORTH_A_SWEEP):
            with suppress(OSError):
                self._write_anew({key: data for key in places if key in self._used and (data := self._read(key))})

    # ---- the file -------------------------------------------------------------------------------------------------

    def _index(self) -> dict[bytes, tuple[int, int]]:
        """Return where each entry stands."""
        if self._places is None:
            self._places = {}
            with suppress(OSError):
                self._file = os.open(
                    self._path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
                )
            if self._file is not None:
                self._whole = self._scan(self._file, self._places)
        return self._places

    def _scan(self, file: int, places: dict[bytes, tuple[int, int]]) -> bool:
        """Find the entries of a file; whether it was whole."""
        size = os.fstat(file).st_size
        if _pread(file, len(_MAGIC), 0) != _MAGIC:
            return False
        at, start, chunk = len(_MAGIC), 0, b""
        while at < size:
            if at + _HEADER > start + len(chunk):
                start, chunk = at, _pread(file, _CHUNK, at)
            here = at - start
            head = chunk[here : here + _HEAD.size]
            if here + _HEADER > len(chunk) or _SUM.unpack_from(chunk, here + _HEAD.size)[0] != zlib.crc32(head):
                return False
            key, _, length = _HEAD.unpack(head)
            at += _HEADER + length
            if at > size:
                return False
            places[key] = (at - length, length)
        return True

    def _read(self, key: bytes) -> bytes | None:
        places = self._index()
        if key not in places or self._file is None:
            return None
        at, length = places[key]
        data = _pread(self._file, _HEADER + length, at - _HEADER)
        content = data[_HEADER:]
        if data[:_HEADER] != _header(key, content):
            del places[key]
            return None
        return content

    def _all(self) -> dict[bytes, bytes]:
        places = list(self._index())
        return {key: content for key in places if (content := self._read(key)) is not None} | self._waiting

    def _append(self) -> None:
        """Add what waits at the end, in one go, so that another process may do the same."""
        data = b"".join(_header(key, content) + content for key, content in self._waiting.items())
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        file = os.open(self._path, flags)
        try:
            written = os.write(file, data)
            at = os.lseek(file, 0, os.SEEK_CUR) - written
            same = self._file is not None and os.path.sameopenfile(file, self._file)
        finally:
            os.close(file)
        if written != len(data) or not same:
            self._let_go()
        elif self._places is not None:
            for key, content in self._waiting.items():
                self._places[key] = (at + _HEADER, len(content))
                at += _HEADER + len(content)
        self._waiting, self._weight = {}, 0

    def _write_anew(self, entries: dict[bytes, bytes]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC)
                for key, content in entries.items():
                    file.write(_header(key, content) + content)
            os.replace(name, self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        self._waiting, self._weight = {}, 0
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file, self._places, self._whole = None, None, True


def _key(name: tuple[str, ...]) -> bytes:
    # No part holds a zero byte: they are words of ours, paths, and fingerprints.
    return hashlib.sha256("\0".join((program(), *name)).encode("utf-8", "surrogateescape")).digest()


def _header(key: bytes, content: bytes) -> bytes:
    head = _HEAD.pack(key, hashlib.sha256(key + content).digest()[:16], len(content))
    return head + _SUM.pack(zlib.crc32(head))


def _pread(file: int, length: int, at: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file, length, at)
    os.lseek(file, at, os.SEEK_SET)
    return os.read(file, length)
