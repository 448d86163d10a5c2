from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from posixpath import dirname, join, normpath
from typing import Any

import pytest

from evibrief.appraisal.settings import DEFAULT
from evibrief.pages.links import relative, slugified
from evibrief.pages.outputs import RenderedPage
from pages.made_up_site import render, studies, summaries
from pages.markup import mistakes, read

# Written beside the pages by others, and by hand.
OTHER_FILES = {
    "summaries/tea-for-hiccups/data.json",
    "summaries/tea-for-hiccups/effects.csv",
    "summaries/tea-for-hiccups/summary.md",
    "summaries/tea-for-hiccups/references.ris",
    "summaries/tea-for-hiccups/references.bib",
    "summaries/humming-for-hiccups/data.json",
    "summaries/humming-for-hiccups/summary.md",
    "summaries/humming-for-hiccups/references.ris",
    "summaries/humming-for-hiccups/references.bib",
    "studies.csv",
    "data/index.html",
}


@cache
def site() -> dict[str, RenderedPage]:
    return render(summaries(), studies())


PAGES = (
    "",
    "changes/",
    "methods/",
    "methods/wording/",
    "studies/",
    "studies/made-up-2001/",
    "studies/made-up-2002/",
    "studies/made-up-2003/",
    "summaries/humming-for-hiccups/",
    "summaries/tea-for-hiccups/",
    "topics/made-up-medicine/",
    "topics/other-medicine/",
)


def text_of(uri: str) -> str:
    return " ".join("".join(read(site()[uri].body).text).split())


def test_every_page_of_the_site_is_there() -> None:
    assert tuple(site()) == PAGES


@pytest.mark.parametrize("uri", PAGES)
class TestEveryPage:
    def test_is_sound(self, uri: str) -> None:
        assert mistakes(site()[uri].body) == []

    def test_links_lead_somewhere(self, uri: str) -> None:
        known = {f"{page}index.html" for page in PAGES} | OTHER_FILES
        known |= {file.uri for file in site()[uri].files}
        body = read(site()[uri].body)
        for target in (link["href"] for link in body.all("a")):
            assert target is not None
            if target.startswith("#"):
                assert target[1:] in body.ids
            elif not target.startswith("https://"):
                assert normpath(join(dirname(f"{uri}index.html"), target.partition("#")[0])) in known

    def test_asks_no_other_host_for_anything(self, uri: str) -> None:
        body = read(site()[uri].body)
        assert [item for item in body.all("img", "script", "link", "iframe") if "//" in str(item)] == []

    def test_headings_are_on_the_page(self, uri: str) -> None:
        ids = read(site()[uri].body).ids
        assert [heading.id for heading in site()[uri].headings if heading.id not in ids] == []

    def test_has_a_title_and_a_description(self, uri: str) -> None:
        assert site()[uri].title
        assert site()[uri].description

    def test_looks_as_before(self, uri: str, golden: Callable[[str, str], None]) -> None:
        golden(f"pages/{uri.strip('/').replace('/', '-') or 'home'}.html", site()[uri].body)


class TestSummary:
    def test_keeps_the_order_of_the_two_minute_format(self) -> None:
        text = text_of("summaries/tea-for-hiccups/")
        parts = ("Peppermint tea for hiccups", "Evidence level", "each dot is one of 1,000 people", "Background",
                 "What was studied", "What was found", "What limits it", "What it means", "not medical advice",
                 "Summary of findings", "Risk of bias", "History", "Cite this page")  # fmt: skip
        start = 0
        for part in parts:
            start = text.index(part, start) + len(part)

    def test_names_the_numbers_of_each_trial(self) -> None:
        text = text_of("summaries/tea-for-hiccups/")
        assert "10/50" in text
        assert "20/50" in text

    def test_every_drawing_says_its_result_in_words(self) -> None:
        body = site()["summaries/tea-for-hiccups/"].body
        drawings = [item for item in read(body).all("svg") if item.get("role") == "img"]
        # Two groups of people; for each outcome a plot and its bars of risk of bias, in two layouts.
        assert len(drawings) == 2 + 2 * 2 * 2
        assert body.count("<desc") == len(drawings)

    def test_a_reported_result_is_called_reported(self) -> None:
        text = text_of("summaries/humming-for-hiccups/")
        assert "As reported by the review: standardised mean difference 0.30 (0.10 to 0.50)." in text
        assert "400 (5)" in text
        assert "as the review reports" in text
        assert "How they slept is not told." in text

    def test_a_name_that_says_its_role_says_it_once(self) -> None:
        record = summaries()[0] | {"people": [{"name": "The Tea editors", "role": "editors"}]}
        text = " ".join("".join(read(render([record], studies())["summaries/tea-for-hiccups/"].body).text).split())
        assert "The Tea editors. First published" in text

    def test_people_counted_by_a_pool_alone_are_called_analysed(self) -> None:
        text = text_of("summaries/tea-for-hiccups/")
        # Made-up 2001 says whom it randomised; of Made-up 2003 only both groups of 50 are known.
        assert "Made-up 2001Parallel groups2001100Nowhere, Elsewhere" in text
        assert "Made-up 2003Parallel groups2003100 analysed here" in text

    def test_what_checks_remark_and_a_person_let_stand_is_told(self) -> None:
        remark = "An odds ratio beyond 10. It stands so in Table 2. Nobody Real, 5 April 2001"
        assert text_of("summaries/tea-for-hiccups/").count(f"Made-up 2001: {remark}") == 1
        assert text_of("studies/made-up-2001/").count(remark) == 1
        assert "What our checks asked" not in text_of("studies/made-up-2003/")

    def test_what_is_not_known_is_said_once(self) -> None:
        assert "not known (not known)" not in text_of("summaries/humming-for-hiccups/")

    def test_what_a_pool_cannot_use_is_named(self) -> None:
        assert "Not in the pool Made-up 2002:" in text_of("summaries/tea-for-hiccups/")

    def test_a_retracted_study_is_marked(self) -> None:
        assert "Made-up 2002retracted" in text_of("summaries/tea-for-hiccups/")

    def test_search_finds_key_points_and_question_only(self) -> None:
        found = site()["summaries/tea-for-hiccups/"].search_text
        assert "adults with hiccups" in found
        assert "lasting hiccups" in found
        assert len(found) < 800

    def test_names_its_record_and_date(self) -> None:
        page = site()["summaries/tea-for-hiccups/"]
        assert page.record == "summaries/tea-for-hiccups.yaml"
        assert str(page.updated) == "2001-02-03"


