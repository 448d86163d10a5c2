"""A small project of real records, to be built, broken and mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
SLUG = "stroke-unit-stay"
SUMMARY = f"summaries/{SLUG}.yaml"


def make_project(folder: Path) -> Path:
    """Copy one summary, its studies, and the whole frame of the site."""
    for name in ("templates", "site"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copy(REPOSITORY / "mkdocs.yml", folder)
    for name in ("studies", "summaries"):
        (folder / name).mkdir()
    shutil.copy(REPOSITORY / SUMMARY, folder / SUMMARY)
    for study in studies_of(folder):
        shutil.copy(REPOSITORY / study, folder / study)
    return folder


def studies_of(project: Path) -> list[str]:
    """The paths of the summary's studies."""
    record = yaml.safe_load((project / SUMMARY).read_text(encoding="utf-8"))
    return [f"studies/{name}.yaml" for name in record["studies"]]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def replace_in(path: Path, old: str, new: str) -> None:
    """Change the first place of a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
