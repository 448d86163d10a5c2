"""Measure, and write what was measured: ``python -m benchmarks.run``, or one section of it: ``... build``.

Whole builds may be measured at other sizes than usual: ``... build 5000``; what was measured at others stays.

Times depend on the machine; what is worth quoting is the ratio of two times of one run.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.build import SIZES, costs
from benchmarks.check import as_markdown as as_check_table
from benchmarks.check import costs as costs_of_checks
from benchmarks.detection import as_markdown as as_table
from benchmarks.pooling import Timing, timings
from benchmarks.search import as_markdown as as_search_table
from benchmarks.search import searches

HERE = Path(__file__).parent
SECTIONS = ("pooling", "detection", "build", "check", "search")


def circumstances(section: str) -> dict[str, str | int | None]:
    """When and where: enough to judge the figures by."""
    return {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "command": f"python -m benchmarks.run {section}",
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
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for t in measured:
        comparable = t.seconds is not None and t.sets == measured[0].sets
        ratio = f"{(t.seconds or 0.0) / base:.3g}" if comparable else ""
        lines.append(f"| {t.engine} | {t.task} | {t.sets:,} | {t.k:,} | {_duration(t.seconds)} | {ratio} | {t.note} |")
    return "\n".join(lines) + "\n"


def builds_as_markdown(document: dict[str, Any]) -> str:
    """The table of whole builds; the same one stands on the page on scale, held to this by a test."""
    lines = [
        "| summaries | pages | build | wall, s | processor, s | peak memory, MB | written, MB | load |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for cost in document["build"]["costs"]:
        cells = ("summaries", "pages", "what", "wall", "cpu", "peak_mb", "written_mb", "load")
        lines.append("| " + " | ".join(f"{cost[name]:,}" if name != "what" else cost[name] for name in cells) + " |")
    return "\n".join(lines) + "\n"


def growth_as_markdown(document: dict[str, Any]) -> str:
    """What one summary costs at each size, and what each size costs beside the one before."""
    cold = [cost for cost in document["build"]["costs"] if cost["what"] == "evibrief, cold"]
    lines = [
        "| summaries | processor a summary, s | on the clock, s | written, kB | memory, MB | summaries, times | "
        "processor, times | on the clock, times | memory, times |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for before, cost in zip([None, *cold], cold, strict=False):
        number = cost["summaries"]
        each = [
            f"{cost['cpu'] / number:.2f}",
            f"{cost['wall'] / number:.2f}",
            f"{cost['written_mb'] * 1e3 / number:,.0f}",
            f"{cost['peak_mb'] / number:.2f}",
        ]
        names = ("summaries", "cpu", "wall", "peak_mb")
        times = [f"{cost[name] / before[name]:.3g}" if before else "" for name in names]
        lines.append(f"| {' | '.join([f'{number:,}', *each, *times])} |")
    return "\n".join(lines) + "\n"


def _facts(section: dict[str, Any]) -> str:
    return "\n".join(f"* {name}: {value}" for name, value in section["circumstances"].items())


def pooling_as_quoted(document: dict[str, Any]) -> str:
    """What the README says of speed: the same meta-analyses by each engine, and single ones of ours."""
    where, measured = document["circumstances"], [Timing(**timing) for timing in document["pooling"]]
    ours = measured[0]
    lines = [
        f"{ours.sets:,} meta-analyses of {ours.k} studies by REML, on {where['date']}, {where['processor']}, "
        f"{where['cores']} cores, Python {where['python']}, a load of {str(where['load']).split()[0]}:",
        "",
        "| engine | time | times ours |",
        "| --- | --- | --- |",
    ]
    for t in measured:
        if t.engine == "evibrief, batch" and t.task.startswith("REML"):
            times = t.seconds or 0.0
            lines.append(
                f"| Evibrief, all at once: {t.task} | {_duration(t.seconds)} | {times / (ours.seconds or 1):.2g} |"
            )
        elif not t.engine.startswith("evibrief") and t.seconds is not None:
            name = f"{t.engine} {t.note.split(',')[0].removeprefix('version ')}, {t.task}"
            lines.append(f"| {name} | {_duration(t.seconds)} | {t.seconds / (ours.seconds or 1.0):,.0f} |")
    single = {t.k: _duration(t.seconds) for t in measured if t.engine == "evibrief, pool()"}
    lines += ["", f"One meta-analysis with all of these: {single[10]} for 10 studies, {single[1000]} for 1,000."]
    return "\n".join(lines)


def _with_builds(known: list[dict[str, Any]], sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """What is known of builds of other sizes, and what is measured now, the smallest first."""
    others = [cost for cost in known if cost["summaries"] not in sizes]
    return sorted([*others, *map(asdict, costs(sizes))], key=lambda cost: int(cost["summaries"]))


def main(arguments: Sequence[str]) -> None:
    """Measure the sections named, or all; what was measured of the others before stays."""
    sections = [name for name in arguments if not name.isdigit()]
    sizes = tuple(int(name) for name in arguments if name.isdigit())
    path = HERE / "results.json"
    document = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for section in sections or SECTIONS:
        where = circumstances(" ".join([section, *map(str, sizes)]))
        if section == "pooling":
            document |= {"circumstances": where, "pooling": [asdict(timing) for timing in timings()]}
        elif section == "detection":
            document["detection"] = {"circumstances": where, "table": as_table().splitlines()}
        elif section == "search":
            document["search"] = {"circumstances": where, "searches": [asdict(search) for search in searches()]}
        elif section == "check":
            document["check"] = {"circumstances": where, "costs": [asdict(cost) for cost in costs_of_checks()]}
        else:
            known = document.get("build", {}).get("costs", [])
            document["build"] = {"circumstances": where, "costs": _with_builds(known, sizes or SIZES)}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    measured = [Timing(**timing) for timing in document["pooling"]]
    table = as_markdown(document["circumstances"], measured)
    if "detection" in document:
        found = "\n".join(document["detection"]["table"])
        table += f"\n## Slips that the checks find\n\n{_facts(document['detection'])}\n\n{found}\n"
    if "build" in document:
        table += f"\n## Whole builds\n\n{_facts(document['build'])}\n\n{builds_as_markdown(document)}"
        table += f"\nFrom nothing, and beside the size before:\n\n{growth_as_markdown(document)}"
    if "check" in document:
        table += f"\n## Checks and comparisons\n\n{_facts(document['check'])}\n\n{as_check_table(document['check'])}"
    if "search" in document:
        found = as_search_table(document["search"]["searches"])
        table += f"\n## Search in a browser\n\n{_facts(document['search'])}\n\n{found}"
    (HERE / "results.md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
