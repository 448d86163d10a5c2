"""Every kind of page in a real browser: quiet, to itself, whole without scripts, and open to the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FLAGSHIP = "summaries/peer-support-groups/"
PAGES = [
    "",
    FLAGSHIP,
    "summaries/bcg-tuberculosis/",
    "studies/",
    "studies/prove-it-statins/",
    "methods/",
    "changes/",
    "404.html",
]


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


@pytest.mark.parametrize("uri", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_quiet_and_asks_nobody_else(browser: Browser, address: str, uri: str, scheme: str) -> None:
    with opened(browser, address, color_scheme=scheme) as (page, heard):
        page.goto(address + uri, wait_until="networkidle")
        assert heard == []


@pytest.mark.parametrize("uri", PAGES)
def test_a_page_fits_a_phone(browser: Browser, address: str, uri: str) -> None:
    with opened(browser, address, viewport={"width": 320, "height": 640}) as (page, _):
        page.goto(address + uri, wait_until="networkidle")
        # WCAG 1.4.10: no scrolling in two directions at 320 pixels.
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


def test_the_site_can_be_read_from_a_disk(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/index.html")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    page.locator("main a[href*='peer-support-groups']").first.click()
    page.wait_for_url("**/summaries/peer-support-groups/index.html")
    page.locator("h1").wait_for()
    context.close()
