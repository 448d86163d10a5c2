"""Editors' prose: its placeholders are filled with the figures they name, so that prose cannot go stale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure
from evibrief.pages import formats
from evibrief.pages.sentences import Sentence, Trace
from evibrief.pages.voice import Speaker, sources_of, studies_behind
from evibrief.records.markup import plain_of, unmarked
from evibrief.records.summary import SourceReview
from evibrief.synthesis.evidence import NarrativeSynthesis, PooledSynthesis, ReportedSynthesis

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SPACE = re.compile(r"\s+")
# A placeholder here starts a sentence, so its number is written out with a capital.
_START = re.compile(r"(?:^|[.!?] )$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfilled:
    """A placeholder in prose for which there is no figure. ``field`` is the dotted way to the prose."""

    field: str
    placeholder: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledProse:
    """Prose as a reader sees it, and what could not be filled in."""

    sentence: Sentence
    unfilled: tuple[Unfilled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """What stands for one placeholder: the printed text, and the figure behind it."""

    text: str
    value: Figure


def fill(speaker: Speaker, brief: Brief, field: str, text: str) -> FilledProse:
    """Fill in a piece of prose. A placeholder without a figure stays as it is, and is reported."""
    inputs: dict[str, Figure] = {}
    unfilled: list[Unfilled] = []

    def filled(match: re.Match[str]) -> str:
        name = match.group(1)
        starts = _START.search(text[: match.start()]) is not None
        filling = _filling(speaker, brief, name, starts=starts)
        if filling is None:
            unfilled.append(Unfilled(field=field, placeholder=name, reason="there is no such figure here"))
            return match.group()
        inputs[name] = filling.value
        return unmarked(filling.text)

    marked = _SPACE.sub(" ", _PLACEHOLDER.sub(filled, text)).strip()
    sentence = Sentence(text=plain_of(marked), marked=marked, trace=_trace(brief, field, inputs))
    return FilledProse(sentence=sentence, unfilled=tuple(unfilled))


def _trace(brief: Brief, field: str, inputs: Mapping[str, Figure]) -> Trace:
    named = {name.partition(".")[0] for name in inputs}
    told = tuple(item for item in brief.outcomes if item.outcome.id in named)
    review, writing = brief.summary.source_review, brief.summary.writing
    read_in = writing.background_sources if field == "writing.background" else ()
    return Trace(
        rule="editors-prose",
        template=field,
        inputs=inputs,
        outcomes=tuple(item.outcome.id for item in told),
        studies=studies_behind(told),
        sources=(*read_in, *sources_of(told), *(review.sources if review and "review" in named else ())),
        fields=(field, *(f"outcomes.{item.outcome.id}" for item in told)),
    )


def _filling(speaker: Speaker, brief: Brief, name: str, *, starts: bool) -> _Filling | None:
    owner, _, field = name.partition(".")
    if owner == "review":
        return _of_review(speaker, brief.summary.source_review, field, starts=starts)
    found = next((item for item in brief.outcomes if item.outcome.id == owner), None)
    return None if found is None else _of_outcome(speaker, found, field, starts=starts)


def _of_review(speaker: Speaker, review: SourceReview | None, field: str, *, starts: bool) -> _Filling | None:
    if review is None:
        return None
    if field == "followup":
        return None if review.followup is None else _Filling(text=review.followup, value=review.followup)
    numbers = {
        "studies": review.studies,
        "participants": review.participants,
        "articles": review.articles,
        "articles-pooled": review.articles_pooled,
    }
    return _number(speaker, numbers.get(field), starts=starts)


def _number(speaker: Speaker, value: int | None, *, starts: bool) -> _Filling | None:
    if value is None:
        return None
    text = (formats.at_start if starts else formats.in_words)(value, speaker.language)
    return _Filling(text=text, value=value)


def _of_outcome(speaker: Speaker, item: OutcomeBrief, field: str, *, starts: bool) -> _Filling | None:
    synthesis = item.synthesis
    if field == "certainty":
        word = item.finding.certainty.word if item.finding.certainty else None
        return None if word is None else _Filling(text=speaker.speak("grammar.certainty", word=word), value=word)
    if isinstance(synthesis, PooledSynthesis | ReportedSynthesis | NarrativeSynthesis) and field in (
        "studies",
        "participants",
    ):
        return _number(speaker, synthesis.k if field == "studies" else synthesis.participants, starts=starts)
    if not isinstance(synthesis, PooledSynthesis | ReportedSynthesis):
        return None
    if field == "i2":
        i2 = synthesis.pooled.i2 if isinstance(synthesis, PooledSynthesis) else synthesis.i2_percent
        return None if i2 is None else _Filling(text=formats.percent(i2, speaker.language), value=i2)
    if field.endswith("per-1000"):
        return _people(speaker, synthesis, field)
    return _estimate(speaker, synthesis, field)


def _people(speaker: Speaker, synthesis: PooledSynthesis | ReportedSynthesis, field: str) -> _Filling | None:
    effect = synthesis.absolute
    if effect is None:
        return None
    printed = formats.frequencies(effect.control, effect.intervention, speaker.language)
    return {
        "with-per-1000": _Filling(text=printed.intervention, value=effect.intervention),
        "without-per-1000": _Filling(text=printed.without, value=effect.control),
        "difference-per-1000": _Filling(text=printed.difference, value=effect.difference),
    }.get(field)


def _estimate(speaker: Speaker, synthesis: PooledSynthesis | ReportedSynthesis, field: str) -> _Filling | None:
    value, low, high = synthesis.estimate.value, synthesis.estimate.low, synthesis.estimate.high
    null, language = synthesis.measure.null, speaker.language
    if field == "estimate":
        beside = [limit for limit in (low, high) if limit is not None]
        return _Filling(text=formats.estimate(value, language, null=null, beside=beside), value=value)
    if low is None or high is None:
        return None
    interval = formats.interval(low, high, language, null=null, value=value)
    if field == "interval":
        return _Filling(text=interval, value=interval)
    text = speaker.speak("article.with_interval", value=value, low=low, high=high, null=null)
    return _Filling(text=text, value=value) if field == "estimate-with-interval" else None
