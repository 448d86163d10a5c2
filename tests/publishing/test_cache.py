"""Pages from the cache are the pages of a build without one, whatever became of its entries."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evibrief.publishing import processes
from evibrief.publishing.assemble import assemble
from evibrief.publishing.cache import FOLDER, KEPT_TIMES, Cache, fingerprint
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.watch import Watch
from publishing.projects import make_project

MASTHEAD = Masthead(name="Made-up")


def made(project: Path) -> tuple[Edition, set[str]]:
    """An edition, and which pages were made for it rather than found."""
    shown: set[str] = set()

    def show(label, items, total):  # type: ignore[no-untyped-def]
        shown.update({label} if total and label.endswith(" made") else ())
        return items

    return assemble(project, MASTHEAD, watch=Watch(show=show)), shown


def test_an_entry_is_what_was_kept_and_only_under_its_own_name(tmp_path: Path) -> None:
    cache, key, other = Cache(tmp_path), fingerprint("a", "b"), fingerprint("ab")
    assert cache.get(key) is None
    cache.put(key, b"kept")
    assert cache.get(key) == b"kept"
    path = tmp_path / FOLDER / key[:2] / key
    moved = tmp_path / FOLDER / other[:2] / other
    moved.parent.mkdir(exist_ok=True)
    path.rename(moved)
    assert cache.get(other) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"",
        lambda data: data[:40] + b"?" + data[41:],
    ],
)
def test_a_damaged_entry_is_none(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    cache, key = Cache(tmp_path), fingerprint("a")
    cache.put(key, b"a page of some length")
    path = tmp_path / FOLDER / key[:2] / key
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(key) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file, where the folder should be")
    cache = Cache(tmp_path)
    assert not cache.put(fingerprint("a"), b"x")
    assert cache.get(fingerprint("a")) == b"x", "what cannot be kept is held"
    assert Cache(tmp_path).get(fingerprint("a")) is None


def test_entries_out_of_use_go_when_they_are_many(tmp_path: Path) -> None:
    for number in range(KEPT_TIMES + 1):
        Cache(tmp_path).put(fingerprint(str(number)), b"x")
    cache = Cache(tmp_path)
    cache.get(fingerprint("0"))
    cache.sweep()
    kept = [file.name for file in (tmp_path / FOLDER).glob("*/*")]
    assert kept == [fingerprint("0")]


def test_a_second_edition_is_the_first_one_without_making_anything(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    first, made_first = made(project)
    second, made_second = made(project)
    assert made_first == {"summaries made", "studies made"}
    assert made_second == set()
    assert first == second
    assert list(first.leaves) == list(second.leaves)


def test_processes_make_the_same_pages_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make_project(tmp_path / "one")
    many = make_project(tmp_path / "many")
    expected = assemble(one, MASTHEAD)
    monkeypatch.setattr(processes, "FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    found = assemble(many, MASTHEAD)
    assert found == expected
    assert list(found.leaves) == list(expected.leaves)


def test_what_cannot_be_kept_is_made_once_and_held(tmp_path: Path) -> None:
    sound = assemble(make_project(tmp_path / "sound"), MASTHEAD)
    project = make_project(tmp_path / "project")
    (project / ".cache").write_text("a file, where the folder should be")
    edition = assemble(project, MASTHEAD)
    assert edition.shelf is not None
    again = replace(edition.shelf, again=lambda uri: pytest.fail(f"{uri} was made twice"))
    assert list(again.leaves) == list(sound.shelf.leaves if sound.shelf else ())


def test_what_is_lost_meanwhile_is_made_again(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    edition = assemble(project, MASTHEAD)
    expected = list(edition.leaves)
    shutil.rmtree(project / FOLDER)
    assert list(edition.leaves) == expected


@pytest.mark.parametrize("strange", [b"", b"{}", b"\0\0\0\2{}", b"[1]", b"\0\0\0\2{}\0\0\0\1x", b"null"])
def test_entries_that_nobody_here_has_written_are_none(tmp_path: Path, strange: bytes) -> None:
    project = make_project(tmp_path / "project")
    first, _ = made(project)
    expected = list(first.leaves)
    cache = Cache(project)
    for entry in (project / FOLDER).glob("*/*"):
        cache.put(entry.name, strange)
    second, remade = made(project)
    assert remade == {"summaries made", "studies made"}
    assert second == first
    assert list(second.leaves) == expected


def test_an_entry_cannot_write_elsewhere(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    first, _ = made(project)
    cache = Cache(project)
    for entry in (project / FOLDER).glob("*/*"):
        found = cache.get(entry.name)
        if found is not None and b"data.json" in found:
            cache.put(entry.name, found.replace(b"data.json", b"../a.json"))
    second, _ = made(project)
    assert set(second.paths) == set(first.paths)
    assert {file.uri for leaf in second.leaves for file in leaf.files} == set(first.paths_beside)
