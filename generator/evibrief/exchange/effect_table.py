"""The table that ``evibrief pool`` reads: one study per line, columns named after what they hold."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from evibrief.errors import Problem, RecordError, UsageError
from evibrief.statistics.effects import columns_of
from evibrief.statistics.measures import Measure

LABEL = "study"
MISSING = ("", "NA", "na", "n/a", ".")
# A table of numbers beyond this size is not one that people pool at a desk.
MAX_BYTES = 4 * 1024 * 1024

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_COUNT = re.compile(r"(events|n)(_[12])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTable:
    """Columns of one length by name, a missing value as None; ``labels`` name the studies."""

    labels: tuple[str, ...]
    columns: dict[str, tuple[float | None, ...]]


def read_effect_table(path: Path, measure: Measure) -> EffectTable:
    """Read the columns of a measure from a CSV file (comma or semicolon; UTF-8, with or without byte order mark).

    Columns of other names are left alone; empty lines are skipped; an empty cell, or NA, is a missing value.

    Raises:
        UsageError: if the file cannot be opened.
        RecordError: if it is not such a table; with one problem for every cell that cannot be a value of its column.
    """
    shown = path.name
    lines = list(_lines(_text(path, shown), shown))
    if not lines:
        raise _refused(shown, 1, "the file is empty", "its first line names the columns")
    names = [cell.strip() for cell in lines[0].cells]
    positions = _positions(names, measure, shown)
    return _table(lines[1:], positions, names, shown)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: list[str]


def _text(path: Path, shown: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(shown, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(shown, 1, "the file is not UTF-8 text", "save it as CSV UTF-8") from None
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read ({error.strerror})") from None


def _lines(text: str, shown: str) -> Iterator[_Line]:
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Line(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _refused(shown, reader.line_num, f"not a CSV table ({error})") from None


def _positions(names: list[str], measure: Measure, shown: str) -> dict[str, int]:
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise _refused(shown, 1, f"two columns are called {', '.join(repeated)}")
    for wanted in (columns_of(measure), ("yi", "vi"), ("yi", "sei")):
        if all(name in names for name in wanted):
            return {name: names.index(name) for name in wanted}
    own = columns_of(measure)
    missing = ", ".join(name for name in own if name not in names)
    found = ", ".join(filter(None, names)) or "none"
    raise _refused(shown, 1, f"{measure} needs the columns {', '.join(own)}; missing: {missing}", f"found: {found}")


def _table(lines: list[_Line], positions: dict[str, int], names: list[str], shown: str) -> EffectTable:
    problems: list[Problem] = []
    labels: list[str] = []
    columns: dict[str, list[float | None]] = {name: [] for name in positions}
    for line in lines:
        label = line.cells[names.index(LABEL)].strip() if LABEL in names[: len(line.cells)] else ""
        labels.append(label or f"row {len(labels) + 1}")
        if len(line.cells) > len(names):
            problems.append(_problem(shown, line, len(names), "", f"{len(line.cells)} cells under {len(names)} names"))
            continue
        row = {name: _cell(line, name, at, shown, problems) for name, at in positions.items()}
        problems.extend(_impossible(row, line, positions, shown))
        for name, value in row.items():
            columns[name].append(value)
    if problems:
        raise RecordError(problems)
    if not labels:
        raise _refused(shown, 1, "no study stands below the names of the columns")
    return EffectTable(labels=tuple(labels), columns={name: tuple(values) for name, values in columns.items()})


def _cell(line: _Line, name: str, at: int, shown: str, problems: list[Problem]) -> float | None:
    text = line.cells[at].strip() if at < len(line.cells) else ""
    if text in MISSING:
        return None
    if not _NUMBER.fullmatch(text):
        advice = "write it with a point for decimals, such as 5.2" if "," in text else ""
        problems.append(_problem(shown, line, at, name, f"'{text[:40]}' is not a number", advice))
        return None
    value = float(text)
    if not math.isfinite(value):
        problems.append(_problem(shown, line, at, name, f"{text[:40]} is too large a number"))
        return None
    if value < 0 and _COUNT.fullmatch(name):
        problems.append(_problem(shown, line, at, name, f"a count cannot be negative (found {text})"))
    return value


def _impossible(row: dict[str, float | None], line: _Line, positions: dict[str, int], shown: str) -> Iterator[Problem]:
    for events, n in (("events", "n"), ("events_1", "n_1"), ("events_2", "n_2")):
        some, everyone = row.get(events), row.get(n)
        if some is not None and everyone is not None and some > everyone >= 0:
            text = f"{some:g} events among {everyone:g} people"
            yield _problem(shown, line, positions[events], events, text, "check both in the source")


def _refused(shown: str, line: int, message: str, advice: str = "") -> RecordError:
    return RecordError([_problem(shown, _Line(line, []), 0, "", message, advice)])


def _problem(shown: str, line: _Line, at: int, field: str, message: str, advice: str = "") -> Problem:
    """Word a problem of one cell; its column is counted in cells, as spreadsheets do."""
    return Problem(
        path=shown, line=line.number, column=at + 1, field=field, code="wrong-table", message=message, advice=advice
    )
