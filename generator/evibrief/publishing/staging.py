"""A site is built beside the published one and takes its place in one step, whole or not at all.

Beside ``public`` stands ``.public-build``: a lock, and the site being built. Whatever happens on the way, a power cut
included, ``public`` is the old site or the new one.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from pathlib import Path
from typing import Self

from evibrief.errors import BuildLocked, SiteError, UsageError

# A file of every published site: it says that the folder is ours to replace.
MARK = "evibrief.json"

# Of <linux/fs.h> and <fcntl.h>.
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


class Staging:
    """A site on its way. Open it, write into ``site``, publish it; close it whatever happened."""

    def __init__(self, target: Path) -> None:
        """Name the places; nothing is touched yet."""
        self.target = target.resolve()
        self._workshop = self.target.parent / f".{self.target.name}-build"
        self.site = self._workshop / "site"
        self._previous = self._workshop / "previous"
        self._lock: int | None = None

    @classmethod
    def open(cls, target: Path) -> Self:
        """Lock the target and clear away what an interrupted build left.

        Raises:
            UsageError: if the target holds something that is not a site of ours.
            BuildLocked: if another build is writing it.
            SiteError: if its folder cannot be written.
        """
        staging = cls(target)
        staging._refuse_foreign_folder()
        try:
            staging._workshop.mkdir(parents=True, exist_ok=True)
            staging._take_lock()
        except OSError as error:
            raise SiteError(f"{staging.target}: cannot be written ({error.strerror})") from None
        staging._recover()
        return staging

    def publish(self) -> None:
        """Put the site in the target's place; on any failure the old site stays.

        Raises:
            SiteError: if the file system refuses.
        """
        if not (self.site / "index.html").is_file():
            raise SiteError("the built site has no home page; the old site stays")
        os.sync()
        try:
            self._swap()
        except OSError as error:
            raise SiteError(f"{self.target}: cannot be replaced ({error.strerror}); the old site stays") from None

    def close(self) -> None:
        """Remove what is not published and release the lock; a second call does nothing."""
        if self._lock is None:
            return
        shutil.rmtree(self.site, ignore_errors=True)
        shutil.rmtree(self._previous, ignore_errors=True)
        os.close(self._lock)
        self._lock = None

    def _refuse_foreign_folder(self) -> None:
        if not self.target.exists():
            return
        if not self.target.is_dir():
            raise UsageError(f"{self.target}: is a file, not a folder for a site")
        if any(self.target.iterdir()) and not (self.target / MARK).is_file():
            raise UsageError(
                f"{self.target}: holds files that Evibrief did not write; name another folder, or empty this one"
            )

    def _take_lock(self) -> None:
        # The file stays when the lock is released: removing it would let two builds hold "the" lock.
        handle = os.open(self._workshop / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise BuildLocked(f"{self.target}: another build is writing this site; try again when it is done") from None
        self._lock = handle

    def _recover(self) -> None:
        if self._previous.exists() and not self.target.exists():
            self._previous.rename(self.target)
        shutil.rmtree(self._previous, ignore_errors=True)
        shutil.rmtree(self.site, ignore_errors=True)

    def _swap(self) -> None:
        if not self.target.exists():
            self.site.rename(self.target)
        elif not _exchange(self.site, self.target):
            self._swap_in_two_steps()

    def _swap_in_two_steps(self) -> None:
        """Where names cannot be exchanged at once; a build killed in between is mended by the next one."""
        self.target.rename(self._previous)
        try:
            self.site.rename(self.target)
        except OSError:
            self._previous.rename(self.target)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names at once, where the system can (Linux: renameat2)."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    failed = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return not failed