class TestStudy:
    def test_prints_the_digits_of_the_source(self) -> None:
        text = text_of("studies/made-up-2001/")
        assert "5.20" in text
        assert "1.30" in text
        assert "0.40 (95% interval −0.09 to 0.89)" in text

    def test_says_where_each_figure_stands(self) -> None:
        assert "Source: A trial that never was 2001, Table 2, p. 58. “calmer”" in text_of("studies/made-up-2001/")

    def test_names_the_summaries_that_use_it(self) -> None:
        assert "Peppermint tea for hiccups" in text_of("studies/made-up-2001/")

    def test_says_that_it_was_retracted(self) -> None:
        assert "Retracted." in text_of("studies/made-up-2002/")


class TestLists:
    def test_the_list_is_whole_without_its_filter(self) -> None:
        body = read(site()["studies/"].body)
        assert "hidden" in next(form for form in body.all("form"))
        assert not [row for row in body.all("tr") if "hidden" in row]

    def test_cards_give_the_answer_in_one_sentence(self) -> None:
        page = site()["summaries/tea-for-hiccups/"]
        assert page.description in text_of("")

    def test_methods_print_every_threshold(self) -> None:
        text = text_of("methods/")
        assert "weight of studies at high risk of bias above which they dominate a pool" in text.lower()
        assert len(read(site()["methods/"].body).all("tr")) > len(fields(DEFAULT))

    def test_the_newest_change_comes_first(self) -> None:
        older, newer = summaries()
        newer["history"] = [{"date": "2002-02-03", "kind": "first", "text": "Newer."}]
        text = " ".join(read(render([older, newer], studies())["changes/"].body).text)
        assert text.index("Newer.") < text.index("Made up.")

    def test_an_empty_publication_has_a_home(self) -> None:
        assert mistakes(render([], [])[""].body) == []


HOSTILE = '<script>alert(1)</script> {{ 1111 * 3 }} {% raw %} " onload="x \' &amp; </title> ]]>'
# Fields of free text; prose for {placeholders} is refused braces by the records themselves.
FREE = {
    "assessed_by",
    "caveat",
    "condition",
    "definition",
    "extracted_by",
    "funding",
    "label",
    "name",
    "note",
    "notice",
    "over",
    "participants",
    "place",
    "population",
    "quote",
    "reason",
    "set_by_editors_because",
    "studies",
    "text",
    "title",
    "topic",
    "unknown",
}


def poisoned(record: Any) -> Any:
    """Return a record in which every free text is hostile."""
    if isinstance(record, dict):
        return {
            key: HOSTILE if key in FREE and isinstance(value, str) else poisoned(value) for key, value in record.items()
        }
    return [poisoned(item) for item in record] if isinstance(record, list) else record


@pytest.mark.parametrize("index", range(2))
def test_text_from_records_stays_text(index: int) -> None:
    pages = render([poisoned(summaries()[index])], poisoned(studies()))
    for page in pages.values():
        assert mistakes(page.body) == []
        assert "3333" not in page.body
        if page.kind != "methods":
            assert "<script>alert(1)</script>" in "".join(read(page.body).text)


def test_links_go_up_to_the_root_and_name_the_file() -> None:
    assert relative("summaries/tea/", "studies/cook-2012/") == "../../studies/cook-2012/index.html"
    assert relative("", "summaries/tea/") == "summaries/tea/index.html"
    assert relative("methods/", "") == "../index.html"
    assert relative("summaries/tea/", "images/cup.svg") == "../../images/cup.svg"


def test_topics_have_addresses_in_any_script() -> None:
    assert slugified("Herz & Kreislauf") == "herz-kreislauf"
    assert slugified("Santé mentale") == "sante-mentale"
    assert slugified("心臓") == "心臓"
    assert slugified("!!!") == "other"
