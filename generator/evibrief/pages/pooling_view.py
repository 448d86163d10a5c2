"""How an outcome was pooled, what other ways of pooling give, and what its result hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evibrief import __version__
from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.appraisal.ratings import Figure
from evibrief.pages import formats
from evibrief.pages.effect_texts import estimate_text
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence, Trace
from evibrief.pages.voice import say, studies_behind
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingSentences:
    """What is said of a pool beside its finding; what does not apply is missing."""

    method: Sentence | None = None
    standing_out: Sentence | None = None
    regression: tuple[Sentence, ...] = ()

    @property
    def all(self) -> tuple[Sentence, ...]:
        """Those that there are, in order."""
        single = tuple(sentence for sentence in (self.method, self.standing_out) if sentence is not None)
        return (*single, *self.regression)


def pooling_sentences(brief: OutcomeBrief, renderer: Renderer) -> PoolingSentences:
    """Say how an outcome was pooled, and what its result hangs on; nothing where it was not."""
    outcome, pool = brief.outcome, brief.synthesis
    if not isinstance(outcome, PooledOutcome) or not isinstance(pool, PooledSynthesis):
        return PoolingSentences()
    return PoolingSentences(
        method=_method(brief, outcome, pool, renderer),
        standing_out=_standing_out(brief, pool, renderer),
        regression=_regression(brief, outcome, pool, renderer),
    )


def _method(brief: OutcomeBrief, outcome: PooledOutcome, pool: PooledSynthesis, renderer: Renderer) -> Sentence:
    """Return in one sentence how an outcome was pooled, as it was done and not as it was asked for."""
    model, pooled = outcome.model, pool.pooled
    common_variance = outcome.subgroups is not None and outcome.subgroups.tau2 == "common"
    studies = pool.k if pool.three_level is None else len(pool.rows)
    inputs: dict[str, Figure] = {
        "results": studies,
        "method": model.method,
        "tau2": pooled.tau2_method.value,
        "interval": pooled.ci_method.value,
        "software": f"Evibrief {__version__}",
    }
    return say(
        renderer,
        "pages.pooling",
        rule="pooling",
        inputs=inputs,
        outcomes=(brief,),
        studies=studies,
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


def pool_of_all(whole: PooledSynthesis | None, renderer: Renderer) -> tuple[OtherPool, ...]:
    """Return the pool of all studies, where those at high risk of bias are left out of the one that counts."""
    if whole is None:
        return ()
    i2 = whole.pooled.i2
    return (
        OtherPool(
            name="with-high-risk",
            without="",
            studies=whole.k,
            effect=estimate_text(whole.estimate, whole.measure, renderer.language),
            i2="" if i2 is None else formats.percent(i2, renderer.language),
            distance="",
        ),
    )


def _standing_out(brief: OutcomeBrief, pool: PooledSynthesis, renderer: Renderer) -> Sentence | None:
    """Return which studies lie outside what the others predict, and which move the result most."""
    if not pool.influence:
        return None
    outlying = [item.label for item in pool.influence if item.figures.is_outlier]
    moving = [item.label for item in pool.influence if item.figures.is_influential]
    return say(
        renderer,
        "pages.standing-out",
        rule="standing-out",
        inputs={item.label: item.figures.rstudent for item in pool.influence if item.label in {*outlying, *moving}},
        outcomes=(brief,),
        outlying=outlying,
        moving=moving,
    )


def _regression(
    brief: OutcomeBrief, outcome: PooledOutcome, pool: PooledSynthesis, renderer: Renderer
) -> tuple[Sentence, ...]:
    """Return what the meta-regression found and what qualifies it; nothing where none was asked for."""
    made, asked = pool.regression, outcome.regression
    if made is None or asked is None:
        return ()
    notes = [_noted(brief, formats.capitalised(note.reason) + ".") for note in made.notes]
    if made.excluded:
        studies = len(made.excluded)
        inputs: dict[str, Figure] = {"left_out": studies}
        template = "pages.regression-left-out"
        notes.append(say(renderer, template, rule="regression", inputs=inputs, outcomes=(brief,), studies=studies))
    if len(made.coefficients) < 2:
        return tuple(notes)
    slope, test = made.coefficients[1], pool.permutation
    said = say(
        renderer,
        "pages.regression",
        rule="regression",
        inputs={"results": made.k, "slope": slope.estimate, "low": slope.ci_low, "high": slope.ci_high, "p": slope.p},
        outcomes=(brief,),
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
    return (said, *notes)


def _noted(brief: OutcomeBrief, text: str) -> Sentence:
    trace = Trace(
        rule="regression",
        template="note",
        inputs={},
        outcomes=(brief.outcome.id,),
        studies=studies_behind([brief]),
        fields=(f"outcomes.{brief.outcome.id}",),
    )
    return Sentence(text=text, trace=trace)


def _slope_text(slope: Coefficient, measure: Measure, renderer: Renderer) -> str:
    """The change per unit: as a factor for ratios, as a difference on the scale of analysis otherwise."""
    shown = measure if measure.is_ratio else Measure.MD
    return estimate_text(natural(shown, slope.estimate, slope.ci_low, slope.ci_high), shown, renderer.language)
