"""Who is counted, how often and as what: clusters, crossovers, arms that serve twice. And rows that stand out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from evibrief.errors import Severity
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.results import ContinuousResult, DichotomousResult, MedianResult, RateResult, SurvivalResult
from evibrief.records.study import Design, Study
from evibrief.records.summary import Summary
from evibrief.statistics.tails import two_sided
from evibrief.synthesis.candidates import Candidate, gather

from .printed import shown
from .remarks import Check, Remark, remark

COUNTED_TWICE = Check(
    code="p33-counted-twice",
    title="A study brings more people to a pool than it has",
    severity=Severity.ERROR,
    rule="people of all its rows in one pool, shared comparators divided, <= people randomised (not in crossover"
    " trials)",
    source="Cochrane Handbook 23.3",
    may_stand=False,
)
ONE_ROW = Check(
    code="p34-one-row-per-study",
    title="The same arms stand in one pool more than once",
    severity=Severity.ERROR,
    rule="rows of one study with the same arms differ in neither instrument nor time point (subgroups of people may)",
    source="Kadlec 2023, doi:10.1007/s40279-022-01766-0: 45 % ignored that observations were correlated",
)
CLUSTERS = Check(
    code="p35-clusters-ignored",
    title="A cluster trial without what its analysis needs",
    severity=Severity.WARNING,
    rule="design cluster needs analysis_adjusted, or icc and mean_cluster_size; until then it is not pooled",
    source="Cochrane Handbook 23.1",
)
CROSSOVER = Check(
    code="p36-crossover-unpaired",
    title="A crossover trial without what a paired analysis needs",
    severity=Severity.WARNING,
    rule="design crossover with means needs correlation, or a printed contrast from a paired analysis",
    source="Cochrane Handbook 23.2",
)
CROSSOVER_COUNTS = Check(
    code="p36-crossover-counts",
    title="Counts of a crossover trial as if each person were two",
    severity=Severity.WARNING,
    rule="events of a crossover trial come as a contrast from a paired analysis; counts by treatment are not pooled",
    source="Cochrane Handbook 23.2",
)
OUTLIER = Check(
    code="p26-outlier",
    title="A study far from what the others predict",
    severity=Severity.WARNING,
    rule="studentised deleted residual as unlikely as 3 SDs of a normal (p < 0.0027), by t with k - 2 degrees of"
    " freedom, as the heterogeneity is itself estimated; random effects (DerSimonian-Laird), 4 rows or more",
    source="Viechtbauer and Cheung 2010, Res Synth Methods 1:112 (who use 1.96); threshold ours",
)
VARIANCES = Check(
    code="p30-variance-ratio",
    title="One study is beyond measure more precise than another",
    severity=Severity.WARNING,
    rule="largest variance / smallest variance >= 10^7",
    source="metafor, rma.uni (its own warning)",
)

OUTLYING = 3.0
OUTLYING_P = two_sided(OUTLYING, None)
FEWEST_ROWS = 4
LARGEST_VARIANCE_RATIO = 1e7


def design_needs(study: Study) -> Iterator[Remark]:
    """P35, P36: clusters and crossovers come with what their analysis needs."""
    cluster, crossover = study.cluster, study.crossover
    if study.design is Design.CLUSTER and (
        cluster is None
        or not (cluster.analysis_adjusted or (cluster.icc is not None and cluster.mean_cluster_size is not None))
    ):
        text = "clusters were randomised, and nothing here allows for them; the study is not pooled"
        advice = "give cluster.icc and cluster.mean_cluster_size, or analysis_adjusted: true"
        yield remark(CLUSTERS, study, ("design",), text, advice)
    means = [
        result
        for result in study.results
        if isinstance(result, ContinuousResult | MedianResult) and not result.contrast
    ]
    if study.design is Design.CROSSOVER and means and (crossover is None or crossover.correlation is None):
        text = "each person had both treatments, and nothing here allows a paired analysis; the study is not pooled"
        advice = "give crossover.correlation, or the contrast of the paper's paired analysis"
        yield remark(CROSSOVER, study, ("design",), text, advice)
    for index, result in enumerate(study.results if study.design is Design.CROSSOVER else ()):
        if isinstance(result, DichotomousResult | RateResult | SurvivalResult):
            text = "each person had both treatments, so these counts are not those of two groups, and are not pooled"
            advice = "give the paired comparison as a result of type contrast"
            yield remark(CROSSOVER_COUNTS, study, ("results", index), text, advice)


def pools(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P26, P30, P33, P34: the rows of each pool, as they are pooled."""
    included = [studies[name] for name in summary.studies]
    for outcome in summary.outcomes:
        if isinstance(outcome, PooledOutcome):
            rows = gather(outcome, included).candidates
            by_study: dict[str, list[Candidate]] = {}
            for row in rows:
                by_study.setdefault(row.comparison.study.id, []).append(row)
            for own in by_study.values():
                yield from _counted(own)
                yield from _repeated(own)
            yield from _outliers(rows)
            yield from _variances(rows)


