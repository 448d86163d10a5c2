"""From a review's analyses to drafts: one study for each study, one summary for each comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evibrief.exchange.record_text import Fields, Row
from evibrief.records.wording import listed

from .analyses import Analysis, AnalysisRow, Kind, results_of, settled
from .drafts import (
    STUDIES,
    SUMMARIES,
    Arms,
    Gap,
    Ids,
    Imported,
    RecordFile,
    Report,
    extraction,
    given,
    identifier,
    line,
    prose,
    record_file,
    settle_names,
    study_name,
)
from .review_outcomes import outcome_of

Progress = Callable[[int, int], None]

_NOT_PLAIN = re.compile(r"non-?\s?random|quasi|not random|cluster|cross-?\s?over|alternat|factorial", re.IGNORECASE)
_RANDOM = re.compile(r"\b(randomi[sz]ed|RCT|randomly)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStudy:
    """A study as a review's file describes it; ``key`` is the file's own id, ``reports`` exclude the review."""

    key: str
    label: str
    year: str
    reports: tuple[Fields, ...]
    methods: str = ""
    participants: str = ""
    interventions: str = ""
    notes: str = ""
    registrations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    risk_of_bias: tuple[Fields, ...] = ()
    arms: tuple[object, ...] = ()
    results: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review's file: its own citation, its studies, its analyses, and what its text says of criteria and search."""

    source: str
    program: str
    citation: Fields
    studies: tuple[ReviewStudy, ...]
    analyses: tuple[Analysis, ...]
    participants: str = ""
    kinds_of_studies: str = ""
    search_through: str = ""


def drafted(review: Review, report: Report, progress: Progress | None = None) -> Imported:
    """Return the records of a review; what could not be mapped is added to the report."""
    analyses = settled(review.analyses, report)
    wanted = [study_name(study.label, study.year, i) for i, study in enumerate(review.studies, start=1)]
    names = settle_names(wanted, [study.label for study in review.studies], report)
    name_of = {study.key: name for study, name in zip(review.studies, names, strict=True)}
    for row in (row for analysis in analyses for row in analysis.rows if row.study not in name_of):
        report.add(f"an analysis names the study '{row.study}', which the file does not have; left out")
    by_study = _rows_by_study(analyses)
    studies = []
    for position, (study, name) in enumerate(zip(review.studies, names, strict=True), start=1):
        studies.append(_study(review, study, name, by_study.get(study.key, []), report))
        if progress:
            progress(position, len(names))
    unsaid = [study.label for study in review.studies if _design(study.methods) == "not-stated"]
    if unsaid:
        report.add(
            f"design is not-stated where the file does not say plainly how people were allocated: {listed(unsaid)}"
        )
    summaries = _summaries(review, analyses, name_of, report)
    return Imported(studies=tuple(studies), summaries=tuple(summaries), unmapped=tuple(report.lines))


_StudyRows = list[tuple[Analysis, list[AnalysisRow]]]


def _rows_by_study(analyses: Sequence[Analysis]) -> dict[str, _StudyRows]:
    found: dict[str, _StudyRows] = {}
    for analysis in analyses:
        rows: dict[str, list[AnalysisRow]] = {}
        for row in analysis.rows:
            rows.setdefault(row.study, []).append(row)
        for study, mine in rows.items():
            found.setdefault(study, []).append((analysis, mine))
    return found


def _study(review: Review, study: ReviewStudy, name: str, rows: _StudyRows, report: Report) -> RecordFile:
    arms = Arms()
    results = [result for analysis, mine in rows for result in results_of(analysis, mine, arms, study.label, report)]
    design = _design(study.methods)
    draft: dict[str, object] = {
        "id": name,
        "label": line(study.label) or name,
        "reports": [*_own_reports(study), {"id": "review", "role": "review", **review.citation}],
        **given(registrations=list(study.registrations)),
        "design": design,
        **given(countries=list(study.countries), participants=prose(study.participants)),
        "arms": list(study.arms) or arms.fields,
        "results": list(study.results) or results,
        **given(risk_of_bias=list(study.risk_of_bias)),
        "extraction": extraction(review.source, review.program),
        **given(note=prose(study.notes)),
    }
    comment = [
        f"Imported from {review.source} ({review.program}); nobody has checked it yet against the study's own paper.",
        *(f"{title} in the review: {text}" for title, text in _said(study)),
    ]
    return record_file(STUDIES, name, {key: value for key, value in draft.items() if value != []}, comment)


