"""A review's printed pooled result against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evibrief.errors import Severity
from evibrief.records.fields import decimals
from evibrief.records.outcomes import ReportedOutcome
from evibrief.records.quoted import Reported
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .contrasts import p_value, printed_result, symmetry
from .remarks import Check, Location, Remark, remark

DOMAIN = Check(
    code="p12-domain",
    title="A figure that cannot be",
    severity=Severity.ERROR,
    rule="0 <= I2 <= 100; 0 <= p <= 1; tau2 >= 0; Q >= 0; 0 <= ICC <= 1; correlation from -1 to 1",
    source="logic",
    may_stand=False,
)
HETEROGENEITY = Check(
    code="p12-i2-against-q",
    title="I2 does not follow from Q",
    severity=Severity.WARNING,
    rule="I2 = max(0, (Q - df) / Q) within 1 point, beyond rounding; df = studies - 1",
    source="Higgins and Thompson 2002 (definition); tolerance ours",
)

I2_POINTS = 1.0


def design_domains(study: Study) -> Iterator[Remark]:
    """P12: correlations of clusters and of crossovers are correlations."""
    icc = study.cluster.icc if study.cluster else None
    if icc is not None and not 0 <= icc <= 1:
        text = f"an intra-cluster correlation lies between 0 and 1 (found {icc})"
        yield remark(DOMAIN, study, ("cluster", "icc"), text, "check it in the source")
    r = study.crossover.correlation if study.crossover else None
    if r is not None and not -1 <= r <= 1:
        text = f"a correlation lies between -1 and 1 (found {r})"
        yield remark(DOMAIN, study, ("crossover", "correlation"), text, "check it in the source")


def reported_results(summary: Summary, studies: Mapping[str, Study]) -> Iterator[Remark]:
    """P12, P13, P16: what a review prints of one pool hangs together."""
    for index, outcome in enumerate(summary.outcomes):
        if isinstance(outcome, ReportedOutcome):
            at: Location = ("outcomes", index, "reported")
            yield from _domains(summary, at, outcome.reported)
            yield from _heterogeneity(summary, at, outcome.reported)
            yield from symmetry(summary, (*at, "estimate"), printed_result(outcome.reported))
            yield from p_value(summary, (*at, "p"), printed_result(outcome.reported))


def _domains(summary: Summary, at: Location, reported: Reported) -> Iterator[Remark]:
    for field, value, highest in (
        ("i2_percent", reported.i2_percent, 100),
        ("p", reported.p, 1),
        ("tau2", reported.tau2, None),
        ("q", reported.q, None),
    ):
        if value is not None and (value < 0 or (highest is not None and value > highest)):
            text = f"must lie between 0 and {highest} (found {value})" if highest else f"must not be below 0 ({value})"
            yield remark(DOMAIN, summary, (*at, field), text, "check it in the source")


def _heterogeneity(summary: Summary, at: Location, reported: Reported) -> Iterator[Remark]:
    i2, q, df = reported.i2_percent, reported.q, reported.q_df
    if df is not None and reported.studies is not None and df != reported.studies - 1:
        text = f"Q has {df} degrees of freedom, but {reported.studies} studies were pooled"
        advice = "check both; one fewer than the studies (or effects) would be right"
        yield remark(HETEROGENEITY, summary, (*at, "q_df"), text, advice, df=df, studies=reported.studies)
    if i2 is None or q is None or df is None or q <= 0:
        return
    expected = max(0.0, 100 * (1 - df / float(q)))
    slack = I2_POINTS + 0.5 * 10.0 ** -decimals(i2) + 100 * df / float(q) ** 2 * 0.5 * 10.0 ** -decimals(q)
    if abs(float(i2) - expected) > slack:
        text = f"I2 = {i2} % does not follow from Q = {q} with {df} degrees of freedom (which give {expected:.0f} %)"
        yield remark(HETEROGENEITY, summary, (*at, "i2_percent"), text, "check all three", expected=expected)


CHECKS = (DOMAIN, HETEROGENEITY)
STUDY_CHECKS = (design_domains,)
SUMMARY_CHECKS = (reported_results,)
