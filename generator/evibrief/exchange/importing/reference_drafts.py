"""From references to draft studies: a study for each reference, with everything but what only the paper can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evibrief.exchange.record_text import Fields, Row, Value
from evibrief.records.wording import listed

from .drafts import STUDIES, Gap, Imported, RecordFile, Report, given, line, record_file, settle_names, study_name, tidy
from .review_drafts import Progress

DESIGNS = (
    "randomised, parallel, cluster, crossover, quasi-randomised, non-randomised, cohort, case-control, "
    "cross-sectional, single-arm or not-stated"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A publication: its citation in our fields, and what its index says of the study.

    ``retraction`` is the report's, where the index tells of one; ``registrations`` are numbers of registers.
    """

    citation: Fields
    design: str = ""
    registrations: tuple[str, ...] = ()
    retraction: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()


def drafted_references(
    references: Sequence[Reference], source: str, form: str, report: Report, progress: Progress | None = None
) -> Imported:
    """Return a study for each reference; two references to the same paper are reported, not merged."""
    labels = [label_of(reference.citation, i) for i, reference in enumerate(references, start=1)]
    wanted = [study_name(label, "", i) for i, label in enumerate(labels, start=1)]
    names = settle_names(wanted, labels, report)
    _report_doubles(references, names, report)
    made = []
    for position, (reference, label, name) in enumerate(zip(references, labels, names, strict=True), start=1):
        made.append(_study(reference, label, name, source, form))
        if progress:
            progress(position, len(names))
    return Imported(studies=tuple(made), unmapped=tuple(report.lines))


def label_of(citation: Fields, position: int) -> str:
    """Return how tables name a study: first author and year."""
    authors = citation.get("author")
    first = authors[0] if isinstance(authors, list) and authors else {}
    name = str(first.get("family") or first.get("literal") or "") if isinstance(first, dict) else ""
    when = str(citation.get("issued", ""))[:4]
    return line(f"{name or 'Study ' + str(position)} {when}")


def _study(reference: Reference, label: str, name: str, source: str, form: str) -> RecordFile:
    retraction: dict[str, object] = dict(reference.retraction)
    if retraction:
        retraction["checked_on"] = Gap("the day on which you looked, such as 2026-03-01")
    draft = {
        "id": name,
        "label": label,
        "reports": [
            {
                "id": "main",
                "role": "primary",
                **reference.citation,
                **({"retraction": retraction} if retraction else {}),
            }
        ],
        **given(registrations=list(reference.registrations)),
        "design": reference.design or Gap(DESIGNS),
        **given(countries=list(reference.countries)),
        "extraction": {"extracted_by": Gap("who takes the figures from the paper")},
    }
    comment = [
        f"Imported from {source} ({form}): the citation. Add arms, instruments and results from the paper;",
        "a skeleton shows how: evibrief new study ID --design ... --data ...",
    ]
    return record_file(STUDIES, name, draft, comment)


def _report_doubles(references: Sequence[Reference], names: Sequence[str], report: Report) -> None:
    first: dict[str, list[str]] = {}
    for reference, name in zip(references, names, strict=True):
        for key in ("doi", "pmid"):
            value = reference.citation.get(key)
            if isinstance(value, str):
                first.setdefault(f"{key} {value.casefold()}", []).append(name)
    for value, found in first.items():
        if len(found) > 1:
            report.add(f"{value} is the paper of {listed(found)}: keep one of them")


def citation(
    *,
    kind: str = "",
    title: str = "",
    authors: Sequence[Row] = (),
    journal: str = "",
    issued: str = "",
    doi: str = "",
    pmid: str = "",
    pmcid: str = "",
    url: str = "",
    note: str = "",
    **places: str,
) -> dict[str, Value]:
    """Return a citation in our fields from texts that may be empty or untidy; what cannot be valid is left out."""
    found = _DOI.search(tidy(doi))
    digits = re.search(r"(?<!\d)[1-9]\d{0,8}(?!\d)", pmid)
    central = re.search(r"PMC[1-9]\d{0,8}", pmcid)
    link = re.fullmatch(r"https://[^\s<>\"']{4,400}", tidy(url))
    issue = {name: line(places.get(name)) for name in ("volume", "issue", "page", "publisher", "version")}
    return {
        **given(
            type=kind if kind != "article-journal" else "", title=line(title).rstrip(".").rstrip(), author=list(authors)
        ),
        **given(container_title=line(journal), issued=_issued(issued)),
        **given(**issue),
        **given(doi=found.group().rstrip(".,;") if found else "", pmid=digits.group() if digits else ""),
        **given(pmcid=central.group() if central else "", url=link.group() if link and not found else ""),
        **given(note=line(note)),
    }


def _issued(text: str) -> str | int:
    """Return a date as year-month-day as far as it is known, a year alone as a number."""
    parts = re.match(r"\s*(1[5-9]\d{2}|20\d{2})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?", text)
    if parts is None:
        return ""
    month, day = (int(part) if part else 0 for part in parts.groups()[1:])
    if not 1 <= month <= 12:
        return int(parts[1])
    return f"{parts[1]}-{month:02}" + (f"-{day:02}" if 1 <= day <= 31 else "")
