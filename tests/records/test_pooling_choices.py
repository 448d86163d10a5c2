"""Choices of a model that its method or measure cannot follow are refused, at their place and with what to write."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from evibrief.errors import RecordError
from evibrief.records.messages import validate
from evibrief.records.outcomes import PooledOutcome
from evibrief.records.reader import parse

_OUTCOME = """\
id: thing
name: the thing
importance: critical
better: lower
evidence: pooled
measure: {measure}
model:
  reason: Because.
{choices}"""


def messages(measure: str, *choices: str) -> list[str]:
    """What is said of an outcome with these lines below ``model``."""
    text = _OUTCOME.format(measure=measure, choices="".join(f"  {line}\n" for line in choices))
    try:
        validate(parse(text, shown_as="summaries/x.yaml"), PooledOutcome)
    except RecordError as error:
        return [str(found) for found in error.problems]
    return []


@pytest.mark.parametrize(
    ("measure", "choices", "said"),
    [
        ("MD", ["method: MH"], "Mantel-Haenszel does not pool MD"),
        ("RR", ["method: MH", "tau2: PM"], "model.tau2: Mantel-Haenszel goes with tau2 CE"),
        ("IRR", ["method: MH", "tau2: DL"], "Mantel-Haenszel pools IRR with one common effect only"),
        ("RR", ["method: MH", "ci: hksj"], "model.ci: a Mantel-Haenszel estimate has a normal interval"),
        ("RR", ["method: MH", "prediction: km2"], "predicts by km1 only"),
        ("RR", ["method: PETO"], "write measure: PETO"),
        ("PETO", ["method: PETO", "tau2: DL"], "Peto's method has one common effect, not DL"),
        ("PETO", ["method: PETO", "ci: t"], "Peto's estimate has a normal interval"),
        ("RR", ["method: MH", "several_effects: three-level"], "cannot be pooled as 'three-level' by the method MH"),
        ("SMD", ["several_effects: three-level", "tau2: DL"], "a three-level model is fitted by REML"),
        ("SMD", ["several_effects: three-level", "ci: wald"], "robust intervals of its own"),
        ("SMD", ["several_effects: three-level", "prediction: normal"], "predicts by km1 only"),
        ("SMD", ["within_study_correlation: 0.5"], "write several_effects: average"),
        ("SMD", ["several_effects: average", "within_study_correlation: 1.5"], "between 0 and 1 (found 1.5)"),
        ("MD", ["smd_variance: UB"], "a formula for standardised differences does nothing to MD"),
        ("MD", ["rom_correction: true"], "a correction of ratios of means does nothing to MD"),
        ("MD", ["zero_cells: all"], "MD needs no correction of zero cells"),
        ("PETO", ["zero_cells: all"], "PETO needs no correction of zero cells"),
        ("IRR", ["zero_cells: proportional"], "needs events in two groups of people, not IRR"),
        ("RR", ["revman_correction: true"], "write method: MH"),
        ("RD", ["method: MH", "revman_correction: true"], "RevMan corrects RR and OR, not RD"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused(measure: str, choices: list[str], said: str) -> None:
    found = messages(measure, *choices)
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("summaries/x.yaml:")


@pytest.mark.parametrize(
    ("measure", "choices"),
    [
        ("RR", ["method: MH", "tau2: CE", "ci: wald", "revman_correction: true"]),
        ("OR", ["method: MH", "tau2: DL", "ci: wald"]),
        ("IRR", ["method: MH"]),
        ("PETO", ["method: PETO"]),
        ("SMD", ["several_effects: three-level", "smd_variance: H"]),
        ("SMD", ["several_effects: average", "within_study_correlation: 0.5"]),
        ("ROM", ["rom_correction: true"]),
        ("RD", ["zero_cells: proportional"]),
        ("PLO", ["zero_cells: none"]),
    ],
)
def test_a_choice_that_can_be_followed_is_taken(measure: str, choices: list[str]) -> None:
    assert messages(measure, *choices) == []


@pytest.mark.parametrize("model", [{"tau2": "CE"}, {"tau2": "SJ"}, {"several_effects": "three-level"}])
def test_subgroups_share_a_variance_only_where_one_is_estimated(model: dict[str, Any]) -> None:
    record = {
        "id": "thing",
        "name": "the thing",
        "importance": "critical",
        "better": "lower",
        "evidence": "pooled",
        "measure": "MD",
        "model": {**model, "reason": "Because."},
        "subgroups": {"by": "kind", "label": "Kind", "tau2": "common"},
    }
    with pytest.raises(ValidationError, match="share a variance"):
        PooledOutcome.model_validate(record)
