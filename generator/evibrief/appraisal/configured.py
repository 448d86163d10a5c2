"""Settings as a publication's configuration gives them: checked, each mistake one line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from evibrief.appraisal.settings import CERTAINTY, DEFAULT, IN_WORDS, JUDGEMENTS, Settings, Unit
from evibrief.errors import Problem, RecordError
from evibrief.records.risk_of_bias import LEVELS
from evibrief.records.wording import nearest

PLUGIN = "plugins.evibrief"
_EXAMPLES = {CERTAINTY: "dominating_percent: 55", IN_WORDS: "most_words: 400"}
# Each of these must not be larger than the next.
_ASCENDING = (
    ("little_heterogeneity_i2", "substantial_heterogeneity_i2", "considerable_heterogeneity_i2"),
    ("large_effect", "very_large_effect"),
    ("smd_small", "smd_moderate", "smd_large"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """An option of the plugin, its file, and the lines of names in it."""

    option: str
    path: str
    lines: Mapping[str, int]

    def problem(self, name: str, message: str, advice: str) -> Problem:
        return Problem(
            path=self.path,
            line=self.lines.get(name or self.option, 1),
            column=1,
            field=".".join(part for part in (PLUGIN, self.option, name) if part),
            code="wrong-setting",
            message=message,
            advice=advice,
        )


def settings_from(
    certainty: object, words: object = None, *, path: str = "mkdocs.yml", lines: Mapping[str, int]
) -> Settings:
    """Return the settings with those replaced that a configuration gives by name, in its two options.

    ``path`` is the file of the configuration, ``lines`` where each name stands in it, as far as that is known.

    Raises:
        RecordError: with one problem for each name or value that cannot be right.
    """
    options = {name: given for name, given in ((CERTAINTY, certainty), (IN_WORDS, words)) if given is not None}
    places = {name: _At(option=name, path=path, lines=lines) for name in options}
    problems = [problem for name, given in options.items() for problem in _problems(given, places[name])]
    if problems:
        raise RecordError(problems)
    values: dict[str, Any] = {}
    for given in options.values():
        assert isinstance(given, Mapping)
        values |= {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Settings(**values)


def _problems(given: object, at: _At) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield at.problem("", "expected names with values", f"write such as {_EXAMPLES[at.option]}")
        return
    options = {item.name: item.metadata["option"] for item in fields(Settings)}
    units: dict[str, Unit] = {item.name: item.metadata["unit"] for item in fields(Settings)}
    sound: dict[str, float] = {}
    for name, value in given.items():
        if options.get(name) != at.option:
            yield at.problem(str(name), "there is no such setting", _advice(str(name), options, at.option))
        elif (fault := _fault(value, units[name])) is not None:
            yield at.problem(name, fault, f"the value here is usually {_shown(getattr(DEFAULT, name))}")
        elif isinstance(value, int | float):
            sound[name] = value
    yield from _disorder(sound, at)


def _advice(name: str, options: Mapping[str, str], option: str) -> str:
    if name in options:
        return f"it stands under {PLUGIN}.{options[name]}"
    own = [known for known, group in options.items() if group == option]
    near = nearest(name, own)
    return f"did you mean '{near}'?" if near else f"the settings are {', '.join(own)}"


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


def _disorder(given: Mapping[str, float], at: _At) -> Iterator[Problem]:
    for names in _ASCENDING:
        values = [given.get(name, getattr(DEFAULT, name)) for name in names]
        if values != sorted(values) and any(name in given for name in names):
            first = next(name for name in names if name in given)
            told = ", ".join(f"{name} {_shown(value)}" for name, value in zip(names, values, strict=True))
            yield at.problem(first, f"these must ascend: {told}", "change one of them")


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "an empty list"
    return f"{value:g}" if isinstance(value, float) else repr(value)
