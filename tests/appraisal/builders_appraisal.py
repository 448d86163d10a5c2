"""Small records and syntheses for tests of appraisal and words. Names are invented and cannot pass for real ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evibrief.records.citations import Source
from evibrief.records.study import Design, Study
from evibrief.records.summary import Summary
from evibrief.statistics.absolute import absolute_effect
from evibrief.statistics.measures import Measure
from evibrief.statistics.reexpression import reexpress_smd
from evibrief.statistics.results import (
    CiMethod,
    Note,
    Pooled,
    PoolingMethod,
    PredictionMethod,
    Tau2Method,
)
from evibrief.statistics.small_study import AsymmetryTest, SmallStudyTest
from evibrief.synthesis.evidence import (
    Estimate,
    NarrativeSynthesis,
    PooledSynthesis,
    ReportedSynthesis,
    StudyRow,
    SubgroupAnalysis,
)

SOURCE = Source(report="testson-2001", place="Table 1")


def outcome_record(kind: str = "pooled", **changes: Any) -> dict[str, Any]:
    """An outcome as YAML would hold it; ``changes`` replace or add fields."""
    record: dict[str, Any] = {"id": "calm", "name": "calm", "importance": "critical", "better": "higher"}
    record |= {"evidence": kind}
    if kind == "pooled":
        record |= {"measure": "SMD"}
    if kind == "reported":
        record |= {
            "reported": {
                "measure": "SMD",
                "estimate": "0.30",
                "ci_low": "0.10",
                "ci_high": "0.50",
                "source": {"report": "testson-2001", "place": "Table 1"},
            }
        }
    if kind == "narrative":
        record |= {"narrative": {"direction": "not-improved", "unknown": "How large the difference was."}}
    return record | changes


def summary(outcomes: Sequence[Mapping[str, Any]] | None = None, **changes: Any) -> Summary:
    """A summary of imaginary studies of humming."""
    record: dict[str, Any] = {
        "slug": "humming",
        "title": "Humming for test subjects",
        "status": "published",
        "topic": "Tests",
        "question": {
            "population": "adults who take part in tests",
            "condition": "restlessness",
            "intervention": {"name": "humming lessons", "number": "plural"},
            "comparator": {"name": "silence", "number": "singular"},
        },
        "references": {
            "testson-2001": {
                "title": "Humming",
                "author": [{"family": "Testson", "given": "T"}, {"family": "Probe", "given": "P"}],
                "container_title": "Journal of Tests",
                "issued": 2001,
                "volume": "1",
                "page": "2-3",
                "doi": "10.1000/test",
            }
        },
        "eligibility": {"participants": "adults", "studies": "randomised trials of humming"},
        "search": {"through": "2020-03-01", "databases": ["TESTLINE"]},
        "studies": [],
        "outcomes": list(outcomes or [outcome_record()]),
        "writing": {"background": "People hum.", "interpretation": "They may go on."},
        "people": [{"name": "A Tester", "role": "author"}],
        "history": [{"date": "2021-05-04", "kind": "first", "text": "First published."}],
    }
    return Summary.model_validate(record | changes)


def review(**changes: Any) -> dict[str, Any]:
    """A source review as YAML would hold it."""
    record = {
        "reference": "testson-2001",
        "relation": "reports-on",
        "studies_design": "randomised",
        "studies": 8,
        "participants": 2131,
        "sources": [{"report": "testson-2001", "place": "Abstract"}],
    }
    return record | changes


def study(name: str, design: str = "randomised", **changes: Any) -> Study:
    """A study without results."""
    record = {
        "id": name,
        "label": name.capitalize(),
        "reports": [{"id": "main", "title": "Humming again", "issued": 2002}],
        "design": design,
        "extraction": {"extracted_by": "A Tester"},
    }
    return Study.model_validate(record | changes)


def row(name: str, yi: float, se: float, weight: float, **changes: Any) -> StudyRow:
    """One row of a pool."""
    design: Design = changes.pop("design", Design.RANDOMISED)
    return StudyRow(
        study_id=name,
        label=name.capitalize(),
        comparison=None,
        year=2002,
        design=design,
        result_index=0,
        intervention=None,
        comparator=None,
        participants=changes.pop("participants", 100),
        yi=yi,
        vi=se**2,
        estimate=Estimate(value=yi, low=yi - 1.96 * se, high=yi + 1.96 * se),
        weight_percent=weight,
        risk=changes.pop("risk", "low"),
        subgroup=None,
        time_point=None,
        source=SOURCE,
        **changes,
    )


def pooled(
    value: float,
    low: float,
    high: float,
    *,
    measure: Measure = Measure.SMD,
    rows: Sequence[StudyRow] = (),
    i2: float | None = 0.0,
    prediction: tuple[float, float] | None = None,
    participants: int | None = 1000,
    baseline: float | None = None,
    small_study_p: float | None = None,
    small_study_slope: float | None = None,
    needed: int | None = None,
    subgroups: SubgroupAnalysis | None = None,
    outcome_id: str = "calm",
) -> PooledSynthesis:
    """A pool with a natural-scale estimate; three alike rows unless ``rows`` are given."""
    back = math.log if measure.is_ratio else float
    yi, yi_low, yi_high = back(value), back(low), back(high)
    used = tuple(rows) or tuple(row(f"alike-{i}", yi, 0.1, 100 / 3) for i in range(3))
    return PooledSynthesis(
        outcome_id=outcome_id,
        measure=measure,
        rows=used,
        not_pooled=(),
        k=len({item.study_id for item in used}),
        participants=participants,
        events=None,
        pooled=_pool(yi, yi_low, yi_high, used, i2, prediction),
        estimate=Estimate(value=value, low=low, high=high),
        prediction=None if prediction is None else Estimate(value=value, low=prediction[0], high=prediction[1]),
        absolute=None if baseline is None else absolute_effect(measure, value, low, high, baseline=baseline),
        comparator_risk=baseline,
        reexpressed=reexpress_smd(value, low, high) if measure is Measure.SMD else None,
        subgroups=subgroups,
        regression=None,
        leave_one_out=(),
        alternatives=(),
        cumulative=(),
        small_study=SmallStudyTest(
            test=AsymmetryTest.EGGER, k=len(used), p=small_study_p, slope=small_study_slope, statistic=None
        ),
        trim_and_fill=None,
        information_size=needed,
    )


def _pool(
    yi: float,
    low: float,
    high: float,
    rows: Sequence[StudyRow],
    i2: float | None,
    prediction: tuple[float, float] | None,
) -> Pooled:
    return Pooled(
        k=len(rows),
        method=PoolingMethod.INVERSE_VARIANCE,
        tau2_method=Tau2Method.REML,
        ci_method=CiMethod.WALD,
        prediction_method=PredictionMethod.KM1,
        level=0.95,
        estimate=yi,
        se=(high - low) / 3.92,
        ci_low=low,
        ci_high=high,
        statistic=None,
        df=None,
        p=None,
        tau2=0.0,
        tau2_ci_low=None,
        tau2_ci_high=None,
        i2=i2,
        i2_ci_low=None,
        i2_ci_high=None,
        h2=None,
        q=None,
        q_df=len(rows) - 1,
        q_p=None,
        prediction_low=prediction[0] if prediction else None,
        prediction_high=prediction[1] if prediction else None,
        weights=tuple(item.weight_percent for item in rows),
        notes=(Note(field="tau2", reason="made up for a test"),),
    )


def reported(
    value: float = 0.3,
    low: float = 0.1,
    high: float = 0.5,
    *,
    measure: Measure = Measure.SMD,
    k: int | None = 5,
    participants: int | None = 1265,
    i2: float | None = 0.0,
    baseline: float | None = None,
    source: Source = SOURCE,
) -> ReportedSynthesis:
    """A result as a review prints it."""
    return ReportedSynthesis(
        outcome_id="calm",
        measure=measure,
        estimate=Estimate(value=value, low=low, high=high),
        p=None,
        k=k,
        participants=participants,
        i2_percent=i2,
        q=None,
        q_df=None,
        tau2=None,
        turned=False,
        absolute=None if baseline is None else absolute_effect(measure, value, low, high, baseline=baseline),
        comparator_risk=baseline,
        reexpressed=reexpress_smd(value, low, high) if measure is Measure.SMD else None,
        source=source,
        caveat=None,
    )


def told(direction: str = "not-improved") -> NarrativeSynthesis:
    """An outcome of which a source tells in words."""
    record = summary([outcome_record("narrative", narrative={"direction": direction, "unknown": "The figures."})])
    outcome: Any = record.outcomes[0]
    return NarrativeSynthesis(
        outcome_id="calm",
        direction=outcome.narrative.direction,
        k=None,
        participants=None,
        unknown="The figures.",
        source=SOURCE,
    )
