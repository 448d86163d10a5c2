"""The files that people put beside the records: what of them no site may hold."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from evibrief.errors import SiteError


def refuse_links(*folders: Path | None) -> None:
    """Look for symbolic links in folders that are published: MkDocs follows them, out of the project too.

    Raises:
        SiteError: with a line for each link.
    """
    found = [path for folder in folders if folder is not None for path in _links(folder)]
    if found:
        raise SiteError("\n".join(f"{path}: is a symbolic link; put the file itself here" for path in sorted(found)))


def _links(folder: Path) -> Iterable[str]:
    shown = folder.parent
    if folder.is_symlink():
        yield folder.name
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            if path.is_symlink():
                yield path.relative_to(shown).as_posix()


def refuse_both(written: Iterable[str], made: frozenset[str], folder: str) -> None:
    """Look for paths of the site that are both written by hand, in a folder of this name, and made from records.

    Raises:
        SiteError: with a line for each.
    """
    both = sorted(made.intersection(written))
    if both:
        raise SiteError("\n".join(f"{path}: stands in {folder}/ and is made from records" for path in both))


def refuse_collisions(paths: Iterable[str]) -> None:
    """Look for files of the site that some file system, or a reader, takes for one another.

    Raises:
        SiteError: with a line for each two that differ only in capital letters or in the form of a character, or not.
    """
    first: dict[str, str] = {}
    alike = []
    for path in paths:
        look = unicodedata.normalize("NFKC", path).casefold()
        if look in first:
            alike.append(f"{path}: would stand where {first[look]} stands; rename one of the two")
        first.setdefault(look, path)
    if alike:
        raise SiteError("\n".join(alike))
