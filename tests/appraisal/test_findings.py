"""Findings: what an interval allows to be said. The bands are those of the records; nothing else decides."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.builders_appraisal import outcome_record, pooled, reported, summary, told
from evibrief.appraisal.findings import find
from evibrief.appraisal.ratings import Conclusion, Course, Finding, Size
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import NotEstimable

WHY = {"set_by_editors_because": "it is a test"}
UP, DOWN = Course.INCREASES, Course.REDUCES


def found(
    value: float, low: float, high: float, measure: str = "SMD", *, baseline: float | None = None, **outcome: Any
) -> Finding:
    record = summary([outcome_record(measure=measure, **outcome)]).outcomes[0]
    return find(record, pooled(value, low, high, measure=Measure(measure), baseline=baseline), None)


def bands(small: str, moderate: str | None = None, large: str | None = None, unit: str = "measure") -> dict[str, Any]:
    return {"small": small, "moderate": moderate, "large": large, "unit": unit, "basis": WHY}


@pytest.mark.parametrize(
    ("interval", "conclusion", "size", "open_to"),
    [
        ((0.30, 0.01, 0.59), Conclusion.DIFFERENCE, Size.SMALL, (UP,)),
        ((0.30, 0.00, 0.60), Conclusion.INCONCLUSIVE, Size.SMALL, (UP,)),
        ((0.18, 0.07, 0.29), Conclusion.DIFFERENCE, Size.TRIVIAL, (UP,)),
        ((0.05, 0.01, 0.09), Conclusion.LITTLE_TO_NO, Size.TRIVIAL, ()),
        ((0.00, -0.19, 0.19), Conclusion.LITTLE_TO_NO, Size.TRIVIAL, ()),
        ((0.00, -0.20, 0.19), Conclusion.INCONCLUSIVE, Size.TRIVIAL, (DOWN,)),
        ((0.10, -0.30, 0.50), Conclusion.INCONCLUSIVE, Size.TRIVIAL, (UP, DOWN)),
        ((-0.10, -0.50, 0.30), Conclusion.INCONCLUSIVE, Size.TRIVIAL, (DOWN, UP)),
        ((-0.60, -0.90, -0.30), Conclusion.DIFFERENCE, Size.MODERATE, (DOWN,)),
        ((0.80, 0.60, 1.00), Conclusion.DIFFERENCE, Size.LARGE, (UP,)),
    ],
)
def test_a_standardised_difference_is_read_against_the_usual_bands(
    interval: tuple[float, float, float], conclusion: Conclusion, size: Size, open_to: tuple[Course, ...]
) -> None:
    finding = found(*interval)
    assert (finding.conclusion, finding.size, finding.compatible_with) == (conclusion, size, open_to)


@pytest.mark.parametrize(
    ("value", "size"), [(0.85, Size.TRIVIAL), (0.75, Size.SMALL), (0.60, Size.MODERATE), (0.45, Size.LARGE)]
)
def test_bands_of_a_ratio_hold_for_its_inverse(value: float, size: Size) -> None:
    # 1 / 1.25 = 0.80, 1 / 1.5 = 0.67, 1 / 2 = 0.5
    limits = bands("1.25", "1.5", "2")
    below = found(value, value * 0.9, value * 1.1, "RR", bands=limits)
    above = found(1 / value, 1 / value / 1.1, 1 / value / 0.9, "RR", bands=limits)
    assert below.size is above.size is size
    assert (below.course, above.course) == (DOWN, UP)


def test_without_bands_a_ratio_has_no_size_and_is_never_little_to_no() -> None:
    assert found(0.5, 0.4, 0.6, "RR").size is None
    assert found(1.0, 0.999, 1.001, "RR").conclusion is Conclusion.INCONCLUSIVE


def test_a_smallest_difference_alone_tells_trivial_from_the_rest_but_not_small_from_large() -> None:
    assert found(1.1, 1.05, 1.4, "RR", bands=bands("1.25")).size is Size.TRIVIAL
    assert found(5.0, 4.0, 6.0, "RR", bands=bands("1.25")).size is None


def test_bands_in_people_are_read_against_people() -> None:
    # 0.8 of 100 in 1,000 is 20 fewer people (10 to 28 fewer): beyond 5, short of 25.
    limits = bands("5", "25", unit="per-1000")
    risk = {"baseline_risk": {"per_1000": "100", "basis": WHY}, "better": "lower"}
    finding = found(0.8, 0.72, 0.9, "RR", baseline=0.1, bands=limits, **risk)
    assert (finding.conclusion, finding.size, finding.for_better) == (Conclusion.DIFFERENCE, Size.SMALL, True)
    # 0.98 (0.96 to 1.00) of 100 is 2 fewer (4 to 0 fewer): all within 5.
    assert found(0.98, 0.96, 1.0, "RR", baseline=0.1, bands=limits, **risk).conclusion is Conclusion.LITTLE_TO_NO


@pytest.mark.parametrize(("better", "for_better"), [("higher", True), ("lower", False)])
def test_whether_more_is_good_is_the_outcomes_to_say(better: str, for_better: bool) -> None:
    assert found(0.5, 0.3, 0.7, better=better).for_better is for_better
    assert found(-0.5, -0.7, -0.3, better=better).for_better is not for_better


@pytest.mark.parametrize(
    ("direction", "conclusion", "for_better"),
    [
        ("better", Conclusion.IMPROVED, True),
        ("worse", Conclusion.WORSENED, False),
        ("not-improved", Conclusion.NOT_IMPROVED, None),
        ("mixed", Conclusion.MIXED, None),
        ("not-pooled", Conclusion.UNKNOWN, None),
        ("not-reported", Conclusion.NOT_REPORTED, None),
    ],
)
def test_what_is_told_in_words_is_neither_rated_nor_sized(
    direction: str, conclusion: Conclusion, for_better: bool | None
) -> None:
    record = summary([outcome_record("narrative")]).outcomes[0]
    finding = find(record, told(direction), None)
    assert (finding.conclusion, finding.for_better) == (conclusion, for_better)
    assert finding.certainty is finding.size is finding.course is None


def test_a_reported_result_is_read_like_a_pool() -> None:
    record = summary([outcome_record("reported")]).outcomes[0]
    assert find(record, reported(0.3, 0.1, 0.5, i2=None), None).conclusion is Conclusion.DIFFERENCE


def test_what_cannot_be_estimated_or_compares_nothing_is_said_to_be_so() -> None:
    record = summary().outcomes[0]
    nothing = NotEstimable(outcome_id="calm", measure=Measure.RR, not_pooled=(), reason="no usable result")
    assert find(record, nothing, None).conclusion is Conclusion.NOT_ESTIMABLE
    assert find(record, pooled(0.4, 0.3, 0.5, measure=Measure.PLO), None).conclusion is Conclusion.DESCRIBED


limits = st.lists(st.floats(-3, 3), min_size=3, max_size=3, unique=True).map(sorted)


@given(limits)
def test_a_difference_is_claimed_only_where_the_interval_excludes_none(ends: list[float]) -> None:
    low, value, high = ends
    conclusion = found(value, low, high).conclusion
    within = low > -0.2 and high < 0.2
    assert (conclusion is Conclusion.LITTLE_TO_NO) == within
    assert (conclusion is Conclusion.DIFFERENCE) == ((low > 0 or high < 0) and not within)


@given(limits)
def test_turning_a_scale_turns_the_course_and_nothing_else(ends: list[float]) -> None:
    low, value, high = ends
    there, back = found(value, low, high), found(-value, -high, -low)
    assert (there.conclusion, there.size) == (back.conclusion, back.size)
    assert set(there.compatible_with) == {UP if c is DOWN else DOWN for c in back.compatible_with}


@given(limits)
def test_a_ratio_and_its_inverse_lead_to_the_same_conclusion(ends: list[float]) -> None:
    low, value, high = (math.exp(x) for x in ends)
    there = found(value, low, high, "OR", bands=bands("1.2", "2"))
    back = found(1 / value, 1 / high, 1 / low, "OR", bands=bands("1.2", "2"))
    assert there.conclusion is back.conclusion
