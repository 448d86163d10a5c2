"""A whole project read at once: each mistake has its one line, and sound records are found where they stand."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest
import yaml

from builders import PROJECTS, broken_project, make_study, make_summary
from evibrief.errors import RecordError, Severity
from evibrief.records.library import check_records, read_library, survey
from evibrief.records.messages import validate
from evibrief.records.reader import Place, parse
from evibrief.records.study import Study
from evibrief.records.summary import Summary

SMALL = PROJECTS / "small"
STUDY = "studies/made-up-2001.yaml"
MISTAKES = sorted(folder.name for folder in (PROJECTS / "broken").iterdir())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the smallest project, to be broken."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    return tmp_path


def lines(root: Path) -> list[str]:
    return [str(problem) for problem in check_records(root)]


def errors(root: Path) -> list[str]:
    return [str(problem) for problem in check_records(root) if problem.severity is Severity.ERROR]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_line(mistake: str, tmp_path: Path) -> None:
    expected = (PROJECTS / "broken" / mistake / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert expected, "a mistake that nobody is told of"
    assert lines(broken_project(mistake, tmp_path)) == expected


def test_the_mistakes_are_many() -> None:
    assert len(MISTAKES) >= 90


def test_the_smallest_project_is_sound() -> None:
    assert lines(SMALL) == []
    library = read_library(SMALL)
    assert list(library.studies) == ["made-up-2001", "made-up-2002"]
    assert list(library.summaries) == ["tea-for-hiccups"]
    assert library.studies["made-up-2001"].path == STUDY


def test_the_builders_make_what_the_files_hold() -> None:
    library = read_library(SMALL)
    study = Study.model_validate(make_study())
    assert library.studies["made-up-2001"].study == study
    assert library.summaries["tea-for-hiccups"].summary == Summary.model_validate(make_summary())


def test_an_entry_knows_its_places() -> None:
    library = read_library(SMALL)
    study = library.studies["made-up-2001"]
    assert study.place(("results", 0, "arms", "water", "n")) == Place(line=18, column=30)
    assert study.place(("results", 0, "arms", "juice", "n")) == Place(line=17, column=7)
    assert library.summaries["tea-for-hiccups"].place(("studies", 1)) == Place(line=18, column=5)


def test_a_bad_record_raises_all_errors_but_no_hints(tmp_path: Path) -> None:
    broken_project("comment-in-text", tmp_path)
    assert read_library(tmp_path).studies
    broken_project("several-mistakes", tmp_path)
    with pytest.raises(RecordError) as raised:
        read_library(tmp_path)
    assert len(raised.value.problems) == 3


def test_every_file_is_reported(project: Path) -> None:
    for name in ("made-up-2001", "made-up-2002"):
        (project / f"studies/{name}.yaml").write_text("id: [\n", encoding="utf-8")
    (project / "summaries/tea-for-hiccups.yaml").write_text("slug: 5\n", encoding="utf-8")
    assert {line.partition(":")[0] for line in errors(project)} == {
        "studies/made-up-2001.yaml",
        "studies/made-up-2002.yaml",
        "summaries/tea-for-hiccups.yaml",
    }


def test_a_survey_keeps_what_is_sound(tmp_path: Path) -> None:
    found = survey(broken_project("events-above-n", tmp_path))
    assert list(found.library.studies) == ["made-up-2002"]
    assert list(found.library.summaries) == ["tea-for-hiccups"]
    assert [problem.code for problem in found.problems] == ["events-above-n"]


def test_a_duplicate_key_keeps_the_record_out_and_hides_no_other_mistake(project: Path) -> None:
    file = project / STUDY
    text = file.read_text(encoding="utf-8").replace("{events: 10, n: 50}", "{events: 10, events: 1, n: 5}")
    file.write_text(text, encoding="utf-8")
    found = survey(project)
    assert [problem.code for problem in found.problems] == ["events-above-n", "duplicate-key"]
    assert STUDY not in [entry.path for entry in found.library.studies.values()]


def test_a_link_is_not_followed(project: Path) -> None:
    (project / "studies/passwords.yaml").symlink_to("/etc/passwd")
    (project / "studies/nowhere.yaml").symlink_to("/nowhere")
    assert lines(project) == [
        "studies/nowhere.yaml:1:1: is a symbolic link; put the file itself here",
        "studies/passwords.yaml:1:1: is a symbolic link; put the file itself here",
    ]


def test_a_linked_folder_is_not_followed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "studies"
    (project / "studies").rename(elsewhere)
    (project / "studies").symlink_to(elsewhere)
    assert lines(project)[0] == "studies:1:1: is a symbolic link; put the folder itself here"


@pytest.mark.parametrize("name", ["con", "nul", "com1", "lpt9", "aux"])
def test_a_device_name_is_refused(project: Path, name: str) -> None:
    (project / f"studies/{name}.yaml").write_text("id: x\n", encoding="utf-8")
    expected = f"studies/{name}.yaml:1:1: Windows keeps the name '{name}' for a device; choose another name"
    assert lines(project) == [expected]


@pytest.mark.parametrize(
    "name",
    ["Study.yaml", "ｓmith-2020.yaml", "K-2020.yaml", "a--b.yaml", "-a.yaml", "a-.yaml", "a b.yaml", "a\nb.yaml"],
)
def test_an_odd_name_is_refused_on_one_line(project: Path, name: str) -> None:
    (project / "studies" / name).write_text("id: x\n", encoding="utf-8")
    [line] = lines(project)
    assert "a record cannot have this name" in line
    assert "\n" not in line


def test_a_name_that_is_not_utf8_can_be_printed(project: Path) -> None:
    (project / "studies" / "caf\udce9.yaml").write_text("id: x\n", encoding="utf-8")
    [line] = lines(project)
    assert line.encode("utf-8").startswith(b"studies/caf\\udce9.yaml:1:1: a record cannot have this name")


def test_the_longest_name_is_64_characters(project: Path) -> None:
    for length in (64, 65):
        name = "a" * length
        (project / f"studies/{name}.yaml").write_text(yaml.safe_dump(make_study(id=name)), encoding="utf-8")
    assert [line.partition(":")[0] for line in errors(project)] == [f"studies/{'a' * 65}.yaml"]


@pytest.mark.parametrize("name", [".gitkeep", ".made-up.yaml.swp", "README.md", "README"])
def test_hidden_files_and_readme_are_left_alone(project: Path, name: str) -> None:
    (project / "studies" / name).write_text("anything\n", encoding="utf-8")
    assert lines(project) == []


def test_a_folder_without_summaries_is_no_project(tmp_path: Path) -> None:
    assert lines(tmp_path) == [
        "summaries:1:1: there is no such folder; run this in the folder of a publication, or name it with --project"
    ]


def test_a_file_in_place_of_the_folder(project: Path) -> None:
    shutil.rmtree(project / "studies")
    (project / "studies").write_text("", encoding="utf-8")
    assert lines(project)[0].startswith("studies:1:1: cannot be read (Not a directory)")


def test_a_project_may_have_no_studies(tmp_path: Path) -> None:
    (tmp_path / "summaries").mkdir()
    assert lines(tmp_path) == []


def test_reported_and_narrative_outcomes_need_no_studies(project: Path) -> None:
    outcome = {
        "evidence": "narrative",
        "id": "hiccups",
        "name": "lasting hiccups",
        "importance": "critical",
        "better": "lower",
        "narrative": {"direction": "not-pooled", "unknown": "Everything."},
    }
    record = make_summary(studies=None, outcomes=[outcome])
    (project / "summaries/tea-for-hiccups.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
    assert errors(project) == []


def test_two_studies_may_stand_in_one_review(project: Path) -> None:
    for name in ("made-up-2001", "made-up-2002"):
        reports = [
            {"id": "main", "issued": 2001},
            {"id": "review", "role": "review", "issued": 2003, "doi": "10.1000/183"},
        ]
        record = make_study(id=name, reports=reports)
        (project / f"studies/{name}.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
    assert lines(project) == []


def test_doi_and_pmid_are_compared_without_regard_to_case(project: Path) -> None:
    for name, doi in (("made-up-2001", "10.1000/AbC"), ("made-up-2002", "10.1000/aBc")):
        reports = [{"id": "main", "doi": doi, "pmid": "123"}]
        record = make_study(id=name, reports=reports)
        (project / f"studies/{name}.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
    found = [(problem.code, problem.severity, problem.field) for problem in check_records(project)]
    assert found == [
        ("shared-report", Severity.WARNING, "reports.0.doi"),
        ("shared-report", Severity.WARNING, "reports.0.pmid"),
    ]


def test_a_crlf_record_with_a_byte_order_mark_is_read(project: Path) -> None:
    file = project / STUDY
    before = read_library(project).studies["made-up-2001"].study
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert lines(project) == []
    assert read_library(project).studies["made-up-2001"].study == before


def test_validate_gives_the_record() -> None:
    text = (SMALL / STUDY).read_text(encoding="utf-8")
    assert validate(parse(text, shown_as=STUDY), Study).label == "Made-up 2001"


def test_the_collection_of_garbage_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        check_records(SMALL)
        assert not gc.isenabled()
    finally:
        gc.enable()
    check_records(SMALL)
    assert gc.isenabled()


def test_a_listed_study_may_be_set_aside_for_one_outcome(project: Path) -> None:
    path = project / "summaries/tea-for-hiccups.yaml"
    record = yaml.safe_load(path.read_text(encoding="utf-8"))
    aside = {"study": "made-up-2002", "reason": "It counted sneezes, not hiccups."}
    record["outcomes"][0]["set_aside"] = [aside]
    path.write_text(yaml.safe_dump(record, allow_unicode=True), encoding="utf-8")
    assert errors(project) == []
