"""Every threshold of appraisal and of words, in one place, each with its unit and its source.

The methods page prints this table. What the sources leave open is decided here and marked "ours". A publication may
decide otherwise in its ``mkdocs.yml``, as options of the plugin; what each setting means in words stands in
``wording/settings.j2``::

    plugins:
      - evibrief:
          certainty:
            dominating_percent: 55
            high_risk_levels: [high, serious, critical]
          words:
            most_words: 400

A setting of certainty proposes; a person's judgement in a summary decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a setting counts, and between which values it makes sense; ``is_whole`` allows no fractions."""

    words: str
    low: float
    high: float
    is_whole: bool = False


PERCENT = Unit(words="percent", low=0.0, high=100.0)
SHARE = Unit(words="a share", low=0.0, high=1.0)
P_VALUE = Unit(words="a p-value", low=0.0, high=1.0)
RATIO_BELOW = Unit(words="a ratio", low=0.01, high=1.0)
RATIO_ABOVE = Unit(words="a ratio", low=1.0, high=100.0)
SMD = Unit(words="standard deviations", low=0.0, high=5.0)
COUNT = Unit(words="a number of studies", low=1, high=1000, is_whole=True)
PEOPLE = Unit(words="a number of people", low=1, high=1_000_000, is_whole=True)
YEARS = Unit(words="years", low=0.0, high=100.0)
WEEKS = Unit(words="weeks", low=0.0, high=5200.0)
LEVELS = Unit(words="levels of certainty", low=-3, high=0, is_whole=True)
JUDGEMENTS = Unit(words="judgements of risk of bias", low=0, high=0)
WORDS = Unit(words="a number of words", low=1, high=10_000, is_whole=True)
WORDS_A_MINUTE = Unit(words="words a minute", low=50, high=1000, is_whole=True)
SCHOOL_YEARS = Unit(words="years of school", low=1.0, high=30.0)

# The options of the plugin that hold the settings.
CERTAINTY, IN_WORDS = "certainty", "words"

CORE_GRADE_2 = "Core GRADE 2, doi:10.1136/bmj-2024-081904"
CORE_GRADE_3 = "Core GRADE 3, doi:10.1136/bmj-2024-081905"
CORE_GRADE_4 = "Core GRADE 4, doi:10.1136/bmj-2024-083864"
I2_BANDS = "BMC Med Res Methodol 2008;8:79"
GRADE_6 = "GRADE 6, J Clin Epidemiol 2011"
GRADE_RATING_UP = "ACIP GRADE handbook, chapter 9"
HANDBOOK_SMD = "Cochrane Handbook 5.1, 12.6.2"
READING_RATE = "Brysbaert 2019, doi:10.1016/j.jml.2019.104047"
READING_AGE = "AMA and NIH, aim at grades 6 to 8"
PLAIN_LANGUAGE = "Cochrane plain language guidance, says: 20 on average"
OURS = "ours"


def _setting(default: Any, unit: Unit, source: str, option: str = CERTAINTY) -> Any:
    return field(default=default, metadata={"unit": unit, "source": source, "option": option})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds of the rules. Percentages are of weight in the pool unless said otherwise.

    The option under which each is set is in its metadata: ``certainty`` or ``words``.
    """

    high_risk_levels: tuple[str, ...] = _setting(
        ("high", "serious", "critical", "some concerns", "unclear", "no information"),
        JUDGEMENTS,
        f"{CORE_GRADE_4}, leaves the middle open; ours: what is not shown to be sound is not called so",
    )
    dominating_percent: float = _setting(65.0, PERCENT, CORE_GRADE_4)
    kept_effect_share: float = _setting(0.5, SHARE, f"{CORE_GRADE_4}; the share: ours")
    not_assessed_levels: int = _setting(-1, LEVELS, OURS)
    little_heterogeneity_i2: float = _setting(40.0, PERCENT, I2_BANDS)
    outside_percent: float = _setting(20.0, PERCENT, f"{CORE_GRADE_3}, says: little overlap; ours: this share")
    substantial_heterogeneity_i2: float = _setting(50.0, PERCENT, I2_BANDS)
    considerable_heterogeneity_i2: float = _setting(75.0, PERCENT, I2_BANDS)
    same_side_percent: float = _setting(65.0, PERCENT, f"{CORE_GRADE_3}, says: the majority; ours: this majority")
    credible_subgroup_p: float = _setting(0.01, P_VALUE, OURS)
    plausible_risk_reduction: float = _setting(0.30, SHARE, CORE_GRADE_2)
    plausible_smd: float = _setting(0.8, SMD, OURS)
    wide_ratio_rr: float = _setting(3.0, RATIO_ABOVE, CORE_GRADE_2)
    wide_ratio_or: float = _setting(2.5, RATIO_ABOVE, CORE_GRADE_2)
    enough_people_continuous: int = _setting(800, PEOPLE, CORE_GRADE_2)
    appreciable_ratio_low: float = _setting(0.75, RATIO_BELOW, GRADE_6)
    appreciable_ratio_high: float = _setting(1.25, RATIO_ABOVE, GRADE_6)
    appreciable_smd: float = _setting(0.5, SMD, "KCE process book, 5.5.1.2")
    few_studies_for_asymmetry: int = _setting(10, COUNT, CORE_GRADE_4)
    asymmetry_p: float = _setting(0.05, P_VALUE, f"{CORE_GRADE_4}, says: strongly suggests; ours: this limit")
    large_effect: float = _setting(2.0, RATIO_ABOVE, GRADE_RATING_UP)
    very_large_effect: float = _setting(5.0, RATIO_ABOVE, GRADE_RATING_UP)
    smd_small: float = _setting(0.2, SMD, HANDBOOK_SMD)
    smd_moderate: float = _setting(0.5, SMD, HANDBOOK_SMD)
    smd_large: float = _setting(0.8, SMD, HANDBOOK_SMD)
    few_studies: int = _setting(4, COUNT, OURS)
    short_followup_weeks: float = _setting(26.0, WEEKS, OURS)
    old_search_years: float = _setting(5.0, YEARS, OURS)
    words_a_minute: int = _setting(238, WORDS_A_MINUTE, f"{READING_RATE}: silent reading of non-fiction", IN_WORDS)
    most_words: int = _setting(476, WORDS, f"{READING_RATE}: two minutes", IN_WORDS)
    longest_key_point: int = _setting(30, WORDS, OURS, IN_WORDS)
    longest_sentence: int = _setting(35, WORDS, f"{PLAIN_LANGUAGE}; ours: this limit", IN_WORDS)
    hardest_grade: float = _setting(10.0, SCHOOL_YEARS, f"{READING_AGE}; ours: this limit", IN_WORDS)
    fewest_words_for_grade: int = _setting(50, WORDS, OURS, IN_WORDS)


DEFAULT = Settings()
