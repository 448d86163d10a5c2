"""Any table of studies, with a map that says which column holds what.

The map is TOML. A value names a column; one that starts with ``=`` stands for itself::

    [report]                       # what the table is; cited by every figure
    title = "=Table 2 of the review"
    doi = "=10.1000/182"
    [study]
    label = "study"
    year = "year"
    design = "=randomised"
    [arms.drug]
    label = "=The new drug"
    role = "=intervention"
    [[results]]
    outcome = "=death"
    type = "=dichotomous"
    [results.arms.drug]
    events = "ai"
    n = "n1i"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evibrief.exchange.record_text import Row, Value
from evibrief.records.wording import listed, nearest

from .csv_text import Table
from .drafts import (
    STUDIES,
    Gap,
    Imported,
    RecordFile,
    Report,
    count,
    extraction,
    figure,
    given,
    identifier,
    line,
    prose,
    record_file,
    refused,
    settle_names,
    study_name,
    tidy,
    year,
)
from .names import people
from .reference_drafts import DESIGNS, citation
from .review_drafts import Progress

Map = Mapping[str, Any]

_SECTIONS = frozenset({"report", "study", "arms", "results", "characteristics"})
_STUDY = frozenset(
    {"label", "year", "title", "author", "journal", "doi", "pmid", "design", "setting", "countries", "participants",
     "n_randomised", "funding", "registration", "joined"}
)  # fmt: skip
_COUNTS = frozenset({"events", "n", "cases"})
_WORDS = frozenset({"outcome", "type", "comparison", "time_point", "instrument", "value", "definition", "note"})
_FIGURES = frozenset(
    {"mean", "sd", "se", "ci_low", "ci_high", "baseline_mean", "baseline_sd", "median", "q1", "q3", "minimum",
     "maximum", "person_years", "o_minus_e", "v", "r", "estimate", "p", "ci_percent"}
)  # fmt: skip
# Figures that a row may lack: of measures of spread, one is enough.
_OPTIONAL = frozenset(
    {"sd", "se", "ci_low", "ci_high", "baseline_mean", "baseline_sd", "q1", "q3", "minimum", "maximum", "p",
     "ci_percent", "cases"}
)  # fmt: skip


def read_map(text: str, shown_as: str) -> Map:
    """Return a column map.

    Raises:
        RecordError: one line, if it is not TOML, or has a section or field that maps have not.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refused(shown_as, f"the map is not TOML ({error})") from None
    for section in found:
        if section not in _SECTIONS:
            raise refused(shown_as, f"a map has no section [{section}]", f"it has {listed(sorted(_SECTIONS))}")
    for name in found.get("study", {}):
        if name not in _STUDY:
            near = nearest(name, _STUDY)
            advice = f"did you mean '{near}'?" if near else f"it has {listed(sorted(_STUDY))}"
            raise refused(shown_as, f"[study] has no field '{name}'", advice)
    if "label" not in found.get("study", {}):
        raise refused(shown_as, "the map does not say which column names the study", 'write [study] label = "COLUMN"')
    return found


def read_mapped(table: Table, mapping: Map, progress: Progress | None = None) -> Imported:
    """Return a study for each row of a table; with ``joined = true`` in [study], rows of one label are one study.

    Raises:
        RecordError: one line, if the map names a column that the table has not.
    """
    _check_columns(table, mapping)
    report = Report()
    rows = list(enumerate(table.rows, start=1))
    groups = _joined(rows, mapping) if mapping["study"].get("joined") is True else [[row] for row in rows]
    labels = [_label(mapping, group[0][1]) for group in groups]
    wanted = [study_name(label, "", position) for position, label in enumerate(labels, start=1)]
    names = settle_names(wanted, labels, report)
    made = []
    for position, (group, label, name) in enumerate(zip(groups, labels, names, strict=True), start=1):
        made.append(_study(group, label, name, table, mapping, report))
        if progress:
            progress(position, len(names))
    used = set(_columns(mapping))
    left = [name for name in table.columns if name and name not in used]
    if left:
        report.add(f"columns that the map does not name were left out: {listed(left, 30)}")
    return Imported(studies=tuple(made), unmapped=tuple(report.lines))


_Rows = list[tuple[int, Mapping[str, str]]]


