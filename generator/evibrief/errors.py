"""What can go wrong, and how it is worded.

EvidenceError               the reader of the message can mend it; never a traceback
├── RecordError             one or more Problems in studies/ or summaries/
├── UsageError              the command was called wrongly
├── SiteError               the site could not be built or failed its own check
└── BuildLocked             another build is writing the same site
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """What the command line returns to the shell."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    WITHDRAWN = 3
    OUR_BUG = 4
    LOCKED = 75


class Severity(StrEnum):
    """An error stops publication; a warning wants an answer; a hint is advice."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake in one place of a record.

    ``path`` is relative to the project, with forward slashes. ``line`` and ``column`` count from 1. ``field`` is the
    dotted way to the value (``results.0.arms.control.n``), empty for the file as a whole. ``code`` names the kind of
    mistake (``unknown-field``), ``advice`` says what would be right.
    """

    path: str
    line: int
    column: int
    field: str
    code: str
    severity: Severity = Severity.ERROR
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """Return the one line that people and editors read: ``path:line:column: field: message; advice``."""
        where = f"{self.path}:{self.line}:{self.column}: "
        field = f"{self.field}: " if self.field else ""
        kind = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        advice = f"; {self.advice}" if self.advice else ""
        return one_line(f"{where}{kind}{field}{self.message}{advice}")


def one_line(text: str) -> str:
    """Text as one line that is nothing but text, whatever a record puts into it.

    Nothing in it controls a terminal: what is not printable is escaped as JSON does it. Nothing is a command in the log
    of a workflow: GitHub's runner obeys ``::`` where a line begins, and ``##[`` anywhere, so both are taken apart.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escaped(char) for char in text)
    text = text.replace("##[", "# #[")
    return text.replace("::", ": :", 1) if text.lstrip().startswith("::") else text


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


class EvidenceError(Exception):
    """Something that the reader of the message can mend."""

    exit_code = ExitCode.PROBLEMS


class RecordError(EvidenceError):
    """The records have problems; nothing was computed from them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(EvidenceError):
    """The command was called in a way that cannot work."""

    exit_code = ExitCode.USAGE


class SiteError(EvidenceError):
    """The site could not be built, or the built site failed its own check."""


class BuildLocked(EvidenceError):
    """Another build is writing the same site."""

    exit_code = ExitCode.LOCKED
