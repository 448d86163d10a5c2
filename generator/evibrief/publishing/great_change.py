"""A build that would change many verdicts at once is more often a slip (a setting, a template) than news."""

from __future__ import annotations

import json
from pathlib import Path

from evibrief.errors import SiteError
from evibrief.publishing.edition import Edition
from evibrief.publishing.notices import DATA, verdict_in, verdicts_of

# More than this share of the published summaries (our own choice; no source).
GREAT = 1 / 5
MAX_SHOWN = 5


def refuse_great_change(edition: Edition, published: Path) -> None:
    """Compare what an edition concludes with the site that it replaces.

    A summary that goes leaves a notice, and is no new verdict.

    Raises:
        SiteError: if the verdicts of more than a fifth of the published summaries would change.
    """
    before = verdicts_of(published)
    if not before:
        return
    after = {
        file.uri.split("/")[1]: verdict_in(json.loads(file.content))
        for file in edition.files
        if file.uri.startswith("summaries/") and file.uri.endswith(f"/{DATA}")
    }
    changed = [slug for slug, verdict in before.items() if slug in after and after[slug] != verdict]
    if len(changed) > GREAT * len(before):
        named = ", ".join(changed[:MAX_SHOWN]) + (", ..." if len(changed) > MAX_SHOWN else "")
        raise SiteError(
            f"this would change the verdicts of {len(changed)} of {len(before)} published summaries ({named}); "
            "the old site stays; if that is meant: evibrief build --accept-changes"
        )
