"""How we rate: the levels, the words and every threshold, from the settings that the rules really use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from evibrief.appraisal.ratings import Certainty, EvidenceLevel, Figure
from evibrief.appraisal.settings import Settings
from evibrief.figures.risk_of_bias import Light, light
from evibrief.pages.findings_table import CertaintyBadge, badge_of
from evibrief.pages.links import METHODS, WORDING, Link, relative
from evibrief.pages.provenance import figure_text
from evibrief.pages.rendering import Renderer
from evibrief.records.pooling_choices import Model
from evibrief.records.risk_of_bias import LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """A threshold: its name in the configuration, what it is, its value in print, and where it comes from."""

    name: str
    what: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """An evidence level and its word."""

    number: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedNotices:
    """A file of retraction notices that every report was compared with.

    ``newest`` is the day of its newest notice, ``age`` its days before ``today``: the day that the build was given, or
    that of the newest record.
    """

    notices: int
    newest: date | None
    age: int | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsPage:
    """The context of ``methods.html.j2``."""

    levels: tuple[LevelRow, ...] = field(metadata={"help": "Evidence levels, 1 to 5."})
    certainties: tuple[CertaintyBadge, ...] = field(metadata={"help": "Levels of certainty, the highest first."})
    settings: tuple[SettingRow, ...] = field(metadata={"help": "Every threshold of the rules."})
    model: Model = field(metadata={"help": "How outcomes are pooled unless a summary says otherwise."})
    lights: tuple[Light, ...] = field(metadata={"help": "Every judgement of risk of bias with its sign."})
    compared: ComparedNotices | None = field(metadata={"help": "The file of retraction notices, if there is one."})
    wording: Link = field(metadata={"help": "The page with every sentence of a finding."})
    version: str = field(metadata={"help": "Version of the software."})


def methods_page(
    settings: Settings, renderer: Renderer, *, compared: ComparedNotices | None, version: str
) -> MethodsPage:
    """Return the context of the page on methods."""
    words = dict.fromkeys(level.value for levels in LEVELS.values() for level in levels)
    return MethodsPage(
        levels=tuple(LevelRow(number=level.value, word=level.word) for level in EvidenceLevel),
        certainties=tuple(badge_of(certainty) for certainty in sorted(Certainty, reverse=True)),
        settings=tuple(_settings(settings, renderer)),
        model=Model(),
        lights=tuple(light(word) for word in words),
        compared=compared,
        wording=Link(text=renderer.speak("pages.wording-title"), href=relative(METHODS, WORDING)),
        version=version,
    )


def _settings(settings: Settings, renderer: Renderer) -> Iterator[SettingRow]:
    for item in fields(settings):
        value = getattr(settings, item.name)
        text = ", ".join(value) if isinstance(value, tuple) else _threshold(value, renderer)
        name = f"{item.metadata['option']}.{item.name}"
        yield SettingRow(
            name=name, what=renderer.speak(f"settings.{item.name}"), value=text, source=item.metadata["source"]
        )


def _threshold(value: Figure, renderer: Renderer) -> str:
    """A threshold as somebody set it: without the zeros that a measured figure would need."""
    text, mark = figure_text(value, renderer.language), renderer.language.decimal_mark
    return text.rstrip("0").rstrip(mark) if mark in text else text
