"""What limits the answer: derived from the rating, the studies and the search, then the editors' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure, Step
from evibrief.appraisal.settings import Settings
from evibrief.pages.methods_paragraph import clipped, label, who_asked
from evibrief.pages.opening import extent
from evibrief.pages.results_paragraph import are_trials, has_figures
from evibrief.pages.sentences import Sentence, Trace
from evibrief.pages.voice import Speaker, say, sources_of
from evibrief.records.outcomes import Domain
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis, StudyRow

_UNKNOWN_RISK = ("risk-of-bias-not-assessed", "risk-of-bias-not-known")
DAYS_IN_YEAR = 365.25


def derived_limitations(speaker: Speaker, brief: Brief, settings: Settings) -> tuple[Sentence, ...]:
    """Return what the records themselves say limits the answer, the most serious first, each told once."""
    found: dict[str, Sentence] = {}
    for rule in _RULES:
        for limitation in rule(speaker, brief, settings):
            found.setdefault(limitation.text, limitation)
    return tuple(found.values())


def _lowered(brief: Brief, domain: Domain) -> list[OutcomeBrief]:
    return [item for item in brief.outcomes if (step := step_of(item, domain)) is not None and step.levels < 0]


def _is_all(brief: Brief, lowered: Sequence[OutcomeBrief]) -> bool:
    return len(lowered) == sum(has_figures(item) for item in brief.outcomes)


def step_of(item: OutcomeBrief, domain: Domain) -> Step | None:
    """Return an outcome's step for one domain, where it was rated."""
    return next((step for step in (item.rating.steps if item.rating else ()) if step.domain is domain), None)


