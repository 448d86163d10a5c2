"""A sentence and what stands behind it: the rule that chose it, the figures it rests on, and their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evibrief.appraisal.ratings import Figure
from evibrief.records.citations import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Why a sentence reads as it does.

    ``rule`` is the code of the rule that chose it, ``template`` the sentence of the wording, ``inputs`` the figures by
    name, unrounded, on the natural scale. ``outcomes`` and ``studies`` are the ids of the records behind it, ``fields``
    the dotted ways to what was used of the summary's own record, ``sources`` the places in published papers where
    figures were read.
    """

    rule: str
    template: str
    inputs: Mapping[str, Figure]
    outcomes: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A piece of plain text for readers. A person's own prose has a trace, too: the field that it stands in.

    ``marked`` is the same with the little Markdown that prose may hold (:mod:`evibrief.records.markup`).
    """

    text: str
    trace: Trace
    marked: str | None = None
