"""A pinned file of retraction notices: what it retracts is not published unless the record says so."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from builders import make_study, make_summary
from evibrief.errors import RecordError, UsageError
from evibrief.exchange.retraction_notices import COLUMNS, read_snapshot
from evibrief.publishing.assemble import assemble
from evibrief.publishing.checking import check_project
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.pinned_notices import PinnedNotices, pinned_notices_of_project

TEMPLATES = Path(__file__).parents[2] / "templates"
DOI = "10.1234/made-up"
FILE = "notices.csv"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One summary of two studies, the first with a DOI, and an empty file of notices that mkdocs.yml names."""
    root = tmp_path / "project"
    for path, record in (
        ("studies/made-up-2001.yaml", with_report(doi=DOI)),
        ("studies/made-up-2002.yaml", make_study(id="made-up-2002", label="Made-up 2002")),
        ("summaries/tea-for-hiccups.yaml", make_summary()),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(record, indent=1), encoding="utf-8")
    (root / "templates").symlink_to(TEMPLATES)
    (root / "docs").mkdir()
    name(root, FILE)
    notices(root)
    return root


def with_report(**report: object) -> dict[str, object]:
    return make_study(reports=[{"id": "main", "issued": 2001, "title": "A trial that never was", **report}])


def name(root: Path, file: str) -> None:
    settings = f"site_name: Made up\nplugins:\n  - evibrief:\n      retractions: {json.dumps(file)}\n"
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")


def notices(root: Path, *rows: tuple[str, str]) -> None:
    lines = [",".join(COLUMNS), *(f"{DOI},0,{nature},{day},10.9999/notice" for nature, day in rows)]
    (root / FILE).write_text("\n".join([*lines, ""]), encoding="utf-8")


def edition(root: Path, *, withdraw: bool = False) -> Edition:
    pinned = PinnedNotices(path=FILE, snapshot=read_snapshot(root / FILE))
    return assemble(root, Masthead(name="Evidence"), retractions=pinned, withdraw=withdraw)


def page(made: Edition, uri: str) -> str:
    return next(leaf.sheet.body for leaf in made.leaves if leaf.sheet.page.uri == uri)


def test_an_unrecorded_retraction_stops_a_build_or_withdraws_the_summary(project: Path) -> None:
    assert edition(project).withdrawn == ()
    notices(project, ("Retraction", "2021-04-15"))
    with pytest.raises(RecordError, match="there is a notice of retraction of 2021-04-15"):
        edition(project)
    assert edition(project, withdraw=True).withdrawn == ("tea-for-hiccups",)
    assert "retraction-notice" in {problem.code for problem in check_project(project)}


def test_a_recorded_retraction_is_listed_with_its_notice_and_not_pooled(project: Path) -> None:
    notices(project, ("Retraction", "2021-04-15"))
    given = {"status": "retracted", "checked_on": "2022-01-01", "date": "2021-04-15", "notice": "doi:10.9999/notice"}
    record = with_report(doi=DOI, retraction=given)
    (project / "studies/made-up-2001.yaml").write_text(json.dumps(record), encoding="utf-8")
    body = page(edition(project), "summaries/tea-for-hiccups/")
    assert "retracted on 2021-04-15 (doi:10.9999/notice); retracted studies are not pooled" in body
    assert "<small>retracted</small>" in body


def test_a_concern_is_shown_beside_the_study(project: Path) -> None:
    notices(project, ("Expression of concern", "2021-04-15"))
    record = with_report(doi=DOI, retraction={"status": "expression-of-concern", "checked_on": "2022-01-01"})
    (project / "studies/made-up-2001.yaml").write_text(json.dumps(record), encoding="utf-8")
    made = edition(project)
    assert "<small>expression of concern</small>" in page(made, "summaries/tea-for-hiccups/")
    assert "<small>expression of concern</small>" in page(made, "studies/")


def test_the_page_on_methods_dates_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notices(project, ("Correction", "2001-01-30"), ("Correction", "2001-01-24"))
    told = "2 notices of the Retraction Watch data, the newest of 30 January 2001, 4 days before 3 February 2001"
    assert told in page(edition(project), "methods/")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "981504000")
    assert "8 days before 7 February 2001" in page(edition(project), "methods/")


@pytest.mark.parametrize(("day", "is_old"), [(date(2021, 5, 15), False), (date(2021, 5, 16), True)])
def test_a_file_of_more_than_30_days_is_old(project: Path, day: date, is_old: bool) -> None:
    notices(project, ("Correction", "2021-04-15"))
    assert ("retractions-old" in {problem.code for problem in check_project(project, day=day)}) is is_old


def test_a_file_without_a_day_is_old(project: Path) -> None:
    found = [problem for problem in check_project(project) if problem.code == "retractions-old"]
    assert [problem.message for problem in found] == [
        "no notice in it has a day; reports may have been retracted since"
    ]


@pytest.mark.parametrize("file", ["../notices.csv", "/etc/passwd", "link.csv", "nowhere.csv", "mkdocs.yml"])
def test_the_file_is_one_of_the_project(project: Path, file: str) -> None:
    (project.parent / FILE).write_text((project / FILE).read_text(encoding="utf-8"), encoding="utf-8")
    (project / "link.csv").symlink_to(FILE)
    name(project, file)
    with pytest.raises(UsageError):
        pinned_notices_of_project(project)


def test_a_project_may_name_none(project: Path) -> None:
    (project / "mkdocs.yml").write_text("site_name: Made up\nplugins: [evibrief]\n", encoding="utf-8")
    assert pinned_notices_of_project(project) is None
