"""Where figures come from, who took them out, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from evibrief.errors import Severity
from evibrief.records.citations import Report, RetractionStatus
from evibrief.records.results import DichotomousResult
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .remarks import Check, Location, Remark, remark

SAME_REGISTRATION = Check(
    code="p37-same-registration",
    title="Two studies with one registration number",
    severity=Severity.WARNING,
    rule="no registration number stands in two studies of a summary (for equal DOI and PMID the library warns)",
    source="Xu 2022, doi:10.1136/bmj-2021-069155; Cochrane policy",
)
SAME_PAPER = Check(
    code="p37-same-paper",
    title="Two studies whose papers look like one",
    severity=Severity.WARNING,
    rule="first author and year equal, similarity of titles >= 0.9",
    source="Cochrane policy; threshold ours",
)
CONCERN = Check(
    code="p38-expression-of-concern",
    title="A journal has expressed concern about a report",
    severity=Severity.WARNING,
    rule="no report of a study has the status expression-of-concern; retracted studies are never pooled",
    source="Cochrane policy for problematic studies: decide case by case, with a note to readers",
)
ZERO = Check(
    code="p39-zero-without-quote",
    title="No events, and no words of the paper to show it",
    severity=Severity.WARNING,
    rule="events = 0 taken from the study's own report needs source.quote: nothing reported is not nothing happened",
    source="Xu 2022, doi:10.1136/bmj-2021-069155 (zero assumption)",
)
SAME_PERSON = Check(
    code="p40-checked-by-extractor",
    title="The figures were checked by whoever took them out",
    severity=Severity.WARNING,
    rule="checked_by differs from extracted_by",
    source="Buscemi 2006 (21.7 % more errors with one person); MECIR C46",
)
UNCHECKED = Check(
    code="p40-unchecked",
    title="Nobody has checked the figures",
    severity=Severity.HINT,
    rule="every study of a summary has checked_by; one remark for a summary",
    source="Buscemi 2006 (21.7 % more errors with one person); MECIR C46",
)
DATES = Check(
    code="p41-dates",
    title="Dates in an order that cannot be",
    severity=Severity.WARNING,
    rule="a report is published before its notice of retraction and before it is extracted; a study is published no"
    " later than the year in which the search ends",
    source="TRACT (doi:10.1186/s41073-023-00130-8) for the idea; these orders ours",
)

SIMILAR_TITLES = 0.9


def concerns(study: Study) -> Iterator[Remark]:
    """P38: reports that a journal has put a question mark to."""
    for index, report in enumerate(study.reports):
        if report.role.is_own and report.retraction and report.retraction.status is RetractionStatus.CONCERN:
            text = "the journal has published an expression of concern"
            advice = "decide whether the study stays, and acknowledge it with the reason; the page shows the notice"
            yield remark(CONCERN, study, ("reports", index, "retraction", "status"), text, advice)


def zeros(study: Study) -> Iterator[Remark]:
    """P39: a zero is quoted, not assumed."""
    own = {report.id for report in study.reports if report.role.is_own}
    for index, result in enumerate(study.results):
        if not isinstance(result, DichotomousResult) or result.source.report not in own or result.source.quote:
            continue
        for name, arm in result.arms.items():
            if arm.events == 0:
                text = "no events, and the source is not quoted"
                advice = "quote the words that say so in source.quote; leave the result out if the paper is silent"
                yield remark(ZERO, study, ("results", index, "arms", name, "events"), text, advice)


def checkers(study: Study) -> Iterator[Remark]:
    """P40: a second person checks what the first has taken out."""
    done = study.extraction
    if done.checked_by is not None and done.checked_by.casefold() == done.extracted_by.casefold():
        text = f"extracted and checked by the same person ({done.checked_by})"
        yield remark(SAME_PERSON, study, ("extraction", "checked_by"), text, "let somebody else check the figures")


def report_dates(study: Study) -> Iterator[Remark]:
    """P41: nothing is extracted or retracted before it is published."""
    done = study.extraction.date
    for index, report in enumerate(study.reports):
        if report.issued is None:
            continue
        if done is not None and done.isoformat()[: len(report.issued)] < report.issued:
            text = f"extracted on {done}, before the report appeared ({report.issued})"
            yield remark(DATES, study, ("extraction", "date"), text, "check both dates")
        notice = report.retraction.date if report.retraction else None
        if notice is not None and notice.isoformat()[: len(report.issued)] < report.issued:
            text = f"the notice ({notice}) is older than the report ({report.issued})"
            yield remark(DATES, study, ("reports", index, "retraction", "date"), text, "check both dates")


def unchecked(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P40: how many of a summary's studies a second person has checked."""
    waiting = [name for name in summary.studies if studies[name].extraction.checked_by is None]
    if waiting:
        text = f"nobody has checked the figures of {len(waiting)} of its {len(summary.studies)} studies"
        advice = "let a second person check them against the papers, and name them in extraction.checked_by"
        yield remark(UNCHECKED, summary, ("studies",), text, advice, waiting=len(waiting))


def published_after_search(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P41: a search finds nothing that was published after it."""
    last = summary.search.last_day
    if last is None:
        return
    for index, name in enumerate(summary.studies):
        year = studies[name].year
        if year is not None and year > last.year:
            text = f"'{name}' appeared in {year}, after the search ended ({summary.search.through})"
            advice = "check both dates, and how the study was found"
            yield remark(DATES, summary, ("studies", index), text, advice, year=year)


def same_registrations(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P37: two studies of a summary do not share a registration."""
    first: dict[str, str] = {}
    for name in summary.studies:
        for index, number in enumerate(studies[name].registrations):
            other = first.setdefault(number.casefold(), name)
            if other != name:
                text = f"{number} is also a registration of '{other}'"
                advice = "check that it is not one study entered twice"
                yield remark(SAME_REGISTRATION, studies[name], ("registrations", index), text, advice, other=other)


def same_papers(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P37: two studies of a summary do not rest on papers of one author, year and title."""
    seen: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in summary.studies:
        for at, report in _own_reports(studies[name]):
            key = (report.author[0].family or "").casefold(), str(report.year)
            title = (report.title or "").casefold()
            for other, known in seen.get(key, ()):
                if other != name and _similar(title, known):
                    text = f"the paper looks like one of '{other}': first author, year and title agree"
                    advice = "check that it is not one study entered twice"
                    yield remark(SAME_PAPER, studies[name], at, text, advice, other=other)
                    break
            seen.setdefault(key, []).append((name, title))


def _own_reports(study: Study) -> Sequence[tuple[Location, Report]]:
    return [
        (("reports", index), report)
        for index, report in enumerate(study.reports)
        if report.role.is_own and report.title and report.author and report.author[0].family and report.year
    ]


def _similar(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= SIMILAR_TITLES and matcher.ratio() >= SIMILAR_TITLES


CHECKS = (SAME_REGISTRATION, SAME_PAPER, CONCERN, ZERO, SAME_PERSON, UNCHECKED, DATES)
STUDY_CHECKS = (concerns, zeros, checkers, report_dates)
SUMMARY_CHECKS = (unchecked, published_after_search, same_registrations, same_papers)
