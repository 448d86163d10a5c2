"""What may be said of outcomes, as clauses: the wording table's cells, shared by outcomes that fall into the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evibrief.appraisal.briefs import OutcomeBrief
from evibrief.appraisal.ratings import Certainty, Conclusion, Course, Figure, Finding, Rating, Size
from evibrief.pages import formats
from evibrief.pages.voice import Speaker
from evibrief.records.outcomes import GrammaticalNumber
from evibrief.records.results import Direction
from evibrief.records.summary import Question, Summary, Term
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis

# Measures of something that happens or does not; of the others there is more or less.
_OF_RISK = frozenset(
    {Measure.RR, Measure.OR, Measure.PETO, Measure.HR, Measure.RD, Measure.AS, Measure.IRR, Measure.IRD}
)
_ESTIMATED = (Conclusion.DIFFERENCE, Conclusion.LITTLE_TO_NO, Conclusion.INCONCLUSIVE)
_NOT_FROM_TRIALS = ("start-not-randomised", "start-review-not-randomised", "start-unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A term as templates use it. ``again``: it was named before in the same sentence."""

    name: str
    plural: bool
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNoun:
    """An outcome as templates use it: ``scale`` is ``risk`` or ``score``; ``also``: the last sentence was unclear."""

    name: str
    scale: str
    more_is_good: bool
    also: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the wording table: everything that decides the words but the names.

    ``template`` is a macro of ``findings.j2``. Cells of equal words are equal, so that outcomes can share a clause.
    """

    template: str
    certainty: Certainty | None = None
    course: Course | None = None
    size: Size | None = None
    open: tuple[Course, ...] = ()
    scale: str = "score"
    more_is_good: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Outcomes of one cell, to be told in one clause."""

    cell: Cell
    outcomes: tuple[OutcomeBrief, ...]

    @property
    def names_intervention(self) -> bool:
        """Whether the clause speaks of the intervention, so that a pronoun can follow."""
        return not self.cell.template.startswith("findings.told_")

    @property
    def is_unclear(self) -> bool:
        """Whether the clause begins with "it is unclear"."""
        return self.cell.template.endswith("_inconclusive")

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures that decided each outcome's cell, named after the outcome."""
        found: dict[str, Figure] = {}
        for item in self.outcomes:
            name = item.outcome.id
            found |= {f"{name}.{key}": value for key, value in item.finding.reason.figures.items()}
            found[f"{name}.conclusion"] = item.finding.conclusion.value
            found[f"{name}.certainty"] = item.finding.certainty.word if item.finding.certainty else None
        return found


def noun(term: Term, *, later: bool = False) -> Noun:
    """Return a term of the question as templates use it; ``later`` by its short name, where it has one."""
    name = term.short if later and term.short is not None else term.name
    return Noun(name=name, plural=term.number is GrammaticalNumber.PLURAL)


def cell_of(question: Question, brief: OutcomeBrief) -> Cell:
    """Return the cell of the wording table that words an outcome's finding."""
    finding = brief.finding
    if finding.conclusion not in _ESTIMATED:
        return Cell(template=f"findings.told_{_macro(finding.conclusion)}")
    way = "link" if is_link(question, brief.rating) else "effect"
    if finding.certainty is Certainty.VERY_LOW:
        return Cell(template=f"findings.{way}_very_uncertain", certainty=Certainty.VERY_LOW)
    scale = scale_of(brief)
    return _cell(way, finding, scale, more_is_good=brief.outcome.better is Direction.HIGHER)


def _cell(way: str, finding: Finding, scale: str, *, more_is_good: bool) -> Cell:
    is_difference = finding.conclusion is Conclusion.DIFFERENCE
    is_open = finding.conclusion is Conclusion.INCONCLUSIVE
    return Cell(
        template=f"findings.{way}_{_macro(finding.conclusion)}",
        certainty=None if is_open else finding.certainty,
        course=finding.course if is_difference else None,
        size=finding.size if is_difference else None,
        # In one order, so that outcomes that are open both ways share their words.
        open=tuple(sorted(finding.compatible_with)) if is_open else (),
        scale=scale,
        more_is_good=more_is_good,
    )


def _macro(conclusion: Conclusion) -> str:
    return conclusion.value.replace("-", "_")


def scale_of(brief: OutcomeBrief) -> str:
    """Return ``risk`` for something that happens or does not, ``score`` for what is more or less."""
    synthesis = brief.synthesis
    if isinstance(synthesis, PooledSynthesis | ReportedSynthesis) and synthesis.measure in _OF_RISK:
        return "risk"
    return "score"


def is_link(question: Question, rating: Rating | None) -> bool:
    """Whether only a link may be claimed: nobody chose the exposure, or the studies were not randomised."""
    not_trials = rating is not None and rating.start_reason.rule in _NOT_FROM_TRIALS
    return question.kind == "exposure" or not_trials


def statements(question: Question, outcomes: Iterable[OutcomeBrief]) -> tuple[Statement, ...]:
    """Gather outcomes of the same cell, in the order in which each cell first comes."""
    groups: dict[Cell, list[OutcomeBrief]] = {}
    for item in outcomes:
        groups.setdefault(cell_of(question, item), []).append(item)
    return tuple(Statement(cell=cell, outcomes=tuple(members)) for cell, members in groups.items())


def clause(
    speaker: Speaker,
    summary: Summary,
    statement: Statement,
    *,
    again: bool = False,
    later: bool = False,
    also: bool = False,
    names: Sequence[str] | None = None,
) -> str:
    """Word a statement as a clause, without capital or full stop.

    ``again`` names the intervention by a pronoun, ``later`` by its short name, where it has one. ``also`` is whether
    the sentence before was unclear, too. ``names`` stand for the outcomes where they carry figures.
    """
    names = names or [item.outcome.name for item in statement.outcomes]
    cell = statement.cell
    if not statement.names_intervention:
        return speaker.speak(cell.template, names=names, source=source_noun(summary))
    intervention = noun(summary.question.intervention, later=later)
    if again:
        word = speaker.speak("grammar.pronoun", plural=intervention.plural)
        intervention = Noun(name=word, plural=intervention.plural, again=True)
    return speak_cell(speaker, cell, intervention, formats.listed(names, speaker.language), also=also)


def speak_cell(speaker: Speaker, cell: Cell, intervention: Noun, name: str, *, also: bool = False) -> str:
    """Word a cell for an intervention and the name of an outcome, or of several."""
    outcome = OutcomeNoun(name=name, scale=cell.scale, more_is_good=cell.more_is_good, also=also)
    if cell.template.endswith("_very_uncertain"):
        return speaker.speak(cell.template, x=intervention, o=outcome)
    return speaker.speak(
        cell.template,
        x=intervention,
        o=outcome,
        certainty=(cell.certainty or Certainty.HIGH).word.replace(" ", "-"),
        course=cell.course,
        size=cell.size,
        open=[course.value for course in cell.open],
    )


def source_noun(summary: Summary) -> str:
    """Return what tells of an outcome in words: a review, or some other source."""
    return "review" if summary.source_review is not None else "source"


def sentence(speaker: Speaker, clauses: Sequence[str]) -> str:
    """Join clauses to one sentence."""
    return speaker.speak("findings.sentence", clauses=list(clauses))
