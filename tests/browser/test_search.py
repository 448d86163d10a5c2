"""Search as readers use it: the theme's own field, answered from an index in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from browser.test_accessibility import RULES
from evibrief.publishing.search_parts import divided

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


def entry(location: str, title: str, text: str = "") -> dict[str, str]:
    return {"location": location, "title": title, "text": text}


INDEX = [
    entry("summaries/tea/", "Tea for hiccups", "<p>Tea may reduce hiccups in adults after surgery.</p>"),
    entry("summaries/water/", "Water for hiccups", "<p>Cold water, not tea, was drunk by children.</p>"),
    entry("summaries/meniere/", "Betahistine for Ménière’s disease", "<p>Dizziness. Vitamin D was not given.</p>"),
    entry("summaries/hostile/", "Hostile &lt;img src=x onerror=alert(1)&gt;", f"<p>{'Quiet words. ' * 40}Loudly.</p>"),
    entry("commands/", "Commands", "<p>What can be typed.</p>"),
    entry("commands/#check", "evibrief check", "<p>Looks at every record.</p>"),
    entry("commands/#build", "evibrief build", "<p>Makes the site.</p>"),
    *(entry(f"studies/crowd-{number:03d}/", f"Crowd {number}", "<p>The crowd was asked.</p>") for number in range(80)),
]


@contextmanager
def searching(
    browser: Browser, address: str, index: list[dict[str, str]], *, bypass_csp: bool = False
) -> Iterator[tuple[Page, list[str]]]:
    """The home page with another index behind its search, and what its console said."""
    files = divided({"config": {}, "docs": index})
    context = browser.new_context(bypass_csp=bypass_csp)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))

    def answer(route: Route) -> None:
        content = files.get(route.request.url.removeprefix(address))
        route.fulfill(status=404) if content is None else route.fulfill(body=content, content_type="application/json")

    context.route(f"{address}search/*/*", answer)
    context.route(f"{address}search/parts.json", answer)
    page.goto(address, wait_until="networkidle")
    yield page, heard
    context.close()


def ask(page: Page, words: str) -> Locator:
    """Type words into the search; the results, which come when they come."""
    page.locator("input.md-search__input").fill("")
    page.keyboard.press("/")
    page.keyboard.type(words)
    return page.locator("li.md-search-result__item")


def expect_titles(page: Page, words: str, found: list[str]) -> None:
    """These pages are found for these words, in this order."""
    items = ask(page, words)
    expect(items.locator("h1")).to_have_text(found)
    if not found:
        expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        # A word of the title weighs more than one of the text.
        ("tea", ["Tea for hiccups", "Water for hiccups"]),
        # Every word counts, in any order, also as the beginning of a word.
        ("hicc water", ["Water for hiccups"]),
        # Accents and capitals do not matter.
        ("MENIERE", ["Betahistine for Ménière’s disease"]),
        # A plural, where only the singular is known; and an ending that is wrong.
        ("surgerys", ["Tea for hiccups"]),
        # A short word counts as it is.
        ("vitamin d", ["Betahistine for Ménière’s disease"]),
        # What nobody says does not hide the rest.
        ("hiccups zzzzzz", ["Tea for hiccups", "Water for hiccups"]),
        ("zzzzzz", []),
    ],
)
def test_search_finds_what_holds_the_words(browser: Browser, address: str, words: str, found: list[str]) -> None:
    with searching(browser, address, INDEX) as (page, heard):
        expect_titles(page, words, found)
        assert heard == []


def test_a_section_is_found_on_its_page(browser: Browser, address: str) -> None:
    with searching(browser, address, INDEX) as (page, heard):
        item = ask(page, "evibrief check").first
        expect(item.locator("h1")).to_have_text("Commands")
        section = item.locator("a[href$='commands/#check']")
        assert section.is_visible()
        assert section.locator("mark").all_inner_texts() == ["evibrief", "check"]
        assert heard == []


def test_text_of_a_record_stays_text(browser: Browser, address: str) -> None:
    with searching(browser, address, INDEX) as (page, heard):
        item = ask(page, "loudly").first
        expect(item.locator("h1")).to_have_text(f"Hostile {HOSTILE}")
        assert item.locator("img").count() == 0
        # The word asked for is shown, also at the end of a long text.
        assert item.locator("p mark").inner_text() == "Loudly"
        assert heard == []


def test_many_results_are_cut_and_say_so(browser: Browser, address: str) -> None:
    with searching(browser, address, INDEX) as (page, _):
        ask(page, "crowd")
        expect(page.locator(".md-search-result__meta")).to_have_text("30 best matches")


def test_a_page_costs_nothing_of_the_index_until_somebody_searches(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/" in request.url else None)
    page.goto(address, wait_until="networkidle")
    assert [url.rpartition("/")[2] for url in asked] == ["search_index.json"]
    context.close()


def test_a_site_that_was_published_anew_is_searched_as_it_is_now(browser: Browser, address: str) -> None:
    old, new = (divided({"config": {}, "docs": [*INDEX, entry("new/", word, "")]}) for word in ("Before", "Afterwards"))
    now: list[dict[str, bytes]] = [old]
    context = browser.new_context()

    def answer(route: Route) -> None:
        content: Any = now[0].get(route.request.url.removeprefix(address))
        route.fulfill(status=404) if content is None else route.fulfill(body=content, content_type="application/json")

    context.route(f"{address}search/*/*", answer)
    context.route(f"{address}search/parts.json", answer)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    expect_titles(page, "zzzz", [])
    now[0] = new
    # The words are those of the edition that the first question found; its pages are gone, so the next one is taken.
    expect_titles(page, "hiccups", ["Tea for hiccups", "Water for hiccups"])
    expect_titles(page, "afterwards", ["Afterwards"])
    assert json.loads(new["search/parts.json"])["edition"] != json.loads(old["search/parts.json"])["edition"]
    context.close()


def test_results_break_no_rule(browser: Browser, address: str) -> None:
    with searching(browser, address, INDEX, bypass_csp=True) as (page, _):
        expect(ask(page, "evibrief check").locator("h1")).to_have_text(["Commands"])
        broken = Axe().run(page, options=RULES).response["violations"]
        assert [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]] == []
