"""How an outcome was pooled, in one sentence; what stands apart; what a regression found: from records to the page."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from builders import make_study, make_summary
from evibrief.exchange.data_json import data_json
from evibrief.pages.article import write_article
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from pages.made_up_site import RENDERER, brief, render

_SOURCE = {"report": "main", "place": "Table 2"}


def trial(number: int, *tables: tuple[int, int], dose: int = 0) -> dict[str, Any]:
    """A made-up trial of 50 people a side, with one or several tables of events."""
    return make_study(
        id=f"made-up-{2000 + number}",
        label=f"Made-up {2000 + number}",
        reports=[{"id": "main", "issued": 2000 + number, "title": "A trial that never was"}],
        characteristics={"dose": dose},
        results=[
            {
                "outcome": "hiccups",
                "type": "dichotomous",
                "source": _SOURCE,
                "comparison": f"row {row}" if len(tables) > 1 else None,
                "arms": {"tea": {"events": tea, "n": 50}, "water": {"events": water, "n": 50}},
            }
            for row, (tea, water) in enumerate(tables, start=1)
        ],
    )


TRIALS = [
    trial(1, (10, 20), dose=1),
    trial(2, (14, 19), dose=2),
    trial(3, (9, 21), dose=3),
    trial(4, (11, 18), dose=4),
    trial(5, (40, 8), dose=5),
]


def outcome(**changes: Any) -> dict[str, Any]:
    model = changes.pop("model", None)
    chosen = {"model": {**model, "reason": "Because."}} if model else {}
    return {
        "evidence": "pooled",
        "id": "hiccups",
        "name": "lasting hiccups",
        "number": "plural",
        "importance": "critical",
        "better": "lower",
        "measure": "RR",
        **chosen,
        **changes,
    }


def summary(studies: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return make_summary(studies=[study["id"] for study in studies], outcomes=[outcome(**changes)])


def page(studies: list[dict[str, Any]], **changes: Any) -> str:
    """The text of a summary's page."""
    body = render([summary(studies, **changes)], studies)["summaries/tea-for-hiccups/"].body
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("studies", "changes", "said"),
    [
        (
            TRIALS,
            {},
            "Pooled by inverse variance with effects that differ between studies (REML) and a Hartung-Knapp interval "
            "that is never narrower than the normal one. Computed by",
        ),
        (
            TRIALS,
            {"model": {"method": "MH", "tau2": "CE"}},
            "Pooled by the Mantel-Haenszel method with one common effect and a normal interval. Computed by",
        ),
        (
            [*TRIALS, trial(6, (0, 5))],
            {"model": {"method": "MH", "tau2": "DL", "revman_correction": True}},
            "(DL) and a normal interval; 0.5 added to every cell of studies with a zero, as RevMan 5 does. Computed",
        ),
        ([*TRIALS, trial(6, (0, 5))], {}, "; 0.5 added to every cell of studies with a zero. Computed"),
        (
            [*TRIALS, trial(6, (0, 5))],
            {"measure": "RD"},
            "; 0.5 added to every cell of studies with a zero, for its variance alone. Computed",
        ),
        (
            [*TRIALS, trial(6, (0, 5))],
            {"measure": "OR", "model": {"method": "MH"}},
            "a normal interval; nothing added to cells with a zero. Computed",
        ),
        (TRIALS, {"model": {"prediction": "km2"}}, "; prediction by t with two degrees of freedom fewer than studies."),
        (
            [*TRIALS, trial(6, (4, 9), (6, 8))],
            {},
            "; of a study with several effects each counts, with its share of a comparison group that serves several.",
        ),
        (
            [*TRIALS, trial(6, (4, 9), (6, 8))],
            {"model": {"several_effects": "average"}},
            "; of a study with several effects their average counts. Computed",
        ),
        (
            [*TRIALS, trial(6, (4, 9), (6, 8))],
            {"model": {"several_effects": "three-level"}},
            "Pooled by a three-level model with effects that differ between studies (REML) and an interval that is "
            "robust to effects of one study resembling one another (CR2); analyses that need one effect per study take "
            "the average of its effects. Computed",
        ),
    ],
)
def test_one_sentence_says_how_it_was_pooled(studies: list[dict[str, Any]], changes: dict[str, Any], said: str) -> None:
    assert said in page(studies, **changes)


def test_the_study_that_stands_apart_is_named() -> None:
    """40 of 50 against 8 of 50, among trials that found fewer events: the others predict nothing like it."""
    text = page(TRIALS)
    assert "Outside what the other studies predict: Made-up 2005." in text
    assert "Distance" in text


def test_studies_that_agree_do_not_stand_apart() -> None:
    text = page([trial(number, (10, 20)) for number in range(1, 6)])
    assert "No study lies outside what the others predict. None moves the result markedly." in text


def test_a_regression_is_told_with_its_permutation_test() -> None:
    asked = {"on": "dose", "label": "dose in cups", "test": "permutation"}
    text = page([*TRIALS, trial(6, (10, 18))], regression=asked)
    assert "Does it depend on a characteristic of the studies?" in text
    assert re.search(r"Meta-regression of 6 results on dose in cups: for each unit more, the risk ratio is mult", text)
    assert re.search(r"By permutation p = 0\.\d+ \(all 720 arrangements\)", text)
    assert "fewer than 10 each, so unreliable" in text


def test_a_regression_that_cannot_be_fitted_says_why() -> None:
    text = page(TRIALS[:2], regression={"on": "dose", "label": "dose"})
    assert "2 studies cannot support 2 coefficients" in text


def test_data_json_holds_what_was_chosen_and_what_came_of_it() -> None:
    studies = [*TRIALS, trial(6, (4, 9), (6, 8), dose=6)]
    asked = {"on": "dose", "label": "dose", "test": "permutation"}
    record = Summary.model_validate(summary(studies, model={"several_effects": "three-level"}, regression=asked))
    made = brief(record, {study["id"]: Study.model_validate(study) for study in studies})
    document = json.loads(data_json(made, write_article(made, RENDERER)))["outcomes"][0]
    assert document["record"]["model"]["several_effects"] == "three-level"
    found = document["synthesis"]
    assert found["three_level"]["clusters"] == 6
    assert found["three_level"]["robust"]["df"] > 1
    assert found["permutation"]["permutations"] == 720
    assert [item["study_id"] for item in found["influence"]] == [study["id"] for study in studies]
    assert found["influence"][4]["figures"]["is_outlier"] is True
