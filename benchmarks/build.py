"""What a whole site costs: ours, beside Material's own build of the same pages as Markdown, in one run.

Material is given the finished HTML of every page, so that it is spared Markdown's work on prose, tables and plots;
what remains is what it does for any page: reading, search, navigation, the frame.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import measured
from benchmarks.synthetic import write_project

# Beyond this many summaries Material is not built beside ours.
MOST_WITH_MATERIAL = 1_000
# It is stopped when it took this long and so many times ours, since the budget is a fifth of its time and pages in the
# navigation cost the square of their number: nobody waits hours to learn more.
LONGEST_S = 600.0
MOST_TIMES_OURS = 5.5
SIZES = (100, 1_000)

_CONFIG = """
site_name: Made up
theme: {name: material, font: false}
plugins: [search]
markdown_extensions: [md_in_html]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One build: seconds by the clock and by the processors, bytes written, and memory at its peak.

    ``peak_mb`` is that of all processes together, each counted with its share of what they have in common; it was
    looked at up to five times a second. Where ``what`` says that a build was stopped, the figures are those up to then.
    """

    what: str
    summaries: int
    pages: int
    wall: float
    cpu: float
    peak_mb: float
    written_mb: float
    load: float


def costs(sizes: tuple[int, ...] = SIZES) -> list[Cost]:
    """Every build at every size, one after the other."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            found += _costs(Path(name) / str(size), size)
            shutil.rmtree(Path(name) / str(size))
    return found


def _costs(folder: Path, size: int) -> list[Cost]:
    project, pages = folder / "project", folder / "pages"
    write_project(project, size)
    evibrief = [str(Path(sys.executable).with_name("evibrief")), "build", "--project", str(project)]
    found = [
        _cost("evibrief, cold", [*evibrief, "--output", str(folder / "site")], size, folder / "site"),
        _cost("evibrief, nothing changed", [*evibrief, "--output", str(folder / "site")], size, folder / "site"),
    ]
    _edit(project)
    edited = [*evibrief, "--output", str(folder / "site")]
    found.append(_cost("evibrief, one study edited", edited, size, folder / "site"))
    if size > MOST_WITH_MATERIAL:
        return found
    subprocess.run([*evibrief, "--render-only", "--output", str(pages)], check=True, capture_output=True)  # noqa: S603
    _as_markdown(pages, folder / "material" / "docs")
    longest = max(LONGEST_S, MOST_TIMES_OURS * found[0].wall)
    return found + [
        _material(folder / "material", size, longest, navigation=navigation) for navigation in (False, True)
    ]


def _edit(project: Path) -> None:
    """Give the first study another name."""
    study = min((project / "studies").iterdir())
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("\nlabel: Invented", "\nlabel: Edited", 1), encoding="utf-8")


def _as_markdown(pages: Path, docs: Path) -> None:
    """Every page as a Markdown file that holds its HTML as one raw block."""
    for file in pages.rglob("index.html"):
        target = docs / file.relative_to(pages).with_suffix(".md")
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        target.write_text("\n".join(line for line in lines if line) + "\n", encoding="utf-8")


def _material(folder: Path, size: int, longest: float, *, navigation: bool) -> Cost:
    config = _CONFIG if navigation else f"{_CONFIG}nav: [index.md]\n"
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "-q", "-f", str(folder / "mkdocs.yml")]
    what = "Material, the same pages as Markdown, with navigation" if navigation else "Material, without navigation"
    return _cost(what, command, size, folder / "site", longest)


def _cost(what: str, command: list[str], size: int, site: Path, longest: float = math.inf) -> Cost:
    took = measured(command, longest)
    if took.stopped:
        what = f"{what}, stopped unfinished"
    elif took.code:
        raise SystemExit(f"{what}: {took.said[-2000:]}")
    written = [file for file in site.rglob("*") if file.is_file()]
    return Cost(
        what=what,
        summaries=size,
        pages=sum(file.name == "index.html" for file in written),
        wall=round(took.wall, 1),
        cpu=round(took.cpu, 1),
        peak_mb=round(took.peak_mb),
        written_mb=round(sum(file.stat().st_size for file in written) / 1e6, 1),
        load=round(os.getloadavg()[0], 1),
    )
