"""Citations as pages show them: the text, links to the source, and what became of a report."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.pages.citing import citation, doi_url, family
from evibrief.pages.links import Link
from evibrief.records.citations import Citation, Report, RetractionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A citation: its text, its note, and every link to the source that the record gives."""

    text: str
    note: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReference:
    """A report of a study: its role, its citation, and what became of it after publication."""

    role: str
    reference: Reference
    retraction: str
    notice: str


def reference(cited: Citation) -> Reference:
    """Return a citation with its links."""
    return Reference(text=citation(cited), note=cited.note or "", links=tuple(_links(cited)))


def report_reference(report: Report) -> ReportReference:
    """Return a report with its role and its retraction, if there is one."""
    retraction = report.retraction
    stands = retraction is None or retraction.status is RetractionStatus.NONE
    return ReportReference(
        role=report.role,
        reference=reference(report),
        retraction="" if retraction is None or stands else retraction.status,
        notice=retraction.notice or "" if retraction else "",
    )


def short_name(cited: Citation) -> str:
    """Return a name for running text: first author and year, or what else is known."""
    name = family(cited.author[0]) if cited.author else cited.container_title or cited.title or ""
    return " ".join(part for part in (name, str(cited.year or "")) if part)


def _links(cited: Citation) -> list[Link]:
    found = []
    if cited.doi:
        found.append(Link(text=f"doi:{cited.doi}", href=doi_url(cited.doi)))
    if cited.pmid:
        found.append(Link(text=f"PubMed {cited.pmid}", href=f"https://pubmed.ncbi.nlm.nih.gov/{cited.pmid}/"))
    if cited.pmcid:
        found.append(Link(text=cited.pmcid, href=f"https://pmc.ncbi.nlm.nih.gov/articles/{cited.pmcid}/"))
    if cited.url and not cited.doi:
        found.append(Link(text=cited.url.removeprefix("https://"), href=cited.url))
    return found
