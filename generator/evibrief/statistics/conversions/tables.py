"""Two-by-two tables from an association and the totals of rows and columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evibrief.statistics.conversions import checking


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Events and people in two groups, and how they were obtained. Events are whole numbers."""

    events_1: float
    n_1: float
    events_2: float
    n_2: float
    note: str


def table_from_odds_ratio(odds_ratio: float, n_1: float, n_2: float, events: float) -> Table:
    """The table with this odds ratio, these group sizes and ``events`` in both groups together.

    The cell is the root of a quadratic equation (Bonett 2007, Am Psychol 62:254, as in metafor's conv.2x2),
    rounded to a whole number.
    """
    checking.above_zero(odds_ratio, "the odds ratio")
    _check_margins(n_1, n_2, events)
    excess = odds_ratio - 1
    b = n_2 - events + odds_ratio * (n_1 + events)
    root = math.sqrt(b * b - 4 * excess * odds_ratio * n_1 * events)
    # Of the two forms of the smaller root, the one that adds numbers of one sign and so keeps its digits: near an
    # odds ratio of 1 the second divides 0 by 0, and near 0 the first does. b is negative only well below 1.
    cell = 2 * odds_ratio * n_1 * events / (b + root) if b >= 0 else (b - root) / (2 * excess)
    return _table(cell, n_1, n_2, events, f"the odds ratio {odds_ratio:.15g}")


def table_from_risk_ratio(risk_ratio: float, n_1: float, n_2: float, events: float) -> Table:
    """The table with this risk ratio, these group sizes and ``events`` in both groups together, rounded."""
    checking.above_zero(risk_ratio, "the risk ratio")
    _check_margins(n_1, n_2, events)
    share = risk_ratio * n_1 / (risk_ratio * n_1 + n_2)
    return _table(share * events, n_1, n_2, events, f"the risk ratio {risk_ratio:.15g}")


def table_from_phi(phi: float, n_1: float, n_2: float, events: float) -> Table:
    """The table with this phi coefficient (sqrt(chi^2 / N) with its sign), rounded."""
    checking.correlation(phi)
    _check_margins(n_1, n_2, events)
    total = n_1 + n_2
    expected = n_1 * events / total
    spread = math.sqrt(n_1 * n_2 * events * (total - events)) / total
    return _table(expected + phi * spread, n_1, n_2, events, f"phi = {phi:.15g}")


def _check_margins(n_1: float, n_2: float, events: float) -> None:
    checking.sample_size(n_1, "the size of group 1", at_least=1)
    checking.sample_size(n_2, "the size of group 2", at_least=1)
    checking.count(events, n_1 + n_2, "the number of events in both groups")


def _table(events_1: float, n_1: float, n_2: float, events: float, source: str) -> Table:
    whole = float(round(events_1))
    rest = events - whole
    if not (0 <= whole <= n_1 and 0 <= rest <= n_2):
        raise ValueError(f"no table has {source} with groups of {n_1:.15g} and {n_2:.15g} and {events:.15g} events")
    return Table(
        events_1=whole,
        n_1=n_1,
        events_2=rest,
        n_2=n_2,
        note=f"events per group from {source} and {events:.15g} events in both groups, to whole numbers",
    )
