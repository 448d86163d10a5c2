"""How people flow through a study: allocated, analysed, lost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from evibrief.errors import Severity
from evibrief.records.results import AnalysisPopulation, AnyResult, CorrelationResult
from evibrief.records.study import Design, Study
from evibrief.statistics.tails import two_sided

from .printed import at_most, shown
from .remarks import OURS, Check, Location, Remark, remark

MORE_THAN_ENROLLED = Check(
    code="p02-more-than-enrolled",
    title="More people in the arms than in the study",
    severity=Severity.ERROR,
    rule="sum of people randomised to the arms <= people randomised; sum of people analysed <= people randomised"
    " (not in crossover trials)",
    source="INSPECT-SR 4.6",
    may_stand=False,
)
FEWER_THAN_ENROLLED = Check(
    code="p02-fewer-than-enrolled",
    title="Fewer people in the arms than in the study",
    severity=Severity.WARNING,
    rule="sum of people randomised to the arms = people randomised; an arm may have been left out of the record",
    source="INSPECT-SR 4.6",
)
UNACCOUNTED = Check(
    code="p02-unaccounted",
    title="Many of the study's people are in no result",
    severity=Severity.HINT,
    rule="some result counts at least 80 % of the people randomised; asked where the arms' own numbers are not given",
    source="INSPECT-SR 4.6; threshold ours",
)
ALLOCATION = Check(
    code="p32-allocation",
    title="Two arms of a trial of very different size",
    severity=Severity.WARNING,
    rule="of two arms, the larger > 1.8 times the smaller, and not by a plan of 2:1, 3:1 or 4:1 (p >= 0.05);"
    " or p < 0.001 for each of 1:1, 3:2, 2:1, 3:1 and 4:1",
    source=OURS,
)
ATTRITION = Check(
    code="p43-attrition",
    title="Many people lost, or many more in one arm",
    severity=Severity.WARNING,
    rule="more than 20 % of an arm not analysed, or shares that differ by more than 10 points and by more than chance"
    " (p < 0.01); the worst result of a study is named",
    source="TRACT items (doi:10.1186/s41073-023-00130-8); thresholds ours",
)
SAME_LOSSES = Check(
    code="p43-same-losses",
    title="Exactly as many people lost in each arm",
    severity=Severity.HINT,
    rule="equal losses of at least 5 people in each arm, or none among 100 or more in an available-case analysis",
    source="TRACT items (doi:10.1186/s41073-023-00130-8); thresholds ours",
)

# Ours; see the rules above.
LARGEST_RATIO = 1.8
PLANS = (1.0, 1.5, 2.0, 3.0, 4.0)
UNEQUAL_PLANS = (2.0, 3.0, 4.0)
PLAN_FITS_P = 0.05
NO_PLAN_P = 0.001
LARGEST_LOSS = 0.20
LARGEST_DIFFERENCE = 0.10
FEWEST_EQUAL_LOSSES = 5
CHANCE_P = 0.01
PEOPLE_WITHOUT_LOSS = 100


def analysed(result: AnyResult) -> dict[str, int]:
    """Return the people analysed by arm, as far as the result counts them."""
    if isinstance(result, CorrelationResult):
        return {}
    return {name: arm.n for name, arm in result.arms.items() if arm.n is not None}


def _randomised(study: Study) -> dict[str, int]:
    return {arm.id: arm.n_randomised for arm in study.arms if arm.n_randomised is not None}


def counted_against_total(study: Study) -> Iterator[Remark]:
    """P02: the arms add up to the study."""
    total = study.n_randomised
    if total is None:
        return
    arms = _randomised(study)
    if len(arms) == len(study.arms) and arms and sum(arms.values()) != total:
        check = MORE_THAN_ENROLLED if sum(arms.values()) > total else FEWER_THAN_ENROLLED
        text = f"the arms add up to {sum(arms.values())} people, but {total} were randomised"
        advice = "check both, and whether an arm is missing here"
        yield remark(check, study, ("n_randomised",), text, advice, arms=sum(arms.values()), total=total)
    for index, result in enumerate(study.results):
        people = analysed(result)
        if study.design is not Design.CROSSOVER and sum(people.values()) > total:
            text = f"{sum(people.values())} people analysed, but {total} randomised to all arms together"
            figures = {"analysed": sum(people.values()), "total": total}
            advice = "check both in the source"
            yield remark(MORE_THAN_ENROLLED, study, ("results", index, "arms"), text, advice, **figures)


def unaccounted(study: Study) -> Iterator[Remark]:
    """P02: without the arms' own numbers, every result together still accounts for most of the study's people."""
    total = study.n_randomised
    if total is None or _randomised(study) or study.design is Design.CROSSOVER:
        return
    counted = max((sum(analysed(result).values()) for result in study.results), default=0)
    if 0 < counted < (1 - LARGEST_LOSS) * total:
        text = f"{total} people were randomised, but no result counts more than {counted}"
        advice = "check whether an arm is missing here, and give n_randomised for each arm"
        yield remark(UNACCOUNTED, study, ("n_randomised",), text, advice, counted=counted, total=total)


def allocation(study: Study) -> Iterator[Remark]:
    """P32: two arms of a randomised trial are as large as a usual plan makes them."""
    if study.design not in (Design.RANDOMISED, Design.PARALLEL) or len(study.arms) != 2:
        return
    sizes, location = _arm_sizes(study)
    if len(sizes) != 2 or not is_odd_allocation(*sizes):
        return
    text = f"the arms have {sizes[0]} and {sizes[1]} people, which fits no usual plan of allocation"
    advice = "check both numbers; if the plan was another, acknowledge it"
    yield remark(ALLOCATION, study, location, text, advice, first=sizes[0], second=sizes[1])


def _arm_sizes(study: Study) -> tuple[list[int], Location]:
    allocated = _randomised(study)
    if len(allocated) == 2:
        return list(allocated.values()), ("arms",)
    counted = [(index, people) for index, result in enumerate(study.results) if len(people := analysed(result)) == 2]
    if not counted:
        return [], ()
    index, people = max(counted, key=lambda item: sum(item[1].values()))
    return list(people.values()), ("results", index, "arms")


def is_odd_allocation(first: int, second: int) -> bool:
    """Whether two group sizes fit no usual plan of allocation."""
    larger, smaller = max(first, second), min(first, second)
    if larger > LARGEST_RATIO * smaller:
        return all(plan_p(larger, smaller, plan) < PLAN_FITS_P for plan in UNEQUAL_PLANS)
    return all(plan_p(larger, smaller, plan) < NO_PLAN_P for plan in PLANS)


def plan_p(larger: int, smaller: int, plan: float) -> float:
    """Two-sided p of a split under a plan of plan:1, by the normal approximation with continuity correction."""
    total, share = larger + smaller, plan / (plan + 1)
    distance = max(abs(larger - total * share) - 0.5, 0.0)
    return two_sided(distance / math.sqrt(total * share * (1 - share)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    """What share of whom a result does not count."""

    index: int
    largest: float
    difference: float
    is_chance: bool

    @property
    def is_much(self) -> bool:
        uneven = not at_most(self.difference, LARGEST_DIFFERENCE) and not self.is_chance
        return uneven or not at_most(self.largest, LARGEST_LOSS)


def attrition(study: Study) -> Iterator[Remark]:
    """P43: who is lost, and from which arm."""
    if study.design is Design.CROSSOVER:
        return
    found = [loss for index, result in enumerate(study.results) if (loss := _loss(study, index, analysed(result)))]
    worst = max(found, key=lambda loss: (loss.is_much, loss.largest), default=None)
    if worst is None or not worst.is_much:
        yield from _too_even(study)
        return
    points = 100 * worst.difference
    text = f"up to {worst.largest:.0%} of an arm is not analysed, and the arms differ by {points:.0f} points"
    advice = "check the numbers; if they are right, the risk of bias from missing data should say so"
    at = ("results", worst.index, "arms")
    yield remark(ATTRITION, study, at, text, advice, largest=worst.largest, difference=worst.difference)


def _loss(study: Study, index: int, people: dict[str, int]) -> _Loss | None:
    """Return the losses of a result, arm by arm, where it is known who was randomised to which."""
    randomised = _randomised(study)
    known = sorted((1 - n / randomised[name], randomised[name]) for name, n in people.items() if name in randomised)
    if not known:
        return None
    (least, people_of_least), (most, people_of_most) = known[0], known[-1]
    overall = (least * people_of_least + most * people_of_most) / (people_of_least + people_of_most)
    se = math.sqrt(overall * (1 - overall) * (1 / people_of_least + 1 / people_of_most))
    is_chance = se == 0 or two_sided((most - least) / se, None) >= CHANCE_P
    return _Loss(index=index, largest=most, difference=most - least, is_chance=is_chance)


def _too_even(study: Study) -> Iterator[Remark]:
    randomised = _randomised(study)
    for index, result in enumerate(study.results):
        people = analysed(result)
        lost = [randomised[name] - n for name, n in people.items() if name in randomised]
        if len(lost) < 2 or len(set(lost)) > 1:
            continue
        is_available = result.population is AnalysisPopulation.AVAILABLE
        nobody = lost[0] == 0 and is_available and sum(people.values()) >= PEOPLE_WITHOUT_LOSS
        if nobody or lost[0] >= FEWEST_EQUAL_LOSSES:
            who = "nobody was" if nobody else f"exactly {shown(lost[0])} people were"
            text = f"{who} lost from each arm"
            at = ("results", index, "arms")
            yield remark(SAME_LOSSES, study, at, text, "check how the source counts", lost=lost[0])
            return


CHECKS = (MORE_THAN_ENROLLED, FEWER_THAN_ENROLLED, UNACCOUNTED, ALLOCATION, ATTRITION, SAME_LOSSES)
STUDY_CHECKS = (counted_against_total, unaccounted, allocation, attrition)
