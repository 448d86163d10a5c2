"""What changed in a text, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words in a row with the same fate; between two pieces stands one space."""

    fate: Fate
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in reading order: what was removed stands before what was added in its place.

    Words are what stands between spaces. A single word that stayed between two changes is told as changed with them,
    since a sentence patched together from single words cannot be read.
    """
    old, new = before.split(), after.split()
    pieces = []
    for same, i1, i2, j1, j2 in _spans(old, new):
        if same:
            pieces.append(Piece(fate=Fate.KEPT, text=" ".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece(fate=Fate.REMOVED, text=" ".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(fate=Fate.ADDED, text=" ".join(new[j1:j2])))
    return tuple(pieces)


_Span = tuple[bool, int, int, int, int]


def _spans(old: Sequence[str], new: Sequence[str]) -> Iterator[_Span]:
    """Yield the matching and differing spans of two lists of words, lone matching words joined to what is around."""
    # The heuristic for popular words would hide matches in texts of more than 200 words.
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    waiting: _Span | None = None
    for index, (kind, i1, i2, j1, j2) in enumerate(codes):
        lone = kind == "equal" and i2 - i1 == 1 and 0 < index < len(codes) - 1
        if kind != "equal" or lone:
            start = waiting or (False, i1, i2, j1, j2)
            waiting = (False, start[1], i2, start[3], j2)
            continue
        if waiting:
            yield waiting
            waiting = None
        yield (True, i1, i2, j1, j2)
    if waiting:
        yield waiting


def shortened_diff(pieces: Sequence[Piece], *, context: int) -> tuple[Piece, ...]:
    """Return the pieces with at most ``context`` kept words beside each change; an ellipsis stands for the others."""
    last = len(pieces) - 1
    return tuple(
        _cut(piece, left=context if index > 0 else 0, right=context if index < last else 0)
        if piece.fate is Fate.KEPT
        else piece
        for index, piece in enumerate(pieces)
    )


def _cut(piece: Piece, *, left: int, right: int) -> Piece:
    words = piece.text.split()
    if len(words) <= left + right + 1:
        return piece
    return Piece(fate=piece.fate, text=" ".join([*words[:left], "…", *words[len(words) - right :]]))
