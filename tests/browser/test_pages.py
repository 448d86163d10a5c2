"""Every kind of page in a real browser: quiet, to itself, whole without scripts, and open to the keyboard."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.kinds import KINDS

pytestmark = pytest.mark.browser

FLAGSHIP = "summaries/peer-support-groups/"
# A summary page compressed, without the theme's shared files.
MOST_BYTES = 60_000


@contextmanager
def opened(browser: Browser, address: str, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page that remembers what the console said, which requests failed, and which went elsewhere."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if not request.url.startswith(address) else None)
    page.on("response", lambda answer: heard.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    yield page, heard
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_quiet_and_asks_nobody_else(browser: Browser, address: str, kind: str) -> None:
    with opened(browser, address, color_scheme="dark", viewport={"width": 320, "height": 640}) as (page, heard):
        page.goto(address + KINDS[kind], wait_until="networkidle")
        assert heard == []
        # WCAG 1.4.10: no scrolling in two directions at 320 pixels.
        page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_summary_can_be_read_without_scripts(browser: Browser, address: str, site: Path) -> None:
    with opened(browser, address, java_script_enabled=False) as (page, heard):
        page.goto(address + FLAGSHIP)
        text = page.inner_text("main")
        assert "Peer support groups may slightly improve overall recovery" in text
        assert heard == []


def test_where_a_sentence_comes_from_opens_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address) as (page, _):
        page.goto(address + FLAGSHIP, wait_until="networkidle")
        summary = page.locator("article details > summary").first
        summary.focus()
        details = summary.locator("xpath=..")
        assert details.get_attribute("open") is None
        page.keyboard.press("Enter")
        assert details.get_attribute("open") is not None


def test_search_finds_a_summary_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address) as (page, heard):
        page.goto(address, wait_until="networkidle")
        page.keyboard.press("/")
        page.keyboard.type("tuberculosis", delay=20)
        result = page.locator("a.md-search-result__link").first
        result.wait_for(timeout=10_000)
        assert "summaries/bcg-tuberculosis/" in (result.get_attribute("href") or "")
        assert heard == []


def test_a_wide_table_scrolls_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, viewport={"width": 390, "height": 800}) as (page, _):
        page.goto(address + "summaries/bcg-tuberculosis/", wait_until="networkidle")
        page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        table = page.locator(".ev-outcome .ev-table").first
        assert table.evaluate("(item) => item.scrollWidth > item.clientWidth")
        table.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(item) => item.scrollLeft > 0", arg=table.element_handle())


def test_the_list_of_studies_is_narrowed_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address) as (page, heard):
        page.goto(address + "studies/", wait_until="networkidle")
        rows = page.locator("#studies tbody tr:visible")
        everything = rows.count()
        page.get_by_label("Words").focus()
        page.keyboard.type("prove it")
        assert rows.count() == 1
        assert page.locator(".ev-filter output").inner_text() == f"1 of {everything} studies"
        assert heard == []


def test_the_list_of_studies_is_whole_without_scripts(browser: Browser, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as (page, _):
        page.goto(address + "studies/")
        assert page.locator("#studies tbody tr").count() == page.locator("#studies tbody tr:visible").count()
        assert not page.locator(".ev-filter").is_visible()


def test_what_opens_opens_without_scripts(browser: Browser, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as (page, _):
        page.goto(address + FLAGSHIP)
        trace = page.locator(".ev-provenance").first
        trace.locator("summary").press("Enter")
        assert trace.locator("dl").first.is_visible()


def test_a_figure_is_a_picture_of_its_own(browser: Browser, address: str, site: Path) -> None:
    files = sorted((site / "summaries").glob("*/figures/*.svg"))
    assert {file.name.partition("-")[0] for file in files} == {"bias", "forest", "funnel", "growth", "people", "scale"}
    with opened(browser, address) as (page, _):
        for file in {file.name.partition("-")[0]: file for file in files}.values():
            page.goto(address + file.relative_to(site).as_posix())
            assert page.evaluate("document.documentElement.getBBox().width") > 100


def test_every_summary_prints_as_a_handout_of_two_pages(browser: Browser, address: str, site: Path) -> None:
    lengths = {}
    with opened(browser, address) as (page, _):
        for file in sorted((site / "summaries").glob("*/index.html")):
            page.goto(f"{address}summaries/{file.parent.name}/")
            printed = page.pdf(format="A4", prefer_css_page_size=True)
            lengths[file.parent.name] = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert lengths == dict.fromkeys(lengths, 2)


def test_a_summary_page_is_light(site: Path) -> None:
    pages = sorted((site / "summaries").glob("*/index.html"))
    heavy = {page.parent.name: len(gzip.compress(page.read_bytes(), 9)) for page in pages}
    assert pages
    assert {name: size for name, size in heavy.items() if size >= MOST_BYTES} == {}


def test_the_site_can_be_read_from_a_disk(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/index.html")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    page.locator("main a[href*='peer-support-groups']").first.click()
    page.wait_for_url("**/summaries/peer-support-groups/index.html")
    page.locator("h1").wait_for()
    context.close()
