"""Limitations that lowered certainty: each told by the rule that lowered it, with the figures that decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure, Size, Step
from evibrief.appraisal.settings import Settings
from evibrief.pages.results_paragraph import has_figures
from evibrief.pages.sentences import Sentence, Trace
from evibrief.pages.voice import Speaker, say, sources_of, studies_behind
from evibrief.records.outcomes import Domain

_UNKNOWN_RISK = ("risk-of-bias-not-assessed", "risk-of-bias-not-known")
_OPEN_INTERVALS = (
    "imprecision-crosses-important",
    "imprecision-crosses-both",
    "imprecision-crosses-none",
    "imprecision-crosses-none-widely",
)
# Shares of weight, in percent, that print alike.
MEANS_THE_SAME = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Outcomes whose certainty one rule lowered. ``is_all``: no other outcome has figures."""

    rule: str
    outcomes: tuple[OutcomeBrief, ...]
    is_all: bool

    @property
    def macro(self) -> str:
        """The sentence for it in ``article.j2``, or the part of one."""
        return self.rule.replace("-", "_")


def _parts(brief: Brief, domain: Domain) -> Iterator[Sentence | _Part]:
    """Yield what lowered certainty in a domain: a person's own reason, or outcomes by the rule that did."""
    by_rule: dict[str, list[OutcomeBrief]] = {}
    for item in _lowered(brief, domain):
        step = _step(item, domain)
        if step.judged_reason is not None and (step.computed is None or step.computed >= 0):
            yield _judged(step, step.judged_reason, item)
        else:
            by_rule.setdefault(step.reason.rule, []).append(item)
    for rule, told in by_rule.items():
        yield _Part(rule=rule, outcomes=tuple(told), is_all=_is_all(brief, told))


def _step(item: OutcomeBrief, domain: Domain) -> Step:
    step = step_of(item, domain)
    assert step is not None
    return step


def _figures(told: Sequence[OutcomeBrief], domain: Domain) -> dict[str, Figure]:
    """Return the figures that decided in a domain, each named after its outcome."""
    steps = [(item.outcome.id, _step(item, domain)) for item in told]
    return {f"{name}.{key}": value for name, step in steps for key, value in step.reason.figures.items()}


def _lowered(brief: Brief, domain: Domain) -> list[OutcomeBrief]:
    return [item for item in brief.outcomes if (step := step_of(item, domain)) is not None and step.levels < 0]


def _is_all(brief: Brief, lowered: Sequence[OutcomeBrief]) -> bool:
    return len(lowered) == sum(has_figures(item) for item in brief.outcomes)


def step_of(item: OutcomeBrief, domain: Domain) -> Step | None:
    """Return an outcome's step for one domain, where it was rated."""
    return next((step for step in (item.rating.steps if item.rating else ()) if step.domain is domain), None)


