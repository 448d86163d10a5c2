"""From one result of a study to one comparison: sides, columns of numbers, and notes on what was converted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evibrief.records.arms import ContinuousArm, DichotomousArm, MedianArm
from evibrief.records.results import (
    AnyResult,
    ContinuousResult,
    Contrast,
    ContrastResult,
    CorrelationResult,
    DichotomousResult,
    MedianResult,
    RateResult,
    SurvivalResult,
)
from evibrief.records.study import ArmRole, Design, Study
from evibrief.statistics.conversions.arms import Summary, combine_summaries
from evibrief.statistics.conversions.designs import (
    DesignEffect,
    crossover_difference,
    crossover_smd,
    design_effect,
    inflated_estimate,
)
from evibrief.statistics.conversions.estimates import (
    Estimate,
    estimate_from_interval,
    estimate_from_p,
    estimate_from_se,
)
from evibrief.statistics.conversions.quantiles import Quantiles, mean_sd_from_quantiles
from evibrief.statistics.conversions.spread import sd_from_interval, sd_from_se
from evibrief.statistics.measures import Measure

from .evidence import ArmFigures

_BINARY = (Measure.RR, Measure.OR, Measure.RD, Measure.PETO, Measure.AS)
_MEANS = (Measure.MD, Measure.SMD, Measure.ROM)
_RATES = (Measure.IRR, Measure.IRD, Measure.IRSD)
_PROPORTIONS = (Measure.PR, Measure.PLO, Measure.PLN, Measure.PAS)
_CORRELATIONS = (Measure.COR, Measure.ZCOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One row before its effect is computed: whom it compares, and the numbers by column name.

    ``columns`` are those of the measure, or ``yi`` and ``sei`` (analysis scale) where a printed estimate is used.
    ``averaged`` are the results whose average it is, where several of the study became one.
    """

    study: Study
    result_index: int
    intervention: ArmFigures | None
    comparator: ArmFigures | None
    participants: int | None
    columns: Mapping[str, float]
    notes: tuple[str, ...] = ()
    averaged: tuple[int, ...] = ()

    @property
    def result(self) -> AnyResult:
        """The result of the record that the row is made from; the first of them where it is an average."""
        return self.study.results[self.result_index]

    @property
    def name(self) -> str | None:
        """What the row compares, where its study has several; or of how many effects it is the average."""
        return f"average of {len(self.averaged)} effects" if self.averaged else self.result.comparison


class Unusable(Exception):
    """A result that a pool cannot use; the message says why, for the page."""


def comparison_from(study: Study, index: int, measure: Measure) -> Comparison:
    """Return the comparison that a result gives for a measure; raises Unusable, or ValueError from a conversion."""
    result = study.results[index]
    if not has_arm_data(result, measure):
        return _from_contrast(study, index, measure)
    if study.design is Design.CROSSOVER and isinstance(result, DichotomousResult | RateResult | SurvivalResult):
        raise Unusable("gave both treatments to each person, so its counts are not those of two groups")
    match result:
        case DichotomousResult():
            return _from_events(study, index, result, measure)
        case ContinuousResult() | MedianResult():
            return _from_means(study, index, result, measure)
        case RateResult():
            return _from_rates(study, index, result)
        case SurvivalResult():
            return _from_log_rank(study, index, result)
        case CorrelationResult():
            return _from_correlation(study, index, result)
        case ContrastResult():
            return _from_contrast(study, index, measure)


def has_arm_data(result: AnyResult, measure: Measure) -> bool:
    """Whether a result carries the arm-level data that a measure is computed from."""
    if measure in _BINARY + _PROPORTIONS:
        return isinstance(result, DichotomousResult)
    if measure in _MEANS:
        return isinstance(result, ContinuousResult | MedianResult)
    if measure in _RATES:
        return isinstance(result, RateResult)
    if measure is Measure.HR:
        return isinstance(result, SurvivalResult)
    return measure in _CORRELATIONS and isinstance(result, CorrelationResult)


def contrast_for(result: AnyResult, measure: Measure) -> Contrast | None:
    """Return the printed comparison of a result, if it is on this very measure."""
    contrast = result.contrast
    return contrast if contrast is not None and contrast.measure.value == measure.value else None


