"""What comes with the software for publications that bring none of their own: the templates."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = "templates"

_PACKAGE = Path(__file__).resolve().parent.parent
# In an installed package they lie within it; in the repository they are the folder that it is known for.
_INSTALLED = _PACKAGE / "site_parts"
_REPOSITORY = _PACKAGE.parent.parent


def templates_of(project: Path) -> Path:
    """The templates that a project speaks with: its own where it has any, else those of the software."""
    own = project / TEMPLATES
    if own.is_dir():
        return own
    installed = _INSTALLED / TEMPLATES
    return installed if installed.is_dir() else _REPOSITORY / TEMPLATES
