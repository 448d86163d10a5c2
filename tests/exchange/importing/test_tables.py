"""RevMan Web's tables, tables with a column map, and the data sets of metadat. Every study is made up."""

# RevMan's tables are as wide as they are.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evibrief.errors import RecordError, UsageError
from evibrief.exchange.importing import Foreign, Imported, kind_of, read_foreign
from evibrief.exchange.importing.csv_map import read_map, read_mapped
from evibrief.exchange.importing.csv_text import read_table
from evibrief.exchange.importing.revman_web import read_revman_web
from evibrief.records.reader import parse

INFORMATION = "Study,Year,Char: Methods,Char: Participants\nFakename 1991,1991,<p>Randomised trial</p>,100 adults\n"
ARMS = (
    "Study,Arm,Description,Intervention\nFakename 1991,Tea,Two cups,Peppermint tea\nFakename 1991,Placebo,,Warm water\n"
)
RESULTS = """\
Study,Outcome,Data type,Effect measure,Arm,Reference arm,Sample size,Cases,Mean,SD,SE,CI start,CI end,Exp mean,Exp CI start,Exp CI end
Fakename 1991,Lasting hiccups,Dichotomous,,Tea,,50,10,,,,,,,,
Fakename 1991,Lasting hiccups,Dichotomous,,Placebo,,48,20,,,,,,,,
Fakename 1991,Comfort,Continuous,,Tea,,50,,5.20,1.10,,,,,,
Fakename 1991,Comfort,Continuous,,Placebo,,48,,4.75,,0.20,,,,,
Fakename 1991,Relief,Dichotomous,OR,Tea,Placebo,,,0.1,,0.2,,,1.11,0.75,1.64
Fakename 1991,Broken,Continuous,,Tea,,50,,,,,,,,,
"""
RISK = """\
Study,Domain (judgement): Random sequence generation (selection bias),Domain (support): Random sequence generation (selection bias)
Fakename 1991,Low risk,By a coin
"""
RISK_2 = """\
Study,Outcome,Domain (judgement): Bias arising from the randomization process,Overall bias
Fakename 1991,Lasting hiccups,Some concerns,High
"""
SETTINGS = """\
Analysis group,Analysis number,Analysis name,Analysis group name,Data type,Experimental group label,Control group label,Statistical method,Effect measure,Analysis model,Heterogeneity estimator,CI method,Overall estimates,Graph label (left),Graph label (right),Mean,CI start,CI end,Log-scale data
1,1,Lasting hiccups,Tea or water,Dichotomous,Peppermint tea,Warm water,Inverse variance,Risk Ratio,Random effects,Restricted maximum-likelihood,Wald-type,TRUE,Favours tea,Favours warm water,0.5,0.3,0.8,TRUE
1,2,Time,Tea or water,Contrast level,Peppermint tea,Warm water,Inverse variance,Hazard Ratio,Fixed effect,,,TRUE,,,,,,TRUE
"""
ROWS = """\
Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,GIV Mean,GIV SE,Experimental cases,Experimental N,Control cases,Control N
1,1,Lasting hiccups,,Fakename 1991,1991,,,10,50,20,48
1,1,Lasting hiccups,,Nobody 1992,1992,,,5,40,9,40
1,2,Time,,Nobody 1992,1992,-0.3,0.2,,,,
"""


def web(**files: str) -> Imported:
    return read_revman_web([read_table(text.encode(), f"{name}.csv") for name, text in files.items()], "export")


def study(imported: Imported, index: int = 0) -> dict[str, Any]:
    value: Any = parse(imported.studies[index].text, shown_as="").value
    return dict(value)


def test_the_four_files_of_an_extraction_become_studies(only_gaps: Callable[[Imported], None]) -> None:
    made = web(information=INFORMATION, arms=ARMS, results=RESULTS, risk=RISK)
    first = study(made)
    assert first["design"] == "randomised"
    assert first["arms"] == [
        {"id": "tea", "label": "Tea", "role": None, "description": "Two cups"},
        {"id": "placebo", "label": "Placebo", "role": "comparator"},
    ]
    hiccups, comfort, relief = first["results"]
    assert hiccups["arms"] == {"tea": {"events": 10, "n": 50}, "placebo": {"events": 20, "n": 48}}
    assert "tea: {n: 50, mean: 5.20, sd: 1.10}" in made.studies[0].text
    assert sorted(comfort["arms"]["placebo"]) == ["mean", "n", "se"]
    assert relief["contrast"]["arms"] == ["tea", "placebo"]
    assert float(relief["contrast"]["estimate"]) == 1.11
    assert first["risk_of_bias"][0]["domains"]["sequence-generation"] == {"level": "low", "reason": "By a coin"}
    assert any("Fakename 1991, Broken: its figures" in line for line in made.unmapped)
    only_gaps(made)


def test_rob_2_is_kept_for_its_outcome() -> None:
    (risk,) = study(web(information=INFORMATION, risk=RISK_2))["risk_of_bias"]
    assert (risk["tool"], risk["outcomes"]) == ("RoB 2", ["lasting-hiccups"])
    assert risk["domains"] == {"randomisation": {"level": "some concerns"}}
    assert risk["overall"] == {"level": "high"}


