"""Read mutants of every record of this publication: each must be read, or refused by our one kind of error.

    python scripts/fuzz_reader.py [CASES] [SEED]

Prints how many were read and refused, and the slowest; leaves with 1, and the case as a file, at the first foreign
exception.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from evibrief.errors import RecordError  # noqa: E402
from evibrief.records.messages import validate  # noqa: E402
from evibrief.records.reader import parse_bytes  # noqa: E402
from evibrief.records.study import Study  # noqa: E402
from evibrief.records.summary import Summary  # noqa: E402
from records.strange_files import HOSTILE, ODD, mutant  # noqa: E402

# Small ones, so that many mutants are tried in a second; changes of a large one fall into the same parser.
MOST_BYTES = 6_000


def seeds() -> list[tuple[type[Study] | type[Summary], bytes]]:
    """What is mutated: records of both kinds, and the files that are strange already."""
    found: list[tuple[type[Study] | type[Summary], bytes]] = []
    for folder, model in (("studies", Study), ("summaries", Summary)):
        for path in sorted((ROOT / folder).glob("*.yaml")):
            found.append((model, path.read_bytes()[:MOST_BYTES]))
    strange = [data for data, _ in HOSTILE.values()] + list(ODD.values())
    return found + [(Study, data) for data in strange if 0 < len(data) <= MOST_BYTES]


def main(cases: int, seed: int) -> int:
    chosen, told = random.Random(seed), Counter[str]()
    given, slowest = seeds(), 0.0
    for case in range(cases):
        model, data = chosen.choice(given)
        data = mutant(data, chosen)
        start = time.perf_counter()
        try:
            validate(parse_bytes(data, shown_as="x.yaml"), model)
            told["read"] += 1
        except RecordError as error:
            told["refused"] += 1
            if not error.problems or any("\n" in str(problem) for problem in error.problems):
                return kept(data, case, "refused without one line for each problem")
        except Exception as error:
            return kept(data, case, repr(error))
        slowest = max(slowest, time.perf_counter() - start)
    print(f"{cases} cases: {told['read']} read, {told['refused']} refused, 0 foreign; slowest {slowest * 1000:.0f} ms")
    return 0


def kept(data: bytes, case: int, what: str) -> int:
    """Keep a case that should not be, and say so."""
    path = Path("fuzz-case.yaml")
    path.write_bytes(data)
    print(f"case {case}: {what}; it is in {path}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in (sys.argv[1:] + ["100000", "1"][len(sys.argv) - 1 :]))))
