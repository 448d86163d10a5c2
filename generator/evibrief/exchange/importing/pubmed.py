"""PubMed XML, as the site exports it and its service returns it: citations, designs, registers, retractions."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from evibrief.exchange.record_text import Row

from .drafts import Imported, Report, line, refused, tidy
from .names import MAX_AUTHORS
from .reference_drafts import MONTHS, Reference, citation, drafted_references
from .review_drafts import Progress
from .safe_xml import parse_xml, text_of

_MONTHS = {name: i for i, name in enumerate(MONTHS, start=1)}
# PubMed's publication types that tell a design. The more telling come first.
_DESIGNS = (
    ("Pragmatic Clinical Trial", "randomised"),
    ("Equivalence Trial", "randomised"),
    ("Randomized Controlled Trial", "randomised"),
)
_REGISTERS = frozenset({"ClinicalTrials.gov", "ISRCTN", "ANZCTR", "ChiCTR", "EudraCT", "CTRI", "DRKS", "UMIN-CTR"})
# Kinds of notice in PubMed's CommentsCorrections, the gravest first.
_NOTICES = (
    ("RetractionIn", "retracted"),
    ("ExpressionOfConcernIn", "expression-of-concern"),
    ("ErratumIn", "corrected"),
    ("CorrectedandRepublishedIn", "corrected"),
)


def read_pubmed(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return a draft study for each article of a PubMed XML file.

    Raises:
        RecordError: one line, if it is not one, or not complete.
    """
    root = parse_xml(data, shown_as)
    references = [_reference(article) for article in root.iter("PubmedArticle")]
    if not references:
        raise refused(shown_as, "not PubMed XML (it holds no PubmedArticle)")
    report = Report()
    books = len(root.findall(".//PubmedBookArticle"))
    if books:
        report.add(f"book articles that were left out: {books}")
    return drafted_references(references, tidy(shown_as), "PubMed", report, progress)


def pubmed_references(data: bytes, shown_as: str) -> list[Reference]:
    """Return the articles that PubMed's service sends; none, where it knows none.

    Raises:
        RecordError: one line, if it is not XML, or not complete.
    """
    return [_reference(article) for article in parse_xml(data, shown_as).iter("PubmedArticle")]


def _reference(article: Element) -> Reference:
    ids = {item.get("IdType", ""): text_of(item) for item in article.iterfind("PubmedData/ArticleIdList/ArticleId")}
    journal = article.find(".//Journal")
    kinds = {text_of(item) for item in article.iter("PublicationType")}
    doi = next((text_of(item) for item in article.iter("ELocationID") if item.get("EIdType") == "doi"), "")
    return Reference(
        citation=citation(
            title=text_of(article.find(".//ArticleTitle")).strip("[]"),
            authors=list(_authors(article)),
            journal=_text(journal, "Title") or _text(journal, "ISOAbbreviation"),
            issued=_issued(article),
            volume=_text(journal, "JournalIssue/Volume"),
            issue=_text(journal, "JournalIssue/Issue"),
            page=_text(article, ".//Pagination/MedlinePgn"),
            doi=ids.get("doi") or doi,
            pmid=_text(article, "MedlineCitation/PMID"),
            pmcid=ids.get("pmc", ""),
        ),
        design=next((design for kind, design in _DESIGNS if kind in kinds), ""),
        registrations=tuple(_registrations(article)),
        retraction=_retraction(article, kinds),
    )


def _text(parent: Element | None, path: str) -> str:
    return text_of(parent.find(path)) if parent is not None else ""


def _authors(article: Element) -> Iterator[Row]:
    for author in article.findall(".//AuthorList/Author")[:MAX_AUTHORS]:
        family, group = line(_text(author, "LastName")), line(_text(author, "CollectiveName"))
        given = line(_text(author, "ForeName") or _text(author, "Initials"))
        if family:
            yield Row(family=family, given=given) if given else Row(family=family)
        elif group:
            yield Row(literal=group)


def _issued(article: Element) -> str:
    date = article.find(".//JournalIssue/PubDate")
    year = _text(date, "Year") or _text(date, "MedlineDate")[:4]
    month = _text(date, "Month")
    number = _MONTHS.get(month[:3].casefold()) or (int(month) if month.isdigit() and len(month) < 3 else 0)
    return f"{year}-{number}-{_text(date, 'Day')}".rstrip("-") if number else year


def _registrations(article: Element) -> Iterator[str]:
    for bank in article.iter("DataBank"):
        if _text(bank, "DataBankName") in _REGISTERS:
            yield from (line(text_of(number))[:40] for number in bank.iter("AccessionNumber"))


def _retraction(article: Element, kinds: set[str]) -> tuple[tuple[str, str], ...]:
    notices = {item.get("RefType"): line(_text(item, "RefSource")) for item in article.iter("CommentsCorrections")}
    for kind, status in _NOTICES:
        if kind in notices:
            return (("status", status), *((("notice", notices[kind]),) if notices[kind] else ()))
    return (("status", "retracted"),) if "Retracted Publication" in kinds else ()
