"""Records converted from the data sets: figures as printed, ids that do not clash, text that our reader reads back."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from evibrief.checks import lint_study
from evibrief.checks.catalogue import CATALOGUE
from evibrief.exchange.datasets import DATA_SETS, FIRST_LINE, StudyFile, study_files
from evibrief.exchange.datasets.drafts import TableRow, own_report, slug
from evibrief.exchange.datasets.looked_at import LOOKED_AT
from evibrief.exchange.record_text import Row, record_text
from evibrief.records.library import read_library
from evibrief.records.results import ContrastResult, DichotomousResult, RateResult, SurvivalResult
from evibrief.records.study import Study

PROJECT = Path(__file__).parents[2]

MORTON: TableRow = {"id": "1", "study": "Morton", "year": "1984", "ai": "1", "n1i": "40", "ci": "2", "n2i": "36"}
NICOTINE = [
    {"study": "Moolchan 2005", "x.nrt": "8", "n.nrt": "46", "x.ctrl": "2", "n.ctrl": "40", "treatment": "gum"},
    {"study": "Moolchan 2005", "x.nrt": "9", "n.nrt": "34", "x.ctrl": "2", "n.ctrl": "40", "treatment": "patch"},
    {"study": "Piper 2009", "x.nrt": "90", "n.nrt": "262", "x.ctrl": "8", "n.ctrl": "37", "treatment": "patch"},
    {
        "study": "Piper 2009",
        "x.nrt": "87",
        "n.nrt": "260",
        "x.ctrl": "8",
        "n.ctrl": "36",
        "treatment": "tablets/lozenges",
    },
]
PIGNON = [
    {"id": "26.1", "trial": "AC CAMARGO (a)", "OmE": "0.4", "V": "11.9", "grp": "2"},
    {"id": "46", "trial": "Int 0034", "OmE": "-7.4", "V": "80.6", "grp": "1"},
    {"id": "26.2", "trial": "AC CAMARGO (b)", "OmE": "2.1", "V": "11.9", "grp": "3"},
]
HARRER = {
    "id": "5", "study": "Harrer et al.", "year": "1991", "country": "Austria", "ni": "120", "major": "0",
    "baseline": "21.3", "version": "", "duration": "6", "prep": "PsychotoninM", "dosage": "500", "response": "",
    "ai": "", "n1i": "", "ci": "", "n2i": "", "group": "",
}  # fmt: skip


def converted(name: str, rows: list[TableRow]) -> list[StudyFile]:
    return study_files({name: rows})


def record(tmp_path: Path, file: StudyFile) -> Study:
    """Read a converted record back through the strict reader."""
    for folder in ("studies", "summaries"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "studies" / f"{file.id}.yaml").write_text(file.text, encoding="utf-8")
    return read_library(tmp_path).studies[file.id].study


def test_a_row_becomes_a_record_that_says_where_its_figures_stand(tmp_path: Path) -> None:
    (file,) = converted("dat.li2007", [MORTON])

    study = record(tmp_path, file)

    assert file.id == study.id == "morton-1984"
    (result,) = study.results
    assert isinstance(result, DichotomousResult)
    assert [(arm.events, arm.n) for arm in result.arms.values()] == [(1, 40), (2, 36)]
    assert (result.source.report, result.source.place) == ("dataset", "data set dat.li2007, row 1")
    assert [report.role.value for report in study.reports] == ["primary", "review", "dataset"]
    assert study.year == 1984
    assert study.extraction.checked_by is None
    assert not study.risk_of_bias


def test_studies_of_one_name_get_the_subject_of_their_data_set() -> None:
    lee = {"id": "1", "study": "Morton", "year": "1984", "ai": "3", "n1i": "30", "ci": "5", "n2i": "30"}

    files = study_files({"dat.li2007": [MORTON], "dat.lee2004": [lee]})

    assert [file.id for file in files] == ["morton-1984-acupressure", "morton-1984-magnesium"]


def test_rows_of_one_study_are_several_results_and_share_a_control_group_only_if_it_is_the_same(tmp_path: Path) -> None:
    moolchan, piper = (record(tmp_path, file) for file in converted("dat.hartmannboyce2018", NICOTINE))

    assert [list(result.arms) for result in moolchan.results] == [["gum", "control"], ["patch", "control"]]
    assert [list(result.arms)[1] for result in piper.results] == ["control-for-patch", "control-for-tablets-lozenges"]
    assert [result.characteristics["product"] for result in piper.results] == ["patch", "tablets/lozenges"]
    assert all(result.comparison for study in (moolchan, piper) for result in study.results)


def test_rows_of_one_trial_belong_together_by_the_whole_part_of_its_number(tmp_path: Path) -> None:
    files = converted("dat.pignon2000", PIGNON)

    assert [file.id for file in files] == ["ac-camargo-head-neck", "int-0034-head-neck"]
    camargo = record(tmp_path, files[0])
    assert camargo.label == "AC CAMARGO"
    assert [result.characteristics["timing"] for result in camargo.results] == ["neoadjuvant", "concomitant"]
    first = camargo.results[0]
    assert isinstance(first, SurvivalResult)
    assert (first.o_minus_e, first.v) == (Decimal("0.4"), Decimal("11.9"))


def test_people_who_are_not_counted_are_told_of(tmp_path: Path) -> None:
    philipp = HARRER | {"study": "Philipp et al.", "year": "1999", "ni": "263"}
    philipp |= {"ai": "67", "n1i": "106", "ci": "22", "n2i": "47"}
    whole = philipp | {"ni": "153"}

    (file,), (other,) = converted("dat.linde2005", [philipp]), converted("dat.linde2005", [whole])

    assert record(tmp_path, file).note == (
        "The data set gives a sample of 263 people and counts 153 in the two groups compared here; it does not say "
        "where the other 110 were."
    )
    assert record(tmp_path, other).note is None


def test_what_was_looked_at_is_acknowledged_with_the_row_looked_up(tmp_path: Path) -> None:
    rows = [MORTON] * 5 + [
        {**MORTON, "study": "Shechter", "year": "1990", "ai": "1", "n1i": "50", "ci": "9", "n2i": "53"}
    ]

    study = record(tmp_path, next(file for file in converted("dat.li2007", rows) if file.id == "shechter-1990"))

    (given,) = study.acknowledged
    assert (given.check, given.field, given.by) == ("p25-huge-ratio", "results.0.arms", "The Evibrief editors")
    assert "dat.li2007, row 6;" in given.reason
    assert [one.code for one in lint_study(study) if one.acknowledged is None] == []
    assert [one.code for one in lint_study(study)] == ["p25-huge-ratio"]


def test_what_was_looked_at_are_records_and_checks_that_there_are() -> None:
    known = {check.code for check in CATALOGUE if check.may_stand}
    studies = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "studies").glob("*.yaml")}
    for dataset, looked_at in LOOKED_AT.items():
        for name, fields in looked_at.items():
            assert f"# Figures: data set {dataset}, " in studies[name]
            assert {check for checks in fields.values() for check in checks.split()} <= known


def test_a_trial_without_counts_is_kept_without_a_result(tmp_path: Path) -> None:
    (file,) = converted("dat.linde2005", [HARRER])

    study = record(tmp_path, file)

    assert study.id == "harrer-1991"
    assert study.results == ()
    assert study.note is not None


def test_warfarin_has_people_and_rates(tmp_path: Path) -> None:
    row = {
        "trial": "1", "study": "AFASAK", "year": "1989", "x1i": "9", "n1i": "335", "t1i": "413", "x2i": "19",
        "n2i": "336", "t2i": "398", "compgrp": "placebo", "prevtype": "primary", "trinr": "2.8-4.2",
    }  # fmt: skip
    study = record(tmp_path, converted("dat.hart1999", [row])[0])

    people, rates = study.results
    assert isinstance(people, DichotomousResult)
    assert isinstance(rates, RateResult)
    assert [arm.person_years for arm in rates.arms.values()] == [413, 398]
    assert study.characteristics["target-inr"] == "2.8-4.2"


def test_printed_digits_stay_as_they_are(tmp_path: Path) -> None:
    row = {"author": "Cardenas", "year": "1997", "country": "USA", "design": "cohort", "cases": "150", "or": "1.20",
           "or.lb": "0.8", "or.ub": "1.6"}  # fmt: skip
    study = record(tmp_path, converted("dat.hackshaw1998", [row])[0])

    (result,) = study.results
    assert isinstance(result, ContrastResult)
    assert str(result.contrast.estimate) == "1.20"


@pytest.mark.parametrize(
    ("allocation", "design"),
    [("random", "randomised"), ("alternate", "quasi-randomised"), ("systematic", "quasi-randomised")],
)
def test_turns_are_not_chance(tmp_path: Path, allocation: str, design: str) -> None:
    row = {"author": "Aronson", "year": "1948", "tpos": "4", "tneg": "119", "cpos": "11", "cneg": "128", "ablat": "44",
           "alloc": allocation}  # fmt: skip
    study = record(tmp_path, converted("dat.bcg", [row])[0])

    (result,) = study.results
    assert study.design.value == design
    assert isinstance(result, DichotomousResult)
    assert result.arms["vaccinated"].n == 123


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Feldstedt 1991", "feldstedt-1991"),
        ("Haensgen & Vesper 1996", "haensgen-vesper-1996"),
        ("Rüsch", "rusch"),
        ("Shiffman 2009 (2 mg)", "shiffman-2009-2-mg"),
        ("St John's", "st-johns"),
    ],
)
def test_slug(text: str, name: str) -> None:
    assert slug(text) == name


@pytest.mark.parametrize(
    ("names", "author"),
    [
        ("Hart & Sutherland", [{"family": "Hart"}, {"family": "Sutherland"}]),
        ("Rosenthal et al", [{"family": "Rosenthal"}]),
        ("ISIS-4", [{"literal": "ISIS-4"}]),
        ("Br Thor Society", [{"literal": "Br Thor Society"}]),
        ("Clavel-Chapelon", [{"family": "Clavel-Chapelon"}]),
    ],
)
def test_own_report_tells_surnames_from_names_of_trials(names: str, author: list[dict[str, str]]) -> None:
    assert own_report(names, "1990")["author"] == author


def test_record_text_quotes_only_what_yaml_could_take_for_something_else() -> None:
    text = record_text(
        {"a": "plain words", "b": "2018", "c": "no", "d": "x: y", "e": Row(place="t, row 1"), "f": Decimal("5.20")},
        ["why"],
    )

    assert text == (
        '# why\na: plain words\nb: "2018"\nc: "no"\nd: "x: y"\ne: {place: "t, row 1"}\nf: 5.20\n'
    )  # fmt: skip


def test_long_text_is_folded_and_reads_back_whole(tmp_path: Path) -> None:
    (file,) = converted("dat.pignon2000", [PIGNON[1]])

    study = record(tmp_path, file)

    assert study.reports[0].title is not None
    assert study.reports[0].title.endswith("three meta-analyses of updated individual data")
    assert max(map(len, file.text.splitlines())) <= 120


def test_the_project_holds_all_converted_records_and_each_names_its_data_set() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "studies").glob("*.yaml"))]
    ours = [text for text in texts if re.search(r"extracted_by: converted from dat\.", text)]

    counts = {item.name: sum(f"converted from {item.name} " in text for text in ours) for item in DATA_SETS}

    assert counts == {
        "dat.bcg": 13, "dat.cannon2006": 4, "dat.hackshaw1998": 37, "dat.hart1999": 6, "dat.hartmannboyce2018": 133,
        "dat.lee2004": 16, "dat.li2007": 22, "dat.linde2005": 26, "dat.normand1999": 9, "dat.pignon2000": 63,
    }  # fmt: skip
    assert all(text.startswith(f"# {FIRST_LINE}\n") for text in ours)


def test_converting_again_leaves_what_an_editor_has_edited(tmp_path: Path) -> None:
    tables, studies = tmp_path / "tables", tmp_path / "studies"
    tables.mkdir()
    studies.mkdir()
    for item in DATA_SETS:
        rows = [",".join(MORTON), ",".join(MORTON.values())] if item.name == "dat.li2007" else ["study"]
        (tables / f"{item.name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    command = [sys.executable, str(PROJECT / "scripts" / "convert_datasets.py"), str(tables), str(studies)]
    subprocess.run(command, check=True)
    path = studies / "morton-1984.yaml"
    edited = path.read_text(encoding="utf-8").split("\n", 1)[1].replace("checked", "looked at")
    path.write_text(edited, encoding="utf-8")

    again = subprocess.run(command, check=True, capture_output=True, text=True)

    assert path.read_text(encoding="utf-8") == edited
    assert "edited by hand, left as it is" in again.stdout
