"""Tables of plain text, as every page draws them."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.pages.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, and whether it holds numbers (set flush right)."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: what it is about, its texts, and whether it sums the others up."""

    head: Link
    cells: tuple[str, ...]
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. ``columns`` start with the heading of the rows' own names; every row has one text for each other."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def number_columns(self) -> tuple[bool, ...]:
        """For each text of a row, whether it is a number."""
        return tuple(column.is_number for column in self.columns[1:])


def without_empty_columns(table: Table) -> Table:
    """Return a table without the columns in which no row says anything."""
    kept = [index for index in range(len(table.columns) - 1) if any(row.cells[index] for row in table.rows)]
    return Table(
        caption=table.caption,
        columns=(table.columns[0], *(table.columns[index + 1] for index in kept)),
        rows=tuple(
            Row(
                head=row.head,
                cells=tuple(row.cells[index] for index in kept),
                note=row.note,
                is_total=row.is_total,
            )
            for row in table.rows
        ),
    )
