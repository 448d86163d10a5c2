"""The three-level model's two variances: between clusters, and between the effects within one.

Model: y_ij = mu + u_i + w_ij + e_ij, where only the sampling variance of e_ij is known. The inverse of each cluster's
covariance is written out (Sherman and Morrison), so nothing grows with the square of the number of effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evibrief.statistics.mixed_effects import Array

# A first look at the likelihood: decades of variance around the data, then ever closer around the highest point.
_FIRST_POINTS = 40
_ZOOM_POINTS = 9
_ZOOM_ROUNDS = 14
_POLISHING_STEPS = 30
_BATCH_NUMBERS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """Effects sorted by cluster; ``starts`` is where each cluster begins, ``owner`` the cluster of each effect."""

    y: Array
    v: Array
    starts: np.ndarray[tuple[int], np.dtype[np.int64]]
    owner: np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeLevelFit:
    """The restricted maximum likelihood estimates; ``log_likelihood`` includes the constants and log|X'X| / 2."""

    between: float
    within: float
    mean: float
    variance: float
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Per parameter pair (rows) what the likelihood and its slope are made of."""

    mean: Array
    information: Array
    log_likelihood: Array
    slope: Array


def fit_three_level(data: Clustered) -> ThreeLevelFit:
    """Maximise the restricted likelihood over both variances, each at least 0, from a grid over all of them."""
    best = _zoom(data)
    best = _polish(data, best)
    parts = _parts(data, best[None, :])
    return ThreeLevelFit(
        between=float(best[0]),
        within=float(best[1]),
        mean=float(parts.mean[0]),
        variance=1.0 / float(parts.information[0]),
        log_likelihood=float(parts.log_likelihood[0])
        + 0.5 * math.log(data.y.size)
        - 0.5 * (data.y.size - 1) * math.log(2.0 * math.pi),
    )


def _zoom(data: Clustered) -> Array:
    spread = float(data.y.max() - data.y.min()) ** 2
    low, high = 1e-6 * float(data.v.min()), 10.0 * max(spread, float(data.v.max()))
    first = np.concatenate([[0.0], np.geomspace(low, high, _FIRST_POINTS)])
    best = _highest(data, first, first)
    factor = (high / low) ** (1.0 / (_FIRST_POINTS - 1))
    for _ in range(_ZOOM_ROUNDS):
        around = np.geomspace(1.0 / factor, factor, _ZOOM_POINTS)
        sides = [np.concatenate([[0.0], (x if x > 0.0 else low) * around]) for x in best]
        best = _highest(data, sides[0], sides[1])
        factor = factor ** (2.0 / (_ZOOM_POINTS - 1))
    return best


def _highest(data: Clustered, between: Array, within: Array) -> Array:
    pairs = np.stack(np.meshgrid(between, within, indexing="ij"), axis=-1).reshape(-1, 2)
    pieces = np.array_split(pairs, 1 + pairs.shape[0] * data.y.size // _BATCH_NUMBERS)
    heights = np.concatenate([_parts(data, piece).log_likelihood for piece in pieces])
    return np.asarray(pairs[int(np.argmax(heights))])


def _polish(data: Clustered, best: Array) -> Array:
    """Newton's steps on the slope, for the variances that are not at 0; the grid's answer if they do not help."""
    free = np.flatnonzero(best > 0.0)
    at = best.copy()
    for _ in range(_POLISHING_STEPS if free.size else 0):
        slope = _parts(data, at[None, :]).slope[0, free]
        step = np.linalg.lstsq(_curvature(data, at, free), -slope, rcond=None)[0]
        # A step in the logarithm stays positive and is held short.
        step = np.clip(step, -0.5, 0.5)
        at[free] *= np.exp(step)
        if np.all(np.abs(step) < 1e-14):
            break
    heights = _parts(data, np.stack([best, at])).log_likelihood
    return at if heights[1] >= heights[0] - 1e-9 * abs(heights[0]) else best


def _curvature(data: Clustered, at: Array, free: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Array:
    """The slope's derivative by the logarithms of the variances, by central differences of the exact slope."""
    step = 1e-5
    columns = []
    for i in free:
        up, down = at.copy(), at.copy()
        up[i] *= math.exp(step)
        down[i] *= math.exp(-step)
        slopes = _parts(data, np.stack([up, down])).slope
        columns.append((slopes[0, free] - slopes[1, free]) / (2.0 * step))
    return np.stack(columns, axis=1)


def _parts(data: Clustered, pairs: Array) -> _Parts:
    between, within = pairs[:, :1], pairs[:, 1:]
    inverse = 1.0 / (data.v + within)

    def per_cluster(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values, data.starts, axis=1))

    total, squares = per_cluster(inverse), per_cluster(inverse**2)
    shrink = 1.0 / (1.0 + between * total)
    gain = total * shrink
    information = gain.sum(1)
    mean = (per_cluster(inverse * data.y) * shrink).sum(1) / information
    residual = data.y - mean[:, None]
    weighted = per_cluster(inverse * residual) * shrink
    # u = V^-1 r, the residuals weighted by the inverse covariance.
    u = inverse * (residual - (between * weighted)[:, data.owner])
    rss = (u * residual).sum(1)
    log_det = np.log(data.v + within).sum(1) - np.log(shrink).sum(1)
    trace_between = gain.sum(1) - (gain**2).sum(1) / information
    trace_within = (total - between * squares * shrink).sum(1) - (squares * shrink**2).sum(1) / information
    slope = np.stack([(weighted**2).sum(1) - trace_between, (u**2).sum(1) - trace_within], axis=1)
    return _Parts(
        mean=mean,
        information=information,
        log_likelihood=-0.5 * (log_det + np.log(information) + rss),
        slope=0.5 * slope,
    )
