"""What is looked at around a pool: other models, subgroups, single studies, time, and signs of small-study effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from evibrief.records.fields import Characteristic
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.pooling_choices import Model
from evibrief.records.study import Study
from evibrief.statistics.dependence import SelectionRule
from evibrief.statistics.mantel_haenszel import NotEstimableError
from evibrief.statistics.measures import Measure
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Note, Pooled, PredictionMethod, Tau2Method
from evibrief.statistics.sensitivity import cumulative
from evibrief.statistics.sensitivity import leave_one_out as without_each
from evibrief.statistics.small_study import SmallStudyTest, Table, small_study_effects
from evibrief.statistics.subgroups import Subgroup, SubgroupTau2, subgroups, subgroups_common_tau2
from evibrief.statistics.trim_and_fill import TrimAndFill, trim_and_fill_if_enough

from .candidates import Candidate, pool_candidates, row_label
from .dependent import reduced
from .estimates import natural
from .evidence import Alternative, Cumulative, StudyRow, SubgroupAnalysis, SubgroupPool

# Levels at which a study's results may mislead (RoB 2 and RoB 1: high; ROBINS-I: serious, critical).
HIGH_RISK = ("high", "serious", "critical")


def characteristic(candidate: Candidate, name: str) -> Characteristic | None:
    """Return a feature of the row, or else of its study; of an average, what all its effects share."""
    row = candidate.comparison
    results = [row.study.results[index] for index in row.averaged] or [row.result]
    values = [result.characteristics.get(name, row.study.characteristics.get(name)) for result in results]
    return values[0] if all(value == values[0] for value in values) else None


def subgroup_of(outcome: PooledOutcome, candidate: Candidate) -> str | None:
    """Return the name of the row's subgroup, where the outcome has subgroups and the row says which."""
    if outcome.subgroups is None:
        return None
    value = characteristic(candidate, outcome.subgroups.by)
    return None if value is None else str(value)


