"""The search index in parts: a reader loads what a question needs, however many pages there are.

The theme's search loads the text of all pages into every page that is opened, and sorts its words anew each time. Here
the words are sorted once, when the site is built: files of words, in alphabetical order, each word with the pages that
hold it; and files with what is shown of a page. ``assets/search-worker.js`` reads them when somebody searches.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

from evibrief.publishing.sheets import Slip

FOLDER = "search/"
# What the theme loads with every page; its words are elsewhere.
SEARCH_INDEX = f"{FOLDER}search_index.json"
PARTS = f"{FOLDER}parts.json"
WORKER = "assets/search-worker.js"

# A word is found in one file of about this many bytes, which travels at a quarter of that.
_BYTES_OF_WORDS = 32_000
# Pages whose titles and texts share a file: a page of results loads a few of these.
_PAGES_PER_FILE = 16
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    location: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page as it is searched: its own title and text, and its sections."""

    head: _Section
    sections: tuple[_Section, ...]


def divide_search(site: Path, slips: Iterable[Slip] = ()) -> None:
    """Divide the index of a built site, if its pages ask for the parts; another theme's search reads it whole.

    ``slips`` tell of pages that the index does not hold.
    """
    path = site / SEARCH_INDEX
    if not path.is_file() or not asks_for_parts(site):
        return
    for name, content in divided(json.loads(path.read_text(encoding="utf-8")), slips).items():
        file = site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def asks_for_parts(site: Path) -> bool:
    """Whether the pages of a site search with our script: a publication may have a frame of its own."""
    page = site / "404.html"
    return page.is_file() and WORKER in page.read_text(encoding="utf-8")


def divided(document: Mapping[str, Any], slips: Iterable[Slip] = ()) -> dict[str, bytes]:
    """Return the files of an index as the search plugin writes it, and of ``slips``, by their paths below the root."""
    pages = sorted((*_pages(document["docs"]), *_told(slips)), key=_standing)
    words = list(_files_of_words(_postings(pages)))
    shown = [
        _json([_as_shown(page) for page in pages[start : start + _PAGES_PER_FILE]])
        for start in range(0, len(pages), _PAGES_PER_FILE)
    ]
    edition = sha256(b"\0".join([*(content for _, content in words), *shown])).hexdigest()[:12]
    parts = {
        "edition": edition,
        "pages": len(pages),
        "pages_per_file": _PAGES_PER_FILE,
        "words": [first for first, _ in words],
    }
    folder = f"{FOLDER}{edition}/"
    return {
        SEARCH_INDEX: emptied(document),
        PARTS: _json(parts),
        **{f"{folder}words-{number}.json": content for number, (_, content) in enumerate(words)},
        **{f"{folder}pages-{number}.json": content for number, content in enumerate(shown)},
    }


def emptied(document: Mapping[str, Any]) -> bytes:
    """Return the index without its pages: what the theme needs to begin with."""
    return _json({**document, "docs": []})


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: without accents, in small letters. The script does the same."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M"))
    return _WORD.findall(text.lower())


def _pages(entries: Iterable[Mapping[str, Any]]) -> Iterator[_Page]:
    """The pages of an index, each with its sections, which follow it there."""
    found: dict[str, list[_Section]] = defaultdict(list)
    for entry in entries:
        section = _Section(location=entry["location"], title=_plain(entry["title"]), text=_plain(entry["text"]))
        found[section.location.partition("#")[0]].append(section)
    for location, sections in found.items():
        own = [section for section in sections if section.location == location]
        head = own[0] if own else _Section(location=location, title=sections[0].title, text="")
        yield _Page(head=head, sections=tuple(section for section in sections if section is not head))


def _told(slips: Iterable[Slip]) -> Iterator[_Page]:
    """Pages without sections; their words are the slips' own, which would else lie in memory twice."""
    for slip in slips:
        if slip.search_text:
            head = _Section(location=slip.uri, title=_tidy(slip.title), text=_tidy(slip.search_text))
            yield _Page(head=head, sections=())


def _tidy(text: str) -> str:
    tidy = " ".join(text.split())
    return text if tidy == text else tidy


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _standing(page: _Page) -> tuple[int, str]:
    """Of pages that fit alike, summaries come first and studies last."""
    location = page.head.location
    kind = 0 if location.startswith("summaries/") else 2 if location.startswith("studies/") else 1
    return kind, location


def _postings(pages: Sequence[_Page]) -> dict[str, array[int]]:
    """The pages that hold a word, by number: twice the number, and one more where the word is in the title."""
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for number, page in enumerate(pages):
        titled = set(words_of(page.head.title))
        texts = [page.head.text, *(part for section in page.sections for part in (section.title, section.text))]
        for word in titled | {word for text in texts for word in words_of(text)}:
            found[word].append(2 * number + (word in titled))
    return found


def _files_of_words(postings: Mapping[str, array[int]]) -> Iterator[tuple[str, bytes]]:
    """Files of words in the order in which the script compares them, each with its first word."""
    waiting: list[str] = []
    first, size = "", 0
    for word in sorted(postings, key=lambda word: word.encode("utf-16-be")):
        line = f"{json.dumps(word, ensure_ascii=False)}:{_json(_steps(postings[word])).decode()}"
        if waiting and size + len(line) > _BYTES_OF_WORDS:
            yield first, f"{{{','.join(waiting)}}}".encode()
            waiting, size = [], 0
        if not waiting:
            first = word
        waiting.append(line)
        size += len(line)
    if waiting:
        yield first, f"{{{','.join(waiting)}}}".encode()


def _steps(values: Sequence[int]) -> list[int]:
    """From each value to the next: small numbers, which travel well."""
    return [value - before for value, before in zip(values, [0, *values[:-1]], strict=True)]


def _as_shown(page: _Page) -> list[Any]:
    """Location, title, text and the same of each section, without names that would be repeated for every page."""
    head = [page.head.location, page.head.title, page.head.text]
    return [*head, [[section.location, section.title, section.text] for section in page.sections]]


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
