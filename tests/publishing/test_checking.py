"""A check says the same whether it looks at everything, at what an edit touched, or at nothing at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from builders import PROJECTS
from evibrief.checks import lint
from evibrief.errors import Problem
from evibrief.publishing import rechecking
from evibrief.publishing.cache import FOLDER
from evibrief.publishing.checking import check_project
from evibrief.publishing.looking import found_from
from evibrief.publishing.pack import NAME, Pack
from evibrief.publishing.rechecking import recheck_project
from evibrief.publishing.watch import Watch
from evibrief.records.library import read_library
from publishing.projects import make_project, replace_in

STUDY = "studies/made-up-2001.yaml"
SUMMARY = "summaries/tea-for-hiccups.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / "small", tmp_path / "project"))


def cold(project: Path) -> tuple[Problem, ...]:
    """What a check without any cache finds."""
    shutil.rmtree(project / FOLDER, ignore_errors=True)
    found = check_project(project)
    shutil.rmtree(project / FOLDER, ignore_errors=True)
    return found


def warm(project: Path) -> tuple[tuple[Problem, ...], set[str]]:
    """What a check finds, and what it did for that."""
    watch = Watch()
    found = recheck_project(project, watch=watch)
    return found, set(watch.seconds)


def test_the_second_check_loads_nothing_and_says_the_same(project: Path) -> None:
    first, did = warm(project)
    assert "records" in did
    assert first
    assert first == cold(project)
    recheck_project(project)
    second, did = warm(project)
    assert did == {"files compared"}
    assert second == first


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (STUDY, "events: 10", "events: 11"),
        (STUDY, "events: 10", "events: 99"),
        (STUDY, "id: made-up-2001", "id: made-up-2009"),
        (STUDY, "n: 50", "n: fifty"),
        (SUMMARY, "  - made-up-2002\n", ""),
        (SUMMARY, "  - made-up-2002\n", "  - made-up-2003\n"),
        (SUMMARY, "title: ", "title: Another "),
    ],
)
def test_a_check_after_an_edit_is_a_check_from_nothing(project: Path, path: str, old: str, new: str) -> None:
    before = recheck_project(project)
    text = (project / path).read_text(encoding="utf-8")
    replace_in(project / path, old, new)
    assert recheck_project(project) == cold(project)
    (project / path).write_text(text, encoding="utf-8")
    assert recheck_project(project) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda project: (project / STUDY).unlink(),
        lambda project: shutil.copy(project / STUDY, project / "studies/made-up-2003.yaml"),
        lambda project: (project / "studies/notes.txt").write_text("stray"),
        lambda project: (project / "studies/link.yaml").symlink_to("/etc/passwd"),
        lambda project: (project / SUMMARY).unlink(),
        lambda project: shutil.rmtree(project / "summaries"),
    ],
)
def test_what_comes_and_goes_is_noticed(project: Path, change: Callable[[Path], object]) -> None:
    recheck_project(project)
    recheck_project(project)
    change(project)
    assert recheck_project(project) == cold(project)


def test_settings_and_templates_count(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    before = recheck_project(project)
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    replace_in(config, "  - evibrief\n", "  - evibrief: {words: {most_words: 20}}\n")
    after = recheck_project(project)
    assert after == cold(project)
    assert {problem.code for problem in after} - {problem.code for problem in before}
    config.write_text(text, encoding="utf-8")
    assert recheck_project(project) == before


def test_looks_are_kept_by_all_that_they_were_made_from(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an edit of one study its own summary is looked at again, and no other study."""
    text = (project / SUMMARY).read_text(encoding="utf-8").replace("tea-for-hiccups", "other-tea")
    (project / "summaries/other-tea.yaml").write_text(text.replace("  - made-up-2001\n", ""), encoding="utf-8")
    check_project(project)
    made: list[tuple[str, ...]] = []
    put = Pack.put

    def noted(self: Pack, content: bytes, *name: str) -> None:
        made.append(name)
        put(self, content, *name)

    monkeypatch.setattr(Pack, "put", noted)
    replace_in(project / STUDY, "events: 10", "events: 11")
    check_project(project)
    assert sorted({name[0] for name in made}) == ["looked at", "record", "summary"]
    assert {name[1] for name in made if name[0] != "summary"} == {STUDY}
    assert [name[2] for name in made if name[0] == "summary"] == ["tea-for-hiccups"]


def test_it_finds_what_the_linter_finds(tmp_path: Path) -> None:
    """Against the linter over the whole library at once, on real records with acknowledgements."""
    project = make_project(tmp_path / "project")
    found = set(check_project(project))
    assert set(lint(read_library(project))) <= found
    codes = {problem.code for problem in found - set(lint(read_library(project)))}
    assert codes <= {"not-canonical", "unfilled-placeholder", "part-length", "part-grade", "retractions-old"}


