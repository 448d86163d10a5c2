"""What a reader must be told and the summary does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evibrief.errors import Severity
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .remarks import OURS, Check, Remark, remark

SEARCH = Check(
    code="part-search",
    title="Nobody can tell how the studies were found",
    severity=Severity.WARNING,
    rule="search.through, or search.note with the reason why there is no date",
    source="PRISMA 2020; Cochrane RevMan validation report (search date not empty)",
)
FUNDING = Check(
    code="part-funding",
    title="Nobody can tell who paid",
    severity=Severity.HINT,
    rule="funding of the summary is stated, none being a statement too",
    source="PRISMA 2020",
)
LIMITATION = Check(
    code="part-limitation",
    title="The editors name no limitation",
    severity=Severity.WARNING,
    rule="at least one limitation of the editors' own, beside those that are computed",
    source=f"PRISMA 2020; rule {OURS}",
)
BACKGROUND = Check(
    code="part-background-source",
    title="The background rests on nothing",
    severity=Severity.HINT,
    rule="writing.background_sources names a source",
    source=OURS,
)


def missing_parts(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """Search, funding, limitation and the sources of the background are stated."""
    if summary.search.through is None and summary.search.note is None:
        advice = "give search.through, or say in search.note what is not known"
        yield remark(SEARCH, summary, ("search",), "neither a date of the search nor a note on it", advice)
    if summary.funding is None:
        yield remark(FUNDING, summary, (), "funding is not stated", "write funding: None, or who paid")
    if not summary.limitations:
        advice = "say at least once what the figures cannot tell"
        yield remark(LIMITATION, summary, (), "no limitation of the editors' own", advice)
    if not summary.writing.background_sources:
        advice = "name the source in writing.background_sources"
        yield remark(BACKGROUND, summary, ("writing", "background"), "the background has no source", advice)


CHECKS = (SEARCH, FUNDING, LIMITATION, BACKGROUND)
SUMMARY_CHECKS = (missing_parts,)
