"""Addresses of pages are short enough for every file system, and different texts keep different ones."""

from __future__ import annotations

import pytest

from evibrief.pages.links import MAX_BYTES, slugified, topic_uri


@pytest.mark.parametrize(
    ("text", "name"),
    [("Mental health", "mental-health"), ("Naïve (T)", "naive-t"), ("心臓", "心臓"), ("***", "other"), ("ＡＢ", "ab")],
)
def test_a_name_keeps_letters_and_digits(text: str, name: str) -> None:
    assert slugified(text) == name


@pytest.mark.parametrize("text", ["x" * 400, "心" * 400, "\ufdfa" * 400, "a b " * 100])
def test_a_long_name_is_bounded_and_its_own(text: str) -> None:
    name = slugified(text)
    assert len(name.encode()) <= MAX_BYTES
    assert name != slugified(f"{text}y")
    assert topic_uri(text) == f"topics/{name}/"


def test_the_bound_itself_is_kept_whole() -> None:
    assert slugified("x" * MAX_BYTES) == "x" * MAX_BYTES
    assert slugified("x" * (MAX_BYTES + 1)) != "x" * (MAX_BYTES + 1)
