"""A work as Crossref's service describes it (api.crossref.org/works/DOI): the citation, registers, retractions."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from evibrief.exchange.record_text import Row

from .drafts import line, refused
from .foreign_json import Json, part, parts, text
from .names import MAX_AUTHORS
from .reference_drafts import Reference, citation

_TYPES = {
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "book-chapter": "chapter",
    "dataset": "dataset",
    "report": "report",
    "dissertation": "thesis",
}
# Kinds of update in Crossref's "updated-by", the gravest first.
_NOTICES = (
    ("retraction", "retracted"),
    ("withdrawal", "retracted"),
    ("removal", "retracted"),
    ("expression_of_concern", "expression-of-concern"),
    ("correction", "corrected"),
    ("corrigendum", "corrected"),
    ("erratum", "corrected"),
)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>")


def crossref_reference(data: bytes, shown_as: str) -> Reference:
    """Return the reference of a work.

    Raises:
        RecordError: one line, if it is not Crossref's description of a work.
    """
    try:
        work = part(json.loads(data), "message")
    except (ValueError, RecursionError):
        raise refused(shown_as, "not the answer of Crossref (not JSON)", "try again later") from None
    if not isinstance(work, dict) or not text(work, "DOI"):
        raise refused(shown_as, "not the answer of Crossref (it describes no work)", "try again later")
    return Reference(
        citation=citation(
            kind=_TYPES.get(text(work, "type"), "article-journal"),
            title=_plain(": ".join(_texts(work, "title")[:1] + _texts(work, "subtitle")[:1])),
            authors=list(_authors(work)),
            journal=_plain("".join(_texts(work, "container-title")[:1])),
            issued=_issued(work),
            volume=text(work, "volume"),
            issue=text(work, "issue"),
            page=text(work, "page") or text(work, "article-number"),
            doi=text(work, "DOI"),
        ),
        registrations=tuple(_registrations(work)),
        retraction=_retraction(work),
    )


def _texts(work: Json, name: str) -> list[str]:
    found = part(work, name)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _plain(words: str) -> str:
    """Return a title without the markup that publishers leave in it."""
    return " ".join(html.unescape(_MARKUP.sub("", words)).split())


def _authors(work: Json) -> Iterator[Row]:
    for author in parts(work, "author")[:MAX_AUTHORS]:
        family, given, group = (line(text(author, name)) for name in ("family", "given", "name"))
        if family:
            yield Row(family=family, given=given) if given else Row(family=family)
        elif group:
            yield Row(literal=group)


def _issued(work: Json) -> str:
    for name in ("published-print", "issued", "published-online"):
        dates = part(work, name, "date-parts")
        first = dates[0] if isinstance(dates, list) and dates and isinstance(dates[0], list) else []
        if first and all(isinstance(item, int) for item in first):
            return "-".join(str(item) for item in first[:3])
    return ""


def _registrations(work: Json) -> Iterator[str]:
    for trial in parts(work, "clinical-trial-number"):
        number = re.sub(r"[^A-Z0-9/.-]", "", line(text(trial, "clinical-trial-number")).upper())[:40]
        if len(number) > 4:
            yield number


def _retraction(work: Json) -> tuple[tuple[str, str], ...]:
    notices = {text(item, "type"): line(text(item, "DOI")) for item in parts(work, "updated-by")}
    for kind, status in _NOTICES:
        if kind in notices:
            return (("status", status), *((("notice", notices[kind]),) if notices[kind] else ()))
    return ()
