"""Every conversion of the reference values, and the Cochrane Handbook's worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from evibrief.statistics.conversions.arms import Counts, Summary, combine_summaries, split_counts
from evibrief.statistics.conversions.designs import (
    crossover_difference,
    crossover_smd,
    design_effect,
    effective_counts,
)
from evibrief.statistics.conversions.estimates import (
    Estimate,
    estimate_from_interval,
    estimate_from_p,
    estimate_from_statistic,
    statistic_of_p,
)
from evibrief.statistics.conversions.quantiles import (
    Distribution,
    MeanMethod,
    MeanSd,
    Quantiles,
    SdMethod,
    mean_sd_from_quantiles,
)
from evibrief.statistics.conversions.spread import (
    change_sd,
    correlation_from_sds,
    pooled_sd_from_p,
    pooled_sd_from_t,
    sd_from_interval,
    sd_from_se,
)
from evibrief.statistics.conversions.tables import Table, table_from_odds_ratio, table_from_phi
from evibrief.statistics.measures import Scale
from oracle.loading import CLOSED_FORM, conversions, metafor
from oracle.not_compared import CONVERSIONS_ELSEWHERE

Entry = dict[str, Any]

MEAN_METHODS = {"luo2016": MeanMethod.LUO, "wan2014": MeanMethod.WAN, "hozo2005": MeanMethod.HOZO}
SD_METHODS = {"shi2020": SdMethod.SHI, "wan2014": SdMethod.WAN, "hozo2005": SdMethod.HOZO}
COMPARED_HERE = {
    "fivenum",
    "wald",
    "table2x2",
    "combine_arms",
    "se_to_sd",
    "ci_to_sd_single_arm",
    "t_to_pooled_sd",
    "p_to_pooled_sd",
    "change_sd",
    "imputed_r",
    "cluster_design_effect",
    "crossover_md",
    "split_shared_control",
}


def entries(name: str) -> list[Entry]:
    return [entry for entry in conversions() if entry["name"] == name]


def only(name: str) -> tuple[dict[str, float], dict[str, float]]:
    (entry,) = entries(name)
    return entry["input"], entry["output"]


def close(expected: float) -> Any:
    return pytest.approx(expected, rel=CLOSED_FORM)


def test_every_conversion_is_compared_here_or_elsewhere() -> None:
    assert {entry["name"] for entry in conversions()} == COMPARED_HERE | set(CONVERSIONS_ELSEWHERE)
    assert not COMPARED_HERE & set(CONVERSIONS_ELSEWHERE)
    assert conversions() == metafor()["conversions"]


def mean_sd(given: dict[str, Any]) -> MeanSd:
    quantiles = Quantiles(
        n=given["n"],
        median=given["median"],
        q1=given.get("q1"),
        q3=given.get("q3"),
        minimum=given.get("min"),
        maximum=given.get("max"),
    )
    if given["dist"] == "lnorm":
        return mean_sd_from_quantiles(quantiles, distribution=Distribution.LOG_NORMAL)
    if given["method"] == "default":
        return mean_sd_from_quantiles(quantiles)
    of_mean, of_sd = given["method"].split("/")
    return mean_sd_from_quantiles(quantiles, mean_method=MEAN_METHODS[of_mean], sd_method=SD_METHODS[of_sd])


@pytest.mark.parametrize("entry", entries("fivenum"), ids=lambda entry: str(list(entry["input"].values())))
def test_mean_and_sd_from_a_median(entry: Entry) -> None:
    found, expected = mean_sd(entry["input"]), entry["output"]
    assert found.mean == close(expected["mean"])
    assert found.sd == close(expected["sd"])
    assert found.skewness == close(expected["skew_tval"])
    assert found.skewness_limit == close(expected["skew_crit"])
    assert found.skewed is expected["skew_sig"]
    assert ("look skewed" in found.note) is found.skewed


def wald(given: dict[str, float]) -> Estimate:
    """The reference gives estimates on their analysis scale, and uses the normal distribution throughout."""
    if "zval" in given:
        return estimate_from_statistic(given["out"], given["zval"], Scale.IDENTITY)
    if "pval" in given:
        return estimate_from_p(given["out"], given["pval"], Scale.IDENTITY)
    level = given.get("level", 95) / 100
    return estimate_from_interval(given["out"], given["ci.lb"], given["ci.ub"], Scale.IDENTITY, level=level)


@pytest.mark.parametrize("entry", entries("wald"), ids=lambda entry: str(entry["input"]))
def test_sampling_variance_from_interval_p_or_z(entry: Entry) -> None:
    found = wald(entry["input"])
    assert found.yi == close(entry["output"]["yi"])
    assert found.vi == close(entry["output"]["vi"])


@pytest.mark.parametrize("entry", entries("table2x2"), ids=lambda entry: str(entry["input"]))
def test_two_by_two_tables(entry: Entry) -> None:
    given, expected = entry["input"], entry["output"]
    n_1, n_2, events = given["n1i"], given["ni"] - given["n1i"], given["n2i"]
    if "ori" in given:
        found: Table = table_from_odds_ratio(given["ori"], n_1, n_2, events)
    else:
        found = table_from_phi(given["ri"], n_1, n_2, events)
    cells = (found.events_1, found.n_1 - found.events_1, found.events_2, found.n_2 - found.events_2)
    assert cells == (expected["ai"], expected["bi"], expected["ci"], expected["di"])


def test_combined_arms() -> None:
    given, expected = only("combine_arms")
    arms = [Summary(mean=given[f"m{i}"], sd=given[f"sd{i}"], n=given[f"n{i}"]) for i in (1, 2, 3)]
    two, three = combine_summaries(arms[:2]), combine_summaries(arms)
    assert (two.mean, two.sd, two.n) == close_all(expected["m_12"], expected["sd_12"], expected["n_12"])
    assert (three.mean, three.sd, three.n) == close_all(expected["m_123"], expected["sd_123"], expected["n_123"])


def close_all(*expected: float) -> tuple[Any, ...]:
    return tuple(close(value) for value in expected)


def test_sd_from_the_standard_error() -> None:
    given, expected = only("se_to_sd")
    assert sd_from_se(given["se"], given["n"]).sd == close(expected["sd"])


def test_sd_from_the_interval_of_one_mean() -> None:
    given, expected = only("ci_to_sd_single_arm")
    arguments = (given["lb"], given["ub"], given["n"])
    assert sd_from_interval(*arguments, level=given["lvl"]).sd == close(expected["sd_t"])
    assert sd_from_interval(*arguments, level=given["lvl"], normal=True).sd == close(expected["sd_z"])


def test_pooled_sd_from_t() -> None:
    given, expected = only("t_to_pooled_sd")
    assert pooled_sd_from_t(given["md"], given["t"], given["n1"], given["n2"]).sd == close(expected["sd"])
    assert estimate_from_statistic(given["md"], given["t"], Scale.IDENTITY).se == close(expected["se"])


def test_pooled_sd_from_p() -> None:
    given, expected = only("p_to_pooled_sd")
    df = given["n1"] + given["n2"] - 2
    assert pooled_sd_from_p(given["md"], given["p"], given["n1"], given["n2"]).sd == close(expected["sd"])
    assert estimate_from_p(given["md"], given["p"], Scale.IDENTITY, df=df).se == close(expected["se"])
    assert statistic_of_p(given["p"], df) == close(expected["t"])


def test_sd_of_changes_and_correlation() -> None:
    given, expected = only("change_sd")
    assert change_sd(given["sd0"], given["sd1"], given["r"]).sd == close(expected["sd_change"])
    given, expected = only("imputed_r")
    assert correlation_from_sds(given["sd0"], given["sd1"], given["sdc"]).r == close(expected["r"])


def test_design_effect() -> None:
    given, expected = only("cluster_design_effect")
    equal = design_effect(given["m"], given["icc"])
    unequal = design_effect(given["m"], given["icc"], size_cv=given["cv"])
    counts = effective_counts(Counts(events=given["events"], n=given["n"]), equal)
    assert equal.factor == close(expected["deff"])
    assert unequal.factor == close(expected["deff_cv"])
    assert (counts.events, counts.n) == close_all(expected["events_eff"], expected["n_eff"])


def test_crossover_difference() -> None:
    given, expected = only("crossover_md")
    found = crossover_difference(given["md"], given["sd1"], given["sd2"], given["r"], given["n"])
    assert (found.sd, found.se) == close_all(expected["sd_diff"], expected["se"])


def test_split_shared_control() -> None:
    given, expected = only("split_shared_control")
    share = split_counts(Counts(events=given["e"], n=given["n"]), int(given["k"]))
    assert (share.events, share.n) == close_all(expected["e"], expected["n"])


def test_crossover_example_of_the_cochrane_handbook() -> None:
    """Handbook 5.1, 16.4.6.4: means 7.0 and 6.5, SDs 2.38 and 2.21, 10 people, correlation 0.68."""
    difference = crossover_difference(0.5, 2.38, 2.21, 0.68, 10)
    standardised = crossover_smd(0.5, 2.38, 2.21, 0.68, 10)
    assert round(difference.se, 3) == 0.583
    assert (round(standardised.yi, 3), round(standardised.se, 3)) == (0.218, 0.256)


def test_t_test_example_of_the_cochrane_handbook() -> None:
    """Handbook 5.1, 7.7.3.3: difference 3.8, p = 0.008, groups of 25 and 22: t = 2.78, SE = 1.37."""
    assert round(statistic_of_p(0.008, 45), 2) == 2.78
    assert round(estimate_from_p(3.8, 0.008, Scale.IDENTITY, df=45).se, 2) == 1.37
