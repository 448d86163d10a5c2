"""Speaking with a trace: every sentence is made by a template and remembers from what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.appraisal.ratings import Figure
from evibrief.pages.language import Language
from evibrief.pages.sentences import Sentence, Trace
from evibrief.records.citations import Source
from evibrief.synthesis.evidence import NarrativeSynthesis, PooledSynthesis, ReportedSynthesis


class Speaker(Protocol):
    """What turns the name of a sentence and its parts into text: the renderer."""

    language: Language

    def speak(self, name: str, /, **context: object) -> str:
        """Return the sentence as plain text."""


def say(
    speaker: Speaker,
    template: str,
    /,
    *,
    rule: str,
    cells: Iterable[str] = (),
    inputs: Mapping[str, Figure] | None = None,
    outcomes: Iterable[OutcomeBrief] = (),
    sources: Iterable[Source] = (),
    fields: Iterable[str] = (),
    **context: object,
) -> Sentence:
    """Make a sentence, traced to its rule, its figures and the records of its outcomes.

    ``cells`` are the clauses of the wording table in it, which are then named instead of the template around them.
    ``fields`` are the parts of the summary's record that were used beside its outcomes.
    """
    told = tuple(outcomes)
    trace = Trace(
        rule=rule,
        template=" + ".join(cells) or template,
        inputs=dict(inputs or {}),
        outcomes=tuple(item.outcome.id for item in told),
        studies=studies_behind(told),
        sources=(*sources, *sources_of(told)),
        fields=(*fields, *(f"outcomes.{item.outcome.id}" for item in told)),
    )
    return Sentence(text=speaker.speak(template, **context), trace=trace)


def studies_behind(outcomes: Iterable[OutcomeBrief]) -> tuple[str, ...]:
    """Return the ids of the studies pooled for these outcomes, each once, sorted."""
    pooled = [item.synthesis for item in outcomes if isinstance(item.synthesis, PooledSynthesis)]
    return tuple(sorted({row.study_id for synthesis in pooled for row in synthesis.rows}))


def sources_of(outcomes: Iterable[OutcomeBrief]) -> tuple[Source, ...]:
    """Return the places where reported and narrative results were read."""
    quoted = [item.synthesis for item in outcomes if isinstance(item.synthesis, ReportedSynthesis | NarrativeSynthesis)]
    return tuple(synthesis.source for synthesis in quoted if synthesis.source is not None)
