"""What git knows of a project: which files differ from a revision, and what they held then."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from evibrief.errors import UsageError

# A git that waits for a lock or a password must not keep a workflow waiting.
TIMEOUT_SECONDS = 120
# As for the files of the folder: a record has at most 256 KB.
MAX_BYTES = 256 * 1024

_ADVICE = "name a commit, branch or tag that this clone has (in a workflow, check out with fetch-depth: 0)"


class Repository:
    """The git repository that a project's folder belongs to. Paths are relative to the project."""

    def __init__(self, project: Path) -> None:
        """Find the repository.

        Raises:
            UsageError: if git is not installed, or the folder is in no repository.
        """
        self._project = project
        asked = self._run("rev-parse", "--show-prefix")
        if asked.returncode != 0:
            raise UsageError(f"{project}: is not in a git repository, so there is nothing to compare with")
        self._prefix = asked.stdout.removesuffix(b"\n")

    def changed(self, revision: str, folders: Sequence[str]) -> tuple[str, ...]:
        """Return the sorted paths below these folders that differ from a revision, new and deleted ones among them.

        Raises:
            UsageError: if there is no such revision.
        """
        commit = self._commit(revision)
        differing = self._lines("diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", commit,
                                "--", *folders)  # fmt: skip
        new = self._lines("ls-files", "--others", "--exclude-standard", "-z", "--", *folders)
        return tuple(sorted({*differing, *new}))

    def contents(self, revision: str, paths: Sequence[str]) -> dict[str, bytes]:
        """Return what the files held at a revision; those that were not there, or were no records, are missing.

        Raises:
            UsageError: if there is no such revision.
        """
        if not paths:
            return {}
        commit = self._commit(revision).encode()
        wanted = [path for path in paths if "\n" not in path]
        names = b"".join(commit + b":" + self._prefix + os.fsencode(path) + b"\n" for path in wanted)
        answer = self._run("cat-file", "--batch", given=names)
        return _batch(answer.stdout, wanted)

    def _commit(self, revision: str) -> str:
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found.returncode != 0 or not revision.strip():
            raise UsageError(f"there is no revision {revision!r} here; {_ADVICE}")
        return found.stdout.decode("ascii").strip()

    def _lines(self, *arguments: str) -> list[str]:
        done = self._run(*arguments)
        if done.returncode != 0:
            reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise UsageError(f"git {arguments[0]} failed: {reason[-1]}")
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        settings = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
        try:
            return subprocess.run(  # noqa: S603
                ["git", "--literal-pathspecs", *arguments],  # noqa: S607
                cwd=self._project,
                env=settings,
                input=given,
                capture_output=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        except FileNotFoundError:
            raise UsageError("git is not installed; a comparison needs it") from None
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise UsageError(f"git {arguments[0]} could not be asked ({type(error).__name__})") from None


def _batch(answer: bytes, paths: Sequence[str]) -> dict[str, bytes]:
    """Take apart what ``git cat-file --batch`` says: a line ``id type size`` and the content, or ``name missing``."""
    found: dict[str, bytes] = {}
    start = 0
    for path in paths:
        end = answer.index(b"\n", start)
        header = answer[start:end]
        start = end + 1
        if header.endswith((b" missing", b" ambiguous")):
            continue
        _, kind, size = header.rsplit(b" ", 2)
        content = answer[start : start + int(size)]
        start += int(size) + 1
        if kind == b"blob" and len(content) <= MAX_BYTES:
            found[path] = content
    return found
