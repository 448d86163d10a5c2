"""Every reference value that pooling can be compared with, beside what Evibrief computes from the same studies.

A comparison is named by its path in metafor.json, such as ``bcg/RR/fits/REML/tests/z/se``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import numpy as np

from evibrief.statistics.effects import ZeroCells, effects
from evibrief.statistics.heterogeneity import i2_from_q, q_profile
from evibrief.statistics.mantel_haenszel import NotEstimableError, mantel_haenszel, mantel_haenszel_random
from evibrief.statistics.measures import Measure
from evibrief.statistics.peto import peto
from evibrief.statistics.pooling import pool
from evibrief.statistics.pooling_many import pool_many
from evibrief.statistics.results import CiMethod, Pooled, PredictionMethod, Tau2Method
from oracle.loading import CLOSED_FORM, ITERATIVE_TAU2, META_PACKAGE, P_VALUE, cases

ITERATIVE = {"ML", "REML", "EB", "PM"}
CI_BY_TEST = {"z": CiMethod.WALD, "t": CiMethod.T, "knha": CiMethod.HKSJ, "adhoc": CiMethod.HKSJ_MODIFIED}
# Floors beside the relative tolerances, as README.md suggests them.
FLOOR_IN_SE = 1e-9
FLOOR_IN_VARIANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One number found and its reference."""

    path: str
    quantity: str
    found: float | None
    expected: float | str | None
    rtol: float
    atol: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Studies:
    """The studies of one analysis and the floors that their sizes set."""

    path: str
    yi: list[float]
    vi: list[float]

    @property
    def typical(self) -> float:
        return float(median(self.vi))


@cache
def analyses() -> dict[str, Studies]:
    """The studies of every analysis, by ``case/analysis``."""
    found = {}
    for case_id, case in cases().items():
        for name, analysis in case["analyses"].items():
            escalc = case["escalc"][analysis["escalc"]]
            yi, vi = ([escalc[column][row] for row in analysis["rows"]] for column in ("yi", "vi"))
            path = f"{case_id}/{name}"
            found[path] = Studies(path=path, yi=yi, vi=vi)
    return found


def reference(path: str) -> dict[str, Any]:
    """The analysis at ``case/analysis``."""
    case_id, name = path.split("/")
    entry: dict[str, Any] = cases()[case_id]["analyses"][name]
    return entry


@cache
def of_analysis(path: str) -> tuple[Comparison, ...]:
    """All comparisons of one analysis but those of other test files."""
    return tuple(_of_analysis(path))


def _of_analysis(path: str) -> Iterator[Comparison]:
    studies, entry = analyses()[path], reference(path)
    yield from _heterogeneity(studies, entry["het"])
    yield from _weights(studies, entry.get("weights_pct") or {})
    yield from _confint(studies, entry.get("confint") or {})
    for method, fit in entry["fits"].items():
        if method in Tau2Method.__members__:
            yield from _fit(studies, Tau2Method(method), fit)


def _heterogeneity(studies: Studies, het: dict[str, Any]) -> Iterator[Comparison]:
    pooled = pool(studies.yi, studies.vi)
    if pooled.k > 1:
        at = f"{studies.path}/het"
        yield Comparison(path=f"{at}/Q", quantity="Q", found=pooled.q, expected=het["Q"], rtol=CLOSED_FORM, atol=1e-12)
        yield Comparison(path=f"{at}/df", quantity="df", found=pooled.q_df, expected=het["df"], rtol=0.0)
        yield Comparison(path=f"{at}/p", quantity="p of Q", found=pooled.q_p, expected=het["p"], rtol=P_VALUE)


def _weights(studies: Studies, weights: dict[str, Any]) -> Iterator[Comparison]:
    for method, expected in weights.items():
        found = pool(studies.yi, studies.vi, tau2_method=Tau2Method(method)).weights
        rtol = ITERATIVE_TAU2 if method in ITERATIVE else CLOSED_FORM
        assert len(found) == len(expected)
        for f, e in zip(found, expected, strict=True):
            at = f"{studies.path}/weights_pct/{method}"
            yield Comparison(path=at, quantity="weight", found=f, expected=e, rtol=rtol)


