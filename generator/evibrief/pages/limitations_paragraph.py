"""What limits the answer: derived from the rating, the studies and the search, then the editors' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evibrief.appraisal.briefs import Brief, OutcomeBrief
from evibrief.appraisal.ratings import Figure
from evibrief.appraisal.settings import Settings
from evibrief.pages import certainty_limits
from evibrief.pages.methods_paragraph import clipped, label, who_asked
from evibrief.pages.opening import extent
from evibrief.pages.results_paragraph import are_trials, has_figures
from evibrief.pages.sentences import Sentence
from evibrief.pages.voice import Speaker, say, sources_of
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis, StudyRow

_SHORT = "limitation-short-followup"
DAYS_IN_YEAR = 365.25


def derived_limitations(speaker: Speaker, brief: Brief, settings: Settings) -> tuple[Sentence, ...]:
    """Return what the records themselves say limits the answer, the most serious first, each told once."""
    found: dict[str, Sentence] = {}
    for rule in _RULES:
        for limitation in rule(speaker, brief, settings):
            found.setdefault(limitation.text, limitation)
    return tuple(found.values())


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
                yield say(speaker, "article.second_hand", rule=rule, outcomes=(item,), label=seen)


def _one_country(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    names = sorted({row.study_id for item in brief.outcomes for row in _rows(item)})
    places = [brief.studies[name].countries for name in names]
    countries = {country for place in places for country in place}
    if len(names) > 1 and all(places) and len(countries) == 1:
        country, pooled = countries.pop(), [item for item in brief.outcomes if _rows(item)]
        inputs: dict[str, Figure] = {"country": country, "studies": len(names)}
        rule = "limitation-one-country"
        yield say(speaker, "article.one_country", rule=rule, inputs=inputs, outcomes=pooled, country=country)


def _short_followup(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell how far the figures look, where every result with figures says when it was measured, and none is late."""
    told = [item for item in brief.outcomes if has_figures(item)]
    if told and all(isinstance(item.synthesis, ReportedSynthesis) for item in told):
        yield from _short_review(speaker, brief, told, settings)
        return
    weeks = [row.weeks for item in brief.outcomes for row in _rows(item)]
    known = [number for number in weeks if number is not None]
    is_ours = not any(isinstance(item.synthesis, ReportedSynthesis) for item in told)
    if known and is_ours and len(known) == len(weeks) and max(known) <= settings.short_followup_weeks:
        inputs: dict[str, Figure] = {"longest_weeks": max(known), "limit_weeks": settings.short_followup_weeks}
        pooled = [item for item in brief.outcomes if _rows(item)]
        yield say(speaker, "article.short_followup", rule=_SHORT, inputs=inputs, outcomes=pooled, weeks=max(known))


def _short_review(
    speaker: Speaker, brief: Brief, told: Sequence[OutcomeBrief], settings: Settings
) -> Iterator[Sentence]:
    """Tell the longest follow-up of a review's studies, where the review's record gives it and it is short."""
    review = brief.summary.source_review
    longest = review.longest_followup if review else None
    if review is None or longest is None or longest.weeks > settings.short_followup_weeks:
        return
    yield say(
        speaker,
        "article.short_followup_of_review",
        rule=_SHORT,
        inputs={
            "longest": longest.number,
            "unit": longest.unit,
            "counted_from": longest.counted_from,
            "longest_weeks": longest.weeks,
            "limit_weeks": settings.short_followup_weeks,
        },
        outcomes=told,
        sources=review.sources,
        fields=("source_review.longest_followup",),
        number=longest.number,
        unit=longest.unit,
        counted_from=longest.counted_from,
    )


def _left_out(speaker: Speaker, brief: Brief, settings: Settings) -> Iterator[Sentence]:
    """Tell what a review did not look for. Of a pool of ours the methods have just told it, as our own choice."""
    eligibility = brief.summary.eligibility
    if eligibility.excluded is not None and who_asked(brief) == "review":
        sources = (eligibility.source,) if eligibility.source else ()
        inputs: dict[str, Figure] = {"left_out": clipped(eligibility.excluded)}
        yield say(
            speaker,
            "article.says_nothing_of",
            rule="limitation-eligibility",
            inputs=inputs,
            sources=sources,
            fields=("eligibility.excluded",),
        )


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
            rule, fields = "limitation-old-search", ("search.through",)
            yield say(speaker, "article.old_search", rule=rule, inputs=inputs, fields=fields, through=through)
    elif search.note is None and who_asked(brief) != "trial":
        yield say(speaker, "article.unknown_search", rule="limitation-unknown-search", fields=("search",))


_RULES: tuple[Callable[[Speaker, Brief, Settings], Iterator[Sentence]], ...] = (
    certainty_limits.risk_of_bias,
    certainty_limits.left_out_for_bias,
    certainty_limits.inconsistency,
    certainty_limits.indirectness,
    certainty_limits.imprecision,
    certainty_limits.small_studies,
    _few_studies,
    _second_hand,
    _search,
    _one_country,
    _short_followup,
    _left_out,
)
