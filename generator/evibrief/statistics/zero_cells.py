"""What is done about tables with a zero in them.

A ratio of two risks has no finite logarithm when a cell is zero. The usual remedy adds a small number to every cell
of the table. How much, to which studies, and what becomes of studies that carry no information about a ratio are
choices; they are stated here and nowhere else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Half a count: the convention since Haldane 1956 and Anscombe 1956; RevMan's rule, and metafor's default.
HALF = 0.5


class CorrectedStudies(StrEnum):
    """Which studies receive the correction."""

    ONLY_ZERO = "only0"  # those with a zero cell
    IF_ANY_ZERO_ALL = "if0all"  # all of them, as soon as one has a zero cell
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupAmounts:
    """What is added to each cell of the two groups, one value per study."""

    group_1: FloatArray
    group_2: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroCells:
    """How tables with a zero cell are treated.

    ``add`` is added to every cell (to the event counts of rates) of the studies named by ``to``.

    ``drop00`` decides on studies without events in either group, or with events in everyone. ``None`` follows the
    measure: such studies are excluded where they say nothing (no events: RR, OR, PETO, IRR; all events: OR, PETO)
    and kept for differences. ``True`` excludes both patterns for every measure, ``False`` keeps whatever the
    correction makes computable; these two are metafor's ``drop00``.

    ``correct_estimate`` matters for comparisons whose estimate exists without correction (RD, IRD, IRSD, PETO). By
    default the correction touches only the variance of RD and IRD, and not IRSD and PETO; ``True`` computes
    everything from the corrected cells, as metafor's ``escalc`` does.

    ``proportional`` (two groups of people only) shares 2 x ``add`` between the groups in proportion to their sizes,
    which favours no effect when groups differ in size (treatment arm continuity correction; Sweeting 2004, Stat Med
    23:1351). ``single_denominator`` (RR only) adds ``add`` once to each group size instead of twice, as the R package
    meta does by default.
    """

    add: float = HALF
    to: CorrectedStudies = CorrectedStudies.ONLY_ZERO
    drop00: bool | None = None
    correct_estimate: bool = False
    proportional: bool = False
    single_denominator: bool = False

    def __post_init__(self) -> None:
        """Refuse a correction that is negative or not finite."""
        if not (math.isfinite(self.add) and self.add >= 0):
            raise ValueError(f"the zero-cell correction must be a number of at least 0, not {self.add!r}")

    def amounts(self, has_zero: BoolArray) -> FloatArray:
        """What is added to each count of each study, given which studies have a zero in it.

        Raises ValueError for a proportional correction, which needs two groups of people.
        """
        if self.proportional:
            raise ValueError("a zero-cell correction in proportion to group size is for events in two groups of people")
        return self._amounts(has_zero)

    def amounts_by_group(self, has_zero: BoolArray, n_1: FloatArray, n_2: FloatArray) -> GroupAmounts:
        """What is added to each cell of group 1 and of group 2 of each study."""
        amounts = self._amounts(has_zero)
        if not self.proportional:
            return GroupAmounts(group_1=amounts, group_2=amounts)
        total = n_1 + n_2
        return GroupAmounts(group_1=amounts * 2 * n_1 / total, group_2=amounts * 2 * n_2 / total)

    def _amounts(self, has_zero: BoolArray) -> FloatArray:
        if self.to is CorrectedStudies.NONE:
            corrected = np.zeros_like(has_zero)
        elif self.to is CorrectedStudies.ONLY_ZERO:
            corrected = has_zero
        else:
            everyone = self.to is CorrectedStudies.ALL or bool(has_zero.any())
            corrected = np.full_like(has_zero, everyone)
        return np.where(corrected, self.add, 0.0)
