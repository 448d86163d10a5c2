"""Settings of a publication: taken as given where they are sound, refused with one line each where they are not."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from evibrief.appraisal.configured import settings_from
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import RecordError


def told(certainty: object, words: object = None) -> list[str]:
    with pytest.raises(RecordError) as caught:
        settings_from(certainty, words, path="mkdocs.yml", lines={"dominating_percent": 41, "most_words": 47})
    return [str(problem) for problem in caught.value.problems]


def test_without_options_the_settings_are_our_own() -> None:
    assert settings_from(None, path="mkdocs.yml", lines={}) == DEFAULT
    assert settings_from({}, path="mkdocs.yml", lines={}) == DEFAULT


def test_our_own_settings_would_be_accepted() -> None:
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(DEFAULT).items()}
    words = {item.name: given.pop(item.name) for item in fields(Settings) if item.metadata["option"] == "words"}
    assert set(words) >= {"most_words", "hardest_grade", "longest_sentence", "longest_key_point"}
    assert settings_from(given, words, path="mkdocs.yml", lines={}) == DEFAULT


def test_what_is_given_is_used_and_the_rest_stays() -> None:
    given = {"dominating_percent": 55, "high_risk_levels": ["high", "serious"]}
    made = settings_from(given, path="mkdocs.yml", lines={})
    assert made == Settings(dominating_percent=55, high_risk_levels=("high", "serious"))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"dominating_percent": 650},
            "mkdocs.yml:41:1: plugins.evibrief.certainty.dominating_percent: must be from 0 to 100 (percent), "
            "found 650; the value here is usually 65",
        ),
        (
            {"dominating_prcent": 55},
            "mkdocs.yml:1:1: plugins.evibrief.certainty.dominating_prcent: there is no such setting; "
            "did you mean 'dominating_percent'?",
        ),
        (
            {"few_studies": 2.5},
            "mkdocs.yml:1:1: plugins.evibrief.certainty.few_studies: must be a whole number (a number of studies), "
            "found 2.5; the value here is usually 4",
        ),
        (
            {"asymmetry_p": "small"},
            "mkdocs.yml:1:1: plugins.evibrief.certainty.asymmetry_p: must be a number (a p-value), found 'small'; "
            "the value here is usually 0.05",
        ),
        (
            {"smd_small": 0.6},
            "mkdocs.yml:1:1: plugins.evibrief.certainty.smd_small: these must ascend: smd_small 0.6, "
            "smd_moderate 0.5, smd_large 0.8; change one of them",
        ),
        (
            {"not_assessed_levels": 1},
            "mkdocs.yml:1:1: plugins.evibrief.certainty.not_assessed_levels: must be from -3 to 0 "
            "(levels of certainty), found 1; the value here is usually -1",
        ),
        (
            ["dominating_percent"],
            "mkdocs.yml:1:1: plugins.evibrief.certainty: expected names with values; "
            "write such as dominating_percent: 55",
        ),
    ],
)
def test_a_mistake_is_one_line(given: object, line: str) -> None:
    assert told(given) == [line]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"most_words": 0},
            "mkdocs.yml:47:1: plugins.evibrief.words.most_words: must be from 1 to 10000 (a number of words), "
            "found 0; the value here is usually 476",
        ),
        (
            {"hardest_grade": "easy"},
            "mkdocs.yml:1:1: plugins.evibrief.words.hardest_grade: must be a number (years of school), found 'easy'; "
            "the value here is usually 10",
        ),
        (
            {"few_studies": 3},
            "mkdocs.yml:1:1: plugins.evibrief.words.few_studies: there is no such setting; "
            "it stands under plugins.evibrief.certainty",
        ),
        (
            {"longest_sentense": 40},
            "mkdocs.yml:1:1: plugins.evibrief.words.longest_sentense: there is no such setting; "
            "did you mean 'longest_sentence'?",
        ),
        ([], "mkdocs.yml:1:1: plugins.evibrief.words: expected names with values; write such as most_words: 400"),
    ],
)
def test_a_mistake_in_the_option_for_words_is_one_line(given: object, line: str) -> None:
    assert told(None, given) == [line]


def test_an_unknown_judgement_is_named() -> None:
    lines = told({"high_risk_levels": ["high", "dreadful"]})
    assert len(lines) == 1
    assert "'dreadful' is not one of low, some concerns, high" in lines[0]


def test_numbers_that_are_none_are_refused() -> None:
    for value in (True, float("nan"), float("inf"), None):
        assert "must be a number" in told({"dominating_percent": value})[0]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(told({"dominating_percent": -1, "smd_large": 0.3, "colour": "red"})) == 3


def test_every_setting_has_a_unit_and_a_source() -> None:
    assert all(item.metadata["unit"].words and item.metadata["source"] for item in fields(Settings))
