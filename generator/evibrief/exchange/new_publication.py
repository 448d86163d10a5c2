"""A new publication: a folder with one worked example, its site, its schemas and its workflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from evibrief import __version__
from evibrief.errors import UsageError
from evibrief.exchange.record_schema import Kind, schema_name, schema_text

_TEMPLATE = Path(__file__).parent / "project_template"
# Files that say which version of the software they were made for.
_VERSIONED = ("README.md", "requirements.txt")
# A name that starts with a dot would be hidden, or obeyed, where the template itself is kept.
_DOT = "dot-"


def start_publication(folder: Path) -> tuple[str, ...]:
    """Write a new publication and return the paths of its files, sorted. The folder must be new or empty.

    Raises:
        UsageError: if there is something in the folder, or it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder}: is not empty; name a new folder")
        made = dict(sorted(_files()))
        for path, content in made.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from None
    return tuple(made)


def _files() -> Iterator[tuple[str, bytes]]:
    for source in _TEMPLATE.rglob("*"):
        if source.is_file():
            path = source.relative_to(_TEMPLATE).as_posix()
            content = source.read_bytes()
            if path in _VERSIONED:
                content = content.replace(b"{version}", __version__.encode())
            yield "/".join(_shown(part) for part in path.split("/")), content
    for kind in get_args(Kind):
        yield f"schema/{schema_name(kind)}", schema_text(kind).encode()


def _shown(part: str) -> str:
    return f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part
