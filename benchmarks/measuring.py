"""One command, measured: its time by the clock and by the processors, and the memory of all its processes together.

It is run by a process of its own, ``python benchmarks/measuring.py SECONDS COMMAND...``, so that nothing else that the
caller started is counted.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# Memory is looked at up to five times a second; rarer where looking takes long, since that would be counted, too.
_EVERY_S = 0.2
_LOOKING_SHARE = 1 / 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a command took: seconds, and MB at the peak; memory that processes have in common counts once.

    ``code`` is its exit code; what it ``said`` is both what it printed and its errors. One that was ``stopped`` took
    longer than it was given, and the figures are those up to then.
    """

    wall: float
    cpu: float
    peak_mb: float
    code: int
    stopped: bool
    said: str


def measured(command: Sequence[str], longest_s: float = math.inf) -> Measured:
    """Run a command and measure it."""
    called = [sys.executable, __file__, str(longest_s), *command]
    run = subprocess.run(called, check=True, capture_output=True, text=True)  # noqa: S603
    return Measured(**json.loads(run.stdout))


def _measured_here(command: Sequence[str], longest_s: float) -> Measured:
    start, peak, stopped = time.perf_counter(), 0.0, False
    # A pipe that nobody empties would stop whoever says much.
    with tempfile.TemporaryFile("w+") as said:
        run = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)  # noqa: S603
        while run.poll() is None:
            looked = time.perf_counter()
            if looked - start > longest_s:
                stopped = True
                run.kill()
                run.wait()
                break
            peak = max(peak, _memory_kb(run.pid))
            time.sleep(max(_EVERY_S, (time.perf_counter() - looked) / _LOOKING_SHARE))
        wall = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        said.seek(0)
        return Measured(
            wall=wall,
            cpu=used.ru_utime + used.ru_stime,
            peak_mb=peak / 1024,
            code=run.returncode,
            stopped=stopped,
            said=said.read(),
        )


def _memory_kb(pid: int) -> float:
    try:
        return sum(_share_kb(one) for one in _family(pid))
    except (OSError, ValueError):  # one of them has just ended
        return 0.0


def _share_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii").split():
            yield from _family(int(child))


if __name__ == "__main__":
    print(json.dumps(asdict(_measured_here(sys.argv[2:], float(sys.argv[1])))))
