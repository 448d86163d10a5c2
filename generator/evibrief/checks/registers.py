"""What a trial register said beforehand, beside what was done."""

from __future__ import annotations

from collections.abc import Iterator

from evibrief.errors import Severity
from evibrief.records.study import Study

from .printed import at_most
from .remarks import Check, Remark, remark

LATE = Check(
    code="p41-registered-late",
    title="Registered after it had begun",
    severity=Severity.WARNING,
    rule="registered <= started, where it started after 2010 (as far as the days, months or years given tell)",
    source="TRACT (doi:10.1186/s41073-023-00130-8)",
)
PUBLISHED_BEFORE = Check(
    code="p41-published-before-start",
    title="Published before the first person was enrolled",
    severity=Severity.WARNING,
    rule="started < published, for the study's own papers but protocols and register entries",
    source="TRACT (doi:10.1186/s41073-023-00130-8)",
)
OTHER_SIZE = Check(
    code="p42-other-size",
    title="Many more, or fewer, people than were planned",
    severity=Severity.WARNING,
    rule="|people randomised - people planned| / people planned <= 15 %",
    source="TRACT (doi:10.1186/s41073-023-00130-8): a difference of more than 15 % is a major concern",
)

# From when on trials had to be registered beforehand to be published (the reference's limit).
FIRST_YEAR = "2011"
LARGEST_DIFFERENCE = 0.15


def register_dates(study: Study) -> Iterator[Remark]:
    """P41: a trial is registered, then begun, then published."""
    entry = study.register_entry
    if entry is None or entry.started is None:
        return
    if entry.registered is not None and entry.started >= FIRST_YEAR and _is_later(entry.registered, entry.started):
        text = f"registered in {entry.registered}, but begun in {entry.started}"
        advice = "check both; if they are right, the risk of bias from selective reporting should say so"
        yield remark(LATE, study, ("register_entry", "registered"), text, advice)
    for index, report in enumerate(study.reports):
        tells = report.role.is_own and report.role not in ("protocol", "register")
        if tells and report.issued is not None and _is_later(entry.started, report.issued):
            text = f"begun in {entry.started}, but published in {report.issued}"
            at = ("register_entry", "started")
            yield remark(PUBLISHED_BEFORE, study, at, text, "check both dates", report=index)


def _is_later(one: str, other: str) -> bool:
    """Whether a date is later than another for certain, where either may be a year or a month alone."""
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def planned_size(study: Study) -> Iterator[Remark]:
    """P42: about as many people as were planned."""
    planned = study.register_entry.planned if study.register_entry else None
    arms = [arm.n_randomised for arm in study.arms if arm.n_randomised is not None]
    enrolled = study.n_randomised or (sum(arms) if arms and len(arms) == len(study.arms) else None)
    if planned is None or enrolled is None or at_most(abs(enrolled - planned) / planned, LARGEST_DIFFERENCE):
        return
    text = f"{enrolled} people were randomised, but {planned} planned"
    advice = "check both; if they are right, the paper should say why"
    at = ("register_entry", "planned")
    yield remark(OTHER_SIZE, study, at, text, advice, planned=planned, enrolled=enrolled)


CHECKS = (LATE, PUBLISHED_BEFORE, OTHER_SIZE)
STUDY_CHECKS = (register_dates, planned_size)
