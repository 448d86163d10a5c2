"""The little Markdown that editors' prose may hold: ``*emphasis*``, ``**strong**`` and ``[links](https://...)``.

Everything else is text. Prose that a cleaner of HTML would change is refused, not cleaned: what is taken away
silently from a medical text may be the word "not". (The policy of GOV.UK's Govspeak.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import nh3

_PIECE = re.compile(
    r"\\(?P<escaped>[\\*\[\]])"
    r"|\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*"
    r"|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<address>https://[^()\s]+)\)"
)
_MARKS = re.compile(r"[\\*\[\]]")


def html_of(text: str) -> str:
    """Return prose as HTML; all but its marks is escaped."""
    made, position = "", 0
    for found in _PIECE.finditer(text):
        made += escape(text[position : found.start()]) + _tagged(found, escape)
        position = found.end()
    return made + escape(text[position:])


def plain_of(text: str) -> str:
    """Return prose without its marks, as it is counted, compared, and printed where there is no emphasis."""
    return _PIECE.sub(lambda found: next(part for part in found.groups() if part is not None), text)


def unmarked(text: str) -> str:
    """Return text as prose that says it: with a backslash before each mark."""
    return _MARKS.sub(r"\\\g<0>", text)


def is_refused(text: str) -> bool:
    """Return whether prose holds HTML, or a link that is none: whatever a cleaner would change."""
    made = _PIECE.sub(lambda found: _tagged(found, str), text)
    cleaned = nh3.clean(
        made, tags={"em", "strong", "a"}, attributes={"a": {"href"}}, url_schemes={"https"}, link_rel=None
    )
    return unescape(cleaned) != unescape(made) or "](" in _PIECE.sub("", text)


def _tagged(found: re.Match[str], shown: Callable[[str], str]) -> str:
    if found["escaped"] is not None:
        return shown(found["escaped"])
    if found["address"] is not None:
        return f'<a href="{shown(found["address"])}">{shown(found["words"])}</a>'
    tag = "strong" if found["strong"] is not None else "em"
    return f"<{tag}>{shown(found[tag])}</{tag}>"
