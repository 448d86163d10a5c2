"""Accessibility rules (WCAG 2.2 AA and best practice) on every kind of page, as wide as a phone and as a desk."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from browser.kinds import KINDS

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # What keeps the rules is not described: that would take longer than looking.
    "resultTypes": ["violations"],
}
# Each row of a table is written by the same template; these many tell as much as hundreds.
ROWS = 4


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_is_broken(
    browser: Browser, address: str, kind: str, scheme: Literal["light", "dark"], width: int
) -> None:
    # The checker is a script of another hand; the page's own policy would refuse it.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address + KINDS[kind])
    page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    page.evaluate(f"document.querySelectorAll('tbody tr:nth-child(n + {ROWS + 1})').forEach((row) => row.remove())")
    broken = Axe().run(page, options=RULES).response["violations"]
    context.close()
    assert [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]] == []
