"""Values that cannot be. Expectations are worked out by hand beside each case."""

from __future__ import annotations

from typing import Any

import pytest

from checks.recording import arm, codes, fields, means, scale, study
from evibrief.checks.digits import steps_of
from evibrief.checks.running import lint_study
from evibrief.records.results import Instrument

TEN = scale(low="0", high="10")


@pytest.mark.parametrize(
    ("mean", "high", "speaks"),
    [
        ("10.4", "10", True),
        ("9.7", "10", False),
        ("10.1", "10.05", False),  # 10.1 stands for 10.05 and more: just possible
        ("10.1", "10.04", True),
        ("-0.2", "10", True),
    ],
)
def test_means_lie_on_their_scale(mean: str, high: str, speaks: bool) -> None:
    one = study([means(arm(mean, "0.4"), arm("5.0", "1.0"))], instruments=scale(low="0", high=high))
    assert fields(lint_study(one), "p04-outside-scale") == (["results.0.arms.new.mean"] if speaks else [])


def test_changes_lie_within_the_width_of_the_scale() -> None:
    fits = study([means(arm("-4.0", "3.0"), arm("-10.0", "0.1"), value="change")], instruments=TEN)
    beyond = study([means(arm("-4.0", "3.0"), arm("-10.1", "0.1"), value="change")], instruments=TEN)
    assert "p04-outside-scale" not in codes(lint_study(fits))
    (told,) = [one for one in lint_study(beyond) if one.code == "p04-outside-scale"]
    assert told.field == "results.0.arms.old.mean"
    assert "-10.1 lies outside the scale (-10 to 10)" in told.message


def test_quantiles_and_baselines_lie_on_their_scale() -> None:
    quantiles = {"n": 20, "median": "8", "q1": "6", "q3": "12"}
    fine = {"n": 20, "median": "8", "q1": "6", "q3": "10"}
    result = {"type": "median", "instrument": "scale", "arms": {"new": quantiles, "old": fine}}
    one = study([result, means(arm("5.0", "1.0", baseline_mean="11.0"), arm("5.0", "1.0"))], instruments=TEN)
    assert fields(lint_study(one), "p04-outside-scale") == ["results.0.arms.new.q3", "results.1.arms.new.baseline_mean"]


@pytest.mark.parametrize(
    ("spread", "field"),
    [
        # n = 101 on a scale of 0 to 10 with a mean of 5: SD^2 <= 25 x 101 / 100, so SD <= 5.02494
        ({"sd": "5.02"}, None),
        ({"sd": "5.03"}, "sd"),  # at least 5.025
        ({"se": "0.50"}, None),  # SD 5.0249 (0.50 x sqrt 101), at least 4.97
        ({"se": "0.51"}, "se"),  # at least 0.505 x 10.0499 = 5.075
        ({"ci_low": "3.9", "ci_high": "6.1"}, "ci_low"),  # half 1.1, at least 1.05; 1.05 / 1.984 x 10.05 = 5.32
    ],
)
def test_no_spread_is_wider_than_the_scale(spread: dict[str, Any], field: str | None) -> None:
    new = {"n": 101, "mean": "5.0", **spread}
    found = lint_study(study([means(new, arm("5.0", "2.0"))], instruments=TEN))
    assert fields(found, "p05-bhatia-davis") == ([f"results.0.arms.new.{field}"] if field else [])


@pytest.mark.parametrize(
    ("mean", "sd", "speaks"),
    [
        # 13 people from 2.00 to 8.00 (to within 0.01): SD from 5.99 / sqrt(24) = 1.2227 to 3.005 sqrt(13/12) = 3.1277
        ("5.00", "3.12", False),
        ("5.00", "3.14", True),
        ("5.00", "1.22", False),
        ("5.00", "1.21", True),
        ("5.00", "3.127", False),
        ("5.00", "3.129", True),
        ("5.00", "1.223", False),
        ("5.00", "1.222", True),
        ("9.00", "2.00", True),
        # half a unit of the mean, and half a unit of each end
        ("1.99", "2.00", False),
        ("1.98", "2.00", True),
        ("8.01", "2.00", False),
        ("8.02", "2.00", True),
    ],
)
def test_spread_fits_the_observed_range(mean: str, sd: str, speaks: bool) -> None:
    ranges = {"n": 13, "median": "5.00", "minimum": "2.00", "maximum": "8.00"}
    result = {"type": "median", "instrument": "scale", "arms": {"new": ranges}}
    found = lint_study(study([means(arm(mean, sd, n=13), arm("5.00", "2.00", n=13)), result]))
    assert fields(found, "p06-sd-against-range") == (["results.0.arms.new"] if speaks else [])


