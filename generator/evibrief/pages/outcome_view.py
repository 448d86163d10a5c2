"""The evidence behind one outcome: its plots, what was left out, other ways to pool it, how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.pages.bias_view import BiasView, bias_view
from evibrief.pages.certainty_view import CertaintyView, certainty_view
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.findings_table import CertaintyBadge, badge, finding_sentence, kind_of
from evibrief.pages.forest_view import ForestView, forest_view
from evibrief.pages.funnel_view import FunnelView, funnel_view
from evibrief.pages.growth_view import growth_view
from evibrief.pages.links import Link
from evibrief.pages.pooling_view import (
    OtherPool,
    other_pools,
    pool_of_all,
    pooling_sentences,
)
from evibrief.pages.provenance import Origin, Records, origins
from evibrief.pages.rendering import Renderer
from evibrief.records.outcomes import PooledOutcome, ReportedOutcome
from evibrief.records.sizes import Basis, SizeBands
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis.evidence import (
    NarrativeSynthesis,
    NotEstimable,
    NotPooled,
    PooledSynthesis,
    ReportedSynthesis,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A study that is not in the pool, and why."""

    study: Link
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandView:
    """From where a difference has this size, as the record gives it."""

    size: str
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """Everything below the fold on one outcome. What does not apply is empty or missing.

    ``source`` is where a reported or narrative result was read, ``caveat`` what is odd about it, ``unknown`` what the
    source does not say. ``bands_basis`` and ``risk_basis`` say who set the size bands and the baseline risk, and why.
    ``origins`` are those of ``text``, ``method``, ``standing_out`` and ``regression``.
    """

    id: str
    name: str
    definition: str
    note: str
    kind: str
    text: str
    certainty: CertaintyBadge | None
    steps: CertaintyView | None
    forest: ForestView | None
    funnel: FunnelView | None
    bias: BiasView | None
    measure: str
    effect: str
    source: str
    caveat: str
    unknown: str
    not_estimable: str
    left_out: tuple[LeftOut, ...]
    models: tuple[OtherPool, ...]
    without_one: tuple[OtherPool, ...]
    standing_out: str
    regression: tuple[str, ...]
    growing: ForestView | None
    method: str
    origins: tuple[Origin, ...]
    model_reason: str
    bands: tuple[BandView, ...]
    bands_unit: str
    bands_basis: str
    risk_basis: str
    notes: tuple[str, ...]


def outcome_view(
    brief: OutcomeBrief, summary: Summary, studies: Mapping[str, Study], records: Records, renderer: Renderer
) -> OutcomeView:
    """Return the evidence behind one outcome."""
    outcome, synthesis = brief.outcome, brief.synthesis
    found = finding_sentence(summary, brief, renderer)
    text = found.text
    pool = synthesis if isinstance(synthesis, PooledSynthesis) else None
    risk = outcome.baseline_risk if isinstance(outcome, PooledOutcome | ReportedOutcome) else None
    figures = synthesis if isinstance(synthesis, PooledSynthesis | ReportedSynthesis) else None
    source = None if isinstance(synthesis, PooledSynthesis | NotEstimable) else synthesis.source
    made = pooling_sentences(brief, renderer)
    return OutcomeView(
        id=outcome.id,
        name=outcome.name,
        definition=outcome.definition or "",
        note=outcome.note or "",
        kind=kind_of(synthesis),
        text=text,
        certainty=badge(brief.rating),
        steps=certainty_view(brief.rating, renderer) if brief.rating else None,
        forest=forest_view(outcome, pool, summary.question, text, records, renderer) if pool else None,
        funnel=funnel_view(outcome, pool, records, renderer) if pool else None,
        bias=bias_view(outcome, pool, studies, renderer) if pool else None,
        measure=renderer.speak("labels.measure", code=figures.measure.value) if figures else "",
        effect=estimate_text(figures.estimate, figures.measure, renderer.language) if figures else "",
        source=records.source(source) if source else "",
        caveat=synthesis.caveat or "" if isinstance(synthesis, ReportedSynthesis) else "",
        unknown=synthesis.unknown if isinstance(synthesis, NarrativeSynthesis) else "",
        not_estimable=synthesis.reason if isinstance(synthesis, NotEstimable) else "",
        left_out=_left_out(synthesis.not_pooled, records)
        if isinstance(synthesis, PooledSynthesis | NotEstimable)
        else (),
        models=(*pool_of_all(brief.whole, renderer), *other_pools(pool.alternatives, pool, renderer)) if pool else (),
        without_one=other_pools(pool.leave_one_out, pool, renderer) if pool else (),
        standing_out=made.standing_out.text if made.standing_out else "",
        regression=tuple(sentence.text for sentence in made.regression),
        growing=growth_view(outcome, pool, renderer) if pool else None,
        method=made.method.text if made.method else "",
        origins=origins([found, *made.all], records, renderer),
        model_reason=outcome.model.reason or "" if isinstance(outcome, PooledOutcome) else "",
        bands=_bands(outcome.bands),
        bands_unit=outcome.bands.unit if outcome.bands else "",
        bands_basis=_basis(outcome.bands.basis, records) if outcome.bands else "",
        risk_basis=_basis(risk.basis, records) if risk else "",
        notes=tuple(note.partition(": ")[2] or note for note in pool.notes) if pool else (),
    )


def _left_out(studies: Sequence[NotPooled], records: Records) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(study=records.study(study.study_id), reason=study.reason) for study in studies)


def _bands(bands: SizeBands | None) -> tuple[BandView, ...]:
    given = (("small", bands.small), ("moderate", bands.moderate), ("large", bands.large)) if bands else ()
    return tuple(BandView(size=size, start=str(start)) for size, start in given if start is not None)


def _basis(basis: Basis, records: Records) -> str:
    return records.source(basis.source) if basis.source else basis.set_by_editors_because or ""
