"""Long lists in pages: every item once, in order, with links that lead from page to page."""

from __future__ import annotations

from posixpath import join, normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.pages import lists, study_list
from evibrief.pages.division import addresses, page_of, pages_needed, turning
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.study_list import StudyList, study_row
from evibrief.records.study import Study
from pages.made_up_site import RENDERER, render, studies, summaries
from pages.markup import read


@given(st.integers(0, 400), st.integers(1, 50))
def test_pages_hold_every_item_once_and_none_too_many(count: int, most: int) -> None:
    items = list(range(count))
    pages = pages_needed(count, most)
    held = [page_of(items, number, pages) for number in range(1, pages + 1)]
    assert [item for page in held for item in page] == items
    assert max(map(len, held)) <= most
    assert max(map(len, held)) - min(map(len, held)) <= 1


@pytest.mark.parametrize(("count", "most", "pages"), [(0, 5, 1), (5, 5, 1), (6, 5, 2), (10, 5, 2), (11, 5, 3)])
def test_a_list_has_no_more_pages_than_it_needs(count: int, most: int, pages: int) -> None:
    assert pages_needed(count, most) == pages


def test_pages_turn_to_their_neighbours() -> None:
    uris = addresses("changes/", 3)
    assert uris == ("changes/", "changes/2/", "changes/3/")
    middle = turning(uris, 2)
    assert middle is not None
    assert (middle.before_href, middle.after_href) == ("../../changes/index.html", "../../changes/3/index.html")
    first, last = turning(uris, 1), turning(uris, 3)
    assert first is not None
    assert first.before_href is None
    assert last is not None
    assert last.after_href is None
    assert turning(("changes/",), 1) is None


def many(count: int) -> dict[str, Study]:
    """Studies with labels in another order than their names."""
    model = Study.model_validate(studies()[0])
    return {
        f"made-up-{number:04d}": model.model_copy(
            update={"id": f"made-up-{number:04d}", "label": f"Label {count - number:04d}"}
        )
        for number in range(count)
    }


class TestAThousandStudies:
    def listed(self) -> StudyList:
        return StudyList([study_row(study) for study in many(1_001).values()], {}, RENDERER)

    def test_the_known_address_leads_to_all_pages(self) -> None:
        listed = self.listed()
        assert listed.addresses == ("studies/", "studies/all/1/", "studies/all/2/", "studies/all/3/")
        contents = listed.page("studies/")
        assert contents.studies == ()
        assert contents.total == 1_001
        assert [item.href for item in contents.ranges] == [
            f"../studies/all/{number}/index.html" for number in (1, 2, 3)
        ]
        assert [item.studies for item in contents.ranges] == [333, 334, 334]
        assert (contents.ranges[0].first, contents.ranges[0].last) == ("Label 0001", "Label 0333")

    def test_every_study_stands_on_one_page_by_label(self) -> None:
        listed = self.listed()
        labels = [line.study.text for uri in listed.addresses for line in listed.page(uri).studies]
        assert labels == [f"Label {number:04d}" for number in range(1, 1_002)]

    def test_a_page_links_to_its_studies_and_back(self) -> None:
        page = self.listed().page("studies/all/3/")
        assert page.studies[-1].study.href == "../../../studies/made-up-0000/index.html"
        assert page.contents_href == "../../../studies/index.html"
        assert page.csv_href == "../../../studies.csv"


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> dict[str, RenderedPage]:
    """The made-up site, with pages so short that its lists are divided."""
    monkeypatch.setattr(study_list, "MOST_LINES", 2)
    monkeypatch.setattr(lists, "MOST_CARDS", 1)
    monkeypatch.setattr(lists, "MOST_CHANGES", 1)
    one, other = summaries()
    return render([one, {**other, "topic": one["topic"]}], studies())


def test_a_divided_site_has_its_pages(divided: dict[str, RenderedPage]) -> None:
    found = {uri for uri in divided if uri.startswith(("studies/all/", "topics/", "changes/"))}
    assert found == {
        "studies/all/1/", "studies/all/2/", "topics/made-up-medicine/", "topics/made-up-medicine/2/",
        *(uri for uri in found if uri.startswith("changes/")),
    }  # fmt: skip
    assert "changes/2/" in found


def test_links_of_a_divided_site_lead_somewhere(divided: dict[str, RenderedPage]) -> None:
    known = {f"{uri}index.html" for uri in divided} | {"studies.csv"}
    for uri in ("studies/", "studies/all/1/", "studies/all/2/", "topics/made-up-medicine/2/", "changes/", "changes/2/"):
        page = read(divided[uri].body)
        targets = {normpath(join(uri, str(link["href"]).partition("#")[0])) for link in page.all("a")}
        assert targets <= known, uri
        assert page.mistakes == []


def test_titles_of_parts_differ(divided: dict[str, RenderedPage]) -> None:
    titles = [page.title for uri, page in divided.items() if uri.startswith(("studies/all/", "topics/", "changes/"))]
    assert len(set(titles)) == len(titles)
    assert divided["topics/made-up-medicine/2/"].title == "Made-up medicine, page 2"


def test_only_the_first_page_of_a_list_is_searched(divided: dict[str, RenderedPage]) -> None:
    assert divided["changes/"].search_text
    assert not any(divided[uri].search_text for uri in ("changes/2/", "topics/made-up-medicine/2/", "studies/all/1/"))
