"""What all importers share: the records they make, the gaps they leave for a person, and how foreign text is tidied.

An importer brings over what a file says, and no more. What a record needs and the file does not say is a :class:`Gap`:
it stands in the YAML as a field without a value, with a comment, so that ``evibrief check`` asks for it by line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from evibrief.errors import Problem, RecordError
from evibrief.exchange.datasets.drafts import slug
from evibrief.exchange.record_text import Fields, Row, Value, record_text
from evibrief.records.fields import LARGEST_FIGURE, MAX_LINE, MAX_PROSE, SMALLEST_FIGURE
from evibrief.records.folders import MAX_ID
from evibrief.records.source import character_fault

STUDIES: Literal["studies"] = "studies"
SUMMARIES: Literal["summaries"] = "summaries"
SCHEMAS = {STUDIES: "study", SUMMARIES: "summary"}
# Names that Windows keeps for devices (Microsoft, "Naming Files, Paths, and Namespaces") cannot be a file's.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
# Ids of studies, which stand better one below the other: an update adds or takes away a line.
_LIST_OF_IDS = re.compile(r'^(studies): \[([a-z0-9", -]+)\]\n', re.MULTILINE)
# Beyond this, a figure is not one that somebody measured, but one that a program computed.
DIGITS = 10


@dataclass(frozen=True, slots=True)
class Gap:
    """What only a person can fill in; ``hint`` says what belongs there."""

    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """A record ready to be written: its folder, its id (the name of its file), its YAML text, and its gaps."""

    folder: Literal["studies", "summaries"]
    id: str
    text: str
    gaps: int

    @property
    def path(self) -> str:
        """The file's path within a project."""
        return f"{self.folder}/{self.id}.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a foreign file gave: studies, summaries (one for each comparison of a review), and what did not fit.

    ``unmapped`` are sentences for the person who imports: what was left out, guessed or must be looked at.
    """

    studies: tuple[RecordFile, ...] = ()
    summaries: tuple[RecordFile, ...] = ()
    unmapped: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[RecordFile, ...]:
        """Studies, then summaries."""
        return self.studies + self.summaries


@dataclass(slots=True)
class Report:
    """Collects what could not be mapped, each sentence once, in the order of the file."""

    lines: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Take a sentence down."""
        self.lines[tidy(text)] = None


def refused(shown_as: str, message: str, advice: str = "", *, line: int = 1, code: str = "foreign-file") -> RecordError:
    """Return the one-line error of a file that cannot be imported."""
    problem = Problem(path=shown_as, line=line, column=1, field="", code=code, message=message, advice=advice)
    return RecordError([problem])


def record_file(
    folder: Literal["studies", "summaries"], name: str, draft: Mapping[str, object], comment: Sequence[str]
) -> RecordFile:
    """Return a draft as a file: the line that tells editors its schema, comments, and the fields with their gaps."""
    gaps: dict[str, Gap] = {}
    fields = _without_gaps(draft, gaps)
    assert isinstance(fields, dict)
    modeline = f"yaml-language-server: $schema=../schema/{SCHEMAS[folder]}.schema.json"
    text = record_text(fields, [modeline, *(tidy(item) for item in comment)])
    for token, gap in gaps.items():
        text = text.replace(f" {token}\n", f"  # {gap.hint}\n", 1)
    text = _LIST_OF_IDS.sub(lambda found: f"{found[1]}:\n  - " + "\n  - ".join(found[2].split(", ")) + "\n", text)
    return RecordFile(folder=folder, id=name, text=text, gaps=len(gaps))


def _without_gaps(value: object, gaps: dict[str, Gap]) -> Value:
    """Return a draft with a token in place of each gap, for the emitter knows nothing of comments."""
    if isinstance(value, Gap):
        token = f"gap-to-be-filled-in-by-a-person-{len(gaps):06}"
        gaps[token] = value
        return token
    if isinstance(value, Row):
        return value
    if isinstance(value, Mapping):
        return {str(key): _without_gaps(item, gaps) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_gaps(item, gaps) for item in value]
    assert isinstance(value, str | int | Decimal)
    return value


def tidy(text: str) -> str:
    """Return foreign text on one line, composed (NFC), without the characters that records refuse."""
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    if character_fault(flat):
        kept = (char for char in flat if not character_fault(char))
        flat = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    return flat


def line(text: str | None) -> str:
    """Return foreign text as one line of a record, cut at 400 characters."""
    return _cut(tidy(text or ""), MAX_LINE)


