"""An edition: every page and file of the site, made from one state of the records, before any theme frames them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from evibrief.pages.outputs import RenderedPage
from evibrief.publishing.published import Verdict
from evibrief.publishing.sheets import PackedFile, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What a publication is called, and where it stands: ``url`` ends in a slash, or is empty if that is not known."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is published together. ``dated`` is the newest date in the records: the site's own date. ``withdrawn`` are
    the summaries, and ``left_out`` the paths of other records, that are invalid; ``verdicts`` what the others conclude.
    """

    pages: tuple[Sheet, ...]
    files: tuple[PackedFile, ...]
    dated: date
    withdrawn: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def epoch(self) -> int:
        """The edition's date as seconds since 1970, for SOURCE_DATE_EPOCH."""
        return int(datetime.combine(self.dated, time(), tzinfo=UTC).timestamp())

    @property
    def paths(self) -> tuple[str, ...]:
        """The path of every page and file below the site's root."""
        return (*(path_of(sheet.page) for sheet in self.pages), *(file.uri for file in self.files))


def path_of(page: RenderedPage) -> str:
    """The file that holds a page, below the site's root: ``summaries/hope/index.html``."""
    return page.uri if page.uri.endswith(".html") else f"{page.uri}index.html"