def _risk_of_bias(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    lowered = _lowered(brief, Domain.RISK_OF_BIAS)
    for item in lowered[:1]:
        step = step_of(item, Domain.RISK_OF_BIAS)
        assert step is not None
        # A person's reason says more than that our records hold no assessment.
        is_known = step.computed is not None and step.computed < 0 and step.reason.rule not in _UNKNOWN_RISK
        if step.judged_reason is not None and not is_known:
            yield _judged(step, step.judged_reason, item)
        else:
            yield _risk(speaker, step, lowered)


def _left_out_for_bias(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
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
    )
    return Sentence(text=" ".join(reason.split()), trace=trace)


def _risk(speaker: Speaker, step: Step, lowered: Sequence[OutcomeBrief]) -> Sentence:
    rule, figures = step.reason.rule, step.reason.figures
    if rule == "risk-of-bias-not-assessed":
        return say(speaker, "article.risk_not_assessed", rule=rule, inputs=figures, outcomes=lowered)
    if rule == "risk-of-bias-not-known":
        return say(speaker, "article.risk_not_known", rule=rule, inputs=figures, outcomes=lowered)
    if rule == "risk-of-bias-review-high":
        number, total = figures["high_studies"], figures["studies"]
        return say(
            speaker, "article.risk_review", rule=rule, inputs=figures, outcomes=lowered, number=number, total=total
        )
    if figures["studies"] == 1:
        return say(speaker, "article.risk_one", rule=rule, inputs=figures, outcomes=lowered)
    percent = figures["high_percent"]
    return say(speaker, "article.risk_share", rule=rule, inputs=figures, outcomes=lowered, percent=percent)


def _inconsistency(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    lowered = _lowered(brief, Domain.INCONSISTENCY)
    if lowered:
        names = [item.outcome.name for item in lowered]
        yield say(
            speaker,
            "article.disagree",
            rule="limitation-inconsistency",
            outcomes=lowered,
            names=names,
            is_all=_is_all(brief, lowered),
        )


def _indirectness(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    for item in _lowered(brief, Domain.INDIRECTNESS):
        step = step_of(item, Domain.INDIRECTNESS)
        if step is not None and step.judged_reason is not None:
            yield _judged(step, step.judged_reason, item)


def _imprecision(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    lowered = _lowered(brief, Domain.IMPRECISION)
    if lowered:
        names = [item.outcome.name for item in lowered]
        yield say(
            speaker,
            "article.imprecise",
            rule="limitation-imprecision",
            outcomes=lowered,
            names=names,
            is_all=_is_all(brief, lowered),
        )


def _small_studies(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    shown = []
    for item in _lowered(brief, Domain.PUBLICATION_BIAS):
        step = step_of(item, Domain.PUBLICATION_BIAS)
        assert step is not None
        # What a person knows of missing studies says more than a test can.
        if step.judged_reason is not None:
            yield _judged(step, step.judged_reason, item)
        else:
            shown.append(item)
    if shown:
        names = [item.outcome.name for item in shown]
        yield say(speaker, "article.small_studies", rule="limitation-small-studies", outcomes=shown, names=names)


def _few_studies(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    measured = [
        (item, item.synthesis)
        for item in brief.outcomes
        if isinstance(item.synthesis, PooledSynthesis | ReportedSynthesis)
    ]
    counts = [synthesis.k for _, synthesis in measured]
    most = max((count for count in counts if count is not None), default=None)
    if most is None or None in counts or most > settings.few_studies or extent(brief).studies < 2:
        return
    yield say(
        speaker,
        "article.few_studies",
        rule="limitation-few-studies",
        inputs={"most": most, "few": settings.few_studies},
        outcomes=[item for item, _ in measured],
        most=most,
        are_trials=all(are_trials(brief, synthesis) for _, synthesis in measured),
    )


def _second_hand(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    reported = [item for item in brief.outcomes if isinstance(item.synthesis, ReportedSynthesis)]
    for item in reported:
        for source in sources_of([item]):
            if source.seen_in is not None:
                seen = label(speaker, brief.summary.references[source.seen_in])
                rule = "limitation-second-hand"
                yield say(speaker, "article.second_hand", rule=rule, sources=(source,), label=seen)


def _one_country(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    names = sorted({row.study_id for item in brief.outcomes for row in _rows(item)})
    places = [brief.studies[name].countries for name in names]
    countries = {country for place in places for country in place}
    if len(names) > 1 and all(places) and len(countries) == 1:
        country = countries.pop()
        inputs: dict[str, Figure] = {"country": country, "studies": len(names)}
        yield say(speaker, "article.one_country", rule="limitation-one-country", inputs=inputs, country=country)


def _short_followup(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell how far the figures look, where every pooled result says when it was measured."""
    weeks = [row.weeks for item in brief.outcomes for row in _rows(item)]
    known = [number for number in weeks if number is not None]
    if known and len(known) == len(weeks) and max(known) <= settings.short_followup_weeks:
        inputs: dict[str, Figure] = {"longest_weeks": max(known), "limit_weeks": settings.short_followup_weeks}
        pooled = [item for item in brief.outcomes if _rows(item)]
        rule = "limitation-short-followup"
        yield say(speaker, "article.short_followup", rule=rule, inputs=inputs, outcomes=pooled, weeks=max(known))


def _left_out(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell what a review did not look for. Of a pool of ours the methods have just told it, as our own choice."""
    eligibility = brief.summary.eligibility
    if eligibility.excluded is not None and who_asked(brief) == "review":
        sources = (eligibility.source,) if eligibility.source else ()
        text = clipped(eligibility.excluded)
        yield say(speaker, "article.says_nothing_of", rule="limitation-eligibility", sources=sources, text=text)


def _rows(item: OutcomeBrief) -> tuple[StudyRow, ...]:
    return item.synthesis.rows if isinstance(item.synthesis, PooledSynthesis) else ()


def _search(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    search, updated = brief.summary.search, brief.summary.updated
    if search.last_day is not None and search.through is not None:
        age = (updated - search.last_day).days / DAYS_IN_YEAR
        if age > settings.old_search_years:
            through = search.through
            inputs: dict[str, Figure] = {
                "through": through,
                "years": age,
                "limit_years": settings.old_search_years,
            }
            yield say(speaker, "article.old_search", rule="limitation-old-search", inputs=inputs, through=through)
    elif search.note is None and who_asked(brief) != "trial":
        yield say(speaker, "article.unknown_search", rule="limitation-unknown-search")


_RULES: tuple[Callable[[Speaker, Brief, Settings], Iterator[Sentence]], ...] = (
    _risk_of_bias,
    _left_out_for_bias,
    _inconsistency,
    _indirectness,
    _imprecision,
    _small_studies,
    _few_studies,
    _second_hand,
    _search,
    _one_country,
    _short_followup,
    _left_out,
)
