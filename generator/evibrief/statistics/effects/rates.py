"""Two groups, events per person-time: rate ratio, rate difference, difference of square-root rates."""

from __future__ import annotations

import numpy as np

from evibrief.statistics.effects.columns import FloatArray
from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from evibrief.statistics.zero_cells import ZeroCells


def rate_effects(measure: Measure, rows: Rows, *, zero_cells: ZeroCells) -> Effects:
    """IRR as a logarithm, IRD and IRSD as differences, from ``events_1, time_1, events_2, time_2``.

    Times are person-time, in one unit for both groups (IRD is per that unit). Formulas as in metafor's ``escalc``; a
    correction is added to the event counts and leaves the times as they are.
    """
    _refuse_impossible_rates(rows)
    _exclude_uninformative(measure, rows, zero_cells)
    events_1, time_1, events_2, time_2 = (rows[name] for name in ("events_1", "time_1", "events_2", "time_2"))
    added = zero_cells.amounts((events_1 == 0) | (events_2 == 0))
    rates = (events_1 / time_1, events_2 / time_2)
    corrected = ((events_1 + added) / time_1, (events_2 + added) / time_2)
    estimated = corrected if zero_cells.correct_estimate else rates
    _note_correction(measure, rows, added, zero_cells)
    if measure is Measure.IRR:
        variance = 1 / (events_1 + added) + 1 / (events_2 + added)
        return rows.effects(np.log(corrected[0]) - np.log(corrected[1]), variance)
    if measure is Measure.IRD:
        return rows.effects(estimated[0] - estimated[1], corrected[0] / time_1 + corrected[1] / time_2)
    return rows.effects(np.sqrt(estimated[0]) - np.sqrt(estimated[1]), 1 / (4 * time_1) + 1 / (4 * time_2))


def _refuse_impossible_rates(rows: Rows) -> None:
    for group in "12":
        events, time = f"events_{group}", f"time_{group}"
        rows.exclude(rows[events] < 0, f"{events} is negative ({{{events}}})")
        rows.exclude(rows[time] <= 0, f"{time} is {{{time}}}; person-time must be above zero")


def _exclude_uninformative(measure: Measure, rows: Rows, zero_cells: ZeroCells) -> None:
    nobody = (rows["events_1"] == 0) & (rows["events_2"] == 0)
    if zero_cells.drop00:
        rows.exclude(nobody, "no events in either group")
    elif zero_cells.drop00 is None and measure is Measure.IRR:
        rows.exclude(nobody, "no events in either group, so the study says nothing about the rate ratio")


def _note_correction(measure: Measure, rows: Rows, added: FloatArray, zero_cells: ZeroCells) -> None:
    if measure is Measure.IRSD and not zero_cells.correct_estimate:
        return
    extent = "" if measure is Measure.IRR or zero_cells.correct_estimate else " for the variance only"
    rows.note(added > 0, f"{zero_cells.add:g} was added to the events of each group{extent}")
