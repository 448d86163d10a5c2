"""XML from strangers: no entities, no document type of its own, no files but the one given, and limits on size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .drafts import refused

# A review with 500 studies is about 10 MB; PubMed's own files of 30,000 records about 200 MB, in parts.
MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 3_000_000
_INLINE = frozenset({"i", "b", "u", "em", "strong", "sub", "sup", "link", "a", "math"})


def parse_xml(data: bytes, shown_as: str) -> Element:
    """Return the root of a document.

    A document type without definitions of its own (PubMed's) is passed over, never fetched.

    Raises:
        RecordError: one line, if it is not complete XML, defines entities, or goes beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise refused(shown_as, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "export it in parts")
    builder = _Builder(shown_as)
    try:
        return builder.parse(data)
    except expat.ExpatError as error:
        what = re.sub(r": line \d+, column \d+$", "", str(error))
        advice = "the file may be cut off; export or download it again"
        raise refused(shown_as, f"not complete XML ({what})", advice, line=error.lineno) from None
    except (LookupError, ValueError):  # an encoding that Python does not have
        raise refused(shown_as, "the file's encoding is not known", "save it as UTF-8") from None


class _Builder:
    def __init__(self, shown_as: str) -> None:
        self._shown_as = shown_as
        self._tree = TreeBuilder()
        self._depth = 0
        self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._tree.data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity

    def parse(self, data: bytes) -> Element:
        self._parser.Parse(data, True)
        return self._tree.close()

    def _refuse(self, message: str) -> NoReturn:
        advice = "it is not a file that the export of a review or of PubMed makes"
        raise refused(self._shown_as, message, advice, line=self._parser.CurrentLineNumber)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            self._refuse(f"nested more than {MAX_DEPTH} levels deep")
        if self._elements > MAX_ELEMENTS:
            self._refuse(f"more than {MAX_ELEMENTS:,} elements")
        self._tree.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def _doctype(self, name: str, system: str | None, public: str | None, has_definitions: int) -> None:
        if has_definitions:
            self._refuse("the file brings a document type definition of its own")

    def _entity(self, *declared: object) -> None:
        self._refuse("the file defines or uses XML entities")


def text_of(element: Element | None) -> str:
    """Return all text within an element on one line; paragraphs and cells are set apart, italics are not."""
    return "" if element is None else " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        apart = "" if child.tag.casefold() in _INLINE else " "
        yield apart
        yield from _texts(child)
        yield apart
        yield child.tail or ""
