"""Text from records on GitHub's pages: shown as it is, whatever it holds."""

from __future__ import annotations

import re

from evibrief.errors import one_line

_MARKS = re.compile(r"([\\`*_{}\[\]()!|~$^=#+.>-])")
# What GitHub turns into mentions, references, links and pictures of its own: @who, #1, GH-1, https://, www., :name:.
_ALIVE = re.compile(r"(?<=@)(?=\S)|(?<=#)(?=\S)|(?<=:)(?=\S)|(?<=\bGH)(?=-)|(?<=www)(?=\.)|(?<=/)(?=/)", re.IGNORECASE)
_ZERO_WIDTH_SPACE = "\u200b"


def github_text(text: str) -> str:
    """Text as Markdown that GitHub shows as it is.

    A zero-width space takes apart what GitHub would bring to life, since it does so after all escapes are undone.
    """
    apart = _ALIVE.sub(_ZERO_WIDTH_SPACE, one_line(text))
    escaped = apart.replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS.sub(r"\\\1", escaped)
