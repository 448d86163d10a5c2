"""`evibrief pool`: a table in, the reference values out; every way to call it wrongly told in one line."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from cli.running import evibrief
from oracle.loading import CLOSED_FORM, ITERATIVE_TAU2, P_VALUE, agrees, cases

NAMES = {
    "ai": "events_1", "n1i": "n_1", "ci": "events_2", "n2i": "n_2",
    "m1i": "mean_1", "sd1i": "sd_1", "m2i": "mean_2", "sd2i": "sd_2",
    "x1i": "events_1", "t1i": "time_1", "x2i": "events_2", "t2i": "time_2",
    "xi": "events", "ni": "n", "ri": "r", "OmE": "o_minus_e", "V": "v", "yi": "yi", "vi": "vi", "study": "study",
}  # fmt: skip
KEYS = [
    "measure", "tau2_method", "ci_method", "k", "excluded", "effects", "estimate", "se", "ci_low", "ci_high", "p",
    "tau2", "tau2_ci_low", "tau2_ci_high", "i2", "i2_ci_low", "i2_ci_high", "h2", "q", "q_df", "q_p",
    "prediction_low", "prediction_high", "natural", "notes",
]  # fmt: skip
BCG = "bcg"


def table_of(case: str, folder: Path) -> Path:
    """A case of the reference values as a CSV file under our names of columns."""
    data = {NAMES[name]: values for name, values in cases()[case]["data"].items() if name in NAMES}
    path = folder / f"{case}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(data)
        writer.writerows(zip(*data.values(), strict=True))
    return path


def pooled(path: Path, *arguments: str) -> dict[str, Any]:
    done = evibrief("pool", path, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def fit_of(case: str, measure: str, method: str) -> tuple[dict[str, Any], dict[str, Any]]:
    analysis = cases()[case]["analyses"][measure]
    return analysis, analysis["fits"][method]


@pytest.mark.parametrize(
    ("case", "measure", "method", "rtol"),
    [
        (BCG, "RR", "DL", CLOSED_FORM),
        (BCG, "OR", "REML", ITERATIVE_TAU2),
        (BCG, "RD", "PM", ITERATIVE_TAU2),
        ("normand1999", "SMD", "HE", CLOSED_FORM),
        ("normand1999", "MD", "REML", ITERATIVE_TAU2),
        ("hart1999", "IRR", "ML", ITERATIVE_TAU2),
        ("pritz1997", "PLO", "EB", ITERATIVE_TAU2),
        ("molloy2014", "ZCOR", "SJ", CLOSED_FORM),
        ("raudenbush1985", "GEN", "HS", CLOSED_FORM),
    ],
)
def test_the_reference_values_come_out(tmp_path: Path, case: str, measure: str, method: str, rtol: float) -> None:
    found = pooled(table_of(case, tmp_path), "--measure", measure, "--tau2", method, "--ci", "hksj")
    analysis, fit = fit_of(case, measure, method)
    test = fit["tests"]["knha"]
    assert list(found) == KEYS
    assert found["k"] == analysis["k"]
    floor = 1e-9 * test["se"]
    for name, expected in (
        ("estimate", fit["est"]), ("tau2", fit["tau2"]), ("i2", fit["I2"]), ("h2", fit["H2"]),
        ("q", analysis["het"]["Q"]), ("q_df", analysis["het"]["df"]),
        ("se", test["se"]), ("ci_low", test["lb"]), ("ci_high", test["ub"]),
    ):  # fmt: skip
        assert agrees(found[name], expected, rtol=rtol, atol=floor), (name, found[name], expected)
    assert agrees(found["p"], test["p"], rtol=P_VALUE)
    assert math.isclose(sum(row["weight"] for row in found["effects"]), 100)


def test_effects_of_single_studies_keep_their_names_and_values(tmp_path: Path) -> None:
    found = pooled(table_of(BCG, tmp_path), "--measure", "RR")
    expected = cases()[BCG]["escalc"]
    values = expected["RR"] if isinstance(expected, dict) else next(item for item in expected if item["name"] == "RR")
    assert [row["study"] for row in found["effects"]] == [str(name) for name in cases()[BCG]["data"]["study"]]
    for row, yi, vi in zip(found["effects"], values["yi"], values["vi"], strict=True):
        assert agrees(row["yi"], yi, rtol=CLOSED_FORM)
        assert agrees(row["vi"], vi, rtol=CLOSED_FORM)


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_tables_pool_by_mantel_haenszel(tmp_path: Path, measure: str) -> None:
    found = pooled(table_of(BCG, tmp_path), "--measure", measure, "--tau2", "MH")
    expected = cases()[BCG]["mh"][measure]
    assert found["tau2_method"] == "MH"
    assert found["ci_method"] == "wald"
    for name, key in (("estimate", "est"), ("se", "se"), ("ci_low", "lb"), ("ci_high", "ub"), ("q", "Q")):
        assert agrees(found[name], expected[key], rtol=CLOSED_FORM)


def test_ratios_come_back_as_ratios(tmp_path: Path) -> None:
    found = pooled(table_of(BCG, tmp_path), "--measure", "RR", "--tau2", "DL", "--ci", "wald")
    # metafor's BCG example by DL: 0.49 (0.34 to 0.70), as its documentation prints it.
    natural = {name: round(value, 2) for name, value in found["natural"].items() if name[:10] != "prediction"}
    assert natural == {"estimate": 0.49, "ci_low": 0.34, "ci_high": 0.70}


def test_what_is_not_defined_is_null_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("study,events_1,n_1,events_2,n_2\nAda,2,20,4,20\nBo,0,20,0,20\n", encoding="utf-8")
    found = pooled(path, "--measure", "RR")
    # By hand: ln(2/4), and 1/2 - 1/20 + 1/4 - 1/20.
    assert math.isclose(found["estimate"], math.log(0.5))
    assert math.isclose(found["se"] ** 2, 0.65)
    assert found["tau2"] is None
    assert found["prediction_low"] is None
    assert found["natural"]["prediction_low"] is None
    assert {note["field"] for note in found["notes"]} >= {"tau2", "prediction"}
    assert [item["study"] for item in found["excluded"]] == ["Bo"]
    assert "no events" in found["excluded"][0]["reason"]


def test_the_text_shows_studies_pool_and_what_was_left_out(tmp_path: Path) -> None:
    path = tmp_path / "trials.csv"
    path.write_text("study,yi,vi\nAda,0.5,0.04\nBo,0.3,0.04\nCy,0.4,\n", encoding="utf-8")
    done = evibrief("pool", path, "--measure", "MD", "--tau2", "CE", "--ci", "wald")
    assert done.returncode == 0, done.stderr
    # By hand: the mean of two equal weights, with variance 0.04 / 2.
    half = 1.959964 * math.sqrt(0.02)
    assert f"0.4  (95 % CI {0.4 - half:.4g} to {0.4 + half:.4g})" in done.stdout
    assert "Cy: vi is missing" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--measure", "XX"], 2, "'XX' is not one of RR, OR"),
        (["--measure", "MD"], 1, "trials.csv:1:1: MD needs the columns mean_1"),
        (["--measure", "RR", "--tau2", "BAD"], 2, "BAD"),
        (["--measure", "RR", "--level", "95"], 2, "95"),
        (["--measure", "AS", "--tau2", "MH"], 2, "MH pools RR, OR, RD, IRR, IRD, not AS"),
        (["--measure", "RR", "--tau2", "PETO"], 2, "PETO pools PETO, OR, HR, not RR"),
        ([], 2, "--measure"),
    ],
)
def test_a_wrong_call_is_told_without_a_traceback(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    path = tmp_path / "trials.csv"
    path.write_text("events_1,n_1,events_2,n_2\n2,20,4,20\n", encoding="utf-8")
    done = evibrief("pool", path, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_studies_that_say_nothing_are_no_pool(tmp_path: Path) -> None:
    path = tmp_path / "trials.csv"
    path.write_text("events_1,n_1,events_2,n_2\n0,20,0,20\n", encoding="utf-8")
    done = evibrief("pool", path, "--measure", "OR")
    assert done.returncode == 1
    assert done.stderr.startswith("no study can be pooled (row 1: ")


def test_pooling_needs_neither_the_site_builder_nor_the_records(tmp_path: Path) -> None:
    done = evibrief("pool", table_of(BCG, tmp_path), "--measure", "RR", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "numpy" in imported
    assert not imported & {"mkdocs", "pydantic", "jinja2", "yaml", "scipy.stats", "scipy.optimize"}