def _confint(studies: Studies, confint: dict[str, Any]) -> Iterator[Comparison]:
    if len(studies.yi) < 2 or not confint:
        return
    found, pooled = q_profile(studies.yi, studies.vi), pool(studies.yi, studies.vi)
    assert pooled.tau2 is not None
    values = {
        "tau2": (pooled.tau2, pooled.tau2_ci_low, pooled.tau2_ci_high),
        "tau": (pooled.tau2**0.5, found.tau_low, found.tau_high),
        "I2": (pooled.i2, pooled.i2_ci_low, pooled.i2_ci_high),
        "H2": (pooled.h2, found.h2_low, found.h2_high),
    }
    floor = {"tau2": FLOOR_IN_VARIANCE * studies.typical}
    for key, triple in values.items():
        for f, e in zip(triple, confint[key], strict=True):
            yield Comparison(
                path=f"{studies.path}/confint/{key}",
                quantity=f"Q-profile {key}",
                found=f,
                expected=e,
                rtol=ITERATIVE_TAU2,
                atol=floor.get(key, 1e-12),
            )
    at = f"{studies.path}/confint/ci_null"
    yield Comparison(path=at, quantity="Q-profile empty", found=found.empty, expected=confint["ci_null"], rtol=0.0)


def _fit(studies: Studies, method: Tau2Method, fit: dict[str, Any]) -> Iterator[Comparison]:
    at = f"{studies.path}/fits/{method}"
    rtol = ITERATIVE_TAU2 if method in ITERATIVE else CLOSED_FORM
    many = pool_many([studies.yi], [studies.vi], tau2_method=method)
    if fit.get("n_modes") is not None:
        modes = int(many.modes[0])
        yield Comparison(path=f"{at}/n_modes", quantity="modes", found=modes, expected=fit["n_modes"], rtol=0.0)
    for test, expected in fit["tests"].items():
        pooled = pool(studies.yi, studies.vi, tau2_method=method, ci_method=CI_BY_TEST[test])
        if pooled.k == 1 and test != "z":
            continue
        if pooled.k > 1:
            yield from _between_studies(at, studies, pooled, fit, rtol)
        if not any(note.reason.startswith("equal estimates") for note in pooled.notes):
            yield from _test(f"{at}/tests/{test}", pooled, fit, expected, rtol)
            yield from _prediction(f"{at}/tests/{test}", studies, method, CI_BY_TEST[test], expected, rtol)


def _between_studies(
    at: str, studies: Studies, pooled: Pooled, fit: dict[str, Any], rtol: float
) -> Iterator[Comparison]:
    floor = FLOOR_IN_VARIANCE * studies.typical
    found = {"tau2": pooled.tau2, "I2": pooled.i2, "H2": pooled.h2}
    for key, value in found.items():
        atol = floor if key == "tau2" else 1e-12
        yield Comparison(path=f"{at}/{key}", quantity=key, found=value, expected=fit[key], rtol=rtol, atol=atol)


def _test(at: str, pooled: Pooled, fit: dict[str, Any], expected: dict[str, Any], rtol: float) -> Iterator[Comparison]:
    assert pooled.se is not None
    floor = FLOOR_IN_SE * pooled.se
    fit_path = at.rsplit("/tests/", 1)[0]
    yield Comparison(
        path=f"{fit_path}/est", quantity="estimate", found=pooled.estimate, expected=fit["est"], rtol=rtol, atol=floor
    )
    found = {"se": pooled.se, "lb": pooled.ci_low, "ub": pooled.ci_high, "stat": pooled.statistic}
    for key, value in found.items():
        yield Comparison(
            path=f"{at}/{key}",
            quantity=key,
            found=value,
            expected=expected[key],
            rtol=rtol,
            atol=max(floor, 1e-9) if key == "stat" else floor,
        )
    yield Comparison(path=f"{at}/p", quantity="p", found=pooled.p, expected=expected["p"], rtol=P_VALUE)
    if "df" in expected:
        yield Comparison(path=f"{at}/df", quantity="df", found=pooled.df, expected=expected["df"], rtol=0.0)


