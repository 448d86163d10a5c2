"""The evidence level: what kind of studies, one row of the scale at a time."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal.builders_appraisal import outcome_record, pooled, review, row, study, summary, told
from evibrief.appraisal.level import rate_level
from evibrief.appraisal.ratings import EvidenceLevel, LevelRating
from evibrief.records.study import Design


def level_of(designs: list[str], **changes: Any) -> LevelRating:
    studies = {f"s{i}": study(f"s{i}", design) for i, design in enumerate(designs)}
    rows = [row(name, 0.4, 0.1, 100 / len(studies), design=item.design) for name, item in studies.items()]
    record = summary(studies=list(studies), **changes)
    return rate_level(record, studies, [pooled(0.4, 0.3, 0.5, rows=rows)])


@pytest.mark.parametrize(
    ("designs", "level"),
    [
        (["randomised", "parallel"], 1),
        (["randomised"], 2),
        (["randomised", "quasi-randomised"], 2),
        (["cohort", "non-randomised"], 2),
        (["cohort"], 3),
        (["quasi-randomised"], 3),
        (["cohort", "cohort", "case-control"], 3),
        (["cohort", "case-control"], 4),
        (["case-control", "case-control"], 4),
        (["case-control"], 4),
        (["single-arm"], 4),
        (["not-stated", "not-stated"], 4),
    ],
)
def test_our_own_pool_counts_by_the_designs_in_it(designs: list[str], level: int) -> None:
    assert level_of(designs).level == level


def test_trials_that_no_search_brought_together_are_trials_and_not_a_review() -> None:
    found = level_of(["randomised", "randomised"], search={"note": "Picked because their data are open."})
    assert (found.level, found.reason.rule) == (2, "level-chosen-randomised")


def test_trials_that_a_review_found_are_a_review_even_if_its_search_date_is_unknown() -> None:
    found = level_of(["randomised", "randomised"], search={}, source_review=review(relation="re-pools"))
    assert found.level is EvidenceLevel.EXCELLENT


@pytest.mark.parametrize(("design", "level"), [("randomised", 1), ("controlled", 2), ("uncontrolled", 4)])
def test_a_review_that_is_reported_counts_by_its_studies(design: str, level: int) -> None:
    record = summary([outcome_record("narrative")], source_review=review(studies_design=design))
    assert rate_level(record, {}, [told()]).level == level


def test_without_any_study_the_level_is_the_lowest() -> None:
    record = summary([outcome_record("narrative")])
    assert rate_level(record, {}, [told()]).level is EvidenceLevel.POOR


def test_a_study_that_is_listed_but_not_pooled_counts_only_where_none_is_pooled() -> None:
    studies = {"pooled": study("pooled"), "listed": study("listed", "case-control")}
    record = summary(studies=list(studies))
    rows = [row("pooled", 0.4, 0.1, 100.0, design=Design.RANDOMISED)]
    assert rate_level(record, studies, [pooled(0.4, 0.3, 0.5, rows=rows)]).level == 2
    assert rate_level(record, studies, [told()]).level == 4
