"""Which files of a project are records, and which do not belong where they stand."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from evibrief.errors import Problem, RecordError

MAX_ID = 64
# Names that Windows keeps for devices, whatever the extension: Microsoft, "Naming Files, Paths, and Namespaces".
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_YAML = re.compile(r"\.ya?ml", re.IGNORECASE)
_NAME_ADVICE = f"use lower-case letters, digits and single hyphens, at most {MAX_ID}, such as cook-2012.yaml"


def record_names(root: Path, folder: str, problems: list[Problem]) -> list[str]:
    """Return the names (without ``.yaml``) of the record files in a folder, sorted; add what does not belong there.

    Hidden files and README files are left alone. A folder that is not there holds no records.
    """
    try:
        if (root / folder).is_symlink():
            raise RecordError([_problem(folder, "symlink", "is a symbolic link", "put the folder itself here")])
        with os.scandir(root / folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except RecordError as error:
        problems += error.problems
        return []
    except OSError as error:
        problems.append(_problem(folder, "unreadable", f"cannot be read ({error.strerror})", "it must be a folder"))
        return []
    names = []
    plain = {entry.name for entry in found}
    for entry in found:
        if entry.name.startswith(".") or entry.name.split(".")[0] == "README":
            continue
        fault = _collision(folder, entry.name, plain) or _fault(folder, entry)
        if fault is None:
            names.append(entry.name.removesuffix(".yaml"))
        else:
            problems.append(fault)
    return names


def _collision(folder: str, name: str, names: set[str]) -> Problem | None:
    """Return the problem of a name that some file systems take for another one, or that only looks different."""
    if name.isascii() and name == name.lower():
        return None
    folded = unicodedata.normalize("NFKC", name).casefold()
    if folded == name or folded not in names:
        return None
    text = f"differs from '{folded}' only in capital letters or in the form of a character"
    return _problem(f"{folder}/{name}", "name-collision", text, "rename it, or delete one of the two")


def _fault(folder: str, entry: os.DirEntry[str]) -> Problem | None:
    path = f"{folder}/{entry.name}"
    if entry.is_symlink():
        return _problem(path, "symlink", "is a symbolic link", "put the file itself here")
    if entry.is_dir(follow_symlinks=False):
        return _problem(path, "subfolder", "is a folder", f"put its records straight into {folder}/")
    stem, extension = os.path.splitext(entry.name)
    if extension != ".yaml":
        if _YAML.fullmatch(extension):
            return _problem(
                path, "wrong-extension", "a record's name ends in .yaml", f"rename it to {_safe(stem)}.yaml"
            )
        advice = f"records end in .yaml; move other files out of {folder}/"
        return _problem(path, "not-a-record", "is not a record", advice)
    if stem in DEVICES:
        return _problem(path, "wrong-name", f"Windows keeps the name '{stem}' for a device", "choose another name")
    if not is_record_name(stem):
        return _problem(path, "wrong-name", "a record cannot have this name", _NAME_ADVICE)
    return None


def is_record_name(name: str) -> bool:
    """Whether a record can have this name (without ``.yaml``): it becomes an id, and part of an address."""
    return len(name) <= MAX_ID and _ID.fullmatch(name) is not None and name not in DEVICES


def _problem(path: str, code: str, message: str, advice: str) -> Problem:
    return Problem(path=_safe(path), line=1, column=1, field="", code=code, message=message, advice=advice)


def _safe(name: str) -> str:
    """Return a file name that can be printed and encoded, whatever bytes it holds."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
