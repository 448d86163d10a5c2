"""Outcomes that a review reports, or that are told in words, pass through as their sources say."""

from __future__ import annotations

from typing import Any

import pytest

from evibrief.records.outcomes import NarrativeOutcome, ReportedOutcome
from evibrief.synthesis.quoted import quote_reported, tell

SOURCE = {"report": "review-2000", "place": "Table 3"}


def reported(better: str, **changes: Any) -> ReportedOutcome:
    printed = {"measure": "SMD", "estimate": -0.24, "ci_low": "-0.39", "ci_high": "-0.09", "source": SOURCE}
    return ReportedOutcome.model_validate(
        {
            "id": "thing",
            "name": "the thing",
            "importance": "critical",
            "better": better,
            "evidence": "reported",
            "reported": printed | changes,
        }
    )


def test_a_review_that_codes_benefit_as_negative_is_turned() -> None:
    """Lloyd-Evans 2014 codes more recovery as negative: -0.24 (-0.39 to -0.09) means 0.24 (0.09 to 0.39)."""
    made = quote_reported(reported("higher", positive_favours="comparator"))
    assert made.turned
    assert (made.estimate.value, made.estimate.low, made.estimate.high) == (0.24, 0.09, 0.39)


@pytest.mark.parametrize(("better", "favours"), [("higher", "intervention"), ("lower", "comparator")])
def test_a_review_coded_as_ours_is_passed_on(better: str, favours: str) -> None:
    """Above no difference means more of the outcome: good for recovery, bad for symptoms."""
    made = quote_reported(reported(better, positive_favours=favours))
    assert not made.turned
    assert made.estimate.value == -0.24


def test_a_turned_ratio_is_inverted() -> None:
    """RR 0.5 (0.25 to 0.8) the other way round is 2 (1.25 to 4)."""
    changes = {"measure": "RR", "estimate": 0.5, "ci_low": 0.25, "ci_high": 0.8, "positive_favours": "comparator"}
    made = quote_reported(reported("higher", **changes))
    assert (made.estimate.value, made.estimate.low, made.estimate.high) == (2.0, 1.25, 4.0)


def test_what_the_source_does_not_print_stays_missing() -> None:
    """Nothing is filled in."""
    made = quote_reported(reported("higher"))
    assert (made.k, made.participants, made.i2_percent, made.q, made.tau2, made.p) == (None,) * 6


def test_a_narrative_outcome_keeps_its_unknown() -> None:
    """The unknown is stated as unknown."""
    made = tell(
        NarrativeOutcome.model_validate(
            {
                "id": "thing",
                "name": "the thing",
                "importance": "critical",
                "better": "higher",
                "evidence": "narrative",
                "narrative": {"direction": "not-improved", "unknown": "The estimate.", "source": SOURCE},
            }
        )
    )
    assert (made.direction.value, made.unknown, made.k) == ("not-improved", "The estimate.", None)
