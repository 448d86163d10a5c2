"""Writing imported records into a project: all of them or none, and never over what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evibrief.errors import Problem, RecordError, UsageError, one_line

from .drafts import Imported, RecordFile

Progress = Callable[[int, int], None]


def write_imported(imported: Imported, root: Path, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write every record of an import into a project, and return the paths, relative to the project.

    Raises:
        RecordError: with one problem for every record whose file is there already; nothing is written then.
        UsageError: if a file cannot be written; what was written before it is removed again.
    """
    taken = [record for record in imported.records if _is_taken(root, record)]
    if taken:
        raise RecordError([_collision(record) for record in taken])
    written: list[Path] = []
    try:
        for position, record in enumerate(imported.records, start=1):
            path = root / record.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(record.text)
            if progress:
                progress(position, len(imported.records))
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise UsageError(f"{record.path} cannot be written ({error.strerror}); nothing was imported") from None
    except BaseException:  # an interrupted import leaves nothing behind either
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return tuple(path.relative_to(root) for path in written)


def account(imported: Imported) -> str:
    """Return what an import wrote, in words for a terminal: how much, what is left to a person, what did not fit."""
    counts = [(len(imported.studies), "study", "studies"), (len(imported.summaries), "summary", "summaries")]
    written = " and ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
    gaps = sum(record.gaps for record in imported.records)
    asked = f"; {gaps} fields are left to you, and evibrief check asks for each" if gaps else ""
    lines = [f"wrote {written or 'nothing'}{asked}"]
    if imported.unmapped:
        lines += ["look at:", *(f"  - {line}" for line in imported.unmapped)]
    return "\n".join(map(one_line, lines))


def _is_taken(root: Path, record: RecordFile) -> bool:
    """Return whether a file of the record's name is there, also where only the case of its letters differs."""
    path = root / record.path
    return path.exists() or path.is_symlink() or path.with_suffix(".yml").exists()


def _collision(record: RecordFile) -> Problem:
    return Problem(
        path=record.path,
        line=1,
        column=1,
        field="",
        code="collision",
        message="is there already, and an import never overwrites or merges",
        advice="look whether it is the same study; rename or remove one, or import with a suffix for new ids",
    )
