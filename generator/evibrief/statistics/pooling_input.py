"""Estimates and variances made ready for computing: checked, in one order, centred and scaled.

Three things happen to every set of studies before any formula. They are sorted by variance, then estimate, so that
sums do not depend on the order in which studies were declared. The estimate of the most precise study is subtracted,
so that a large common level costs no digits. And they are divided by a power of two near the smallest standard
error, which is exact, so that no formula meets the units of the measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

# Within these, the square of a study's contribution to Q, (y^2 / v)^2, stays inside the range of a double.
LARGEST_ESTIMATE = 1e50
SMALLEST_VARIANCE = 1e-50
LARGEST_VARIANCE = 1e50
# A variance this much below every other is a mistake in the record, not a study.
IMPLAUSIBLE_VARIANCE_RATIO = 1e-12
# Estimates that differ by less than this, relative to the largest, are one number computed in different ways.
SAME_NUMBER = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """M sets of at most K studies; ``d``, ``v`` and ``order`` are (K, M), the most precise study of each set first.

    ``d`` is the distance from the most precise study and ``v`` the variance, in units of ``2 ** exponent`` and its
    square. Places without a study come last, with ``d = 0`` and ``v = inf``, hence no weight. ``order`` is the
    position of each study in the input. ``spread`` is the range of ``d``, ``k`` the number of studies.
    """

    d: Array
    v: Array
    order: Indices
    k: Array
    spread: Array
    origin: Array
    exponent: Indices


def standardise(yi: Array, vi: Array) -> Standardised:
    """Make (M, K) estimates and variances ready; NaN in both marks a place without a study.

    Raises ValueError if a value is not finite or out of range, a variance is not positive or implausibly small
    beside every other, or a set has no study.
    """
    present = ~np.isnan(yi)
    _refuse(np.isnan(vi) == present, yi, vi, "has an estimate or a variance, but not both")
    missing = not present.all()
    y = np.where(present, yi, 0.0) if missing else yi + 0.0  # + 0.0 makes -0.0 and 0.0 one number
    v = np.where(present, vi, 1.0) if missing else vi
    _refuse(~(np.abs(y) <= LARGEST_ESTIMATE), yi, vi, "has an estimate that is not a plausible number")
    _refuse(~((v >= SMALLEST_VARIANCE) & (v <= LARGEST_VARIANCE)), yi, vi, "has no positive, plausible variance")
    if missing:
        v = np.where(present, v, np.inf)
    order = _most_precise_first(y, v)
    y, v = np.take_along_axis(y, order, axis=1).T.copy(), np.take_along_axis(v, order, axis=1).T.copy()
    k = np.add.reduce(present, axis=1).astype(np.float64) if missing else np.full(len(yi), float(yi.shape[1]))
    if not k.all():
        raise ValueError("nothing to pool: a set has no study")
    if len(v) > 1:
        _refuse(
            (v[0] < IMPLAUSIBLE_VARIANCE_RATIO * v[1]) & (k > 1),
            yi,
            vi,
            "has a variance implausibly small beside the rest",
        )
    return _scaled(y, v, order.T, k)


def _most_precise_first(y: Array, v: Array) -> Indices:
    """The order of each row by variance, and by estimate among equal variances, which are looked for only then."""
    order = np.argsort(v, axis=1, kind="stable")
    ranked = np.take_along_axis(v, order, axis=1)
    return np.lexsort((y, v), axis=1) if (ranked[:, 1:] == ranked[:, :-1]).any() else order


def _scaled(y: Array, v: Array, order: Indices, k: Array) -> Standardised:
    origin = y[0]
    exponent = np.frexp(v[0])[1].astype(np.int64) // 2
    inside = np.isfinite(v)
    unit = np.ldexp(1.0, -exponent)  # a power of two: products with it are exact, and faster than ldexp
    d = np.where(inside, (y - origin) * unit, 0.0)
    spread = np.maximum.reduce(d) - np.minimum.reduce(d)
    largest = np.ldexp(np.maximum.reduce(np.abs(y)), -exponent)
    same = spread <= SAME_NUMBER * largest
    if same.any():
        d[:, same] = 0.0
        spread = np.where(same, 0.0, spread)
    v = v * (unit * unit)
    return Standardised(d=d, v=v, order=order, k=k, spread=spread, origin=origin, exponent=exponent)


def _refuse(bad: Flags, yi: Array, vi: Array, reason: str) -> None:
    if not bad.any():
        return
    place = tuple(np.argwhere(bad)[0])
    study = place[-1]
    found = f" (estimate {yi[place]:g}, variance {vi[place]:g})" if len(place) == 2 else ""
    raise ValueError(f"study {study + 1}{found} {reason}")
