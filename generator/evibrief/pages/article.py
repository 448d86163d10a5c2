"""The two-minute article: what was studied, what was found, how sure that is, and what limits it."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.pages.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read the source: the text of the link, its address where there is one, and the full citation."""

    text: Sentence
    url: str | None
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfilled:
    """A placeholder in prose for which there is no figure. ``field`` is the dotted way to the prose."""

    field: str
    placeholder: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The two-minute part of a summary, as sentences in order; each of the parts is one paragraph.

    ``answer`` is the most important finding in one sentence, for cards and search results. ``words`` counts key
    points, level and paragraphs; ``minutes`` is the time to read them silently. ``folded`` are the ids of outcomes
    that were told together in one sentence, to keep to two minutes. ``unfilled`` must be empty before publication.
    """

    slug: str
    title: str
    key_points: tuple[Sentence, ...]
    level: Sentence
    answer: Sentence
    background: tuple[Sentence, ...]
    methods: tuple[Sentence, ...]
    results: tuple[Sentence, ...]
    limitations: tuple[Sentence, ...]
    meaning: tuple[Sentence, ...]
    reading: tuple[Reading, ...]
    words: int
    minutes: float
    folded: tuple[str, ...]
    unfilled: tuple[Unfilled, ...]
