"""The page at the address of a summary that is not published: since when, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from evibrief.pages.links import summary_uri
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.view import context


class Why(StrEnum):
    """What took a summary from its address."""

    INVALID = "invalid"  # its records hold a mistake; it comes back by itself
    REMOVED = "removed"  # there is no record of it any more
    RECORDED = "recorded"  # its record says so, and gives the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The context of ``notice.html.j2``."""

    title: str = field(metadata={"help": "Title of the summary that is not here."})
    since: date = field(metadata={"help": "Since which day."})
    why: Why = field(metadata={"help": "What took it away: invalid, removed or recorded."})
    reason: str = field(metadata={"help": "The reason that its record gives; empty where there is none."})


def notice_rendered(slug: str, view: NoticePage, renderer: Renderer) -> RenderedPage:
    """Return the page of a notice."""
    return RenderedPage(
        uri=summary_uri(slug),
        kind="notice",
        title=renderer.speak("pages.notice-title", title=view.title),
        description=renderer.speak("pages.notice-withdrawn", since=view.since),
        body=renderer.render("notice.html.j2", **context(view)),
    )
