"""What live preview shows while a record is not right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape

from evibrief.pages.outputs import RenderedPage
from evibrief.publishing.edition import Edition
from evibrief.publishing.sheets import pack_page

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def with_banner(html: str, problems: Sequence[str]) -> str:
    """A page's HTML below a list of what is wrong with the records; unchanged if nothing is."""
    if not problems:
        return html
    items = "".join(f"<li><code>{escape(problem)}</code></li>" for problem in problems)
    return (
        '<div class="admonition failure" role="alert"><p class="admonition-title">These records cannot be published; '
        f"the pages show the last state that could.</p><ul>{items}</ul></div>\n{html}"
    )


def told_in(page: str, problems: Sequence[str]) -> str:
    """A finished page with the same list at its top, in whatever frame."""
    found = _BODY.search(page)
    at = found.end() if found else 0
    return page[:at] + with_banner("", problems) + page[at:]


def error_edition() -> Edition:
    """A site of one page, for a preview that has never seen sound records."""
    page = RenderedPage(
        uri="",
        kind="error",
        title="Not yet",
        description="The records cannot be read yet.",
        body="<h1>Not yet</h1><p>The pages appear as soon as the records can be read.</p>",
    )
    return Edition(pages=(pack_page(page),), files=(), dated=date(1980, 1, 1))
