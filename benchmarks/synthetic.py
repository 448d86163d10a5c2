"""A made-up publication of any size: N summaries over 10 N studies, five outcomes each, every kind of data.

``python -m benchmarks.synthetic FOLDER N`` writes one. Names are obviously invented; nothing of it may stand beside
real records. The same seed and size give the same files. The text of a file is written as people write it, so that
reading costs what it costs in life.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = 20260101
STUDIES_PER_SUMMARY = 10
TOPICS = 40

_ARMS = ("new", "usual")
_WORDS = (  # noqa: SIM905
    "people were asked at each visit how they had been since the last one and what they had taken in the meantime "
    "the groups were alike at the start and nobody knew who would be asked next so that the answers could be compared "
    "most stayed until the end while some moved away and a few could not be found again"
).split()


def write_project(folder: Path, summaries: int) -> None:
    """Write a project with that many summaries into a folder that does not exist yet, or is empty.

    The templates, the theme and mkdocs.yml are copies of the repository's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) or folder.resolve().is_relative_to(ROOT):
        raise SystemExit(f"{folder}: is not an empty folder outside the repository")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for name in ("templates", "site"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "studies").mkdir()
    (folder / "summaries").mkdir()
    chance = random.Random(SEED)  # noqa: S311
    for number in range(summaries):
        _write_review(folder, number, _size(number), chance)