def test_a_data_package_becomes_a_summary(only_gaps: Callable[[Imported], None]) -> None:
    made = web(information=INFORMATION, settings=SETTINGS, rows=ROWS)
    (summary,) = made.summaries
    value: Any = parse(summary.text, shown_as="").value
    risk, time = value["outcomes"]
    assert (risk["measure"], risk["better"], risk["model"]["tau2"]) == ("RR", "lower", "REML")
    assert (time["measure"], time["model"]["tau2"]) == ("HR", "CE")
    assert value["studies"] == ["fakename-1991", "nobody-1992"]
    assert not any("estimator" in line for line in made.unmapped)
    assert study(made, 1)["results"][1]["contrast"]["estimate"] is not None
    only_gaps(made)


def test_a_folder_of_tables_is_one_import(tmp_path: Path) -> None:
    for name, text in (("a", INFORMATION), ("b", ARMS), ("c", RESULTS), ("z", "x,y\n1,2\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    made = read_foreign(tmp_path)
    assert [item.id for item in made.studies] == ["fakename-1991"]
    assert "z.csv is none of the files that are read; left out" in made.unmapped


MAP = """\
[report]
title = "=A made-up table"
[study]
label = "who"
year = "year"
design = "=randomised"
countries = "place"
[characteristics]
latitude = "lat"
[arms.tea]
label = "=Peppermint tea"
role = "=intervention"
[arms.water]
label = "=Warm water"
role = "=comparator"
[[results]]
outcome = "=hiccups"
type = "=dichotomous"
[results.arms.tea]
events = "a"
n = "n1"
[results.arms.water]
events = "c"
n = "n2"
[[results]]
outcome = "=comfort"
type = "=contrast"
[results.contrast]
measure = "=MD"
estimate = "md"
se = "se"
"""
TABLE = """\
who;year;place;lat;a;n1;c;n2;md;se;extra
Fakename;1991;Nowhere/Elsewhere;44.0;10;50;20;48;-0.50;0.20;x
Nobody 1992;1992;;;;;;;NA;;
Nobody 1992;1992;;;1;;2;40;;;
"""


def mapped(table: str = TABLE, mapping: str = MAP) -> Imported:
    return read_mapped(read_table(table.encode(), "table.csv"), read_map(mapping, "map.toml"))


def test_a_table_with_a_map_becomes_studies(only_gaps: Callable[[Imported], None]) -> None:
    made = mapped()
    first = study(made)
    assert (first["id"], first["label"], first["countries"]) == (
        "fakename-1991",
        "Fakename 1991",
        ["Nowhere", "Elsewhere"],
    )
    assert "latitude: 44.0\n" in made.studies[0].text
    assert "contrast: {measure: MD, estimate: -0.50, se: 0.20}" in made.studies[0].text
    assert first["results"][0]["arms"] == {"tea": {"events": 10, "n": 50}, "water": {"events": 20, "n": 48}}
    assert first["reports"][-1]["title"] == "A made-up table"
    only_gaps(made)


def test_what_the_map_does_not_cover_is_reported() -> None:
    lines = mapped().unmapped
    assert "columns that the map does not name were left out: extra" in lines
    assert any("Nobody 1992, row 3, hiccups: a figure is missing" in line for line in lines)
    assert any("would have the id nobody-1992" in line for line in lines)


def test_rows_can_be_joined_into_one_study() -> None:
    made = mapped(mapping=MAP.replace("[study]\n", "[study]\njoined = true\n"))
    assert [item.id for item in made.studies] == ["fakename-1991", "nobody-1992"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[study]", "[stduy]"), "a map has no section [stduy]"),
        (('label = "who"', 'lable = "who"'), "did you mean 'label'"),
        (('label = "who"', 'title = "who"'), "does not say which column names the study"),
        (('"who"', '"Who"'), "did you mean 'who'"),
        (("[study]", "[study"), "not TOML"),
    ],
)
def test_a_wrong_map_gives_one_line(change: tuple[str, str], message: str) -> None:
    with pytest.raises(RecordError) as caught:
        mapped(mapping=MAP.replace(*change, 1))
    (problem,) = caught.value.problems
    assert message in str(problem)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n", "at least one row"),
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"a,b\n1,2,3\n", "3 cells where there are 2 columns"),
        (b'a,b\n"1,2\n', "not a CSV table"),
        (b"a,b\n\xff,2\n", "not UTF-8"),
        (b"a,b\n1\x00,2\n", "zero bytes"),
    ],
)
def test_a_cut_off_or_foreign_table_gives_one_line(data: bytes, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_table(data, "t.csv")
    (problem,) = caught.value.problems
    assert message in problem.message


def test_a_data_set_of_metadat_is_known_by_its_name(tmp_path: Path, only_gaps: Callable[[Imported], None]) -> None:
    path = tmp_path / "dat.li2007.csv"
    path.write_text("id,study,year,ai,n1i,ci,n2i\n1,Fakename,1991,1,40,2,36\n", encoding="utf-8")
    made = read_foreign(path)
    assert [item.id for item in made.studies] == ["fakename-1991"]
    only_gaps(made)
    path.write_text("id,study\n1,Fakename\n", encoding="utf-8")
    with pytest.raises(RecordError, match="not the data set of that name"):
        read_foreign(path)


def test_a_table_without_a_map_asks_for_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    with pytest.raises(UsageError, match="needs a column map"):
        read_foreign(path)
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    assert len(read_foreign(path, column_map=tmp_path / "map.toml").studies) == 3


@pytest.mark.parametrize(
    ("text", "kind"), [(RESULTS, Foreign.REVMAN_WEB), (SETTINGS, Foreign.REVMAN_WEB), (TABLE, Foreign.CSV)]
)
def test_a_table_is_told_by_its_columns(text: str, kind: Foreign) -> None:
    assert kind_of(text.encode(), "t.csv") is kind
