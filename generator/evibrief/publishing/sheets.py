"""Pages and files as they wait for the theme: packed, so that those of a large site fit in memory, and kept as data."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from evibrief.exchange.csv_tables import Cell
from evibrief.pages.findings_table import CertaintyBadge
from evibrief.pages.lists import Note, PastChange
from evibrief.pages.outputs import Heading, RenderedFile, RenderedPage
from evibrief.pages.study_list import StudyRow
from evibrief.records.summary import Status

# The fastest level takes nine tenths off a page; the best would take a little more in four times the time.
_LEVEL = 1
_SIZE = 4

# What reading raises of data that nothing here has written.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page without its body, and the body packed."""

    page: RenderedPage
    packed: bytes

    @property
    def body(self) -> str:
        """The finished HTML of the page."""
        return zlib.decompress(self.packed).decode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """A file to be written as it is. ``uri`` is below the site's root."""

    uri: str
    packed: bytes

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return zlib.decompress(self.packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page, and the files beside it."""

    sheet: Sheet
    files: tuple[PackedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is told of a page where the page itself is not wanted: so little that those of a large site fit in memory.

    ``key`` is where the page and its files are kept, ``files`` are the addresses of these; ``note`` and ``findings``
    are a summary's, ``listed`` is what lists tell of a study.
    """

    key: str
    uri: str
    title: str
    search_text: str = ""
    record: str | None = None
    updated: date | None = None
    files: tuple[str, ...] = ()
    note: Note | None = None
    findings: tuple[Mapping[str, str | None], ...] = ()
    listed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """All that one summary gives: its page, the files beside it, what other pages tell of it, and its findings."""

    note: Note
    findings: tuple[Mapping[str, str | None], ...]
    sheet: Sheet
    files: tuple[PackedFile, ...]


def pack_page(page: RenderedPage) -> Sheet:
    """Pack a page; what it offers beside itself is packed as files."""
    return Sheet(page=replace(page, body="", files=()), packed=zlib.compress(page.body.encode("utf-8"), _LEVEL))


def pack_file(file: RenderedFile) -> PackedFile:
    """Pack a file."""
    return PackedFile(uri=file.uri, packed=zlib.compress(file.content, _LEVEL))


def sheet_as_bytes(sheet: Sheet, listed: str = "") -> bytes:
    """A page as data to be kept or sent, with what lists tell of it."""
    return _joined(_head(sheet.page) | {"listed": listed}, [sheet.packed])


def sheet_from(data: bytes) -> Sheet:
    """Read what :func:`sheet_as_bytes` wrote."""
    head, (packed,) = _parted(data)
    return Sheet(page=_page(head), packed=packed)


def chapter_as_bytes(chapter: Chapter) -> bytes:
    """A chapter as data to be kept or sent."""
    head = {
        "page": _head(chapter.sheet.page),
        "note": _note(chapter.note),
        "findings": chapter.findings,
        "files": [file.uri for file in chapter.files],
    }
    return _joined(head, [chapter.sheet.packed, *(file.packed for file in chapter.files)])


def chapter_from(data: bytes) -> Chapter:
    """Read what :func:`chapter_as_bytes` wrote."""
    head, _ = _parted(data)
    leaf = leaf_from(data)
    note, findings = _note_from(head["note"]), tuple(head["findings"])
    return Chapter(note=note, findings=findings, sheet=leaf.sheet, files=leaf.files)


def leaf_from(data: bytes) -> Leaf:
    """Read the page and the files of what :func:`sheet_as_bytes` or :func:`chapter_as_bytes` wrote."""
    head, (body, *contents) = _parted(data)
    files = tuple(PackedFile(uri=uri, packed=part) for uri, part in zip(head["files"], contents, strict=True))
    return Leaf(sheet=Sheet(page=_page(head.get("page", head)), packed=body), files=files)


def listed_of(row: StudyRow, line: Mapping[str, Cell]) -> str:
    """What lists tell of a study, as data: its row on the page of all studies, its line in their table."""
    return json.dumps([asdict(row), line], ensure_ascii=False)


def rows_of(slips: Iterable[Slip]) -> Iterator[StudyRow]:
    """Yield the row of each study among slips."""
    for slip in slips:
        if slip.listed:
            yield StudyRow(**json.loads(slip.listed)[0])


def lines_of(slips: Iterable[Slip]) -> Iterator[Mapping[str, Cell]]:
    """Yield the line of each study among slips."""
    for slip in slips:
        if slip.listed:
            yield json.loads(slip.listed)[1]


def slip_of(sheet: Sheet, note: Note | None = None, listed: str = "") -> Slip:
    """What is told of a page at hand, which need not be kept anywhere."""
    page = sheet.page
    return Slip(
        key="",
        uri=page.uri,
        title=page.title,
        search_text=page.search_text,
        record=page.record,
        updated=page.updated,
        note=note,
        listed=listed,
    )


def slip_as_bytes(data: bytes) -> bytes:
    """What is told of a page, taken from what :func:`sheet_as_bytes` or :func:`chapter_as_bytes` wrote of it."""
    head, _ = _parted(data)
    page = head.get("page", head)
    told = {name: page[name] for name in ("uri", "title", "search_text", "record", "updated")}
    more = {name: head[name] for name in ("files", "note", "findings", "listed") if name in head}
    return json.dumps(told | more, ensure_ascii=False).encode("utf-8")


def slip_from(data: bytes, key: str) -> Slip:
    """Read what :func:`slip_as_bytes` wrote of a page that is kept under a key.

    Raises:
        ValueError: if a file stands elsewhere than below its page; others of :data:`MALFORMED`.
    """
    told = json.loads(data)
    if any(not uri.startswith(told["uri"]) or ".." in uri.split("/") for uri in told["files"]):
        raise ValueError(f"a file beside {told['uri']} stands elsewhere")
    note = told.pop("note", None)
    told["updated"] = date.fromisoformat(told["updated"]) if told["updated"] else None
    told["files"], told["findings"] = tuple(told["files"]), tuple(told.get("findings", ()))
    return Slip(key=key, note=_note_from(note) if note is not None else None, **told)


def _note(note: Note) -> dict[str, Any]:
    return {
        **asdict(note),
        "published": note.published.isoformat(),
        "updated": note.updated.isoformat(),
        "history": [[past.day.isoformat(), past.kind, past.text] for past in note.history],
    }


def _note_from(told: dict[str, Any]) -> Note:
    badge, history = told["certainty"], told["history"]
    read = {
        "status": Status(told["status"]),
        "published": date.fromisoformat(told["published"]),
        "updated": date.fromisoformat(told["updated"]),
        "history": tuple(PastChange(day=date.fromisoformat(day), kind=kind, text=text) for day, kind, text in history),
        "studies": tuple(told["studies"]),
        "certainty": CertaintyBadge(**badge) if badge else None,
    }
    return Note(**(told | read))


def _head(page: RenderedPage) -> dict[str, Any]:
    return {**asdict(page), "updated": page.updated.isoformat() if page.updated else None}


def _page(head: dict[str, Any]) -> RenderedPage:
    headings = tuple(Heading(**heading) for heading in head["headings"])
    updated = date.fromisoformat(head["updated"]) if head["updated"] else None
    told = {name: value for name, value in head.items() if name != "listed"}
    return RenderedPage(**{**told, "headings": headings, "updated": updated, "files": ()})


def _joined(head: dict[str, Any], parts: Sequence[bytes]) -> bytes:
    """Pieces one after the other, each after its length."""
    pieces = [json.dumps(head, ensure_ascii=False).encode("utf-8"), *parts]
    return b"".join(len(piece).to_bytes(_SIZE, "big") + piece for piece in pieces)


def _parted(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    pieces, at = [], 0
    while at < len(data):
        start = at + _SIZE
        at = start + int.from_bytes(data[at:start], "big")
        pieces.append(data[start:at])
    return json.loads(pieces[0]), pieces[1:]
