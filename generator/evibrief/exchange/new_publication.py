"""A new publication: a folder with one worked example, its site, its schemas and its workflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import get_args

from evibrief import __version__
from evibrief.errors import UsageError
from evibrief.exchange.pinning import WHEELS, Pin
from evibrief.exchange.record_schema import Kind, schema_name, schema_text

_TEMPLATE = Path(__file__).parent / "project_template"
# The file that says which version of the software it was made for, and how that is had.
_README = "README.md"
# A name that starts with a dot would be hidden, or obeyed, where the template itself is kept.
_DOT = "dot-"
WIDTH = 110


def start_publication(folder: Path, pin: Pin, lock: bytes) -> tuple[str, ...]:
    """Write a new publication and return the paths of its files, sorted. The folder must be new or empty.

    ``pin`` says how it gets the software, ``lock`` (for pip) what that needs.

    Raises:
        UsageError: if there is something in the folder, or it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder}: is not empty; name a new folder")
        made = dict(sorted(_files(pin, lock)))
        for path, content in made.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from None
    return tuple(made)


def _files(pin: Pin, lock: bytes) -> Iterator[tuple[str, bytes]]:
    for source in _TEMPLATE.rglob("*"):
        if source.is_file():
            path = source.relative_to(_TEMPLATE).as_posix()
            content = source.read_bytes()
            if path == _README:
                content = content.replace(b"{version}", __version__.encode()).replace(b"{note}", pin.note.encode())
            yield "/".join(_shown(part) for part in path.split("/")), content
    for kind in get_args(Kind):
        yield f"schema/{schema_name(kind)}", schema_text(kind).encode()
    yield "requirements.txt", _requirements(pin).encode()
    yield "requirements.lock", lock
    if pin.wheel is not None:
        yield f"{WHEELS}/{pin.wheel.name}", pin.wheel.read_bytes()


def _requirements(pin: Pin) -> str:
    lines = ["The software that makes the site; what it needs is in requirements.lock.", *wrap(pin.note, WIDTH)]
    return "".join(f"# {line}\n" for line in lines) + f"{pin.requirement}\n"


def _shown(part: str) -> str:
    return f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part
