"""What a check has to say, and of which field of which record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from evibrief.errors import Severity
from evibrief.records.acknowledgements import Acknowledgement
from evibrief.records.study import Study
from evibrief.records.summary import Summary

Location: TypeAlias = tuple[str | int, ...]
Figure: TypeAlias = float | int | str

OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, as the catalogue lists it.

    ``rule`` says in words and symbols when it speaks, with its thresholds; ``source`` where rule and thresholds come
    from ("ours" where nobody else has set them). ``may_stand`` is whether a person's reason in the record silences it:
    what cannot be true is not made true by a reason.
    """

    code: str
    title: str
    severity: Severity
    rule: str
    source: str
    may_stand: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What one check says of one field.

    ``record`` is the id of the study or the slug of the summary that ``location`` lies in; ``figures`` are the numbers
    that decided. ``acknowledged`` is the reason by which a person lets the remark stand.
    """

    check: Check
    kind: Literal["study", "summary"]
    record: str
    location: Location
    message: str
    advice: str
    figures: Mapping[str, Figure]
    acknowledged: Acknowledgement | None = None

    @property
    def code(self) -> str:
        """The code of the check."""
        return self.check.code

    @property
    def severity(self) -> Severity:
        """An error stops publication; a warning wants an answer; a hint is advice."""
        return self.check.severity

    @property
    def field(self) -> str:
        """The dotted way to the field, such as ``results.0.arms.control.sd``."""
        return ".".join(str(part) for part in self.location)


def remark(
    check: Check, record: Study | Summary, location: Location, message: str, advice: str = "", **figures: Figure
) -> Remark:
    """Say something of a field of a study or of a summary."""
    is_study = isinstance(record, Study)
    return Remark(
        check=check,
        kind="study" if is_study else "summary",
        record=record.id if isinstance(record, Study) else record.slug,
        location=location,
        message=message,
        advice=advice,
        figures=figures,
    )


def acknowledge(found: Iterable[Remark], given: Mapping[str, Sequence[Acknowledgement]]) -> tuple[Remark, ...]:
    """Put to each remark the reason by which it may stand, if its record gives one.

    ``given`` holds the acknowledgements of records by kind and name, such as ``study:cook-2012``.
    """
    return tuple(_answered(one, given.get(f"{one.kind}:{one.record}", ())) for one in found)


def _answered(found: Remark, given: Sequence[Acknowledgement]) -> Remark:
    if not found.check.may_stand:
        return found
    for one in given:
        if one.check == found.code and one.field == found.field:
            return replace(found, acknowledged=one)
    return found


def each_once(found: Iterable[Remark]) -> tuple[Remark, ...]:
    """Keep the first of several remarks of one check on one field: a study may serve in many summaries."""
    kept: dict[tuple[str, str, str, str], Remark] = {}
    for one in found:
        kept.setdefault((one.kind, one.record, one.code, one.field), one)
    return tuple(kept.values())
