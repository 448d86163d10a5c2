"""Authors as reference managers and reviews write them, taken apart into family and given names."""

from __future__ import annotations

import re

from evibrief.exchange.record_text import Row

from .drafts import line

# What stands after the last comma or space of a name where initials stand: AB, A.B., A-B, J Jr.
_INITIALS = re.compile(r"([A-Z][.\s-]?){1,4}( ?(Jr|Sr|II|III)\.?)?")
MAX_AUTHORS = 200


def people(listed: str) -> list[Row]:
    """Return the people of a list in one line, such as ``Cook JA, Copeland ME``; a group stays whole."""
    parts = [part.strip() for part in re.split(r"[,;]| and (?=[A-Z])| & ", listed) if part.strip()]
    joined: list[str] = []
    for part in parts:
        if joined and _INITIALS.fullmatch(part) and " " not in joined[-1]:
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    named = (part for part in joined if not re.fullmatch(r"et\.? al\.?", part, re.IGNORECASE))
    return [person(part) for part in list(named)[:MAX_AUTHORS] if line(part)]


def person(name: str) -> Row:
    """Return one name: ``Cook, Judith A.``, ``Cook JA`` or ``Judith A. Cook Group`` (kept whole)."""
    text = line(name.rstrip(","))
    family, comma, given = text.partition(",")
    if comma and family.strip() and given.strip():
        return Row(family=family.strip(), given=given.strip())
    family, _, given = text.rpartition(" ")
    if family and _INITIALS.fullmatch(given):
        return Row(family=family, given=given)
    if " " not in text and text:
        return Row(family=text)
    return Row(literal=text or "Unknown")
