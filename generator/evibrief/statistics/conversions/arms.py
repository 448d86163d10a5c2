"""Groups of one trial combined into one, or one group shared among several comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evibrief.statistics.conversions import checking


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Mean, standard deviation and size of one group."""

    mean: float
    sd: float
    n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events among n people; neither need be whole after splitting or scaling."""

    events: float
    n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedSummary:
    """Mean, standard deviation and size of a group that no paper prints, and how it was made."""

    mean: float
    sd: float
    n: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedCounts:
    """Events among n people in a group that no paper prints, and how it was made."""

    events: float
    n: float
    note: str


def combine_summaries(arms: Sequence[Summary]) -> ConvertedSummary:
    """Two or more groups as if they had been one (Handbook 6.5.2.10); the order does not matter.

    The sum of squares within groups and between them, over N - 1.
    """
    _check_several(len(arms))
    for arm in arms:
        checking.finite(arm.mean, "the mean of a group")
        checking.sample_size(arm.n, "the size of a group", at_least=1)
        if not checking.finite(arm.sd, "the standard deviation of a group") >= 0:
            raise ValueError(f"the standard deviation of a group must not be negative, as {arm.sd:.15g} is")
    n = math.fsum(arm.n for arm in arms)
    mean = math.fsum(arm.n * arm.mean for arm in arms) / n
    squares = math.fsum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    return ConvertedSummary(mean=mean, sd=math.sqrt(squares / (n - 1)), n=n, note=_combined(len(arms)))


def combine_counts(arms: Sequence[Counts]) -> ConvertedCounts:
    """Two or more groups as if they had been one: events and people are added up (Handbook 23.3.4)."""
    _check_several(len(arms))
    for arm in arms:
        _check_counts(arm)
    return ConvertedCounts(
        events=math.fsum(arm.events for arm in arms), n=math.fsum(arm.n for arm in arms), note=_combined(len(arms))
    )


def split_counts(arm: Counts, comparisons: int) -> ConvertedCounts:
    """One share of a group that serves several comparisons: events and people divided by their number.

    Handbook 23.3.4; it avoids counting the same people twice, and treats the comparisons as independent.
    """
    _check_counts(arm)
    _check_comparisons(comparisons)
    return ConvertedCounts(events=arm.events / comparisons, n=arm.n / comparisons, note=_shared(comparisons))


def split_summary(arm: Summary, comparisons: int) -> ConvertedSummary:
    """One share of a group that serves several comparisons: people divided, mean and SD kept (Handbook 23.3.4)."""
    checking.sample_size(arm.n, "the size of the group", at_least=1)
    _check_comparisons(comparisons)
    return ConvertedSummary(mean=arm.mean, sd=arm.sd, n=arm.n / comparisons, note=_shared(comparisons))


def _check_counts(arm: Counts) -> None:
    checking.sample_size(arm.n, "the size of a group", at_least=1)
    checking.count(arm.events, arm.n)


def _check_several(groups: int) -> None:
    if groups < 2:
        raise ValueError("combining needs at least two groups")


def _check_comparisons(comparisons: int) -> None:
    if comparisons < 2:
        raise ValueError(f"a group is shared among at least two comparisons, not {comparisons}")


def _combined(groups: int) -> str:
    return f"{groups} groups of the trial combined into one"


def _shared(comparisons: int) -> str:
    return f"the group serves {comparisons} comparisons; one share of its people is counted here"
