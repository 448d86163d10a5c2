"""Conversions undone, conversions compared with the data themselves, and input that cannot be converted."""

from __future__ import annotations

import itertools
import math
import random
import statistics

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from evibrief.statistics.conversions.arms import (
    Counts,
    Summary,
    combine_counts,
    combine_summaries,
    split_counts,
    split_summary,
)
from evibrief.statistics.conversions.designs import (
    crossover_difference,
    crossover_smd,
    design_effect,
    effective_counts,
    effective_size,
    inflated_estimate,
)
from evibrief.statistics.conversions.estimates import (
    estimate_from_interval,
    estimate_from_p,
    estimate_from_se,
    estimate_from_statistic,
    statistic_of_p,
)
from evibrief.statistics.conversions.quantiles import (
    Distribution,
    MeanMethod,
    Quantiles,
    SdMethod,
    mean_sd_from_quantiles,
)
from evibrief.statistics.conversions.spread import (
    change_sd,
    correlation_from_sds,
    pooled_sd_from_interval,
    pooled_sd_from_p,
    pooled_sd_from_se,
    pooled_sd_from_t,
    sd_from_interval,
    sd_from_p,
    sd_from_se,
    sd_from_t,
)
from evibrief.statistics.conversions.tables import table_from_odds_ratio, table_from_phi, table_from_risk_ratio
from evibrief.statistics.measures import Scale

EXAMPLES = settings(max_examples=1000, deadline=None)
SPREADS = st.floats(min_value=0.01, max_value=1000)
MEANS = st.floats(min_value=-1000, max_value=1000)
SIZES = st.integers(min_value=2, max_value=5000)
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


def t_quantile(level: float, df: float) -> float:
    return float(stdtrit(df, (1 + level) / 2))


@EXAMPLES
@given(SPREADS, SIZES, MEANS, LEVELS)
def test_a_standard_deviation_survives_its_standard_error_and_interval(
    sd: float, n: int, mean: float, level: float
) -> None:
    se = sd / math.sqrt(n)
    half = t_quantile(level, n - 1) * se
    assert sd_from_se(se, n).sd == pytest.approx(sd)
    assert sd_from_interval(mean - half, mean + half, n, level=level).sd == pytest.approx(sd, rel=1e-6)


@EXAMPLES
@given(SPREADS, st.floats(min_value=0.01, max_value=1000), st.integers(min_value=2, max_value=500))
def test_a_standard_deviation_survives_its_one_sample_test(sd: float, mean: float, n: int) -> None:
    t = mean / (sd / math.sqrt(n))
    p = float(2 * stdtr(n - 1, -t))
    assert sd_from_t(mean, t, n).sd == pytest.approx(sd)
    assume(1e-300 < p < 0.99)
    assert sd_from_p(mean, p, n).sd == pytest.approx(sd, rel=1e-6)


@EXAMPLES
@given(SPREADS, st.floats(min_value=0.01, max_value=1000), SIZES, SIZES, LEVELS)
def test_a_common_standard_deviation_survives_the_test_of_the_difference(
    sd: float, difference: float, n_1: int, n_2: int, level: float
) -> None:
    se, df = sd * math.sqrt(1 / n_1 + 1 / n_2), n_1 + n_2 - 2
    t = difference / se
    half = t_quantile(level, df) * se
    p = float(2 * stdtr(df, -t))
    assert pooled_sd_from_se(se, n_1, n_2).sd == pytest.approx(sd)
    assert pooled_sd_from_t(-difference, t, n_1, n_2).sd == pytest.approx(sd)
    limits = (difference - half, difference + half)
    assert pooled_sd_from_interval(*limits, n_1, n_2, level=level).sd == pytest.approx(sd, rel=1e-6)
    assume(1e-300 < p < 0.99)
    assert pooled_sd_from_p(difference, p, n_1, n_2).sd == pytest.approx(sd, rel=1e-6)


