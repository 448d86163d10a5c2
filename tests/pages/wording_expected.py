"""What the wording table should say, written by hand after the published statements and not after our templates.

Effects: GRADE guidelines 26 (Santesso 2020, J Clin Epidemiol 119:126-135), rows by certainty and columns by size, with
one adverb for each certainty (Core GRADE 6, doi:10.1136/bmj-2024-083866). Links: "is associated with", for what nobody
chose. An open result names what the interval allows (Cochrane Handbook 5.1, 12.7.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from evibrief.appraisal.ratings import Certainty, Course, Size
from evibrief.pages.statements import Cell

HIGH, MODERATE, LOW = Certainty.HIGH, Certainty.MODERATE, Certainty.LOW
MORE, LESS = Course.INCREASES, Course.REDUCES
LARGE, MIDDLING, SMALL, TRIVIAL = Size.LARGE, Size.MODERATE, Size.SMALL, Size.TRIVIAL
BOTH = (MORE, LESS)


class Kind(NamedTuple):
    """What is measured: something that happens or not (risk), or a score; and whether more of it is good."""

    scale: str
    good: bool


RISKS, SCORES = (Kind("risk", True), Kind("risk", False)), (Kind("score", True), Kind("score", False))
KINDS = (*RISKS, *SCORES)

# {Humming} is the subject, {falls} what changes.
EFFECTS = {
    (HIGH, LARGE): "Humming leads to a large {reduction} in {falls}.",
    (HIGH, MIDDLING): "Humming {reduces} {falls}.",
    (HIGH, SMALL): "Humming slightly {reduces} {falls}.",
    (HIGH, TRIVIAL): "Humming slightly {reduces} {falls}, perhaps by too little to matter.",
    (HIGH, None): "Humming {reduces} {falls}.",
    (MODERATE, LARGE): "Humming probably leads to a large {reduction} in {falls}.",
    (MODERATE, MIDDLING): "Humming probably {reduces} {falls}.",
    (MODERATE, SMALL): "Humming probably slightly {reduces} {falls}.",
    (MODERATE, TRIVIAL): "Humming probably slightly {reduces} {falls}, perhaps by too little to matter.",
    (MODERATE, None): "Humming probably {reduces} {falls}.",
    (LOW, LARGE): "Humming may lead to a large {reduction} in {falls}.",
    (LOW, MIDDLING): "Humming may {reduce} {falls}.",
    (LOW, SMALL): "Humming may slightly {reduce} {falls}.",
    (LOW, TRIVIAL): "Humming may slightly {reduce} {falls}, perhaps by too little to matter.",
    (LOW, None): "Humming may {reduce} {falls}.",
}
LINKS = {
    (HIGH, LARGE): "Humming is associated with a much {lower} {risk}.",
    (HIGH, MIDDLING): "Humming is associated with a {lower} {risk}.",
    (HIGH, SMALL): "Humming is associated with a slightly {lower} {risk}.",
    (HIGH, TRIVIAL): "Humming is associated with a slightly {lower} {risk}, perhaps by too little to matter.",
    (HIGH, None): "Humming is associated with a {lower} {risk}.",
    (MODERATE, LARGE): "Humming is probably associated with a much {lower} {risk}.",
    (MODERATE, MIDDLING): "Humming is probably associated with a {lower} {risk}.",
    (MODERATE, SMALL): "Humming is probably associated with a slightly {lower} {risk}.",
    (MODERATE, TRIVIAL): (
        "Humming is probably associated with a slightly {lower} {risk}, perhaps by too little to matter."
    ),
    (MODERATE, None): "Humming is probably associated with a {lower} {risk}.",
    (LOW, LARGE): "Humming may be associated with a much {lower} {risk}.",
    (LOW, MIDDLING): "Humming may be associated with a {lower} {risk}.",
    (LOW, SMALL): "Humming may be associated with a slightly {lower} {risk}.",
    (LOW, TRIVIAL): "Humming may be associated with a slightly {lower} {risk}, perhaps by too little to matter.",
    (LOW, None): "Humming may be associated with a {lower} {risk}.",
}
LITTLE = {
    ("effect", HIGH): "Humming makes little to no difference to {falls}.",
    ("effect", MODERATE): "Humming probably makes little to no difference to {falls}.",
    ("effect", LOW): "Humming may make little to no difference to {falls}.",
    ("link", HIGH): "Humming is associated with little to no difference in {falls}.",
    ("link", MODERATE): "Humming is probably associated with little to no difference in {falls}.",
    ("link", LOW): "Humming may be associated with little to no difference in {falls}.",
}
OPEN = {
    ("effect", BOTH): "It is unclear whether humming increases or reduces {falls}.",
    ("effect", (MORE,)): "It is unclear whether humming {increases} {falls}, or makes little to no difference.",
    ("effect", (LESS,)): "It is unclear whether humming reduces {falls}, or makes little to no difference.",
    ("effect", ()): "It is unclear whether humming affects {falls}.",
    ("link", BOTH): "It is unclear whether humming is associated with a higher or a lower {risk}.",
    (
        "link",
        (MORE,),
    ): "It is unclear whether humming is associated with a higher {risk} or with little to no difference.",
    (
        "link",
        (LESS,),
    ): "It is unclear whether humming is associated with a lower {risk} or with little to no difference.",
    ("link", ()): "It is unclear whether there is any link between humming and it.",
}
VERY_UNCERTAIN = {
    "effect": "The evidence is very uncertain about the effect of humming on it.",
    "link": "The evidence is very uncertain about any link between humming and it.",
}
# A score of which more is good "improves"; everything else increases. What falls is always reduced.
WORDS = {
    (kind, course): {"reduces": verb + "s", "reduce": verb, "reduction": noun, "lower": lower}
    for kinds, course, verb, noun, lower in (
        (KINDS, LESS, "reduce", "reduction", "lower"),
        (RISKS, MORE, "increase", "increase", "higher"),
        (SCORES[1:], MORE, "increase", "increase", "higher"),
        (SCORES[:1], MORE, "improve", "improvement", "higher"),
    )
    for kind in kinds
}
FALLS = {
    Kind("risk", True): {"falls": "the chance of it", "risk": "chance of it"},
    Kind("risk", False): {"falls": "the risk of it", "risk": "risk of it"},
    Kind("score", True): {"falls": "it", "risk": "level of it"},
    Kind("score", False): {"falls": "it", "risk": "level of it"},
}
TOLD = {
    "improved": "The review reports an improvement in it, of which we have seen no figures.",
    "worsened": "The review reports a worsening of it, of which we have seen no figures.",
    "not_improved": "The review found no improvement in it, which does not rule one out.",
    "mixed": "The review reports mixed results for it, of which we have seen no figures.",
    "unknown": "What was found for it is not known to us.",
    "not_reported": "No study reported it.",
    "not_estimable": "What the studies report of it could not be brought together.",
    "described": "It had no group to be compared with.",
}


def expected() -> Iterator[tuple[Cell, str]]:
    """Every cell there can be, with its sentence on humming and "it"."""
    for way, frames in (("effect", EFFECTS), ("link", LINKS)):
        for kind in KINDS:
            for (certainty, size), course in product(frames, BOTH):
                words = WORDS[kind, course] | FALLS[kind]
                yield _cell(f"{way}_difference", kind, certainty, course, size), frames[certainty, size].format(**words)
            for certainty in (HIGH, MODERATE, LOW):
                yield _cell(f"{way}_little_to_no", kind, certainty), LITTLE[way, certainty].format(**FALLS[kind])
            for courses in (BOTH, (MORE,), (LESS,), ()):
                words = FALLS[kind] | {"increases": WORDS[kind, MORE]["reduces"]}
                yield _cell(f"{way}_inconclusive", kind, open_=courses), OPEN[way, courses].format(**words)
        yield Cell(template=f"findings.{way}_very_uncertain", certainty=Certainty.VERY_LOW), VERY_UNCERTAIN[way]


def _cell(
    name: str,
    kind: Kind,
    certainty: Certainty | None = None,
    course: Course | None = None,
    size: Size | None = None,
    open_: tuple[Course, ...] = (),
) -> Cell:
    return Cell(
        template=f"findings.{name}",
        certainty=certainty,
        course=course,
        size=size,
        open=open_,
        scale=kind.scale,
        more_is_good=kind.good,
    )
