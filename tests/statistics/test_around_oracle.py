"""Everything around the pool against metafor, clubSandwich and meta, value by value, with nothing left out unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from evibrief.statistics.dependence import Correction, cluster_robust, three_level
from evibrief.statistics.influence import influence, shrunken_estimates
from evibrief.statistics.measures import Measure
from evibrief.statistics.permutation import permutation_test, sign_flip_test
from evibrief.statistics.pooling import pool
from evibrief.statistics.rank_test import begg
from evibrief.statistics.regression import RegressionTest, meta_regression
from evibrief.statistics.results import CiMethod, Tau2Method
from evibrief.statistics.sensitivity import cumulative, leave_one_out
from evibrief.statistics.small_study import Predictor, SmallStudyTest, Table, egger, harbord, mixed_egger, peters
from evibrief.statistics.subgroups import subgroups, subgroups_common_tau2
from evibrief.statistics.trim_and_fill import MissingEstimator, trim_and_fill
from oracle.loading import CLOSED_FORM, ITERATIVE_TAU2, META_PACKAGE, MULTILEVEL, P_VALUE, agrees, cases
from oracle.not_compared_around import NOT_COMPARED

BLOCKS = ("bias", "trimfill", "sensitivity", "subgroup", "metareg")
PREDICTORS = {
    "sei": Predictor.SE,
    "vi": Predictor.VARIANCE,
    "ninv": Predictor.INVERSE_N,
    "sqrtninv": Predictor.INVERSE_ROOT_N,
}
TESTS = {"z": RegressionTest.Z, "knha": RegressionTest.KNAPP_HARTUNG}
INTERVALS = {"z": CiMethod.WALD, "knha": CiMethod.HKSJ}
# Names of the reference file, and the fields here.
SERIES = {
    "est": "estimate",
    "se": "se",
    "stat": "statistic",
    "p": "p",
    "lb": "ci_low",
    "ub": "ci_high",
    "Q": "q",
    "Qp": "q_p",
    "tau2": "tau2",
    "I2": "i2",
    "H2": "h2",
}


@dataclass(frozen=True, kw_only=True)
class Study:
    """The data of one analysis of the reference file."""

    path: str
    yi: list[float]
    vi: list[float]
    entry: Mapping[str, Any]
    case: Mapping[str, Any]


Found = Iterator[tuple[str, Any]]


def studies() -> Iterator[Study]:
    for case in cases().values():
        for name, entry in case["analyses"].items():
            effects = case["escalc"][entry["escalc"]]
            yi, vi = ([effects[column][row] for row in entry["rows"]] for column in ("yi", "vi"))
            yield Study(path=f"{case['id']}/{name}", yi=yi, vi=vi, entry=entry, case=case)


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value of a block under its path; elements of lists under their position or their level."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            name = inner["level"] if isinstance(inner, dict) else i
            yield from leaves(inner, f"{path}/{name}")
    else:
        yield path, value


@cache
def reference() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for study in studies():
        for block in (*BLOCKS, "selmodel"):
            found.update(leaves(study.entry.get(block, {}), f"{study.path}/{block}"))
            for key, values in study.entry.get("trimfill", {}).items():
                pairs = zip(values.get("fill_yi", ()), values.get("fill_vi", ()), strict=True)
                found.update(ordered(pairs, f"{study.path}/trimfill/{key}"))
            for method, values in study.entry.get(block, {}).get("influence", {}).items():
                path = f"{study.path}/{block}/influence/{method}"
                for i in range(len(study.yi), len(values["dfbs"])):
                    found[f"{path}/dfbs_tail/{i}"] = found.pop(f"{path}/dfbs/{i}")
    for name, case in cases().items():
        found.update(leaves(case.get("multilevel", {}), f"{name}/multilevel"))
        for key in ("harbord_OR", "peters_OR"):
            found.update(leaves(case.get("mh", {}).get(key, {}), f"{name}/{key}"))
        for measure, block in case.get("meta_pkg", {}).items():
            for key, values in block.items():
                if key.startswith("bias_"):
                    found.update(leaves(values, f"{name}/meta/{measure}/{key}"))
    return found


@cache
def results() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for study in studies():
        for block, compute in COMPUTED.items():
            if block in study.entry:
                found.update((f"{study.path}/{block}/{path}", value) for path, value in compute(study))
    for name, case in cases().items():
        if "multilevel" in case:
            found.update((f"{name}/multilevel/{path}", value) for path, value in multilevel(case))
        if case["type"] == "binary":
            found.update((f"{name}/{path}", value) for path, value in two_by_two(case))
        for measure, block in case.get("meta_pkg", {}).items():
            found.update((f"{name}/meta/{measure}/{path}", value) for path, value in meta_package(case, measure, block))
    return found


def fields(made: Any, names: Mapping[str, str], path: str) -> Found:
    for name, field in names.items():
        yield f"{path}/{name}" if path else name, getattr(made, field)


def bias(study: Study) -> Found:
    for key in study.entry["bias"]:
        if key == "skip":
            yield key, study.entry["bias"][key] if egger(study.yi, study.vi).p is None else "a p-value"
            continue
        if key == "ranktest":
            test = begg(study.yi, study.vi)
            yield from fields(test, {"tau": "slope", "p": "p"}, key)
            yield f"{key}/ties", bool(test.notes)
            continue
        model, predictor = key.split("_")
        n = sizes(study)
        if n is None and predictor.endswith("ninv"):
            continue
        if model == "lm":
            made = egger(study.yi, study.vi, predictor=PREDICTORS[predictor], n=n)
        else:
            method = Tau2Method(model.removeprefix("rma"))
            made = mixed_egger(study.yi, study.vi, predictor=PREDICTORS[predictor], n=n, tau2_method=method)
        yield from asymmetry(made, key)


def asymmetry(made: SmallStudyTest, path: str) -> Found:
    names = {"intercept": "intercept", "se_intercept": "intercept_se", "slope": "slope", "se_slope": "slope_se"}
    yield from fields(made, names | {"stat": "statistic", "p": "p", "df": "df"}, path)
    if made.tau2 is not None:
        yield f"{path}/tau2", made.tau2
    yield f"{path}/limit_estimate/0", made.intercept
    yield f"{path}/limit_estimate/1", made.intercept_low
    yield f"{path}/limit_estimate/2", made.intercept_high


def sizes(study: Study) -> list[float] | None:
    data = study.case["data"]
    for columns in (("n1i", "n2i"), ("ni",)):
        if all(column in data for column in columns):
            return [sum(data[column][row] for column in columns) for row in study.entry["rows"]]
    return None


def filled(study: Study) -> Found:
    for key in study.entry["trimfill"]:
        method, estimator = key.split("_")
        made = trim_and_fill(
            study.yi,
            study.vi,
            estimator=MissingEstimator(estimator),
            tau2_method=Tau2Method(method),
            ci_method=CiMethod.WALD,
        )
        if made.pooled is None:
            assert made.notes
            yield f"{key}/error", "metafor: missing value where TRUE/FALSE needed"
            continue
        yield from fields(made, {"k0": "missing", "se_k0": "missing_se", "side": "side"}, key)
        if made.p is not None:
            yield f"{key}/p_k0", made.p
        names = {"est": "estimate", "se": "se", "lb": "ci_low", "ub": "ci_high", "tau2": "tau2", "I2": "i2", "Q": "q"}
        yield from fields(made.pooled, names, key)
        yield from ordered(zip(made.filled_yi, made.filled_vi, strict=True), key)


def ordered(pairs: Iterable[tuple[float, float]], path: str) -> Found:
    """The filled studies, in one order: that of studies with equal estimates depends on the input in metafor."""
    for i, (y, v) in enumerate(sorted(pairs, key=lambda pair: (round(pair[0], 9), pair[1]))):
        yield f"{path}/fill_yi/{i}", y
        yield f"{path}/fill_vi/{i}", v


def around(study: Study) -> Found:
    block = study.entry["sensitivity"]
    for key in block["leave1out"]:
        method, test = key.split("_")
        made = leave_one_out(study.yi, study.vi, tau2_method=Tau2Method(method), ci_method=INTERVALS[test])
        yield from series(made, f"leave1out/{key}")
    for key in block["cumul"]:
        if key != "order":
            method, test = key.split("_")
            order = block["cumul"]["order"]
            made = cumulative(study.yi, study.vi, order, tau2_method=Tau2Method(method), ci_method=INTERVALS[test])
            yield from series(made, f"cumul/{key}")
    for method in block.get("influence", {}):
        for one in influence(study.yi, study.vi, tau2_method=Tau2Method(method)):
            yield f"influence/{method}/dfbs/{one.row}", one.dfbetas
            yield f"influence/{method}/flagged/{one.row}", one.is_influential
    if "rstandard_DL" in block:
        for one in influence(study.yi, study.vi, tau2_method=Tau2Method.DL):
            yield f"rstandard_DL/{one.row}", one.rstandard
        for drawn in shrunken_estimates(study.yi, study.vi, tau2_method=Tau2Method.DL):
            for name, field in {"pred": "estimate", "se": "se", "pi_lb": "low", "pi_ub": "high"}.items():
                yield f"blup_DL/{name}/{drawn.row}", getattr(drawn, field)


def series(made: Sequence[Any], path: str) -> Found:
    for name, field in SERIES.items():
        for i, one in enumerate(made):
            yield f"{path}/{name}/{i}", getattr(one, field)


def grouped(study: Study) -> Found:
    block = study.entry["subgroup"]
    for method in (m for m in block if m in Tau2Method.__members__):
        wald, hksj = (
            subgroups(study.yi, study.vi, block["group"], tau2_method=Tau2Method(method), ci_method=ci)
            for ci in (CiMethod.WALD, CiMethod.HKSJ)
        )
        for plain, adjusted in zip(wald.groups, hksj.groups, strict=True):
            path = f"{method}/within/{plain.label}"
            yield f"{path}/level", plain.label
            assert plain.pooled is not None
            yield from fields(plain.pooled, {"k": "k", "Q": "q", "Qp": "q_p", "I2": "i2"}, path)
            names = {"est": "estimate", "se": "se", "lb": "ci_low", "ub": "ci_high", "p": "p", "tau2": "tau2"}
            yield from fields(plain, names, path)
            if method != "CE":
                for i, field in enumerate(("se", "ci_low", "ci_high", "p")):
                    yield f"{path}/knha/{i}", getattr(adjusted, field)
        for made in (wald, hksj):
            yield from fields(made, {"Q": "statistic", "df": "df", "p": "p"}, f"{method}/between_separate_tau2")
    mixed = block["mixed_common_tau2"]
    yield from (found for found in regressed(study, mixed, list(range(len(study.yi))), "mixed_common_tau2"))
    for key in (key for key in mixed if "_" in key):
        method, test = key.split("_")
        made = subgroups_common_tau2(
            study.yi, study.vi, block["group"], tau2_method=Tau2Method(method), knapp_hartung=test == "knha"
        )
        names = {"QM": "statistic", "QMdf1": "df", "QMdf2": "df2", "QMp": "p"}
        yield from fields(made, names, f"mixed_common_tau2/{key}")


def regressions(study: Study) -> Found:
    case = study.case["escalc"][study.entry["escalc"]]
    for name, block in study.entry["metareg"].items():
        at = Study(
            path=study.path,
            yi=[case["yi"][row] for row in block["rows"]],
            vi=[case["vi"][row] for row in block["rows"]],
            entry=study.entry,
            case=study.case,
        )
        yield from regressed(at, block, block["rows"], name)
        if "permutation_exact_DL" in block:
            covariates = columns(block)
            made = permutation_test(at.yi, at.vi, covariates, tau2_method=Tau2Method.DL, test=RegressionTest.Z)
            path = f"{name}/permutation_exact_DL"
            for i, p in enumerate(made.p):
                yield f"{path}/p/{i}", p
            yield f"{path}/QMp", made.omnibus_p
            flipped = sign_flip_test(at.yi, at.vi, tau2_method=Tau2Method.DL)
            yield f"{path}/p_intercept_only", flipped.omnibus_p


def columns(block: Mapping[str, Any]) -> dict[str, list[float]]:
    return {name: [row[i] for row in block["X"]] for i, name in enumerate(block["names"]) if i}


def regressed(study: Study, block: Mapping[str, Any], rows: Sequence[int], path: str) -> Found:
    assert len(rows) == len(block["X"])
    for key in (key for key, value in block.items() if isinstance(value, dict) and "beta" in value):
        method, test = key.split("_")
        made = meta_regression(study.yi, study.vi, columns(block), tau2_method=Tau2Method(method), test=TESTS[test])
        at = f"{path}/{key}"
        names = {"beta": "estimate", "se": "se", "stat": "statistic", "p": "p", "lb": "ci_low", "ub": "ci_high"}
        for i, coefficient in enumerate(made.coefficients):
            yield from ((f"{at}/{name}/{i}", getattr(coefficient, field)) for name, field in names.items())
            yield from ((f"{at}/vcov/{i}/{j}", value) for j, value in enumerate(made.covariance[i]))
        whole = {"tau2": "tau2", "QE": "q_residual", "QEdf": "q_residual_df", "QEp": "q_residual_p", "I2": "i2"}
        whole |= {"QM": "q_moderators", "QMdf1": "q_moderators_df1", "QMdf2": "q_moderators_df2", "H2": "h2"}
        yield from fields(made, whole | {"QMp": "q_moderators_p"}, at)
        if method != "CE":
            yield from fields(made, {"R2": "r2", "tau2_null": "tau2_without"}, at)


def multilevel(case: Mapping[str, Any]) -> Found:
    data, block = case["data"], case["multilevel"]
    yi, vi, clusters = data["yi"], data["vi"], [str(label) for label in data[block["outer"]]]
    made = three_level(yi, vi, clusters)
    assert made.normal is not None
    assert made.t is not None
    assert made.robust is not None
    yield "sigma2/0", made.tau2_between
    yield "sigma2/1", made.tau2_within
    yield from fields(made, {"est": "estimate", "ll": "log_likelihood", "QE": "q", "QEp": "q_p"}, "")
    yield from fields(made.normal, {"se": "se", "lb": "ci_low", "ub": "ci_high", "p": "p"}, "")
    yield from fields(made.t, {"t_df": "df", "t_lb": "ci_low", "t_ub": "ci_high"}, "")
    assert made.tau2_within is not None
    assert made.tau2_between is not None
    between, within = made.tau2_between, made.tau2_within
    common = pool(yi, vi).tau2
    assert common is not None
    tested = {"se": "se", "df": "df", "p": "p", "lb": "ci_low", "ub": "ci_high"}
    yield from fields(made.robust, tested | {"stat": "statistic"}, "robust_CR2")
    for correction in Correction:
        full = cluster_robust(yi, vi, clusters, tau2_within=within, tau2_between=between, correction=correction)
        yield from fields(full, tested | {"stat": "statistic"}, f"robust_{correction}")
        plain = cluster_robust(yi, vi, clusters, tau2_within=common, correction=correction)
        yield from fields(plain, tested, f"rma_robust_{correction}")


def two_by_two(case: Mapping[str, Any]) -> Found:
    tables = complete_tables(case)
    names = {"slope": "slope", "se": "slope_se", "stat": "statistic", "df": "df", "p": "p", "intercept": "intercept"}
    if "harbord_OR" in case["mh"]:
        yield from fields(harbord(tables), names, "harbord_OR")
    if "peters_OR" in case["mh"]:
        yield from fields(peters(log_odds_ratios(case), tables), names, "peters_OR")


def meta_package(case: Mapping[str, Any], measure: str, block: Mapping[str, Any]) -> Found:
    names = {"stat": "statistic", "p": "p", "bias": "slope", "se_bias": "slope_se"}
    if "bias_Harbord" in block and measure != "RR":
        yield from fields(harbord(complete_tables(case)), names, "bias_Harbord")
    if "bias_Peters" in block:
        yield from fields(peters(log_odds_ratios(case), complete_tables(case)), names, "bias_Peters")
    if "bias_Egger" in block:
        yield from fields(egger(*single_correction(case, measure)), names, "bias_Egger")


def complete_tables(case: Mapping[str, Any]) -> list[Table]:
    data = case["data"]
    rows = zip(data["ai"], data["n1i"], data["ci"], data["n2i"], strict=True)
    return [Table(events_1=a, n_1=m, events_2=c, n_2=n) for a, m, c, n in rows if None not in (a, m, c, n)]


def log_odds_ratios(case: Mapping[str, Any]) -> list[float]:
    """Double-zero studies, which Peters's test leaves out, get a 0 to keep the place."""
    data = case["data"]
    complete = [None not in row for row in zip(data["ai"], data["n1i"], data["ci"], data["n2i"], strict=True)]
    return [y or 0.0 for y, use in zip(case["escalc"]["OR"]["yi"], complete, strict=True) if use]


