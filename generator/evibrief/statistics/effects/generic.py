"""Estimates that come ready made, and log hazard ratios from the log-rank statistics."""

from __future__ import annotations

from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.results import Effects


def generic_effects(rows: Rows) -> Effects:
    """Estimates ``yi`` on the analysis scale with their sampling variances ``vi`` or standard errors ``sei``."""
    spread = "vi" if "vi" in rows else "sei"
    rows.exclude(rows[spread] <= 0, f"{spread} is {{{spread}}}; it must be above zero")
    return rows.effects(rows["yi"], rows["vi"] if spread == "vi" else rows["sei"] ** 2)


def hazard_effects(rows: Rows) -> Effects:
    """Log hazard ratios (O - E) / V with variance 1 / V, from ``o_minus_e, v``.

    Yusuf 1985, Prog Cardiovasc Dis 27:335.
    """
    rows.exclude(rows["v"] <= 0, "v is {v}; it must be above zero")
    return rows.effects(rows["o_minus_e"] / rows["v"], 1 / rows["v"])
