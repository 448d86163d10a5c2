"""What was found: how many studies and people, each finding with its figures, and what it means in people or points."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Certainty, Conclusion, Figure
from evibrief.pages import formats
from evibrief.pages.opening import Extent, extent
from evibrief.pages.sentences import Sentence
from evibrief.pages.statements import Statement, clause, is_link, noun, statements
from evibrief.pages.voice import Speaker, say
from evibrief.records.outcomes import PooledOutcome, ReportedOutcome
from evibrief.records.sizes import FamiliarScale
from evibrief.records.summary import ReviewDesign
from evibrief.statistics.measures import Measure
from evibrief.statistics.reexpression import Translated
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis

Estimated = PooledSynthesis | ReportedSynthesis


@dataclass(slots=True, kw_only=True)
class _Named:
    """What the paragraph has said so far: the measures, the studies and people of the last figures, the intervention.

    ``is_unclear``: the last finding was. ``only_one``: there is but one study, which need not be counted.
    """

    only_one: bool
    measures: set[Measure] = field(default_factory=set)
    extent: tuple[int | None, int | None] = (None, None)
    intervention: bool = False
    is_unclear: bool = False


def results_paragraph(
    speaker: Speaker, brief: Brief, *, folded: Collection[str], translated: Collection[str]
) -> tuple[Sentence, ...]:
    """Tell each finding. Outcomes in ``folded`` share clauses, without figures; those in ``translated`` get a second
    sentence: people of 1,000, points of a familiar scale, or the chance of doing better.
    """
    told = list(_counts(speaker, brief))
    named = _Named(only_one=extent(brief).studies == 1)
    # A pronoun only right after the name: a translation in between speaks of the comparison as well.
    again = False
    for part in statements(brief.summary.question, brief.outcomes):
        own = [item for item in part.outcomes if has_figures(item) and item.outcome.id not in folded]
        told.append(_finding(speaker, brief, part, own, named, again=again))
        again = part.names_intervention
        named.intervention = named.intervention or again
        named.is_unclear = part.is_unclear
        translation = list(_translations(speaker, brief, part, [item for item in own if item.outcome.id in translated]))
        told += translation
        again = again and not translation
    return tuple(told)


def has_figures(item: OutcomeBrief) -> bool:
    """Whether there is an estimate with an interval to print."""
    synthesis = item.synthesis
    return isinstance(synthesis, Estimated) and None not in (synthesis.estimate.low, synthesis.estimate.high)


def can_translate(item: OutcomeBrief) -> bool:
    """Whether a finding can be told in people, points or chances; not one of which the evidence is very uncertain."""
    synthesis = item.synthesis
    if not isinstance(synthesis, Estimated) or item.finding.certainty is Certainty.VERY_LOW:
        return False
    if item.finding.conclusion is Conclusion.INCONCLUSIVE:
        return synthesis.absolute is not None
    return synthesis.absolute is not None or synthesis.reexpressed is not None


def _counts(speaker: Speaker, brief: Brief) -> Iterator[Sentence]:
    review = brief.summary.source_review
    if review is None or review.relation != "reports-on":
        return
    behind = extent(brief)
    sources = review.sources
    if review.articles is not None and review.studies is not None:
        yield say(
            speaker,
            "article.articles_found",
            rule="counts",
            fields=("source_review",),
            inputs={
                "articles": review.articles,
                "studies": review.studies,
                "participants": review.participants,
                "articles_pooled": review.articles_pooled,
            },
            sources=sources,
            articles=review.articles,
            number=review.studies,
            participants=review.participants,
            pooled=review.articles_pooled,
        )
    elif behind.studies:
        yield _studies_found(speaker, behind)
    if review.followup is not None:
        yield say(
            speaker,
            "article.followup",
            rule="followup",
            inputs={"followup": review.followup},
            fields=("source_review.followup",),
            sources=sources,
            text=review.followup,
        )


def _studies_found(speaker: Speaker, behind: Extent) -> Sentence:
    return say(
        speaker,
        "article.studies_found",
        rule="counts",
        inputs={"studies": behind.studies, "participants": behind.participants},
        fields=("source_review",),
        number=behind.studies,
        are_trials=behind.are_trials,
        participants=behind.participants,
    )


def are_trials(brief: Brief, synthesis: Estimated) -> bool:
    """Whether all studies of an outcome are randomised."""
    if isinstance(synthesis, PooledSynthesis):
        return all(row.design.is_randomised for row in synthesis.rows)
    review = brief.summary.source_review
    return review is not None and review.studies_design is ReviewDesign.RANDOMISED


def _finding(
    speaker: Speaker,
    brief: Brief,
    part: Statement,
    own: Collection[OutcomeBrief],
    named: _Named,
    *,
    again: bool,
) -> Sentence:
    """Tell the outcomes of one cell, those in ``own`` with their figures."""
    names = [_name(speaker, brief, item, named) if item in own else item.outcome.name for item in part.outcomes]
    return say(
        speaker,
        "findings.sentence",
        rule=part.outcomes[0].finding.reason.rule,
        cells=(part.cell.template,),
        inputs=part.figures,
        outcomes=part.outcomes,
        clauses=[
            clause(
                speaker,
                brief.summary,
                part,
                again=again,
                later=named.intervention,
                also=named.is_unclear and part.is_unclear,
                names=names,
            )
        ],
    )


def _name(speaker: Speaker, brief: Brief, item: OutcomeBrief, named: _Named) -> str:
    """Return an outcome's name with its figures. What has just been said of measure and people is not said again."""
    synthesis = item.synthesis
    assert isinstance(synthesis, Estimated)
    is_new = synthesis.measure not in named.measures
    named.measures.add(synthesis.measure)
    is_same = synthesis.participants is not None and named.extent == (synthesis.k, synthesis.participants)
    named.extent = (synthesis.k, synthesis.participants)
    figures = speaker.speak(
        "article.figures",
        measure=speaker.speak("labels.measure", code=synthesis.measure.value) if is_new else None,
        unit=item.outcome.unit if synthesis.measure is Measure.MD else None,
        value=synthesis.estimate.value,
        low=synthesis.estimate.low,
        high=synthesis.estimate.high,
        null=synthesis.measure.null,
        number=None if is_same or named.only_one else synthesis.k,
        are_trials=are_trials(brief, synthesis),
        participants=None if is_same else synthesis.participants,
    )
    return speaker.speak("article.with_figures", name=item.outcome.name, figures=figures)