def single_correction(case: Mapping[str, Any], measure: str) -> tuple[list[float], list[float]]:
    """meta's effects: double zeros out of ratios, and in differences the uncorrected estimate."""
    data = case["data"]
    yi, vi = [], []
    effects = case["escalc"][measure]
    for i, (a, m, c, n) in enumerate(zip(data["ai"], data["n1i"], data["ci"], data["n2i"], strict=True)):
        if None in (a, m, c, n) or (measure != "RD" and (a + c == 0 or a + c == m + n)):
            continue
        yi.append(a / m - c / n if measure == "RD" else effects["yi"][i])
        vi.append(effects["vi"][i])
    return yi, vi


COMPUTED = {
    "bias": bias,
    "trimfill": filled,
    "sensitivity": around,
    "subgroup": grouped,
    "metareg": regressions,
}


def exempt(path: str) -> list[str]:
    return [pattern for pattern in NOT_COMPARED if fnmatchcase(path, pattern)]


def tolerance(path: str) -> tuple[float, float]:
    """The relative tolerance of the reference's README for a path, and what counts as zero, in units of the value.

    A limit near zero is a difference of numbers that are not: the floor is 1e-9 of the standard error beside it.
    """
    name = [part for part in path.split("/") if not part.isdigit()][-1]
    relative = CLOSED_FORM if any(exact in path for exact in ("/lm_", "CE_", "/CE/", "DL_", "/DL/")) else ITERATIVE_TAU2
    if "/meta/" in path:
        relative = META_PACKAGE
    if "/multilevel/" in path:
        relative = MULTILEVEL
    if name in ("p", "Qp", "QEp", "QMp", "p_k0"):
        return max(relative, P_VALUE), 1e-300
    return relative, floor(path)


