"""BibTeX and BibLaTeX files: entries, braces, quotes, joined strings, and the accents of TeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from .csv_text import decoded
from .drafts import Imported, Report, refused, tidy
from .names import person
from .reference_drafts import MONTHS, Reference, citation, drafted_references
from .review_drafts import Progress

_TYPES = {
    "book": "book", "inbook": "chapter", "incollection": "chapter", "inproceedings": "chapter", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report", "dataset": "dataset",
    "online": "webpage", "misc": "",
}  # fmt: skip
_MONTHS = {name: f"{i:02}" for i, name in enumerate(MONTHS, start=1)}
# TeX's accents as combining characters, and its letters.
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å",
    "AA": "Å", "i": "i", "j": "j", "textendash": "–", "textemdash": "—", "textquoteright": "’",
}  # fmt: skip
_USED = frozenset({
    "author", "title", "journal", "journaltitle", "booktitle", "year", "date", "month", "volume", "number",
    "issue", "pages", "publisher", "school", "institution", "doi", "pmid", "pmcid", "url", "eprint",
    "eprinttype", "note", "edition", "version",
})  # fmt: skip
_IGNORED = frozenset({
    "abstract", "keywords", "file", "issn", "isbn", "language", "address", "urldate", "editor",
    "mendeley-groups", "series",
})  # fmt: skip


def read_bibtex(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return a draft study for each entry of a BibTeX file.

    Raises:
        RecordError: one line, if the file holds no entry, or ends within one.
    """
    report = Report()
    entries = _Reader(decoded(data, shown_as), shown_as).entries()
    if not entries:
        raise refused(shown_as, "not a BibTeX file", "each entry of one starts with @, such as @article{")
    for name in sorted({name for entry in entries for name in entry.fields} - _USED - _IGNORED):
        report.add(f"the BibTeX field {name} was left out")
    references = [_reference(entry) for entry in entries]
    return drafted_references(references, tidy(shown_as), "BibTeX", report, progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    kind: str
    fields: Mapping[str, str]


class _Reader:
    """Reads entries one character after the other; every step moves forward, so that it ends."""

    def __init__(self, text: str, shown_as: str) -> None:
        self._text = text
        self._shown_as = shown_as
        self._at = 0
        self._strings: dict[str, str] = dict(_MONTHS)

    def entries(self) -> list[_Entry]:
        found = []
        while (start := self._text.find("@", self._at)) >= 0:
            self._at = start + 1
            kind = self._word().casefold()
            self._space()
            if not kind or self._peek() not in "{(" or not self._peek():
                continue
            closing = ")" if self._peek() == "(" else "}"
            self._at += 1
            if kind in ("comment", "preamble"):
                self._skip(closing)
            elif kind == "string":
                self._strings |= self._fields(closing)
            else:
                self._key()
                found.append(_Entry(kind=kind, fields=self._fields(closing)))
        return found

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _space(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _word(self) -> str:
        self._space()
        found = re.compile(r"[^\s{}()=,#\"@]+").match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found.group()

    def _key(self) -> None:
        found = re.compile(r"[^,}]*,?").match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fields(self, closing: str) -> dict[str, str]:
        fields: dict[str, str] = {}
        while True:
            self._space()
            char = self._peek()
            if char == closing:
                self._at += 1
                return fields
            if char == ",":
                self._at += 1
                continue
            name = self._word().casefold()
            self._space()
            if not name or self._peek() != "=":
                raise self._broken()
            self._at += 1
            fields.setdefault(name, self._value())

    def _value(self) -> str:
        parts = [self._part()]
        self._space()
        while self._peek() == "#":
            self._at += 1
            parts.append(self._part())
            self._space()
        return "".join(parts)

    def _part(self) -> str:
        self._space()
        if self._peek() in ("{", '"') and self._peek():
            return self._delimited(self._peek())
        word = self._word()
        if not word:
            raise self._broken()
        return self._strings.get(word.casefold(), word)

    def _delimited(self, opening: str) -> str:
        start = self._at + 1
        self._at += 1
        depth = 0
        while char := self._peek():
            if char == "\\":
                self._at += 2
                continue
            if depth == 0 and char == ("}" if opening == "{" else '"'):
                self._at += 1
                return self._text[start : self._at - 1]
            depth += {"{": 1, "}": -1}.get(char, 0)
            self._at += 1
        raise self._broken()

    def _skip(self, closing: str) -> None:
        end = self._text.find(closing, self._at)
        self._at = end + 1 if end >= 0 else len(self._text)

    def _broken(self) -> Exception:
        line = self._text.count("\n", 0, min(self._at, len(self._text))) + 1
        message = "the file ends within an entry" if self._at >= len(self._text) else "expected 'name = value,'"
        return refused(self._shown_as, message, "it may be cut off; export it again", line=line)


def _reference(entry: _Entry) -> Reference:
    fields = {name: plain(value) for name, value in entry.fields.items()}
    raw = entry.fields.get("author", "")
    authors = [person(_as_family_first(name)) for name in _authors(raw)]
    month = fields.get("month", "")[:3].casefold()
    issued = fields.get("date") or "-".join(
        part for part in (fields.get("year", ""), _MONTHS.get(month, month if month.isdigit() else "")) if part
    )
    is_pubmed = fields.get("eprinttype", "").casefold() in ("pubmed", "pmid")
    return Reference(
        citation=citation(
            kind=_TYPES.get(entry.kind, ""),
            title=fields.get("title", ""),
            authors=authors,
            journal=fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle", ""),
            issued=issued,
            volume=fields.get("volume", ""),
            issue=fields.get("number") or fields.get("issue", ""),
            page=re.sub(r"\s*-{2,}\s*|–", "-", fields.get("pages", "")),
            publisher=fields.get("publisher") or fields.get("school") or fields.get("institution", ""),
            doi=fields.get("doi", ""),
            pmid=fields.get("pmid") or (fields.get("eprint", "") if is_pubmed else ""),
            pmcid=fields.get("pmcid", ""),
            url=fields.get("url", ""),
        )
    )


def _authors(raw: str) -> list[str]:
    """Return the names of a list, which `and` separates where it stands outside braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", raw):
        if found.group() == "{":
            depth += 1
        elif found.group() == "}":
            depth -= 1
        elif depth == 0:
            names.append(raw[start : found.start()])
            start = found.end()
    names.append(raw[start:])
    return [name.strip() for name in names if name.strip() and name.strip().casefold() != "others"]


def _as_family_first(name: str) -> str:
    if re.fullmatch(r"\{.*\}", name, re.DOTALL) or "," in name:
        return plain(name)
    first, _, last = plain(name).rpartition(" ")
    return f"{last}, {first}" if first else last


def plain(text: str) -> str:
    """Return the text behind TeX: accents composed, commands and braces gone."""

    def accented(found: re.Match[str]) -> str:
        letter = {"\\i": "i", "\\j": "j"}.get(found[2], found[2])
        return unicodedata.normalize("NFC", letter + _ACCENTS[found[1]])

    text = re.sub(r"\\([`'^~\"=.])\s*\{?(\\[ij]|[A-Za-z])\}?", accented, text)
    text = re.sub(r"\\([uvHckrdb])(?:\{(\\[ij]|[A-Za-z])\}|\s+([A-Za-z]))", _named_accent, text)
    text = re.sub(r"\\([A-Za-z]+)(?:\s+|\{\}|(?=[^A-Za-z]|$))", lambda found: _LETTERS.get(found[1], ""), text)
    text = re.sub(r"\\([&%$#_{} ])", r"\1", text)
    text = text.replace("~", " ").replace("---", "—")
    return tidy(text.replace("{", "").replace("}", ""))


def _named_accent(found: re.Match[str]) -> str:
    letter = found[2] or found[3]
    letter = {"\\i": "i", "\\j": "j"}.get(letter, letter)
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1]])
