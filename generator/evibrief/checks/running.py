"""Every check, run: over one study by itself, and over a summary with its studies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import Severity
from evibrief.records.acknowledgements import Acknowledgement
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from . import (
    across_studies,
    baseline,
    contrasts,
    digits,
    flow,
    impossible,
    parts,
    provenance,
    recomposition,
    redundancy,
    registers,
    reported,
    sizes,
    unit_of_analysis,
    verdicts,
    words,
)
from .remarks import Remark, acknowledge, each_once

# Those that may find an error come first: they alone stop a publication.
STOP_STUDIES = (
    *impossible.STUDY_CHECKS,
    *flow.STUDY_CHECKS,
    *contrasts.STUDY_CHECKS,
    *redundancy.STUDY_CHECKS,
    *sizes.STUDY_CHECKS,
    *reported.STUDY_CHECKS,
    *unit_of_analysis.STUDY_CHECKS,
)
OF_STUDIES = (
    *STOP_STUDIES,
    *digits.STUDY_CHECKS,
    *baseline.STUDY_CHECKS,
    *provenance.STUDY_CHECKS,
    *recomposition.STUDY_CHECKS,
    *registers.STUDY_CHECKS,
)
STOP_SUMMARIES = (*unit_of_analysis.SUMMARY_CHECKS, *reported.SUMMARY_CHECKS, *words.SUMMARY_CHECKS)
OF_SUMMARIES = (
    *STOP_SUMMARIES,
    *across_studies.SUMMARY_CHECKS,
    *provenance.SUMMARY_CHECKS,
    *verdicts.SUMMARY_CHECKS,
    *parts.SUMMARY_CHECKS,
)
# None of these finds an error.
OF_SUMMARIES_BY_SETTINGS = (*words.CHECKS_BY_SETTINGS, *verdicts.CHECKS_BY_SETTINGS)


def lint_study(study: Study) -> tuple[Remark, ...]:
    """Return what one study shows by itself, each check once for a field; acknowledged remarks say so."""
    return _of_study(study, OF_STUDIES)


def lint_summary(summary: Summary, studies: Mapping[str, Study], settings: Settings = DEFAULT) -> tuple[Remark, ...]:
    """Return what a summary and its studies show together; a remark may lie in the record of one of the studies.

    ``studies`` holds at least every study that the summary lists.
    """
    by_settings = (one for check in OF_SUMMARIES_BY_SETTINGS for one in check(summary, studies, settings))
    answered = acknowledge(each_once(by_settings), acknowledgements(summary=summary, studies=studies))
    return (*_of_summary(summary, studies, OF_SUMMARIES), *answered)


def stopping_study(study: Study) -> tuple[Remark, ...]:
    """Return the errors that one study shows by itself and nobody has acknowledged."""
    return tuple(filter(_stops, _of_study(study, STOP_STUDIES)))


def stopping_summary(summary: Summary, studies: Mapping[str, Study]) -> tuple[Remark, ...]:
    """Return the errors that a summary and its studies show together and nobody has acknowledged."""
    return tuple(filter(_stops, _of_summary(summary, studies, STOP_SUMMARIES)))


def _of_study(study: Study, checks: Iterable[Callable[[Study], Iterable[Remark]]]) -> tuple[Remark, ...]:
    found = (one for check in checks for one in check(study))
    return acknowledge(each_once(found), acknowledgements(studies={study.id: study}))


def _of_summary(
    summary: Summary,
    studies: Mapping[str, Study],
    checks: Iterable[Callable[[Summary, Mapping[str, Study]], Iterable[Remark]]],
) -> tuple[Remark, ...]:
    found = (one for check in checks for one in check(summary, studies))
    return acknowledge(each_once(found), acknowledgements(summary=summary, studies=studies))


def _stops(found: Remark) -> bool:
    return found.severity is Severity.ERROR and found.acknowledged is None


def acknowledgements(
    *, summary: Summary | None = None, studies: Mapping[str, Study]
) -> dict[str, tuple[Acknowledgement, ...]]:
    """Return the acknowledgements of a summary and its studies, or of some studies, by kind and name of the record."""
    named = studies if summary is None else summary.studies
    given = {f"study:{name}": studies[name].acknowledged for name in named if studies[name].acknowledged}
    if summary is not None and summary.acknowledged:
        given[f"summary:{summary.slug}"] = summary.acknowledged
    return given
