"""What search engines read of a page: the right types, every source once, and nothing that ends the script."""

from __future__ import annotations

import json
from typing import Any

from evibrief.appraisal.settings import DEFAULT
from evibrief.exchange.json_ld import json_ld
from evibrief.pages.article import write_article
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from pages.made_up_site import RENDERER, brief, studies, summaries


def element(index: int, **changes: Any) -> str:
    known = {study.id: study for study in map(Study.model_validate, studies())}
    told = brief(Summary.model_validate(summaries()[index] | changes), known)
    return json_ld(told, write_article(told, RENDERER, DEFAULT))


def document(index: int, **changes: Any) -> dict[str, Any]:
    script = element(index, **changes)
    return dict(json.loads(script.removeprefix('<script type="application/ld+json">').removesuffix("</script>")))


def test_a_summary_is_a_medical_page_with_its_dates() -> None:
    page = document(0)
    assert page["@context"] == "https://schema.org"
    assert page["@type"] == "MedicalWebPage"
    assert page["name"] == "Peppermint tea for hiccups"
    assert page["dateModified"] == "2001-02-03"


def test_who_signs_is_a_person_or_a_group() -> None:
    people = [
        {"name": "Nobody Real", "role": "author", "orcid": "0000-0002-1825-0097"},
        {"name": "The Hiccup Board", "role": "editors", "group": True},
    ]
    assert document(0, people=people)["author"] == [
        {"@type": "Person", "name": "Nobody Real", "sameAs": "https://orcid.org/0000-0002-1825-0097"},
        {"@type": "Organization", "name": "The Hiccup Board"},
    ]


def test_every_report_is_cited_once() -> None:
    cited = document(0)["citation"]
    assert [item["datePublished"] for item in cited] == ["2001", "2002", "2003"]
    assert {item["@type"] for item in cited} == {"MedicalScholarlyArticle"}


def test_a_source_review_is_cited_by_its_doi() -> None:
    assert [item["sameAs"] for item in document(1)["citation"]] == ["https://doi.org/10.1234/made-up"]


def test_the_data_are_where_they_are_written() -> None:
    files = [item["contentUrl"] for item in document(0)["mainEntity"]["distribution"]]
    assert files == ["data.json", "effects.csv"]


def test_no_text_of_a_record_ends_the_script() -> None:
    script = element(0, title="</script><script>alert(1)</script> & more")
    assert script.count("<") == 2
    assert script.count("&") == 0
