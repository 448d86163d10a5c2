"""JSON as commands print it, on a terminal or into the log of a workflow."""

from __future__ import annotations

import json

from evibrief.errors import one_line


def printed(document: object) -> str:
    """A document as JSON of which no text does more than be printed; the texts are the same when it is read."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    return "\n".join(map(one_line, text.replace("##[", "#\\u0023[").split("\n")))
