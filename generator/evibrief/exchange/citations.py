"""Citations for reference managers: RIS and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from evibrief.records.citations import Citation, CitationType, Name

# https://en.wikipedia.org/wiki/RIS_(file_format)#Type_of_reference
_RIS_TYPES = {
    CitationType.ARTICLE: "JOUR",
    CitationType.BOOK: "BOOK",
    CitationType.CHAPTER: "CHAP",
    CitationType.DATASET: "DATA",
    CitationType.REPORT: "RPRT",
    CitationType.THESIS: "THES",
    CitationType.WEBPAGE: "ELEC",
}
_BIBTEX_TYPES = {
    CitationType.ARTICLE: "article",
    CitationType.BOOK: "book",
    CitationType.CHAPTER: "incollection",
    CitationType.REPORT: "techreport",
    CitationType.THESIS: "phdthesis",
}
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_PAGES = re.compile(r"([\w.:]+)\s*[-–]\s*([\w.:]+)")


def ris(citations: Mapping[str, Citation]) -> bytes:
    """Citations by key as a RIS file; fields that the source does not give are left out."""
    lines = [line for key, citation in citations.items() for line in _ris_record(key, citation)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")


def bibtex(citations: Mapping[str, Citation]) -> bytes:
    """Citations by key as a BibTeX file, UTF-8; the key of an entry is that of the mapping."""
    return "\n".join(_bibtex_entry(key, citation) for key, citation in citations.items()).encode("utf-8")


def _ris_record(key: str, citation: Citation) -> Iterator[str]:
    yield _tag("TY", _RIS_TYPES[citation.type])
    yield _tag("ID", key)
    yield from (_tag("AU", _inverted(name)) for name in citation.author)
    start, end = _page_range(citation.page)
    fields = (
        ("TI", citation.title),
        ("T2", citation.container_title),
        ("PY", str(citation.year) if citation.year else None),
        ("DA", _ris_date(citation.issued)),
        ("VL", citation.volume),
        ("IS", citation.issue),
        ("SP", start),
        ("EP", end),
        ("PB", citation.publisher),
        ("ET", citation.version),
        ("DO", citation.doi),
        ("AN", citation.pmid),
        ("C2", citation.pmcid),
        ("UR", citation.url),
        ("N1", citation.note),
    )
    yield from (_tag(tag, value) for tag, value in fields if value)
    yield "ER  - "


def _tag(tag: str, value: str) -> str:
    return f"{tag}  - {_one_line(value)}"


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _inverted(name: Name) -> str:
    return ", ".join(part for part in (name.family, name.given) if part) if name.family else name.literal or ""


def _ris_date(issued: str | None) -> str | None:
    """A date as RIS has it, year/month/day/other; only where more than the year is known."""
    if issued is None or "-" not in issued:
        return None
    parts = issued.split("-")
    return "/".join([*parts, *[""] * (4 - len(parts))])


def _page_range(page: str | None) -> tuple[str | None, str | None]:
    found = _PAGES.fullmatch(page) if page else None
    return (found.group(1), found.group(2)) if found else (page, None)


def _bibtex_entry(key: str, citation: Citation) -> str:
    container = {CitationType.CHAPTER: "booktitle", CitationType.ARTICLE: "journal"}.get(citation.type, "howpublished")
    fields = (
        ("title", citation.title, True),
        ("author", " and ".join(_bibtex_names(citation.author)), False),
        (container, citation.container_title, True),
        ("year", str(citation.year) if citation.year else None, True),
        ("volume", citation.volume, True),
        ("number", citation.issue, True),
        ("pages", citation.page.replace("-", "--") if citation.page else None, True),
        ("publisher", citation.publisher, True),
        ("version", citation.version, True),
        ("doi", _verbatim(citation.doi), False),
        ("pmid", citation.pmid, False),
        ("pmcid", citation.pmcid, False),
        ("url", _verbatim(citation.url), False),
        ("note", citation.note, True),
    )
    lines = [
        f"  {name} = {{{_latex(_one_line(value)) if escaped else value}}}," for name, value, escaped in fields if value
    ]
    return "\n".join([f"@{_BIBTEX_TYPES.get(citation.type, 'misc')}{{{key},", *lines, "}", ""])


def _bibtex_names(names: Iterable[Name]) -> Iterator[str]:
    for name in names:
        # Braces keep a group's name whole, also one with "and" in it.
        yield f"{{{_latex(name.literal)}}}" if name.literal else _latex(_inverted(name))


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)


def _verbatim(address: str | None) -> str | None:
    """A DOI or link, which is printed as it stands, without what would end its field or start a command."""
    return address and address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
