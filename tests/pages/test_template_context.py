"""Every page's template uses exactly the names that its view documents."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from evibrief.pages.lists import ChangesPage, HomePage, TopicPage
from evibrief.pages.methods_page import MethodsPage
from evibrief.pages.notice_page import NoticePage
from evibrief.pages.study_list import StudiesPage
from evibrief.pages.study_page import StudyPage
from evibrief.pages.summary_page import SummaryPage
from evibrief.pages.wording_page import WordingPage

TEMPLATES = Path(__file__).parents[2] / "templates"
# What the renderer gives to every template.
GLOBALS = {"speak", "interval", "people_interval", "frequencies"}
FILTERS = ("capitalised", "count", "day", "per_1000")
VIEWS = {
    "summary": SummaryPage,
    "study": StudyPage,
    "studies": StudiesPage,
    "home": HomePage,
    "topic": TopicPage,
    "methods": MethodsPage,
    "changes": ChangesPage,
    "wording": WordingPage,
    "notice": NoticePage,
}


def environment() -> Environment:
    """An environment that only reads: what the filters do does not matter here."""
    made = Environment(autoescape=True)
    made.filters.update(dict.fromkeys(FILTERS, str))
    return made


def test_every_page_template_has_a_view() -> None:
    assert {path.name.removesuffix(".html.j2") for path in TEMPLATES.glob("*.html.j2")} == set(VIEWS)


@pytest.mark.parametrize("name", VIEWS)
def test_a_template_uses_its_view_and_nothing_else(name: str) -> None:
    source = (TEMPLATES / f"{name}.html.j2").read_text(encoding="utf-8")
    used = meta.find_undeclared_variables(environment().parse(source)) - GLOBALS
    assert used == {item.name for item in fields(VIEWS[name])}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_what_each_name_holds(name: str) -> None:
    assert [item.name for item in fields(VIEWS[name]) if not item.metadata.get("help")] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.svg.j2")), ids=lambda path: path.name)
def test_figures_are_drawn_from_their_arguments_alone(path: Path) -> None:
    used = meta.find_undeclared_variables(environment().parse(path.read_text(encoding="utf-8")))
    assert used == set()


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.j2")), ids=lambda path: path.name)
def test_no_template_brings_code_of_its_own_into_a_page(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert " style=" not in source
    assert " onclick=" not in source
    assert "|safe" not in source.replace(" ", "")
    assert "<script" not in source
