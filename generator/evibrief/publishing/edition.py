"""An edition: every page and file of the site, made from one state of the records, before any theme frames them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from evibrief.publishing.published import Verdict
from evibrief.publishing.sheets import Leaf, PackedFile, Sheet, Slip
from evibrief.publishing.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """What a publication is called, and where it stands: ``url`` ends in a slash, or is empty if that is not known."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is published together: ``pages`` and ``files`` that stand for the whole, and the ``shelf`` of all others.

    ``dated`` is the newest date in the records: the site's own date. ``withdrawn`` are the summaries, and ``left_out``
    the paths of other records, that are invalid; ``verdicts`` what the others conclude.
    """

    pages: tuple[Sheet, ...]
    files: tuple[PackedFile, ...]
    dated: date
    shelf: Shelf | None = None
    withdrawn: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def epoch(self) -> int:
        """The edition's date as seconds since 1970, for SOURCE_DATE_EPOCH."""
        return int(datetime.combine(self.dated, time(), tzinfo=UTC).timestamp())

    @property
    def slips(self) -> Sequence[Slip]:
        """What is told of each page on the shelf."""
        return self.shelf.slips if self.shelf is not None else ()

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Every page with the files beside it, one after the other."""
        yield from (Leaf(sheet=sheet) for sheet in self.pages)
        if self.shelf is not None:
            yield from self.shelf.leaves

    @property
    def paths(self) -> Iterator[str]:
        """The path of every page and file below the site's root."""
        yield from (path_of(sheet.page.uri) for sheet in self.pages)
        yield from (path_of(slip.uri) for slip in self.slips)
        yield from (file.uri for file in self.files)
        yield from self.paths_beside

    @property
    def paths_beside(self) -> Iterator[str]:
        """The paths of the files beside the pages on the shelf."""
        yield from (uri for slip in self.slips for uri in slip.files)


def path_of(uri: str) -> str:
    """The file that holds the page at an address, below the site's root: ``summaries/hope/index.html``."""
    return uri if uri.endswith(".html") else f"{uri}index.html"
