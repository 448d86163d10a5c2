"""The pooling desk: a table of numbers in, one meta-analysis out, as JSON or as text for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evibrief.errors import EvidenceError, UsageError, one_line
from evibrief.exchange.effect_table import EffectTable
from evibrief.exchange.printed_json import printed
from evibrief.statistics.effects import columns_of, effects
from evibrief.statistics.mantel_haenszel import mantel_haenszel
from evibrief.statistics.measures import Measure, Scale
from evibrief.statistics.peto import peto
from evibrief.statistics.pooling import pool
from evibrief.statistics.results import CiMethod, Effects, Note, Pooled, PoolingMethod, PredictionMethod, Tau2Method
from evibrief.statistics.scales import harmonic_mean, to_natural

_ON_ANALYSIS_SCALE = (
    "estimate", "se", "ci_low", "ci_high", "p",
    "tau2", "tau2_ci_low", "tau2_ci_high", "i2", "i2_ci_low", "i2_ci_high", "h2",
    "q", "q_df", "q_p", "prediction_low", "prediction_high",
)  # fmt: skip
_ON_NATURAL_SCALE = ("estimate", "ci_low", "ci_high", "prediction_low", "prediction_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskResult:
    """A meta-analysis of a table: the effects that were pooled, those that were not, and the pool."""

    measure: Measure
    labels: tuple[str, ...]
    effects: Effects
    pooled: Pooled
    sample_size: float | None

    def natural(self, name: str) -> float | None:
        """A figure of the pool by name, on the natural scale; None where there is none, or it cannot be had."""
        value: float | None = getattr(self.pooled, name)
        if value is None or (self.measure.scale is Scale.FREEMAN_TUKEY and self.sample_size is None):
            return None
        return to_natural(value, self.measure.scale, sample_size=self.sample_size)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was done or could not be done; a note on one study names it."""
        named = tuple(
            Note(field=f"study: {self.labels[int(note.field.removeprefix('row:'))]}", reason=note.reason)
            for note in self.effects.notes
        )
        if self.measure.scale is Scale.FREEMAN_TUKEY and self.sample_size is None:
            reason = "without the studies' sizes, the double arcsine cannot be turned back into a proportion"
            return (*named, *self.pooled.notes, Note(field="natural", reason=reason))
        return (*named, *self.pooled.notes)


def method_named(name: str) -> Tau2Method | PoolingMethod:
    """The method that ``--tau2`` names: an estimator, or MH or PETO."""
    return PoolingMethod(name) if name in (PoolingMethod.MANTEL_HAENSZEL, PoolingMethod.PETO) else Tau2Method(name)


def pool_table(
    table: EffectTable,
    measure: Measure,
    *,
    method: Tau2Method | PoolingMethod = Tau2Method.REML,
    ci_method: CiMethod = CiMethod.HKSJ_GUARDED,
    prediction_method: PredictionMethod = PredictionMethod.KM1,
    level: float = 0.95,
) -> DeskResult:
    """Pool a table exactly as asked: also two studies get a random-effects model here.

    ``method`` is an estimator of tau2, or one of the methods for tables, which have a Wald interval of their own.

    Raises:
        UsageError: if the method does not pool the measure, or not from these columns.
        EvidenceError: if no study of the table gives an effect, or the tables have no common one.
    """
    _check_method(method, measure, table)
    found = effects(Measure.PETO if method is PoolingMethod.PETO and measure is Measure.OR else measure, table.columns)
    if not found.yi:
        reasons = "; ".join(f"{table.labels[item.row]}: {item.reason}" for item in found.excluded)
        raise EvidenceError(f"no study can be pooled ({reasons})")
    try:
        if method is PoolingMethod.MANTEL_HAENSZEL:
            pooled = mantel_haenszel(measure, table.columns, level=level)
        elif method is PoolingMethod.PETO:
            pooled = peto(table.columns, level=level)
        else:
            pooled = pool(
                found.yi,
                found.vi,
                tau2_method=Tau2Method(method),
                ci_method=ci_method,
                prediction_method=prediction_method,
                level=level,
            )
    except ValueError as error:
        raise EvidenceError(f"these studies cannot be pooled: {error}") from None
    size = _typical_size(table, found)
    return DeskResult(measure=measure, labels=table.labels, effects=found, pooled=pooled, sample_size=size)


_TABLE_METHODS = {
    PoolingMethod.MANTEL_HAENSZEL: (Measure.RR, Measure.OR, Measure.RD, Measure.IRR, Measure.IRD),
    PoolingMethod.PETO: (Measure.PETO, Measure.OR, Measure.HR),
}