def risk_of_bias(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell how far studies may be biased, and by what."""
    by_rule: dict[str, list[OutcomeBrief]] = {}
    for item in _lowered(brief, Domain.RISK_OF_BIAS):
        step = _step(item, Domain.RISK_OF_BIAS)
        # A person's reason says more than that our records hold no assessment.
        is_known = step.computed is not None and step.computed < 0 and step.reason.rule not in _UNKNOWN_RISK
        if step.judged_reason is not None and not is_known:
            yield _judged(step, step.judged_reason, item)
        else:
            by_rule.setdefault(step.reason.rule, []).append(item)
    unknown = [rule for rule in by_rule if rule in _UNKNOWN_RISK]
    for rule in unknown:
        yield _risk_not_known(speaker, rule, by_rule.pop(rule))
    for rule in [rule for rule in by_rule if rule == "risk-of-bias-review-high"]:
        yield _risk_of_review(speaker, rule, by_rule.pop(rule))
    if by_rule:
        yield _risk_of_pools(speaker, [item for told in by_rule.values() for item in told])


def _risk_not_known(speaker: Speaker, rule: str, told: Sequence[OutcomeBrief]) -> Sentence:
    template = f"article.{rule.replace('risk-of-bias', 'risk').replace('-', '_')}"
    return say(speaker, template, rule=rule, inputs=_figures(told, Domain.RISK_OF_BIAS), outcomes=told)


def _risk_of_review(speaker: Speaker, rule: str, told: Sequence[OutcomeBrief]) -> Sentence:
    figures = _step(told[0], Domain.RISK_OF_BIAS).reason.figures
    number, total = figures["high_studies"], figures["studies"]
    fields = ("source_review.high_or_unclear_risk_studies", "source_review.studies")
    return say(
        speaker,
        "article.risk_review",
        rule=rule,
        inputs=figures,
        outcomes=told,
        fields=fields,
        number=number,
        total=total,
    )


def _risk_of_pools(speaker: Speaker, told: Sequence[OutcomeBrief]) -> Sentence:
    """Tell of all pools at once, with the largest share of weight that studies at high risk carry in any."""
    steps = [_step(item, Domain.RISK_OF_BIAS) for item in told]
    figures = _figures(told, Domain.RISK_OF_BIAS)
    rule = steps[0].reason.rule
    if all(step.reason.figures["studies"] == 1 for step in steps):
        return say(speaker, "article.risk_one", rule=rule, inputs=figures, outcomes=told)
    shares = [share for step in steps if isinstance(share := step.reason.figures["high_percent"], float | int)]
    return say(
        speaker,
        "article.risk_share",
        rule=rule,
        inputs=figures,
        outcomes=told,
        percent=max(shares),
        is_most=max(shares) - min(shares) > MEANS_THE_SAME,
    )


def left_out_for_bias(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell how many studies were left out for their risk of bias."""
    for item in brief.outcomes:
        step = step_of(item, Domain.RISK_OF_BIAS)
        if item.whole is not None and step is not None:
            figures = step.reason.figures
            number, total = figures["high_studies"], figures["studies"]
            rule, told = step.reason.rule, [item]
            yield say(
                speaker, "article.risk_left_out", rule=rule, inputs=figures, outcomes=told, number=number, total=total
            )


def _judged(step: Step, reason: str, item: OutcomeBrief) -> Sentence:
    """Return a person's reason as it was written, traced to the judgement."""
    trace = Trace(
        rule=f"judgement-{step.domain}",
        template=f"outcomes.{item.outcome.id}.judgements",
        inputs={"levels": step.levels, "by": step.judged_by},
        outcomes=(item.outcome.id,),
        studies=studies_behind([item]),
        sources=sources_of([item]),
        fields=(f"outcomes.{item.outcome.id}.judgements",),
    )
    return Sentence(text=" ".join(reason.split()), trace=trace)


def inconsistency(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell on what studies disagree."""
    for part in _parts(brief, Domain.INCONSISTENCY):
        if isinstance(part, Sentence):
            yield part
            continue
        figures = _step(part.outcomes[0], Domain.INCONSISTENCY).reason.figures
        yield say(
            speaker,
            f"article.{part.macro}",
            rule=part.rule,
            inputs=_figures(part.outcomes, Domain.INCONSISTENCY),
            outcomes=part.outcomes,
            names=[item.outcome.name for item in part.outcomes],
            is_all=part.is_all,
            percent=figures.get("same_side_percent") if len(part.outcomes) == 1 else None,
        )


def indirectness(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell a person's reason why the evidence is about something else."""
    for item in _lowered(brief, Domain.INDIRECTNESS):
        step = step_of(item, Domain.INDIRECTNESS)
        if step is not None and step.judged_reason is not None:
            yield _judged(step, step.judged_reason, item)


def imprecision(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell what the intervals leave open, all of them in one sentence, and apart what else makes figures imprecise."""
    wide: list[_Part] = []
    for part in _parts(brief, Domain.IMPRECISION):
        if isinstance(part, Sentence):
            yield part
        elif part.rule in _OPEN_INTERVALS:
            wide.append(part)
        else:
            yield _too_large(speaker, part)
    if wide:
        told = [item for part in wide for item in part.outcomes]
        yield say(
            speaker,
            "article.imprecise",
            rule=wide[0].rule,
            inputs=_figures(told, Domain.IMPRECISION),
            outcomes=told,
            parts=list(_what_is_open(wide)),
            is_all=wide[0].is_all,
        )


def _what_is_open(wide: Sequence[_Part]) -> Iterator[tuple[str, list[str]]]:
    """Yield what each outcome's difference may be, with the names of the outcomes for which it may be so."""
    found: dict[str, list[str]] = {}
    for part in wide:
        for item in part.outcomes:
            is_within = part.rule == "imprecision-crosses-important" and item.finding.size is Size.TRIVIAL
            found.setdefault(f"{part.macro}_from_within" if is_within else part.macro, []).append(item.outcome.name)
    yield from found.items()


def _too_large(speaker: Speaker, part: _Part) -> Sentence:
    figures = _step(part.outcomes[0], Domain.IMPRECISION).reason.figures
    return say(
        speaker,
        f"article.{part.macro}",
        rule=part.rule,
        inputs=_figures(part.outcomes, Domain.IMPRECISION),
        outcomes=part.outcomes,
        names=[item.outcome.name for item in part.outcomes],
        is_all=part.is_all,
        people=figures.get("participants") if len(part.outcomes) == 1 else None,
    )


def small_studies(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell what is known of missing studies, or else what a test shows."""
    shown = []
    for item in _lowered(brief, Domain.PUBLICATION_BIAS):
        step = _step(item, Domain.PUBLICATION_BIAS)
        # What a person knows of missing studies says more than a test can.
        if step.judged_reason is not None:
            yield _judged(step, step.judged_reason, item)
        else:
            shown.append(item)
    if shown:
        yield say(
            speaker,
            "article.small_studies",
            rule="publication-bias-signs",
            inputs=_figures(shown, Domain.PUBLICATION_BIAS),
            outcomes=shown,
            names=[item.outcome.name for item in shown],
            is_all=_is_all(brief, shown),
        )
