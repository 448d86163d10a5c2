"""Peto's method: observed less expected events over their variance, for rare events and for hazard ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evibrief.statistics.effects import Column, effects
from evibrief.statistics.measures import Measure
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Pooled, PoolingMethod, Tau2Method


def peto(columns: Mapping[str, Column], *, level: float = 0.95) -> Pooled:
    """The common log odds ratio of ``events_1, n_1, events_2, n_2``, or log hazard ratio of ``o_minus_e, v``.

    Both are sum (O - E) / sum V with variance 1 / sum V (Yusuf 1985), which is the common effect of the study
    estimates (O - E) / V. Rows are those that :func:`~evibrief.statistics.effects.effects` includes. Raises
    ValueError if there is none.
    """
    measure = Measure.HR if "o_minus_e" in columns else Measure.PETO
    studies = effects(measure, columns)
    pooled = pool(studies.yi, studies.vi, tau2_method=Tau2Method.CE, ci_method=CiMethod.WALD, level=level)
    return replace(pooled, method=PoolingMethod.PETO)
