"""Measure, and write what was measured: ``python -m benchmarks.run``.

Times depend on the machine; what is worth quoting is the ratio of two times of one run.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.pooling import Timing, timings

HERE = Path(__file__).parent


def circumstances() -> dict[str, str | int | None]:
    """When and where: enough to judge the figures by."""
    return {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "command": "python -m benchmarks.run",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": f"{os.getloadavg()[0]:.1f} processes waiting or running in the last minute",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.3g} s" if seconds >= 0.1 else f"{seconds * 1e3:.3g} ms"


def as_markdown(where: dict[str, str | int | None], measured: list[Timing]) -> str:
    """A table for people; the ratio is to our own batch with everything but the Q-profile interval."""
    base = measured[0].seconds or 1.0
    lines = ["# Benchmarks", "", "Generated; do not edit.", ""]
    lines += [f"* {name}: {value}" for name, value in where.items()]
    lines += [
        "",
        "| engine | task | sets | k | time | ratio | note |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for t in measured:
        comparable = t.seconds is not None and t.sets == measured[0].sets
        ratio = f"{(t.seconds or 0.0) / base:.3g}" if comparable else ""
        lines.append(f"| {t.engine} | {t.task} | {t.sets:,} | {t.k:,} | {_duration(t.seconds)} | {ratio} | {t.note} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    where, measured = circumstances(), timings()
    document = {"circumstances": where, "pooling": [asdict(t) for t in measured]}
    (HERE / "results.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    table = as_markdown(where, measured)
    (HERE / "results.md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
