"""Studies on their way from reported numbers to effects: which are usable, and what is said about each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evibrief.statistics.effects.columns import FloatArray
from evibrief.statistics.results import Effects, Exclusion, Note

BoolArray = NDArray[np.bool_]

# Weights are reciprocals of variances; within these limits their squares and products stay finite doubles.
SMALLEST_VARIANCE = 1e-100
LARGEST_VALUE = 1e100

# A variance a million million times below the usual one of the same synthesis is a slip, not a study
# (Evibrief's own limit; the widest span in the reference data is 1e11).
RELATIVE_VARIANCE_FLOOR = 1e-12


class Rows:
    """The columns of several studies, with a memory of what happened to each row.

    A row is excluded once, with its first reason; its values then read NaN, so that it takes part in no sum.
    """

    def __init__(self, columns: dict[str, FloatArray]) -> None:
        """Take arrays of one length; rows with a missing or infinite value are excluded at once."""
        self._columns = columns
        self.count = len(next(iter(columns.values())))
        self._usable: BoolArray = np.ones(self.count, dtype=bool)
        self._exclusions: list[Exclusion] = []
        self._notes: list[Note] = []
        for name, values in columns.items():
            self.exclude(np.isnan(values), f"{name} is missing")
            self.exclude(np.isinf(values), f"{name} is not a finite number")

    def __contains__(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return name in self._columns

    def __getitem__(self, name: str) -> FloatArray:
        """A column, with NaN in the rows that were excluded."""
        return np.where(self._usable, self._columns[name], np.nan)

    def exclude(self, where: BoolArray, reason: str) -> None:
        """Exclude usable rows; ``{name}`` in the reason becomes that row's value of the column."""
        for row in np.flatnonzero(where & self._usable):
            self._exclusions.append(Exclusion(row=int(row), reason=self._worded(reason, int(row))))
        self._usable &= ~where

    def note(self, where: BoolArray, reason: str) -> None:
        """Record what was done to usable rows."""
        for row in np.flatnonzero(where & self._usable):
            self._notes.append(Note(field=f"row:{int(row)}", reason=self._worded(reason, int(row))))

    def effects(self, yi: FloatArray, vi: FloatArray) -> Effects:
        """The estimates and variances of the rows that are still usable and whose results are usable numbers."""
        self.exclude(~np.isfinite(yi) | ~np.isfinite(vi), "the estimate cannot be computed from these numbers")
        self.exclude(vi <= 0, "the sampling variance is zero")
        extreme = (vi < SMALLEST_VARIANCE) | (vi > LARGEST_VALUE) | (np.abs(yi) > LARGEST_VALUE)
        self.exclude(extreme, "the estimate or its variance is too extreme to compute with")
        self.exclude(
            vi < RELATIVE_VARIANCE_FLOOR * _lower_median(vi[self._usable]),
            "the sampling variance is implausibly small beside those of the other studies",
        )
        kept = np.flatnonzero(self._usable)
        usable = set(kept.tolist())
        return Effects(
            yi=tuple(yi[kept].tolist()),
            vi=tuple(vi[kept].tolist()),
            rows=tuple(kept.tolist()),
            excluded=tuple(sorted(self._exclusions, key=lambda exclusion: exclusion.row)),
            notes=tuple(note for note in self._notes if int(note.field.removeprefix("row:")) in usable),
        )

    def _worded(self, reason: str, row: int) -> str:
        return reason.format_map({name: f"{values[row]:.15g}" for name, values in self._columns.items()})


def _lower_median(values: FloatArray) -> float:
    """The lower of two middle values, so that one outlying large variance never condemns the other of a pair."""
    return float(np.sort(values)[(len(values) - 1) // 2]) if len(values) else 0.0
