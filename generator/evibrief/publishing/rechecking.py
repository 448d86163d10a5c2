"""A check of what was checked before: what was found is told again, if nothing that it was found in has changed.

It stands apart because it is quick: the files are read and compared by content, and nothing else is loaded.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evibrief.errors import Problem, RecordError, Severity
from evibrief.publishing.cache import Cache, fingerprint, folder_fingerprint, program
from evibrief.publishing.packaged import templates_of
from evibrief.publishing.watch import Watch
from evibrief.records.folders import record_names
from evibrief.records.source import digest_of, read_bytes

_FOLDERS = ("studies", "summaries")
_CONFIG = "mkdocs.yml"
# What mkdocs.yml says may stand in another file or in the environment; the file of notices is compared with the day.
_ENVIRONMENT = re.compile(r"!ENV +(\[[^][]*\]|[A-Za-z_]\w*)")
_NOTICES = re.compile(r"retractions: *[\"']?([^\s\"'#,{}]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """All that a check looks at; ``key`` tells it from any other, if it can be told so cheaply."""

    digests: Mapping[str, str]
    frame: str | None
    key: str | None


def recheck_project(project: Path, *, day: date | None = None, watch: Watch | None = None) -> tuple[Problem, ...]:
    """Return every problem of a project, as :func:`evibrief.publishing.checking.check_project` does."""
    watch = watch or Watch()
    cache = Cache(project)
    with watch.step("files compared"):
        state = _state_of(project, day)
        known = cache.get(state.key) if state.key else None
        problems = _problems_from(known) if known is not None else None
    if problems is not None:
        return problems
    with watch.step("program loaded"):
        from evibrief.publishing.checking import checked
    done = checked(project, day=day, watch=watch, digests=state.digests)
    # What was found is kept only if it was found in what was seen before.
    if state.key and done.digests == state.digests and _frame_of(project, day) == state.frame:
        cache.put(state.key, _as_data(done.problems))
    return done.problems


def _state_of(project: Path, day: date | None) -> _State:
    strays: list[Problem] = []
    digests = dict(_digests(project, strays))
    frame = _frame_of(project, day)
    if "" in digests.values() or frame is None:
        return _State(digests={path: digest for path, digest in digests.items() if digest}, frame=None, key=None)
    there = [str((project / folder).is_dir()) for folder in _FOLDERS]
    records = [part for path, digest in digests.items() for part in (path, digest)]
    key = fingerprint("check", program(), frame, *there, repr(strays), *records)
    return _State(digests=digests, frame=frame, key=key)


def _frame_of(project: Path, day: date | None) -> str | None:
    """Return the fingerprint of what records are checked with: options and templates."""
    options = _options(project, day)
    return None if options is None else fingerprint(options, folder_fingerprint(templates_of(project)))


def _options(project: Path, day: date | None) -> str | None:
    """Return the fingerprint of what mkdocs.yml can say to the records; nothing if that must be read to be known."""
    path = project / _CONFIG
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    variables, notices = _ENVIRONMENT.findall(text), _NOTICES.findall(text)
    if "INHERIT" in text or text.count("!ENV") != len(variables) or text.count("retractions") != len(notices):
        return None
    names = sorted({name for given in variables for name in re.findall(r"[A-Za-z_]\w*", given)})
    files = [project / name for name in notices]
    if not all(file.is_file() for file in files):
        return None
    parts = [text, *(f"{name}={os.environ.get(name)}" for name in names), str(day) if files else ""]
    return fingerprint(*parts, *(file.read_bytes() for file in files))


def _digests(project: Path, strays: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield the path of each record and what tells its content from any other; nothing of one that cannot be read."""
    for folder in _FOLDERS:
        for name in record_names(project, folder, strays):
            path = f"{folder}/{name}.yaml"
            try:
                yield path, digest_of(read_bytes(f"{project}/{path}", shown_as=path))
            except RecordError:
                yield path, ""


# ---- as data --------------------------------------------------------------------------------------------------------


def _as_data(problems: tuple[Problem, ...]) -> bytes:
    rows = [
        [one.path, one.line, one.column, one.field, one.code, one.severity.value, one.message, one.advice]
        for one in problems
    ]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8")


def _problems_from(data: bytes) -> tuple[Problem, ...] | None:
    try:
        return tuple([_problem(*row) for row in json.loads(data)])
    except (ValueError, TypeError, RecursionError):
        return None


def _problem(
    path: Any, line: Any, column: Any, field: Any, code: Any, severity: Any, message: Any, advice: Any
) -> Problem:
    texts, numbers = (path, field, code, message, advice), (line, column)
    if not all(type(one) is str for one in texts) or not all(type(one) is int for one in numbers):
        raise TypeError("no problem")
    return Problem(
        path=path,
        line=line,
        column=column,
        field=field,
        code=code,
        severity=Severity(severity),
        message=message,
        advice=advice,
    )