def _check_method(method: Tau2Method | PoolingMethod, measure: Measure, table: EffectTable) -> None:
    if not isinstance(method, PoolingMethod):
        return
    measures = _TABLE_METHODS[method]
    if measure not in measures:
        raise UsageError(f"{method.value} pools {', '.join(measures)}, not {measure}")
    if "yi" in table.columns:
        raise UsageError(f"{method.value} needs the columns {', '.join(columns_of(measure))}, not estimates")


def _typical_size(table: EffectTable, found: Effects) -> float | None:
    sizes = table.columns.get("n")
    if sizes is None:
        return None
    used = [size for row in found.rows if (size := sizes[row]) is not None]
    return harmonic_mean(used)


def as_json(result: DeskResult) -> str:
    """The result as one JSON object; what is not defined is null, with the reason in ``notes``."""
    return printed(_document(result))


def _document(result: DeskResult) -> dict[str, Any]:
    pooled, found = result.pooled, result.effects
    rows = zip(found.rows, found.yi, found.vi, pooled.weights, strict=True)
    return {
        "measure": result.measure.value,
        "tau2_method": _method(pooled),
        "ci_method": pooled.ci_method.value,
        "k": pooled.k,
        "excluded": [{"study": result.labels[item.row], "reason": item.reason} for item in found.excluded],
        "effects": [
            {"study": result.labels[row], "yi": yi, "vi": vi, "weight": weight} for row, yi, vi, weight in rows
        ],
        **{name: getattr(pooled, name) for name in _ON_ANALYSIS_SCALE},
        "natural": {name: result.natural(name) for name in _ON_NATURAL_SCALE},
        "notes": [{"field": note.field, "reason": note.reason} for note in result.notes],
    }


def _method(pooled: Pooled) -> str:
    tables = pooled.method is not PoolingMethod.INVERSE_VARIANCE
    return pooled.method.value if tables else pooled.tau2_method.value


def as_text(result: DeskResult) -> str:
    """The result for people: the studies as a table, the pool, what differs between studies, and the notes."""
    pooled = result.pooled
    level = f"{100 * pooled.level:g} %"
    where = {Scale.IDENTITY: ""}.get(
        result.measure.scale,
        f"   (on the {result.measure.scale.value} scale: {_number(pooled.estimate)}, SE {_number(pooled.se)})",
    )
    lines = [
        *_study_lines(result),
        "",
        f"{'Pooled ' + result.measure.value:<20}{_number(result.natural('estimate'))}  "
        f"({level} CI {_range(result.natural('ci_low'), result.natural('ci_high'))}){where}",
        f"{'p':<20}{_number(pooled.p)}",
        f"{'Prediction':<20}{_range(result.natural('prediction_low'), result.natural('prediction_high'))}",
        f"{'tau2':<20}{_number(pooled.tau2)}  ({level} CI {_range(pooled.tau2_ci_low, pooled.tau2_ci_high)})",
        f"{'I2 (%)':<20}{_number(pooled.i2)}  ({level} CI {_range(pooled.i2_ci_low, pooled.i2_ci_high)})",
        f"{'Q':<20}{_number(pooled.q)}  (df {pooled.q_df}, p {_number(pooled.q_p)})",
        f"{'Method':<20}{_method(pooled)}, interval {pooled.ci_method.value}, "
        f"prediction {pooled.prediction_method.value}, {pooled.k} {'study' if pooled.k == 1 else 'studies'}",
    ]
    lines += [f"{'Not pooled':<20}{result.labels[item.row]}: {item.reason}" for item in result.effects.excluded]
    lines += [f"{'Note':<20}{note.field}: {note.reason}" for note in result.notes]
    return "\n".join(map(one_line, lines))


def _study_lines(result: DeskResult) -> list[str]:
    found = result.effects
    width = max(5, *(len(result.labels[row]) for row in found.rows))
    header = f"{'Study':<{width}}  {'yi':>10}  {'vi':>10}  {'weight %':>8}"
    rows = zip(found.rows, found.yi, found.vi, result.pooled.weights, strict=True)
    return [
        header,
        *(
            f"{result.labels[row]:<{width}}  {_number(yi):>10}  {_number(vi):>10}  {weight:>8.2f}"
            for row, yi, vi, weight in rows
        ),
    ]


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.4g}"


def _range(low: float | None, high: float | None) -> str:
    return "not defined" if low is None or high is None else f"{low:.4g} to {high:.4g}"
