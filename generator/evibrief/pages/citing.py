"""How a source is cited: one line of plain text, and its address."""

from __future__ import annotations

from urllib.parse import quote

from evibrief.records.citations import Citation, Name

# Journals that follow the Vancouver style print this many authors, then "et al".
MOST_AUTHORS = 6


def citation(cited: Citation) -> str:
    """Return a reference in the Vancouver style: ``Cook JA. Title. Journal. 2012;38(4):881-891.``

    What the record does not give is left out.
    """
    parts = [_authors(cited.author), cited.title, cited.container_title, _imprint(cited)]
    return " ".join(_stopped(part) for part in parts if part)


def doi_url(doi: str) -> str:
    """Return the address of a DOI, with whatever an address cannot hold encoded."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def address(cited: Citation) -> str | None:
    """Return the best link to a source: its DOI, else its own address, else PubMed; nothing where there is none."""
    if cited.doi:
        return doi_url(cited.doi)
    if cited.url:
        return cited.url
    if cited.pmcid:
        return f"https://www.ncbi.nlm.nih.gov/pmc/articles/{cited.pmcid}/"
    return f"https://pubmed.ncbi.nlm.nih.gov/{cited.pmid}/" if cited.pmid else None


def family(name: Name) -> str:
    """Return the name by which a text calls an author."""
    return name.family or name.literal or ""


def _authors(names: tuple[Name, ...]) -> str:
    shown = [f"{family(name)} {name.given}" if name.given else family(name) for name in names[:MOST_AUTHORS]]
    return ", ".join([*shown, "et al"] if len(names) > MOST_AUTHORS else shown)


def _imprint(cited: Citation) -> str:
    year = str(cited.year) if cited.year else ""
    issue = f"({cited.issue})" if cited.issue else ""
    volume = f"{cited.volume or ''}{issue}"
    place = ":".join(part for part in (volume, cited.page) if part)
    dated = ";".join(part for part in (year, place) if part)
    return ", ".join(part for part in (cited.publisher, cited.version, dated) if part)


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
