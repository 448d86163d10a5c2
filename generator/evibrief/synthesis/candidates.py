"""The rows of a pool before they have weights: every study of the summary is among them, or listed with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evibrief.records.outcomes import PooledOutcome
from evibrief.records.pooling_choices import Model
from evibrief.records.study import Study
from evibrief.statistics.clustered_pool import ClusteredPool, pool_clustered
from evibrief.statistics.effects import CorrectedStudies, SmdVariance, ZeroCells, columns_of, effects
from evibrief.statistics.mantel_haenszel import mantel_haenszel, mantel_haenszel_random
from evibrief.statistics.measures import Measure
from evibrief.statistics.peto import peto
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Effects, Pooled, PredictionMethod, Tau2Method

from .arm_data import Comparison
from .comparisons import comparisons_of
from .evidence import NotPooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A comparison with its effect on the analysis scale."""

    comparison: Comparison
    yi: float
    vi: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The rows that can be pooled, and the studies that cannot. Together they name every study."""

    candidates: tuple[Candidate, ...]
    not_pooled: tuple[NotPooled, ...]


def gather(outcome: PooledOutcome, studies: Sequence[Study]) -> Gathered:
    """Return the rows of an outcome in the order of the studies."""
    reasons = {item.study: item.reason for item in outcome.set_aside}
    comparisons: list[Comparison] = []
    not_pooled: list[NotPooled] = []
    for study in studies:
        selection = comparisons_of(study, outcome) if study.id not in reasons else None
        if selection is not None and selection.reason is None:
            comparisons.extend(selection.comparisons)
        else:
            reason = reasons.get(study.id) or (selection.reason if selection else None) or ""
            not_pooled.append(NotPooled(study_id=study.id, label=study.label, reason=reason))
    candidates, without_effect = _with_effects(outcome, comparisons)
    return Gathered(candidates=candidates, not_pooled=(*not_pooled, *without_effect))


def _with_effects(
    outcome: PooledOutcome, comparisons: Sequence[Comparison]
) -> tuple[tuple[Candidate, ...], tuple[NotPooled, ...]]:
    measure = Measure(outcome.measure)
    found: dict[int, Candidate] = {}
    refused: dict[int, str] = {}
    for names in sorted({tuple(sorted(row.columns)) for row in comparisons}):
        members = [index for index, row in enumerate(comparisons) if tuple(sorted(row.columns)) == names]
        if outcome.model.method == "MH" and "yi" in names:
            refused |= dict.fromkeys(members, "prints an estimate only, which the Mantel-Haenszel method cannot use")
            continue
        columns = {name: [comparisons[index].columns[name] for index in members] for name in names}
        made = _effects(measure, columns, outcome.model)
        remarks = {int(note.field.removeprefix("row:")): note.reason for note in made.notes}
        for position, yi, vi in zip(made.rows, made.yi, made.vi, strict=True):
            row = comparisons[members[position]]
            notes = (*row.notes, remarks[position]) if position in remarks else row.notes
            found[members[position]] = Candidate(comparison=row, yi=yi, vi=vi, notes=notes)
        refused |= {members[exclusion.row]: exclusion.reason for exclusion in made.excluded}
    not_pooled = tuple(
        NotPooled(study_id=row.study.id, label=row_label(row), reason=refused[index])
        for index, row in enumerate(comparisons)
        if index in refused
    )
    return tuple(found[index] for index in sorted(found)), not_pooled


def _effects(measure: Measure, columns: dict[str, list[float]], model: Model) -> Effects:
    """Compute effects by the formulas that the model chooses."""
    unequal = measure is Measure.SMD and model.smd_variance == "H" and "yi" not in columns
    proportional = model.zero_cells == "proportional"
    return effects(
        Measure.SMDH if unequal else measure,
        columns,
        zero_cells=ZeroCells(
            to=CorrectedStudies.ONLY_ZERO if proportional else CorrectedStudies(model.zero_cells),
            proportional=proportional,
        ),
        smd_variance=SmdVariance.LS if model.smd_variance == "H" else SmdVariance(model.smd_variance),
        rom_bias_correction=model.rom_correction,
    )


def row_label(row: Comparison) -> str:
    """Return how tables name a row: the study, and its comparison where it has several."""
    return f"{row.study.label} ({row.name})" if row.name else row.study.label


def pool_candidates(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> Pooled:
    """Pool rows by the outcome's model; two studies alone by the house rule for so few."""
    model = outcome.model
    measure = Measure(outcome.measure)
    if model.several_effects == "three-level":
        return clustered(candidates).pooled
    if len(candidates) > 1 and model.method == "MH":
        columns = _columns(measure, candidates)
        if model.tau2 == "DL":  # RevMan 5's random effects
            return mantel_haenszel_random(measure, columns, corrected=model.revman_correction)
        return mantel_haenszel(measure, columns, corrected=model.revman_correction)
    if len(candidates) > 1 and model.method == "PETO" and measure is Measure.PETO:
        return peto(_columns(measure, candidates))
    return pool(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        tau2_method=Tau2Method.CE if model.method == "PETO" else Tau2Method(model.tau2),
        ci_method=CiMethod.WALD if model.method == "PETO" else CiMethod(model.ci),
        prediction_method=PredictionMethod(model.prediction),
        few_studies_rule=model.method == "IV",
    )


def clustered(candidates: Sequence[Candidate]) -> ClusteredPool:
    """Pool rows by the three-level model, with the studies as its second level."""
    return pool_clustered(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        [row.comparison.study.id for row in candidates],
    )


def _columns(measure: Measure, candidates: Sequence[Candidate]) -> dict[str, list[float]]:
    return {name: [row.comparison.columns[name] for row in candidates] for name in columns_of(measure)}