@EXAMPLES
@given(SPREADS, SPREADS, st.floats(min_value=-0.99, max_value=0.99))
def test_a_correlation_survives_the_sd_of_changes(sd_before: float, sd_after: float, r: float) -> None:
    assume(0.01 < sd_before / sd_after < 100)
    change = change_sd(sd_before, sd_after, r)
    assert correlation_from_sds(sd_before, sd_after, change.sd).r == pytest.approx(r, abs=1e-9)


@EXAMPLES
@given(
    st.floats(min_value=-5, max_value=5),
    st.floats(min_value=0.01, max_value=2),
    LEVELS,
    st.sampled_from([None, 4.0, 45.0]),
)
def test_a_ratio_survives_its_interval_and_p_value(log_ratio: float, se: float, level: float, df: float | None) -> None:
    critical = float(ndtri((1 + level) / 2)) if df is None else t_quantile(level, df)
    ratio, low, high = (math.exp(log_ratio + step * critical * se) for step in (0, -1, 1))
    found = estimate_from_interval(ratio, low, high, Scale.LOG, level=level, df=df)
    assert (found.yi, found.se) == pytest.approx((log_ratio, se), rel=1e-9, abs=1e-12)
    z = abs(log_ratio / se)
    p = float(2 * ndtr(-z)) if df is None else float(2 * stdtr(df, -z))
    assume(1e-300 < p < 0.99)
    assert estimate_from_p(ratio, p, Scale.LOG, df=df).se == pytest.approx(se, rel=1e-6)
    assert estimate_from_statistic(ratio, z, Scale.LOG).se == pytest.approx(se, rel=1e-9)
    assert estimate_from_se(ratio, se, Scale.LOG).yi == pytest.approx(log_ratio, abs=1e-12)


@given(st.floats(min_value=1e-300, max_value=0.999999))
@EXAMPLES
def test_the_smallest_p_values_keep_their_digits(p: float) -> None:
    assert 2 * float(ndtr(-statistic_of_p(p))) == pytest.approx(p, rel=1e-9)


VALUES = st.lists(st.floats(min_value=-100, max_value=100), min_size=2, max_size=8)


@EXAMPLES
@given(st.lists(VALUES, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_combined_groups_equal_the_group_of_all_their_people(groups: list[list[float]], chance: random.Random) -> None:
    arms = [Summary(mean=statistics.fmean(g), sd=statistics.stdev(g), n=len(g)) for g in groups]
    everyone = [value for group in groups for value in group]
    found = combine_summaries(arms)
    assert found.n == len(everyone)
    assert found.mean == pytest.approx(statistics.fmean(everyone), abs=1e-9)
    assert found.sd == pytest.approx(statistics.stdev(everyone), abs=1e-6)
    chance.shuffle(arms)
    assert combine_summaries(arms) == found


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=2, max_size=5), st.integers(2, 6))
def test_counts_add_up_and_shares_add_up_again(arms: list[tuple[int, int]], comparisons: int) -> None:
    whole = combine_counts([Counts(events=events, n=n) for events, n in arms])
    assert (whole.events, whole.n) == (sum(e for e, _ in arms), sum(n for _, n in arms))
    share = split_counts(Counts(events=whole.events, n=whole.n), comparisons)
    assert (share.events * comparisons, share.n * comparisons) == pytest.approx((whole.events, whole.n))


def test_a_split_group_keeps_its_mean_and_standard_deviation() -> None:
    share = split_summary(Summary(mean=4.2, sd=1.1, n=90), 3)
    assert (share.mean, share.sd, share.n) == (4.2, 1.1, 30)
    assert share.note == "the group serves 3 comparisons; one share of its people is counted here"


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n_1, n_2 = draw(st.integers(2, 3000)), draw(st.integers(2, 3000))
    return draw(st.integers(1, n_1 - 1)), n_1, draw(st.integers(1, n_2 - 1)), n_2