@pytest.mark.parametrize("damage", [b"", b"\0" * 500, b"evibrief pack 1\n" + b"\0" * 500])
def test_a_damaged_or_foreign_cache_changes_nothing(project: Path, damage: bytes) -> None:
    expected = cold(project)
    recheck_project(project)
    for file in (project / FOLDER).rglob("*"):
        if file.is_file():
            file.write_bytes(damage)
    assert recheck_project(project) == expected
    assert recheck_project(project) == expected


def test_a_cache_that_cannot_be_written_changes_nothing(project: Path) -> None:
    expected = cold(project)
    shutil.rmtree(project / ".cache", ignore_errors=True)
    (project / ".cache").write_text("a file, where the folder should be")
    assert recheck_project(project) == expected


HOSTILE = [b"5", b"[5]", b"[[]]", b'{"a": 1}', b"[" * 100_000, b'[["p", "1", 1, "", "c", "error", "m", "a"]]',
           b'[["p", 1, 1, "", "c", "dreadful", "m", "a"]]',
           b'[["p", 1, 1, "", "c", "error", "m", "a", 1, 1]]',
]  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_an_entry_of_another_shape_is_none(project: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had written it who knows how entries are summed."""
    expected = cold(project)
    assert found_from(content) is None
    recheck_project(project)
    monkeypatch.setattr(Pack, "get", lambda self, *name: content)
    monkeypatch.setattr("evibrief.publishing.cache.Cache.get", lambda self, key: content)
    assert recheck_project(project) == expected


def test_an_edit_while_it_is_checked_is_not_taken_for_checked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rechecking._digests

    def edited(folder: Path, strays: list[Problem]) -> Iterator[tuple[str, str]]:
        yield from list(before(folder, strays))
        replace_in(project / STUDY, "events: 10", "events: 99")

    with monkeypatch.context() as patched:
        patched.setattr(rechecking, "_digests", edited)
        assert "events-above-n" in {problem.code for problem in recheck_project(project)}
    replace_in(project / STUDY, "events: 99", "events: 10")
    assert "events-above-n" not in {problem.code for problem in recheck_project(project)}
    replace_in(project / STUDY, "events: 10", "events: 99")
    assert "events-above-n" in {problem.code for problem in recheck_project(project)}


@pytest.mark.parametrize(
    ("text", "is_quick"),
    [
        ("site_name: Tea\n", True),
        ("site_name: !ENV TEA\n", True),
        ("site_name: !ENV [TEA, Tea]\n", True),
        ("site_name: !ENV\n  - TEA\n", False),
        ("INHERIT: base.yml\n", False),
        ("plugins:\n  - evibrief:\n      retractions: notices.csv\n", True),
        ("plugins:\n  - evibrief:\n      retractions: 'notices.csv'  # of June\n", True),
        ("plugins:\n  - evibrief:\n      retractions: other.csv\n", False),
        ("plugins:\n  - evibrief:\n      retractions:\n        notices.csv\n", False),
        ("plugins:\n  - evibrief:\n      retractions: !ENV NOTICES\n", False),
    ],
)
def test_options_that_may_stand_elsewhere_are_read_every_time(project: Path, text: str, is_quick: bool) -> None:
    (project / "mkdocs.yml").write_text(text, encoding="utf-8")
    (project / "notices.csv").write_text("one", encoding="utf-8")
    assert (rechecking._options(project, None) is not None) is is_quick


def test_the_environment_the_notices_and_the_day_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "site_name: !ENV [TEA, Tea]\nplugins:\n  - evibrief:\n      retractions: notices.csv\n"
    (project / "mkdocs.yml").write_text(text, encoding="utf-8")
    (project / "notices.csv").write_text("one", encoding="utf-8")
    seen = {rechecking._options(project, None), rechecking._options(project, date(2026, 1, 2))}
    monkeypatch.setenv("TEA", "green")
    seen.add(rechecking._options(project, None))
    (project / "notices.csv").write_text("two", encoding="utf-8")
    seen.add(rechecking._options(project, None))
    assert len(seen) == 4
    (project / "mkdocs.yml").write_text("site_name: Tea\n", encoding="utf-8")
    assert rechecking._options(project, None) == rechecking._options(project, date(2026, 1, 2))


def test_what_is_kept_of_a_check_is_data(project: Path) -> None:
    recheck_project(project)
    recheck_project(project)
    entries = [file for file in (project / FOLDER).glob("*/*") if file.is_file()]
    assert len(entries) == 1
    rows = json.loads(entries[0].read_bytes()[32:])
    assert len(rows) == len(cold(project))
    assert rechecking._problems_from(json.dumps(rows).encode()) == cold(project)
    assert (project / FOLDER / NAME).exists() is False
