"""How fast pooling is, beside a plain loop and whatever other engines are installed.

The sets are random: log-normal sampling variances, tau2 = 0.05. Times are the best of several runs.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_many import pool_many
from evibrief.statistics.results import Tau2Method

SETS = 10_000
STUDIES = 8
SEED = 20260101
PEER_SETS = 200  # a peer's loop is timed over this many sets and scaled up


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One measurement: seconds for ``sets`` meta-analyses of ``k`` studies, or why there is none."""

    engine: str
    task: str
    sets: int
    k: int
    seconds: float | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Estimates and variances, (M, K)."""

    y: np.ndarray[Any, np.dtype[np.float64]]
    v: np.ndarray[Any, np.dtype[np.float64]]


def random_sets(sets: int, k: int) -> Sets:
    """Sets that look like meta-analyses of standardised differences."""
    rng = np.random.default_rng(SEED)
    v = rng.lognormal(-2.0, 0.8, (sets, k))
    return Sets(y=0.2 + rng.normal(size=(sets, k)) * np.sqrt(v + 0.05), v=v)


def best(run: Callable[[], object], repeats: int = 7) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def timings() -> list[Timing]:
    """All measurements, ours first."""
    bulk = random_sets(SETS, STUDIES)
    return [*_ours(bulk), *_single(), *_peers(bulk)]


def _ours(bulk: Sets) -> list[Timing]:
    lists = list(zip(bulk.y[:1000].tolist(), bulk.v[:1000].tolist(), strict=True))
    loop = best(lambda: [pool(y, v) for y, v in lists], repeats=2) * SETS / len(lists)
    full = "REML, guarded HKSJ, prediction, I2, Q, p"
    runs = {
        full: lambda: pool_many(bulk.y, bulk.v),
        f"{full}, Q-profile": lambda: pool_many(bulk.y, bulk.v, tau2_ci=True),
        "the same with DL": lambda: pool_many(bulk.y, bulk.v, tau2_method=Tau2Method.DL),
        "the same with PM": lambda: pool_many(bulk.y, bulk.v, tau2_method=Tau2Method.PM),
    }
    ours = [
        Timing(engine="evibrief, batch", task=task, sets=SETS, k=STUDIES, seconds=best(run, repeats=15))
        for task, run in runs.items()
    ]
    looped = Timing(
        engine="evibrief, loop of pool()",
        task=f"{full}, Q-profile",
        sets=SETS,
        k=STUDIES,
        seconds=loop,
        note="from 1,000",
    )
    return [*ours, looped]


def _single() -> list[Timing]:
    found = []
    for k in (10, 100, 1000):
        one = random_sets(1, k)
        y, v = one.y[0].tolist(), one.v[0].tolist()
        seconds = best(lambda y=y, v=v: pool(y, v), repeats=300)  # type: ignore[misc]
        found.append(Timing(engine="evibrief, pool()", task="everything", sets=1, k=k, seconds=seconds))
        seconds = best(lambda one=one: pool_many(one.y, one.v), repeats=300)  # type: ignore[misc]
        found.append(Timing(engine="evibrief, batch of one", task="without Q-profile", sets=1, k=k, seconds=seconds))
    return found


def _peers(bulk: Sets) -> list[Timing]:
    return [
        _peer("statsmodels", "PM loop", lambda: _statsmodels(bulk)),
        _peer("pymare", "REML loop", lambda: _pymare(bulk)),
        _peer("pymetaanalysis", "REML loop", lambda: _pymetaanalysis(bulk)),
        _metafor(bulk),
    ]


def _peer(package: str, task: str, run: Callable[[], Callable[[], object]]) -> Timing:
    try:
        installed = version(package)
    except PackageNotFoundError:
        return Timing(engine=package, task=task, sets=SETS, k=STUDIES, seconds=None, note="not installed")
    seconds = best(run(), repeats=2) * SETS / PEER_SETS
    note = f"version {installed}, from {PEER_SETS}"
    return Timing(engine=package, task=task, sets=SETS, k=STUDIES, seconds=seconds, note=note)


def _statsmodels(bulk: Sets) -> Callable[[], object]:
    combine = import_module("statsmodels.stats.meta_analysis").combine_effects
    return lambda: [combine(bulk.y[i], bulk.v[i], method_re="iterated").summary_frame() for i in range(PEER_SETS)]


def _pymare(bulk: Sets) -> Callable[[], object]:
    estimator = import_module("pymare.estimators").VarianceBasedLikelihoodEstimator(method="REML")
    dataset = import_module("pymare").Dataset

    def run() -> None:
        for i in range(PEER_SETS):
            summary = estimator.fit_dataset(dataset(y=bulk.y[i], v=bulk.v[i])).summary()
            summary.get_fe_stats()
            summary.get_heterogeneity_stats()

    return run


def _pymetaanalysis(bulk: Sets) -> Callable[[], object]:
    meta_analysis = import_module("meta_analyze").meta_analysis
    return lambda: [
        meta_analysis(effect=bulk.y[i], variance=bulk.v[i], model="random", tau2_method="REML")
        for i in range(PEER_SETS)
    ]


_R_LOOP = """
suppressPackageStartupMessages(library(metafor))
x <- as.matrix(read.csv(file("stdin"), header=FALSE)); k <- ncol(x) / 2
loop <- function() for (i in seq_len(nrow(x))) {
  fit <- try(rma(x[i, 1:k], x[i, k + 1:k], test="knha"), silent=TRUE)
  if (!inherits(fit, "try-error")) predict(fit)
}
times <- replicate(2, system.time(loop())[["elapsed"]])
cat(min(times), as.character(packageVersion("metafor")))
"""


def _metafor(bulk: Sets) -> Timing:
    missing = Timing(engine="metafor", task="REML loop", sets=SETS, k=STUDIES, seconds=None, note="not installed")
    r = shutil.which("Rscript")
    if r is None:
        return missing
    rows = np.hstack((bulk.y, bulk.v))[:PEER_SETS].tolist()
    table = "\n".join(",".join(map(repr, row)) for row in rows)
    done = subprocess.run([r, "-e", _R_LOOP], input=table, text=True, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        return missing
    seconds, installed = done.stdout.split()
    return Timing(
        engine="metafor",
        task="REML loop, HKSJ, prediction",
        sets=SETS,
        k=STUDIES,
        seconds=float(seconds) * SETS / PEER_SETS,
        note=f"version {installed}, from {PEER_SETS}",
    )
