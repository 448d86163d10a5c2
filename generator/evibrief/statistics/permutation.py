"""Permutation tests: how often reassigning covariates to studies gives a result at least as extreme.

With few studies every permutation is tried and the p-value is exact. With more, a fixed sample of permutations is
drawn from a documented bit generator, so the same data give the same p-value everywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evibrief.statistics.mixed_effects import Array, residual_tau2, weighted_fit
from evibrief.statistics.regression import RegressionInput, RegressionTest, regression_input
from evibrief.statistics.results import Exclusion, Note, Tau2Method

Order = NDArray[np.int64]

# 7! = 5,040 permutations are all tried; 8! would cost eight times as much for a p-value no reader can tell apart.
EXACT_STUDIES = 7
# With the observed arrangement, 2,000 draws: a p-value of 0.05 is known to within 0.01 (standard error 0.005).
RANDOM_PERMUTATIONS = 1_999
# Seeds PCG64, whose stream numpy guarantees (NEP 19), unlike that of its distributions.
SEED = 20_220_901

# Statistics equal to this many digits are one statistic: arrangements that differ only in rounding count as ties.
_TIE = 1e-8
_BATCH_NUMBERS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """Two-sided p-values per coefficient (the intercept first) and of all covariates together.

    Where no test is possible ``p`` is empty, ``omnibus_p`` is ``None`` and a note says why.
    """

    k: int
    permutations: int
    exact: bool
    names: tuple[str, ...]
    p: tuple[float, ...] = ()
    omnibus_p: float | None = None
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[Note, ...] = ()


def permutation_test(
    yi: Sequence[float],
    vi: Sequence[float],
    covariates: Mapping[str, Sequence[float | None]],
    *,
    tau2_method: Tau2Method = Tau2Method.REML,
    test: RegressionTest = RegressionTest.KNAPP_HARTUNG,
) -> PermutationTest:
    """Test the coefficients of a meta-regression by permuting its covariates over the studies.

    Higgins and Thompson 2004. Exact up to :data:`EXACT_STUDIES` studies; beyond, :data:`RANDOM_PERMUTATIONS` draws
    and the observed arrangement. Raises ``ValueError`` where ``regression.meta_regression`` does.
    """
    data = regression_input(yi, vi, covariates)
    k, p = data.design.shape
    obstacle = data.obstacle or ("there is no covariate to permute" if p == 1 else None)
    exact = k <= EXACT_STUDIES
    if obstacle is not None:
        note = Note(field="p", reason=obstacle)
        return PermutationTest(
            k=k, permutations=0, exact=exact, names=data.names, excluded=data.excluded, notes=(note,)
        )
    arrangements = _every(k) if exact else _sample(k)
    observed = _statistics(data, np.arange(k)[None, :], tau2_method, test)
    counts = np.zeros(p + 1)
    chunk = max(1, _BATCH_NUMBERS // (k * p))
    for i in range(0, len(arrangements), chunk):
        permuted = _statistics(data, arrangements[i : i + chunk], tau2_method, test)
        counts += (permuted >= observed * (1.0 - _TIE)).sum(0)
    shares = counts / len(arrangements)
    return PermutationTest(
        k=k,
        permutations=len(arrangements),
        exact=exact,
        names=data.names,
        p=tuple(float(share) for share in shares[:-1]),
        omnibus_p=float(shares[-1]),
        excluded=data.excluded,
    )


def sign_flip_test(
    yi: Sequence[float], vi: Sequence[float], *, tau2_method: Tau2Method = Tau2Method.REML
) -> PermutationTest:
    """Test a pooled effect against 0 by flipping the signs of the estimates (Follmann and Proschan 1999).

    Exact up to 12 studies (4,096 flips); beyond, a fixed random sample of flips.
    """
    data = regression_input(yi, vi, {})
    k = len(data.yi)
    if k < 2:
        note = Note(field="p", reason="a permutation test needs at least two studies")
        return PermutationTest(k=k, permutations=0, exact=True, names=data.names, notes=(note,))
    exact = 2**k <= 4_096
    signs = _every_sign(k) if exact else _sample_signs(k)
    values = signs * (data.yi + data.origin / data.unit)
    tau2 = residual_tau2(values, data.vi, data.design, tau2_method)
    fit = weighted_fit(values, data.vi, data.design, tau2)
    size = np.abs(fit.beta[:, 0]) / np.sqrt(fit.unscaled_cov[:, 0, 0])
    share = float((size >= size[0] * (1.0 - _TIE)).sum()) / len(signs)
    return PermutationTest(k=k, permutations=len(signs), exact=exact, names=data.names, p=(share,), omnibus_p=share)


def _statistics(data: RegressionInput, arrangements: Order, tau2_method: Tau2Method, test: RegressionTest) -> Array:
    """The size of each coefficient's statistic, and last that of all covariates, per arrangement of the design."""
    k, p = data.design.shape
    design = data.design[arrangements]
    tau2 = residual_tau2(data.yi, data.vi, design, tau2_method)
    fit = weighted_fit(data.yi, data.vi, design, tau2)
    inflation = fit.rss / (k - p) if test is RegressionTest.KNAPP_HARTUNG else np.ones(len(design))
    beta = fit.beta.copy()
    beta[:, 0] += data.origin / data.unit
    covariance = inflation[:, None, None] * fit.unscaled_cov
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes = np.abs(beta) / np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
        weight = np.linalg.inv(fit.unscaled_cov[:, 1:, 1:]) / inflation[:, None, None]
        omnibus = np.einsum("bi,bij,bj->b", beta[:, 1:], weight, beta[:, 1:])
    both = np.concatenate([sizes, omnibus[:, None]], axis=1)
    return np.asarray(np.nan_to_num(both, nan=0.0, posinf=np.finfo(float).max))


def _every(k: int) -> Order:
    return np.array(list(itertools.permutations(range(k))), dtype=np.int64)


def _sample(k: int) -> Order:
    """The observed arrangement and a random sample of others: the ranks of random 64-bit integers."""
    keys = np.random.PCG64(SEED).random_raw(RANDOM_PERMUTATIONS * k).reshape(RANDOM_PERMUTATIONS, k)
    return np.concatenate([np.arange(k)[None, :], np.argsort(keys, axis=1, kind="stable")])


def _every_sign(k: int) -> Array:
    return np.array(list(itertools.product((1.0, -1.0), repeat=k)), dtype=np.float64)


def _sample_signs(k: int) -> Array:
    words = np.random.PCG64(SEED).random_raw(RANDOM_PERMUTATIONS * k).reshape(RANDOM_PERMUTATIONS, k)
    signs = np.where(words >> np.uint64(63), -1.0, 1.0)
    return np.concatenate([np.ones((1, k)), signs])
