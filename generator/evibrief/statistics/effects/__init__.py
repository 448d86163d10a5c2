"""From what studies report to effect estimates with sampling variances, study by study.

:func:`effects` is the one entry; it takes columns of numbers by name and returns
:class:`~evibrief.statistics.results.Effects` on the analysis scale of the measure. A row that cannot be used is
listed with the reason, never dropped in silence and never repaired by guessing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evibrief.statistics.effects.binary import binary_effects
from evibrief.statistics.effects.columns import Column, columns_of, has_generic_columns, read_columns
from evibrief.statistics.effects.continuous import MdVariance, SmdVariance, Variants, continuous_effects
from evibrief.statistics.effects.correlations import correlation_effects
from evibrief.statistics.effects.generic import generic_effects, hazard_effects
from evibrief.statistics.effects.paired import paired_effects
from evibrief.statistics.effects.rates import rate_effects
from evibrief.statistics.effects.rows import Rows
from evibrief.statistics.effects.single_group import single_group_effects
from evibrief.statistics.measures import Measure
from evibrief.statistics.results import Effects
from evibrief.statistics.zero_cells import CorrectedStudies, ZeroCells

__all__ = ["Column", "CorrectedStudies", "MdVariance", "SmdVariance", "ZeroCells", "columns_of", "effects"]


def effects(
    measure: Measure,
    columns: Mapping[str, Column],
    *,
    zero_cells: ZeroCells | None = None,
    smd_variance: SmdVariance = SmdVariance.LS,
    md_variance: MdVariance = MdVariance.HETEROSCEDASTIC,
    rom_bias_correction: bool = False,
) -> Effects:
    """Effect estimates of one measure from columns of equal length, one value per study; group 1 is the intervention.

    Columns by measure (see :func:`columns_of`): ``events_1, n_1, events_2, n_2`` (RR OR RD PETO AS);
    ``mean_1, sd_1, n_1, mean_2, sd_2, n_2`` (MD SMD SMDH ROM); ``mean_1, sd_1, mean_2, sd_2, n, r`` with 1 after and
    2 before (SMCC SMCR MC); ``events_1, time_1, events_2, time_2`` (IRR IRD IRSD); ``o_minus_e, v`` (HR);
    ``events, n`` (PR PLO PLN PAS PFT); ``r, n`` (COR ZCOR). GEN takes ``yi`` with ``vi`` or ``sei``, and so does any
    other measure whose own columns are not given: an estimate on its analysis scale. Other columns are ignored.
    ``None`` and NaN are missing values: the row is excluded with that reason.

    Raises ValueError naming the columns that are missing or of another length than the first.
    """
    if has_generic_columns(measure, columns):
        measure = Measure.GEN
    rows = Rows(read_columns(measure, columns))
    variants = Variants(smd_variance=smd_variance, md_variance=md_variance, rom_bias_correction=rom_bias_correction)
    with np.errstate(all="ignore"):  # what cannot be computed is excluded by the rows, with a reason
        return _effects(measure, rows, zero_cells or ZeroCells(), variants)


def _effects(measure: Measure, rows: Rows, zero_cells: ZeroCells, variants: Variants) -> Effects:
    match measure:
        case Measure.RR | Measure.OR | Measure.RD | Measure.PETO | Measure.AS:
            return binary_effects(measure, rows, zero_cells=zero_cells)
        case Measure.MD | Measure.SMD | Measure.SMDH | Measure.ROM:
            return continuous_effects(measure, rows, variants=variants)
        case Measure.SMCC | Measure.SMCR | Measure.MC:
            return paired_effects(measure, rows)
        case Measure.IRR | Measure.IRD | Measure.IRSD:
            return rate_effects(measure, rows, zero_cells=zero_cells)
        case Measure.HR:
            return hazard_effects(rows)
        case Measure.PR | Measure.PLO | Measure.PLN | Measure.PAS | Measure.PFT:
            return single_group_effects(measure, rows, zero_cells=zero_cells)
        case Measure.COR | Measure.ZCOR:
            return correlation_effects(measure, rows)
        case Measure.GEN:  # pragma: no branch - there is no other measure
            return generic_effects(rows)
