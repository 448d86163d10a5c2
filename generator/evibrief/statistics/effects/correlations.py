"""Correlation coefficients, raw and as Fisher's z."""

from __future__ import annotations

import numpy as np

from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects


def correlation_effects(measure: Measure, rows: Rows) -> Effects:
    """COR with variance (1 - r^2)^2 / (n - 1), or ZCOR = artanh(r) with variance 1 / (n - 3), from ``r, n``.

    r must lie strictly between -1 and 1; COR needs three people, ZCOR four.
    """
    fewest = 4 if measure is Measure.ZCOR else 3
    rows.exclude(rows["n"] < fewest, f"n is {{n}}; this measure needs at least {fewest} people")
    rows.exclude(np.abs(rows["r"]) >= 1, "r is {r}; a correlation must lie between -1 and 1")
    r, n = rows["r"], rows["n"]
    if measure is Measure.ZCOR:
        return rows.effects(np.arctanh(r), 1 / (n - 3))
    return rows.effects(r, (1 - r**2) ** 2 / (n - 1))
