"""Other ids for an import whose own are taken in the project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from evibrief.records.folders import MAX_ID

from .drafts import Imported, RecordFile


def with_suffix(imported: Imported, suffix: str) -> Imported:
    """Return the import with a suffix on every id, such as ``-cochrane``; summaries name their studies by the new ids.

    A suffix is lower-case letters, digits and hyphens; ids stay within 64 characters.
    """
    tail = "-" + suffix.strip("-")
    renamed = {record.id: record.id[: MAX_ID - len(tail)].rstrip("-") + tail for record in imported.records}
    return replace(
        imported,
        studies=tuple(_renamed(record, renamed) for record in imported.studies),
        summaries=tuple(_renamed(record, renamed) for record in imported.summaries),
    )


def _renamed(record: RecordFile, names: Mapping[str, str]) -> RecordFile:
    """Return a record under its new id; its own id and its list of studies stand on lines of a fixed form."""
    text = re.sub(
        r"^((?:id|slug): )(\S+)$", lambda found: found[1] + names[record.id], record.text, count=1, flags=re.M
    )
    if record.folder == "summaries":
        block = re.search(r"^studies:\n(?:  - \S+\n)+", text, re.M)
        if block:
            listed = re.sub(r'(?<=  - )"?([^\s"]+)"?', lambda found: names.get(found[1], found[1]), block[0])
            text = text[: block.start()] + listed + text[block.end() :]
    return replace(record, id=names[record.id], text=text)
