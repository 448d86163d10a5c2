"""What is published: the findings or the notice at the address of each summary, in one file for the next build.

``published.json`` stands at the root of the site. A build finds it in the folder that it replaces; where the old site
is elsewhere, as for a build server that starts from nothing, a copy of the file will do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from evibrief.appraisal.briefs import Brief
from evibrief.errors import SiteError
from evibrief.pages.notice_page import Why
from evibrief.pages.outputs import RenderedFile

FILE = "published.json"
_FORMAT = "evibrief-published"
# What may be a folder of the site; anything else was not written by us.
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Why a summary is not at its address, and since which day (ISO); ``reason`` is what its record says."""

    slug: str
    title: str
    since: str
    why: Why
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a published summary concludes of each of its outcomes, without the figures."""

    slug: str
    title: str
    findings: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What stands at the addresses of summaries, by slug."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)


def concluded(brief: Brief) -> tuple[Mapping[str, str | None], ...]:
    """What a summary concludes of each outcome, as the file tells it."""
    return tuple(
        {
            "outcome": finding.outcome_id,
            "conclusion": finding.conclusion.value,
            "certainty": finding.certainty.name.lower().replace("_", "-") if finding.certainty else None,
            "course": finding.course.value if finding.course else None,
            "size": finding.size.value if finding.size else None,
        }
        for finding in (item.finding for item in brief.outcomes)
    )


def published_file(verdicts: Iterable[Verdict], notices: Iterable[Notice]) -> RenderedFile:
    """The file for the next build."""
    document = {
        "format": _FORMAT,
        "summaries": {item.slug: {"title": item.title, "findings": item.findings} for item in verdicts},
        "notices": {item.slug: _without_slug(item) for item in notices},
    }
    return RenderedFile(uri=FILE, content=f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode())


def _without_slug(notice: Notice) -> dict[str, str]:
    return {"title": notice.title, "since": notice.since, "why": notice.why, "reason": notice.reason}


def read_published(previous: Path | None) -> Published:
    """Read what is published: in the folder of a site, or in a copy of its file. A folder without one has nothing yet.

    Raises:
        SiteError: if the file is not as it was written.
    """
    path = previous / FILE if previous is not None and (previous.is_dir() or not previous.exists()) else previous
    if path is None or not path.exists():
        return Published()
    try:
        return _published(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SiteError(
            f"{path}: does not tell what is published, so nothing can be compared with it; fetch it again from the site"
        ) from None


def _published(document: dict[str, Any]) -> Published:
    if document["format"] != _FORMAT:
        raise ValueError("another format")
    summaries, notices = document["summaries"], document["notices"]
    return Published(
        verdicts={slug: _verdict(_known(slug), item) for slug, item in sorted(summaries.items())},
        notices={slug: _notice(_known(slug), item) for slug, item in sorted(notices.items())},
    )


def _known(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise ValueError("no slug of ours")
    return slug


def _verdict(slug: str, item: Mapping[str, object]) -> Verdict:
    findings = item["findings"]
    if not isinstance(findings, list) or not all(isinstance(finding, dict) for finding in findings):
        raise TypeError("no findings")
    return Verdict(slug=slug, title=_text(item["title"]), findings=tuple(findings))


def _notice(slug: str, item: Mapping[str, object]) -> Notice:
    title, since, why = _text(item["title"]), _text(item["since"]), Why(_text(item["why"]))
    reason = _text(item["reason"]) if item["reason"] else ""
    return Notice(slug=slug, title=title, since=date.fromisoformat(since).isoformat(), why=why, reason=reason)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or _CONTROL.search(value):
        raise TypeError("no text")
    return value