def _prediction(
    at: str, studies: Studies, method: Tau2Method, ci: CiMethod, expected: dict[str, Any], rtol: float
) -> Iterator[Comparison]:
    if len(studies.yi) < 3 or method is Tau2Method.CE:
        return
    metafors = PredictionMethod.NORMAL if ci is CiMethod.WALD else PredictionMethod.KM1
    variants = {"pi": metafors, "pi_km1": PredictionMethod.KM1, "pi_km2": PredictionMethod.KM2}
    for key, prediction in variants.items():
        if key not in expected:
            continue
        pooled = pool(studies.yi, studies.vi, tau2_method=method, ci_method=ci, prediction_method=prediction)
        assert pooled.se is not None
        for f, e in zip((pooled.prediction_low, pooled.prediction_high), expected[key], strict=True):
            yield Comparison(
                path=f"{at}/{key}", quantity=key, found=f, expected=e, rtol=rtol, atol=FLOOR_IN_SE * pooled.se
            )


def columns_of_case(case_id: str) -> dict[str, list[float | None]]:
    """The columns of a case under the names that the statistics use."""
    names = {
        "binary": {"events_1": "ai", "n_1": "n1i", "events_2": "ci", "n_2": "n2i"},
        "rate": {"events_1": "x1i", "time_1": "t1i", "events_2": "x2i", "time_2": "t2i"},
    }
    case = cases()[case_id]
    return {ours: case["data"][theirs] for ours, theirs in names[case["type"]].items()}


def tables() -> list[tuple[str, str]]:
    """Every case and measure pooled straight from tables."""
    measures = ("RR", "OR", "RD", "IRR", "IRD", "PETO")
    return [(case_id, m) for case_id, case in cases().items() for m in measures if m in case.get("mh", {})]


def of_tables(case_id: str, measure: str) -> Iterator[Comparison]:
    """The comparisons of one block of ``mh``; none of it where R finds no estimate."""
    expected, columns = cases()[case_id]["mh"][measure], columns_of_case(case_id)
    at = f"{case_id}/mh/{measure}"
    if expected["est"] is None:
        return
    pooled = peto(columns) if measure == "PETO" else mantel_haenszel(Measure(measure), columns)
    assert pooled.se is not None
    found = {
        "est": pooled.estimate,
        "se": pooled.se,
        "stat": pooled.statistic,
        "lb": pooled.ci_low,
        "ub": pooled.ci_high,
    }
    judged = {"Q": pooled.q, "I2": pooled.i2}
    for key, value in {**found, **(judged if pooled.q is not None else {})}.items():
        yield Comparison(
            path=f"{at}/{key}",
            quantity=f"tables {key}",
            found=value,
            expected=expected[key],
            rtol=CLOSED_FORM,
            atol=1e-12,
        )
    yield Comparison(path=f"{at}/p", quantity="tables p", found=pooled.p, expected=expected["p"], rtol=P_VALUE)
    if pooled.q is not None:
        yield Comparison(path=f"{at}/Qp", quantity="tables p", found=pooled.q_p, expected=expected["Qp"], rtol=P_VALUE)
        k = pooled.q_df + 1
        yield Comparison(path=f"{at}/k_yi", quantity="tables k", found=k, expected=expected["k_yi"], rtol=0.0)
    if "revman5_mh" in expected:
        yield from _revman(f"{at}/revman5_mh", Measure(measure), columns, expected["revman5_mh"])


def _revman(
    at: str, measure: Measure, columns: dict[str, list[float | None]], expected: dict[str, Any]
) -> Iterator[Comparison]:
    common = mantel_haenszel(measure, columns, corrected=True)
    pooled = mantel_haenszel_random(measure, columns)
    found = {
        "k": pooled.k,
        "est_mh_corrected": common.estimate,
        "Q": pooled.q,
        "tau2": pooled.tau2,
        "est": pooled.estimate,
        "se": pooled.se,
        "I2": pooled.i2,
    }
    for key, value in found.items():
        yield Comparison(
            path=f"{at}/{key}",
            quantity=f"RevMan {key}",
            found=value,
            expected=expected[key],
            rtol=CLOSED_FORM,
            atol=1e-12,
        )


