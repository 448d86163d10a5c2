"""Lists that are divided, in the frame of the real site: they keep the rules that undivided ones keep."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from browser.test_accessibility import RULES
from evibrief.pages import lists, study_list
from evibrief.pages.outputs import RenderedPage
from pages.made_up_site import render, studies, summaries

pytestmark = pytest.mark.browser

# A page of the real site that stands as deep and looks alike, for each kind of divided page.
FRAMES = {
    "studies/": "studies/",
    "studies/all/2/": "studies/",
    "topics/made-up-medicine/2/": "topics/mental-health/",
    "changes/2/": "changes/",
}


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> dict[str, RenderedPage]:
    """The made-up site, with pages so short that its lists are divided."""
    monkeypatch.setattr(study_list, "MOST_LINES", 2)
    monkeypatch.setattr(lists, "MOST_CARDS", 1)
    monkeypatch.setattr(lists, "MOST_CHANGES", 1)
    one, other = summaries()
    return render([one, {**other, "topic": one["topic"]}], studies())


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1440)])
@pytest.mark.parametrize("uri", FRAMES)
def test_a_divided_list_breaks_no_rule(
    browser: Browser,
    address: str,
    divided: dict[str, RenderedPage],
    uri: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address + FRAMES[uri])
    page.locator("article > .ev").evaluate("(old, body) => { old.outerHTML = body; }", divided[uri].body)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.locator(".ev-turn a, .ev-ranges a").first.is_visible()
    broken = Axe().run(page, options=RULES).response["violations"]
    context.close()
    assert [f"{rule['id']}: {node['html'][:200]}" for rule in broken for node in rule["nodes"]] == []
