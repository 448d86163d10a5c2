from __future__ import annotations

from evibrief.pages.citing import address
from evibrief.records.citations import Citation


def test_a_doi_becomes_an_address_that_a_page_can_hold() -> None:
    # RFC 3986 leaves no room for angle brackets; a DOI of the SICI kind has them.
    cited = Citation(doi="10.1002/(sici)1097-0258(19990215)18:3<321::aid-sim28>3.0.co;2-p")
    expected = "https://doi.org/10.1002/(sici)1097-0258(19990215)18:3%3C321::aid-sim28%3E3.0.co;2-p"
    assert address(cited) == expected


def test_without_a_doi_its_own_address_comes_before_pubmed() -> None:
    assert address(Citation(url="https://example.org/a", pmid="123")) == "https://example.org/a"
    assert address(Citation(pmid="123")) == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert address(Citation(title="Somewhere")) is None