META_MEASURES = {"PLOGIT": "PLO"}
META_FITS = {
    "REML_classic_V": (Tau2Method.REML, CiMethod.WALD, PredictionMethod.KM1),
    "REML_classic_HTS": (Tau2Method.REML, CiMethod.WALD, PredictionMethod.KM2),
    "REML_HK": (Tau2Method.REML, CiMethod.HKSJ, PredictionMethod.KM1),
    "REML_HK_se_HKPR": (Tau2Method.REML, CiMethod.HKSJ_MODIFIED, PredictionMethod.KM2),
    "REML_HK_ci": (Tau2Method.REML, CiMethod.HKSJ_GUARDED, PredictionMethod.KM1),
    "PM_HK": (Tau2Method.PM, CiMethod.HKSJ, PredictionMethod.KM1),
    "Inverse_DL_incr0.5": (Tau2Method.DL, CiMethod.WALD, PredictionMethod.KM1),
    "DL_classic_S_I2tau": (Tau2Method.DL, CiMethod.WALD, PredictionMethod.NORMAL),
}
META_TABLES = {"MH_DL_incr0.5": True, "MH_DL_exact": False}


def meta_blocks() -> list[tuple[str, str]]:
    """Every case and measure that the package meta has pooled."""
    return [(case_id, sm) for case_id, case in cases().items() for sm in case.get("meta_pkg", {})]


def of_meta(case_id: str, sm: str) -> Iterator[Comparison]:
    """The comparisons with the package meta, from its own study estimates where they differ from metafor's."""
    block = cases()[case_id]["meta_pkg"][sm]
    yi, vi = _meta_studies(case_id, sm)
    for name, (tau2, ci, prediction) in META_FITS.items():
        if name in block:
            pooled = pool(yi, vi, tau2_method=tau2, ci_method=ci, prediction_method=prediction)
            yield from _meta_fit(
                f"{case_id}/meta_pkg/{sm}/{name}", pooled, pool(yi, vi, tau2_method=Tau2Method.CE), block[name]
            )
    if "Inverse_DL_incrTACC" in block:
        name = "Inverse_DL_incrTACC"
        found = effects(Measure(sm), columns_of_case(case_id), zero_cells=ZeroCells(proportional=True))
        pooled = pool(found.yi, found.vi, tau2_method=Tau2Method.DL, ci_method=CiMethod.WALD)
        common = pool(found.yi, found.vi, tau2_method=Tau2Method.CE, ci_method=CiMethod.WALD)
        yield from _meta_fit(f"{case_id}/meta_pkg/{sm}/{name}", pooled, common, block[name])
    for name, corrected in META_TABLES.items():
        if name in block and not (corrected and sm == "RD"):
            yield from _meta_tables(
                f"{case_id}/meta_pkg/{sm}/{name}", case_id, Measure(sm), block[name], corrected=corrected
            )
    if "MH" in block:
        common = mantel_haenszel(Measure(sm), columns_of_case(case_id))
        at = f"{case_id}/meta_pkg/{sm}/MH"
        yield _meta(at, "est_common", common.estimate, block["MH"])
        yield _meta(at, "se_common", common.se, block["MH"])


def _meta_studies(case_id: str, sm: str) -> tuple[list[float], list[float]]:
    case = cases()[case_id]
    if case["type"] == "binary":  # meta keeps the uncorrected RD and leaves double zeros out of ratios, as we do
        found = effects(Measure(sm), columns_of_case(case_id))
        return list(found.yi), list(found.vi)
    if sm == "SMD":
        own = case["meta_pkg"][sm]["study_Hedges_exact"]
        return own["TE"], [se**2 for se in own["seTE"]]
    escalc = case["escalc"][META_MEASURES.get(sm, sm)]
    rows = [i for i, (y, v) in enumerate(zip(escalc["yi"], escalc["vi"], strict=True)) if None not in (y, v)]
    return [escalc["yi"][i] for i in rows], [escalc["vi"][i] for i in rows]


