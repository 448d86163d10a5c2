"""Records in which every text field is filled, and the way to put one text into all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import StringConstraints

from builders import make_study, make_summary
from evibrief.records.fields import Characteristic, Doi, HttpsUrl, Record
from evibrief.records.markup import is_refused
from evibrief.records.study import Study
from evibrief.records.summary import Summary

_SOURCE = {"report": "main", "place": "Table 2", "quote": "words", "seen_in": "other", "seen_place": "p. 3"}
_CITED = {
    "title": "A trial that never was", "container_title": "A journal", "issued": "2001-02-03", "volume": "1",
    "issue": "2", "page": "3", "publisher": "A house", "version": "1.0", "doi": "10.1234/made-up", "note": "A note",
    "author": [{"family": "Real", "given": "N"}, {"literal": "A group"}],
}  # fmt: skip
_LINKED = {"title": "A page", "type": "webpage", "url": "https://example.org/page", "issued": 2001}
_RETRACTION = {"status": "expression-of-concern", "checked_on": "2002-03-04", "notice": "A notice"}
_ACKNOWLEDGED = {
    "check": "p21-unlike-sd", "field": "results.0", "reason": "Looked up.", "by": "Nobody", "date": "2002-03-04",
}  # fmt: skip
_BASIS = {"set_by_editors_because": "A reason"}


def _arm_results(kind: str, tea: dict[str, Any], water: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "source": _SOURCE, "arms": {"tea": tea, "water": water}, **more}


def full_study(name: str, year: int) -> dict[str, Any]:
    """A study with every text field filled; two of them can be pooled."""
    contrast = {"measure": "RR", "estimate": 0.5, "ci_low": 0.25, "ci_high": 0.98, "adjusted_for": "age"}
    return make_study(
        id=name,
        label=f"Made-up {year}",
        title="MADE-UP",
        reports=[
            {"id": "main", **_CITED, "doi": f"10.1234/made-up-{year}", "retraction": _RETRACTION},
            {"id": "other", "role": "review", **_LINKED},
        ],
        registrations=["NCT01024569"],
        design="cluster",
        cluster={"icc": 0.02, "mean_cluster_size": 5, "source": _SOURCE},
        setting="A clinic",
        countries=["Nowhere"],
        participants="Adults with hiccups",
        funding="A fund",
        conflicts="None",
        characteristics={"place": "mountains", "dose": 2},
        arms=[
            {"id": "tea", "label": "Peppermint tea", "role": "intervention", "n_randomised": 50, "description": "Hot."},
            {"id": "water", "label": "Warm water", "role": "comparator", "n_randomised": 50, "description": "Warm."},
        ],
        instruments={"scale": {"name": "Hiccup scale", "better": "lower", "low": 0, "high": 90, "unit": "points"}},
        results=[
            _arm_results(
                "dichotomous", {"events": 10, "n": 50}, {"events": 20, "n": 48}, outcome="hiccups", contrast=contrast,
                comparison="tea against water", definition="lasting a day", note="A note",
                time_point={"label": "4 weeks", "weeks": 4}, characteristics={"row": "first"},
            ),
            _arm_results(
                "continuous", {"n": 50, "mean": 12.5, "sd": 4.25}, {"n": 48, "mean": 15.5, "sd": 4.5},
                outcome="severity", instrument="scale", time_point={"label": "4 weeks", "weeks": 4},
            ),
            _arm_results(
                "dichotomous", {"events": 5, "n": 25}, {"events": 10, "n": 24}, outcome="hiccups",
                time_point={"label": "4 weeks", "weeks": 4}, part={"split": "sex", "name": "Women"},
            ),
        ],
        risk_of_bias=[
            {
                "tool": "RoB 2", "assessed_by": "Nobody Real", "source": _SOURCE,
                "domains": {"randomisation": {"level": "low", "reason": "A reason"}},
                "overall": {"level": "some concerns", "reason": "A reason"},
            }
        ],
        extraction={"extracted_by": "Nobody Real", "checked_by": "Nobody Else", "date": "2002-03-04", "method": "Eyes"},
        acknowledged=[_ACKNOWLEDGED],
        note="A note",
    )  # fmt: skip


def cross_study(name: str) -> dict[str, Any]:
    """A study that gave both treatments to each person; it is set aside."""
    study = full_study(name, 2003)
    del study["cluster"]
    return {**study, "design": "crossover", "crossover": {"correlation": 0.5, "source": _SOURCE}}


def full_summary() -> dict[str, Any]:
    """A summary with every text field filled, and an outcome of each kind."""
    asked = {
        "importance": "critical", "better": "lower", "time_window": "at 4 weeks", "definition": "What it is.",
        "note": "A note",
    }  # fmt: skip
    judged = [{"domain": "indirectness", "levels": -1, "reason": "A reason", "by": "Nobody Real"}]
    familiar = {"name": "Familiar scale", "sd": 2.5, "unit": "points", "basis": _BASIS}
    risk = {"per_1000": 400, "over": "4 weeks", "basis": _BASIS}
    return make_summary(
        tags=["tea"],
        question={
            "population": "adults with hiccups",
            "condition": "hiccups",
            "intervention": {
                "name": "peppermint tea", "short": "the tea", "number": "singular", "explained": "A hot drink."
            },
            "comparator": {"name": "warm water", "number": "singular", "explained": "A drink."},
        },
        references={"main": {**_CITED, "doi": "10.1234/review"}, "other": _LINKED},
        source_review={
            "reference": "main", "relation": "re-pools", "studies_design": "randomised", "articles": 3, "studies": 2,
            "participants": 196, "followup": "4 weeks after", "sources": [_SOURCE],
            "facts": [{"text": "A fact.", "source": _SOURCE}],
        },
        notice="Nothing here is real.",
        eligibility={
            "participants": "adults with hiccups", "studies": "trials that never were", "excluded": "all others",
            "outcomes": ["hiccups"], "source": _SOURCE,
        },
        search={"through": "2001-02", "databases": ["A database"], "note": "A note", "source": _SOURCE},
        set_aside=[{"study": "made-up-2003", "reason": "A reason"}],
        outcomes=[
            {
                **asked, "evidence": "pooled", "id": "hiccups", "name": "lasting hiccups", "number": "plural",
                "measure": "RR", "baseline_risk": risk, "judgements": judged, "time_point": "4 weeks",
                "model": {"tau2": "PM", "reason": "A reason"}, "subgroups": {"by": "place", "label": "Place"},
                "bands": {"unit": "per-1000", "small": 10, "basis": _BASIS},
            },
            {
                **asked, "evidence": "pooled", "id": "severity", "name": "severity", "measure": "SMD", "unit": "points",
                "familiar_scale": familiar, "regression": {"on": "dose", "label": "dose in cups"},
            },
            {
                **asked, "evidence": "reported", "id": "sleep", "name": "sleep",
                "familiar_scale": familiar, "judgements": judged,
                "reported": {
                    "measure": "SMD", "estimate": -0.5, "ci_low": -0.75, "ci_high": -0.25, "studies": 2,
                    "participants": 100, "source": _SOURCE, "caveat": "A caveat",
                },
            },
            {
                **asked, "evidence": "narrative", "id": "joy", "name": "joy",
                "narrative": {"direction": "better", "unknown": "how much", "source": _SOURCE, "studies": 2},
            },
        ],
        limitations=["A limitation."],
        writing={
            "background": "*Back* **ground** [here](https://example.org/page).", "interpretation": "Meaning.",
            "background_sources": [_SOURCE],
        },
        people=[{"name": "Nobody Real", "role": "author", "orcid": "0000-0000-0000-0000"}],
        funding="A fund",
        image={"file": "a.svg", "alternative": "A cup", "credit": "Nobody Real", "licence": "CC0"},
        acknowledged=[_ACKNOWLEDGED],
        history=[
            {"date": "2001-02-03", "kind": "first", "text": "Made up."},
            {"date": "2001-02-04", "kind": "correction", "text": "Mended."},
        ],
        status="corrected",
    )  # fmt: skip


# Here braces are placeholders, which the reader checks by itself.
WITH_PLACEHOLDERS = ("background", "interpretation", "limitations")


@dataclass(frozen=True)
class TextField:
    """A field of a kind of record that holds free text; ``kind`` is text, doi or url."""

    model: str
    name: str
    kind: str


def filled(model: type[Record], record: dict[str, Any], text: str) -> dict[str, Any]:
    """The record with every free text replaced by one text."""
    made, _ = _replaced(model, deepcopy(record), lambda field: _fitting(field, text))
    assert isinstance(made, dict)
    return made


def text_fields_of(model: type[Record], record: dict[str, Any]) -> set[TextField]:
    """The free text fields that a record fills."""
    return _replaced(model, deepcopy(record), lambda field: "x")[1]


def _fitting(field: TextField, text: str) -> str:
    if field.name in WITH_PLACEHOLDERS:
        text = text.replace("{", "(").replace("}", ")")
        if is_refused(text):
            text = text.replace("<", "< ").replace("](", "] (")
    if field.kind == "doi":
        return "10.1234/" + re.sub(r"\s", "", text)[:200]
    if field.kind == "url":
        return "https://example.org/" + re.sub(r"[\s<>\"']", "", text)
    return text


def _replaced(
    annotation: Any, value: Any, text_for: Callable[[TextField], str], field: TextField | None = None
) -> tuple[Any, set[TextField]]:
    """Walk a value along its type; return it with its texts replaced, and the fields that were."""
    if value is None:
        return value, set()
    kind = kind_of(annotation)
    if kind and field is not None and isinstance(value, str):
        return text_for(field), {field}
    seen: set[TextField] = set()
    if isinstance(value, dict):
        models = _models(annotation)
        model = next((item for item in models if _fits(item, value)), None)
        for name, item in value.items():
            if model is not None:
                inner, below = _hints(model)[name], TextField(_owner(model, name), name, kind_of(_hints(model)[name]))
            else:
                inner, below = annotation, field
            value[name], new = _replaced(inner, item, text_for, below)
            seen |= new
    elif isinstance(value, list):
        for index, item in enumerate(value):
            value[index], new = _replaced(annotation, item, text_for, field)
            seen |= new
    return value, seen


def _fits(model: type[Record], value: dict[str, Any]) -> bool:
    literals = {
        name: get_args(hint) for name in ("type", "evidence") if get_origin(hint := _hints(model).get(name)) is Literal
    }
    return set(value) <= set(model.model_fields) and all(value.get(name) in given for name, given in literals.items())


def kind_of(annotation: Any) -> str:
    """Whether values of a type are free text, and of which kind; empty if not. Looks through lists and options."""
    if annotation in (Doi, HttpsUrl):
        return "doi" if annotation == Doi else "url"
    if annotation == Characteristic:
        return "text"
    if get_origin(annotation) is Annotated:
        base, *metadata = get_args(annotation)
        if base is str:
            return "text" if any(isinstance(item, StringConstraints) for item in metadata) else ""
        return kind_of(base)
    if get_origin(annotation) in (Union, UnionType, tuple):
        return next((kind for part in get_args(annotation) if (kind := kind_of(part))), "")
    if get_origin(annotation) is dict:
        return kind_of(get_args(annotation)[1])
    return ""


def _owner(model: type[Record], name: str) -> str:
    """The kind of record that declares a field: Result, for the note of any kind of result."""
    return next(kind.__name__ for kind in reversed(model.__mro__) if name in vars(kind).get("__annotations__", {}))


@cache
def _hints(model: type[Record]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def _models(annotation: Any) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def all_text_fields(model: type[Record]) -> set[TextField]:
    """Every free text field that a kind of record can have, at any depth."""
    found: set[TextField] = set()
    seen: set[type[Record]] = set()
    waiting = [model]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for name in current.model_fields:
            annotation = _hints(current)[name]
            if kind := kind_of(annotation):
                found.add(TextField(_owner(current, name), name, kind))
            waiting += _models(annotation)
    return found


def records_with(text: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and content of every record of the project; with a text in every field, or as it is."""
    studies = [full_study("made-up-2001", 2001), full_study("made-up-2002", 2002), cross_study("made-up-2003")]
    for study in studies:
        yield f"studies/{study['id']}.yaml", study if text is None else filled(Study, study, text)
    summary = full_summary()
    yield f"summaries/{summary['slug']}.yaml", summary if text is None else filled(Summary, summary, text)
