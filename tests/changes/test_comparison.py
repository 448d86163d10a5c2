"""What a change does to what readers are told."""

from __future__ import annotations

import pytest

from changes.records import BEFORE, compared, records, study, summary
from evibrief.changes.comparison import Kind
from evibrief.changes.fields import FieldChange


def test_nothing_differs_from_itself() -> None:
    again = records([summary()], [study("one"), study("two")])
    assert compared(BEFORE, again).summaries == ()
    assert compared(BEFORE, again).studies == ()


def test_a_changed_figure_is_told_as_the_field_and_as_its_effect() -> None:
    found = compared(BEFORE, records([summary()], [study("one", events=19), study("two")]))
    (changed,) = found.studies
    assert changed.kind is Kind.CHANGED
    assert changed.fields == (FieldChange(field="results.0.arms.tea.events", before="10", after="19"),)
    (page,) = found.summaries
    assert page.kind is Kind.CHANGED
    assert page.changes_words
    (outcome,) = page.outcomes
    assert outcome.before is not None
    assert outcome.after is not None
    # Two trials of 10/50 against 20/48 each: a risk ratio of (10/50) / (20/48).
    assert outcome.before.estimate == pytest.approx(0.48)
    assert outcome.after.estimate is not None
    assert outcome.after.estimate > 0.48
    results = next(passage for passage in page.passages if passage.part == "results")
    assert "0.48" in results.before
    assert "0.48" not in results.after


def test_only_summaries_that_name_a_changed_study_are_told() -> None:
    other = summary(slug="other", studies=["three", "four"])
    rest = [study("two"), study("three"), study("four")]
    before = records([summary(), other], [study("one"), *rest])
    after = records([summary(), other], [study("one", events=19), *rest])
    assert [page.slug for page in compared(before, after).summaries] == ["tea-for-hiccups"]


def test_a_change_that_no_reader_sees_is_told_as_such() -> None:
    found = compared(BEFORE, records([summary()], [study("one", note="Read twice."), study("two")]))
    (page,) = found.summaries
    assert not page.changes_words
    assert page.passages == ()
    assert page.outcomes == ()
    assert found.studies[0].fields == (FieldChange(field="note", before=None, after="Read twice."),)


def test_a_new_study_is_named_and_counted() -> None:
    after = records([summary(studies=["one", "two", "three"])], [study(name) for name in ("one", "two", "three")])
    found = compared(BEFORE, after)
    assert [(item.id, item.kind) for item in found.studies] == [("three", Kind.ADDED)]
    (page,) = found.summaries
    assert page.studies_added == ("three",)
    assert page.outcomes[0].before is not None
    assert page.outcomes[0].after is not None
    assert (page.outcomes[0].before.studies, page.outcomes[0].after.studies) == (2, 3)
    assert (page.outcomes[0].before.participants, page.outcomes[0].after.participants) == (196, 294)


def test_a_removed_study_is_named() -> None:
    found = compared(BEFORE, records([summary(studies=["one"])], [study("one")]))
    assert [(item.id, item.kind) for item in found.studies] == [("two", Kind.REMOVED)]
    assert found.summaries[0].studies_removed == ("two",)


def test_the_evidence_level_is_told_before_and_after() -> None:
    page = summary(studies=["one"])
    found = compared(records([page], [study("one")]), records([page], [study("one", design="cohort")]))
    # A randomised trial is level 2, a controlled study without randomisation level 3.
    assert (found.summaries[0].level_before, found.summaries[0].level_after) == (2, 3)
    assert "level" in [passage.part for passage in found.summaries[0].passages]


def test_a_new_summary_is_all_added_and_a_removed_one_all_removed() -> None:
    nothing = records([], [])
    (new,) = compared(nothing, BEFORE).summaries
    assert new.kind is Kind.ADDED
    assert all(not passage.before for passage in new.passages)
    assert [passage.part for passage in new.passages][:3] == ["title", "key-point-1", "key-point-2"]
    (gone,) = compared(BEFORE, nothing).summaries
    assert gone.kind is Kind.REMOVED
    assert all(not passage.after for passage in gone.passages)


def test_prose_and_title_are_compared_too() -> None:
    writing = {"background": "Hiccups are still made up here.", "interpretation": "Nothing follows from this."}
    found = compared(BEFORE, records([summary(title="Tea", writing=writing)], BEFORE.studies.values()))
    assert [passage.part for passage in found.summaries[0].passages] == ["title", "background"]


def test_a_withdrawal_is_a_change_even_if_every_word_stays() -> None:
    found = compared(BEFORE, records([summary(status="withdrawn")], BEFORE.studies.values()))
    assert found.summaries[0].changes_words
    assert (found.summaries[0].status_before, found.summaries[0].status_after) == ("published", "withdrawn")


def test_a_summary_whose_study_could_not_be_read_before_says_so() -> None:
    found = compared(records([summary()], [study("one")]), BEFORE)
    assert found.summaries[0].kind is Kind.UNREADABLE_BEFORE
    assert all(not passage.before for passage in found.summaries[0].passages)
