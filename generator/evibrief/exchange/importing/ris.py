"""RIS files, as reference managers, PubMed, Scopus and Embase export them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .csv_text import decoded
from .drafts import Imported, Report, refused, tidy
from .names import person
from .reference_drafts import Reference, citation, drafted_references
from .review_drafts import Progress

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?")
_TYPES = {
    "BOOK": "book", "CHAP": "chapter", "THES": "thesis", "RPRT": "report", "DATA": "dataset", "ELEC": "webpage",
    "WEB": "webpage",
}  # fmt: skip
# Tags whose content is mapped, or is of no use to a record.
_KNOWN = frozenset({
    "TY", "ER", "AU", "A1", "A2", "A3", "TI", "T1", "T2", "JO", "JF", "JA", "J1", "J2", "PY", "Y1", "DA", "VL",
    "IS", "SP", "EP", "DO", "UR", "L1", "L2", "AN", "N1", "N2", "AB", "KW", "PB", "CY", "SN", "ID", "LA", "DB",
    "DP", "C1", "C2", "C6", "CN", "M1", "M2", "M3", "ST", "Y2", "AD", "U1", "U2", "LB", "BT", "ED", "CP", "PMID",
})  # fmt: skip
_REGISTER = re.compile(r"\b(NCT\d{8}|ISRCTN\d{8})\b")


def read_ris(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return a draft study for each reference of a RIS file.

    Raises:
        RecordError: one line, if the file is not RIS, or ends within a reference.
    """
    report = Report()
    entries = list(_entries(decoded(data, shown_as), shown_as, report))
    references = [_reference(entry) for entry in entries]
    return drafted_references(references, tidy(shown_as), "RIS", report, progress)


_Entry = Mapping[str, list[str]]


def _entries(text: str, shown_as: str, report: Report) -> Iterator[_Entry]:
    entry: dict[str, list[str]] = {}
    last = ""
    found = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        match = _TAG.fullmatch(raw.rstrip())
        tag, value = (match[1], match[2] or "") if match else ("", raw.strip())
        if not entry and tag != "TY":
            if raw.strip() and not found:
                raise refused(shown_as, "not a RIS file", "each reference of one starts with 'TY  - '", line=number)
            continue
        if tag == "ER":
            found += 1
            yield entry
            entry, last = {}, ""
        elif tag == "TY" and entry:
            raise refused(shown_as, "a reference starts before the last one ends with 'ER  - '", line=number)
        elif tag:
            entry.setdefault(tag, []).append(value.strip())
            last = tag
            if tag not in _KNOWN:
                report.add(f"the RIS field {tag} was left out")
        elif value and last:
            entry[last][-1] += f" {value}"
    if entry or not found:
        advice = "it may be cut off; export it again"
        raise refused(shown_as, "the file ends within a reference" if entry else "the file is empty", advice)


def _first(entry: _Entry, *tags: str) -> str:
    return next((value for tag in tags for value in entry.get(tag, ()) if value), "")


def _reference(entry: _Entry) -> Reference:
    pages = [page for page in (_first(entry, "SP"), _first(entry, "EP")) if page]
    page = pages[0] if pages and "-" in pages[0] else "-".join(dict.fromkeys(pages))
    everything = " ".join(value for values in entry.values() for value in values)
    is_pubmed = "pubmed" in _first(entry, "DB", "DP", "UR").casefold() or "nlm" in _first(entry, "DB", "DP").casefold()
    return Reference(
        citation=citation(
            kind=_TYPES.get(_first(entry, "TY"), ""),
            title=_first(entry, "TI", "T1"),
            authors=[person(name) for name in entry.get("AU", entry.get("A1", [])) if tidy(name)],
            journal=_first(entry, "JF", "T2", "JO", "JA", "J2", "BT"),
            issued=_first(entry, "PY", "Y1", "DA"),
            volume=_first(entry, "VL"),
            issue=_first(entry, "IS"),
            page=page,
            publisher=_first(entry, "PB"),
            doi=_first(entry, "DO"),
            pmid=_first(entry, "PMID") or (_first(entry, "AN") if is_pubmed else ""),
            pmcid=_first(entry, "C2"),
            url=_first(entry, "UR"),
        ),
        registrations=tuple(dict.fromkeys(_REGISTER.findall(everything))),
    )
