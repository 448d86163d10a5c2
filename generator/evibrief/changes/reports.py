"""A comparison for those who decide on it: lines for a terminal, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evibrief.changes.comparison import (
    Comparison,
    Kind,
    Numbers,
    OutcomeChange,
    Passage,
    StudyChange,
    SummaryChange,
)
from evibrief.changes.words import Fate, Piece, shortened_diff
from evibrief.errors import Problem, one_line
from evibrief.exchange.github_text import github_text
from evibrief.exchange.plain import plain
from evibrief.exchange.printed_json import printed

# Words beside a change that are shown so that it can be understood.
CONTEXT_WORDS = 12
# A record replaced by another differs in every field; the first few say so.
MOST_FIELDS = 12
# GitHub refuses a comment of more than 65,536 characters.
MOST_CHARACTERS = 60_000
# By this line a workflow finds its own comment again.
MARKER = "<!-- evibrief-diff -->"

_PARTS = {
    "title": "Title",
    "level": "Evidence level",
    "background": "Background",
    "methods": "Methods",
    "results": "Results",
    "limitations": "Limitations",
    "meaning": "What it means",
}
_FIGURES = (
    ("certainty", "Certainty"),
    ("effect", "Effect"),
    ("people", "People with it"),
    ("studies", "Studies"),
    ("participants", "Participants"),
    ("i2", "I²"),
)


def as_json(comparison: Comparison, revision: str, faults: Sequence[Problem] = ()) -> str:
    """One object: ``revision``, ``summaries``, ``studies``, and ``faults`` of the records of the revision."""
    document = {"revision": revision, **_object(comparison), "faults": plain(faults)}
    return printed(document)


def _object(comparison: Comparison) -> dict[str, object]:
    return {"summaries": plain(comparison.summaries), "studies": plain(comparison.studies)}


def as_text(comparison: Comparison, revision: str, faults: Sequence[Problem] = ()) -> str:
    """Lines for a terminal: ``[-removed-] {+added+}`` words, and figures as ``before → after``."""
    lines = [_headline(comparison, revision)]
    for item in comparison.summaries:
        lines += ["", f"{item.title} (summaries/{item.slug}.yaml, {_event(item)})"]
        lines += [f"  {line}" for line in _remarks(item)]
        lines += [f"  {_part(passage)}: {_marked(passage.pieces)}" for passage in item.passages]
        for outcome in item.outcomes:
            lines.append(f"  {outcome.name}:")
            lines += [f"    {label}: {before} → {after}" for label, before, after in _figures(outcome)]
    if comparison.studies:
        lines += ["", "Studies"]
    for study in comparison.studies:
        lines.append(f"  {study.kind}: {study.label} (studies/{study.id}.yaml)")
        lines += [f"    {line}" for line in _fields(study)]
    lines += _fault_lines(faults, revision)
    return "\n".join(one_line(line) for line in lines)


def as_markdown(comparison: Comparison, revision: str, faults: Sequence[Problem] = ()) -> str:
    """A comment for a pull request, within GitHub's limit. Text from records is text: no markup, mention or link."""
    blocks = [MARKER, f"### {github_text(_headline(comparison, revision))}"]
    blocks += [_summary_block(item) for item in comparison.summaries]
    if comparison.studies:
        blocks.append("\n".join(["#### Studies", "", *map(_study_item, comparison.studies)]))
    if faults:
        blocks.append("\n".join(["", *(f"- {github_text(line)}" for line in _fault_lines(faults, revision) if line)]))
    return _within(blocks)


def _within(blocks: Sequence[str]) -> str:
    """Join blocks as far as they fit, and say how many did not."""
    room = MOST_CHARACTERS
    shown: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        shown.append(block)
    if len(shown) < len(blocks):
        left = len(blocks) - len(shown)
        shown.append(f"{left} more parts do not fit into a comment; run: evibrief diff")
    return "\n\n".join(shown) + "\n"


def _headline(comparison: Comparison, revision: str) -> str:
    if not comparison.summaries and not comparison.studies:
        return f"No record differs from {revision}."
    changed = sum(item.changes_words for item in comparison.summaries)
    words = _count(changed, "summary reads otherwise", "summaries read otherwise")
    studies = _count(len(comparison.studies), "study differs", "studies differ")
    return f"Since {revision}, {words}; {studies}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number in (0, 1) else many}"


