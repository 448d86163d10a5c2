"""What a change of the records does to what readers are told: summary by summary, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.settings import Settings
from evibrief.changes.fields import FieldChange, field_changes
from evibrief.changes.words import Piece, word_diff
from evibrief.pages.article import Article
from evibrief.pages.findings_table import FindingRow, finding_rows
from evibrief.pages.rendering import Renderer
from evibrief.pages.telling import tell
from evibrief.records.desk import Share, one_by_one
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Summaries by slug and studies by id, at one time. A study that a summary names may be missing, if unreadable."""

    summaries: Mapping[str, Summary]
    studies: Mapping[str, Study]


class Kind(StrEnum):
    """What happened to a record, or to a passage."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNREADABLE_BEFORE = "unreadable-before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of the two-minute text that reads otherwise: ``key-point-1``, ``level``, ``results``."""

    part: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The figures of one outcome: as the page prints them, and unrounded on the natural scale (I2 in percent)."""

    certainty: str | None
    studies: int | None
    participants: int | None
    effect: str
    people: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    i2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """An outcome whose figures changed; it is missing before if it is new, after if it is gone."""

    outcome_id: str
    name: str
    before: Numbers | None
    after: Numbers | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChange:
    """What a reader of one summary would see otherwise. Nothing in it may be changed: then the words stay as they are.

    ``studies_added`` and ``studies_removed`` are ids that the summary names now, or no longer names.
    """

    slug: str
    title: str
    kind: Kind
    status_before: str | None
    status_after: str | None
    level_before: int | None
    level_after: int | None
    passages: tuple[Passage, ...]
    outcomes: tuple[OutcomeChange, ...]
    studies_added: tuple[str, ...]
    studies_removed: tuple[str, ...]

    @property
    def changes_words(self) -> bool:
        """Whether a reader would see anything otherwise."""
        return bool(self.passages or self.outcomes or self.status_before != self.status_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyChange:
    """A study that was added, changed or removed, with its fields; of an added or removed one there are none."""

    id: str
    label: str
    kind: Kind
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs between two states: affected summaries by slug, studies by id."""

    summaries: tuple[SummaryChange, ...]
    studies: tuple[StudyChange, ...]


def compare(
    before: Records, after: Records, renderer: Renderer, settings: Settings, share: Share = one_by_one
) -> Comparison:
    """Compare two states of the records. Both are rated and worded alike, so that only data can differ.

    ``share`` may tell many summaries in several processes.

    Raises:
        SiteError: if the templates cannot be used.
    """
    changed = tuple(_study_changes(before.studies, after.studies))
    touched = frozenset(item.id for item in changed)
    slugs = sorted({*before.summaries, *after.summaries})
    affected = [slug for slug in slugs if _is_affected(before.summaries.get(slug), after.summaries.get(slug), touched)]
    make = partial(_compared, before=before, after=after, renderer=renderer, settings=settings)
    return Comparison(summaries=tuple(share(make, affected)), studies=changed)


def _study_changes(before: Mapping[str, Study], after: Mapping[str, Study]) -> Iterator[StudyChange]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        present = new or old
        assert present is not None
        fields = field_changes(old, new) if old is not None and new is not None else ()
        yield StudyChange(id=name, label=present.label, kind=_kind(old, new), fields=fields)


def _kind(old: object, new: object) -> Kind:
    if old is None:
        return Kind.ADDED
    return Kind.REMOVED if new is None else Kind.CHANGED


def _is_affected(old: Summary | None, new: Summary | None, touched: frozenset[str]) -> bool:
    if old != new:
        return True
    return new is not None and not touched.isdisjoint(new.studies)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A summary at one time, as its readers meet it."""

    article: Article
    brief: Brief
    rows: tuple[FindingRow, ...]


def _tell(
    summary: Summary | None, studies: Mapping[str, Study], renderer: Renderer, settings: Settings
) -> _Told | None:
    """Tell a summary; nothing, if there is none or one of its studies cannot be read."""
    if summary is None or not all(name in studies for name in summary.studies):
        return None
    told = tell(summary, studies, renderer, settings)
    return _Told(article=told.article, brief=told.brief, rows=finding_rows(told.brief, renderer))


def _compared(slug: str, *, before: Records, after: Records, renderer: Renderer, settings: Settings) -> SummaryChange:
    was, now = before.summaries.get(slug), after.summaries.get(slug)
    old = _tell(was, before.studies, renderer, settings)
    new = _tell(now, after.studies, renderer, settings)
    present = now or was
    assert present is not None
    named_before = frozenset(was.studies if was else ())
    named_after = frozenset(now.studies if now else ())
    return SummaryChange(
        slug=slug,
        title=present.title,
        kind=Kind.UNREADABLE_BEFORE if was is not None and old is None else _kind(was, now),
        status_before=was.status.value if was else None,
        status_after=now.status.value if now else None,
        level_before=old.brief.level.level.value if old else None,
        level_after=new.brief.level.level.value if new else None,
        passages=tuple(_passages(old, new)),
        outcomes=tuple(_outcome_changes(old, new)),
        studies_added=tuple(sorted(named_after - named_before)),
        studies_removed=tuple(sorted(named_before - named_after)),
    )


def _passages(old: _Told | None, new: _Told | None) -> Iterator[Passage]:
    before, after = (_parts(told) for told in (old, new))
    for part in dict.fromkeys([*after, *before]):
        was, now = before.get(part, ""), after.get(part, "")
        if was != now:
            yield Passage(part=part, before=was, after=now, pieces=word_diff(was, now))


def _parts(told: _Told | None) -> dict[str, str]:
    """Return the two-minute text by its parts, in the order of reading."""
    if told is None:
        return {}
    article = told.article
    points = {f"key-point-{number}": point.text for number, point in enumerate(article.key_points, start=1)}
    names = ("background", "methods", "results", "limitations", "meaning")
    paragraphs = {
        name: " ".join(sentence.text for sentence in sentences)
        for name, sentences in zip(names, article.paragraphs, strict=True)
        if sentences
    }
    return {"title": article.title, **points, "level": article.level.text, **paragraphs}


def _outcome_changes(old: _Told | None, new: _Told | None) -> Iterator[OutcomeChange]:
    before, after = _numbers(old), _numbers(new)
    names = {row.outcome_id: row.name for told in (old, new) if told for row in told.rows}
    for outcome in dict.fromkeys([*after, *before]):
        was, now = before.get(outcome), after.get(outcome)
        if was != now:
            yield OutcomeChange(outcome_id=outcome, name=names[outcome], before=was, after=now)


def _numbers(told: _Told | None) -> dict[str, Numbers]:
    if told is None:
        return {}
    pairs = zip(told.rows, told.brief.outcomes, strict=True)
    return {row.outcome_id: _figures(row, outcome) for row, outcome in pairs}


def _figures(row: FindingRow, outcome: OutcomeBrief) -> Numbers:
    known = outcome.synthesis
    estimate = known.estimate if isinstance(known, PooledSynthesis | ReportedSynthesis) else None
    people = row.people
    return Numbers(
        certainty=row.certainty.word if row.certainty else None,
        studies=row.studies,
        participants=row.participants,
        effect=row.effect,
        people=f"{people.with_it} of {people.denominator:,}, against {people.without}" if people else "",
        estimate=estimate.value if estimate else None,
        ci_low=estimate.low if estimate else None,
        ci_high=estimate.high if estimate else None,
        i2=_i2(known),
    )


def _i2(known: object) -> float | None:
    if isinstance(known, PooledSynthesis):
        return known.pooled.i2
    return known.i2_percent if isinstance(known, ReportedSynthesis) else None
