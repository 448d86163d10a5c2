"""Writing an import: whole or not at all, and never over what is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evibrief.errors import RecordError, UsageError
from evibrief.exchange.importing import Imported, RecordFile, account, read_foreign, with_suffix, write_imported
from evibrief.exchange.importing.ris import read_ris
from evibrief.records.reader import parse

FILE = Path(__file__).with_name("hiccups.rm5")


def records(*names: str) -> Imported:
    made = (RecordFile(folder="studies", id=name, text=f"id: {name}\n", gaps=0) for name in names)
    return Imported(studies=tuple(made))


def test_every_collision_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    write_imported(records("a", "b"), tmp_path)
    with pytest.raises(RecordError) as caught:
        write_imported(records("z", "a", "b"), tmp_path)
    assert [problem.path for problem in caught.value.problems] == ["studies/a.yaml", "studies/b.yaml"]
    assert sorted(path.name for path in (tmp_path / "studies").iterdir()) == ["a.yaml", "b.yaml"]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "a.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RecordError):
        write_imported(records("a"), tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_failure_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def failing(path: Path, *arguments: object, **named: object) -> object:
        if path.name == "b.yaml":
            raise OSError(28, os.strerror(28))
        return opened(path, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(UsageError, match="nothing was imported"):
        write_imported(records("a", "b"), tmp_path)
    assert list((tmp_path / "studies").iterdir()) == []


def test_the_account_says_how_much_is_left_to_a_person() -> None:
    lines = account(read_foreign(FILE)).split("\n")
    assert lines[0] == "wrote 4 studies and 2 summaries; 36 fields are left to you, and evibrief check asks for each"
    assert lines[1] == "look at:"
    assert account(records("a")) == "wrote 1 study"


def test_a_suffix_gives_new_ids_throughout(tmp_path: Path) -> None:
    made = with_suffix(read_foreign(FILE), "cochrane")
    assert [study.id for study in made.studies][:2] == ["fakename-1991-cochrane", "nobody-1992-cochrane"]
    first = parse(made.studies[0].text, shown_as="").value
    assert isinstance(first, dict)
    assert first["id"] == "fakename-1991-cochrane"
    summary = parse(made.summaries[0].text, shown_as="").value
    assert isinstance(summary, dict)
    assert summary["studies"] == [study.id for study in made.studies]
    assert summary["slug"] == made.summaries[0].id


def test_ten_thousand_studies_are_imported_with_progress(tmp_path: Path) -> None:
    entry = "TY  - JOUR\nAU  - Fakename, F\nTI  - Trial {0}\nPY  - 1991\nDO  - 10.1000/fake.{0}\nER  - \n"
    text = "".join(entry.format(number) for number in range(10_000))
    read: list[int] = []
    written: list[int] = []
    made = read_ris(text.encode(), "many.ris", lambda done, total: read.append(done))
    assert len({study.id for study in made.studies}) == 10_000
    assert read == list(range(1, 10_001))
    write_imported(Imported(studies=made.studies[:50]), tmp_path, lambda done, total: written.append(total))
    assert written == [50] * 50


@pytest.mark.parametrize("name", ["nothing.bin", "empty"])
def test_a_file_of_no_known_format_is_a_matter_of_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01")
    with pytest.raises(UsageError, match="not a format that is read"):
        read_foreign(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_foreign(tmp_path / "gone.rm5")
