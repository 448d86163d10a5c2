"""Retraction notices in the CSV layout of the Retraction Watch data, and which reports of our studies they concern.

The layout: https://www.crossref.org/documentation/retrieve-metadata/retraction-watch/. Of its columns only those that
name the paper, the notice, its kind and its day are read.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path

from evibrief.errors import Problem, Severity, UsageError
from evibrief.records.citations import Report, RetractionStatus
from evibrief.records.library import StudyEntry

COLUMNS = ("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "RetractionDate", "RetractionDOI")
# The database writes month/day/year and an hour; snapshots that went through other programs are in ISO form.
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\b")
# What the database writes where a paper or a notice has no such number.
_NO_NUMBER = frozenset({"", "0", "unavailable", "unavailble"})


class Nature(StrEnum):
    """What a notice does to a paper."""

    RETRACTION = "retraction"
    CONCERN = "expression of concern"
    CORRECTION = "correction"
    REINSTATEMENT = "reinstatement"


_NATURES = frozenset(nature.value for nature in Nature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice about a paper; ``doi`` and ``pmid`` are the paper's, empty where not known, as are date and notice."""

    nature: Nature
    doi: str
    pmid: str
    day: date | None
    notice_doi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All notices of a file, and the day of the newest: how old the file is, as far as it tells."""

    notices: tuple[Notice, ...]

    @property
    def newest(self) -> date | None:
        """The day of the newest notice."""
        return max((notice.day for notice in self.notices if notice.day), default=None)


_RECORDED = {Nature.RETRACTION: RetractionStatus.RETRACTED, Nature.CONCERN: RetractionStatus.CONCERN}


def read_snapshot(path: Path) -> Snapshot:
    """Read a file of notices.

    Raises:
        UsageError: if it cannot be read, or is not laid out like the Retraction Watch data.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be read ({error.strerror})") from None
    # Names in older snapshots are Latin-1; what is read here is ASCII in any case.
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    reader = csv.DictReader(StringIO(text, newline=""))
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise UsageError(f"{path.name}: has no column {', '.join(missing)}; it is not a file of Retraction Watch")
        return Snapshot(notices=tuple(_notices(reader)))
    except csv.Error as error:
        raise UsageError(f"{path.name}: is not a table ({error})") from None


def _notices(rows: Iterable[dict[str, str | None]]) -> Iterator[Notice]:
    for row in rows:
        cells = {name: (row[name] or "").strip() for name in COLUMNS}
        nature = cells["RetractionNature"].lower()
        if nature not in _NATURES:
            continue
        yield Notice(
            nature=Nature(nature),
            doi=_number(cells["OriginalPaperDOI"]).removeprefix("https://doi.org/"),
            pmid=_number(cells["OriginalPaperPubMedID"]),
            day=_day(cells["RetractionDate"]),
            notice_doi=_number(cells["RetractionDOI"]),
        )


def _number(text: str) -> str:
    lowered = text.casefold()
    return "" if lowered in _NO_NUMBER else lowered


def _day(text: str) -> date | None:
    if found := _AMERICAN.match(text):
        month, day, year = (int(part) for part in found.groups())
    elif found := _ISO.match(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def concerned(studies: Iterable[StudyEntry], snapshot: Snapshot) -> tuple[Problem, ...]:
    """One problem for each report that a notice concerns: an error or a warning until the record says so, then a hint.

    Of several notices about a paper the newest counts; corrections only where there is nothing else.
    """
    by_number: dict[str, list[Notice]] = defaultdict(list)
    for notice in snapshot.notices:
        for number in {notice.doi, notice.pmid} - {""}:
            by_number[number].append(notice)
    found = []
    for entry in studies:
        for index, report in enumerate(entry.study.reports):
            numbers = [number.casefold() for number in (report.doi, report.pmid) if number]
            about = [notice for number in numbers for notice in by_number.get(number, ())]
            if about:
                found.append(_problem(entry, index, report, _decisive(about)))
    return tuple(sorted(found))


def _decisive(notices: Sequence[Notice]) -> Notice:
    return max(notices, key=lambda notice: (notice.nature is not Nature.CORRECTION, notice.day or date.min))


def _problem(entry: StudyEntry, index: int, report: Report, notice: Notice) -> Problem:
    place = entry.place(("reports", index))
    recorded = report.retraction.status if report.retraction else RetractionStatus.NONE
    expected = _RECORDED.get(notice.nature)
    severity = Severity.HINT
    if expected is not None and recorded is not expected and report.role.is_own:
        severity = Severity.ERROR if expected is RetractionStatus.RETRACTED else Severity.WARNING
    day = f" of {notice.day.isoformat()}" if notice.day else ""
    where = f" (doi:{notice.notice_doi})" if notice.notice_doi else ""
    told = "which the record says" if expected in (None, recorded) else f"but the record says '{recorded}'"
    advice = "" if expected in (None, recorded) else f"read the notice and write retraction: with status: {expected}"
    return Problem(
        path=entry.path,
        line=place.line,
        column=place.column,
        field=f"reports.{index}",
        code="retraction-notice",
        severity=severity,
        message=f"there is a notice of {notice.nature}{day}{where}" + (f", {told}" if expected else ""),
        advice=advice,
    )
