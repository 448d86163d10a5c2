"""What a summary page is, for machines that read schema.org: a medical web page, its sources, and its data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from evibrief.appraisal.briefs import Brief
from evibrief.pages.article import Article
from evibrief.pages.citing import doi_url
from evibrief.records.citations import Citation, CitationType, Name
from evibrief.records.summary import Person


def json_ld(brief: Brief, article: Article) -> str:
    """A script element of type ``application/ld+json``; nothing in it can end the element or the page's text.

    Addresses are relative to the page.
    """
    document = json.dumps(_page(brief, article), ensure_ascii=False, allow_nan=False)
    for char in "<>&\u2028\u2029":
        document = document.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/ld+json">{document}</script>'


def _page(brief: Brief, article: Article) -> dict[str, Any]:
    summary = brief.summary
    return {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": article.title,
        "description": article.answer.text,
        "about": {"@type": "MedicalCondition", "name": summary.question.condition},
        "datePublished": summary.published.isoformat(),
        "dateModified": summary.updated.isoformat(),
        "lastReviewed": summary.updated.isoformat(),
        "author": [_signer(person) for person in summary.people],
        "citation": list(_citations(brief)),
        "mainEntity": {
            "@type": "Dataset",
            "name": f"{article.title}: data",
            "description": "Every figure of this page, study by study.",
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": "data.json"},
                {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": "effects.csv"},
            ],
        },
    }


def _signer(person: Person) -> dict[str, str]:
    parts = {
        "@type": "Organization" if person.group else "Person",
        "name": person.name,
        "sameAs": f"https://orcid.org/{person.orcid}" if person.orcid else "",
    }
    return {name: value for name, value in parts.items() if value}


def _citations(brief: Brief) -> Iterator[dict[str, Any]]:
    own = [report for study in brief.summary.studies for report in brief.studies[study].reports if report.role.is_own]
    seen: set[str] = set()
    for citation in (*brief.summary.references.values(), *own):
        work = _work(citation)
        key = work.get("sameAs", "")
        if "name" in work and (not key or key not in seen):
            seen.add(key)
            yield work


def _work(citation: Citation) -> dict[str, Any]:
    article = citation.type is CitationType.ARTICLE
    parts: dict[str, Any] = {
        "@type": "MedicalScholarlyArticle" if article else "CreativeWork",
        "name": citation.title,
        "author": [_author(name) for name in citation.author],
        "datePublished": citation.issued,
        "sameAs": doi_url(citation.doi) if citation.doi else citation.url,
    }
    return {name: value for name, value in parts.items() if value}


def _author(name: Name) -> dict[str, str]:
    if name.literal:
        return {"@type": "Organization", "name": name.literal}
    return {"@type": "Person", "name": " ".join(part for part in (name.given, name.family) if part)}
