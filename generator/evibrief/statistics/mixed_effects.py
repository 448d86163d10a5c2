"""Weighted least squares and the between-study variance in the presence of moderators, over many data sets at once.

Arrays have any leading (batch) shape, then studies, then coefficients. Everything is computed from an orthonormal
basis of the weighted design rather than from its cross-products, so that calendar years and variances of very
different size lose no digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evibrief.statistics.results import Tau2Method

Array = NDArray[np.float64]

# The residual heterogeneity estimators that have a form with moderators here.
SUPPORTED = frozenset({Tau2Method.CE, Tau2Method.DL, Tau2Method.ML, Tau2Method.REML, Tau2Method.EB, Tau2Method.PM})

# Eight points a decade find the modes of the likelihood, from below anything that matters to above anything that
# the data can support.
_POINTS_PER_DECADE = 8
_LOWEST = 1e-6
_HIGHEST = 10.0
_BATCH_NUMBERS = 2_000_000
# Residuals this small beside the estimates are rounding.
_ROUNDING = 1e-12
_MAXIMUM_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedFit:
    """A weighted least-squares fit at one between-study variance; ``leverage`` is the diagonal of the hat matrix."""

    beta: Array
    unscaled_cov: Array
    residuals: Array
    weights: Array
    leverage: Array
    log_det: Array

    @property
    def rss(self) -> Array:
        """The weighted residual sum of squares: Q of the residual heterogeneity."""
        return np.asarray((self.weights * self.residuals**2).sum(-1))

    @property
    def trace_p(self) -> Array:
        """The trace of P = W - W X (X'WX)^-1 X'W."""
        return np.asarray((self.weights * (1.0 - self.leverage)).sum(-1))


def weighted_fit(yi: Array, vi: Array, design: Array, tau2: Array | float) -> WeightedFit:
    """Fit at weights 1 / (vi + tau2). ``tau2`` has the batch shape; the design must have full column rank."""
    weights = 1.0 / (vi + np.asarray(tau2, dtype=float)[..., None])
    root = np.sqrt(weights)
    basis = _orthonormal(root[..., None] * design)
    triangle = np.swapaxes(basis, -1, -2) @ (root[..., None] * design)
    target = np.swapaxes(basis, -1, -2) @ (root * yi)[..., None]
    beta = np.linalg.solve(triangle, target)[..., 0]
    inverse = np.linalg.inv(triangle)
    fitted = (basis @ target)[..., 0] / root
    return WeightedFit(
        beta=beta,
        unscaled_cov=inverse @ np.swapaxes(inverse, -1, -2),
        residuals=yi - fitted,
        weights=weights,
        leverage=(basis**2).sum(-1),
        log_det=2.0 * np.log(np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))).sum(-1),
    )


def fits_exactly(fit: WeightedFit, yi: Array) -> bool:
    """Whether the residuals of one fit are nothing but rounding, so that no error can be estimated from them."""
    return bool(float(fit.rss) <= _ROUNDING**2 * float((fit.weights * yi**2).sum()))


def has_full_rank(design: Array) -> bool:
    """Whether no column of one design (studies by coefficients) is a combination of the others."""
    scale = np.sqrt((design**2).sum(0))
    if not np.all(scale > 0.0):
        return False
    # 1e-10 of the largest singular value: collinear to ten digits is collinear.
    singular = np.linalg.svd(design / scale, compute_uv=False)
    return bool(singular[-1] > 1e-10 * singular[0])


def residual_tau2(yi: Array, vi: Array, design: Array, method: Tau2Method) -> Array:
    """The residual between-study variance of each data set in the batch; 0 at the boundary, exactly.

    ML and REML return the global maximum of the (restricted) likelihood. Raises ``ValueError`` for an estimator
    outside :data:`SUPPORTED`.
    """
    if method not in SUPPORTED:
        raise ValueError(f"with moderators the estimator must be one of {', '.join(sorted(SUPPORTED))}, not {method}")
    batch = np.broadcast_shapes(yi.shape[:-1], design.shape[:-2])
    if method is Tau2Method.CE:
        return np.zeros(batch)
    if method is Tau2Method.DL:
        fit = weighted_fit(yi, vi, design, np.zeros(batch))
        degrees = design.shape[-2] - design.shape[-1]
        return np.asarray(np.maximum(0.0, (fit.rss - degrees) / fit.trace_p))
    flat_y = np.broadcast_to(yi, (*batch, yi.shape[-1])).reshape(-1, yi.shape[-1])
    flat_x = np.broadcast_to(design, (*batch, *design.shape[-2:])).reshape(-1, *design.shape[-2:])
    grid = _grid(flat_y, vi)
    chunk = max(1, _BATCH_NUMBERS // (grid.size * design.shape[-1] * design.shape[-2]))
    parts = [
        _iterated(flat_y[i : i + chunk], vi, flat_x[i : i + chunk], method, grid) for i in range(0, len(flat_y), chunk)
    ]
    return np.concatenate(parts).reshape(batch)


def _iterated(yi: Array, vi: Array, design: Array, method: Tau2Method, grid: Array) -> Array:
    slopes = _slope(weighted_fit(yi[:, None, :], vi, design[:, None, :, :], grid), method)
    rows, left = np.nonzero((slopes[:, :-1] > 0.0) & (slopes[:, 1:] <= 0.0))
    best = np.zeros(len(yi))
    if rows.size == 0:
        return best
    roots = _refine(
        lambda tau2: _slope(weighted_fit(yi[rows], vi, design[rows], tau2), method),
        (grid[left], grid[left + 1]),
        (slopes[rows, left], slopes[rows, left + 1]),
    )
    height = _height(weighted_fit(yi[rows], vi, design[rows], roots), method)
    at_zero = _height(weighted_fit(yi, vi, design, np.zeros(len(yi))), method)
    highest = np.where(slopes[:, 0] <= 0.0, at_zero, -np.inf)
    for row, root, value in zip(rows, roots, height, strict=True):
        if value > highest[row]:
            best[row], highest[row] = root, value
    return best


def _slope(fit: WeightedFit, method: Tau2Method) -> Array:
    """What changes from positive to negative at the estimate: the score, or Q minus its expectation."""
    if method in (Tau2Method.PM, Tau2Method.EB):
        return np.asarray(fit.rss - (fit.weights.shape[-1] - fit.beta.shape[-1]))
    penalty = fit.trace_p if method is Tau2Method.REML else fit.weights.sum(-1)
    return np.asarray(((fit.weights * fit.residuals) ** 2).sum(-1) - penalty)


def _height(fit: WeightedFit, method: Tau2Method) -> Array:
    """The log-likelihood up to a constant; for the moment estimators, whose root is the only one, nothing."""
    if method in (Tau2Method.PM, Tau2Method.EB):
        return np.zeros(fit.rss.shape)
    log_likelihood = np.log(fit.weights).sum(-1) - fit.rss
    return np.asarray(log_likelihood - fit.log_det if method is Tau2Method.REML else log_likelihood)


def _grid(yi: Array, vi: Array) -> Array:
    spread = float(np.max(yi.max(-1) - yi.min(-1))) ** 2
    low, high = _LOWEST * float(vi.min()), max(_HIGHEST, 2.0 * vi.size) * max(spread, float(vi.max()))
    points = int(_POINTS_PER_DECADE * math.log10(high / low)) + 2
    return np.concatenate([[0.0], np.geomspace(low, high, points)])


def _refine(function: Callable[[Array], Array], bracket: tuple[Array, Array], values: tuple[Array, Array]) -> Array:
    """Close every bracket to machine precision by regula falsi, bisecting where an end does not move (Illinois)."""
    (low, high), (f_low, f_high) = (a.copy() for a in bracket), (a.copy() for a in values)
    moved = np.zeros(low.shape)
    for step in range(_MAXIMUM_STEPS):
        going = (high - low > 4.0 * np.finfo(float).eps * high) & (f_high < 0.0)
        if not going.any():
            break
        with np.errstate(invalid="ignore", divide="ignore"):
            middle = high - f_high * (high - low) / (f_high - f_low)
        inside = np.isfinite(middle) & (step % 4 != 3)
        # A step off an end that is already the root closes the bracket from the other side.
        least = 2.0 * np.finfo(float).eps * high
        middle = np.where(inside, np.clip(middle, low + least, high - least), 0.5 * (low + high))
        value = function(middle)
        up, down = going & (value > 0.0), going & (value <= 0.0)
        f_high = np.where(up & (moved > 0.0), 0.5 * f_high, f_high)
        f_low = np.where(down & (moved < 0.0), 0.5 * f_low, f_low)
        low, f_low = np.where(up, middle, low), np.where(up, value, f_low)
        high, f_high = np.where(down, middle, high), np.where(down, value, f_high)
        moved = np.where(up, 1.0, np.where(down, -1.0, moved))
    return np.where(f_high == 0.0, high, 0.5 * (low + high))


def _orthonormal(columns: Array) -> Array:
    """Gram-Schmidt, each column twice ("twice is enough", Giraud 2005), which vectorises over the batch."""
    basis = np.empty_like(columns)
    for j in range(columns.shape[-1]):
        column = columns[..., j]
        for _ in range(2):
            for i in range(j):
                earlier = basis[..., i]
                column = column - earlier * (earlier * column).sum(-1, keepdims=True)
        basis[..., j] = column / np.sqrt((column**2).sum(-1, keepdims=True))
    return basis
