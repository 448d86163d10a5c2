"""A build that would change many verdicts at once is more often a slip (a setting, a template) than news."""

from __future__ import annotations

from pathlib import Path

from evibrief.errors import SiteError
from evibrief.publishing.edition import Edition
from evibrief.publishing.published import read_published

# More than this share of the published summaries (our own choice; no source).
GREAT = 1 / 5
MAX_SHOWN = 5


def refuse_great_change(edition: Edition, previous: Path) -> None:
    """Compare what an edition concludes with what is published: the site that it replaces, or a copy of its list.

    A summary that goes leaves a notice, and is no new verdict.

    Raises:
        SiteError: if the verdicts of more than a fifth of the published summaries would change.
    """
    before = read_published(previous).verdicts
    after = {verdict.slug: verdict for verdict in edition.verdicts}
    changed = [slug for slug, old in before.items() if slug in after and after[slug].findings != old.findings]
    if len(changed) > GREAT * len(before):
        named = ", ".join(changed[:MAX_SHOWN]) + (", ..." if len(changed) > MAX_SHOWN else "")
        raise SiteError(
            f"this would change the verdicts of {len(changed)} of {len(before)} published summaries ({named}); "
            "the old site stays; if that is meant: evibrief build --accept-changes"
        )