def prose(text: str | None) -> str:
    """Return foreign text as a paragraph of a record, cut at 2,000 characters."""
    return _cut(tidy(text or ""), MAX_PROSE)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 4].rsplit(" ", 1)[0].rstrip() + " ..."


def given(**values: Any) -> dict[str, Any]:
    """Return the fields that have a value: not None, not an empty text, list or mapping."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], (), {})}


def stored(text: str | None) -> Decimal | None:
    """Return a number that a program stored, without the zero that it appended to a whole one: 5 for ``5.0``."""
    number = figure(text)
    return Decimal(int(number)) if number is not None and number == int(number) else number


def figure(text: str | None) -> Decimal | None:
    """Return a printed number with its digits, or nothing where it is beyond what a record holds.

    More than ten significant digits are rounded away.
    """
    cleaned = (text or "").strip().replace("\u2212", "-")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", cleaned) or len(cleaned) > 60:
        return None
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        return None
    if number and not SMALLEST_FIGURE <= abs(number) <= LARGEST_FIGURE:
        return None
    return rounded(number) if len(number.as_tuple().digits) > DIGITS else number


def rounded(number: Decimal | float, digits: int = DIGITS) -> Decimal:
    """Return a computed number with so many significant digits, without trailing zeros or exponent."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    if not exact:
        return Decimal(0)
    short = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1)) if exact.adjusted() < digits else exact
    plain = format(short, "f")
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)


def count(text: str | None) -> int | None:
    """Return a whole number of people or events, or nothing: ``12``, ``12.0`` and ``1,234`` count."""
    cleaned = (text or "").strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+", cleaned):
        cleaned = cleaned.replace(",", "")
    number = figure(cleaned)
    if number is None or number < 0 or number != int(number) or number > 10**10:
        return None
    return int(number)


def year(text: str | None) -> str:
    """Return the year in a text, such as ``2001`` of ``2001a``, or nothing."""
    found = re.search(r"(?<!\d)(1[5-9]\d{2}|20\d{2})(?!\d)", text or "")
    return found.group() if found else ""


def identifier(*parts: str, fallback: str) -> str:
    """Return words as an id of at most 64 characters, cut between words where that is possible."""
    name = slug(" ".join(parts)) or fallback
    if len(name) > MAX_ID:
        name = name[: MAX_ID + 1].rpartition("-")[0] or name[:MAX_ID]
    return f"study-{name}" if _DEVICE.fullmatch(name) else name


@dataclass(slots=True)
class Ids:
    """Gives out ids, each once: a second one of the same name gets a number."""

    taken: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def new(self, wanted: str) -> str:
        """Return the id, or the next free one of its name."""
        name, number = wanted, self.numbers.get(wanted, 1)
        while name in self.taken:
            number += 1
            suffix = f"-{number}"
            name = wanted[: MAX_ID - len(suffix)].rstrip("-") + suffix
        self.numbers[wanted] = number
        self.taken.add(name)
        return name


def study_name(label: str, when: str, position: int) -> str:
    """Return the id of a study: its label, with the year where the label lacks it."""
    words = label if not when or when in label else f"{label} {when}"
    return identifier(words, fallback=f"study-{position}")


def settle_names(wanted: Iterable[str], labels: Iterable[str], report: Report) -> list[str]:
    """Return one id for each study; where two would have the same, the second gets a number, and this is reported."""
    ids = Ids()
    names = []
    for name, label in zip(wanted, labels, strict=True):
        made = ids.new(name)
        if made != name:
            report.add(f"'{label}' would have the id {name}, which another study of the file has; it became {made}")
        names.append(made)
    return names


_ROLES = ("intervention", "comparator")


@dataclass(slots=True)
class Arms:
    """The arms of a study as they turn up: the same label in the same role is the same arm."""

    ids: Ids = field(default_factory=Ids)
    known: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def id_of(self, label: str, role: Literal["intervention", "comparator"], *, part: str = "") -> str:
        """Return the arm's id. ``part`` sets apart people who are counted on their own, such as a subgroup's."""
        key = (label, role, part)
        if key not in self.known:
            self.known[key] = self.ids.new(identifier(label, part, fallback=role))
        return self.known[key]

    @property
    def fields(self) -> list[Row]:
        """The arms as the record lists them: interventions first."""
        ordered = sorted(self.known.items(), key=lambda item: _ROLES.index(item[0][1]))
        return [
            Row(id=name, label=line(f"{label} ({part})" if part else label) or role.capitalize(), role=role)
            for (label, role, part), name in ordered
        ]


def extraction(source: str, how: str) -> Fields:
    """Return who extracted: nobody but the import."""
    return {"extracted_by": line(f"imported from {source} ({how})")}
