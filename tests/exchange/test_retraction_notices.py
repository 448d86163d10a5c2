"""Retraction notices are found by DOI and PubMed number, in the layout of the Retraction Watch data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import make_study, make_summary
from cli.running import evibrief
from evibrief.errors import Severity, UsageError
from evibrief.exchange.retraction_notices import concerned, read_snapshot
from evibrief.records.library import read_library

# The columns of the database in their order, as its publisher lists them.
HEADER = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,"
    "RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,"
    "Reason,Paywalled,Notes"
)


def row(nature: str, *, doi: str = "unavailable", pmid: str = "0", day: str = "4/15/2021 0:00") -> str:
    return f'1,"A, title",,,J,P,,A;B,,Research Article,{day},10.9999/Notice,0,1/2/2001 0:00,{doi},{pmid},{nature},,No,'


def snapshot(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "retraction_watch.csv"
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode(encoding))
    return path


def project(folder: Path, **report: Any) -> Path:
    first = make_study(reports=[{"id": "main", "issued": 2001, "title": "A trial that never was", **report}])
    for path, record in (
        ("studies/made-up-2001.yaml", first),
        ("studies/made-up-2002.yaml", make_study(id="made-up-2002")),
        ("summaries/tea-for-hiccups.yaml", make_summary()),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return folder


def found(folder: Path, *rows: str) -> list[tuple[Severity, str]]:
    studies = read_library(folder).studies.values()
    return [(problem.severity, str(problem)) for problem in concerned(studies, read_snapshot(snapshot(folder, *rows)))]


def test_a_retraction_is_found_by_doi_in_any_case(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/Made-Up")
    ((severity, line),) = found(tmp_path, row("Retraction", doi="10.1234/mAde-uP"), row("Retraction", doi="10.1/x"))
    assert severity is Severity.ERROR
    assert line.startswith("studies/made-up-2001.yaml:")
    assert "retraction of 2021-04-15 (doi:10.9999/notice)" in line
    assert "status: retracted" in line


def test_a_retraction_is_found_by_pubmed_number(tmp_path: Path) -> None:
    project(tmp_path, pmid="12345")
    assert [severity for severity, _ in found(tmp_path, row("Retraction", pmid="12345"))] == [Severity.ERROR]


def test_papers_without_numbers_are_nobodys(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/made-up")
    assert found(tmp_path, row("Retraction"), row("Retraction", doi="Unavailable", pmid="")) == []


def test_a_recorded_retraction_is_a_hint(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/a", retraction={"status": "retracted", "checked_on": "2022-01-01"})
    ((severity, line),) = found(tmp_path, row("Retraction", doi="10.1234/a"))
    assert severity is Severity.HINT
    assert "which the record says" in line


def test_a_concern_is_a_warning_and_a_correction_a_hint(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/a")
    assert found(tmp_path, row("Expression of concern", doi="10.1234/a"))[0][0] is Severity.WARNING
    assert found(tmp_path, row("Correction", doi="10.1234/a"))[0][0] is Severity.HINT


def test_the_newest_notice_counts_and_corrections_last(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/a")
    retracted = row("Retraction", doi="10.1234/a", day="12/31/2019 0:00")
    back = row("Reinstatement", doi="10.1234/a", day="2/1/2020 0:00")
    mended = row("Correction", doi="10.1234/a", day="3/1/2020 0:00")
    assert found(tmp_path, back, retracted, mended)[0][0] is Severity.HINT
    assert found(tmp_path, retracted, mended)[0][0] is Severity.ERROR


def test_a_paper_that_another_review_printed_is_no_error(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/a", role="review")
    assert found(tmp_path, row("Retraction", doi="10.1234/a"))[0][0] is Severity.HINT


def test_a_snapshot_tells_its_newest_day(tmp_path: Path) -> None:
    rows = [row("Retraction", day=day) for day in ("10/9/2020 0:00", "2021-01-02", "13/13/2024 0:00", "")]
    assert read_snapshot(snapshot(tmp_path, *rows)).newest == date(2021, 1, 2)
    assert read_snapshot(snapshot(tmp_path)).newest is None


def test_an_older_encoding_is_read(tmp_path: Path) -> None:
    path = snapshot(tmp_path, row("Retraction").replace("A;B", "Müller"), encoding="latin-1")
    assert len(read_snapshot(path).notices) == 1


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\x00", b'"' + b"x" * 200_000 + b'"\n'])
def test_another_file_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_snapshot(tmp_path / "x.csv")
    assert "\n" not in str(caught.value)


def test_the_command_says_what_it_found(tmp_path: Path) -> None:
    project(tmp_path, doi="10.1234/a")
    done = evibrief("retractions", snapshot(tmp_path, row("Retraction", doi="10.1234/a")), "--project", tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("studies/made-up-2001.yaml:")
    assert done.stdout.splitlines()[-1] == "1 notices, the newest of 2021-04-15."
    done = evibrief("retractions", snapshot(tmp_path), "--project", tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("No problems.")