def _translations(
    speaker: Speaker, brief: Brief, part: Statement, told: Collection[OutcomeBrief]
) -> Iterator[Sentence]:
    """Yield what findings mean in people, points or chances; chances that print alike share a sentence."""
    # Where several outcomes share a sentence, the translation has to say which one it is about.
    is_alone = len(part.outcomes) == 1
    chances: dict[str, list[OutcomeBrief]] = {}
    for item in told:
        synthesis, name = item.synthesis, None if is_alone else item.outcome.name
        if not can_translate(item) or not isinstance(synthesis, Estimated):
            continue
        if synthesis.absolute is not None:
            yield _people(speaker, brief, item, synthesis, name)
        elif _points_of(synthesis) is not None and _scale_of(item) is not None:
            yield _points(speaker, item, synthesis, name)
        elif synthesis.reexpressed is not None:
            share = formats.share(synthesis.reexpressed.superiority.estimate, speaker.language)
            chances.setdefault(share, []).append(item)
    for alike in chances.values():
        yield _chance(speaker, brief, alike, is_alone=is_alone)


def _people(speaker: Speaker, brief: Brief, item: OutcomeBrief, synthesis: Estimated, name: str | None) -> Sentence:
    effect, outcome = synthesis.absolute, item.outcome
    assert effect is not None
    assert isinstance(outcome, PooledOutcome | ReportedOutcome)
    over = outcome.baseline_risk.over if outcome.baseline_risk else None
    is_rate = synthesis.measure is Measure.IRR
    inputs: dict[str, Figure] = {
        "without_per_1000": effect.control,
        "with_per_1000": effect.intervention,
        "with_low_per_1000": effect.intervention_low,
        "with_high_per_1000": effect.intervention_high,
        "difference_per_1000": effect.difference,
        "difference_low_per_1000": effect.difference_low,
        "difference_high_per_1000": effect.difference_high,
        **({} if over is None else {"over": over}),
    }
    if item.finding.conclusion is Conclusion.INCONCLUSIVE:
        return say(
            speaker,
            "article.people_open",
            rule="absolute-effect",
            inputs=inputs,
            outcomes=(item,),
            name=name,
            fewer=effect.difference_low,
            more=effect.difference_high,
            over=over,
            is_rate=is_rate,
        )
    return say(
        speaker,
        "article.people_linked" if is_link(brief.summary.question, item.rating) else "article.people",
        rule="absolute-effect",
        inputs=inputs,
        outcomes=(item,),
        name=name,
        without=effect.control,
        intervention=effect.intervention,
        low=effect.intervention_low,
        high=effect.intervention_high,
        y=noun(brief.summary.question.comparator),
        over=over,
        is_rate=is_rate,
    )


def _points_of(synthesis: Estimated) -> Translated | None:
    return synthesis.reexpressed.familiar if synthesis.reexpressed is not None else None


def _scale_of(item: OutcomeBrief) -> FamiliarScale | None:
    outcome = item.outcome
    return outcome.familiar_scale if isinstance(outcome, PooledOutcome | ReportedOutcome) else None


def _points(speaker: Speaker, item: OutcomeBrief, synthesis: Estimated, name: str | None) -> Sentence:
    points, scale = _points_of(synthesis), _scale_of(item)
    assert points is not None
    assert scale is not None
    return say(
        speaker,
        "article.familiar",
        rule="familiar-scale",
        inputs={
            "smd": synthesis.estimate.value,
            "sd": float(scale.sd),
            "points": points.estimate,
            "points_low": points.ci_low,
            "points_high": points.ci_high,
        },
        outcomes=(item,),
        sources=(scale.basis.source,) if scale.basis.source else (),
        name=name,
        scale=scale.name,
        unit=scale.unit,
        value=points.estimate,
        low=points.ci_low,
        high=points.ci_high,
    )


def _chance(speaker: Speaker, brief: Brief, alike: Sequence[OutcomeBrief], *, is_alone: bool) -> Sentence:
    inputs: dict[str, Figure] = {}
    for item in alike:
        assert isinstance(item.synthesis, Estimated)
        assert item.synthesis.reexpressed is not None
        inputs[f"{item.outcome.id}.smd"] = item.synthesis.estimate.value
        inputs[f"{item.outcome.id}.share"] = share = item.synthesis.reexpressed.superiority.estimate
    names = [item.outcome.name for item in alike]
    return say(
        speaker,
        "article.superiority",
        rule="probability-of-superiority",
        inputs=inputs,
        outcomes=alike,
        name=None if is_alone else formats.listed(names, speaker.language),
        share=share,
        x=noun(brief.summary.question.intervention, later=True),
    )
