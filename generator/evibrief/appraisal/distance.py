"""How far a result lies from no difference, measured against the bands of its outcome.

A distance is 0 at no difference and positive where there is more of the outcome: the logarithm of a ratio, the
difference itself, or people of 1,000 where the bands are in people.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from evibrief.appraisal.ratings import Course, Size
from evibrief.appraisal.settings import Settings
from evibrief.records.outcomes import OutcomeBase
from evibrief.records.sizes import SizeBands
from evibrief.statistics.absolute import absolute_effect
from evibrief.statistics.measures import Measure
from evibrief.synthesis.evidence import PooledSynthesis, ReportedSynthesis, StudyRow

Estimated = PooledSynthesis | ReportedSynthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """From what distance on a difference is small, moderate, large. ``declared`` by the summary, or a convention."""

    small: float
    moderate: float | None
    large: float | None
    declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A result as a distance with its interval. ``bands`` are missing where none are known for this measure."""

    value: float
    low: float
    high: float
    bands: Bands | None

    @property
    def course(self) -> Course:
        """Whether the point estimate means more of the outcome or less."""
        return Course.INCREASES if self.value >= 0 else Course.REDUCES

    @property
    def excludes_none(self) -> bool:
        """Whether no difference lies outside the interval."""
        return self.low > 0 or self.high < 0

    @property
    def is_within_trivial(self) -> bool:
        """Whether the whole interval lies within the band of trivial differences."""
        return self.bands is not None and -self.bands.small < self.low and self.high < self.bands.small

    @property
    def size(self) -> Size | None:
        """The size of the point estimate, as far as the bands say."""
        if self.bands is None:
            return None
        far = abs(self.value)
        if far < self.bands.small:
            return Size.TRIVIAL
        if self.bands.moderate is None:
            return None
        if far < self.bands.moderate:
            return Size.SMALL
        if self.bands.large is None or far < self.bands.large:
            return Size.MODERATE
        return Size.LARGE

    @property
    def compatible_with(self) -> tuple[Course, ...]:
        """The courses that the interval allows as important (without bands: at all), the estimate's own first."""
        least = self.bands.small if self.bands else 0.0
        up = self.high >= least and self.high > 0
        down = self.low <= -least and self.low < 0
        found = [course for course, is_open in ((Course.INCREASES, up), (Course.REDUCES, down)) if is_open]
        return tuple(sorted(found, key=lambda course: course is not self.course))


def distance(outcome: OutcomeBase, synthesis: Estimated, settings: Settings) -> Distance | None:
    """Measure a result; nothing for one without an interval, or of a measure that compares nothing."""
    if synthesis.measure.is_single_group:
        return None
    if outcome.bands is not None and outcome.bands.unit == "per-1000" and synthesis.absolute is not None:
        people = synthesis.absolute
        return _between(people.difference, people.difference_low, people.difference_high, _plain(outcome.bands))
    estimate = synthesis.estimate
    if estimate.low is None or estimate.high is None:
        return None
    if not synthesis.measure.is_ratio:
        return _between(estimate.value, estimate.low, estimate.high, _bands(outcome, synthesis.measure, settings))
    if estimate.low <= 0:
        return None
    logs = [math.log(x) for x in (estimate.value, estimate.low, estimate.high)]
    return _between(logs[0], logs[1], logs[2], _bands(outcome, synthesis.measure, settings))


def distance_of_row(outcome: OutcomeBase, synthesis: PooledSynthesis, row: StudyRow) -> float:
    """Return how far one study's estimate lies, on the scale of :func:`distance`."""
    in_people = outcome.bands is not None and outcome.bands.unit == "per-1000"
    if in_people and synthesis.absolute is not None and synthesis.comparator_risk is not None:
        return absolute_effect(synthesis.measure, row.estimate.value, baseline=synthesis.comparator_risk).difference
    return row.yi if synthesis.measure.is_ratio else row.estimate.value


def _between(value: float, low: float | None, high: float | None, bands: Bands | None) -> Distance | None:
    if low is None or high is None:
        return None
    return Distance(value=value, low=low, high=high, bands=bands)


def _bands(outcome: OutcomeBase, measure: Measure, settings: Settings) -> Bands | None:
    if outcome.bands is not None and outcome.bands.unit == "measure":
        return _logs(outcome.bands) if measure.is_ratio else _plain(outcome.bands)
    if measure is Measure.SMD:
        return Bands(small=settings.smd_small, moderate=settings.smd_moderate, large=settings.smd_large, declared=False)
    return None


def _plain(bands: SizeBands) -> Bands:
    rest = [None if x is None else float(x) for x in (bands.moderate, bands.large)]
    return Bands(small=float(bands.small), moderate=rest[0], large=rest[1], declared=True)


def _logs(bands: SizeBands) -> Bands:
    rest = [None if x is None else abs(math.log(x)) for x in (bands.moderate, bands.large)]
    return Bands(small=abs(math.log(bands.small)), moderate=rest[0], large=rest[1], declared=True)