def write_short_studies(folder: Path, count: int) -> None:
    """Fill an empty folder with studies of one outcome each and about a kilobyte, such as most people begin with."""
    chance = random.Random(SEED)  # noqa: S311
    for number in range(count):
        name = f"invented-{number:05d}-a"
        text = "\n".join(_study(name, number, 0, chance.gauss(0.25, 0.2), chance, short=True)) + "\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def _size(number: int) -> int:
    """Studies of a summary: from 4 to 16, and 10 on average over any two neighbours."""
    swing = (number // 2) % 7
    return STUDIES_PER_SUMMARY + (swing if number % 2 else -swing)


def _write_review(folder: Path, number: int, size: int, chance: random.Random) -> None:
    ids = [f"invented-{number:05d}-{chr(97 + index)}" for index in range(size)]
    effect = chance.gauss(0.25, 0.2)
    for index, name in enumerate(ids):
        text = "\n".join(_study(name, number, index, effect + chance.gauss(0, 0.1), chance)) + "\n"
        (folder / "studies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    text = "\n".join(_summary(number, ids, chance)) + "\n"
    (folder / "summaries" / f"made-up-question-{number:05d}.yaml").write_text(text, encoding="utf-8")


# ---- studies ----------------------------------------------------------------------------------------------------


def _study(
    name: str, number: int, index: int, effect: float, chance: random.Random, *, short: bool = False
) -> Iterator[str]:
    year, people = chance.randint(1985, 2024), round(40 * math.exp(chance.gauss(0.7, 0.6))) + 20
    sizes = {"new": people + chance.randint(-2, 2), "usual": people}
    yield f"id: {name}"
    yield f"label: Invented {number}{chr(65 + index)} {year}"
    yield "reports:"
    yield "  - id: main"
    yield f"    title: A made-up trial of something against nothing, {_prose(chance, 6)}"
    yield "    author:"
    for author in range(chance.randint(1, 6)):
        yield f"      - {{family: Nobody-{author + 1}, given: {chr(65 + author)}Z}}"
    yield "    container_title: Journal of Things That Never Were"
    yield f"    issued: {year}"
    yield f'    volume: "{chance.randint(1, 90)}"'
    yield f'    page: "{chance.randint(1, 400)}-{chance.randint(401, 900)}"'
    yield "design: parallel"
    yield f"countries: [{chance.choice(['Erewhon', 'Laputa', 'Ruritania'])}]"
    yield f"participants: Made-up people, of whom {_prose(chance, 12)}."
    yield f"n_randomised: {sum(sizes.values()) + 6}"
    yield "characteristics:"
    yield f"  dose: {chance.choice(['low', 'high'])}"
    yield "arms:"
    yield f"  - {{id: new, label: Something new, role: intervention, n_randomised: {sizes['new'] + 3}}}"
    yield f"  - {{id: usual, label: What is usual, role: comparator, n_randomised: {sizes['usual'] + 3}}}"
    if short:
        yield "results:"
        yield from _events("relapse", sizes, 0.3, -effect, chance)
    else:
        yield from _five_outcomes(number, sizes, effect, chance)
        yield from _risk_of_bias(chance)
    yield "extraction:"
    yield "  extracted_by: Nobody Real"
    yield "  checked_by: Somebody Else"
    yield f"  date: 2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _five_outcomes(number: int, sizes: dict[str, int], effect: float, chance: random.Random) -> Iterator[str]:
    yield "instruments:"
    yield "  scale: {name: Invented Scale, better: higher, low: 0, high: 100}"
    yield "  stay: {name: Days in an invented place, better: lower, unit: days}"
    yield "results:"
    yield from _events("relapse", sizes, 0.3, -effect, chance)
    yield from _events("harm", sizes, 0.02, effect, chance)
    yield from _score(sizes, effect, chance)
    yield from _stay(sizes, effect, chance)
    yield from _last(number, sizes, effect, chance)


def _result(outcome: str, kind: str, chance: random.Random, more: str = "") -> Iterator[str]:
    yield f"  - outcome: {outcome}"
    yield f"    type: {kind}"
    if more:
        yield f"    {more}"
    yield "    time_point: {label: 12 weeks, weeks: 12}"
    yield "    population: intention-to-treat"
    yield f"    source: {{report: main, place: Table {chance.randint(1, 6)}}}"


def _events(
    outcome: str, sizes: dict[str, int], usual: float, log_ratio: float, chance: random.Random
) -> Iterator[str]:
    yield from _result(outcome, "dichotomous", chance)
    yield "    arms:"
    for arm, n in sizes.items():
        risk = min(0.9, usual * math.exp(log_ratio if arm == "new" else 0))
        events = sum(chance.random() < risk for _ in range(n))
        yield f"      {arm}: {{events: {events}, n: {n}}}"


def _score(sizes: dict[str, int], effect: float, chance: random.Random) -> Iterator[str]:
    kind = "median" if chance.random() < 0.2 else "continuous"
    yield from _result("score", kind, chance, "instrument: scale")
    yield "    arms:"
    for arm, n in sizes.items():
        sd = 11 * math.exp(chance.gauss(0, 0.15))
        mean = 50 + (effect * sd if arm == "new" else 0) + chance.gauss(0, sd / math.sqrt(n))
        if kind == "median":
            yield f"      {arm}: {{n: {n}, median: {mean:.1f}, q1: {mean - 0.67 * sd:.1f}, q3: {mean + 0.67 * sd:.1f}}}"
        else:
            yield f"      {arm}: {{n: {n}, mean: {mean:.2f}, sd: {sd:.2f}}}"


def _stay(sizes: dict[str, int], effect: float, chance: random.Random) -> Iterator[str]:
    yield from _result("stay", "continuous", chance, "instrument: stay")
    yield "    arms:"
    for arm, n in sizes.items():
        se = 4 / math.sqrt(n)
        mean = 14 - (2 * effect if arm == "new" else 0) + chance.gauss(0, se)
        spread = f"se: {se:.3f}" if n % 3 else f"ci_low: {mean - 1.96 * se:.2f}, ci_high: {mean + 1.96 * se:.2f}"
        yield f"      {arm}: {{n: {n}, mean: {mean:.3f}, {spread}}}"


def _last(number: int, sizes: dict[str, int], effect: float, chance: random.Random) -> Iterator[str]:
    """The fifth outcome differs from summary to summary: log-rank statistics, rates, or what a paper printed."""
    n = sum(sizes.values())
    match number % 3:
        case 0:
            v = n / 16 + 1
            yield from _result("death", "survival", chance)
            yield f"    o_minus_e: {-effect * v + chance.gauss(0, math.sqrt(v)):.2f}"
            yield f"    v: {v:.2f}"
        case 1:
            yield from _result("death", "rate", chance)
            yield "    arms:"
            for arm in _ARMS:
                years = sizes[arm] * 1.7
                events = round(years * 0.1 * math.exp((-effect if arm == "new" else 0) + chance.gauss(0, 0.1)))
                yield f"      {arm}: {{events: {events}, person_years: {years:.1f}, n: {sizes[arm]}}}"
        case _:
            se = 4 / math.sqrt(n)
            log = -effect + chance.gauss(0, se)
            low, high = math.exp(log - 1.96 * se), math.exp(log + 1.96 * se)
            yield from _result("death", "contrast", chance)
            figures = f"estimate: {math.exp(log):.3f}, ci_low: {low:.3f}, ci_high: {high:.3f}"
            yield f"    contrast: {{measure: OR, {figures}}}"
            yield f"    arms: {{new: {{n: {sizes['new']}}}, usual: {{n: {sizes['usual']}}}}}"


def _risk_of_bias(chance: random.Random) -> Iterator[str]:
    levels = ["low", "low", "some concerns", "high"]
    yield "risk_of_bias:"
    yield "  - tool: RoB 2"
    yield "    domains:"
    for domain in ("randomisation", "deviations", "missing-data", "measurement", "selection-of-result"):
        yield f"      {domain}: {{level: {chance.choice(levels)}, reason: It was said that {_prose(chance, 8)}.}}"
    yield f"    overall: {{level: {chance.choice(levels)}}}"
    yield "    assessed_by: Nobody Real"


# ---- summaries --------------------------------------------------------------------------------------------------


def _summary(number: int, ids: list[str], chance: random.Random) -> Iterator[str]:
    yield f"slug: made-up-question-{number:05d}"
    yield f"title: Something new for made-up condition {number}"
    yield "status: published"
    yield f"topic: Invented topic {number % TOPICS}"
    yield f"tags: [made up, invented, condition {number}]"
    yield "question:"
    yield "  population: made-up people"
    yield f"  condition: made-up condition {number}"
    yield "  intervention: {name: something new, number: singular, explained: It was invented for a measurement.}"
    yield "  comparator: {name: what is usual, number: singular}"
    yield "notice: Everything on this page is made up, to measure how fast pages are made."
    yield "eligibility:"
    yield "  participants: made-up people of any age"
    yield "  studies: made-up trials"
    yield "search: {through: 2025-06, databases: [An Invented Index]}"
    yield "studies:"
    yield from (f"  - {name}" for name in ids)
    yield "outcomes:"
    last = ("HR", "IRR", "OR")[number % 3]
    risk = "{from_comparator_arms: median, over: 12 weeks, basis: {set_by_editors_because: It is made up.}}"
    bands = "{unit: per-1000, small: 20, moderate: 50, large: 100, basis: {set_by_editors_because: It is made up.}}"
    yield from _outcome(
        "relapse",
        "a relapse",
        "critical",
        "lower",
        "RR",
        f"baseline_risk: {risk}",
        f"bands: {bands}",
        "subgroups: {by: dose, label: Dose}",
    )
    yield from _outcome("score", "well-being", "critical", "higher", "SMD")
    yield from _outcome("death", "death", "critical", "lower", last)
    bands = "{small: 1, moderate: 2, large: 4, basis: {set_by_editors_because: It is made up.}}"
    yield from _outcome("stay", "the stay", "important", "lower", "MD", "unit: days", f"bands: {bands}")
    rare = "model: {method: PETO, tau2: CE, ci: wald, reason: The event is rare.}"
    yield from _outcome("harm", "a harm", "important", "lower", "PETO", rare)
    yield f"limitations: [The trials never happened, The {_prose(chance, 6)}]"
    yield "writing:"
    yield f"  background: {json.dumps(f'This is made up. In it {_prose(chance, 20)}.')}"
    yield "  interpretation: The result for a relapse was {relapse.estimate}, which means nothing, since it is made up."
    yield "people: [{name: Nobody Real, role: author}]"
    yield "history:"
    yield f"  - {{date: 2025-{chance.randint(7, 12):02d}-{chance.randint(1, 28):02d}, kind: first, text: Made up.}}"


def _outcome(name: str, words: str, importance: str, better: str, measure: str, *more: str) -> Iterator[str]:
    yield f"  - id: {name}"
    yield f"    name: {words}"
    yield f"    importance: {importance}"
    yield f"    better: {better}"
    yield "    judgements: [{domain: indirectness, levels: 0, reason: Made-up people are who was asked about.}]"
    yield "    evidence: pooled"
    yield f"    measure: {measure}"
    yield from (f"    {line}" for line in more)


def _prose(chance: random.Random, words: int) -> str:
    start = chance.randrange(len(_WORDS) - words)
    return " ".join(_WORDS[start : start + words])


if __name__ == "__main__":
    write_project(Path(sys.argv[1]), int(sys.argv[2]))
