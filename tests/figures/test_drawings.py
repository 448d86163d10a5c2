"""What the templates draw from a geometry: whole drawings against golden files, and text that stays text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evibrief.figures.axes import Span
from evibrief.figures.forest import Group, stacked_forest, wide_forest
from evibrief.figures.funnel import FunnelPoint, funnel
from evibrief.figures.icon_array import icon_pair
from evibrief.figures.scale_picture import scale_picture
from figures.made_up import entry, forest_input

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"), autoescape=True, undefined=StrictUndefined
)
SIZES = {"trivial": "trivial", "small": "small", "moderate": "moderate", "large": "large"}


def draw(file: str, macro: str, *arguments: object) -> str:
    source = f'{{% from "figures/{file}.svg.j2" import {macro} as drawn %}}{{{{ drawn(*arguments) }}}}'
    return TEMPLATES.from_string(source).render(arguments=arguments)


def grouped() -> tuple[Group, ...]:
    wild = entry("Wild 2003", 1.0, 1e-6, 1e6, 5.0)
    return (
        Group(name="Hot", entries=(entry("Hot 2001", 0.5, 0.25, 1.0, 60.0),), total=entry("Together", 0.5, 0.25, 1.0)),
        Group(name="Cold", entries=(entry("Cold 2002", 2.0, 1.0, 4.0, 35.0), wild)),
    )


def drawings() -> dict[str, str]:
    points = [FunnelPoint(label=f"No. {i}", estimate=1.0 + i / 10, se=0.05 * (i + 1)) for i in range(10)]
    points.append(FunnelPoint(label="", estimate=0.4, se=0.4, is_filled=True))
    scale = scale_picture(
        Span(value=0.3, low=0.1, high=0.5),
        bounds=(("small", 0.2), ("moderate", 0.5), ("large", 0.8)),
        is_log=False,
        null=0.0,
    )
    given = forest_input(groups=grouped())
    words = ("Title", "Described.")
    return {
        "forest-wide": draw("forest", "forest", wide_forest(given), "f", "fig-wide", *words),
        "forest-stacked": draw("forest", "forest", stacked_forest(given), "f", "fig-stacked", *words),
        "funnel": draw(
            "funnel", "funnel", funnel(points, estimate=1.2, is_log=True, null=1.0), "u", *words, "Risk ratio", "Error"
        ),
        "people": draw("icon_array", "icon_array", icon_pair(23, 17, total=100, columns=20).with_it, "p", *words),
        "scale": draw("scale", "scale", scale, "s", "fig-wide", *words, SIZES, "Less", "More"),
    }


@pytest.mark.parametrize("name", ["forest-wide", "forest-stacked", "funnel", "people", "scale"])
class TestDrawings:
    def test_are_whole_files_of_their_own(self, name: str) -> None:
        root = ElementTree.fromstring(drawings()[name])
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.attrib["role"] == "img"
        named = root.attrib["aria-labelledby"].split()
        texts = {item.attrib["id"]: item.text for item in root if "id" in item.attrib}
        assert [texts[one] for one in named] == ["Title", "Described."]

    def test_carry_no_code_and_no_style_of_their_own(self, name: str) -> None:
        for item in ElementTree.fromstring(drawings()[name]).iter():
            assert [key for key in item.attrib if key == "style" or key.startswith("on")] == []

    def test_look_as_before(self, name: str, golden: Callable[[str, str], None]) -> None:
        golden(f"figures/{name}.svg", drawings()[name])


def test_names_stay_text() -> None:
    hostile = '<script>"&{{ 1 }}'
    given = replace(forest_input(), left=hostile, right=hostile, notes=(hostile,), study_heading=hostile)
    drawn = draw("forest", "forest", wide_forest(given), "f", "fig-wide", hostile, hostile)
    root = ElementTree.fromstring(drawn)
    assert not [item for item in root.iter() if item.tag.endswith("script")]
    assert [item.text for item in root.iter() if item.text == hostile]
