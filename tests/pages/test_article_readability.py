"""Readability. Syllables are those of a dictionary; grades are worked by hand from the formulas."""

from __future__ import annotations

import math

import pytest

from evibrief.pages.readability import prose_of, readability, syllables


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("a", 1),
        ("health", 1),
        ("used", 1),
        ("little", 2),
        ("needed", 2),
        ("changes", 2),
        ("people", 2),
        ("trials", 2),
        ("patients", 2),
        ("diet", 2),
        ("articles", 3),
        ("increases", 3),
        ("evidence", 3),
        ("nicotine", 3),
        ("self-stigma", 3),
        ("recovery", 4),
        ("situation", 4),
        ("participants", 4),
        ("chemotherapy", 5),
    ],
)
def test_syllables(word: str, number: int) -> None:
    assert syllables(word) == number


def test_statistics_are_taken_out_before_anything_is_counted() -> None:
    text = "The difference was 0.20 (95% CI 0.01 to 0.39; I² = 42%). Smith et al. found more, e.g. on mood."
    measured = readability(text)
    assert measured.sentences == 2
    assert "0" not in prose_of(text)
    assert "CI" not in prose_of(text)


def test_the_grade_follows_the_formula() -> None:
    # Ten sentences of five words and six syllables: 0.39 * 5 + 11.8 * 6 / 5 - 15.59 = 0.52; no word is hard.
    measured = readability("The cat sat on water. " * 10)
    assert (measured.words, measured.sentences, measured.longest_sentence) == (50, 10, 5)
    assert measured.grade == pytest.approx(0.52)
    assert measured.smog == pytest.approx(3.1291)


def test_smog_counts_words_of_three_syllables_and_more() -> None:
    # One hard word in each of ten sentences: 1.043 * sqrt(30) + 3.1291
    measured = readability("The cat sat on evidence. " * 10)
    assert measured.smog == pytest.approx(1.043 * math.sqrt(30) + 3.1291)


def test_names_that_readers_must_know_do_not_count_as_hard() -> None:
    text = "She took chemotherapy again now. " * 10
    assert readability(text, familiar=["chemotherapy"]).smog == pytest.approx(3.1291)


def test_a_short_text_has_no_grade() -> None:
    measured = readability("Too short to say.")
    assert measured.grade is measured.smog is None
    assert readability("").words == 0
