"""The site of the repository's own records, built once for all tests and all workers."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from cli.running import evibrief

PROJECT = Path(__file__).resolve().parent.parent


def published_site(temporary: pytest.TempPathFactory) -> Path:
    """The folder of the built site. Whoever comes first builds it; the others wait and use it."""
    base = temporary.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "published"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = shared / "done"
        if not built.exists():
            done = evibrief("build", "--project", PROJECT, "--output", shared / "site")
            assert done.returncode == 0, done.stderr
            built.touch()
    return shared / "site"