@EXAMPLES
@given(tables())
def test_a_table_survives_its_odds_ratio_risk_ratio_and_phi(table: tuple[int, int, int, int]) -> None:
    a, n_1, c, n_2 = table
    b, d, events = n_1 - a, n_2 - c, a + c
    phi = (a * d - b * c) / math.sqrt(n_1 * n_2 * events * (b + d))
    for found in (
        table_from_odds_ratio(a * d / (b * c), n_1, n_2, events),
        table_from_risk_ratio((a / n_1) / (c / n_2), n_1, n_2, events),
        table_from_phi(phi, n_1, n_2, events),
    ):
        assert (found.events_1, found.n_1, found.events_2, found.n_2) == table


def test_an_odds_ratio_of_one_divides_the_events_by_group_size() -> None:
    found = table_from_odds_ratio(1.0, 120, 60, 30)
    assert (found.events_1, found.events_2) == (20, 10)


@EXAMPLES
@given(st.floats(1, 200), st.floats(0, 1), st.integers(1, 5000), st.floats(0, 1))
def test_a_design_effect_shrinks_samples_and_keeps_risks(size: float, icc: float, n: int, risk: float) -> None:
    design = design_effect(size, icc)
    counts = effective_counts(Counts(events=risk * n, n=n), design)
    assert design.factor >= 1
    assert counts.events == pytest.approx(risk * counts.n)
    assert effective_size(n, design).n == pytest.approx(counts.n)
    assert inflated_estimate(0.3, 0.2, design).vi == pytest.approx(0.04 * design.factor)
    assert design_effect(size, icc, size_cv=0.5).factor >= design.factor


def test_clusters_of_one_and_clusters_without_correlation_change_nothing() -> None:
    assert design_effect(1, 0.3).factor == 1
    assert design_effect(30, 0.0).factor == 1


@EXAMPLES
@given(SPREADS, st.integers(2, 500), MEANS)
def test_a_higher_correlation_makes_crossover_trials_more_precise(sd: float, n: int, difference: float) -> None:
    loose, tight = (crossover_difference(difference, sd, sd, r, n).se for r in (0.2, 0.8))
    assert tight < loose == pytest.approx(sd * math.sqrt(2 * 0.8 / n))
    assert crossover_smd(difference, sd, sd, 0.5, n).yi == pytest.approx(difference / sd)


def expected_quantiles(mean: float, sd: float, n: int) -> Quantiles:
    """Where the quantiles of n normal values lie on average, by the approximations of Wan 2014."""
    extreme, quartile = float(ndtri((n - 0.375) / (n + 0.25))), float(ndtri((0.75 * n - 0.125) / (n + 0.25)))
    return Quantiles(
        n=n,
        median=mean,
        q1=mean - quartile * sd,
        q3=mean + quartile * sd,
        minimum=mean - extreme * sd,
        maximum=mean + extreme * sd,
    )


@EXAMPLES
@given(
    MEANS,
    st.floats(min_value=0.1, max_value=100),
    st.integers(min_value=5, max_value=3000),
    st.sampled_from(["all", "quartiles", "range"]),
    st.sampled_from([MeanMethod.LUO, MeanMethod.WAN]),
)
def test_perfectly_normal_quantiles_give_back_mean_and_sd(
    mean: float, sd: float, n: int, kept: str, method: MeanMethod
) -> None:
    full = expected_quantiles(mean, sd, n)
    quantiles = Quantiles(
        n=n,
        median=full.median,
        q1=None if kept == "range" else full.q1,
        q3=None if kept == "range" else full.q3,
        minimum=None if kept == "quartiles" else full.minimum,
        maximum=None if kept == "quartiles" else full.maximum,
    )
    found = mean_sd_from_quantiles(quantiles, mean_method=method)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), rel=1e-6, abs=1e-9)
    assert found.skewness == pytest.approx(0, abs=1e-6)


