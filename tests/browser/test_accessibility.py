"""Accessibility rules (WCAG 2.2 AA and best practice) on every kind of page, as wide as a phone and as a desk."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KINDS = {
    "home": "",
    "summary of a review": "summaries/peer-support-groups/",
    "summary of one trial": "summaries/recovery-is-up-to-you/",
    "summary with a pool": "summaries/bcg-tuberculosis/",
    "summary with risk of bias": "summaries/peer-led-recovery-groups/",
    "study": "studies/prove-it-statins/",
    "studies": "studies/",
    "topic": "topics/mental-health/",
    "methods": "methods/",
    "wording": "methods/wording/",
    "changes": "changes/",
    "by hand": "contribute/",
    "by hand, with tables": "data/",
    "not found": "404.html",
}
WIDTHS = (390, 1440)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_is_broken(browser: Browser, address: str, kind: str, scheme: str) -> None:
    # The checker is a script of another hand; the page's own policy would refuse it.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address + KINDS[kind])
        _open_everything(page)
        answer = Axe().run(page, options=RULES).response
        found += [
            f"{width}: {rule['id']}: {node['html'][:200]}" for rule in answer["violations"] for node in rule["nodes"]
        ]
    context.close()
    assert found == []


def _open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    words = page.locator(".ev-filter input")
    if words.count():
        # A list of all studies has the same row hundreds of times; a few of them tell as much.
        words.fill("1994")
