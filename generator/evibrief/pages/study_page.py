"""The page of one study: what was done, what it reported and where, and which summaries use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evibrief.figures.risk_of_bias import Light, light
from evibrief.pages import formats
from evibrief.pages.language import Language
from evibrief.pages.links import STUDIES, Link, relative, study_uri, summary_uri
from evibrief.pages.looked_at import LookedAt, looked_at
from evibrief.pages.references import ReportReference, report_reference, short_name
from evibrief.pages.rendering import Renderer
from evibrief.records.citations import Source
from evibrief.records.fields import Record
from evibrief.records.results import AnyResult, Contrast, Instrument, SurvivalResult
from evibrief.records.risk_of_bias import DOMAINS, RiskAssessment
from evibrief.records.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmView:
    """A group of the study. ``people`` is a number in print."""

    label: str
    role: str
    people: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigure:
    """A figure under the name that the record gives it, with the digits that the source prints."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """What one group brought in, in the order of the result's ``figures``; empty where it has no such figure."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastView:
    """A comparison as the source prints it. ``interval`` is empty where none is printed."""

    measure: str
    estimate: str
    interval: str
    level: str
    se: str
    p: str
    adjusted_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One result, and where it stands in the source. ``figures`` name the values of its ``arms``."""

    outcome: str
    type: str
    value: str
    comparison: str
    instrument: str
    time_point: str
    population: str
    definition: str
    figures: tuple[str, ...]
    arms: tuple[ArmResult, ...]
    whole: tuple[ReportedFigure, ...]
    contrast: ContrastView | None
    source: str
    quote: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentView:
    """A scale or test; ``range`` is empty where it is not known."""

    name: str
    low: str
    high: str
    unit: str
    better: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementView:
    """One domain's judgement with its reason. The overall judgement has the domain ``overall``."""

    domain: str
    light: Light
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentView:
    """Risk of bias of some results (of all, where ``outcomes`` is empty)."""

    tool: str
    outcomes: str
    judgements: tuple[JudgementView, ...]
    assessed_by: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """The context of ``study.html.j2``."""

    id: str = field(metadata={"help": "Id of the study; also the id of its heading."})
    label: str = field(metadata={"help": "How tables name the study."})
    title: str = field(metadata={"help": "Name or acronym of the study; may be empty."})
    all_studies: Link = field(metadata={"help": "The list of all studies."})
    is_retracted: bool = field(metadata={"help": "Whether a report of the study itself was retracted."})
    design: str = field(metadata={"help": "How people came to be in one group or the other."})
    setting: str = field(metadata={"help": "Where it was done; may be empty, as the next ones."})
    countries: str = field(metadata={"help": "Countries."})
    participants: str = field(metadata={"help": "Who took part."})
    people: str = field(metadata={"help": "Number of people randomised or enrolled."})
    funding: str = field(metadata={"help": "Who paid."})
    conflicts: str = field(metadata={"help": "Declared conflicts of interest."})
    registrations: tuple[str, ...] = field(metadata={"help": "Numbers in trial registers."})
    features: tuple[ReportedFigure, ...] = field(metadata={"help": "Features that subgroups and regressions use."})
    arms: tuple[ArmView, ...] = field(metadata={"help": "The groups."})
    instruments: tuple[InstrumentView, ...] = field(metadata={"help": "Scales and tests."})
    results: tuple[ResultView, ...] = field(metadata={"help": "Results, with their places in the sources."})
    assessments: tuple[AssessmentView, ...] = field(metadata={"help": "Risk of bias."})
    looked_at: tuple[LookedAt, ...] = field(metadata={"help": "What checks remark and a person let stand."})
    reports: tuple[ReportReference, ...] = field(metadata={"help": "Publications that tell of the study."})
    summaries: tuple[Link, ...] = field(metadata={"help": "Summaries that use it, by title."})
    extracted_by: str = field(metadata={"help": "Who took the figures from the source."})
    checked_by: str = field(metadata={"help": "Who checked them; empty where nobody has yet."})
    extraction_method: str = field(metadata={"help": "How, where it was not by hand."})
    extracted_on: date | None = field(metadata={"help": "When."})
    note: str = field(metadata={"help": "A note of the record."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A summary that uses a study."""

    slug: str
    title: str


def study_page(study: Study, uses: Sequence[Use], renderer: Renderer) -> StudyPage:
    """Return the context of a study's page; ``uses`` are the summaries that use it."""
    uri, language = study_uri(study.id), renderer.language
    return StudyPage(
        id=study.id,
        label=study.label,
        title=study.title or "",
        all_studies=Link(text="", href=relative(uri, STUDIES)),
        is_retracted=study.is_retracted,
        design=study.design,
        setting=study.setting or "",
        countries=formats.listed(study.countries, language),
        participants=study.participants or "",
        people=_number(study.n_randomised, language),
        funding=study.funding or "",
        conflicts=study.conflicts or "",
        registrations=study.registrations,
        features=tuple(
            ReportedFigure(name=_plain(name), value=_printed(value)) for name, value in study.characteristics.items()
        ),
        arms=tuple(
            ArmView(
                label=arm.label,
                role=arm.role,
                people=_number(arm.n_randomised, language),
                description=arm.description or "",
            )
            for arm in study.arms
        ),
        instruments=tuple(_instrument(item) for item in study.instruments.values()),
        results=tuple(_result(result, study, renderer) for result in study.results),
        assessments=tuple(_assessment(item, study) for item in study.risk_of_bias),
        looked_at=looked_at(study.acknowledged),
        reports=tuple(report_reference(report) for report in study.reports),
        summaries=tuple(
            Link(text=summary.title, href=relative(uri, summary_uri(summary.slug)))
            for summary in sorted(uses, key=lambda use: use.title.casefold())
        ),
        extracted_by=study.extraction.extracted_by,
        checked_by=study.extraction.checked_by or "",
        extraction_method=study.extraction.method or "",
        extracted_on=study.extraction.date,
        note=study.note or "",
    )


def _number(value: int | None, language: Language) -> str:
    return "" if value is None else formats.count(value, language)


def _plain(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _printed(value: object) -> str:
    """A figure with the digits that the source prints."""
    if isinstance(value, Decimal):
        return format(value, "f").replace("-", "\N{MINUS SIGN}")
    return "" if value is None else str(value)


def _reported(value: object, language: Language) -> str:
    """A count with its thousands marked; another figure with the digits that the source prints."""
    return _number(value, language) if isinstance(value, int) else _printed(value)


def _instrument(item: Instrument) -> InstrumentView:
    return InstrumentView(
        name=item.name, low=_printed(item.low), high=_printed(item.high), unit=item.unit or "", better=item.better
    )


def _result(result: AnyResult, study: Study, renderer: Renderer) -> ResultView:
    instrument = study.instruments[result.instrument].name if result.instrument else ""
    names = _names(result.arms.values())
    return ResultView(
        outcome=_plain(result.outcome),
        type=result.type,
        value=getattr(result, "value", ""),
        comparison=result.comparison or "",
        instrument=instrument,
        time_point=result.time_point.label if result.time_point else "",
        population=_plain(result.population),
        definition=result.definition or "",
        figures=tuple(_plain(name) for name in names),
        arms=tuple(
            ArmResult(
                label=study.arm(arm_id).label,
                values=tuple(_reported(getattr(arm, name), renderer.language) for name in names),
            )
            for arm_id, arm in result.arms.items()
        ),
        whole=tuple(_whole(result)),
        contrast=_contrast(result.contrast, renderer) if result.contrast else None,
        source=_source(result.source, study),
        quote=result.source.quote or "",
        note=result.note or "",
    )


def _names(arms: Iterable[Record]) -> tuple[str, ...]:
    """Names of the figures that any of the arms has, in the order of the record."""
    given = list(arms)
    return tuple(
        name
        for name in (type(given[0]).model_fields if given else ())
        if any(getattr(arm, name) is not None for arm in given)
    )


def _whole(result: AnyResult) -> Iterator[ReportedFigure]:
    if isinstance(result, SurvivalResult):
        yield ReportedFigure(name="O−E", value=_printed(result.o_minus_e))
        yield ReportedFigure(name="V", value=_printed(result.v))


def _contrast(contrast: Contrast, renderer: Renderer) -> ContrastView:
    has_interval = contrast.ci_low is not None
    limits = (_printed(contrast.ci_low), _printed(contrast.ci_high))
    return ContrastView(
        measure=renderer.speak("labels.measure", code=contrast.measure.value),
        estimate=_printed(contrast.estimate),
        interval=renderer.language.to.join(limits) if has_interval else "",
        level=formats.share(contrast.level, renderer.language),
        se=_printed(contrast.se),
        p=_printed(contrast.p),
        adjusted_for=contrast.adjusted_for or "",
    )


def _source(source: Source, study: Study) -> str:
    names = {report.id: short_name(report) for report in study.reports}
    text = f"{names.get(source.report, source.report)}, {source.place}"
    if source.seen_in is None:
        return text
    seen = ", ".join(part for part in (names.get(source.seen_in, source.seen_in), source.seen_place) if part)
    return f"{text} ({seen})"


def _assessment(item: RiskAssessment, study: Study) -> AssessmentView:
    ordered = [(domain, item.domains[domain]) for domain in DOMAINS[item.tool] if domain in item.domains]
    return AssessmentView(
        tool=item.tool,
        outcomes=", ".join(_plain(outcome) for outcome in item.outcomes),
        judgements=tuple(
            JudgementView(domain=domain, light=light(judgement.level), reason=judgement.reason or "")
            for domain, judgement in (*ordered, ("overall", item.overall))
        ),
        assessed_by=item.assessed_by,
        source=_source(item.source, study) if item.source else "",
    )