def arms_by_role(study: Study, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the intervention arms and the comparator arms among some arms of a study."""
    roles = {role: [name for name in names if study.arm(name).role is role] for role in ArmRole}
    return roles[ArmRole.INTERVENTION], roles[ArmRole.COMPARATOR]


def _both_sides(study: Study, names: Sequence[str]) -> tuple[list[str], list[str]]:
    intervention, comparator = arms_by_role(study, names)
    if not intervention or not comparator:
        raise Unusable("gives figures for one side of the comparison only")
    return intervention, comparator


def _label(study: Study, names: Sequence[str]) -> str:
    return " and ".join(study.arm(name).label for name in names)


def _combined_note(study: Study, names: Sequence[str]) -> tuple[str, ...]:
    return (f"combined into one group: {_label(study, names)}",) if len(names) > 1 else ()


def _clustering(study: Study) -> DesignEffect | None:
    """Return by how much a cluster trial's numbers are divided; nothing where they need no division."""
    cluster = study.cluster
    if study.design is not Design.CLUSTER or (cluster is not None and cluster.analysis_adjusted):
        return None
    if cluster is None or cluster.icc is None or cluster.mean_cluster_size is None:
        raise Unusable("randomised clusters, and the record gives neither an adjusted analysis nor what one needs")
    return design_effect(float(cluster.mean_cluster_size), float(cluster.icc))


def _clustering_note(clustering: DesignEffect | None) -> tuple[str, ...]:
    return (f"numbers reduced for clustering: {clustering.note}",) if clustering is not None else ()


def _from_events(study: Study, index: int, result: DichotomousResult, measure: Measure) -> Comparison:
    if measure in _PROPORTIONS:
        return _from_proportion(study, index, result)
    sides = _both_sides(study, list(result.arms))
    clustering = _clustering(study)
    factor = clustering.factor if clustering else 1.0
    figures = [_summed(study, names, result.arms) for names in sides]
    columns: dict[str, float] = {}
    for number, side in enumerate(figures, start=1):
        assert side.events is not None
        assert side.n is not None
        columns |= {f"events_{number}": side.events / factor, f"n_{number}": side.n / factor}
    notes = (*_clustering_note(clustering), *(note for names in sides for note in _combined_note(study, names)))
    return _made(study, index, figures, columns, notes)


def _summed(study: Study, names: Sequence[str], arms: Mapping[str, DichotomousArm]) -> ArmFigures:
    chosen = [arms[name] for name in names]
    return ArmFigures(
        label=_label(study, names), events=sum(arm.events for arm in chosen), n=sum(arm.n for arm in chosen)
    )


def _from_proportion(study: Study, index: int, result: DichotomousResult) -> Comparison:
    names = list(result.arms)
    if len(names) != 1:
        raise Unusable("gives several groups where one is described")
    arm = result.arms[names[0]]
    side = ArmFigures(label=_label(study, names), events=arm.events, n=arm.n)
    columns = {"events": float(arm.events), "n": float(arm.n)}
    return Comparison(
        study=study, result_index=index, intervention=side, comparator=None, participants=arm.n, columns=columns
    )


def _from_means(study: Study, index: int, result: ContinuousResult | MedianResult, measure: Measure) -> Comparison:
    clustering = _clustering(study)
    factor = clustering.factor if clustering else 1.0
    notes = list(_clustering_note(clustering))
    sides: list[ArmFigures | None] = []
    columns: dict[str, float] = {}
    for number, names in enumerate(_both_sides(study, list(result.arms)), start=1):
        side, converted = _mean_and_sd_of(study, names, result)
        notes += [*converted, *_combined_note(study, names)]
        sides.append(ArmFigures(label=_label(study, names), n=round(side.n), mean=side.mean, sd=side.sd))
        columns |= {f"mean_{number}": side.mean, f"sd_{number}": side.sd, f"n_{number}": side.n / factor}
    made = _made(study, index, sides, columns, tuple(notes))
    return _paired(made, measure) if study.design is Design.CROSSOVER else made


def _mean_and_sd_of(
    study: Study, names: Sequence[str], result: ContinuousResult | MedianResult
) -> tuple[Summary, tuple[str, ...]]:
    converted = [_mean_and_sd(study.arm(name).label, result.arms[name]) for name in names]
    notes = tuple(note for _, found in converted for note in found)
    if len(converted) == 1:
        return converted[0][0], notes
    whole = combine_summaries([summary for summary, _ in converted])
    return Summary(mean=whole.mean, sd=whole.sd, n=whole.n), notes


def _mean_and_sd(label: str, arm: ContinuousArm | MedianArm) -> tuple[Summary, tuple[str, ...]]:
    if isinstance(arm, MedianArm):
        q1, q3, low, high = (None if x is None else float(x) for x in (arm.q1, arm.q3, arm.minimum, arm.maximum))
        printed = Quantiles(n=arm.n, median=float(arm.median), q1=q1, q3=q3, minimum=low, maximum=high)
        converted = mean_sd_from_quantiles(printed)
        return Summary(mean=converted.mean, sd=converted.sd, n=arm.n), (f"{label}: {converted.note}",)
    mean = float(arm.mean)
    if arm.sd is not None:
        return Summary(mean=mean, sd=float(arm.sd), n=arm.n), ()
    if arm.se is not None:
        spread = sd_from_se(float(arm.se), arm.n)
    else:
        assert arm.ci_low is not None
        assert arm.ci_high is not None
        spread = sd_from_interval(float(arm.ci_low), float(arm.ci_high), arm.n)
    return Summary(mean=mean, sd=spread.sd, n=arm.n), (f"{label}: {spread.note}",)


def _paired(made: Comparison, measure: Measure) -> Comparison:
    """Analyse a crossover trial as paired, which needs the correlation between a person's two values."""
    crossover = made.study.crossover
    if crossover is None or crossover.correlation is None:
        raise Unusable("gave both treatments to each person, and the record has no correlation for a paired analysis")
    mean_1, sd_1, n_1, mean_2, sd_2, n_2 = (made.columns[f"{name}_{i}"] for i in (1, 2) for name in ("mean", "sd", "n"))
    if n_1 != n_2:
        raise Unusable("gave both treatments to each person, but counts different people under each")
    r = float(crossover.correlation)
    if measure is Measure.SMD:
        smd = crossover_smd(mean_1 - mean_2, sd_1, sd_2, r, n_1)
        columns, note = {"yi": smd.yi, "sei": smd.se}, smd.note
    elif measure is Measure.MD:
        difference = crossover_difference(mean_1 - mean_2, sd_1, sd_2, r, n_1)
        columns, note = {"yi": difference.difference, "sei": difference.se}, difference.note
    else:
        raise Unusable(f"gave both treatments to each person, which {measure} cannot use")
    return replace(made, columns=columns, participants=round(n_1), notes=(*made.notes, note))


def _from_rates(study: Study, index: int, result: RateResult) -> Comparison:
    sides = _both_sides(study, list(result.arms))
    clustering = _clustering(study)
    factor = clustering.factor if clustering else 1.0
    figures: list[ArmFigures | None] = []
    columns: dict[str, float] = {}
    for number, names in enumerate(sides, start=1):
        arms = [result.arms[name] for name in names]
        events, years = sum(arm.events for arm in arms), float(sum(arm.person_years for arm in arms))
        known = [arm.n for arm in arms if arm.n is not None]
        people = sum(known) if len(known) == len(arms) else None
        figures.append(ArmFigures(label=_label(study, names), events=events, n=people, person_years=years))
        columns |= {f"events_{number}": events / factor, f"time_{number}": years / factor}
    return _made(study, index, figures, columns, _clustering_note(clustering))


def _from_log_rank(study: Study, index: int, result: SurvivalResult) -> Comparison:
    clustering = _clustering(study)
    factor = clustering.factor if clustering else 1.0
    columns = {"o_minus_e": float(result.o_minus_e) / factor, "v": float(result.v) / factor}
    intervention, comparator = arms_by_role(study, list(result.arms))
    figures = []
    for names in (intervention, comparator):
        arms = [result.arms[name] for name in names]
        events = [arm.events for arm in arms if arm.events is not None]
        people = [arm.n for arm in arms if arm.n is not None]
        figures.append(
            ArmFigures(
                label=_label(study, names),
                events=sum(events) if events and len(events) == len(arms) else None,
                n=sum(people) if people and len(people) == len(arms) else None,
            )
            if names
            else None
        )
    return _made(study, index, figures, columns, _clustering_note(clustering))


def _from_correlation(study: Study, index: int, result: CorrelationResult) -> Comparison:
    (name,) = result.arms
    arm = result.arms[name]
    side = ArmFigures(label=_label(study, [name]), n=arm.n)
    columns = {"r": float(arm.r), "n": float(arm.n)}
    return Comparison(
        study=study, result_index=index, intervention=side, comparator=None, participants=arm.n, columns=columns
    )


def _from_contrast(study: Study, index: int, measure: Measure) -> Comparison:
    result = study.results[index]
    contrast = contrast_for(result, measure)
    assert contrast is not None
    made = _printed_estimate(contrast, measure)
    notes: tuple[str, ...] = (made.note,)
    if (clustering := _clustering(study)) is not None:
        made = inflated_estimate(made.yi, made.se, clustering)
        notes = (*notes, made.note)
    people = _people_behind(study, result, contrast)
    return _made(study, index, people, {"yi": made.yi, "sei": made.se}, notes)


def _printed_estimate(contrast: Contrast, measure: Measure) -> Estimate:
    value, scale = float(contrast.estimate), measure.scale
    if contrast.ci_low is not None and contrast.ci_high is not None:
        low, high = float(contrast.ci_low), float(contrast.ci_high)
        return estimate_from_interval(value, low, high, scale, level=contrast.level)
    if contrast.se is not None:
        return estimate_from_se(value, float(contrast.se), scale)
    if contrast.p is not None:
        return estimate_from_p(value, float(contrast.p), scale)
    raise Unusable("prints an estimate without interval, standard error or p-value")


def _people_behind(study: Study, result: AnyResult, contrast: Contrast) -> list[ArmFigures | None]:
    if not isinstance(result, ContrastResult):
        return [None, None]
    names = list(contrast.arms or result.arms)
    figures: list[ArmFigures | None] = []
    for side in arms_by_role(study, names):
        known = [result.arms[name].n for name in side if name in result.arms]
        people = sum(known) if side and len(known) == len(side) else None
        figures.append(ArmFigures(label=_label(study, side), n=people) if side else None)
    return figures


def _made(
    study: Study,
    index: int,
    figures: Sequence[ArmFigures | None],
    columns: Mapping[str, float],
    notes: tuple[str, ...],
) -> Comparison:
    people = [side.n for side in figures if side is not None and side.n is not None]
    return Comparison(
        study=study,
        result_index=index,
        intervention=figures[0],
        comparator=figures[1],
        participants=sum(people) if len(people) == 2 else None,
        columns=columns,
        notes=notes,
    )
