"""Studies at high risk of bias that do not dominate but change the result are left out (Core GRADE 4, figure 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from appraisal.builders_appraisal import outcome_record, summary
from builders import make_study
from evibrief.appraisal.briefs import Brief, appraise
from evibrief.appraisal.ratings import Certainty
from evibrief.pages.article import write_article
from evibrief.pages.rendering import Renderer
from evibrief.records.outcomes import Domain
from evibrief.records.study import Study
from evibrief.synthesis import synthesise
from evibrief.synthesis.evidence import PooledSynthesis

RENDERER = Renderer(Path(__file__).parents[2] / "templates")
DOMAINS = ("randomisation", "deviations", "missing-data", "measurement", "selection-of-result")


def trial(name: str, events: tuple[int, int], n: int, risk: str) -> Study:
    domains = {domain: {"level": "low"} for domain in DOMAINS} | {"randomisation": {"level": risk}}
    assessed = {"tool": "RoB 2", "domains": domains, "overall": {"level": risk}, "assessed_by": "A Tester"}
    arms = {"tea": {"events": events[0], "n": n}, "water": {"events": events[1], "n": n}}
    source = {"report": "main", "place": "Table 2"}
    groups = [
        {"id": name, "label": name, "role": role, "n_randomised": n}
        for name, role in (("tea", "intervention"), ("water", "comparator"))
    ]
    result = {"outcome": "falls", "type": "dichotomous", "source": source, "arms": arms}
    return Study.model_validate(make_study(id=name, label=name, arms=groups, results=[result], risk_of_bias=[assessed]))


def told(*trials: Study, **changes: Any) -> Brief:
    studies = {study.id: study for study in trials}
    falls = outcome_record(id="falls", name="falls", better="lower", measure="RR", **changes)
    record = summary([falls], studies=list(studies))
    return appraise(record, studies, synthesise(record, studies))


# Ratios of 0.9 in the sound trials (90 against 100 of 1,000) and of 0.3 in the other (60 against 200 of 1,000).
SOUND = [trial(name, (90, 100), 1000, "low") for name in ("anise", "basil")]
HIGH = trial("cress", (60, 200), 1000, "high")


def test_the_sound_trials_are_pooled_alone_and_nothing_is_taken_off() -> None:
    brief = told(*SOUND, HIGH).outcomes[0]
    assert isinstance(brief.synthesis, PooledSynthesis)
    assert [row.study_id for row in brief.synthesis.rows] == ["anise", "basil"]
    assert abs(brief.synthesis.estimate.value - 0.9) < 1e-9
    assert [(left.study_id, "high risk of bias" in left.reason) for left in brief.synthesis.not_pooled] == [
        ("cress", True)
    ]
    assert brief.whole is not None
    assert brief.whole.k == 3
    assert brief.rating is not None
    step = next(step for step in brief.rating.steps if step.domain is Domain.RISK_OF_BIAS)
    assert (step.levels, step.reason.rule) == (0, "risk-of-bias-left-out")
    assert (step.reason.figures["high_studies"], step.reason.figures["studies"]) == (1, 3)
    # The interval of 0.9 includes 1: one level for imprecision, and none for bias.
    assert brief.rating.certainty is Certainty.MODERATE


def test_the_article_and_the_reason_tell_it() -> None:
    brief = told(*SOUND, HIGH)
    limits = [item.text for item in write_article(brief, RENDERER).limitations]
    assert limits[0] == (
        "One of the three studies is left out here: it may be biased, and the others alone show clearly less."
    )
    rating = brief.outcomes[0].rating
    assert rating is not None
    step = rating.steps[0]
    assert RENDERER.speak(f"reasons.{step.reason.rule}", f=step.reason.figures).endswith(
        "so one of three studies is left out, and nothing is taken off."
    )


def test_trials_at_high_risk_that_show_the_same_stay() -> None:
    brief = told(*SOUND, trial("cress", (90, 100), 1000, "high")).outcomes[0]
    assert brief.whole is None
    assert isinstance(brief.synthesis, PooledSynthesis)
    assert brief.synthesis.k == 3


def test_trials_at_high_risk_that_dominate_stay_and_lower_certainty() -> None:
    brief = told(SOUND[0], trial("cress", (600, 2000), 10000, "high")).outcomes[0]
    assert brief.whole is None
    assert brief.rating is not None
    step = brief.rating.steps[0]
    assert (step.levels, step.reason.rule) == (-1, "risk-of-bias-changes")


def test_where_a_person_has_judged_all_studies_stay() -> None:
    judgement = {"domain": "risk-of-bias", "levels": -1, "reason": "All of them are known to us."}
    brief = told(*SOUND, HIGH, judgements=[judgement]).outcomes[0]
    assert brief.whole is None
    assert isinstance(brief.synthesis, PooledSynthesis)
    assert brief.synthesis.k == 3