def _event(item: SummaryChange) -> str:
    match item.kind:
        case Kind.ADDED:
            return "new"
        case Kind.REMOVED:
            return "removed"
        case Kind.UNREADABLE_BEFORE:
            return "could not be read before"
        case _:
            return "changed" if item.changes_words else "reads as before"


def _remarks(item: SummaryChange) -> Iterator[str]:
    """Yield what changed beside the text and the figures."""
    if item.status_before != item.status_after and item.kind is Kind.CHANGED:
        yield f"Status: {item.status_before} → {item.status_after}"
    if item.level_before != item.level_after and None not in (item.level_before, item.level_after):
        yield f"Evidence level: {item.level_before} → {item.level_after}"
    if item.kind is Kind.CHANGED and item.studies_added:
        yield f"Studies now named: {', '.join(item.studies_added)}"
    if item.kind is Kind.CHANGED and item.studies_removed:
        yield f"Studies no longer named: {', '.join(item.studies_removed)}"


def _part(passage: Passage) -> str:
    number = passage.part.removeprefix("key-point-")
    return _PARTS.get(passage.part) or f"Key point {number}"


def _figures(outcome: OutcomeChange) -> Iterator[tuple[str, str, str]]:
    """Yield the figures that differ as they are printed: label, before, after."""
    for field, label in _FIGURES:
        before, after = _printed(outcome.before, field), _printed(outcome.after, field)
        if before != after:
            yield label, before, after


def _printed(numbers: Numbers | None, field: str) -> str:
    value = getattr(numbers, field) if numbers else None
    if value is None or value == "":
        return "–"
    if isinstance(value, float):
        return f"{value:.0f} %"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _fields(study: StudyChange) -> Iterator[str]:
    for item in study.fields[:MOST_FIELDS]:
        yield f"{item.field}: {item.before or '–'} → {item.after or '–'}"
    if len(study.fields) > MOST_FIELDS:
        yield f"and {len(study.fields) - MOST_FIELDS} more fields"


def _fault_lines(faults: Sequence[Problem], revision: str) -> list[str]:
    if not faults:
        return []
    return ["", f"At {revision} these records could not be read, so nothing is told of them before:", *map(str, faults)]


def _marked(pieces: Sequence[Piece]) -> str:
    signs = {Fate.KEPT: ("", ""), Fate.REMOVED: ("[-", "-]"), Fate.ADDED: ("{+", "+}")}
    shown = shortened_diff(pieces, context=CONTEXT_WORDS)
    return " ".join(f"{signs[piece.fate][0]}{piece.text}{signs[piece.fate][1]}" for piece in shown)


def _summary_block(item: SummaryChange) -> str:
    lines = [f"#### {github_text(item.title)}", "", f"{_file(f'summaries/{item.slug}.yaml')}, {_event(item)}", ""]
    lines += [f"- {github_text(line)}" for line in _remarks(item)]
    lines += [f"- **{_part(passage)}:** {_tagged(passage.pieces)}" for passage in item.passages]
    if item.outcomes:
        lines += ["", "| outcome | figure | before | after |", "|---|---|---|---|"]
    for outcome in item.outcomes:
        for label, before, after in _figures(outcome):
            lines.append(f"| {github_text(outcome.name)} | {label} | {github_text(before)} | {github_text(after)} |")
    return "\n".join(lines).rstrip()


def _study_item(study: StudyChange) -> str:
    fields = [f"  - {github_text(line)}" for line in _fields(study)]
    return "\n".join([f"- {study.kind}: {github_text(study.label)}, {_file(f'studies/{study.id}.yaml')}", *fields])


def _file(path: str) -> str:
    """A path in the letters of code; its name is a stranger's, too."""
    return f"<code>{github_text(path)}</code>"


def _tagged(pieces: Sequence[Piece]) -> str:
    tags = {Fate.KEPT: ("", ""), Fate.REMOVED: ("<del>", "</del>"), Fate.ADDED: ("<ins>", "</ins>")}
    shown = shortened_diff(pieces, context=CONTEXT_WORDS)
    return " ".join(f"{tags[piece.fate][0]}{github_text(piece.text)}{tags[piece.fate][1]}" for piece in shown)
