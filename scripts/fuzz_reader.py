"""Read mutants of records: each must be read, or refused by our one kind of error; what is read must then be told.

    python scripts/fuzz_reader.py [CASES] [SEED]

First CASES files are changed in bytes, pieces and figures and read. Then a hundredth as many records of whole
publications get figures that no paper prints, and what is read of them is checked, synthesised, rated and put into
words. Prints how many were read and refused, how many in a second, and the slowest; leaves with 1, and the case as a
file, at the first foreign exception.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from evibrief.appraisal.settings import DEFAULT  # noqa: E402
from evibrief.checks import lint_study, lint_summary  # noqa: E402
from evibrief.errors import RecordError  # noqa: E402
from evibrief.pages.rendering import Renderer  # noqa: E402
from evibrief.pages.telling import tell  # noqa: E402
from evibrief.records.library import Library, SummaryEntry, read_library  # noqa: E402
from evibrief.records.messages import validate  # noqa: E402
from evibrief.records.reader import parse_bytes  # noqa: E402
from evibrief.records.study import Study  # noqa: E402
from evibrief.records.summary import Summary  # noqa: E402
from records.strange_files import HOSTILE, ODD, mutant, with_other_figures  # noqa: E402

# Small ones, so that many mutants are tried in a second; changes of a large one fall into the same parser.
MOST_BYTES = 2_000
SMALL = ROOT / "tests/projects/small"
# Publications whose records are told: of at most so many studies, for the same reason.
MOST_STUDIES = 25
TOLD_SHARE = 0.01


@dataclass(slots=True)
class Account:
    """What became of the cases so far; ``slowest`` in seconds of this process."""

    told: Counter[str]
    slowest: float = 0.0

    def spoken(self, cases: int, seconds: float) -> str:
        counts = f"{self.told['read']:,} read, {self.told['refused']:,} refused, 0 foreign"
        rate = f"{cases / max(seconds, 1e-9):,.0f} a second"
        return f"{cases:,} cases: {counts}; {rate}; slowest {1000 * self.slowest:.0f} ms"


class Foreign(Exception):
    """A case that ended in neither of the two ways; ``data`` is the file."""

    def __init__(self, what: str, data: bytes) -> None:
        super().__init__(what)
        self.data = data


def seeds() -> list[tuple[type[Study] | type[Summary], bytes]]:
    """What is mutated: small records of both kinds, and the files that are strange already."""
    found: list[tuple[type[Study] | type[Summary], bytes]] = []
    for root in (ROOT, SMALL):
        for folder, model in (("studies", Study), ("summaries", Summary)):
            whole = [path.read_bytes() for path in sorted((root / folder).glob("*.yaml"))]
            found += [(model, data) for data in whole if len(data) <= MOST_BYTES]
    strange = [strange.data for strange in HOSTILE.values()] + list(ODD.values())
    return found + [(Study, data) for data in strange if 0 < len(data) <= MOST_BYTES]


def read(cases: int, chosen: random.Random) -> None:
    """Read mutants of single files."""
    account, given, start = Account(Counter()), seeds(), time.perf_counter()
    for _ in range(cases):
        model, data = chosen.choice(given)
        data = with_other_figures(data, chosen) if chosen.random() < 0.5 else mutant(data, chosen)
        began = time.process_time()
        read_one(data, model, account)
        account.slowest = max(account.slowest, time.process_time() - began)
    print("reading:", account.spoken(cases, time.perf_counter() - start))


def read_one(data: bytes, model: type[Study] | type[Summary], account: Account) -> Study | Summary | None:
    try:
        record = validate(parse_bytes(data, shown_as="x.yaml"), model)
    except RecordError as error:
        account.told["refused"] += 1
        if not error.problems or any(not str(problem).isprintable() for problem in error.problems):
            raise Foreign("refused without one line for each problem", data) from None
        return None
    except Exception as error:
        raise Foreign(repr(error), data) from error
    account.told["read"] += 1
    return record


def tell_all(cases: int, chosen: random.Random) -> None:
    """Read mutants of whole publications, and tell what they say."""
    account, renderer, start = Account(Counter()), Renderer(ROOT / "templates"), time.perf_counter()
    libraries = [read_library(ROOT), read_library(SMALL)]
    given = [
        (library, entry)
        for library in libraries
        for entry in library.summaries.values()
        if len(entry.summary.studies) <= MOST_STUDIES
    ]
    for _ in range(cases):
        library, entry = chosen.choice(given)
        began = time.process_time()
        tell_one(library, entry, chosen, renderer, account)
        account.slowest = max(account.slowest, time.process_time() - began)
    print("telling:", account.spoken(cases, time.perf_counter() - start))


def tell_one(
    library: Library, entry: SummaryEntry, chosen: random.Random, renderer: Renderer, account: Account
) -> None:
    """Change the summary or one of its studies; if it is read, nothing that follows may fail in a foreign way."""
    summary = entry.summary
    studies = {name: library.studies[name].study for name in summary.studies}
    name = chosen.choice(["", *studies])
    data = with_other_figures((library.studies[name].text if name else entry.text).encode(), chosen)
    record = read_one(data, Study if name else Summary, account)
    if isinstance(record, Study) and record.id == name:
        studies[name] = record
    elif isinstance(record, Summary) and set(record.studies) <= studies.keys():
        summary = record
    else:
        return
    try:
        told(summary, studies, renderer)
    except RecordError:
        return
    except Exception as error:
        raise Foreign(repr(error), data) from error


def told(summary: Summary, studies: Mapping[str, Study], renderer: Renderer) -> None:
    """Check, synthesise, rate, and put into words."""
    for study in studies.values():
        lint_study(study)
    lint_summary(summary, studies)
    tell(summary, studies, renderer, DEFAULT)


def main(cases: int, seed: int) -> int:
    chosen = random.Random(seed)
    try:
        read(cases, chosen)
        tell_all(round(TOLD_SHARE * cases), chosen)
    except Foreign as found:
        path = Path("fuzz-case.yaml")
        path.write_bytes(found.data)
        print(f"{found}; the case is in {path}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in (sys.argv[1:] + ["100000", "1"][len(sys.argv) - 1 :]))))
