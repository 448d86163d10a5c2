"""The wording table: every cell of finding and certainty with its sentence, for the page that documents it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from evibrief.appraisal.ratings import Certainty, Course, Size
from evibrief.pages.statements import Cell, Noun, sentence, speak_cell
from evibrief.pages.voice import Speaker

_SURE = (Certainty.HIGH, Certainty.MODERATE, Certainty.LOW)
_SIZES = (Size.LARGE, Size.MODERATE, Size.SMALL, Size.TRIVIAL, None)
_WAYS = ("effect", "link")
_BOTH = (Course.INCREASES, Course.REDUCES)
_TOLD = (
    "improved",
    "worsened",
    "not_improved",
    "mixed",
    "unknown",
    "not_reported",
    "not_estimable",
    "described",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingRow:
    """One cell with its sentence."""

    cell: Cell
    text: str


def wording_table(speaker: Speaker, intervention: Noun, outcome: str) -> tuple[WordingRow, ...]:
    """Word every cell for an example. Rows come in the order of certainty and size."""
    rows = [
        WordingRow(cell=cell, text=sentence(speaker, [speak_cell(speaker, cell, intervention, outcome)]))
        for cell in estimated_cells()
    ]
    rows += [
        WordingRow(cell=Cell(template=f"findings.told_{told}"), text=text) for told, text in told_rows(speaker, outcome)
    ]
    return tuple(rows)


def told_rows(speaker: Speaker, outcome: str) -> Iterator[tuple[str, str]]:
    """Yield each conclusion that needs no estimate, with its sentence."""
    for told in _TOLD:
        clause = speaker.speak(f"findings.told_{told}", names=[outcome], source="review")
        yield told, sentence(speaker, [clause])


def estimated_cells() -> Iterator[Cell]:
    """Yield every cell that a result with an interval can fall into."""
    for way, scale, good in product(_WAYS, ("risk", "score"), (True, False)):
        for certainty, size, course in product(_SURE, _SIZES, _BOTH):
            yield Cell(
                template=f"findings.{way}_difference",
                certainty=certainty,
                course=course,
                size=size,
                scale=scale,
                more_is_good=good,
            )
        for certainty in _SURE:
            template = f"findings.{way}_little_to_no"
            yield Cell(template=template, certainty=certainty, scale=scale, more_is_good=good)
        for courses in (_BOTH, _BOTH[:1], _BOTH[1:], ()):
            yield Cell(template=f"findings.{way}_inconclusive", open=courses, scale=scale, more_is_good=good)
    for way in _WAYS:
        yield Cell(template=f"findings.{way}_very_uncertain", certainty=Certainty.VERY_LOW)
