"""How hard prose is to read: Flesch-Kincaid grade and SMOG, computed here, offline and the same on every machine.

Statistics are taken out first, because a decimal point would end a sentence and make a page of figures look easy.
Syllables are counted by rule (groups of vowels, a silent final e), which is within about a tenth of a dictionary's
count over a paragraph. English only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from evibrief.appraisal.settings import DEFAULT

# SMOG is defined on many sentences; with fewer it is not given.
FEWEST_SENTENCES_FOR_SMOG = 10

_PARENTHESES = re.compile(r"\s*\([^()]*\)")
_LINK = re.compile(r"https?://\S+|\b10\.\d{4,9}/\S+")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|vs|etc|et al|approx|Dr|St|no)\.", re.IGNORECASE)
_NUMBER = re.compile(r"[<>=\u2212+-]?\s?\d[\d.,]*\d|[<>=\u2212+-]?\s?\d")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# A final e is silent but in "-le" after a consonant; "-es" after a hissing sound and "-ed" after d or t are heard.
_SILENT = re.compile(r"(?:[^laeiouy]|[aeiouy]l)e$|[^laeiouyscgxz]es$|[aeiouy]les$|[^aeioutdy]ed$")
# Vowels that are spoken apart: ra-di-o, ma-te-ri-al, vi-de-o, us-u-al, di-et; but not na-tion, spe-cial, peo-ple.
_HIATUS = re.compile(r"(?<![cstgx])i[ou](?!s)|(?<![cstg])ia|(?<!p)eo(?!u)|(?<!q)ua|(?<![ct])ie(?=[nt])|ei(?=ng)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """Measures of one text. Grades are school years, missing for text too short to measure."""

    words: int
    sentences: int
    words_per_sentence: float
    longest_sentence: int
    grade: float | None
    smog: float | None


def prose_of(text: str) -> str:
    """Return text without statistics in parentheses, links, abbreviations and numbers."""
    bare = _LINK.sub("", _PARENTHESES.sub("", text))
    bare = _ABBREVIATION.sub(lambda found: found[1].replace(".", ""), bare)
    return _NUMBER.sub("", bare)


def readability(
    text: str, *, familiar: Collection[str] = (), fewest_words: int = DEFAULT.fewest_words_for_grade
) -> Readability:
    """Measure a text. Prose of fewer than ``fewest_words`` has no stable grade, and gets none.

    ``familiar`` are names that readers of the page must know anyway, such as the condition and the intervention: each
    of their words counts as one syllable.

    grade = 0.39 words / sentences + 11.8 syllables / words - 15.59 (Kincaid 1975);
    SMOG = 1.043 sqrt(30 polysyllables / sentences) + 3.1291 (McLaughlin 1969).
    """
    known = {word.lower() for name in familiar for word in _WORD.findall(name)}
    told = [words for part in _SENTENCE_END.split(prose_of(text)) if (words := _WORD.findall(part))]
    counts = [1 if word.lower() in known else syllables(word) for words in told for word in words]
    if not counts:
        return Readability(words=0, sentences=0, words_per_sentence=0.0, longest_sentence=0, grade=None, smog=None)
    per_sentence = len(counts) / len(told)
    grade = 0.39 * per_sentence + 11.8 * sum(counts) / len(counts) - 15.59
    hard = sum(count >= 3 for count in counts)
    return Readability(
        words=len(counts),
        sentences=len(told),
        words_per_sentence=per_sentence,
        longest_sentence=max(map(len, told)),
        grade=grade if len(counts) >= fewest_words else None,
        smog=1.043 * math.sqrt(30 * hard / len(told)) + 3.1291 if len(told) >= FEWEST_SENTENCES_FOR_SMOG else None,
    )


def syllables(word: str) -> int:
    """Count the syllables of an English word by rule; at least one."""
    parts = re.split(r"[-'\u2019]", word.lower())
    return max(1, sum(_syllables_of_part(part) for part in parts if part))


def _syllables_of_part(part: str) -> int:
    groups = len(_VOWELS.findall(part))
    groups += len(_HIATUS.findall(part))
    silent = 1 if groups > 1 and _SILENT.search(part) else 0
    return max(groups - silent, 1 if groups else 0)