@EXAMPLES
@given(
    st.lists(st.floats(min_value=1, max_value=90), min_size=5, max_size=5, unique=True).map(sorted),
    st.integers(min_value=5, max_value=3000),
    st.floats(min_value=0.1, max_value=10),
    st.floats(min_value=-50, max_value=50),
)
def test_a_change_of_units_changes_mean_and_sd_alike(values: list[float], n: int, factor: float, shift: float) -> None:
    assume(min(b - a for a, b in itertools.pairwise(values)) > 1e-3)
    before = mean_sd_from_quantiles(five(values, n))
    after = mean_sd_from_quantiles(five([factor * value + shift for value in values], n))
    assert after.sd == pytest.approx(factor * before.sd, rel=1e-6)
    assert after.mean == pytest.approx(factor * before.mean + shift, rel=1e-6, abs=1e-6)
    scaled = mean_sd_from_quantiles(five([factor * v for v in values], n), distribution=Distribution.LOG_NORMAL)
    raw = mean_sd_from_quantiles(five(values, n), distribution=Distribution.LOG_NORMAL)
    assert (scaled.mean, scaled.sd) == pytest.approx((factor * raw.mean, factor * raw.sd), rel=1e-6)


def five(values: list[float], n: int) -> Quantiles:
    low, q1, median, q3, high = values
    return Quantiles(n=n, median=median, q1=q1, q3=q3, minimum=low, maximum=high)


