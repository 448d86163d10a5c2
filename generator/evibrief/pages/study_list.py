"""The list of all studies: one page for some hundreds; for more, a page of contents and pages of ranges of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evibrief.pages import formats
from evibrief.pages.division import Turning, page_of, pages_needed, turning
from evibrief.pages.links import STUDIES, Link, relative, study_uri, summary_uri
from evibrief.pages.rendering import Renderer
from evibrief.pages.study_page import Use
from evibrief.records.study import Study

# So many lines weigh 300 kB, some 20 kB on their way: no more than a summary with its plots.
MOST_LINES = 500
# The list of all studies, for spreadsheets.
STUDIES_FILE = "studies.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A study in the list of all studies. ``keys`` are what the filter looks in, in small letters."""

    study: Link
    title: str
    design: str
    year: str
    people: str
    countries: str
    summaries: tuple[Link, ...]
    notice: str
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRange:
    """A page of the divided list: the labels of its first and last study, and how many it has."""

    href: str
    first: str
    last: str
    studies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiesPage:
    """The context of ``studies.html.j2``."""

    studies: tuple[StudyLine, ...] = field(metadata={"help": "The studies of this page, by label; none on contents."})
    ranges: tuple[StudyRange, ...] = field(metadata={"help": "The pages of a divided list, on its page of contents."})
    turning: Turning | None = field(metadata={"help": "Where this page stands in a divided list; else missing."})
    total: int = field(metadata={"help": "How many studies there are in all."})
    contents_href: str = field(metadata={"help": "Link to the page that the list begins with."})
    designs: tuple[str, ...] = field(metadata={"help": "Designs that occur here, by name, for the filter."})
    csv_href: str = field(metadata={"help": "Link to the whole list as a file."})


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """What the list tells of a study by itself: so little that the rows of a large publication fit in memory."""

    id: str
    label: str
    title: str
    design: str
    year: str
    people: int | None
    countries: str
    notice: str


class StudyList:
    """The pages of the list, by address."""

    def __init__(self, rows: Sequence[StudyRow], uses: Mapping[str, Sequence[Use]], renderer: Renderer) -> None:
        """``uses`` has the summaries of each study."""
        self._uses, self._renderer = uses, renderer
        self._rows = tuple(sorted(rows, key=lambda row: (row.label.casefold(), row.id)))
        pages = pages_needed(len(rows), MOST_LINES)
        # No study has an address below another one's.
        self._parts = tuple(f"{STUDIES}all/{number}/" for number in range(1, pages + 1)) if pages > 1 else ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address of each page, that of all studies first."""
        return (STUDIES, *self._parts)

    def page(self, uri: str) -> StudiesPage:
        """Return the context of a page."""
        number = self._parts.index(uri) + 1 if uri in self._parts else 0
        rows = self._part(number) if number else () if self._parts else self._rows
        return StudiesPage(
            studies=tuple(self._line(row, uri) for row in rows),
            ranges=() if number else tuple(map(self._range, range(1, len(self._parts) + 1))),
            turning=turning(self._parts, number) if number else None,
            total=len(self._rows),
            contents_href=relative(uri, STUDIES),
            designs=tuple(sorted({row.design for row in rows})),
            csv_href=relative(uri, STUDIES_FILE),
        )

    def _part(self, number: int) -> Sequence[StudyRow]:
        return page_of(self._rows, number, len(self._parts))

    def _range(self, number: int) -> StudyRange:
        rows = self._part(number)
        return StudyRange(
            href=relative(STUDIES, self._parts[number - 1]),
            first=rows[0].label,
            last=rows[-1].label,
            studies=len(rows),
        )

    def _line(self, row: StudyRow, at: str) -> StudyLine:
        uses = self._uses.get(row.id, ())
        words = (row.label, row.title, row.design, row.year, row.countries, *(summary.title for summary in uses))
        return StudyLine(
            study=Link(text=row.label, href=relative(at, study_uri(row.id))),
            title=row.title,
            design=row.design,
            year=row.year,
            people="" if row.people is None else formats.count(row.people, self._renderer.language),
            countries=row.countries,
            summaries=tuple(Link(text=summary.title, href=relative(at, summary_uri(summary.slug))) for summary in uses),
            notice=row.notice,
            keys=" ".join(words).casefold(),
        )


def study_row(study: Study) -> StudyRow:
    """Return what the list tells of a study."""
    return StudyRow(
        id=study.id,
        label=study.label,
        title=study.title or "",
        design=study.design.value,
        year=str(study.year or ""),
        people=study.n_randomised,
        countries=", ".join(study.countries),
        notice=study.notice.status.replace("-", " ") if study.notice else "",
    )
