"""The table that the pooling desk reads: what it accepts, and how it words what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from evibrief.errors import RecordError, UsageError
from evibrief.exchange.effect_table import EffectTable, read_effect_table
from evibrief.statistics.measures import Measure

HEADER = "study,events_1,n_1,events_2,n_2\n"


def read(tmp_path: Path, content: str | bytes, measure: Measure = Measure.RR) -> EffectTable:
    path = tmp_path / "trials.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_effect_table(path, measure)


def refused(tmp_path: Path, content: str | bytes, measure: Measure = Measure.RR) -> list[str]:
    with pytest.raises(RecordError) as caught:
        read(tmp_path, content, measure)
    return str(caught.value).splitlines()


def test_columns_are_found_by_name_whatever_their_order_and_company(tmp_path: Path) -> None:
    table = read(tmp_path, "n_2,notes,events_2,study,n_1,events_1\n10,ours,1,Ada,20,2\n")
    assert table.labels == ("Ada",)
    assert table.columns == {"events_1": (2.0,), "n_1": (20.0,), "events_2": (1.0,), "n_2": (10.0,)}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_spreadsheets_write_csv_in_several_ways(tmp_path: Path, mark: str, end: str, separator: str) -> None:
    lines = ["study,events_1,n_1,events_2,n_2", "Ada,2,20,1,10", "", "Bo,3,30,4,40"]
    table = read(tmp_path, mark + end.join(lines).replace(",", separator))
    assert table.labels == ("Ada", "Bo")
    assert table.columns["n_2"] == (10.0, 40.0)


def test_a_study_without_a_name_is_called_by_its_row(tmp_path: Path) -> None:
    assert read(tmp_path, "events_1,n_1,events_2,n_2\n1,2,3,4\n1,2,3,4\n").labels == ("row 1", "row 2")


@pytest.mark.parametrize("cell", ["", "NA", " "])
def test_an_empty_cell_is_a_missing_value(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, f"{HEADER}Ada,{cell},20,1,10\n").columns["events_1"] == (None,)


def test_estimates_may_stand_in_place_of_a_measures_own_columns(tmp_path: Path) -> None:
    assert read(tmp_path, "yi,sei\n-0.5,0.1\n").columns == {"yi": (-0.5,), "sei": (0.1,)}


def test_every_wrong_cell_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    table = HEADER + 'Ada,two,20,1,10\n"Bo\nand Cy",1,"2,5",1,10\nDi,30,20,-1,10\n'
    assert refused(tmp_path, table) == [
        "trials.csv:2:2: events_1: 'two' is not a number",
        "trials.csv:3:3: n_1: '2,5' is not a number; write it with a point for decimals, such as 5.2",
        "trials.csv:5:2: events_1: 30 events among 20 people; check both in the source",
        "trials.csv:5:4: events_2: a count cannot be negative (found -1)",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        (HEADER, "no study stands below"),
        ("study,events_1\nAda,1\n", "missing: n_1, events_2, n_2"),
        ("yi,yi,vi\n1,1,1\n", "two columns are called yi"),
        (HEADER + "Ada,1,2,3,4,5\n", "6 cells under 5 names"),
        (b"study,\xff\n", "not UTF-8"),
        (HEADER + "Ada,1e999,20,1,10\n", "too large a number"),
        (HEADER + "Ada,1,20,1,nan\n", "'nan' is not a number"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    lines = refused(tmp_path, content)
    assert len(lines) == 1
    assert message in lines[0]
    assert lines[0].startswith("trials.csv:")


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_effect_table(tmp_path / "absent.csv", Measure.RR)
