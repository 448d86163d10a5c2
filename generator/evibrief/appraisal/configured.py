"""Settings as a publication's configuration gives them: checked, each mistake one line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from evibrief.appraisal.settings import DEFAULT, JUDGEMENTS, Settings, Unit
from evibrief.errors import Problem, RecordError
from evibrief.records.risk_of_bias import LEVELS
from evibrief.records.wording import nearest

OPTION = "plugins.evibrief.certainty"
# Each of these must not be larger than the next.
_ASCENDING = (
    ("little_heterogeneity_i2", "substantial_heterogeneity_i2", "considerable_heterogeneity_i2"),
    ("large_effect", "very_large_effect"),
    ("smd_small", "smd_moderate", "smd_large"),
)


def settings_from(given: object, *, path: str, lines: Mapping[str, int]) -> Settings:
    """Return the settings with those replaced that a configuration gives by name.

    ``path`` is the file of the configuration, ``lines`` where each name stands in it, as far as that is known.

    Raises:
        RecordError: with one problem for each name or value that cannot be right.
    """
    if given is None:
        return DEFAULT
    problems = list(_problems(given, path, lines))
    if problems:
        raise RecordError(problems)
    assert isinstance(given, Mapping)
    values: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Settings(**values)


def _problems(given: object, path: str, lines: Mapping[str, int]) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield _problem(path, lines, "", "expected names with values", "write such as dominating_percent: 55")
        return
    units: dict[str, Unit] = {item.name: item.metadata["unit"] for item in fields(Settings)}
    sound: dict[str, float] = {}
    for name, value in given.items():
        if name not in units:
            near = nearest(str(name), units)
            advice = f"did you mean '{near}'?" if near else f"the settings are {', '.join(units)}"
            yield _problem(path, lines, str(name), "there is no such setting", advice)
        elif (fault := _fault(value, units[name])) is not None:
            yield _problem(path, lines, name, fault, f"the value here is usually {_shown(getattr(DEFAULT, name))}")
        elif isinstance(value, int | float):
            sound[name] = value
    yield from _disorder(sound, path, lines)


def _fault(value: object, unit: Unit) -> str | None:
    if unit is JUDGEMENTS:
        return _fault_of_words(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"must be a number ({unit.words}), found {_shown(value)}"
    if unit.is_whole and not isinstance(value, int):
        return f"must be a whole number ({unit.words}), found {_shown(value)}"
    if not unit.low <= value <= unit.high:
        return f"must be from {unit.low:g} to {unit.high:g} ({unit.words}), found {_shown(value)}"
    return None


def _fault_of_words(value: object) -> str | None:
    known = dict.fromkeys(level.value for levels in LEVELS.values() for level in levels)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return f"must be a list of {JUDGEMENTS.words}, found {_shown(value)}"
    wrong = [item for item in value if item not in known]
    return f"{_shown(wrong[0])} is not one of {', '.join(known)}" if wrong else None


def _disorder(given: Mapping[str, float], path: str, lines: Mapping[str, int]) -> Iterator[Problem]:
    for names in _ASCENDING:
        values = [given.get(name, getattr(DEFAULT, name)) for name in names]
        if values != sorted(values) and any(name in given for name in names):
            first = next(name for name in names if name in given)
            told = ", ".join(f"{name} {_shown(value)}" for name, value in zip(names, values, strict=True))
            yield _problem(path, lines, first, f"these must ascend: {told}", "change one of them")


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "an empty list"
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _problem(path: str, lines: Mapping[str, int], name: str, message: str, advice: str) -> Problem:
    return Problem(
        path=path,
        line=lines.get(name, 1),
        column=1,
        field=f"{OPTION}.{name}" if name else OPTION,
        code="wrong-setting",
        message=message,
        advice=advice,
    )