def subgroup_analysis(
    outcome: PooledOutcome, candidates: Sequence[Candidate], rows: Sequence[StudyRow]
) -> SubgroupAnalysis | None:
    """Pool each subgroup by the outcome's model, and test the difference between them."""
    if outcome.subgroups is None:
        return None
    names = sorted({name for row in candidates if (name := subgroup_of(outcome, row)) is not None})
    if len(names) < 2:
        return None
    measure = Measure(outcome.measure)
    members = {name: [i for i, row in enumerate(candidates) if subgroup_of(outcome, row) == name] for name in names}
    try:
        pools = {name: pool_candidates(outcome, [candidates[i] for i in members[name]]) for name in names}
    except NotEstimableError:  # a subgroup without events cannot be compared
        return None
    test = _between_groups(outcome, candidates, list(pools.values()))
    if test.shared:
        pools = {name: _sharing(pools[name], test.shared[name]) for name in names if name in test.shared}
    groups = tuple(
        SubgroupPool(
            name=name,
            rows=tuple(rows[i] for i in members[name]),
            pooled=made,
            estimate=natural(measure, made.estimate, made.ci_low, made.ci_high),
        )
        for name, made in pools.items()
    )
    return SubgroupAnalysis(
        by=outcome.subgroups.by,
        label=outcome.subgroups.label,
        groups=groups,
        q=test.q,
        df=test.df,
        p=test.p,
        tau2=SubgroupTau2.COMMON if test.shared else SubgroupTau2.SEPARATE,
        df2=test.df2,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Between:
    """The test between subgroups; ``shared`` are the subgroups themselves where they share one variance."""

    q: float | None
    df: int | None
    p: float | None
    df2: int | None = None
    shared: Mapping[str, Subgroup] = field(default_factory=dict)


def _between_groups(outcome: PooledOutcome, candidates: Sequence[Candidate], pools: Sequence[Pooled]) -> _Between:
    """Test the difference between subgroups: Q on their estimates (Borenstein 2009, chapter 19)."""
    model = outcome.model
    if model.method == "IV" and model.several_effects != "three-level":
        common = outcome.subgroups is not None and outcome.subgroups.tau2 == "common"
        yi, vi = [row.yi for row in candidates], [row.vi for row in candidates]
        names = [subgroup_of(outcome, row) for row in candidates]
        tau2_method = Tau2Method(model.tau2)
        if common:
            by_f = model.ci.startswith("hksj")
            test = subgroups_common_tau2(yi, vi, names, tau2_method=tau2_method, knapp_hartung=by_f)
        else:
            test = subgroups(yi, vi, names, tau2_method=tau2_method, few_studies_rule=True)
        shared = {group.label: group for group in test.groups} if common else {}
        return _Between(q=test.statistic, df=test.df, p=test.p, df2=test.df2, shared=shared)
    variances = [made.se**2 for made in pools if made.se]
    estimates = [made.estimate for made in pools if made.se]
    between = pool(estimates, variances, tau2_method=Tau2Method.CE, ci_method=CiMethod.WALD)
    return _Between(q=between.q, df=between.q_df, p=between.q_p)


def _sharing(own: Pooled, shared: Subgroup) -> Pooled:
    """The pool of a subgroup with the variance that all share; what belongs to a variance of its own goes."""
    note = Note(field="tau2", reason="one variance between studies for all subgroups")
    return replace(
        own,
        estimate=shared.estimate,
        se=shared.se,
        ci_low=shared.ci_low,
        ci_high=shared.ci_high,
        statistic=None,
        df=None,
        p=shared.p,
        tau2=shared.tau2,
        tau2_ci_low=None,
        tau2_ci_high=None,
        prediction_low=None,
        prediction_high=None,
        notes=(note,),
    )


def leave_one_out(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """Pool again without each row (in a three-level model, each study) in turn; nothing where fewer than two remain."""
    if len(candidates) < 3:
        return ()
    measure = Measure(outcome.measure)
    if outcome.model.several_effects == "three-level":
        return _without_each_study(outcome, candidates)
    if outcome.model.method == "IV":
        model = outcome.model
        again = without_each(
            [row.yi for row in candidates],
            [row.vi for row in candidates],
            tau2_method=Tau2Method(model.tau2),
            ci_method=CiMethod(model.ci),
            prediction_method=PredictionMethod(model.prediction),
            few_studies_rule=True,
        )
        return tuple(
            Alternative(
                name="without",
                study_id=candidates[item.row].comparison.study.id,
                label=row_label(candidates[item.row].comparison),
                k=item.k,
                estimate=natural(measure, item.estimate, item.ci_low, item.ci_high),
                tau2=item.tau2,
                i2=item.i2,
            )
            for item in again
        )
    made = (
        _alternative(outcome, "without", [*candidates[:i], *candidates[i + 1 :]], left_out=row)
        for i, row in enumerate(candidates)
    )
    return tuple(item for item in made if item is not None)


def _without_each_study(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    studies = {row.comparison.study.id: row.comparison.study for row in candidates}
    if len(studies) < 3:
        return ()
    measure, made = Measure(outcome.measure), []
    for study in studies.values():
        others = [row for row in candidates if row.comparison.study.id != study.id]
        pooled = pool_candidates(outcome, others)
        made.append(
            Alternative(
                name="without",
                study_id=study.id,
                label=study.label,
                k=len(studies) - 1,
                estimate=natural(measure, pooled.estimate, pooled.ci_low, pooled.ci_high),
                tau2=pooled.tau2,
                i2=pooled.i2,
            )
        )
    return tuple(made)


def _alternative(
    outcome: PooledOutcome, name: str, candidates: Sequence[Candidate], *, left_out: Candidate | None = None
) -> Alternative | None:
    measure = Measure(outcome.measure)
    try:
        made = pool_candidates(outcome, candidates)
    except NotEstimableError:  # the study left out had the only events
        return None
    return Alternative(
        name=name,
        study_id=left_out.comparison.study.id if left_out else None,
        label=row_label(left_out.comparison) if left_out else "",
        k=made.k,
        estimate=natural(measure, made.estimate, made.ci_low, made.ci_high),
        tau2=made.tau2,
        i2=made.i2,
    )


def other_models(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> tuple[Alternative, ...]:
    """Pool the same rows by the other kind of model, and without the studies at high risk of bias."""
    if len(candidates) < 2:
        return ()
    common = outcome.model.method != "IV" or outcome.model.tau2 == "CE"
    rows = candidates
    if outcome.model.several_effects == "three-level":
        name, other, rows = "one-per-study", Model(), reduced(outcome, candidates, SelectionRule.AVERAGE)
    elif common:
        name, other = "random-effects", Model()
    else:
        reason = "a sensitivity analysis"
        name, other = "common-effect", Model(tau2="CE", ci="wald", reason=reason)
    made = [_alternative(outcome.model_copy(update={"model": other}), name, rows)]
    trusted = [row for row in candidates if risk_of(outcome, row.comparison.study) not in HIGH_RISK]
    if 0 < len(trusted) < len(candidates):
        made.append(_alternative(outcome, "without-high-risk", trusted))
    return tuple(item for item in made if item is not None)


def risk_of(outcome: PooledOutcome, study: Study) -> str | None:
    """Return the overall risk of bias of a study for an outcome, where somebody assessed it."""
    assessment = study.risk_for(outcome.in_records)
    return assessment.overall.level.value if assessment else None


def cumulative_pools(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> tuple[Cumulative, ...]:
    """Pool the studies as they came out, year by year; nothing where a year is unknown or there are fewer than three.

    By inverse variance whatever the outcome's method, with the outcome's model for the variance between studies.
    """
    years = [row.comparison.study.year for row in candidates]
    if len(candidates) < 3 or any(year is None for year in years):
        return ()
    order = sorted(range(len(candidates)), key=lambda i: (years[i] or 0, candidates[i].comparison.study.id, i))
    measure = Measure(outcome.measure)
    common = outcome.model.method != "IV"
    made = cumulative(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        order,
        tau2_method=Tau2Method.CE if common else Tau2Method(outcome.model.tau2),
        ci_method=CiMethod.WALD if common else CiMethod(outcome.model.ci),
        few_studies_rule=True,
    )
    return tuple(
        Cumulative(
            label=row_label(candidates[item.row].comparison),
            year=years[item.row] or 0,
            k=item.k,
            estimate=natural(measure, item.estimate, item.ci_low, item.ci_high),
        )
        for item in made
    )


def small_study_test(measure: Measure, candidates: Sequence[Candidate]) -> SmallStudyTest:
    """Test whether small studies show other effects than large ones; below ten studies, the reason why not."""
    rows = [row.comparison.columns for row in candidates]
    tables = arms = None
    if all("events_1" in row and "n_1" in row for row in rows):
        tables = [Table(**{name: row[name] for name in ("events_1", "n_1", "events_2", "n_2")}) for row in rows]
    if all("mean_1" in row for row in rows):
        arms = [(row["n_1"], row["n_2"]) for row in rows]
    return small_study_effects(
        measure, [row.yi for row in candidates], [row.vi for row in candidates], tables=tables, arms=arms
    )


def trimmed_and_filled(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> TrimAndFill:
    """Fill in the mirror images of the studies that a lopsided funnel lacks; below ten studies, the reason why not."""
    common = outcome.model.method != "IV"
    return trim_and_fill_if_enough(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        tau2_method=Tau2Method.CE if common else Tau2Method(outcome.model.tau2),
        ci_method=CiMethod.WALD if common else CiMethod(outcome.model.ci),
    )
