"""ClinicalTrials.gov, version 2. The trial is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.errors import RecordError
from evibrief.exchange.importing import Foreign, Imported, kind_of
from evibrief.exchange.importing.clinicaltrials import read_clinicaltrials
from evibrief.records.reader import parse


def counts(*values: int) -> list[dict[str, Any]]:
    items = [{"groupId": f"OG00{i}", "value": str(value)} for i, value in enumerate(values)]
    return [{"units": "Participants", "counts": items}]


def measure(title: str, kind: str, values: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    items = [{"groupId": f"OG00{i}", **value} for i, value in enumerate(values)]
    return {
        "type": "PRIMARY",
        "title": title,
        "reportingStatus": "POSTED",
        "timeFrame": "12 weeks",
        "paramType": kind,
        "groups": [{"id": "OG000", "title": "Peppermint Tea"}, {"id": "OG001", "title": "Warm water"}],
        "denoms": counts(50, 48),
        "classes": [{"categories": [{"measurements": items}]}],
        **more,
    }


ANALYSIS = {
    "groupIds": ["OG000", "OG001"], "paramType": "Risk Ratio (RR)", "paramValue": "0.48", "ciPctValue": "95",
    "ciLowerLimit": "0.25", "ciUpperLimit": "0.92", "pValue": "0.03",
}  # fmt: skip

TRIAL: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT99999991",
            "acronym": "TEATIME",
            "briefTitle": "Tea for hiccups",
            "officialTitle": "A trial that never was",
        },
        "statusModule": {"lastUpdatePostDateStruct": {"date": "2001-02-03"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Nobody"}, "collaborators": [{"name": "No Press"}]},
        "conditionsModule": {"conditions": ["Hiccups"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"},
            "enrollmentInfo": {"count": 100, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Peppermint tea", "type": "EXPERIMENTAL", "description": "Two cups."},
                {"label": "Warm water", "type": "PLACEBO_COMPARATOR"},
            ]
        },
        "eligibilityModule": {"sex": "ALL", "minimumAge": "18 Years"},
        "contactsLocationsModule": {"locations": [{"country": "Nowhere"}, {"country": "Nowhere"}]},
        "referencesModule": {
            "references": [
                {"pmid": "999999991", "type": "RESULT", "citation": "Fakename F. 2001."},
                {"pmid": "1", "type": "BACKGROUND"},
            ]
        },
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "Peppermint tea"}, {"id": "FG001", "title": "Warm water"}],
            "periods": [
                {
                    "milestones": [
                        {
                            "type": "STARTED",
                            "achievements": [
                                {"groupId": "FG000", "numSubjects": "50"},
                                {"groupId": "FG001", "numSubjects": "50"},
                            ],
                        }
                    ]
                }
            ],
        },
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                measure(
                    "Lasting hiccups",
                    "COUNT_OF_PARTICIPANTS",
                    [{"value": "10"}, {"value": "20"}],
                    populationDescription="Intent-to-treat",
                    analyses=[ANALYSIS],
                ),
                measure(
                    "Change in comfort",
                    "MEAN",
                    [{"value": "5.20", "spread": "1.10"}, {"value": "-4.0", "spread": "1.30"}],
                    dispersionType="Standard Deviation",
                ),
                measure(
                    "Minutes",
                    "MEDIAN",
                    [
                        {"value": "5", "lowerLimit": "2", "upperLimit": "9"},
                        {"value": "7", "lowerLimit": "3", "upperLimit": "12"},
                    ],
                    dispersionType="Inter-Quartile Range",
                ),
                measure("Levels", "GEOMETRIC_MEAN", [{"value": "5"}, {"value": "7"}]),
                measure("Nothing", "MEAN", [], reportingStatus="NOT_POSTED"),
            ]
        },
        "adverseEventsModule": {
            "timeFrame": "12 weeks",
            "eventGroups": [
                {
                    "id": "EG000", "title": "Peppermint tea", "deathsNumAffected": 0, "deathsNumAtRisk": 50,
                    "seriousNumAffected": 1, "seriousNumAtRisk": 50,
                },
                {
                    "id": "EG001", "title": "Warm water", "deathsNumAffected": 1, "deathsNumAtRisk": 50,
                    "seriousNumAffected": 3, "seriousNumAtRisk": 50,
                },
            ],
        },
    },
}  # fmt: skip


def read(trial: object) -> Imported:
    return read_clinicaltrials(json.dumps(trial).encode(), "trial.json")


def study(imported: Imported) -> dict[str, Any]:
    value: Any = parse(imported.studies[0].text, shown_as="").value
    return dict(value)


def test_a_complete_trial_has_no_gap(only_gaps: Callable[[Imported], None]) -> None:
    made = read(TRIAL)
    assert made.studies[0].gaps == 0
    only_gaps(made)


def test_design_arms_and_people_come_along() -> None:
    made = study(read({"studies": [TRIAL]}))
    assert (made["id"], made["label"], made["design"]) == ("nct99999991", "TEATIME", "parallel")
    assert made["registrations"] == ["NCT99999991"]
    assert made["funding"] == "Nobody, No Press"
    assert made["countries"] == ["Nowhere"]
    assert made["n_randomised"] == 100
    assert made["arms"] == [
        {
            "id": "peppermint-tea",
            "label": "Peppermint tea",
            "role": "intervention",
            "description": "Two cups.",
            "n_randomised": 50,
        },
        {"id": "warm-water", "label": "Warm water", "role": "comparator", "n_randomised": 50},
    ]
    register, paper = made["reports"]
    assert (register["role"], register["url"]) == ("register", "https://clinicaltrials.gov/study/NCT99999991")
    assert paper == {"id": "publication-1", "role": "companion", "pmid": "999999991", "note": "Fakename F. 2001."}


def test_posted_results_come_along_as_they_are_printed() -> None:
    made = read(TRIAL)
    assert "mean: 5.20, sd: 1.10" in made.studies[0].text
    hiccups, comfort, minutes, death, serious = study(made)["results"]
    assert hiccups["arms"] == {"peppermint-tea": {"events": 10, "n": 50}, "warm-water": {"events": 20, "n": 48}}
    assert hiccups["population"] == "intention-to-treat"
    assert (hiccups["contrast"]["measure"], hiccups["contrast"]["arms"]) == ("RR", ["peppermint-tea", "warm-water"])
    assert (comfort["type"], comfort["value"]) == ("continuous", "change")
    assert minutes["arms"]["warm-water"] == {"n": 48, "median": 7, "q1": 3, "q3": 12}
    assert death["arms"]["warm-water"] == {"events": 1, "n": 50}
    assert serious["outcome"] == "serious-adverse-events"


def test_what_does_not_fit_is_reported() -> None:
    lines = read(TRIAL).unmapped
    assert any("'Levels': figures of the kind 'geometric mean'" in line for line in lines)
    assert any("no figures are posted for 'Nothing'" in line for line in lines)


def test_a_group_that_is_no_arm_is_left_to_a_person(only_gaps: Callable[[Imported], None]) -> None:
    trial = deepcopy(TRIAL)
    trial["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["groups"][0]["title"] = "Both cups"
    made = read(trial)
    assert made.studies[0].gaps == 1
    only_gaps(made)


def test_more_counted_than_started_is_reported(only_gaps: Callable[[Imported], None]) -> None:
    trial = deepcopy(TRIAL)
    trial["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]["denoms"] = counts(60, 48)
    made = read(trial)
    assert any("50 people started, but 60 are counted" in line for line in made.unmapped)
    only_gaps(made)


@pytest.mark.parametrize(
    ("info", "kind", "expected"),
    [
        ({"allocation": "RANDOMIZED", "interventionModel": "CROSSOVER"}, "INTERVENTIONAL", "crossover"),
        ({"allocation": "RANDOMIZED", "interventionModel": "FACTORIAL"}, "INTERVENTIONAL", "randomised"),
        ({"allocation": "NON_RANDOMIZED", "interventionModel": "PARALLEL"}, "INTERVENTIONAL", "non-randomised"),
        ({"allocation": "NA", "interventionModel": "SINGLE_GROUP"}, "INTERVENTIONAL", "single-arm"),
        ({"observationalModel": "COHORT"}, "OBSERVATIONAL", "cohort"),
        ({"observationalModel": "OTHER"}, "OBSERVATIONAL", None),
        ({}, "INTERVENTIONAL", None),
    ],
)
def test_designs(info: dict[str, str], kind: str, expected: str | None) -> None:
    trial = deepcopy(TRIAL)
    trial["protocolSection"]["designModule"] |= {"studyType": kind, "designInfo": info}
    assert study(read(trial))["design"] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps(TRIAL)[:500], "not complete JSON"),
        ("{}", "not records of ClinicalTrials.gov"),
        ("[]", "not records of ClinicalTrials.gov"),
        ('{"studies": [1]}', "not records of ClinicalTrials.gov"),
        ("[" * 100_000, "not JSON that can be read"),
        ("1" * 5000, "not JSON that can be read"),
    ],
)
def test_a_cut_off_or_foreign_file_gives_one_line(text: str, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_clinicaltrials(text.encode(), "x.json")
    (problem,) = caught.value.problems
    assert message in problem.message


def test_the_format_is_told_by_its_content() -> None:
    assert kind_of(json.dumps(TRIAL).encode(), "x") is Foreign.CLINICALTRIALS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(part: object) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    items: list[tuple[Any, object]] = []
    if isinstance(part, dict):
        items = list(part.items())
    elif isinstance(part, list):
        items = list(enumerate(part))
    for key, value in items:
        found += [(part, key), *places(value)]
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_part_may_be_missing_or_of_another_type(data: st.DataObject) -> None:
    trial = deepcopy(TRIAL)
    for _ in range(3):
        owner, key = data.draw(st.sampled_from(places(trial)))
        owner[key] = data.draw(JSON)
    try:
        made = read(trial)
    except RecordError:
        return
    parse(made.studies[0].text, shown_as="")
