"""Two states of a project's records: those of a git revision, and those in the folder now.

Only what differs between the two is read, and what is needed to tell it: the affected summaries and their studies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from evibrief.changes.comparison import Records
from evibrief.changes.repository import Repository
from evibrief.errors import Problem, RecordError
from evibrief.publishing.watch import Watch
from evibrief.records.folders import is_record_name, record_names
from evibrief.records.library import STUDIES, SUMMARIES
from evibrief.records.messages import validate
from evibrief.records.reader import Document, parse, parse_bytes, place_in
from evibrief.records.source import read_text
from evibrief.records.study import Study
from evibrief.records.summary import Summary

M = TypeVar("M", Study, Summary)
# Gives the document at a path of the project, or nothing if there is none; raises RecordError if it cannot be read.
_Reader: TypeAlias = Callable[[str], Document | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStates:
    """The records that a comparison needs, before and after.

    ``faults`` are the problems of records of the revision: what cannot be read is missing ``before``.
    """

    revision: str
    before: Records
    after: Records
    faults: tuple[Problem, ...]


def read_states(project: Path, revision: str, watch: Watch | None = None) -> TwoStates:
    """Read what a comparison with a git revision needs; ``watch`` follows the records that are read.

    Raises:
        UsageError: if the folder is not in a git repository, git is missing, or there is no such revision.
        RecordError: with the problems of the records as they are now, as far as they were needed.
    """
    watch = watch or Watch()
    repository = Repository(project)
    changed = repository.changed(revision, (STUDIES, SUMMARIES))
    blobs = repository.contents(revision, changed)
    problems: list[Problem] = []
    now = _reader_of_folder(project)
    then = _reader_of_revision(blobs)
    wanted = _affected(project, changed)
    faults: list[Problem] = []
    pages_now = _models(now, wanted, Summary, problems, watch)
    pages_then = _before(then, wanted, changed, pages_now, Summary, faults)
    # In both states all that either names: a study that a summary no longer names is still there.
    studies = _studies([*pages_now.values(), *pages_then.values()], changed)
    after = Records(summaries=pages_now, studies=_models(now, studies, Study, problems, watch))
    problems += _missing_studies(project, after)
    if problems:
        raise RecordError(problems)
    before = Records(summaries=pages_then, studies=_before(then, studies, changed, after.studies, Study, faults))
    return TwoStates(revision=revision, before=before, after=after, faults=tuple(sorted(faults)))


def _affected(project: Path, changed: Iterable[str]) -> list[str]:
    """Return the paths of summaries that changed, or whose text has the name of a study that changed."""
    affected = {path for path in changed if _is_record(path, SUMMARIES)}
    studies = [_name(path).encode() for path in changed if _is_record(path, STUDIES)]
    for name in record_names(project, SUMMARIES, []) if studies else ():
        path = f"{SUMMARIES}/{name}.yaml"
        text = b"" if path in affected else _bytes(project / path)
        if any(study in text for study in studies):
            affected.add(path)
    return sorted(affected)


def _bytes(path: Path) -> bytes:
    """Return what a file holds; nothing of one that cannot be read, since nothing can be told of it either."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _missing_studies(project: Path, records: Records) -> Iterator[Problem]:
    """Yield a problem for each study that a summary names and that is not there, or cannot be read."""
    for slug, summary in records.summaries.items():
        path = f"{SUMMARIES}/{slug}.yaml"
        for index, name in enumerate(summary.studies):
            if name not in records.studies:
                place = place_in(read_text(project / path, shown_as=path), ("studies", index))
                yield Problem(
                    path=path,
                    line=place.line,
                    column=place.column,
                    field=f"studies.{index}",
                    code="missing-study",
                    message=f"there is no readable study '{name}'",
                    advice=f"see what evibrief check says of {STUDIES}/{name}.yaml",
                )


def _is_record(path: str, folder: str) -> bool:
    parent, _, name = path.rpartition("/")
    return parent == folder and name.endswith(".yaml") and is_record_name(name.removesuffix(".yaml"))


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")


def _reader_of_folder(project: Path) -> _Reader:
    def read(path: str) -> Document | None:
        if not os.path.lexists(project / path):
            return None
        return parse(read_text(project / path, shown_as=path), shown_as=path)

    return read


def _reader_of_revision(blobs: Mapping[str, bytes]) -> _Reader:
    def read(path: str) -> Document | None:
        return parse_bytes(blobs[path], shown_as=path) if path in blobs else None

    return read


def _studies(pages: Iterable[Summary], changed: Iterable[str]) -> list[str]:
    """Return the paths of the studies that some summaries name, and of every changed one."""
    named = {f"{STUDIES}/{study}.yaml" for page in pages for study in page.studies}
    return sorted(named | {path for path in changed if _is_record(path, STUDIES)})


def _before(
    read: _Reader,
    paths: Iterable[str],
    changed: Iterable[str],
    now: Mapping[str, M],
    model: type[M],
    problems: list[Problem],
) -> dict[str, M]:
    """Return the records of a revision: what has not changed since is what it is ``now``."""
    differs = frozenset(changed)
    same = {_name(path): now[_name(path)] for path in paths if path not in differs and _name(path) in now}
    return same | _models(read, [path for path in paths if path in differs], model, problems, Watch())


def _models(read: _Reader, paths: Sequence[str], model: type[M], problems: list[Problem], watch: Watch) -> dict[str, M]:
    found: dict[str, M] = {}
    for path in watch.each("records read", paths, len(paths)):
        try:
            if (document := read(path)) is not None:
                found[_name(path)] = validate(document, model)
        except RecordError as error:
            problems += error.problems
    return found