def floor(path: str) -> float:
    beside = path.split("/")
    for key in ("lb", "ub", "est", "beta", "pred", "pi_lb", "pi_ub"):
        if key in beside:
            at = len(beside) - 1 - beside[::-1].index(key)
            error = reference().get("/".join([*beside[:at], "se", *beside[at + 1 :]]))
            return 1e-9 * float(error) if error is not None else 0.0
    if "dfbs" in beside or "rstandard_DL" in beside:
        return 1e-9  # these are in units of a standard error
    if "limit_estimate" in beside:
        error = reference()["/".join([*beside[: beside.index("limit_estimate")], "se_intercept"])]
        return 1e-9 * float(error)
    return 1e-12 if "Q" in beside or "tau2" in beside else 0.0


def same(path: str, found: Any, expected: Any) -> bool:
    if isinstance(expected, bool | str) and expected != "Inf":
        return bool(found == expected)
    relative, absolute = tolerance(path)
    return agrees(found, expected, rtol=relative, atol=absolute)


@pytest.mark.parametrize("block", [*BLOCKS, "multilevel", "harbord_OR", "peters_OR", "meta"])
def test_results_agree_with_the_reference(block: str) -> None:
    compared = {
        path: (value, reference()[path])
        for path, value in results().items()
        if f"/{block}/" in path and path in reference() and not exempt(path)
    }
    assert compared
    wrong = [f"{path}: found {f}, expected {e}" for path, (f, e) in compared.items() if not same(path, f, e)]
    assert not wrong, "\n".join(wrong[:40])


def test_every_reference_value_is_compared_or_listed_with_a_reason() -> None:
    silent = [path for path in reference() if path not in results() and not exempt(path)]
    assert not silent, "\n".join(silent[:40])


def test_nothing_is_listed_that_does_not_occur() -> None:
    used = {pattern for path in reference() for pattern in exempt(path)}
    assert set(NOT_COMPARED) == used


def test_values_of_the_reference_are_not_vacuously_compared() -> None:
    numbers = [path for path in results() if path in reference() and not exempt(path)]
    assert len(numbers) > 20_000


def test_harbord_refuses_a_measure_it_was_not_made_for() -> None:
    with pytest.raises(ValueError, match="OR and RR"):
        harbord([], measure=Measure.RD)
