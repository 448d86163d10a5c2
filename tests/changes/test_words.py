"""A word-level diff: nothing of either text gets lost, and a sentence can still be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evibrief.changes.words import Fate, Piece, shortened_diff, word_diff

WORDS = st.lists(st.sampled_from(["may", "reduce", "pain", "0.85,", "slightly", "probably"]), max_size=12).map(" ".join)


def told(pieces: tuple[Piece, ...], *fates: Fate) -> str:
    return " ".join(piece.text for piece in pieces if piece.fate in fates)


@given(before=WORDS, after=WORDS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert told(pieces, Fate.KEPT, Fate.REMOVED) == before
    assert told(pieces, Fate.KEPT, Fate.ADDED) == after
    assert all(piece.text for piece in pieces)


def test_a_changed_word_stands_between_the_words_that_stayed() -> None:
    assert word_diff("tea may reduce hiccups slightly", "tea probably reduces hiccups slightly") == (
        Piece(fate=Fate.KEPT, text="tea"),
        Piece(fate=Fate.REMOVED, text="may reduce"),
        Piece(fate=Fate.ADDED, text="probably reduces"),
        Piece(fate=Fate.KEPT, text="hiccups slightly"),
    )


def test_a_lone_word_between_two_changes_goes_with_them() -> None:
    assert word_diff("0.73 of 100 people", "0.76 of 200 people") == (
        Piece(fate=Fate.REMOVED, text="0.73 of 100"),
        Piece(fate=Fate.ADDED, text="0.76 of 200"),
        Piece(fate=Fate.KEPT, text="people"),
    )


def test_the_same_text_is_one_piece() -> None:
    assert word_diff("as it was", "as it was") == (Piece(fate=Fate.KEPT, text="as it was"),)


def test_far_from_a_change_an_ellipsis_stands() -> None:
    before = "one two three four five six seven eight nine ten"
    pieces = shortened_diff(word_diff(before, before.replace("five", "5")), context=2)
    assert [piece.text for piece in pieces] == ["… three four", "five", "5", "six seven …"]


def test_between_two_changes_both_ends_of_the_kept_words_are_shown() -> None:
    kept = "a b c d e f g"
    pieces = shortened_diff(word_diff(f"old {kept} old", f"new {kept} new"), context=2)
    assert pieces[2].text == "a b … f g"