def _meta_fit(at: str, pooled: Pooled, common: Pooled, expected: dict[str, Any]) -> Iterator[Comparison]:
    assert pooled.q is not None
    found = {
        "k": pooled.k,
        "est_common": common.estimate,
        "se_common": common.se,
        "est_random": pooled.estimate,
        "se_random": pooled.se,
        "lb_random": pooled.ci_low,
        "ub_random": pooled.ci_high,
        "p_random": pooled.p,
        "tau2": pooled.tau2,
        "Q": pooled.q,
        "Qp": pooled.q_p,
        "I2": i2_from_q(pooled.q, pooled.q_df) / 100.0,
    }
    if "pi_lb" in expected and not pooled.guard_fired:
        found |= {"pi_lb": pooled.prediction_low, "pi_ub": pooled.prediction_high}
    if expected["p_random"] is None:  # one group: no value means no effect
        del found["p_random"]
    for key, value in found.items():
        yield _meta(at, key, value, expected)


def _meta_tables(
    at: str, case_id: str, measure: Measure, expected: dict[str, Any], *, corrected: bool
) -> Iterator[Comparison]:
    columns = columns_of_case(case_id)
    try:
        common = mantel_haenszel(measure, columns, corrected=corrected)
        pooled = mantel_haenszel_random(measure, columns, corrected=corrected)
    except NotEstimableError:
        return
    found = {
        "k": pooled.k,
        "est_common": common.estimate,
        "est_random": pooled.estimate,
        "se_random": pooled.se,
        "lb_random": pooled.ci_low,
        "ub_random": pooled.ci_high,
        "p_random": pooled.p,
        "tau2": pooled.tau2,
        "Q": pooled.q,
        "Qp": pooled.q_p,
        "I2": None if pooled.i2 is None else pooled.i2 / 100.0,
        "pi_lb": pooled.prediction_low,
        "pi_ub": pooled.prediction_high,
    }
    if measure is not Measure.RD:
        found["se_common"] = common.se
    for key, value in found.items():
        yield _meta(at, key, value, expected)


def _meta(at: str, key: str, found: float | None, expected: dict[str, Any]) -> Comparison:
    return Comparison(
        path=f"{at}/{key}",
        quantity=f"meta {key}",
        found=found,
        expected=expected[key],
        rtol=META_PACKAGE,
        atol=1e-9 * abs(float(np.nan_to_num(expected.get("se_random") or 1.0))),
    )


def everything() -> Iterator[Comparison]:
    """All comparisons of pooling."""
    for path in analyses():
        yield from of_analysis(path)
    for case_id, measure in tables():
        yield from of_tables(case_id, measure)
    for case_id, sm in meta_blocks():
        yield from of_meta(case_id, sm)


def all_paths() -> set[str]:
    """Every reference value that a pooling method has produced, whether compared or not.

    Blocks around the pool (bias, subgroup and the like) count as one path each.
    """
    paths: set[str] = set()
    for case_id, case in cases().items():
        for name, analysis in case["analyses"].items():
            at = f"{case_id}/{name}"
            blocks = set(analysis) - {"escalc", "rows", "k", "software"}
            for block in blocks - {"fits", "het", "confint", "weights_pct"}:
                paths.add(f"{at}/{block}")
            for block in blocks & {"fits", "het", "confint", "weights_pct"}:
                paths |= _leaves(f"{at}/{block}", analysis[block])
        for block in {"mh", "meta_pkg", "glmm"} & set(case):
            paths |= _leaves(f"{case_id}/{block}", case[block])
        if "multilevel" in case:
            paths.add(f"{case_id}/multilevel")
    return paths


def _leaves(path: str, value: Any) -> set[str]:
    if isinstance(value, dict):
        return {leaf for key, inner in value.items() for leaf in _leaves(f"{path}/{key}", inner)}
    return {path}
