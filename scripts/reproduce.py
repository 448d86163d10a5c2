"""Build this publication in two ways that must not matter, and compare every byte.

    python scripts/reproduce.py [PROJECT]

The two builds differ in time zone, locale, hash seed, folder, umask, order of directories and times of files.
Leaves with 1 if any file differs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

PARTS = ("mkdocs.yml", "studies", "summaries", "templates", "site")
WAYS: tuple[tuple[str, dict[str, str], int, bool], ...] = (
    ("one", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}, 0o022, False),
    ("a/much/deeper folder", {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "4242"}, 0o077, True),
)


def build(project: Path, folder: Path, environment: dict[str, str], umask: int, *, backwards: bool) -> dict[str, str]:
    """Copy the project, build it, and return the hash of each file of the site."""
    folder.mkdir(parents=True)
    for name in PARTS:
        copy(project / name, folder / name, backwards=backwards)
    clean = {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "SITE_URL")}
    command = [Path(sys.executable).with_name("evibrief"), "build", "--project", folder]
    done = subprocess.run(
        command, env={**clean, **environment}, umask=umask, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the build in '{folder.name}' failed:\n{done.stderr or done.stdout}")
    site = folder / "public"
    return {
        path.relative_to(site).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }


def copy(source: Path, target: Path, *, backwards: bool) -> None:
    """Copy files in one order or the other; backwards, they also become very old."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if backwards:
            os.utime(target, (1, 1))
        return
    for path in sorted(source.iterdir(), reverse=backwards):
        copy(path, target / path.name, backwards=backwards)


def main(project: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (
            build(project, Path(folder) / name, environment, umask, backwards=backwards)
            for name, environment, umask, backwards in WAYS
        )
    different = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
    for path in different:
        print(f"differs: {path}")
    whole = sha256("".join(f"{path} {first[path]}\n" for path in sorted(first)).encode()).hexdigest()
    print(f"{len(first)} files, {len(different)} differ; the site is {whole[:16]}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
