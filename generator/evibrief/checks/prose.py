"""The prose of a summary, piece by piece, with the field that each stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.records.markup import plain_of
from evibrief.records.summary import Summary

from .remarks import Location

# A full stop ends a sentence where a capital, a quotation mark or a placeholder follows.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(\u201c{A-Z0-9])")
_WORD = re.compile(r"\w+(?:[\u2019'.,/-]\w+)*|\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of prose. ``is_lay`` is what a reader meets in the two minutes; the rest explains how it came about."""

    location: Location
    text: str
    is_lay: bool = True


def writing(summary: Summary) -> Iterator[Piece]:
    """Yield what editors write for the article: background, interpretation and their own limitations."""
    yield Piece(location=("writing", "background"), text=plain_of(summary.writing.background))
    yield Piece(location=("writing", "interpretation"), text=plain_of(summary.writing.interpretation))
    for index, text in enumerate(summary.limitations):
        yield Piece(location=("limitations", index), text=plain_of(text))


def all_prose(summary: Summary) -> Iterator[Piece]:
    """Yield every piece of a summary's prose that a page shows."""
    yield Piece(location=("title",), text=summary.title)
    yield from writing(summary)
    if summary.notice is not None:
        yield Piece(location=("notice",), text=summary.notice)
    for side in ("intervention", "comparator"):
        explained = getattr(summary.question, side).explained
        if explained is not None:
            yield Piece(location=("question", side, "explained"), text=explained)
    for index, outcome in enumerate(summary.outcomes):
        for field in ("definition", "note"):
            text = getattr(outcome, field)
            if text is not None:
                yield Piece(location=("outcomes", index, field), text=text, is_lay=field == "definition")
        for position, judgement in enumerate(outcome.judgements):
            at = ("outcomes", index, "judgements", position, "reason")
            yield Piece(location=at, text=judgement.reason, is_lay=False)
    for index, fact in enumerate(summary.source_review.facts if summary.source_review else ()):
        yield Piece(location=("source_review", "facts", index, "text"), text=fact.text, is_lay=False)


def sentences(text: str) -> list[str]:
    """Split prose into sentences."""
    return _SENTENCE_END.split(" ".join(text.split()))


def count_words(text: str) -> int:
    """Count words; a placeholder is one, and so is a compound with hyphens."""
    return len(_WORD.findall(text))
