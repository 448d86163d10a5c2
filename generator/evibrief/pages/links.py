"""Addresses of pages, and relative links between them that work on any host, in any folder, and from a disk."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

HOME = ""
STUDIES = "studies/"
METHODS = "methods/"
WORDING = "methods/wording/"
CHANGES = "changes/"
# Written by hand: what the data files hold.
DATA_GUIDE = "data/"

MAX_BYTES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text and where it leads; without an address it is text alone."""

    text: str
    href: str | None = None


def summary_uri(slug: str) -> str:
    """Address of a summary's page."""
    return f"summaries/{slug}/"


def study_uri(study_id: str) -> str:
    """Address of a study's page."""
    return f"studies/{study_id}/"


def topic_uri(topic: str) -> str:
    """Address of a topic's page."""
    return f"topics/{slugified(topic)}/"


def relative(at: str, to: str) -> str:
    """Return the link from the page ``at`` to the address ``to``, both below the site's root.

    A folder's page is named in full (``index.html``), because a disk does not look for it.
    """
    target = f"{to}index.html" if to == "" or to.endswith("/") else to
    return "../" * at.count("/") + target


def slugified(text: str) -> str:
    """Return a name for addresses: lower-case letters and digits of any script, joined by hyphens.

    A long one ends with a fingerprint of the text in place of its rest: file systems allow 255 bytes.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    name = "-".join(re.findall(r"[^\W_]+", plain)) or "other"
    if len(name.encode()) <= MAX_BYTES:
        return name
    start = name.encode()[: MAX_BYTES - 9].decode("utf-8", "ignore").rstrip("-")
    return f"{start}-{sha256(text.encode()).hexdigest()[:8]}"
