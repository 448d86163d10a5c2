"""Where MkDocs lists the pages of a site: those that pass it by are told to its site map and its search here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_build_date

from evibrief.publishing.ready_pages import searched_html
from evibrief.publishing.sheets import Slip

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SITE_MAP = "sitemap.xml"
SEARCHES = ("material/search", "search")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPage:
    """What a site map prints of a page, by the names that MkDocs gives it."""

    canonical_url: str | None
    abs_url: str | None
    update_date: str
    is_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFile:
    """The file of a page in a site map."""

    page: MappedPage


def mapped(slips: Iterable[Slip], config: MkDocsConfig) -> Iterator[MappedFile]:
    """Yield pages for the template of the site map."""
    for slip in slips:
        url = urljoin(config.site_url, slip.uri) if config.site_url else None
        updated = slip.updated.isoformat() if slip.updated is not None else get_build_date()
        yield MappedFile(page=MappedPage(canonical_url=url, abs_url=url, update_date=updated))


class _SearchedPage:
    """What the search plugin reads of a page: few words of it, so that the index stays small."""

    def __init__(self, slip: Slip) -> None:
        self.title = escape(slip.title)
        self.meta = {"title": self.title}
        self.content = searched_html(slip.search_text)
        self.toc = get_toc([])
        self.url = slip.uri


def search(slips: Iterable[Slip], config: MkDocsConfig) -> None:
    """Tell pages to the search plugin, if there is one, before it writes its index."""
    index = _search_index(config)
    if index is None:
        return
    for slip in slips:
        if slip.search_text:
            index.add_entry_from_context(_SearchedPage(slip))


def _search_index(config: MkDocsConfig) -> Any:
    plugin: Any = next((config.plugins[name] for name in SEARCHES if name in config.plugins), None)
    return getattr(plugin, "search_index", None)