def _said(study: ReviewStudy) -> list[tuple[str, str]]:
    texts = [("Methods", study.methods), ("Interventions", study.interventions)]
    return [(title, line(text)) for title, text in texts if line(text)]


def _design(methods: str) -> str:
    """Return randomised where the review says so in plain words, and nothing that would make it more than that."""
    return "randomised" if _RANDOM.search(methods) and not _NOT_PLAIN.search(methods) else "not-stated"


def _own_reports(study: ReviewStudy) -> list[Fields]:
    if study.reports or not study.year:
        return list(study.reports)
    note = "The review names it so; its file does not give the full citation."
    named = Row(literal=line(study.label.removesuffix(study.year)))
    return [{"id": "main", "role": "primary", "author": [named], "issued": int(study.year), "note": note}]


def _summaries(
    review: Review, analyses: Sequence[Analysis], name_of: Mapping[str, str], report: Report
) -> list[RecordFile]:
    comparisons = list(dict.fromkeys(analysis.comparison for analysis in analyses))
    ids = Ids()
    made = []
    for comparison in comparisons:
        mine = [analysis for analysis in analyses if analysis.comparison == comparison]
        title = str(review.citation.get("title", "")) or comparison
        words = (title,) if len(comparisons) == 1 else (title, comparison)
        slug = ids.new(identifier(*words, fallback="imported-review"))
        made.append(_summary(review, slug, title, comparison, mine, name_of, report))
    return made


def _summary(
    review: Review,
    slug: str,
    title: str,
    comparison: str,
    analyses: Sequence[Analysis],
    name_of: Mapping[str, str],
    report: Report,
) -> RecordFile:
    used = {row.study for analysis in analyses for row in analysis.rows}
    studies = [name for key, name in name_of.items() if key in used]
    outcomes = [outcome_of(analysis, review.program, report) for analysis in analyses]
    first = analyses[0]
    for other in (analysis for analysis in analyses if analysis.kind is not Kind.TEXT):
        if (other.intervention, other.comparator) != (first.intervention, first.comparator):
            report.add(
                f"analysis {other.number} compares {other.intervention} with {other.comparator}, the first of its "
                f"comparison {first.intervention} with {first.comparator}: make sure that one question fits both"
            )
    draft: dict[str, object] = {
        "slug": slug,
        "title": line(title),
        "status": "draft",
        "topic": Gap("the shelf it stands on, such as Mental health"),
        "question": {
            "population": Gap("such as adults with a mental health condition"),
            "condition": Gap("in one or two words, such as mental health conditions"),
            "intervention": _term(first.intervention),
            "comparator": _term(first.comparator),
        },
        "references": {"review": review.citation},
        "source_review": {
            "reference": "review",
            "relation": "re-pools",
            "studies_design": Gap("the studies of the review: randomised, controlled or uncontrolled"),
            "sources": [Row(report="review", place=line(f"{review.program} file"))],
        },
        "eligibility": {
            "participants": prose(review.participants) or Gap("whom the studies had to include"),
            "studies": prose(review.kinds_of_studies) or Gap("which studies count, such as randomised trials of ..."),
        },
        "search": {"through": review.search_through}
        if review.search_through
        else Gap("through: the last day of the search, or note: how studies were found"),
        "studies": studies,
        "outcomes": outcomes,
        "writing": {
            "background": Gap("why the question matters, in two or three sentences"),
            "interpretation": Gap("what it means for the reader"),
        },
        "people": [{"name": Gap("who signs the summary"), "role": "author"}],
        "history": [
            {"date": Gap("day of this entry, such as 2026-03-01"), "kind": "first", "text": "First published."}
        ],
    }
    comment = [
        f"Imported from {review.source} ({review.program}), comparison: {comparison}.",
        *(f"The review prints, analysis {item.number}: {item.printed}." for item in analyses if item.printed),
    ]
    return record_file(SUMMARIES, slug, {key: value for key, value in draft.items() if value != []}, comment)


def _term(label: str) -> dict[str, object]:
    return {
        "name": line(label) or Gap("as it reads in the middle of a sentence"),
        "number": Gap("singular or plural: the verb that follows the name"),
    }