@pytest.mark.parametrize("n", [10, 40, 100])
def test_hozo_by_hand(n: int) -> None:
    found = mean_sd_from_quantiles(
        Quantiles(n=n, median=11, minimum=4, maximum=31), mean_method=MeanMethod.HOZO, sd_method=SdMethod.HOZO
    )
    small = math.sqrt(((4 - 22 + 31) ** 2 / 4 + 27**2) / 12)
    assert (found.mean, found.sd) == {10: (14.25, pytest.approx(small)), 40: (11, 6.75), 100: (11, 4.5)}[n]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"n": 4, "q1": 1, "q3": 3}, "at least 5"),
        ({"n": 20}, "a median alone"),
        ({"n": 20, "q1": 1}, "both are needed"),
        ({"n": 20, "maximum": 9}, "both are needed"),
        ({"n": 20, "q1": 3, "q3": 1}, "in this order"),
        ({"n": 20, "q1": 2, "q3": 2}, "no width"),
        ({"n": 20, "minimum": 2, "maximum": 2}, "no width"),
        ({"n": 20, "q1": math.nan, "q3": 3}, "finite"),
    ],
)
def test_quantiles_that_cannot_be_converted(fields: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Quantiles(median=2, **fields)


def test_methods_that_do_not_fit_the_quantiles() -> None:
    quartiles = Quantiles(n=20, median=2, q1=1, q3=3)
    ranges = Quantiles(n=20, median=2, minimum=0, maximum=3)
    for arguments in (
        {"sd_method": SdMethod.SHI},
        {"sd_method": SdMethod.HOZO},
        {"mean_method": MeanMethod.HOZO},
        {"distribution": Distribution.LOG_NORMAL, "mean_method": MeanMethod.WAN},
    ):
        with pytest.raises(ValueError, match=r"need|default methods"):
            mean_sd_from_quantiles(quartiles, **arguments)
    with pytest.raises(ValueError, match="above zero"):
        mean_sd_from_quantiles(ranges, distribution=Distribution.LOG_NORMAL)


def test_values_too_skewed_for_a_log_normal_distribution() -> None:
    wild = Quantiles(n=20, median=1e60, minimum=1e-90, maximum=1e99)
    with pytest.raises(ValueError, match=r"log-normal distribution"):
        mean_sd_from_quantiles(wild, distribution=Distribution.LOG_NORMAL)


def test_values_too_close_together_for_a_log_normal_distribution() -> None:
    """Where their logarithms differ by little more than rounding."""
    close = Quantiles(n=20, median=5.0, minimum=5.0, maximum=5.000000001)
    with pytest.raises(ValueError, match="no standard deviation can be estimated under a log-normal distribution"):
        mean_sd_from_quantiles(close, distribution=Distribution.LOG_NORMAL)


@pytest.mark.parametrize(
    ("convert", "message"),
    [
        (lambda: sd_from_se(0.0, 10), "above zero"),
        (lambda: sd_from_se(math.nan, 10), "above zero"),
        (lambda: sd_from_se(1.0, 1), "at least 2"),
        (lambda: sd_from_interval(3.0, 2.0, 10), "in order"),
        (lambda: sd_from_interval(1.0, 2.0, 10, level=95), "fraction such as 0.95"),
        (lambda: sd_from_interval(1.0, 2.0, 10, level=0.05), "fraction such as 0.95"),
        (lambda: sd_from_t(0.0, 2.0, 10), "says nothing"),
        (lambda: sd_from_t(1.0, 0.0, 10), "says nothing"),
        (lambda: sd_from_p(1.0, 0.0, 10), "p-value of 0"),
        (lambda: sd_from_p(1.0, 1.0, 10), "p-value of 1"),
        (lambda: pooled_sd_from_p(1.0, 0.05, 1, 1), "at least 3"),
        (lambda: pooled_sd_from_t(math.inf, 2.0, 10, 10), "finite number"),
        (lambda: change_sd(1.0, 1.0, 1.0), "between -1 and 1"),
        (lambda: correlation_from_sds(1.0, 1.0, 5.0), "do not fit together"),
        (lambda: estimate_from_interval(3.0, 1.0, 2.0, Scale.LOG), "outside its interval"),
        (lambda: estimate_from_interval(0.5, -0.1, 2.0, Scale.LOG), "log scale"),
        (lambda: estimate_from_interval(1e90, 1e90, math.nextafter(1e90, 1e99), Scale.LOG), "no width on the analysis"),
        (lambda: estimate_from_p(1.0, 0.5, Scale.LOG), "no difference at all"),
        (lambda: estimate_from_statistic(0.0, 1.5, Scale.IDENTITY), "no difference at all"),
        (lambda: estimate_from_statistic(1e-90, 1e90, Scale.IDENTITY), "too small to compute with"),
        (lambda: estimate_from_se(2.0, 0.0, Scale.LOG), "above zero"),
        (lambda: estimate_from_se(0.5, 0.1, Scale.FREEMAN_TUKEY), "Freeman-Tukey"),
        (lambda: combine_summaries([Summary(mean=1, sd=1, n=10)]), "at least two groups"),
        (lambda: combine_summaries([Summary(mean=1, sd=-1, n=10)] * 2), "must not be negative"),
        (lambda: combine_counts([Counts(events=11, n=10)] * 2), "between 0 and 10"),
        (lambda: split_counts(Counts(events=1, n=10), 1), "at least two comparisons"),
        (lambda: table_from_odds_ratio(0.0, 10, 10, 5), "above zero"),
        (lambda: table_from_risk_ratio(30.0, 10, 100, 60), "no table has"),
        (lambda: table_from_phi(0.9, 10, 100, 60), "no table has"),
        (lambda: table_from_odds_ratio(2.0, 10, 10, 25), "between 0 and 20"),
        (lambda: design_effect(0.5, 0.1), "at least 1"),
        (lambda: design_effect(10, 1.5), "intracluster correlation"),
        (lambda: design_effect(10, 0.1, size_cv=-1), "coefficient of variation"),
        (lambda: crossover_smd(1.0, 0.0, 1.0, 0.5, 10), "above zero"),
    ],
)
def test_what_cannot_be_converted_is_refused_in_plain_words(convert: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        convert()


NUMBERS = st.one_of(
    st.floats(),
    st.floats(min_value=-10, max_value=1000),
    st.sampled_from([0.0, 1.0, 1e300, -1e300, 5e-324, 1e99, 1e-99]),
)


@EXAMPLES
@given(st.lists(NUMBERS, min_size=5, max_size=5))
def test_whatever_is_typed_comes_out_as_numbers_or_is_refused(x: list[float]) -> None:
    attempts = (
        lambda: [sd_from_se(x[0], x[1]).sd],
        lambda: [sd_from_interval(x[0], x[1], x[2]).sd],
        lambda: [sd_from_p(x[0], x[1], x[2]).sd],
        lambda: [pooled_sd_from_t(x[0], x[1], x[2], x[3]).sd],
        lambda: [pooled_sd_from_interval(x[0], x[1], x[2], x[3]).sd],
        lambda: [change_sd(x[0], x[1], x[2]).sd],
        lambda: [correlation_from_sds(x[0], x[1], x[2]).r],
        lambda: [estimate_from_interval(x[0], x[1], x[2], Scale.LOG).vi],
        lambda: [estimate_from_p(x[0], x[1], Scale.LOGIT, df=x[2]).vi],
        lambda: [combine_summaries([Summary(mean=x[0], sd=x[1], n=x[2]), Summary(mean=x[3], sd=2, n=x[4])]).sd],
        lambda: [table_from_odds_ratio(x[0], x[1], x[2], x[3]).events_1],
        lambda: [table_from_risk_ratio(x[0], x[1], x[2], x[3]).events_1],
        lambda: [table_from_phi(x[0], x[1], x[2], x[3]).events_1],
        lambda: [inflated_estimate(x[0], x[1], design_effect(x[2], x[3], size_cv=x[4])).vi],
        lambda: [effective_counts(Counts(events=x[0], n=x[1]), design_effect(x[2], 0.1, size_cv=x[3])).n],
        lambda: [crossover_smd(x[0], x[1], x[2], x[3], x[4]).vi],
        lambda: moments(x, Distribution.NORMAL),
        lambda: moments([x[0], *sorted(x[1:])], Distribution.NORMAL),
        lambda: moments([x[0], *sorted(x[1:])], Distribution.LOG_NORMAL),
    )
    refusals = []
    for attempt in attempts:
        try:
            assert all(math.isfinite(result) for result in attempt())
        except ValueError as refusal:
            refusals.append(str(refusal))
    assert not any("math domain" in refusal for refusal in refusals)


def moments(x: list[float], distribution: Distribution) -> list[float]:
    found = mean_sd_from_quantiles(Quantiles(n=x[0], q1=x[1], median=x[2], q3=x[3]), distribution=distribution)
    return [found.mean, found.sd, found.skewness]


def test_notes_say_what_was_converted_and_how() -> None:
    assert sd_from_se(0.62, 25).note == "standard deviation from the standard error 0.62 of 25 people"
    assert estimate_from_interval(0.73, 0.55, 0.96, Scale.LOG).note == (
        "standard error of the logarithm from the 95 % confidence interval 0.55 to 0.96 (normal distribution)"
    )
    assert estimate_from_p(1.4, 0.001, Scale.IDENTITY, at_most=True).note == (
        "standard error from p < 0.001 (normal distribution, a cautious upper limit)"
    )
    assert mean_sd_from_quantiles(Quantiles(n=120, median=11, q1=8.2, q3=16.4)).note == (
        "mean and standard deviation from the median 11, quartiles 8.2 and 16.4 of 120 people (mean after Luo 2016,"
        " standard deviation after Wan 2014); the numbers look skewed, so both are rough"
    )
    assert table_from_odds_ratio(1.8, 140, 160, 90).note == (
        "events per group from the odds ratio 1.8 and 90 events in both groups, to whole numbers"
    )
    counts = effective_counts(Counts(events=63, n=295), design_effect(22, 0.02))
    assert counts.note == (
        "numbers reduced for clustering: design effect for clusters of 22 people on average,"
        " intracluster correlation 0.02 (1.42)"
    )


def test_an_odds_ratio_near_zero_puts_all_events_in_the_other_group() -> None:
    """2 events among 3 and 2 people at odds ratio 1e-80: none in the first group."""
    table = table_from_odds_ratio(1e-80, 3, 2, 2)
    assert (table.events_1, table.events_2) == (0, 2)


def test_an_odds_ratio_near_zero_with_too_many_events_for_one_group() -> None:
    """4 events among 3 and 2 people at odds ratio 1e-80: the second group is full, two remain for the first."""
    table = table_from_odds_ratio(1e-80, 3, 2, 4)
    assert (table.events_1, table.events_2) == (2, 2)