def _counted(own: Sequence[Candidate]) -> Iterator[Remark]:
    study = own[0].comparison.study
    allocated = [arm.n_randomised for arm in study.arms]
    known = [n for n in allocated if n is not None]
    total = study.n_randomised or (sum(known) if len(known) == len(allocated) else None)
    if len(own) < 2 or total is None or study.design is Design.CROSSOVER:
        return
    people = sum(_people(row) for row in own)
    if people > total + 0.5:
        text = f"its {len(own)} rows count {shown(people)} people, but {total} were randomised"
        advice = "give one row for these people, or rows that name who is in them"
        at = ("results", own[0].comparison.result_index, "arms")
        yield remark(COUNTED_TWICE, study, at, text, advice, counted=people, randomised=total)


def _people(row: Candidate) -> float:
    columns = row.comparison.columns
    if "n_1" in columns and "n_2" in columns:
        return columns["n_1"] + columns["n_2"]
    return float(row.comparison.participants or 0)


def _repeated(own: Sequence[Candidate]) -> Iterator[Remark]:
    first: dict[frozenset[str], Candidate] = {}
    for row in own:
        result = row.comparison.result
        other = first.setdefault(frozenset(result.arms), row).comparison.result
        if other is result or not result.arms:
            continue
        if (result.instrument, result.time_point) != (other.instrument, other.time_point):
            text = "the same arms stand in this pool already, by another instrument or at another time"
            advice = "let the summary choose one: time_point, time_choice, or one instrument to an outcome"
            at = ("results", row.comparison.result_index)
            yield remark(ONE_ROW, row.comparison.study, at, text, advice)


def _outliers(rows: Sequence[Candidate]) -> Iterator[Remark]:
    if len(rows) < FEWEST_ROWS:
        return
    for row, residual in zip(rows, deleted_residuals([row.yi for row in rows], [row.vi for row in rows]), strict=True):
        if abs(residual) > OUTLYING and two_sided(residual, len(rows) - 2) < OUTLYING_P:
            text = f"its effect lies {shown(abs(residual))} standard errors from what the other studies predict"
            advice = "check its figures and direction in the source"
            at = ("results", row.comparison.result_index)
            yield remark(OUTLIER, row.comparison.study, at, text, advice, residual=residual)


def deleted_residuals(yi: Sequence[float], vi: Sequence[float]) -> list[float]:
    """Return how far each effect lies from the pool of the others, in standard errors of that distance.

    (y - mu) / sqrt(v + tau2 + Var mu), with mu and tau2 (DerSimonian-Laird) of the others; two or more others. In plain
    floats, since the linter looks at every pool.
    """
    found = []
    for i, (y, v) in enumerate(zip(yi, vi, strict=True)):
        others = [pair for j, pair in enumerate(zip(yi, vi, strict=True)) if j != i]
        tau2 = _dersimonian_laird(others)
        total = sum(1 / (v_j + tau2) for _, v_j in others)
        mu = sum(y_j / (v_j + tau2) for y_j, v_j in others) / total
        found.append((y - mu) / math.sqrt(v + tau2 + 1 / total))
    return found


def _dersimonian_laird(pairs: Sequence[tuple[float, float]]) -> float:
    total, squares = sum(1 / v for _, v in pairs), sum(1 / v**2 for _, v in pairs)
    mean = sum(y / v for y, v in pairs) / total
    q = sum((y - mean) ** 2 / v for y, v in pairs)
    return max(0.0, (q - (len(pairs) - 1)) / (total - squares / total))


def _variances(rows: Sequence[Candidate]) -> Iterator[Remark]:
    if len(rows) < 2:
        return
    widest, narrowest = max(rows, key=lambda row: row.vi), min(rows, key=lambda row: row.vi)
    if widest.vi >= LARGEST_VARIANCE_RATIO * narrowest.vi:
        row = narrowest.comparison
        text = f"its variance is {shown(widest.vi / narrowest.vi)} times smaller than that of another study"
        at = ("results", row.result_index)
        yield remark(VARIANCES, row.study, at, text, "check spread and people of both", ratio=widest.vi / narrowest.vi)


CHECKS = (OUTLIER, VARIANCES, COUNTED_TWICE, ONE_ROW, CLUSTERS, CROSSOVER, CROSSOVER_COUNTS)
STUDY_CHECKS = (design_needs,)
SUMMARY_CHECKS = (pools,)
