"""The columns that each measure needs, and reading them as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evibrief.statistics.measures import Measure

FloatArray = NDArray[np.float64]
Column = Sequence[float | None] | FloatArray

_BINARY = ("events_1", "n_1", "events_2", "n_2")
_CONTINUOUS = ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")
_PAIRED = ("mean_1", "sd_1", "mean_2", "sd_2", "n", "r")
_RATES = ("events_1", "time_1", "events_2", "time_2")
_PROPORTION = ("events", "n")
_CORRELATION = ("r", "n")
_GENERIC = ("yi", "vi")
_GENERIC_SE = ("yi", "sei")

_COLUMNS: dict[Measure, tuple[str, ...]] = {
    **dict.fromkeys((Measure.RR, Measure.OR, Measure.RD, Measure.PETO, Measure.AS), _BINARY),
    **dict.fromkeys((Measure.MD, Measure.SMD, Measure.SMDH, Measure.ROM), _CONTINUOUS),
    **dict.fromkeys((Measure.SMCC, Measure.SMCR, Measure.MC), _PAIRED),
    **dict.fromkeys((Measure.IRR, Measure.IRD, Measure.IRSD), _RATES),
    Measure.HR: ("o_minus_e", "v"),
    **dict.fromkeys((Measure.PR, Measure.PLO, Measure.PLN, Measure.PAS, Measure.PFT), _PROPORTION),
    **dict.fromkeys((Measure.COR, Measure.ZCOR), _CORRELATION),
    Measure.GEN: _GENERIC,
}


def columns_of(measure: Measure) -> tuple[str, ...]:
    """The names of the columns that a measure is computed from; for GEN ``sei`` may replace ``vi``."""
    return _COLUMNS[measure]


def has_generic_columns(measure: Measure, columns: Mapping[str, Column]) -> bool:
    """Whether an estimate with its variance or standard error is given in place of the measure's own columns."""
    own = all(name in columns for name in _COLUMNS[measure])
    return not own and _generic_names(columns) is not None


def read_columns(measure: Measure, columns: Mapping[str, Column]) -> dict[str, FloatArray]:
    """The measure's columns as arrays of floats, missing values as NaN.

    Raises ValueError naming the columns that are missing or differ in length from the first.
    """
    names = _COLUMNS[measure]
    if measure is Measure.GEN:
        names = _generic_names(columns) or names
    missing = [name for name in names if name not in columns]
    if missing:
        raise ValueError(f"{measure.value} needs the columns {', '.join(names)}; missing: {', '.join(missing)}")
    arrays = {name: _floats(columns[name]) for name in names}
    first = len(arrays[names[0]])
    unequal = [name for name in names if len(arrays[name]) != first]
    if unequal:
        raise ValueError(f"columns differ in length from {names[0]} ({first}): {', '.join(unequal)}")
    return arrays


def _generic_names(columns: Mapping[str, Column]) -> tuple[str, ...] | None:
    for names in (_GENERIC, _GENERIC_SE):
        if all(name in columns for name in names):
            return names
    return None


def _floats(column: Column) -> FloatArray:
    """Floats from the start: products of 64-bit integer counts would wrap around."""
    try:
        return np.array(column, dtype=np.float64).reshape(len(column))
    except OverflowError:  # an integer beyond the range of floats; the row is refused later as not finite
        return np.array([_float(value) for value in column], dtype=np.float64)


def _float(value: float | None) -> float:
    try:
        return np.nan if value is None else float(value)
    except OverflowError:
        return np.inf
