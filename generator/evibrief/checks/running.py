"""Every check, run: over one study by itself, and over a summary with its studies."""

from __future__ import annotations

from collections.abc import Mapping

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
    redundancy,
    reported,
    sizes,
    unit_of_analysis,
    verdicts,
    words,
)
from .remarks import Remark, acknowledge, each_once

OF_STUDIES = (
    *impossible.STUDY_CHECKS,
    *digits.STUDY_CHECKS,
    *flow.STUDY_CHECKS,
    *contrasts.STUDY_CHECKS,
    *redundancy.STUDY_CHECKS,
    *sizes.STUDY_CHECKS,
    *baseline.STUDY_CHECKS,
    *reported.STUDY_CHECKS,
    *unit_of_analysis.STUDY_CHECKS,
    *provenance.STUDY_CHECKS,
)
OF_SUMMARIES = (
    *across_studies.SUMMARY_CHECKS,
    *unit_of_analysis.SUMMARY_CHECKS,
    *reported.SUMMARY_CHECKS,
    *provenance.SUMMARY_CHECKS,
    *words.SUMMARY_CHECKS,
    *verdicts.SUMMARY_CHECKS,
    *parts.SUMMARY_CHECKS,
)


def lint_study(study: Study) -> tuple[Remark, ...]:
    """Return what one study shows by itself, each check once for a field; acknowledged remarks say so."""
    found = (one for check in OF_STUDIES for one in check(study))
    return acknowledge(each_once(found), acknowledgements(studies={study.id: study}))


def lint_summary(summary: Summary, studies: Mapping[str, Study]) -> tuple[Remark, ...]:
    """Return what a summary and its studies show together; a remark may lie in the record of one of the studies.

    ``studies`` holds at least every study that the summary lists.
    """
    found = (one for check in OF_SUMMARIES for one in check(summary, studies))
    return acknowledge(each_once(found), acknowledgements(summary=summary, studies=studies))


def acknowledgements(
    *, summary: Summary | None = None, studies: Mapping[str, Study]
) -> dict[str, tuple[Acknowledgement, ...]]:
    """Return the acknowledgements of some records, by kind and name of the record."""
    given = {f"study:{name}": study.acknowledged for name, study in studies.items() if study.acknowledged}
    if summary is not None and summary.acknowledged:
        given[f"summary:{summary.slug}"] = summary.acknowledged
    return given
