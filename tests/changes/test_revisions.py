"""Comparing with a git revision: what is read of it, and what is said when that cannot be done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from builders import PROJECTS
from changes.records import TEMPLATES
from evibrief.changes import changes_since
from evibrief.changes.revisions import read_states
from evibrief.errors import EvidenceError, RecordError, UsageError
from evibrief.publishing import processes
from evibrief.publishing.watch import Watch

T = TypeVar("T")

STUDY = "studies/made-up-2001.yaml"
SUMMARY = "summaries/tea-for-hiccups.yaml"


def git(folder: Path, *arguments: str) -> None:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=Nobody Real", "-c", "user.email=nobody@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(
        ["git", *names, *arguments], cwd=folder, env={**os.environ, **settings}, check=True, capture_output=True
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The smallest project in a folder of a repository, committed."""
    shutil.copytree(PROJECTS / "small", tmp_path / "a publication")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "First")
    return tmp_path / "a publication"


def edit(project: Path, path: str, old: str, new: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_is_read_where_nothing_changed(project: Path) -> None:
    states = read_states(project, "HEAD")
    assert not states.before.summaries
    assert not states.after.studies
    assert changes_since(project, "HEAD", TEMPLATES, "text") == "No record differs from HEAD."


def test_an_edit_in_the_folder_is_compared_with_the_commit(project: Path) -> None:
    edit(project, STUDY, "events: 10", "events: 19")
    told = json.loads(changes_since(project, "HEAD", TEMPLATES, "json"))
    assert [page["slug"] for page in told["summaries"]] == ["tea-for-hiccups"]
    assert [item["kind"] for item in told["studies"]] == ["changed"]


def test_a_study_that_is_no_longer_named_is_still_there(project: Path) -> None:
    """The summary loses a study; the record itself has not changed, and comes back just as it was."""
    edit(project, SUMMARY, "  - made-up-2002\n", "")
    told = json.loads(changes_since(project, "HEAD", TEMPLATES, "json"))
    assert [page["studies_removed"] for page in told["summaries"]] == [["made-up-2002"]]
    assert told["studies"] == []
    git(project, "commit", "-am", "One")
    edit(project, SUMMARY, "  - made-up-2001\n", "  - made-up-2001\n  - made-up-2002\n")
    told = json.loads(changes_since(project, "HEAD", TEMPLATES, "json"))
    assert [page["studies_added"] for page in told["summaries"]] == [["made-up-2002"]]
    assert told["studies"] == []


def test_files_that_git_does_not_know_yet_are_new(project: Path) -> None:
    text = (project / STUDY).read_text(encoding="utf-8").replace("made-up-2001", "made-up-2003")
    (project / "studies/made-up-2003.yaml").write_text(text, encoding="utf-8")
    states = read_states(project, "HEAD")
    assert "made-up-2003" in states.after.studies
    assert "made-up-2003" not in states.before.studies


def test_a_deleted_study_and_an_older_commit(project: Path) -> None:
    edit(project, SUMMARY, "  - made-up-2002\n", "")
    (project / "studies/made-up-2002.yaml").unlink()
    git(project, "commit", "-a", "-m", "Second")
    told = changes_since(project, "HEAD~1", TEMPLATES, "text")
    assert "removed: Made-up 2002" in told
    assert "Studies no longer named: made-up-2002" in told


def test_a_broken_record_that_did_not_change_is_no_concern_of_a_comparison(project: Path) -> None:
    (project / "summaries/other.yaml").write_text("slug: [", encoding="utf-8")
    git(project, "add", ".")
    git(project, "commit", "-m", "Break another")
    edit(project, STUDY, "events: 10", "events: 19")
    assert "1 summary reads otherwise" in changes_since(project, "HEAD", TEMPLATES, "text")


def test_a_record_that_is_mended_says_what_was_wrong_before(project: Path) -> None:
    sound = (project / STUDY).read_text(encoding="utf-8")
    edit(project, STUDY, "events: 10", "events: 99")
    git(project, "commit", "-a", "-m", "Break")
    (project / STUDY).write_text(sound, encoding="utf-8")
    told = changes_since(project, "HEAD", TEMPLATES, "text")
    assert "could not be read before" in told
    assert f"{STUDY}:" in told


def test_a_record_that_is_broken_now_is_told_with_its_line(project: Path) -> None:
    edit(project, STUDY, "events: 10", "events: 99")
    with pytest.raises(RecordError, match="99 events among 50 people"):
        read_states(project, "HEAD")


def test_a_summary_that_names_no_study_is_told_with_its_line(project: Path) -> None:
    edit(project, SUMMARY, "  - made-up-2002\n", "  - made-up-2009\n")
    with pytest.raises(RecordError, match=r"tea-for-hiccups\.yaml:\d+:\d+: studies\.1: .*'made-up-2009'"):
        read_states(project, "HEAD")


@pytest.mark.parametrize(
    "revision", ["nowhere", "", " ", "--help", "-n1", "HEAD:studies", "HEAD..HEAD", "a\nb", "@{9}"]
)
def test_a_revision_that_is_none_is_one_line(project: Path, revision: str) -> None:
    with pytest.raises(UsageError) as told:
        read_states(project, revision)
    assert str(told.value).startswith("there is no revision")
    assert "\n" not in str(told.value)


def test_a_revision_with_a_zero_byte_is_refused(project: Path) -> None:
    with pytest.raises(EvidenceError):
        read_states(project, "HEAD\0")


def test_a_folder_without_a_repository_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "studies").mkdir()
    with pytest.raises(UsageError, match="is not in a git repository"):
        read_states(tmp_path / "studies", "HEAD")


