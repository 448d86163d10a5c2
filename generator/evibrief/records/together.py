"""What two or more records show only together: ids, studies that are named and not there, outcomes nobody reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from evibrief.errors import Problem, Severity
from evibrief.records.facts import StudyFacts, SummaryFacts
from evibrief.records.reader import Location, Place, dotted
from evibrief.records.reading import STUDIES, SUMMARIES
from evibrief.records.wording import listed, nearest, shortened


class Together:
    """The facts of all sound records of a project, by the names of their files; ``place`` finds a field in a file."""

    def __init__(
        self,
        studies: Mapping[str, StudyFacts],
        summaries: Mapping[str, SummaryFacts],
        place: Callable[[str, Location], Place],
    ) -> None:
        """Take the facts."""
        self._studies, self._summaries, self._place = studies, summaries, place

    def problems(self, study_names: Sequence[str], *, complete: bool) -> Iterator[Problem]:
        """Yield every problem; ``study_names`` are all files of studies, ``complete`` if every summary is sound."""
        yield from self._wrong_ids()
        found: list[Problem] = []
        known = frozenset(study_names)
        used: set[str] = set()
        for slug, summary in self._summaries.items():
            found += self._missing_studies(slug, summary, study_names, known)
            found += self._without_evidence(slug, summary)
            used.update(summary.studies, summary.aside)
        yield from found
        if complete and not found:
            yield from self._unused(used)
        yield from self._shared_reports()

    def _wrong_ids(self) -> Iterator[Problem]:
        """Yield a problem for each record whose id is not the name of its file."""
        for name, study in self._studies.items():
            if study.id != name:
                yield self._wrong_id(STUDIES, name, "id", study.id, there=study.id in self._studies)
        for name, summary in self._summaries.items():
            if summary.slug != name:
                yield self._wrong_id(SUMMARIES, name, "slug", summary.slug, there=summary.slug in self._summaries)

    def _wrong_id(self, folder: str, name: str, field: str, found: str, *, there: bool) -> Problem:
        path, other = f"{folder}/{name}.yaml", f"{folder}/{found}.yaml"
        if not there:
            text = f"'{found}' is not the name of the file ('{name}')"
            advice = f"write {field}: {name}, or rename the file to {found}.yaml"
            return self._problem(path, (field,), "wrong-id", text, advice)
        text = f"'{found}' is already the {field} of {other}:{self._place(other, (field,)).line}"
        return self._problem(path, (field,), "duplicate-id", text, f"write {field}: {name}")

    def _unused(self, used: set[str]) -> Iterator[Problem]:
        for name in self._studies:
            if name not in used:
                advice = "name it in a summary's studies or set_aside"
                text = "no summary uses this study"
                yield self._problem(f"{STUDIES}/{name}.yaml", (), "unused-study", text, advice, Severity.HINT)

    def _missing_studies(
        self, slug: str, summary: SummaryFacts, names: Sequence[str], known: frozenset[str]
    ) -> Iterator[Problem]:
        for location, name in _named_studies(summary):
            if name not in known:
                near = nearest(name, names)
                advice = f"did you mean '{near}'?" if near else f"add {STUDIES}/{name}.yaml, or remove it here"
                yield self._of_summary(slug, location, "missing-study", f"there is no study '{name}'", advice)

    def _without_evidence(self, slug: str, summary: SummaryFacts) -> Iterator[Problem]:
        """Yield a problem for each pooled outcome that the summary's studies cannot answer."""
        if summary.pooled and not summary.studies:
            advice = "list the ids of its studies, or give each outcome as reported or narrative"
            text = f"there is no study, but '{summary.pooled[0].id}' is to be pooled"
            yield self._of_summary(slug, ("studies",), "no-studies", text, advice)
            return
        for outcome in summary.pooled:
            for position, name in enumerate(outcome.aside):
                if name not in summary.studies:
                    at = ("outcomes", outcome.index, "set_aside", position, "study")
                    near = nearest(name, summary.studies)
                    advice = f"did you mean '{near}'?" if near else "set aside only studies that the summary lists"
                    text = f"'{name}' is not among the studies of this summary"
                    yield self._of_summary(slug, at, "unknown-reference", text, advice)
        if not all(name in self._studies for name in summary.studies):
            return
        reported = {outcome for name in summary.studies for outcome in self._studies[name].outcomes}
        for outcome in summary.pooled:
            if outcome.records not in reported:
                near = nearest(outcome.records, reported)
                advice = f"did you mean '{near}'?" if near else f"they report {listed(sorted(reported)) or 'nothing'}"
                text = f"no study listed here reports the outcome '{outcome.records}'"
                field = ("outcomes", outcome.index, "reads" if outcome.reads else "id")
                yield self._of_summary(slug, field, "outcome-not-reported", text, advice)

    def _shared_reports(self) -> Iterator[Problem]:
        """Yield a warning where two studies call the same paper their own: it may be one study, entered twice."""
        first: dict[tuple[str, str], tuple[str, Location]] = {}
        for name, study in self._studies.items():
            path = f"{STUDIES}/{name}.yaml"
            for number in study.numbers:
                if not number.own:
                    continue
                at: Location = ("reports", number.index, number.field)
                other, there = first.setdefault((number.field, number.value.casefold()), (path, at))
                if other != path:
                    line = self._place(other, there).line
                    text = f"{shortened(number.value)} is also a report of {other}:{line}"
                    advice = "check that it is not one study entered twice"
                    yield self._problem(path, at, "shared-report", text, advice, Severity.WARNING)

    def _of_summary(self, slug: str, at: Location, code: str, message: str, advice: str) -> Problem:
        return self._problem(f"{SUMMARIES}/{slug}.yaml", at, code, message, advice)

    def _problem(
        self, path: str, at: Location, code: str, message: str, advice: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        place = self._place(path, at) if at else Place(line=1, column=1)
        return Problem(
            path=path,
            line=place.line,
            column=place.column,
            field=dotted(at),
            code=code,
            severity=severity,
            message=message,
            advice=advice,
        )


def _named_studies(summary: SummaryFacts) -> Iterator[tuple[Location, str]]:
    """Yield every study that a summary names, with the field that does."""
    for index, name in enumerate(summary.studies):
        yield ("studies", index), name
    for index, name in enumerate(summary.aside):
        yield ("set_aside", index, "study"), name
