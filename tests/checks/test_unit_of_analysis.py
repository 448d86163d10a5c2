"""Who is counted, how often and as what."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import arm, arms, by_id, codes, contrast, events, fields, means, outcome, printed, study, summary
from evibrief.checks.running import lint_study, lint_summary
from evibrief.checks.unit_of_analysis import deleted_residuals
from evibrief.records.study import Study
from evibrief.statistics.influence import influence
from evibrief.statistics.results import Tau2Method

THREE = [
    {"id": "high", "label": "High dose", "role": "intervention"},
    {"id": "low", "label": "Low dose", "role": "intervention"},
    {"id": "old", "label": "Old treatment", "role": "comparator"},
]


def together(*studies: Study, measure: str = "MD", **changes: Any) -> list[str]:
    return codes(lint_summary(summary(studies, [outcome(measure, **changes)]), by_id(studies)))


@pytest.mark.parametrize(
    ("y", "speaks"),
    [
        # Five others at 0 with SE 1: their pool has SE 1 / sqrt(5), so t = y / sqrt(1 + 1/5) = y / 1.0954.
        # Three SDs of a normal have p = 0.0027; t with 4 degrees of freedom has it at 6.62
        ("7.2", False),  # 6.57
        ("7.3", True),  # 6.66
        ("-7.3", True),
    ],
)
def test_outliers(y: str, speaks: bool) -> None:
    ordinary = [study([printed("MD", "0.00", se="1.00")], name=f"other-{i}") for i in range(5)]
    found = together(*ordinary, study([printed("MD", y, se="1.00")], name="odd"))
    assert ("p26-outlier" in found) == speaks


@pytest.mark.parametrize(("y", "speaks"), [("3.53", False), ("3.54", True)])
def test_outliers_of_a_large_pool_need_little_more_than_three_errors(y: str, speaks: bool) -> None:
    # Twenty others at 0 with SE 1: t = y / sqrt(1 + 1/20), and t with 19 degrees of freedom has p = 0.0027 at 3.4472,
    # which is y = 3.5324
    ordinary = [study([printed("MD", "0.00", se="1.00")], name=f"other-{i}") for i in range(20)]
    found = together(*ordinary, study([printed("MD", y, se="1.00")], name="odd"))
    assert ("p26-outlier" in found) == speaks


@pytest.mark.parametrize(("y", "speaks"), [("22.1", False), ("22.3", True)])
def test_outliers_of_four_rows_are_far_off(y: str, speaks: bool) -> None:
    # Three others at 0 with SE 1: t = y / sqrt(1 + 1/3), and with two degrees of freedom p = 1 - t / sqrt(2 + t^2),
    # which is 0.0027 at t = 19.2067, or y = 22.178
    ordinary = [study([printed("MD", "0.00", se="1.00")], name=f"other-{i}") for i in range(3)]
    found = together(*ordinary, study([printed("MD", y, se="1.00")], name="odd"))
    assert ("p26-outlier" in found) == speaks


def test_outliers_need_three_others() -> None:
    ordinary = [study([printed("MD", "0.00", se="1.00")], name=f"other-{i}") for i in range(2)]
    assert "p26-outlier" not in together(*ordinary, study([printed("MD", "9.00", se="1.00")], name="odd"))


@pytest.mark.parametrize(("se", "speaks"), [("0.0003", True), ("0.0004", False)])
def test_variances_within_seven_powers_of_ten(se: str, speaks: bool) -> None:
    # (1 / 0.0003)^2 = 1.1e7; (1 / 0.0004)^2 = 6.25e6
    ordinary = study([printed("MD", "0.00", se="1.00")], name="wide")
    assert ("p30-variance-ratio" in together(ordinary, study([printed("MD", "0.00", se=se)], name="narrow"))) == speaks


def test_how_many_times_a_variance_is_smaller_is_told() -> None:
    # (2 / 0.0005)^2 = 16,000,000
    rows = [study([printed("MD", "0.00", se=se)], name=name) for name, se in (("wide", "2.00"), ("narrow", "0.0005"))]
    found = lint_summary(summary(rows, [outcome("MD")]), by_id(rows))
    (remark,) = [one for one in found if one.code == "p30-variance-ratio"]
    assert remark.record == "narrow"
    assert remark.figures["ratio"] == pytest.approx(16_000_000)
    assert remark.message.startswith("its variance is 16000000 times smaller")


@pytest.mark.parametrize(("sd", "speaks"), [("1000", True), ("999", False)])
def test_variances_seven_powers_of_ten_apart_are_told(sd: str, speaks: bool) -> None:
    # SD^2 (1/n + 1/n): 1 x (1/20 + 1/20) = 0.1, and 1000^2 x (1/2 + 1/2) = 10^6
    narrow = study([means(arm("5", "1", n=20), arm("5", "1", n=20))], name="narrow")
    wide = study([means(arm("5", sd, n=2), arm("5", sd, n=2))], name="wide")
    assert ("p30-variance-ratio" in together(narrow, wide)) == speaks


@pytest.mark.parametrize(("total", "speaks"), [(150, False), (149, True)])
def test_nobody_is_counted_twice(total: int, speaks: bool) -> None:
    # The comparator serves both rows and is divided between them: 50 + 25 + 50 + 25
    both = [
        {"type": "dichotomous", "comparison": name, "arms": {name: side, "old": {"events": 20, "n": 50}}}
        for name, side in (("high", {"events": 10, "n": 50}), ("low", {"events": 12, "n": 50}))
    ]
    one = study(both, arms=THREE, n_randomised=total)
    assert ("p33-counted-twice" in together(one, measure="RR")) == speaks


def test_a_comparator_with_two_sets_of_figures_is_counted_twice() -> None:
    both = [
        {
            "type": "dichotomous",
            "comparison": "high",
            "arms": {"high": {"events": 10, "n": 50}, "old": {"events": 20, "n": 50}},
        },
        {
            "type": "dichotomous",
            "comparison": "low",
            "arms": {"low": {"events": 12, "n": 50}, "old": {"events": 19, "n": 49}},
        },
    ]
    known = [{**one, "n_randomised": 50} for one in THREE]
    made = study(both, arms=known)
    found = lint_summary(summary([made], [outcome("RR")]), by_id([made]))
    assert fields(found, "p33-counted-twice") == ["results.0.arms"]
    assert "p33-counted-twice" in together(study(both, arms=known), measure="RR")
    assert "p33-counted-twice" not in together(study(both, arms=THREE), measure="RR")


def test_the_same_arms_stand_in_a_pool_once() -> None:
    two = {"first": {"name": "First Scale", "better": "higher"}, "second": {"name": "Second Scale", "better": "higher"}}

    def rows(*instruments: str) -> Study:
        results = [
            means(arm("12.0", "4.0"), arm("10.0", "4.0"), instrument=name, comparison=f"row {i}")
            for i, name in enumerate(instruments)
        ]
        return study(results, instruments=two)

    found = lint_summary(summary([rows("first", "second")], [outcome("SMD")]), {"example": rows("first", "second")})
    assert fields(found, "p34-one-row-per-study") == ["results.1"]
    assert "p34-one-row-per-study" not in together(rows("first"), measure="SMD")
    # Comparisons as printed may be of other arms each
    unknown = [{**printed("SMD", "0.50", se="0.20"), "instrument": name, "comparison": name} for name in two]
    assert "p34-one-row-per-study" not in together(study(unknown, instruments=two), measure="SMD")
    # Subgroups of people have the same arms, instrument and time
    assert "p34-one-row-per-study" not in together(rows("first", "first"), measure="SMD")


@pytest.mark.parametrize(
    ("cluster", "speaks"),
    [
        (None, True),
        ({"icc": "0.05"}, True),
        ({"icc": "0.05", "mean_cluster_size": "20"}, False),
        ({"analysis_adjusted": True}, False),
    ],
)
def test_cluster_trials_come_with_what_they_need(cluster: dict[str, Any] | None, speaks: bool) -> None:
    one = study([events((30, 100), (40, 100))], design="cluster", cluster=cluster)
    assert ("p35-clusters-ignored" in codes(lint_study(one))) == speaks


def test_a_cluster_trials_printed_comparison_must_allow_for_clusters() -> None:
    plain = study([printed("MD", "2.0", se="0.5")], design="cluster")
    adjusted = study([printed("MD", "2.0", se="0.5")], design="cluster", cluster={"analysis_adjusted": True})
    parallel = study([printed("MD", "2.0", se="0.5")])
    assert "p35-clusters-ignored" in codes(lint_study(plain))
    assert "p35-clusters-ignored" not in codes(lint_study(adjusted))
    assert "p35-clusters-ignored" not in codes(lint_study(parallel))


def test_crossover_trials_come_with_what_they_need() -> None:
    def crossover(**changes: Any) -> Study:
        return study([means(arm("12.0", "4.0"), arm("10.0", "4.0"))], **{"design": "crossover", **changes})

    paired = study([printed("MD", "2.0", se="0.5")], design="crossover")
    both = {"contrast": contrast("MD", "2.0", se="0.5")}
    beside = study([means(arm("12.0", "4.0"), arm("10.0", "4.0"), **both)], design="crossover")
    assert "p36-crossover-unpaired" not in codes(lint_study(beside))
    assert "p36-crossover-unpaired" in codes(lint_study(crossover()))
    assert "p36-crossover-unpaired" not in codes(lint_study(crossover(crossover={"correlation": "0.5"})))
    assert "p36-crossover-unpaired" not in codes(lint_study(crossover(design="parallel")))
    assert "p36-crossover-unpaired" not in codes(lint_study(paired))


def test_events_of_a_crossover_trial_are_not_two_groups() -> None:
    crossover = study([events((30, 100), (40, 100))], design="crossover")
    parallel = study([events((30, 100), (40, 100))], arms=arms(100, 100))
    paired = study([printed("RR", "0.75", "0.60", "0.94")], design="crossover")
    assert "p36-crossover-counts" in codes(lint_study(crossover))
    assert "p36-crossover-counts" not in codes(lint_study(parallel))
    assert "p36-crossover-counts" not in codes(lint_study(paired))


def test_people_behind_printed_comparisons_are_counted_too() -> None:
    # 50 and half of 40, twice
    rows = [
        {**printed("MD", "2.0", se="0.5"), "comparison": name, "arms": {"new": {"n": 50}, "old": {"n": 40}}}
        for name in ("first", "second")
    ]
    assert "p33-counted-twice" in together(study(rows, n_randomised=139))
    assert "p33-counted-twice" not in together(study(rows, n_randomised=140))


def test_deleted_residuals_are_those_of_the_statistics() -> None:
    yi, vi = [0.1, -0.4, 0.9, 0.3, 2.4, 0.0], [0.04, 0.09, 0.02, 0.30, 0.05, 0.01]
    expected = [one.rstudent for one in influence(yi, vi, tau2_method=Tau2Method.DL)]
    assert deleted_residuals(yi, vi) == pytest.approx(expected, rel=1e-9)


def test_each_effect_has_its_variance() -> None:
    with pytest.raises(ValueError, match="shorter"):
        deleted_residuals([0.1, 0.2, 0.3], [0.04, 0.09])
