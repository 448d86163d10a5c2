"""One page of every kind that the site has, and the file that it is."""

from __future__ import annotations

KINDS = {
    "home": "",
    "summary of a review": "summaries/peer-support-groups/",
    "summary of one trial": "summaries/recovery-is-up-to-you/",
    "summary with a pool": "summaries/bcg-tuberculosis/",
    "summary with risk of bias": "summaries/peer-led-recovery-groups/",
    "summary with remarks": "summaries/stroke-unit-stay/",
    "study": "studies/prove-it-statins/",
    "study with remarks": "studies/orpington-mild-stroke-unit/",
    "studies": "studies/",
    "topic": "topics/mental-health/",
    "methods": "methods/",
    "wording": "methods/wording/",
    "changes": "changes/",
    "by hand": "contribute/",
    "form": "contribute/form/",
    "commands": "commands/",
    "about": "about/",
    "by hand, with tables": "data/",
    "not found": "404.html",
}


def file_of(uri: str) -> str:
    """The file of a page, by its address on the site."""
    return uri if uri.endswith(".html") else f"{uri}index.html"
