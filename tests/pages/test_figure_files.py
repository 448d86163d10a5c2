"""Figures as files of their own: whole, with their colours, and linked from the page."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

import pytest

from evibrief.pages.outputs import RenderedFile, RenderedPage
from pages.made_up_site import render, studies, summaries
from pages.markup import read

SVG = "{http://www.w3.org/2000/svg}"
TEA = "summaries/tea-for-hiccups/"
FILES = ("people-hiccups-without", "people-hiccups-with", "forest-hiccups", "bias-hiccups", "growth-hiccups",
         "forest-calm", "bias-calm")  # fmt: skip


@cache
def page() -> RenderedPage:
    """The page with the retraction taken back: two studies make a plot, three show how the evidence grew."""
    records = studies()
    del records[1]["reports"][0]["retraction"]
    return render(summaries(), records)[TEA]


def files() -> dict[str, RenderedFile]:
    return {file.uri: file for file in page().files}


def drawing(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(files()[f"{TEA}figures/{name}.svg"].content)


def test_every_figure_of_a_page_is_a_file() -> None:
    assert list(files()) == [f"{TEA}figures/{name}.svg" for name in FILES]


def test_a_scale_is_a_file_too() -> None:
    told = render(summaries(), studies())["summaries/humming-for-hiccups/"]
    assert [file.uri for file in told.files] == ["summaries/humming-for-hiccups/figures/scale-calm.svg"]


def test_every_file_is_linked_from_its_page() -> None:
    links = {link["href"] for link in read(page().body).all("a") if "download" in link}
    assert {uri.removeprefix(TEA) for uri in files()} <= links


@pytest.mark.parametrize("name", FILES)
class TestEveryFile:
    def test_has_a_title_and_a_description(self, name: str) -> None:
        root = drawing(name)
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")

    def test_needs_nothing_beside_itself(self, name: str) -> None:
        text = files()[f"{TEA}figures/{name}.svg"].content.decode()
        assert "var(" not in text
        assert "url(" not in text
        assert "href" not in text
        assert "<script" not in text

    def test_has_a_colour_for_every_mark(self, name: str) -> None:
        root = drawing(name)
        style = root.findtext(f"{SVG}style") or ""
        styled = set(re.findall(r"\.(fig[a-z0-9-]*)", style))
        marks = (f"{SVG}{tag}" for tag in ("path", "rect", "circle", "polygon"))
        parents = {child: parent for parent in root.iter() for child in parent}
        for mark in (item for tag in marks for item in root.iter(tag)):
            classes = {*mark.get("class", "").split(), *parents[mark].get("class", "").split()}
            assert classes & styled

    def test_lies_within_its_sheet(self, name: str) -> None:
        root = drawing(name)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        inner = next(item for item in root.iter(f"{SVG}svg") if item is not root)
        assert float(inner.attrib["width"]) < width
        assert float(inner.attrib["height"]) < height
