"""Tables from spreadsheets: bytes in, rows by column name out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from .drafts import refused, tidy

# 10,000 studies with a long text each are about 20 MB.
MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 1_000_000
MAX_ROWS = 500_000
MISSING = frozenset({"", "NA", "N/A", "#N/A", "na", "n/a", "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Column names as the file has them, and rows by column name, cells stripped; a missing value is empty."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def read_table(data: bytes, shown_as: str) -> Table:
    """Return a table: comma, semicolon or tab between cells; UTF-8 or UTF-16, with or without byte order mark.

    Raises:
        RecordError: one line with its place, if it is not one.
    """
    text = decoded(data, shown_as)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise refused(shown_as, f"not a CSV table ({error})", line=max(reader.line_num, 1)) from None
    if len(lines) < 2:
        raise refused(shown_as, "a table needs a line of column names and at least one row")
    if len(lines) > MAX_ROWS:
        raise refused(shown_as, f"more than {MAX_ROWS:,} rows", "import it in parts")
    return _table(lines, shown_as)


def _table(lines: list[tuple[int, list[str]]], shown_as: str) -> Table:
    columns = [tidy(cell) for cell in lines[0][1]]
    double = next((name for i, name in enumerate(columns) if name and name in columns[:i]), None)
    if double is not None:
        raise refused(shown_as, f"two columns are called '{double}'", "give each its own name", line=lines[0][0])
    return Table(name=shown_as, columns=tuple(columns), rows=tuple(_rows(lines, columns, shown_as)))


def _rows(lines: list[tuple[int, list[str]]], columns: list[str], shown_as: str) -> Iterator[Mapping[str, str]]:
    for number, cells in lines[1:]:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            message = f"{len(cells)} cells where there are {len(columns)} columns"
            raise refused(shown_as, message, "put a cell that holds commas in quotes", line=number)
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        yield {name: _cell(cell) for name, cell in zip(columns, padded, strict=False) if name}


def _cell(text: str) -> str:
    stripped = text.strip()
    return "" if stripped in MISSING else stripped


def decoded(data: bytes, shown_as: str) -> str:
    """Return the text of a file, with LF line ends; it must be UTF-8, or UTF-16 with a byte order mark."""
    if len(data) > MAX_BYTES:
        raise refused(shown_as, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "import it in parts")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise refused(shown_as, "the file is not UTF-8 text", "save it with the encoding UTF-8") from None
    if "\x00" in text:
        raise refused(shown_as, "the file holds zero bytes; it is not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
