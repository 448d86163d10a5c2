"""Synthetic reviews, clean or with one slip of extraction, to measure what the linter finds.

Every study is drawn person by person, so that means, spreads, counts, intervals and p-values belong together as those
of a real paper do; then they are printed with the digits of a paper. Names are obviously made up. The slips are those
that audits of published reviews describe; each changes one study.
"""

from __future__ import annotations

import copy
import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from evibrief.checks.running import lint_study, lint_summary
from evibrief.errors import Severity
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.statistics.tails import critical_value, two_sided

Record = dict[str, Any]
Slip = Callable[[random.Random, list[Record], int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How many slips of one kind were found."""

    kind: str
    slip: str
    tried: int
    found: int


# ---- clean reviews ----------------------------------------------------------------------------------------------


def continuous_review(chance: random.Random, *, redundant: bool) -> list[Record]:
    """5 to 14 trials of a scale from 0 to 100 in whole points, far from both ends; SDs vary between trials by 22 %."""
    level, spread, effect = chance.uniform(48, 60), chance.uniform(8, 12), chance.gauss(4, 1.5)
    found = []
    for index in range(chance.randint(5, 14)):
        sd = spread * math.exp(chance.gauss(0, 0.22))
        usual = level + chance.gauss(0, 4)
        sizes = _sizes(chance, 45)
        groups = {
            name: [min(100, max(0, round(chance.gauss(mean, sd)))) for _ in range(n)]
            for (name, n), mean in zip(sizes.items(), (usual + effect + chance.gauss(0, 1.5), usual), strict=True)
        }
        found.append(_continuous_record(index, groups, chance, redundant=redundant))
    return found


def _sizes(chance: random.Random, typical: int) -> dict[str, int]:
    people = max(24, round(2 * typical * math.exp(chance.gauss(0, 0.5))))
    new = people // 2 + chance.randint(-2, 2)
    return {"new": new, "old": people - new}


def _continuous_record(index: int, groups: dict[str, list[int]], chance: random.Random, *, redundant: bool) -> Record:
    arms = {name: {"n": len(x), "mean": f"{_mean(x):.2f}", "sd": f"{_sd(x):.2f}"} for name, x in groups.items()}
    result: Record = {"type": "continuous", "instrument": "scale", "arms": arms}
    if redundant:
        new, old = groups["new"], groups["old"]
        df = len(new) + len(old) - 2
        pooled = math.sqrt(((len(new) - 1) * _sd(new) ** 2 + (len(old) - 1) * _sd(old) ** 2) / df)
        se, difference = pooled * math.sqrt(1 / len(new) + 1 / len(old)), _mean(new) - _mean(old)
        half = critical_value(0.95, df) * se
        result["contrast"] = {
            "measure": "MD",
            "estimate": f"{difference:.2f}",
            "ci_low": f"{difference - half:.2f}",
            "ci_high": f"{difference + half:.2f}",
            "p": f"{two_sided(difference / se, df):.3f}",
        }
    return _record(index, result, chance, redundant=redundant)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _sd(values: Sequence[int]) -> float:
    centre = _mean(values)
    return math.sqrt(sum((x - centre) ** 2 for x in values) / (len(values) - 1))


def binary_review(chance: random.Random, *, redundant: bool) -> list[Record]:
    """5 to 14 trials of an event that 15 to 45 % have without the treatment."""
    level, effect = chance.uniform(-1.7, -0.2), chance.gauss(-0.4, 0.2)
    found = []
    for index in range(chance.randint(5, 14)):
        usual = level + chance.gauss(0, 0.3)
        risks = {"new": _share(usual + effect + chance.gauss(0, 0.1)), "old": _share(usual)}
        sizes = _sizes(chance, 80)
        counts = {name: max(1, sum(chance.random() < risks[name] for _ in range(n))) for name, n in sizes.items()}
        arms = {name: {"events": counts[name], "n": n} for name, n in sizes.items()}
        result: Record = {"type": "dichotomous", "arms": arms}
        if redundant:
            result["contrast"] = _risk_ratio(arms)
        found.append(_record(index, result, chance, redundant=redundant))
    return found


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _risk_ratio(arms: Record) -> Record:
    a, n1, c, n2 = arms["new"]["events"], arms["new"]["n"], arms["old"]["events"], arms["old"]["n"]
    log, se = math.log(a * n2 / (c * n1)), math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    return {
        "measure": "RR",
        "estimate": f"{math.exp(log):.2f}",
        "ci_low": f"{math.exp(log - 1.959964 * se):.2f}",
        "ci_high": f"{math.exp(log + 1.959964 * se):.2f}",
        "p": f"{two_sided(log / se, None):.3f}",
    }


def _record(index: int, result: Record, chance: random.Random, *, redundant: bool) -> Record:
    lost = {name: sum(chance.random() < 0.04 for _ in range(arm["n"])) for name, arm in result["arms"].items()}
    allocated = {name: arm["n"] + lost[name] if redundant else None for name, arm in result["arms"].items()}
    return {
        "id": f"made-up-{index}",
        "label": f"Made-up Trial {index}",
        "reports": [{"id": "main", "author": [{"family": f"Invented {index}"}], "issued": 2001}],
        "design": "parallel",
        "arms": [
            {"id": "new", "label": "New", "role": "intervention", "n_randomised": allocated["new"]},
            {"id": "old", "label": "Old", "role": "comparator", "n_randomised": allocated["old"]},
        ],
        "instruments": {"scale": {"name": "Invented Scale", "better": "higher", "low": 0, "high": 100, "items": 1}},
        "results": [{"outcome": "thing", "source": {"report": "main", "place": "Table 1"}, **result}],
        "extraction": {"extracted_by": "Nobody Real", "checked_by": "Somebody Else"},
    }


# ---- slips ------------------------------------------------------------------------------------------------------


def _arms(records: list[Record], index: int) -> Record:
    arms: Record = records[index]["results"][0]["arms"]
    return arms


def _contrast(records: list[Record], index: int) -> Record:
    contrast: Record = records[index]["results"][0].get("contrast", {})
    return contrast


def _either(chance: random.Random, records: list[Record], index: int) -> Record:
    arm: Record = _arms(records, index)[chance.choice(("new", "old"))]
    return arm


def _to_error(arm: Record) -> None:
    arm["sd"] = f"{float(arm['sd']) / math.sqrt(arm['n']):.2f}"


def se_as_sd(chance: random.Random, records: list[Record], index: int) -> None:
    for arm in _arms(records, index).values():
        _to_error(arm)


def se_as_sd_in_one_arm(chance: random.Random, records: list[Record], index: int) -> None:
    _to_error(_either(chance, records, index))


def sd_as_se(chance: random.Random, records: list[Record], index: int) -> None:
    for arm in _arms(records, index).values():
        arm["se"] = arm.pop("sd")


def variance_as_sd(chance: random.Random, records: list[Record], index: int) -> None:
    for arm in _arms(records, index).values():
        arm["sd"] = f"{float(arm['sd']) ** 2:.2f}"


def _shifted(chance: random.Random, figure: str) -> str:
    value = float(figure)
    return f"{value * 10:.1f}" if chance.random() < 0.5 else f"{value / 10:.3f}"


def decimal_point_of_mean(chance: random.Random, records: list[Record], index: int) -> None:
    arm = _either(chance, records, index)
    arm["mean"] = _shifted(chance, arm["mean"])


def decimal_point_of_sd(chance: random.Random, records: list[Record], index: int) -> None:
    arm = _either(chance, records, index)
    arm["sd"] = _shifted(chance, arm["sd"])


def _transposed(figure: str) -> str:
    """Exchange the first two neighbouring digits that differ; the decimal point stays. 12.34 becomes 21.34."""
    places = [i for i, sign in enumerate(figure) if sign.isdigit()]
    for one, next_one in itertools.pairwise(places):
        if figure[one] != figure[next_one]:
            signs = list(figure)
            signs[one], signs[next_one] = signs[next_one], signs[one]
            return "".join(signs).lstrip("0") if signs[1] != "." else "".join(signs)
    return figure


def transposed_digits_of_mean(chance: random.Random, records: list[Record], index: int) -> None:
    arm = _either(chance, records, index)
    arm["mean"] = _transposed(arm["mean"])


def transposed_digits_of_sd(chance: random.Random, records: list[Record], index: int) -> None:
    arm = _either(chance, records, index)
    arm["sd"] = _transposed(arm["sd"])


def wrong_number_of_people(chance: random.Random, records: list[Record], index: int) -> None:
    """Digits exchanged, or the last one missing."""
    arm = _either(chance, records, index)
    typed = str(arm["n"])
    arm["n"] = int(_transposed(typed)) if chance.random() < 0.5 else int(typed[:-1])


def arms_swapped(chance: random.Random, records: list[Record], index: int) -> None:
    arms = _arms(records, index)
    arms["new"], arms["old"] = arms["old"], arms["new"]


def sign_of_difference(chance: random.Random, records: list[Record], index: int) -> None:
    contrast = _contrast(records, index)
    if contrast:
        low, high = float(contrast["ci_low"]), float(contrast["ci_high"])
        contrast |= {
            "estimate": f"{-float(contrast['estimate']):.2f}",
            "ci_low": f"{-high:.2f}",
            "ci_high": f"{-low:.2f}",
        }


def change_for_final(chance: random.Random, records: list[Record], index: int) -> None:
    """Both arms give the change since a start that was about the same, with its somewhat smaller spread."""
    start = float(_arms(records, index)["old"]["mean"]) - chance.uniform(0, 6)
    for arm in _arms(records, index).values():
        arm |= {"mean": f"{float(arm['mean']) - start:.2f}", "sd": f"{0.8 * float(arm['sd']):.2f}"}


def other_unit(chance: random.Random, records: list[Record], index: int) -> None:
    """Millimetres read as centimetres, everywhere in the study."""
    for arm in _arms(records, index).values():
        arm |= {"mean": f"{float(arm['mean']) / 10:.3f}", "sd": f"{float(arm['sd']) / 10:.3f}"}
    for field in ("estimate", "ci_low", "ci_high"):
        if field in _contrast(records, index):
            _contrast(records, index)[field] = f"{float(_contrast(records, index)[field]) / 10:.3f}"


def row_of_another_study(chance: random.Random, records: list[Record], index: int) -> None:
    records[index]["results"][0]["arms"] = copy.deepcopy(_arms(records, index - 1))


def percent_as_count(chance: random.Random, records: list[Record], index: int) -> None:
    for arm in _arms(records, index).values():
        arm["events"] = round(100 * arm["events"] / arm["n"])


def non_events_as_events(chance: random.Random, records: list[Record], index: int) -> None:
    for arm in _arms(records, index).values():
        arm["events"] = arm["n"] - arm["events"]


def transposed_digits_of_events(chance: random.Random, records: list[Record], index: int) -> None:
    arm = _either(chance, records, index)
    arm["events"] = int(_transposed(str(arm["events"])))


def dropped_digit_of_events(chance: random.Random, records: list[Record], index: int) -> None:
    arm = max(_arms(records, index).values(), key=lambda one: int(one["events"]))
    arm["events"] //= 10


def logarithm_as_ratio(chance: random.Random, records: list[Record], index: int) -> None:
    contrast = _contrast(records, index)
    for field in ("estimate", "ci_low", "ci_high"):
        if field in contrast:
            contrast[field] = f"{math.log(float(contrast[field])):.2f}"


def typo_in_interval(chance: random.Random, records: list[Record], index: int) -> None:
    """The upper limit has its digits exchanged, or belongs to a 90 % interval."""
    contrast = _contrast(records, index)
    if contrast:
        estimate, high = float(contrast["estimate"]), float(contrast["ci_high"])
        exchanged = _transposed(contrast["ci_high"].replace(".", ""))
        typed = float(exchanged) / 100
        contrast["ci_high"] = f"{typed:.2f}" if typed > estimate and typed != high else f"{(estimate + high) / 2:.2f}"


def odds_ratio_as_risk_ratio(chance: random.Random, records: list[Record], index: int) -> None:
    contrast, arms = _contrast(records, index), _arms(records, index)
    a, b = arms["new"]["events"], arms["new"]["n"] - arms["new"]["events"]
    c, d = arms["old"]["events"], arms["old"]["n"] - arms["old"]["events"]
    if contrast:
        log, se = math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        limits = {"ci_low": log - 1.959964 * se, "estimate": log, "ci_high": log + 1.959964 * se}
        contrast |= {field: f"{math.exp(value):.2f}" for field, value in limits.items()}


CONTINUOUS_SLIPS: tuple[Slip, ...] = (
    se_as_sd,
    se_as_sd_in_one_arm,
    sd_as_se,
    variance_as_sd,
    decimal_point_of_mean,
    decimal_point_of_sd,
    transposed_digits_of_mean,
    transposed_digits_of_sd,
    wrong_number_of_people,
    arms_swapped,
    sign_of_difference,
    change_for_final,
    other_unit,
    row_of_another_study,
)
BINARY_SLIPS: tuple[Slip, ...] = (
    arms_swapped,
    percent_as_count,
    non_events_as_events,
    wrong_number_of_people,
    transposed_digits_of_events,
    dropped_digit_of_events,
    logarithm_as_ratio,
    typo_in_interval,
    odds_ratio_as_risk_ratio,
    row_of_another_study,
)


# ---- measuring --------------------------------------------------------------------------------------------------


def summary_of(records: Sequence[Record], measure: str) -> Summary:
    """A summary that pools the studies."""
    return Summary.model_validate(
        {
            "slug": "made-up",
            "title": "Made-up treatment of things",
            "status": "published",
            "topic": "Things",
            "question": {
                "population": "people with things",
                "condition": "things",
                "intervention": {"name": "the new treatment", "number": "singular"},
                "comparator": {"name": "the old treatment", "number": "singular"},
            },
            "references": {"main": {"title": "A made-up review"}},
            "eligibility": {"participants": "people with things", "studies": "trials"},
            "search": {"note": "No search was made."},
            "studies": [record["id"] for record in records],
            "outcomes": [
                {
                    "id": "thing",
                    "name": "the thing",
                    "importance": "critical",
                    "better": "higher",
                    "evidence": "pooled",
                    "measure": measure,
                }
            ],
            "limitations": ["All of this is made up."],
            "writing": {
                "background": "Things are made up.",
                "interpretation": "Nothing follows.",
                "background_sources": [{"report": "main", "place": "Abstract"}],
            },
            "people": [{"name": "Nobody Real", "role": "author"}],
            "funding": "None",
            "history": [{"date": "2020-06-30", "kind": "first", "text": "First published."}],
        }
    )


def flagged(records: Sequence[Record], measure: str) -> set[str]:
    """The studies that a reader of the linter's output would look at: errors, warnings, and records refused."""
    refused: set[str] = set()
    studies: dict[str, Study] = {}
    for record in records:
        try:
            studies[record["id"]] = Study.model_validate(record)
        except ValidationError:
            refused.add(record["id"])
    rest = [record for record in records if record["id"] in studies]
    found = [one for study in studies.values() for one in lint_study(study)]
    found += lint_summary(summary_of(rest, measure), studies)
    return refused | {one.record for one in found if one.kind == "study" and one.severity is not Severity.HINT}


def detect(slip: Slip, *, binary: bool, redundant: bool, tries: int, seed: int) -> Detection:
    """Put one slip into each of many clean reviews, and count those found.

    A slip that changes nothing (exchanged digits of 33) is tried on another review, unless there is nothing to change
    (a contrast, where only the arms are printed).
    """
    chance = random.Random(f"{slip.__name__} {binary} {redundant} {seed}")
    draw, measure = (binary_review, "RR") if binary else (continuous_review, "MD")
    found = done = 0
    while done < tries:
        records = draw(chance, redundant=redundant)
        index = chance.randrange(1, len(records))
        before = copy.deepcopy(records[index])
        slip(chance, records, index)
        if records[index] == before and redundant:
            continue
        done += 1
        found += bool(flagged(records, measure) & {records[index]["id"]})
    return Detection(kind="binary" if binary else "continuous", slip=slip.__name__, tried=tries, found=found)


def false_alarms(*, binary: bool, redundant: bool, reviews: int, seed: int) -> Detection:
    """Count the studies of clean reviews that are flagged."""
    chance = random.Random(f"clean {binary} {redundant} {seed}")
    draw, measure = (binary_review, "RR") if binary else (continuous_review, "MD")
    tried = found = 0
    for _ in range(reviews):
        records = draw(chance, redundant=redundant)
        tried += len(records)
        found += len(flagged(records, measure))
    return Detection(kind="binary" if binary else "continuous", slip="clean", tried=tried, found=found)
