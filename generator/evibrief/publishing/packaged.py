"""What comes with the software for publications that bring none of their own: templates, theme, pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

TEMPLATES = "templates"
THEME = "site/theme"
DOCS = "site/docs"
LOCK = "requirements/site.lock"

# Pages that are the same for every publication, and what they and the made pages load; ``pyproject.toml`` packs them.
SHARED = ("assets/**/*", "schema/*", "contribute/form.md", "data.md")

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
    return _part(THEME)


def shared_docs() -> Iterator[tuple[str, Path]]:
    """Every page, style and script that a publication need not bring, with its path below ``docs``."""
    folder = _part(DOCS)
    for path in sorted(path for pattern in SHARED for path in folder.glob(pattern)):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def lock() -> bytes:
    """The versions and hashes of everything that the software needs, for pip."""
    return _part(LOCK).read_bytes()


def _part(name: str) -> Path:
    return (_INSTALLED if _INSTALLED.is_dir() else _REPOSITORY) / name
