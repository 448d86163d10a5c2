"""Begg and Mazumdar's rank correlation test of funnel plot asymmetry, with Kendall's exact distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evibrief.statistics.mixed_effects import Array
from evibrief.statistics.results import Note
from evibrief.statistics.small_study import FEWEST_STUDIES, AsymmetryTest, SmallStudyTest, check_effects
from evibrief.statistics.tails import two_sided

# Beyond this the exact distribution, of k^2 / 2 numbers, gives what the normal one gives.
EXACT_STUDIES = 170


def begg(yi: Sequence[float], vi: Sequence[float]) -> SmallStudyTest:
    """Kendall's tau between standardised effects and variances (Begg and Mazumdar 1994, Biometrics 50:1088).

    The exact distribution up to :data:`EXACT_STUDIES` studies without ties; otherwise tau-b and the normal
    approximation with the variance corrected for ties, without a continuity correction.
    """
    y, v = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    k = len(y)
    if k != len(v):
        raise ValueError("estimates and variances must have one length")
    check_effects(y, v)
    if k < 2:
        return SmallStudyTest(test=AsymmetryTest.BEGG, k=k, notes=(_none(f"{k} study has no rank"),))
    order = np.lexsort((y, v))
    y, v = y[order], v[order]
    return _kendall(_standardised(y, v), v)


def _standardised(y: Array, v: Array) -> Array:
    """Distances from the common-effect mean in units of their error, whose variance is v - 1 / sum(1 / v).

    Written as sums over the other studies, so that a study that dominates loses no digits.
    """
    weights = 1.0 / v
    share = weights / weights.sum()
    others = (1.0 - np.eye(len(v))) @ share
    distance = ((y[:, None] - y[None, :]) * share[None, :]).sum(1)
    return np.asarray(distance / np.sqrt(v * others))


def begg_if_enough(yi: Sequence[float], vi: Sequence[float]) -> SmallStudyTest:
    """Begg's test from ten studies up (``small_study.FEWEST_STUDIES``); below, a note and no test."""
    k = len(yi)
    if k < FEWEST_STUDIES:
        note = _none(f"{k} studies: with fewer than {FEWEST_STUDIES} such a test cannot tell chance from asymmetry")
        return SmallStudyTest(test=AsymmetryTest.BEGG, k=k, notes=(note,))
    return begg(yi, vi)


def _kendall(x: Array, y: Array) -> SmallStudyTest:
    k = len(x)
    signs = np.sign(x[:, None] - x[None, :]) * np.sign(y[:, None] - y[None, :])
    score = int(signs.sum() / 2.0)
    pairs = k * (k - 1) // 2
    ties_x, ties_y = _tied(x), _tied(y)
    free_x, free_y = (pairs - sum(t * (t - 1) for t in ties) // 2 for ties in (ties_x, ties_y))
    if free_x == 0 or free_y == 0:
        note = _none("all studies have the same standardised effect or the same variance: there is no rank")
        return SmallStudyTest(test=AsymmetryTest.BEGG, k=k, notes=(note,))
    tau = score / math.sqrt(free_x * free_y)
    if not ties_x and not ties_y and k <= EXACT_STUDIES:
        return SmallStudyTest(test=AsymmetryTest.BEGG, k=k, slope=tau, p=_exact_p(score, k))
    statistic = score / math.sqrt(_variance(k, ties_x, ties_y))
    note = Note(field="p", reason="ties or many studies: normal approximation")
    return SmallStudyTest(
        test=AsymmetryTest.BEGG, k=k, slope=tau, statistic=statistic, p=two_sided(statistic, None), notes=(note,)
    )


def _exact_p(score: int, k: int) -> float:
    """Twice the smaller tail of Kendall's score: the share of permutations with so few inversions."""
    pairs = k * (k - 1) // 2
    fewest = (pairs - abs(score)) // 2
    shares = np.zeros(pairs + 1)
    shares[0] = 1.0
    for size in range(2, k + 1):
        running = np.cumsum(shares)
        running[size:] -= np.cumsum(shares)[:-size]
        shares = running / size
    return min(1.0, 2.0 * float(shares[: fewest + 1].sum()))


def _variance(k: int, ties_x: list[int], ties_y: list[int]) -> float:
    """The variance of Kendall's score with ties (Kendall 1970, Rank Correlation Methods, 4.9)."""

    def over(ties: list[int], power: int) -> int:
        return sum(math.perm(t, power) for t in ties)

    def five(n: int) -> int:
        return n * (n - 1) * (2 * n + 5)

    base = (five(k) - sum(five(t) for t in ties_x) - sum(five(t) for t in ties_y)) / 18.0
    twos = over(ties_x, 2) * over(ties_y, 2) / (2.0 * k * (k - 1))
    threes = over(ties_x, 3) * over(ties_y, 3) / (9.0 * k * (k - 1) * (k - 2)) if k > 2 else 0.0
    return base + twos + threes


def _tied(values: Array) -> list[int]:
    counts = np.unique(values, return_counts=True)[1]
    return [int(count) for count in counts if count > 1]


def _none(reason: str) -> Note:
    return Note(field="p", reason=reason)
