"""Where a sentence comes from: its rule, its figures, its records, its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evibrief.appraisal.ratings import Figure
from evibrief.pages import formats
from evibrief.pages.language import Language
from evibrief.pages.links import Link, relative, study_uri
from evibrief.pages.references import short_name
from evibrief.pages.sentences import Sentence
from evibrief.pages.voice import Speaker
from evibrief.records.citations import Citation, Source

# Rules that differ only in what they found.
_FAMILIES = ("judgement", "level", "risk-of-bias", "start", "inconsistency", "imprecision", "publication-bias")
# Digits that matter to somebody who checks; the data file has them all.
SIGNIFICANT = 4
# More studies than these are not listed behind every sentence, but once.
MOST_STUDIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigure:
    """A figure behind a sentence, by name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one sentence comes from.

    ``meaning`` says in words what the rule does; ``fields`` are parts of the summary's record.
    """

    sentence: str
    rule: str
    meaning: str
    figures: tuple[NamedFigure, ...]
    studies: tuple[Link, ...]
    fields: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a page needs to name the records behind its words: labels of studies, references by id."""

    uri: str
    labels: Mapping[str, str]
    references: Mapping[str, Citation]

    def study(self, study_id: str) -> Link:
        """Return a link to a study's page."""
        return Link(text=self.labels.get(study_id, study_id), href=relative(self.uri, study_uri(study_id)))

    def source(self, source: Source) -> str:
        """Return a place in a paper in words: ``Cooper 2024, Table 2, p. 9``."""
        place = _place(self._named(source.report), source.place)
        if source.seen_in is None:
            return place
        return f"{place}; seen in {_place(self._named(source.seen_in), source.seen_place)}"

    def _named(self, report: str) -> str:
        citation = self.references.get(report)
        return short_name(citation) if citation else report


def origins(sentences: Iterable[Sentence], records: Records, speaker: Speaker) -> tuple[Origin, ...]:
    """Return where each sentence comes from."""
    return tuple(
        Origin(
            sentence=sentence.text,
            rule=sentence.trace.rule,
            meaning=meaning(sentence.trace.rule, speaker),
            figures=named_figures(sentence.trace.inputs, speaker.language),
            studies=_studies(sentence.trace.studies, records, speaker),
            fields=tuple(dict.fromkeys(sentence.trace.fields)),
            sources=tuple(dict.fromkeys(records.source(source) for source in sentence.trace.sources)),
        )
        for sentence in sentences
    )


def _studies(names: Sequence[str], records: Records, speaker: Speaker) -> tuple[Link, ...]:
    """Link to each study; of many, to the list of all that stands on the same page."""
    if len(names) <= MOST_STUDIES:
        return tuple(records.study(name) for name in names)
    return (Link(text=speaker.speak("rules.many_studies", number=len(names)), href="#studies"),)


def meaning(rule: str, speaker: Speaker) -> str:
    """Return what a rule does, in words; rules of one family share them."""
    family = next((prefix for prefix in _FAMILIES if rule.startswith(f"{prefix}-")), rule)
    return speaker.speak(f"rules.{family}")


def named_figures(inputs: Mapping[str, Figure], language: Language) -> tuple[NamedFigure, ...]:
    """Return figures by name, as a page prints them."""
    return tuple(_figures(inputs, language))


def figure_text(value: Figure, language: Language) -> str:
    """Return a figure with as many digits as a check needs; text as it is; an unknown one as a dash."""
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return formats.count(value, language)
    decimals = max(0, SIGNIFICANT - len(str(int(abs(value))))) if abs(value) >= 1 else SIGNIFICANT
    return formats.fixed(value, decimals, language)


def _figures(inputs: Mapping[str, Figure], language: Language) -> Iterable[NamedFigure]:
    for name, value in inputs.items():
        yield NamedFigure(name=name.replace("_", " ").replace("-", " "), value=figure_text(value, language))


def _place(name: str, place: str | None) -> str:
    return f"{name}, {place}" if place else name
