"""One file of many entries: what is read from it is what was written, whatever became of the file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from evibrief.publishing import pack
from evibrief.publishing.cache import FOLDER
from evibrief.publishing.pack import NAME, Pack


def fill(project: Path, *names: str) -> Path:
    with Pack(project) as kept:
        for name in names:
            kept.put(name.encode() * 5, "kind", name)
    return project / FOLDER / NAME


def held(project: Path, *names: str) -> list[str]:
    with Pack(project) as kept:
        found = {name: kept.get("kind", name) for name in names}
    assert all(content in (None, name.encode() * 5) for name, content in found.items())
    return [name for name in names if found[name] is not None]


def test_entries_come_back_and_later_ones_are_added(tmp_path: Path) -> None:
    file = fill(tmp_path, "a", "b")
    before = file.read_bytes()
    fill(tmp_path, "c")
    assert held(tmp_path, "a", "b", "c", "d") == ["a", "b", "c"]
    assert file.read_bytes().startswith(before)


def test_an_entry_can_be_had_before_and_after_it_is_written(tmp_path: Path) -> None:
    with Pack(tmp_path) as kept:
        kept.put(b"first", "x")
        assert kept.get("x") == b"first"
        kept.flush()
        kept.put(b"second", "y")
        kept.flush()
        assert (kept.get("x"), kept.get("y")) == (b"first", b"second")


def test_an_empty_entry_is_not_none(tmp_path: Path) -> None:
    with Pack(tmp_path) as kept:
        kept.put(b"", "x")
    with Pack(tmp_path) as kept:
        assert kept.get("x") == b""


def test_the_later_of_two_entries_counts(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        with Pack(tmp_path) as kept:
            kept.put(content, "x")
    with Pack(tmp_path) as kept:
        assert kept.get("x") == b"two"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"something else altogether",
        lambda data: data[:20],
        lambda data: data[:-1],
        lambda data: data + b"the start of an entry that was cut off",
        lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:64] + b"\xff\xff\xff\xff" + data[68:],
    ],
)
def test_damage_costs_entries_and_is_mended_by_the_next_writing(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = fill(tmp_path, "a", "b", "c")
    file.write_bytes(damage(file.read_bytes()))
    left = held(tmp_path, "a", "b", "c")
    assert len(left) < 3 or file.read_bytes().endswith(b"cut off")
    fill(tmp_path, "a", "b", "c", "d")
    assert held(tmp_path, "a", "b", "c", "d") == ["a", "b", "c", "d"]


def test_another_program_has_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a")
    monkeypatch.setattr(pack, "program", lambda: "another version")
    assert held(tmp_path, "a") == []


def test_a_file_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file, where the folder should be")
    with Pack(tmp_path) as kept:
        kept.put(b"kept", "x")
        kept.flush()
        assert kept.get("x") == b"kept"
    assert held(tmp_path, "x") == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    file = fill(tmp_path, "a")
    file.rename(elsewhere)
    before = elsewhere.read_bytes()
    file.symlink_to(elsewhere)
    assert held(tmp_path, "a") == []
    fill(tmp_path, "b")
    assert elsewhere.read_bytes() == before
    assert held(tmp_path, "b") == ["b"]


def test_two_writers_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    fill(tmp_path, "a")
    with Pack(tmp_path) as one, Pack(tmp_path) as other:
        assert one.get("kind", "a") == other.get("kind", "a")
        one.put(b"b" * 5, "kind", "b")
        one.flush()
        other.put(b"c" * 5, "kind", "c")
        other.flush()
        assert other.get("kind", "c") == b"ccccc"
        one.put(b"d" * 5, "kind", "d")
        one.flush()
        assert one.get("kind", "d") == b"ddddd"
    assert held(tmp_path, "a", "b", "c", "d") == ["a", "b", "c", "d"]


def test_a_file_that_is_replaced_meanwhile_does_no_harm(tmp_path: Path) -> None:
    file = fill(tmp_path, "a")
    with Pack(tmp_path) as kept:
        assert kept.get("kind", "a")
        os.replace(fill(tmp_path / "other", "b"), file)
        kept.put(b"c" * 5, "kind", "c")
        kept.flush()
        assert kept.get("kind", "c") == b"ccccc"
        assert kept.get("kind", "b") == b"bbbbb"


def test_what_nobody_asks_for_goes_when_it_has_become_much(tmp_path: Path) -> None:
    with Pack(tmp_path) as kept:
        kept.put(bytes(100_000), "used")
        for number in range(30):
            kept.put(bytes(100_000), "old", str(number))
    with Pack(tmp_path) as kept:
        assert kept.get("used")
        kept.sweep()
    with Pack(tmp_path) as kept:
        assert kept.get("used") == bytes(100_000)
        assert kept.get("old", "7") is None
    assert (tmp_path / FOLDER / NAME).stat().st_size < 110_000
