"""Results posted on ClinicalTrials.gov: outcome measures, analyses, deaths and serious adverse events.

A measure may have classes (such as time points) and categories (such as yes and no). A class becomes a result of its
own; a measure with several categories is left out, because which of them is the event only a person can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evibrief.exchange.record_text import Row

from .drafts import Gap, Ids, Report, count, figure, given, identifier, line
from .foreign_json import Json, part, parts, text

_MEASURES = (
    ("hazard ratio", "HR"), ("odds ratio", "OR"), ("risk ratio", "RR"), ("relative risk", "RR"), ("rate ratio", "IRR"),
    ("risk difference", "RD"), ("standardized mean diff", "SMD"), ("mean difference", "MD"),
)  # fmt: skip
_Draft = dict[str, object]
_Arms = list[_Draft]


def posted_results(trial: Json, number: str, arms: _Arms, report: Report) -> list[_Draft]:
    """Return the results of a trial; groups that are none of its arms are added to ``arms``, their roles left open."""
    results = part(trial, "resultsSection")
    if not results:
        return []
    groups = _Groups(arms)
    _take_randomised(results, groups)
    made: list[_Draft] = []
    for measure in parts(results, "outcomeMeasuresModule", "outcomeMeasures"):
        made += _measure(measure, groups, number, report)
    return [*made, *_harms(results, groups)]


class _Groups:
    """Matches the groups of a result with arms, by their titles."""

    def __init__(self, arms: _Arms) -> None:
        self._arms = arms
        self._ids = Ids(taken={str(arm["id"]) for arm in arms})

    def arm(self, title: str) -> str:
        for arm in self._arms:
            if _folded(str(arm["label"])) == _folded(title):
                return str(arm["id"])
        name = self._ids.new(identifier(title, fallback="group"))
        label = line(title) or name
        self._arms.append({"id": name, "label": label, "role": Gap("intervention or comparator; or delete this group")})
        return name

    def roles(self, names: Sequence[str]) -> list[object]:
        roles = {str(arm["id"]): arm["role"] for arm in self._arms}
        return [roles[name] for name in names]

    def known(self, title: str) -> _Draft | None:
        return next((arm for arm in self._arms if _folded(str(arm["label"])) == _folded(title)), None)


def _folded(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()


def _take_randomised(results: object, groups: _Groups) -> None:
    """Note on each arm how many people started, where the flow of participants tells."""
    flow = part(results, "participantFlowModule")
    titles = {text(group, "id"): text(group, "title") for group in parts(flow, "groups")}
    for period in parts(flow, "periods")[:1]:
        for milestone in parts(period, "milestones"):
            if text(milestone, "type") == "STARTED":
                for item in parts(milestone, "achievements"):
                    arm, people = groups.known(titles.get(text(item, "groupId"), "")), count(text(item, "numSubjects"))
                    if arm is not None and people:
                        arm["n_randomised"] = people


def _measure(measure: Json, groups: _Groups, number: str, report: Report) -> Iterator[_Draft]:
    title = line(text(measure, "title"))
    if text(measure, "reportingStatus") == "NOT_POSTED" or not parts(measure, "classes"):
        report.add(f"{number}: no figures are posted for '{title}'")
        return
    classes = parts(measure, "classes")
    for group in classes:
        name = line(text(group, "title")) if len(classes) > 1 else ""
        arms = _class(measure, group, groups)
        if isinstance(arms, str):
            report.add(f"{number}, '{title}'{f', {name}' if name else ''}: {arms}; left out")
            continue
        yield {
            "outcome": identifier(title, name, fallback="outcome"),
            "type": _kind(measure),
            **_value(measure),
            **_when(measure),
            **_whom(measure),
            "definition": line(f"{name}: {title}" if name else text(measure, "description") or title),
            "source": Row(
                report="register", place=line(f"Posted results, {text(measure, 'type').lower()} outcome: {title}")
            ),
            "arms": arms,
            **(_contrast(measure, groups, number, report) if len(classes) == 1 else {}),
        }


def _whom(measure: Json) -> dict[str, str]:
    words = text(measure, "populationDescription").casefold()
    if "modified" in words and "intent" in words:
        return {"population": "modified-intention-to-treat"}
    if re.search(r"intent(ion)?[- ]to[- ]treat|\bitt\b", words):
        return {"population": "intention-to-treat"}
    return {"population": "per-protocol"} if "per protocol" in words or "per-protocol" in words else {}


def _when(measure: Json) -> dict[str, object]:
    label = line(text(measure, "timeFrame"))
    return {"time_point": {"label": label}} if label else {}


def _kind(measure: Json) -> str:
    kind = text(measure, "paramType")
    if kind == "COUNT_OF_PARTICIPANTS":
        return "dichotomous"
    return "median" if kind == "MEDIAN" else "continuous"


def _value(measure: Json) -> dict[str, str]:
    is_change = re.search(r"\bchange\b", text(measure, "title").casefold()) and _kind(measure) == "continuous"
    return {"value": "change"} if is_change else {}


def _class(measure: Json, group: Json, groups: _Groups) -> dict[str, Row] | str:
    """Return the arms of one class, or why they cannot be had."""
    make = _MAKERS.get(text(measure, "paramType"))
    if make is None:
        return f"figures of the kind '{text(measure, 'paramType').lower().replace('_', ' ')}' are not mapped"
    categories = parts(group, "categories")
    if len(categories) != 1:
        return "it has several categories, of which only a person can tell which counts"
    people = {**_people(measure), **_people(group)}
    titles = {text(item, "id"): text(item, "title") for item in parts(measure, "groups")}
    spread = re.sub(r"[^a-z0-9]+", " ", text(measure, "dispersionType").casefold()).strip()
    arms: dict[str, Row] = {}
    for item in parts(categories[0], "measurements"):
        name = text(item, "groupId")
        made = make(item, people.get(name), spread)
        if made is None:
            return "its figures are incomplete, or of a kind that is not mapped"
        arms[groups.arm(titles.get(name, name))] = made
    return arms or "it has no figures"


def _people(record: Json) -> dict[str, int]:
    units = [item for item in parts(record, "denoms") if text(item, "units").casefold() == "participants"]
    found = {text(item, "groupId"): count(text(item, "value")) for unit in units for item in parts(unit, "counts")}
    return {name: people for name, people in found.items() if people}


def _events(item: Json, people: int | None, spread: str) -> Row | None:
    events = count(text(item, "value"))
    return Row(events=events, n=people) if events is not None and people and events <= people else None


def _mean(item: Json, people: int | None, spread: str) -> Row | None:
    mean, printed = figure(text(item, "value")), figure(text(item, "spread"))
    low, high = figure(text(item, "lowerLimit")), figure(text(item, "upperLimit"))
    if mean is None or not people:
        return None
    if spread == "standard deviation" and printed and printed > 0:
        return Row(n=people, mean=mean, sd=printed)
    if spread in ("standard error", "standard error of the mean") and printed and printed > 0:
        return Row(n=people, mean=mean, se=printed)
    if spread.startswith("95") and low is not None and high is not None and low < mean < high:
        return Row(n=people, mean=mean, ci_low=low, ci_high=high)
    return None


def _median(item: Json, people: int | None, spread: str) -> Row | None:
    median = figure(text(item, "value"))
    low, high = figure(text(item, "lowerLimit")), figure(text(item, "upperLimit"))
    if median is None or not people or low is None or high is None or not low <= median <= high:
        return None
    if spread.startswith("inter quartile"):
        return Row(n=people, median=median, q1=low, q3=high)
    return Row(n=people, median=median, minimum=low, maximum=high) if spread == "full range" else None


_MAKERS: Mapping[str, Callable[[Json, int | None, str], Row | None]] = {
    "COUNT_OF_PARTICIPANTS": _events,
    "MEAN": _mean,
    "LEAST_SQUARES_MEAN": _mean,
    "MEDIAN": _median,
}


def _contrast(measure: Json, groups: _Groups, number: str, report: Report) -> dict[str, Row]:
    """Return the first analysis of a measure that compares two groups by a measure of ours."""
    titles = {text(item, "id"): text(item, "title") for item in parts(measure, "groups")}
    analyses = parts(measure, "analyses")
    for analysis in analyses:
        names = part(analysis, "groupIds")
        made = _printed(analysis)
        if made is not None and isinstance(names, list) and len(names) == 2:
            if len(analyses) > 1:
                report.add(f"{number}, '{line(text(measure, 'title'))}': only the first analysis was taken over")
            arms = [groups.arm(titles.get(str(name), str(name))) for name in names]
            if groups.roles(arms) == ["comparator", "intervention"]:
                report.add(f"{number}, '{line(text(measure, 'title'))}': which way its analysis compares is not plain")
                return {}
            return {"contrast": Row(made, arms=arms)}
    if analyses:
        report.add(f"{number}, '{line(text(measure, 'title'))}': its analysis is of a kind that is not mapped")
    return {}


def _printed(analysis: Json) -> dict[str, Any] | None:
    words = text(analysis, "paramType").casefold()
    name = next((name for part_, name in _MEASURES if part_ in words), None)
    estimate = figure(text(analysis, "paramValue"))
    low, high = figure(text(analysis, "ciLowerLimit")), figure(text(analysis, "ciUpperLimit"))
    if name is None or estimate is None or low is None or high is None or not low <= estimate <= high or low >= high:
        return None
    if name in ("HR", "OR", "RR", "IRR") and low <= 0:
        return None
    level = figure(text(analysis, "ciPctValue"))
    p = figure(text(analysis, "pValue"))
    return {
        "measure": name,
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        **given(ci_percent=level if level and level != 95 and 50 <= level < 100 else None),
        **given(p=p if p is not None and 0 <= p <= 1 else None),
    }


def _harms(results: object, groups: _Groups) -> Iterator[_Draft]:
    module = part(results, "adverseEventsModule")
    for outcome, affected, at_risk in (
        ("death", "deathsNumAffected", "deathsNumAtRisk"),
        ("serious-adverse-events", "seriousNumAffected", "seriousNumAtRisk"),
    ):
        rows: dict[str, Row] = {}
        for group in parts(module, "eventGroups"):
            made = _events({"value": text(group, affected)}, count(text(group, at_risk)), "")
            if made is not None:
                rows[groups.arm(text(group, "title"))] = made
        if rows:
            yield {
                "outcome": outcome,
                "type": "dichotomous",
                **_when({"timeFrame": text(module, "timeFrame")}),
                "source": Row(report="register", place="Posted results, adverse events"),
                "arms": rows,
            }
