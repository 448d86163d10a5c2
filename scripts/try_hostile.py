"""Try the hostile corpus, and print by threat how many files were refused, how fast, and with how much memory.

    python scripts/try_hostile.py

Each case is tried in a process of its own. Leaves with 1 if any is not refused with its place, takes a second of
processor time, or 250 MB.
"""

from __future__ import annotations

import multiprocessing.connection
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from evibrief.errors import Problem, Severity  # noqa: E402
from evibrief.records.library import check_records  # noqa: E402
from evibrief.records.reader import parse_bytes  # noqa: E402
from hostile.corpus import HELD_ELSEWHERE, Case, copied, corpus  # noqa: E402
from records.strange_files import ODD  # noqa: E402

MOST_SECONDS = 1.0
MOST_MEGABYTES = 250


@dataclass(frozen=True)
class Outcome:
    """What became of one case: the problems found, seconds of processor time, and the most memory held."""

    problems: tuple[Problem, ...]
    seconds: float
    megabytes: float

    def is_refused(self, code: str) -> bool:
        """Whether there is an error of that code, and every problem names its place."""
        placed = all(one.path and one.line >= 1 and one.column >= 1 and str(one).isprintable() for one in self.problems)
        return placed and any(one.code == code and one.severity is Severity.ERROR for one in self.problems)

    @property
    def is_cheap(self) -> bool:
        return self.seconds < MOST_SECONDS and self.megabytes < MOST_MEGABYTES


def tried(put: Callable[[Path], object]) -> Outcome:
    """Do something to a copy of the smallest publication, and read that in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project = copied(Path(folder) / "project")
        put(project)
        context = multiprocessing.get_context("fork")
        given, taken = context.Pipe(duplex=False)
        process = context.Process(target=_measured, args=(project, taken))
        process.start()
        outcome: Outcome = given.recv()
        process.join()
        return outcome


def _measured(project: Path, taken: multiprocessing.connection.Connection) -> None:
    start = time.process_time()
    problems = check_records(project)
    seconds = time.process_time() - start
    taken.send(Outcome(problems, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def is_read(data: bytes) -> bool:
    """Whether an odd but honest file is read without a problem."""
    return parse_bytes(data, shown_as="x.yaml").problems == ()


def line_of(threat: str, found: Sequence[tuple[Case, Outcome]]) -> str:
    refused = sum(outcome.is_refused(case.code) and outcome.is_cheap for case, outcome in found)
    slowest = max(outcome.seconds for _, outcome in found)
    largest = max(outcome.megabytes for _, outcome in found)
    return f"| {threat} | {len(found)} | {refused} | {1000 * slowest:.0f} | {largest:.0f} |"


def main() -> int:
    cases = list(corpus())
    found = [(case, tried(case.put)) for case in cases]
    print("| threat | files | refused | slowest, ms | most memory, MB |\n| --- | --- | --- | --- | --- |")
    for number in range(1, 35):
        threat = f"T{number:02}"
        own = [(case, outcome) for case, outcome in found if case.threat == threat]
        print(line_of(threat, own) if own else f"| {threat} | held by {HELD_ELSEWHERE[threat]} | | | |")
    print(line_of("all", found))
    failed = [case for case, outcome in found if not (outcome.is_refused(case.code) and outcome.is_cheap)]
    for case in failed:
        print(f"not refused as it should be: {case.id}")
    refused = [name for name, data in ODD.items() if not is_read(data)]
    print(f"{len(ODD)} odd but honest files: {len(ODD) - len(refused)} read")
    return 1 if failed or refused else 0


if __name__ == "__main__":
    sys.exit(main())
