"""How an outcome was pooled, what other ways of pooling give, and what its result hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief import __version__
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.rendering import Renderer
from evibrief.records.outcomes import PooledOutcome
from evibrief.statistics.influence import Influence
from evibrief.statistics.measures import Measure, Scale
from evibrief.statistics.regression import Coefficient
from evibrief.synthesis.estimates import natural
from evibrief.synthesis.evidence import Alternative, ArmFigures, PooledSynthesis, StudyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPool:
    """The same studies pooled in another way. ``name`` says which way, ``without`` the study left out.

    ``distance`` is how far that study lies from the pool of the others, in standard errors.
    """

    name: str
    without: str
    studies: int
    effect: str
    i2: str
    distance: str


def method_sentence(outcome: PooledOutcome, pool: PooledSynthesis, renderer: Renderer) -> str:
    """Return in one sentence how an outcome was pooled, as it was done and not as it was asked for."""
    model, pooled = outcome.model, pool.pooled
    common_variance = outcome.subgroups is not None and outcome.subgroups.tau2 == "common"
    return renderer.speak(
        "pages.pooling",
        studies=pool.k if pool.three_level is None else len(pool.rows),
        method=model.method,
        tau2=pooled.tau2_method.value,
        ci=pooled.ci_method.value,
        prediction=model.prediction if pooled.prediction_low is not None else "",
        several="three-level" if pool.three_level else _standing(model.several_effects, pool.rows),
        smd_variance=model.smd_variance if pool.measure is Measure.SMD else "",
        rom_correction=model.rom_correction,
        zero_cells=_zero_cells(outcome, pool.rows),
        in_variance_alone=pool.measure in (Measure.RD, Measure.IRD),
        common_variance=common_variance and pool.subgroups is not None,
        version=__version__,
    )


def _standing(rule: str, rows: Sequence[StudyRow]) -> str:
    """The rule by which several effects of one study were brought together, where a study had several."""
    if rule == "each":
        return rule if len({row.study_id for row in rows}) < len(rows) else ""
    return rule if rule != "three-level" else ""


def _zero_cells(outcome: PooledOutcome, rows: Sequence[StudyRow]) -> str:
    """What was done to zero cells, where there are any or the summary departs from the house rule."""
    if not outcome.measure.is_corrected:
        return ""
    sides = [side for row in rows for side in (row.intervention, row.comparator) if side is not None]
    if not any(map(_is_zero, sides)) and not outcome.model.chosen("zero_cells"):
        return ""
    if outcome.model.method == "IV":
        return outcome.model.zero_cells
    return "revman" if outcome.model.revman_correction else "none"


def _is_zero(side: ArmFigures) -> bool:
    return side.events == 0 or (side.person_years is None and side.events is not None and side.events == side.n)


def other_pools(pools: Sequence[Alternative], pool: PooledSynthesis, renderer: Renderer) -> tuple[OtherPool, ...]:
    """Return other ways of pooling, in print."""
    language = renderer.language
    known = _by_name(pool)
    return tuple(
        OtherPool(
            name=other.name,
            without=other.label if other.study_id else "",
            studies=other.k,
            effect=estimate_text(other.estimate, pool.measure, language),
            i2="" if other.i2 is None else formats.percent(other.i2, language),
            distance=formats.fixed(found.rstudent, 1, language) if (found := _influence(other, known)) else "",
        )
        for other in pools
    )


def _by_name(pool: PooledSynthesis) -> dict[str, Influence]:
    by_study = {item.study_id: item.figures for item in pool.influence}
    return {**by_study, **{f"label:{item.label}": item.figures for item in pool.influence}}


def _influence(other: Alternative, known: Mapping[str, Influence]) -> Influence | None:
    if other.study_id is None:
        return None
    return known.get(f"label:{other.label}") or known.get(other.study_id)


def standing_out(pool: PooledSynthesis, renderer: Renderer) -> str:
    """Return which studies lie outside what the others predict, and which move the result most."""
    if not pool.influence:
        return ""
    return renderer.speak(
        "pages.standing-out",
        outlying=[item.label for item in pool.influence if item.figures.is_outlier],
        moving=[item.label for item in pool.influence if item.figures.is_influential],
    )


def regression_sentences(outcome: PooledOutcome, pool: PooledSynthesis, renderer: Renderer) -> tuple[str, ...]:
    """Return what the meta-regression found and what qualifies it; nothing where none was asked for."""
    made, asked = pool.regression, outcome.regression
    if made is None or asked is None:
        return ()
    reasons = tuple(formats.capitalised(note.reason) + "." for note in made.notes)
    left_out = renderer.speak("pages.regression-left-out", studies=len(made.excluded)) if made.excluded else ""
    if len(made.coefficients) < 2:
        return tuple(text for text in (*reasons, left_out) if text)
    slope, test = made.coefficients[1], pool.permutation
    said = renderer.speak(
        "pages.regression",
        label=asked.label,
        studies=made.k,
        is_ratio=pool.measure.is_ratio,
        is_natural=pool.measure.scale in (Scale.LOG, Scale.IDENTITY),
        measure=pool.measure.value,
        slope=_slope_text(slope, pool.measure, renderer),
        p=slope.p,
        r2=made.r2,
        permutation_p=test.p[1] if test and len(test.p) > 1 else None,
        permutations=test.permutations if test else 0,
        is_exact=test.exact if test else False,
    )
    return tuple(text for text in (said, *reasons, left_out) if text)


def _slope_text(slope: Coefficient, measure: Measure, renderer: Renderer) -> str:
    """The change per unit: as a factor for ratios, as a difference on the scale of analysis otherwise."""
    shown = measure if measure.is_ratio else Measure.MD
    return estimate_text(natural(shown, slope.estimate, slope.ci_low, slope.ci_high), shown, renderer.language)
