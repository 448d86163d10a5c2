"""What a check and a comparison cost: from nothing, after one edit, and again with nothing changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import measured
from benchmarks.synthetic import write_project, write_short_studies

SIZES = (100, 1_000)
_SOMEBODY = ("-c", "user.name=Nobody Real", "-c", "user.email=nobody@example.org")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One command: seconds by the clock and by the processors, peak memory of all processes together.

    ``file_kb`` is the mean size of a study file, in 1,000 bytes.
    """

    what: str
    summaries: int
    studies: int
    file_kb: float
    wall: float
    cpu: float
    peak_mb: float
    load: float


def costs(sizes: Sequence[int] = SIZES) -> list[Cost]:
    """Every command at every size, one after the other."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            found += _costs(Path(name) / str(size), size)
    return found


def _costs(project: Path, size: int) -> list[Cost]:
    write_project(project, size)
    _git(project, "init", "-q")
    _git(project, "add", "studies", "summaries", "mkdocs.yml")
    _git(project, *_SOMEBODY, "commit", "-q", "-m", "Made up")
    found = [
        _cost("check, from nothing", project, "check"),
        _cost("check, nothing changed", project, "check"),
    ]
    _edit(project)
    found.append(_cost("check, one study edited", project, "check"))
    found.append(_cost("diff, one study edited", project, "diff", "HEAD"))
    for file in (project / "summaries").iterdir():
        file.unlink()
    found += _of_studies(project, "")
    count = sum(1 for _ in (project / "studies").iterdir())
    shutil.rmtree(project / "studies")
    (project / "studies").mkdir()
    write_short_studies(project / "studies", count)
    return found + _of_studies(project, ", short files")


def _of_studies(project: Path, which: str) -> list[Cost]:
    """The study files alone, and beside them what the parser alone takes for them."""
    shutil.rmtree(project / ".cache")
    return [
        _cost(f"check, studies alone{which}, from nothing", project, "check"),
        _measured(f"PyYAML's C loader alone, one process{which}", project, [sys.executable, "-c", _LOAD]),
    ]


_LOAD = """
import pathlib, sys, yaml
for file in pathlib.Path(sys.argv[-1], "studies").iterdir():
    yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
"""


def _edit(project: Path) -> None:
    """Give one study another label."""
    file = sorted((project / "studies").iterdir())[0]
    lines = file.read_text(encoding="utf-8").splitlines()
    edited = [f"{line} again" if line.startswith("label:") else line for line in lines]
    file.write_text("\n".join(edited) + "\n", encoding="utf-8")


def _cost(what: str, project: Path, command: str, *more: str) -> Cost:
    program = str(Path(sys.executable).with_name("evibrief"))
    return _measured(what, project, [program, command, *more, "--project"])


def _measured(what: str, project: Path, command: list[str]) -> Cost:
    took = measured([*command, str(project)])
    if took.code not in (0, 1):
        raise SystemExit(f"{what}: {took.said[-2000:]}")
    studies = [file.stat().st_size for file in (project / "studies").iterdir()]
    return Cost(
        what=what,
        summaries=sum(1 for _ in (project / "summaries").iterdir()),
        studies=len(studies),
        file_kb=round(sum(studies) / len(studies) / 1e3, 1),
        wall=round(took.wall, 2),
        cpu=round(took.cpu, 2),
        peak_mb=round(took.peak_mb),
        load=round(os.getloadavg()[0], 1),
    )


def _git(project: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=project, check=True, capture_output=True)  # noqa: S603, S607


def as_markdown(section: dict[str, Any]) -> str:
    """The table of checks and comparisons."""
    names = ("summaries", "studies", "file_kb", "what", "wall", "cpu", "peak_mb", "load")
    lines = [
        "| summaries | studies | kB each | command | wall, s | processor, s | peak memory, MB | load |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for cost in section["costs"]:
        cells = (f"{cost[name]:,}" if name != "what" else cost[name] for name in names)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