@pytest.mark.parametrize(
    ("mean", "n", "instrument", "speaks"),
    [
        ("3.47", 20, {"items": 1}, True),  # 20 x 3.465 to 20 x 3.475 is 69.3 to 69.5
        ("3.45", 20, {"items": 1}, False),  # 69 / 20
        ("3.47", 99, {"items": 1}, False),  # 344 / 99 = 3.4747
        ("3.47", 100, {"items": 1}, False),  # not asked: 100 totals to each unit give every second decimal
        ("3.47", 20, {}, False),  # not known to be whole
        ("3.48", 8, {"items": 4, "low": "1", "high": "5"}, True),  # mean of items: 32 x 3.475 to 3.485 = 111.2 to 111.5
        ("3.44", 8, {"items": 4, "low": "1", "high": "5"}, False),  # 110 / 32 = 3.4375
        ("12.47", 8, {"items": 4, "low": "4", "high": "20"}, True),  # sum of items: 8 x 12.47 = 99.8
        ("33.33", 8, {"items": 4, "low": "0", "high": "100"}, False),  # percentages of the highest score
    ],
)
def test_grim(mean: str, n: int, instrument: dict[str, Any], speaks: bool) -> None:
    found = lint_study(study([means(arm(mean, "1.4", n=n), arm("4", "1.4", n=n))], instruments=scale(**instrument)))
    assert fields(found, "p08-grim") == (["results.0.arms.new.mean"] if speaks else [])


@pytest.mark.parametrize(
    ("sd", "speaks"),
    [
        # Five whole scores with a mean of 3.0: total 15, squares 45 + 4 SD^2, an odd number as the total is
        ("1.58", False),  # 1, 2, 3, 4, 5: squares 55
        ("1.50", True),  # squares 53.94 to 54.06: 54 is even
        ("1.5", True),  # 53.4 to 54.6
        ("2", False),  # 54 to 70
    ],
)
def test_grimmer(sd: str, speaks: bool) -> None:
    found = lint_study(study([means(arm("3.0", sd, n=5), arm("3", "1.5", n=5))], instruments=scale(items=1)))
    assert fields(found, "p09-grimmer") == (["results.0.arms.new.sd"] if speaks else [])


@pytest.mark.parametrize(
    ("mean", "sd", "n", "items", "speaks"),
    [
        # 99 people, total 344: squares 344^2 / 99 + 98 SD^2 = 1294.99 to 1295.18, which is odd and 344 even
        ("3.47", "1.009", 99, 1, True),
        # 100 people, or 25 with four items: two decimals of a mean leave no total out, and nothing is asked.
        # 347^2 / 100 + 99 SD^2 = 1303.98 to 1304.18, which is even and 347 odd
        ("3.47", "1.005", 100, 1, False),
        ("3.47", "1.005", 25, 4, False),
    ],
)
def test_spreads_are_asked_of_where_means_are(mean: str, sd: str, n: int, items: int, speaks: bool) -> None:
    found = lint_study(study([means(arm(mean, sd, n=n), arm("4", "1.4", n=n))], instruments=scale(items=items)))
    assert fields(found, "p09-grimmer") == (["results.0.arms.new.sd"] if speaks else [])


@pytest.mark.parametrize(
    ("instrument", "expected"),
    [
        ({}, None),
        ({"items": 4}, 4),
        ({"items": 4, "low": "0"}, 4),
        ({"items": 1, "low": "0", "high": "100"}, 1),
        ({"items": 4, "low": "0", "high": "100"}, None),  # percentages
        ({"items": 4, "low": "0", "high": "20"}, 4),  # a sum or a mean
        ({"items": 4, "low": "20", "high": "100"}, 1),
        ({"items": 4, "low": "4", "high": "20"}, 1),
        ({"items": 4, "low": "3", "high": "20"}, 4),
        ({"items": 4, "low": "0.5", "high": "5"}, None),
        ({"items": 4, "low": "1", "high": "4.5"}, None),
    ],
)
def test_into_how_many_steps_a_score_is_divided(instrument: dict[str, Any], expected: int | None) -> None:
    made = Instrument.model_validate({"name": "Scale of Things", "better": "higher", **instrument})
    assert steps_of(made) == expected
    assert steps_of(None) is None


