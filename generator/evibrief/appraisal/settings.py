"""Every threshold of appraisal, in one place, each with its source. The methods page prints this table.

What the sources leave open is decided here and marked "ours". A setting proposes; a person's judgement in a summary
decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _setting(default: float, what: str, source: str) -> float:
    value: float = field(default=default, metadata={"what": what, "source": source})
    return value


CORE_GRADE_2 = "Core GRADE 2, doi:10.1136/bmj-2024-081904"
CORE_GRADE_3 = "Core GRADE 3, doi:10.1136/bmj-2024-081905"
CORE_GRADE_4 = "Core GRADE 4, doi:10.1136/bmj-2024-083864"
GRADE_RATING_UP = "ACIP GRADE handbook, chapter 9"
OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds of the rules. Percentages are of weight in the pool unless said otherwise."""

    high_risk_levels: tuple[str, ...] = field(
        default=("high", "serious", "critical", "some concerns", "unclear", "no information"),
        metadata={
            "what": "overall judgements of risk of bias that count as high; the rest count as low",
            "source": f"{CORE_GRADE_4}, leaves the middle open; ours: what is not shown to be sound is not called so",
        },
    )
    dominating_percent: float = _setting(
        65.0, "weight of studies at high risk of bias above which they dominate a pool", CORE_GRADE_4
    )
    kept_effect_share: float = _setting(
        0.5, "share of the effect that must remain without the studies at high risk", f"{CORE_GRADE_4}; the share: ours"
    )
    not_assessed_levels: int = field(
        default=-1,
        metadata={"what": "levels for risk of bias that our records do not assess", "source": OURS},
    )
    little_heterogeneity_i2: float = _setting(
        40.0, "I2 (percent) below which differences between studies might not matter", "BMC Med Res Methodol 2008;8:79"
    )
    outside_percent: float = _setting(
        20.0,
        "weight of studies whose interval excludes the pooled estimate from which differences matter",
        f"{CORE_GRADE_3}, says: little overlap; ours: this share",
    )
    substantial_heterogeneity_i2: float = _setting(
        50.0,
        "I2 (percent) from which a printed result without its studies is rated down",
        "BMC Med Res Methodol 2008;8:79",
    )
    considerable_heterogeneity_i2: float = _setting(
        75.0, "I2 (percent) from which a prediction interval on both sides counts", "BMC Med Res Methodol 2008;8:79"
    )
    same_side_percent: float = _setting(
        65.0,
        "weight of estimates on one side of no difference that makes them agree",
        f"{CORE_GRADE_3}, says: the majority; ours: this majority",
    )
    credible_subgroup_p: float = _setting(0.01, "p of a difference between subgroups that explains inconsistency", OURS)
    plausible_risk_reduction: float = _setting(
        0.30, "relative change of a risk above which an effect is implausibly large", CORE_GRADE_2
    )
    plausible_smd: float = _setting(0.8, "SMD above which an effect is implausibly large", OURS)
    planned_risk_reduction: float = _setting(
        0.25, "relative risk reduction an ordinary trial is planned for", CORE_GRADE_2
    )
    wide_ratio_rr: float = _setting(
        3.0, "upper limit over lower limit from which a risk ratio's interval is very wide", CORE_GRADE_2
    )
    wide_ratio_or: float = _setting(
        2.5, "upper limit over lower limit from which an odds ratio's interval is very wide", CORE_GRADE_2
    )
    enough_people_continuous: int = field(
        default=800,
        metadata={
            "what": "people enough for a continuous outcome, where nothing better is known",
            "source": CORE_GRADE_2,
        },
    )
    appreciable_ratio_low: float = _setting(
        0.75, "ratio that is an appreciable reduction, where no bands are declared", "GRADE 6, J Clin Epidemiol 2011"
    )
    appreciable_ratio_high: float = _setting(
        1.25, "ratio that is an appreciable increase, where no bands are declared", "GRADE 6, J Clin Epidemiol 2011"
    )
    appreciable_smd: float = _setting(
        0.5, "SMD that is appreciable, where no bands are declared", "KCE process book, 5.5.1.2"
    )
    few_studies_for_asymmetry: int = field(
        default=10,
        metadata={"what": "fewest studies for a test of small-study effects", "source": CORE_GRADE_4},
    )
    asymmetry_p: float = _setting(
        0.05,
        "p below which a test of small-study effects counts",
        f"{CORE_GRADE_4}, says: strongly suggests; ours: this limit",
    )
    large_effect: float = _setting(
        2.0, "ratio (or its inverse) from two studies on that raises certainty by one level", GRADE_RATING_UP
    )
    very_large_effect: float = _setting(
        5.0, "ratio (or its inverse) from two studies on that raises certainty by two levels", GRADE_RATING_UP
    )
    smd_small: float = _setting(0.2, "SMD from which a difference is small", "Cochrane Handbook 5.1, 12.6.2")
    smd_moderate: float = _setting(0.5, "SMD from which a difference is moderate", "Cochrane Handbook 5.1, 12.6.2")
    smd_large: float = _setting(0.8, "SMD from which a difference is large", "Cochrane Handbook 5.1, 12.6.2")
    few_studies: int = field(default=4, metadata={"what": "studies up to which they are called few", "source": OURS})
    old_search_years: float = _setting(5.0, "age in years from which a search is called old", OURS)


DEFAULT = Settings()
