"""The pinned file of retraction notices with which a publication compares its reports, if mkdocs.yml names one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evibrief.errors import Problem, RecordError, Severity, UsageError
from evibrief.exchange.retraction_notices import Snapshot, concerned, read_snapshot
from evibrief.pages.methods_page import ComparedNotices
from evibrief.publishing.options import CONFIG, PLUGIN, config_of_project
from evibrief.records.library import StudyEntry

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

RETRACTIONS = "retractions"
# Days; the project's own choice.
OLDEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedNotices:
    """A file of notices; ``path`` is below the project."""

    path: str
    snapshot: Snapshot

    def compared(self, today: date) -> ComparedNotices:
        """What the page on methods tells of it."""
        newest = self.snapshot.newest
        age = None if newest is None else max((today - newest).days, 0)
        return ComparedNotices(notices=len(self.snapshot.notices), newest=newest, age=age, today=today)


def pinned_notices(config: MkDocsConfig) -> PinnedNotices | None:
    """Read the file that a configuration names.

    Raises:
        UsageError: if it lies outside the project, or is no file of notices.
    """
    plugin = config.plugins.get(PLUGIN)
    given = plugin.config.get(RETRACTIONS) if plugin else None
    if given is None:
        return None
    root = Path(config.config_file_path).resolve().parent
    path = root / str(given)
    if path.is_symlink() or not path.resolve().is_relative_to(root):
        raise UsageError(f"{CONFIG}: retractions: '{given}' is not a file of this project")
    return PinnedNotices(path=str(given), snapshot=read_snapshot(path))


def pinned_notices_of_project(project: Path) -> PinnedNotices | None:
    """Read the file that the mkdocs.yml of a project names, if it names one. Raises as :func:`pinned_notices`."""
    config = config_of_project(project, (RETRACTIONS, "INHERIT"))
    return pinned_notices(config) if config is not None else None


def refuse_unrecorded(studies: Iterable[StudyEntry], pinned: PinnedNotices | None) -> None:
    """Compare reports with the notices.

    Raises:
        RecordError: with each retracted report whose record does not say so.
    """
    found = concerned(studies, pinned.snapshot) if pinned else ()
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if errors:
        raise RecordError(errors)


def problems_of_notices(studies: Iterable[StudyEntry], pinned: PinnedNotices | None, today: date) -> list[Problem]:
    """Return what the notices say of reports, and whether the file is too old to say much."""
    if pinned is None:
        return []
    found = list(concerned(studies, pinned.snapshot))
    age = pinned.compared(today).age
    if age is None or age > OLDEST:
        old = "no notice in it has a day" if age is None else f"its newest notice is {age} days old"
        found.append(
            Problem(
                path=pinned.path,
                line=1,
                column=1,
                field="",
                code="retractions-old",
                severity=Severity.WARNING,
                message=f"{old}; reports may have been retracted since",
                advice="put a newer file of the Retraction Watch data in its place",
            )
        )
    return found
