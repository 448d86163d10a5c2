"""The wording table as a page: every cell of finding and certainty with the sentence that the site writes for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from evibrief.pages.links import METHODS, WORDING, Link, relative
from evibrief.pages.rendering import Renderer
from evibrief.pages.statements import Cell, Noun, sentence, speak_cell
from evibrief.pages.tables import Column, Row, Table
from evibrief.pages.wording_table import estimated_cells, told_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingPage:
    """The context of ``wording.html.j2``."""

    methods: Link = field(metadata={"help": "The page that this one belongs to."})
    tables: tuple[Table, ...] = field(metadata={"help": "Cells with their sentences, one table for each kind."})
    told: Table = field(metadata={"help": "Sentences on outcomes that have no estimate."})


def wording_page(renderer: Renderer) -> WordingPage:
    """Return the context of the page that lists every sentence of a finding."""
    return WordingPage(
        methods=Link(text=renderer.speak("pages.methods-title"), href=relative(WORDING, METHODS)),
        tables=tuple(_tables(renderer)),
        told=_told(renderer),
    )


def _kind(cell: Cell) -> tuple[bool, str, bool]:
    return cell.template.startswith("findings.link_"), cell.scale, cell.more_is_good


def _tables(renderer: Renderer) -> Iterator[Table]:
    cells = [cell for cell in estimated_cells() if not cell.template.endswith("_very_uncertain")]
    example = Noun(name=renderer.speak("wording.intervention"), plural=False)
    very = {cell.template.partition("_")[0]: cell for cell in estimated_cells() if cell not in cells}
    for (is_link, scale, good), group in groupby(cells, key=_kind):
        name = renderer.speak("wording.outcome", scale=scale, more_is_good=good)
        last = very["findings.link" if is_link else "findings.effect"]
        rows = [_row(cell, renderer, example, name) for cell in (*group, last)]
        caption = renderer.speak("wording.caption", is_link=is_link, scale=scale, more_is_good=good)
        yield Table(caption=caption, columns=_columns(renderer), rows=tuple(rows))


def _row(cell: Cell, renderer: Renderer, example: Noun, name: str) -> Row:
    conclusion = cell.template.partition("_")[2]
    case = renderer.speak(
        "wording.case",
        conclusion=conclusion,
        size=cell.size.value if cell.size else None,
        course=cell.course.value if cell.course else None,
        open=[course.value for course in cell.open],
    )
    certainty = renderer.speak("wording.certainty", word=cell.certainty.word if cell.certainty else None)
    text = sentence(renderer, [speak_cell(renderer, cell, example, name)])
    return Row(head=Link(text=certainty), cells=(case, text))


def _columns(renderer: Renderer) -> tuple[Column, ...]:
    headings = ("certainty", "finding", "sentence")
    return tuple(Column(heading=renderer.speak("wording.heading", column=name)) for name in headings)


def _told(renderer: Renderer) -> Table:
    name = renderer.speak("wording.outcome", scale="score", more_is_good=True)
    rows = [
        Row(head=Link(text=renderer.speak("wording.told_case", conclusion=conclusion)), cells=(text,))
        for conclusion, text in told_rows(renderer, name)
    ]
    headings = ("known", "sentence")
    return Table(
        caption=renderer.speak("wording.told_caption"),
        columns=tuple(Column(heading=renderer.speak("wording.heading", column=heading)) for heading in headings),
        rows=tuple(rows),
    )
