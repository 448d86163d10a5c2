"""What a pool hangs on: a characteristic of its studies, and single studies."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from evibrief.records.outcomes import PooledOutcome
from evibrief.statistics.influence import influence
from evibrief.statistics.mixed_effects import SUPPORTED
from evibrief.statistics.permutation import PermutationTest, permutation_test
from evibrief.statistics.regression import Regression, RegressionTest, meta_regression
from evibrief.statistics.results import Tau2Method

from .candidates import Candidate, row_label
from .evidence import StudyInfluence
from .further import characteristic


def regression_of(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> Regression | None:
    """Regress the effects on the characteristic that the outcome names."""
    if outcome.regression is None:
        return None
    test = RegressionTest.Z if outcome.regression.test == "z" else RegressionTest.KNAPP_HARTUNG
    yi, vi = [row.yi for row in candidates], [row.vi for row in candidates]
    return meta_regression(yi, vi, _covariate(outcome, candidates), tau2_method=_tau2_method(outcome), test=test)


def permutation_of(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> PermutationTest | None:
    """Test the regression by reassigning the characteristic to the studies, where the outcome asks for it."""
    if outcome.regression is None or outcome.regression.test != "permutation":
        return None
    yi, vi = [row.yi for row in candidates], [row.vi for row in candidates]
    return permutation_test(yi, vi, _covariate(outcome, candidates), tau2_method=_tau2_method(outcome))


def _covariate(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> dict[str, list[float | None]]:
    assert outcome.regression is not None
    values = [characteristic(row, outcome.regression.on) for row in candidates]
    return {outcome.regression.on: [float(value) if isinstance(value, Decimal) else None for value in values]}


def _tau2_method(outcome: PooledOutcome) -> Tau2Method:
    """The outcome's own estimator, where it is one for a model with covariates; REML otherwise.

    A regression without a variance between studies would take what its covariate leaves unexplained for chance.
    """
    chosen = Tau2Method(outcome.model.tau2)
    fits = outcome.model.method == "IV" and chosen in SUPPORTED and chosen is not Tau2Method.CE
    return chosen if fits else Tau2Method.REML


def influence_of(outcome: PooledOutcome, candidates: Sequence[Candidate]) -> tuple[StudyInfluence, ...]:
    """Tell how far each study stands from the others and how much it moves the pool; nothing below three studies."""
    common = outcome.model.method != "IV"
    found = influence(
        [row.yi for row in candidates],
        [row.vi for row in candidates],
        tau2_method=Tau2Method.CE if common else Tau2Method(outcome.model.tau2),
    )
    return tuple(
        StudyInfluence(
            study_id=candidates[item.row].comparison.study.id,
            label=row_label(candidates[item.row].comparison),
            figures=item,
        )
        for item in found
    )
