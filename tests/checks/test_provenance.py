"""Where figures come from, and what a review prints of its own pool."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import SOURCE, by_id, codes, events, fields, outcome, study, summary
from evibrief.checks.running import lint_study, lint_summary
from evibrief.records.study import Study


def together(*studies: Study, **changes: Any) -> list[str]:
    return codes(lint_summary(summary(studies, [outcome("RR")], **changes), by_id(studies)))


def one_report(**changes: Any) -> list[dict[str, Any]]:
    return [{"id": "main", "author": [{"family": "Example"}], "issued": 2001, **changes}]


def test_two_studies_with_one_registration() -> None:
    first, second = study(registrations=["NCT00000001"]), study(name="second", registrations=["nct00000001"])
    other = study(name="second", registrations=["NCT00000002"])
    assert together(first, second) == ["p37-same-registration"]
    assert together(first, other) == []


@pytest.mark.parametrize(
    ("title", "year", "speaks"),
    [
        # 20 letters; similarity is 2 x matching / all: 18 of 20 is 0.9, 17 of 20 is 0.85
        ("abcdefghijklmnopqrst", 2001, True),
        ("abcdefghijklmnopqrXX", 2001, True),
        ("abcdefghijklmnopqXXX", 2001, False),
        ("klmnopqrstabcdefghij", 2001, False),  # the same letters, of which ten match in order
        ("abcdefghijklmnopqrst", 2002, False),
        (None, 2001, False),
    ],
)
def test_two_studies_whose_papers_look_like_one(title: str | None, year: int, speaks: bool) -> None:
    first = study(reports=one_report(title="abcdefghijklmnopqrst"))
    second = study(name="second", reports=one_report(title=title, issued=year))
    assert together(first, second) == (["p37-same-paper"] if speaks else [])


def test_two_long_titles_are_compared_to_the_end() -> None:
    long = (
        "a trial of warm tea against cold water in people with hiccups of any cause, followed for one year and a day "
        * 3
    )
    first = study(reports=one_report(title=f"{long}and a night"))
    for other, expected in ((f"{long}and a week", ["p37-same-paper"]), (long[::-1].strip(), [])):
        assert together(first, study(name="second", reports=one_report(title=other))) == expected


@pytest.mark.parametrize(("status", "speaks"), [("expression-of-concern", True), ("corrected", False), ("none", False)])
def test_expressions_of_concern(status: str, speaks: bool) -> None:
    notice = {"status": status, "checked_on": "2024-02-29"}
    found = codes(lint_study(study(reports=one_report(retraction=notice))))
    assert found == (["p38-expression-of-concern"] if speaks else [])


def test_a_zero_is_quoted() -> None:
    quoted = {**SOURCE, "quote": "No patient in either group had a stroke."}
    dataset = [*one_report(), {"id": "data", "role": "dataset", "type": "dataset"}]
    found = lint_study(study([events((0, 50), (4, 50))]))
    assert fields(found, "p39-zero-without-quote") == ["results.0.arms.new.events"]
    assert codes(lint_study(study([events((0, 50), (4, 50), source=quoted)]))) == []
    assert codes(lint_study(study([events((1, 50), (4, 50))]))) == []
    copied = study([events((0, 50), (4, 50), source={"report": "data", "place": "row 1"})], reports=dataset)
    assert codes(lint_study(copied)) == []


def test_a_second_person_checks() -> None:
    alone = study(extraction={"extracted_by": "Nobody Real", "checked_by": "nobody real"})
    unchecked = study(name="second", extraction={"extracted_by": "Nobody Real"})
    assert codes(lint_study(alone)) == ["p40-checked-by-extractor"]
    assert codes(lint_study(unchecked)) == []
    found = lint_summary(summary([study(), unchecked], [outcome("RR")]), by_id([study(), unchecked]))
    assert [one.message for one in found] == ["nobody has checked the figures of 1 of its 2 studies"]


@pytest.mark.parametrize(
    ("issued", "extracted", "notice", "expected"),
    [
        (2001, "2001-01-01", "2001-12-31", []),
        (2001, "2000-12-31", "2001-12-31", ["p41-dates"]),
        (2001, "2001-01-01", "2000-12-31", ["p41-dates"]),
        ("2001-06", "2001-05-31", "2001-06-01", ["p41-dates"]),
    ],
)
def test_dates_follow_one_another(issued: object, extracted: str, notice: str, expected: list[str]) -> None:
    retraction = {"status": "corrected", "checked_on": "2024-02-29", "date": notice}
    extraction = {"extracted_by": "Nobody Real", "checked_by": "Somebody Else", "date": extracted}
    one = study(reports=one_report(issued=issued, retraction=retraction), extraction=extraction)
    assert codes(lint_study(one)) == expected


@pytest.mark.parametrize(("year", "speaks"), [(2020, False), (2021, True)])
def test_a_search_finds_nothing_newer(year: int, speaks: bool) -> None:
    found = together(study(reports=one_report(issued=year)))  # the search ends in May 2020
    assert found == (["p41-dates"] if speaks else [])


def test_a_search_without_a_date_says_nothing_of_years() -> None:
    assert together(study(reports=one_report(issued=2030)), search={"note": "Not known."}) == []


def test_correlations_are_correlations() -> None:
    results = [events((30, 100), (40, 100))]
    cluster = {"icc": "1.2", "mean_cluster_size": "20"}
    assert codes(lint_study(study(results, design="cluster", cluster=cluster))) == ["p12-domain"]
    cluster = {"icc": "1", "mean_cluster_size": "20"}
    assert codes(lint_study(study(results, design="cluster", cluster=cluster))) == []
    assert codes(lint_study(study(design="crossover", crossover={"correlation": "-1.1"}))) == ["p12-domain"]
    assert codes(lint_study(study(design="crossover", crossover={"correlation": "-1"}))) == []
    assert codes(lint_study(study(design="crossover", crossover={"correlation": "1.1"}))) == ["p12-domain"]
    assert codes(lint_study(study(design="crossover", crossover={"correlation": "1"}))) == []


def reported(**changes: Any) -> dict[str, Any]:
    figures = {"measure": "SMD", "estimate": "0.20", "ci_low": "0.01", "ci_high": "0.39", "source": SOURCE}
    return outcome(None, evidence="reported", reported={**figures, **changes})


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, []),
        ({"i2_percent": "100"}, []),
        ({"i2_percent": "101"}, ["p12-domain"]),
        ({"i2_percent": "-1"}, ["p12-domain"]),
        ({"tau2": "-0.1"}, ["p12-domain"]),
        ({"q": "-2"}, ["p12-domain"]),
        # Q = 20 with 9 degrees of freedom: I2 = 55 %, within 1 + 0.5 + 100 x 9 / 400 x 0.05 = 1.6 points
        ({"q": "20.0", "q_df": 9, "i2_percent": "55", "studies": 10}, []),
        ({"q": "20.0", "q_df": 9, "i2_percent": "56"}, []),
        ({"q": "20.0", "q_df": 9, "i2_percent": "57"}, ["p12-i2-against-q"]),
        # a digit more: 1 + 0.05 + 2.25 x 0.05 = 1.1625; no digit of Q: 1 + 0.5 + 2.25 x 0.5 = 2.625
        ({"q": "20.0", "q_df": 9, "i2_percent": "56.1"}, []),
        ({"q": "20.0", "q_df": 9, "i2_percent": "56.2"}, ["p12-i2-against-q"]),
        ({"q": "20", "q_df": 9, "i2_percent": "57"}, []),
        ({"q": "20", "q_df": 9, "i2_percent": "58"}, ["p12-i2-against-q"]),
        # Q = 9.0 with 3: I2 = 66.667, within 1 + 0.05 + 300 / 81 x 0.05 = 1.2352
        ({"q": "9.0", "q_df": 3, "i2_percent": "67.9"}, []),
        ({"q": "9.0", "q_df": 3, "i2_percent": "68.0"}, ["p12-i2-against-q"]),
        ({"q": "0", "q_df": 9, "i2_percent": "0"}, []),
        # Q = 10.4 with 4: I2 = 61.538, within 1 + 0.05 + 400 / 108.16 x 0.05 = 1.2349
        ({"q": "10.4", "q_df": 4, "i2_percent": "62.7"}, []),
        ({"q": "10.4", "q_df": 4, "i2_percent": "62.8"}, ["p12-i2-against-q"]),
        ({"q": "10.4", "q_df": 4, "i2_percent": "60.4"}, []),
        ({"q": "10.4", "q_df": 4, "i2_percent": "60.3"}, ["p12-i2-against-q"]),
        ({"q": "4.0", "q_df": 9, "i2_percent": "0"}, []),
        ({"q": "20.0", "q_df": 9, "studies": 11}, ["p12-i2-against-q"]),
        # 0.20 (0.01 to 0.39): z = 2.06, p = 0.039
        ({"p": "0.04"}, []),
        ({"p": "0.4"}, ["p16-p-differs"]),
        # 0.20 (0.10 to 0.30): z = 3.92
        ({"ci_low": "0.10", "ci_high": "0.30", "p": "0.4"}, ["p16-p-contradicts"]),
        ({"estimate": "0.30"}, ["p13-lopsided-interval"]),
    ],
)
def test_what_a_review_prints_hangs_together(figures: dict[str, Any], expected: list[str]) -> None:
    assert codes(lint_summary(summary(outcomes=[reported(**figures)]), {})) == expected
