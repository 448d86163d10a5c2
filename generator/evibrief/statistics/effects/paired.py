"""One group measured twice: mean change, raw or standardised."""

from __future__ import annotations

import numpy as np

from evibrief.statistics.effects.continuous import small_sample_factor
from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects


def paired_effects(measure: Measure, rows: Rows) -> Effects:
    """MC, SMCC and SMCR from ``mean_1, sd_1`` (after), ``mean_2, sd_2`` (before), ``n`` and their correlation ``r``.

    SMCC is standardised by the standard deviation of the changes, SMCR by that of the measurement before (Becker
    1988, Br J Math Stat Psychol 41:257; Morris 2008, Organ Res Methods 11:364). Variances as in metafor's ``escalc``,
    whose ``sd1i`` is our ``sd_2`` for SMCR.
    """
    _refuse_impossible_summaries(rows)
    n, r, sd_1, sd_2 = (rows[name] for name in ("n", "r", "sd_1", "sd_2"))
    change = rows["mean_1"] - rows["mean_2"]
    change_variance = sd_1**2 + sd_2**2 - 2 * r * sd_1 * sd_2
    if measure is Measure.MC:
        return rows.effects(change, change_variance / n)
    unit = np.sqrt(change_variance) if measure is Measure.SMCC else sd_2
    g = small_sample_factor(n - 1) * change / unit
    share = 1 / n if measure is Measure.SMCC else 2 * (1 - r) / n
    return rows.effects(g, share + g**2 / (2 * n))


def _refuse_impossible_summaries(rows: Rows) -> None:
    rows.exclude(rows["n"] < 3, "n is {n}; a standardised change needs at least three people")
    for sd in ("sd_1", "sd_2"):
        rows.exclude(rows[sd] < 0, f"{sd} is negative ({{{sd}}})")
        rows.exclude(rows[sd] == 0, f"{sd} is zero")
    rows.exclude(np.abs(rows["r"]) >= 1, "r is {r}; a correlation must lie between -1 and 1")
