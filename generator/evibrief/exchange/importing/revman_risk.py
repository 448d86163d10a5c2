"""Risk of bias as RevMan keeps it: RoB 1 by items whose names changed over the years, levels as yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief.exchange.record_text import Fields, Row
from evibrief.records.risk_of_bias import DOMAINS, Tool

from .drafts import line, prose

# Parts of the names of RevMan's items, from 5.0 ("Adequate sequence generation?") to Web ("Other bias").
_DOMAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"sequence generation", ("sequence-generation",)),
    (r"allocation concealment", ("allocation-concealment",)),
    (r"blinding of outcome|detection bias", ("blinding-of-assessors",)),
    (r"blinding of participants|performance bias", ("blinding-of-participants",)),
    (r"^blinding", ("blinding-of-participants", "blinding-of-assessors")),
    (r"incomplete outcome|attrition", ("incomplete-data",)),
    (r"selective (outcome )?reporting|reporting bias", ("selective-reporting",)),
    (r"other (sources of )?bias", ("other",)),
)
_BOTH = re.compile(r"performance bias.*detection bias|personnel.*assess", re.IGNORECASE)
_ORDER = ("low", "unclear", "high")
# RoB 1 in RevMan has no judgement over all domains; the cautious one is the worst of them (our rule).
_RULE = "The worst of the domains, by our rule; the review gives no judgement over all of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One judgement of a study: the item's name, the group of outcomes it is for if it says so, level and words."""

    item: str
    group: str
    level: str
    words: str


def domains_of(item: str) -> tuple[str, ...]:
    """Return the domains of RoB 1 that an item stands for; none for an item of the review's own."""
    name = item.strip().casefold()
    if _BOTH.search(name):
        return ("blinding-of-participants", "blinding-of-assessors")
    return next((domains for pattern, domains in _DOMAINS if re.search(pattern, name)), ())


def assessment(entries: Sequence[Entry], assessed_by: str) -> Fields | None:
    """Return a study's assessment, or nothing where nobody made one (RevMan shows unclear until somebody does)."""
    if all(entry.level == "unclear" and not entry.words for entry in entries):
        return None
    by_domain: dict[str, list[Entry]] = {}
    for entry in entries:
        for domain in domains_of(entry.item):
            by_domain.setdefault(domain, []).append(entry)
    if not by_domain:
        return None
    domains = {name: _judgement(found) for name, found in sorted(by_domain.items(), key=_place)}
    worst = max((_worst(found) for found in by_domain.values()), key=_ORDER.index)
    return {
        "tool": "RoB 1",
        "domains": domains,
        "overall": {"level": worst, "reason": _RULE},
        "assessed_by": line(assessed_by),
        "source": Row(report="review", place="Risk of bias table"),
    }


def _place(item: tuple[str, list[Entry]]) -> int:
    return DOMAINS[Tool.ROB_1].index(item[0])


def _worst(entries: Sequence[Entry]) -> str:
    return max((entry.level for entry in entries), key=_ORDER.index)


def _judgement(entries: Sequence[Entry]) -> Mapping[str, str]:
    level = _worst(entries)
    if len(entries) == 1:
        words = entries[0].words
    else:
        words = " ".join(f"{entry.group or entry.item}: {entry.level}. {entry.words}" for entry in entries)
    reason = prose(words)
    return {"level": level, **({"reason": reason} if reason else {})}
