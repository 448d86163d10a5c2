"""What comes with the software for publications that bring none of their own: templates, theme, styles and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

TEMPLATES = "templates"

_PACKAGE = Path(__file__).resolve().parent.parent
# In an installed package they lie within it; in the repository they are the folders that it is known for.
_INSTALLED = _PACKAGE / "site_parts"
_REPOSITORY = _PACKAGE.parent.parent


def templates_of(project: Path) -> Path:
    """The templates that a project speaks with: its own where it has any, else those of the software."""
    own = project / TEMPLATES
    return own if own.is_dir() else _part(TEMPLATES)


def theme() -> Path:
    """The folder of overrides of the theme."""
    return _part("site/theme")


def assets() -> Iterator[tuple[str, Path]]:
    """Every style and script with its address below the site's root, sorted."""
    folder = _part("site/docs/assets")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"assets/{path.relative_to(folder).as_posix()}", path


def _part(name: str) -> Path:
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _REPOSITORY / name