def test_without_git_it_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not installed"):
        read_states(project, "HEAD")


def test_names_that_only_git_would_read_as_patterns_or_lines(project: Path) -> None:
    for name in ("a\nb.yaml", "*.yaml", ":(top).yaml", "ü.yaml"):
        (project / "studies" / name).write_text("id: x\n", encoding="utf-8")
    git(project, "add", ".")
    git(project, "commit", "-m", "Odd names")
    for name in ("a\nb.yaml", "*.yaml", ":(top).yaml", "ü.yaml"):
        (project / "studies" / name).unlink()
    edit(project, STUDY, "events: 10", "events: 19")
    assert "made-up-2001" in read_states(project, "HEAD").before.studies


@pytest.mark.parametrize(("levels", "certainty"), [("0", "high"), ("-1", "moderate")])
def test_certainty_is_rated_by_the_settings_of_the_publication(project: Path, levels: str, certainty: str) -> None:
    """Randomised trials start high; what unassessed risk of bias takes is the publication's choice."""
    options = f"site_name: x\nplugins:\n  - evibrief:\n      certainty:\n        not_assessed_levels: {levels}\n"
    (project / "mkdocs.yml").write_text(options, encoding="utf-8")
    (project / "docs").mkdir()
    edit(project, STUDY, "events: 10", "events: 11")
    told = json.loads(changes_since(project, "HEAD", TEMPLATES, "json"))
    assert told["summaries"][0]["outcomes"][0]["before"]["certainty"] == certainty


def many_summaries(project: Path, number: int) -> None:
    """Commit copies of the one summary, and then edit the study that all of them list."""
    text = (project / SUMMARY).read_text(encoding="utf-8")
    for one in range(number):
        copy = text.replace("tea-for-hiccups", f"tea-for-hiccups-{one:02d}", 1)
        (project / f"summaries/tea-for-hiccups-{one:02d}.yaml").write_text(copy, encoding="utf-8")
    git(project, "add", ".")
    git(project, "commit", "-m", "More")
    edit(project, STUDY, "events: 10", "events: 19")


def test_many_summaries_are_told_on_every_core_in_the_same_words(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_summaries(project, 3)
    alone = changes_since(project, "HEAD", TEMPLATES, "text")
    monkeypatch.setattr(processes, "FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    assert changes_since(project, "HEAD", TEMPLATES, "text") == alone
    assert "4 summaries read otherwise" in alone


def test_a_long_comparison_tells_how_far_it_is(project: Path) -> None:
    many_summaries(project, 3)
    followed: list[tuple[str, int]] = []

    def show(label: str, items: Iterable[T], total: int) -> Iterable[T]:
        followed.append((label, total))
        return items

    watch = Watch(show=show)
    changes_since(project, "HEAD", TEMPLATES, "text", watch)
    assert ("records read", 4) in followed
    assert ("summaries compared", 4) in followed
    assert list(watch.seconds) == ["records read", "summaries compared"]
