"""One group, events out of people: a proportion, raw or transformed."""

from __future__ import annotations

import numpy as np

from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from evibrief.statistics.zero_cells import ZeroCells


def single_group_effects(measure: Measure, rows: Rows, *, zero_cells: ZeroCells) -> Effects:
    """A proportion from ``events, n``.

    Raw (PR), log (PLN), logit (PLO), arcsine of the square root (PAS) or Freeman-Tukey double arcsine (PFT: half of
    the sum of the two angles). Formulas as in metafor's ``escalc``; PAS and PFT are never corrected. ``drop00`` and
    ``correct_estimate`` are for comparisons and change nothing here.
    """
    rows.exclude(rows["n"] <= 0, "n is {n}; a group needs at least one person")
    rows.exclude(rows["events"] < 0, "events is negative ({events})")
    rows.exclude(rows["events"] > rows["n"], "events is {events}, more than n ({n})")
    events, n = rows["events"], rows["n"]
    if measure is Measure.PAS:
        return rows.effects(np.arcsin(np.sqrt(events / n)), 1 / (4 * n))
    if measure is Measure.PFT:
        angles = np.arcsin(np.sqrt(events / (n + 1))) + np.arcsin(np.sqrt((events + 1) / (n + 1)))
        return rows.effects(angles / 2, 1 / (4 * n + 2))
    added = zero_cells.amounts((events == 0) | (events == n))
    x, m = events + added, n + 2 * added
    rows.note(added > 0, f"{zero_cells.add:g} was added to the counts with and without the event")
    if measure is Measure.PLO:
        return rows.effects(np.log(x / (m - x)), 1 / x + 1 / (m - x))
    if measure is Measure.PLN:
        return rows.effects(np.log(x / m), 1 / x - 1 / m)
    return rows.effects(x / m, x / m * (1 - x / m) / m)