def _columns(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for item in part.values():
            yield from _columns(item)
    elif isinstance(part, list):
        for item in part:
            yield from _columns(item)
    elif isinstance(part, str) and not part.startswith("="):
        yield part


def _check_columns(table: Table, mapping: Map) -> None:
    for name in _columns(mapping):
        if name not in table.columns:
            near = nearest(name, table.columns)
            advice = (
                f"did you mean '{near}'?" if near else f"it has {listed(table.columns)}; a fixed value starts with ="
            )
            raise refused(table.name, f"the table has no column '{tidy(name)}', which the map names", advice)


def _joined(rows: _Rows, mapping: Map) -> list[_Rows]:
    groups: dict[str, _Rows] = {}
    for number, row in rows:
        groups.setdefault(_label(mapping, row), []).append((number, row))
    return list(groups.values())


def _get(part: Map, name: str, row: Mapping[str, str]) -> str:
    wanted = part.get(name, "")
    if not isinstance(wanted, str):
        return ""
    return wanted[1:] if wanted.startswith("=") else row.get(wanted, "")


def _label(mapping: Map, row: Mapping[str, str]) -> str:
    label, when = line(_get(mapping["study"], "label", row)), year(_get(mapping["study"], "year", row))
    return label if not when or when in label else f"{label} {when}".strip()


def _study(rows: _Rows, label: str, name: str, table: Table, mapping: Map, report: Report) -> RecordFile:
    about, first = mapping["study"], rows[0][1]
    results = [
        made
        for number, row in rows
        for result in mapping.get("results", [])
        if (made := _result(result, number, row, label, report)) is not None
    ]
    countries = [line(part) for part in _get(about, "countries", first).replace("/", ",").split(",")]
    registration = line(_get(about, "registration", first))
    people_in = count(_get(about, "n_randomised", first))
    draft: dict[str, object] = {
        "id": name,
        "label": label or name,
        "reports": [*_own_report(about, first, label), _table_report(mapping, first, table.name)],
        **given(registrations=[registration] if registration else []),
        "design": line(_get(about, "design", first)) or Gap(DESIGNS),
        **given(setting=line(_get(about, "setting", first)), countries=[item for item in countries if item]),
        **given(participants=prose(_get(about, "participants", first))),
        **({"n_randomised": people_in} if people_in else {}),
        **given(funding=line(_get(about, "funding", first))),
        **given(characteristics=_characteristics(mapping, first)),
        **given(arms=[_arm(key, arm, first) for key, arm in mapping.get("arms", {}).items()], results=results),
        "extraction": extraction(tidy(table.name), "a table with a column map"),
    }
    comment = [f"Imported from {tidy(table.name)}, row {', '.join(str(number) for number, _ in rows)}."]
    return record_file(STUDIES, name, draft, comment)


def _own_report(about: Map, row: Mapping[str, str], label: str) -> list[dict[str, object]]:
    made = citation(
        title=_get(about, "title", row),
        authors=people(_get(about, "author", row)),
        journal=_get(about, "journal", row),
        issued=_get(about, "year", row),
        doi=_get(about, "doi", row),
        pmid=_get(about, "pmid", row),
    )
    if not made:
        return []
    named = {} if "author" in made else {"author": [Row(literal=label)]} if label else {}
    return [{"id": "main", "role": "primary", **named, **made}]


def _table_report(mapping: Map, row: Mapping[str, str], name: str) -> dict[str, object]:
    part = mapping.get("report", {})
    made = citation(
        kind="dataset",
        title=_get(part, "title", row) or tidy(name),
        authors=people(_get(part, "author", row)),
        issued=_get(part, "year", row),
        doi=_get(part, "doi", row),
        url=_get(part, "url", row),
        version=_get(part, "version", row),
    )
    return {"id": "table", "role": "dataset", **made}


def _arm(key: str, arm: Map, row: Mapping[str, str]) -> dict[str, object]:
    role = line(_get(arm, "role", row))
    people_in = count(_get(arm, "n_randomised", row))
    return {
        "id": identifier(key, fallback="arm"),
        "label": line(_get(arm, "label", row)) or key,
        "role": role or Gap("intervention or comparator"),
        **({"n_randomised": people_in} if people_in else {}),
    }


def _characteristics(part: Map, row: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name in part.get("characteristics", {}):
        text = line(_get(part["characteristics"], name, row))
        number = figure(text)
        if text:
            found[identifier(name, fallback="feature")] = text if number is None else number
    return found


def _result(result: Map, number: int, row: Mapping[str, str], label: str, report: Report) -> dict[str, object] | None:
    """Return a result of a row, or nothing where the row has no figures for it, or not all of them."""
    what = f"{label}, row {number}, {_get(result, 'outcome', row) or 'result'}"
    own = _figures(result, row)
    arms = {key: _figures(part, row) for key, part in result.get("arms", {}).items()}
    contrast = _figures(result.get("contrast", {}), row)
    everything = [own, contrast, *arms.values()]
    if not any(part for part in everything if part):
        return None
    if any(part is None for part in everything) or any(not part for part in arms.values()):
        report.add(f"{what}: a figure is missing or not a number; left out")
        return None
    words = {name: line(_get(result, name, row)) for name in sorted(_WORDS)}
    when = words["time_point"]
    fields: dict[str, object] = {
        "outcome": identifier(words["outcome"], fallback="outcome"),
        **given(comparison=words["comparison"]),
        "type": words["type"] or Gap("dichotomous, continuous, median, rate, survival, correlation or contrast"),
        **given(value=words["value"], instrument=words["instrument"]),
        **({"time_point": {"label": when}} if when else {}),
        **given(definition=words["definition"]),
        "source": Row(report="table", place=f"Row {number}"),
        **({"arms": {identifier(key, fallback="arm"): Row(part or {}) for key, part in arms.items()}} if arms else {}),
        **(own or {}),
        **({"contrast": Row({"measure": _get(result["contrast"], "measure", row), **contrast})} if contrast else {}),
        **given(characteristics=_characteristics(result, row), note=words["note"]),
    }
    return fields


def _figures(part: Map, row: Mapping[str, str]) -> dict[str, Value] | None:
    """Return the figures of a part; an empty dict if every cell is empty, None if one is missing or is no number."""
    names: Sequence[str] = [name for name in part if name in _COUNTS | _FIGURES]
    texts = {name: _get(part, name, row) for name in names}
    if not any(texts.values()):
        return {}
    wanted = {name: text for name, text in texts.items() if text or name not in _OPTIONAL}
    made = {name: count(text) if name in _COUNTS else figure(text) for name, text in wanted.items()}
    if any(value is None for value in made.values()):
        return None
    return {name: value for name, value in made.items() if value is not None}