@pytest.mark.parametrize(("sd", "speaks"), [("0.1", True), ("0.2", False), ("0.3", False), ("0.35", True)])
def test_a_spread_that_ends_in_a_half_is_rounded_either_way(sd: str, speaks: bool) -> None:
    # One of 16 people scores 1, the others 0: squares 1 = 1/16 + 15 SD^2, so that SD is 0.25
    found = lint_study(study([means(arm("0.06", sd, n=16), arm("1", "1.0", n=16))], instruments=scale(items=1)))
    assert fields(found, "p09-grimmer") == (["results.0.arms.new.sd"] if speaks else [])


@pytest.mark.parametrize(
    ("mean", "sd", "speaks"),
    [
        # Ten zeros and ones: SD^2 = m (1 - m) 10 / 9, of means that round to 0.5: 0.45 to 0.55, so 0.5244 to 0.5270
        ("0.5", "0.5270", False),
        ("0.5", "0.5271", True),
        ("0.5", "0.5244", False),
        ("0.5", "0.5242", True),
        # to 0.6: 0.55 to 0.65, so 0.5028 to 0.5244
        ("0.6", "0.5244", False),
        ("0.6", "0.5246", True),
        # to 0.0 and 1.0: nothing to 0.05, or 0.95 to all, so 0 to 0.2297
        ("0.0", "0.2297", False),
        ("0.0", "0.2299", True),
        ("1.0", "0.2297", False),
        ("1.0", "0.2299", True),
    ],
)
def test_the_spread_of_zeros_and_ones_follows_from_every_mean_that_rounds_so(mean: str, sd: str, speaks: bool) -> None:
    yes_or_no = scale(low="0", high="1", items=1)
    found = lint_study(study([means(arm(mean, sd, n=10), arm("0.40", "0.49"))], instruments=yes_or_no))
    assert fields(found, "p10-debit") == (["results.0.arms.new.sd"] if speaks else [])


@pytest.mark.parametrize(
    ("sd", "speaks"),
    [
        # Mean 0.40 of 50 zeros and ones: SD from sqrt(.395 x .605 x 50/49) = 0.4938 to 0.4959
        ("0.49", False),
        ("0.50", False),  # from 0.495
        ("0.48", True),  # up to 0.485
        ("0.51", True),
    ],
)
def test_debit(sd: str, speaks: bool) -> None:
    yes_or_no = scale(low="0", high="1", items=1)
    found = lint_study(study([means(arm("0.40", sd), arm("0.40", "0.49"))], instruments=yes_or_no))
    assert fields(found, "p10-debit") == (["results.0.arms.new.sd"] if speaks else [])


def test_one_yes_among_sixteen_rounds_either_way() -> None:
    # 1/16 rounds to 0.062 or 0.063; from 0.0625 on, SD is sqrt(1/16 x 15/16 x 16/15) = 0.25 and more
    yes_or_no = scale(low="0", high="1", items=1)
    for sd, expected in (("0.2", []), ("0.24", ["results.0.arms.new.sd"])):
        found = lint_study(study([means(arm("0.063", sd, n=16), arm("0.40", "0.49"))], instruments=yes_or_no))
        assert fields(found, "p10-debit") == expected


def test_two_people_who_say_yes_and_no_have_one_spread() -> None:
    # One yes, one no: SD sqrt(0.25 x 2 / 1) = 0.71; and of means from 0.495 to 0.505 hardly less
    yes_or_no = scale(low="0", high="1", items=1)
    for sd, expected in (("0.71", []), ("0.50", ["results.0.arms.new.sd"])):
        found = lint_study(study([means(arm("0.50", sd, n=2), arm("0.40", "0.49"))], instruments=yes_or_no))
        assert fields(found, "p10-debit") == expected


def test_a_scale_may_be_open_at_one_end() -> None:
    one = study([means(arm("-1.0", "0.4"), arm("5.0", "1.0"))], instruments=scale(low="0"))
    (told,) = [found for found in lint_study(one) if found.code == "p04-outside-scale"]
    assert "-1 lies outside the scale (0 to open)" in told.message


def test_one_person_has_no_spread_to_check() -> None:
    alone = {"n": 1, "mean": "5.0", "se": "4.0"}
    whole = scale(low="0", high="10", items=1)
    found = lint_study(study([means(alone, arm("5.0", "2.0"))], instruments=whole, design="cohort"))
    assert codes(found) == []
    zero_or_one = {"n": 1, "mean": "1.0", "sd": "0.4"}
    found = lint_study(study([means(zero_or_one, arm("0.50", "0.51"))], instruments=scale(low="0", high="1", items=1)))
    assert "p10-debit" not in codes(found)


def test_rates_have_no_scale() -> None:
    rates = {"new": {"events": 20, "person_years": "1000"}}
    assert codes(lint_study(study([{"type": "rate", "instrument": "scale", "arms": rates}], instruments=TEN))) == []
