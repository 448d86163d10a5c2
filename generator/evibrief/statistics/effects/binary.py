"""Two groups, events out of people: risk ratio, odds ratio, risk difference, Peto odds ratio, arcsine difference."""

from __future__ import annotations

import numpy as np

from evibrief.statistics.effects.columns import FloatArray
from evibrief.statistics.effects.rows import BoolArray, Rows
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from evibrief.statistics.zero_cells import ZeroCells

_UNINFORMATIVE_WITHOUT_EVENTS = frozenset({Measure.RR, Measure.OR, Measure.PETO})
_UNINFORMATIVE_WITH_ALL_EVENTS = frozenset({Measure.OR, Measure.PETO})


def binary_effects(measure: Measure, rows: Rows, *, zero_cells: ZeroCells) -> Effects:
    """RR, OR and PETO as logarithms, RD and AS as differences, from ``events_1, n_1, events_2, n_2``.

    Formulas as in metafor's ``escalc`` (Viechtbauer 2010, J Stat Softw 36(3)); Peto: Yusuf 1985; arcsine: Ruecker
    2009. Counts need not be whole (cluster trials are scaled by their design effect). A corrected risk ratio has
    n + 2 x ``add`` in its denominators, as in RevMan.
    """
    _refuse_impossible_counts(rows)
    _exclude_uninformative(measure, rows, zero_cells)
    cells = (rows["events_1"], rows["n_1"], rows["events_2"], rows["n_2"])
    if measure is Measure.AS:
        return rows.effects(*_arcsine_difference(*cells))
    a, n1, c, n2 = cells
    added = zero_cells.amounts_by_group((a == 0) | (a == n1) | (c == 0) | (c == n2), n1, n2)
    times = 1 if zero_cells.single_denominator and measure is Measure.RR else 2
    corrected = (a + added.group_1, n1 + times * added.group_1, c + added.group_2, n2 + times * added.group_2)
    _note_correction(measure, rows, added.group_1, zero_cells)
    if measure is Measure.RR:
        return rows.effects(*_log_risk_ratio(*corrected))
    if measure is Measure.OR:
        return rows.effects(*_log_odds_ratio(*corrected))
    estimated = corrected if zero_cells.correct_estimate else cells
    if measure is Measure.PETO:
        return rows.effects(*_peto(*estimated))
    return rows.effects(_risk_difference(*estimated)[0], _risk_difference(*corrected)[1])


def _refuse_impossible_counts(rows: Rows) -> None:
    for events, n in (("events_1", "n_1"), ("events_2", "n_2")):
        rows.exclude(rows[n] <= 0, f"{n} is {{{n}}}; a group needs at least one person")
        rows.exclude(rows[events] < 0, f"{events} is negative ({{{events}}})")
        rows.exclude(rows[events] > rows[n], f"{events} is {{{events}}}, more than {n} ({{{n}}})")


def _exclude_uninformative(measure: Measure, rows: Rows, zero_cells: ZeroCells) -> None:
    nobody: BoolArray = (rows["events_1"] == 0) & (rows["events_2"] == 0)
    everyone: BoolArray = (rows["events_1"] == rows["n_1"]) & (rows["events_2"] == rows["n_2"])
    drop = zero_cells.drop00
    why = "" if drop else f", so the study says nothing about the {_NAMES[measure]}"
    if drop or (drop is None and measure in _UNINFORMATIVE_WITHOUT_EVENTS):
        rows.exclude(nobody, f"no events in either group{why}")
    if drop or (drop is None and measure in _UNINFORMATIVE_WITH_ALL_EVENTS):
        rows.exclude(everyone, f"everyone had the event in both groups{why}")


_NAMES = {
    Measure.RR: "risk ratio",
    Measure.OR: "odds ratio",
    Measure.PETO: "odds ratio",
    Measure.RD: "risk difference",
    Measure.AS: "arcsine difference",
}


def _note_correction(measure: Measure, rows: Rows, added: FloatArray, zero_cells: ZeroCells) -> None:
    if measure is Measure.PETO and not zero_cells.correct_estimate:
        return
    extent = "" if measure is not Measure.RD or zero_cells.correct_estimate else " for the variance only"
    amount = "a number in proportion to group size" if zero_cells.proportional else f"{zero_cells.add:g}"
    rows.note(added > 0, f"{amount} was added to each cell of the table{extent}")


def _log_risk_ratio(a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2


def _log_odds_ratio(a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    b, d = n1 - a, n2 - c
    return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d


def _risk_difference(a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    p1, p2 = a / n1, c / n2
    return p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2


def _peto(a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(O - E) / V with the hypergeometric variance V."""
    total, events = n1 + n2, a + c
    variance = events * (total - events) * (n1 / total) * (n2 / total) / (total - 1)
    return (a - events * n1 / total) / variance, 1 / variance


def _arcsine_difference(a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 1 / (4 * n1) + 1 / (4 * n2)
