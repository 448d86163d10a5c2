"""Remarks of the checks that a person let stand: what a page says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from evibrief.checks.catalogue import CATALOGUE
from evibrief.pages.links import Link
from evibrief.pages.provenance import Records
from evibrief.records.acknowledgements import Acknowledgement
from evibrief.records.study import Study
from evibrief.records.summary import Summary

_TITLES = {check.code: check.title for check in CATALOGUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """What a check remarks, and why it stands. ``study`` is missing where the page's own record is meant."""

    study: Link | None
    what: str
    reason: str
    by: str
    day: date


def looked_at(given: Sequence[Acknowledgement], study: Link | None = None) -> tuple[LookedAt, ...]:
    """Return each remark once, though it may have been made of several fields."""
    return tuple(
        dict.fromkeys(
            LookedAt(study=study, what=_TITLES.get(one.check, one.check), reason=one.reason, by=one.by, day=one.date)
            for one in given
        )
    )


def looked_at_for(summary: Summary, studies: Sequence[Study], records: Records) -> tuple[LookedAt, ...]:
    """Return what was let stand in a summary itself, then in its studies, in their order."""
    return (*looked_at(summary.acknowledged), *_of_studies(studies, records))


def _of_studies(studies: Sequence[Study], records: Records) -> Iterator[LookedAt]:
    for study in studies:
        if study.acknowledged:
            yield from looked_at(study.acknowledged, records.study(study.id))
