"""A record is the same wherever it was kept meanwhile, and what was kept is believed only as far as it is sound."""

from __future__ import annotations

import json
import shutil
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import PROJECTS
from evibrief.errors import RecordError
from evibrief.records.desk import Desk, Look
from evibrief.records.entries import Entry, StudyEntry
from evibrief.records.facts import facts_of_study, facts_of_summary
from evibrief.records.kept import InMemory
from evibrief.records.library import read_library, survey
from evibrief.records.messages import validate
from evibrief.records.reader import parse
from evibrief.records.reading import entry_from, read_anew, reading_from
from evibrief.records.source import digest_of
from evibrief.records.study import Study
from evibrief.records.summary import Summary

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = PROJECTS / "small"
STUDY = "studies/made-up-2001.yaml"
RECORDS = sorted(path for folder in ("studies", "summaries") for path in (ROOT / folder).glob("*.yaml"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "project"))


class Counting(InMemory):
    """Keeps, and tells what was put."""

    def __init__(self) -> None:
        super().__init__()
        self.put_names: list[tuple[str, ...]] = []

    def put(self, content: bytes, *name: str) -> None:
        self.put_names.append(name)
        super().put(content, *name)


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_that_was_kept_is_the_record_that_was_read(path: Path) -> None:
    """Against the reader and the models alone: every figure with its digits, every text, every default."""
    name = f"{path.parent.name}/{path.name}"
    document = parse(path.read_text(encoding="utf-8"), shown_as=name)
    fresh = read_anew(name, path.read_bytes())
    entry, reading = entry_from(fresh.data, name), reading_from(fresh.data, name, fresh.digest)
    assert entry is not None
    assert reading is not None
    assert entry.text == document.text
    assert reading.problems == document.problems
    if isinstance(entry, StudyEntry):
        study = validate(document, Study)
        assert entry.study == study
        assert entry.study.model_dump_json() == study.model_dump_json()
        assert reading.facts == facts_of_study(study)
    else:
        summary = validate(document, Summary)
        assert entry.summary == summary
        assert entry.summary.model_dump_json() == summary.model_dump_json()
        assert reading.facts == facts_of_summary(summary)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12).filter(bool))
def test_a_figure_keeps_its_digits(figure: Decimal) -> None:
    text = (SMALL / STUDY).read_text(encoding="utf-8")
    written = f"{text.rstrip()}\ncharacteristics: {{dose: {figure}}}\n"
    fresh = read_anew(STUDY, written.encode())
    entry = entry_from(fresh.data, STUDY)
    if entry is None:  # out of all proportion, which the models refuse
        assert reading_from(fresh.data, STUDY, fresh.digest).problems  # type: ignore[union-attr]
        return
    assert isinstance(entry, StudyEntry)
    assert str(entry.study.characteristics["dose"]) == str(figure)


def test_nothing_is_read_twice(project: Path) -> None:
    kept = Counting()
    first = survey(project, Desk(project, kept=kept))
    made = list(kept.put_names)
    again = survey(project, Desk(project, kept=kept))
    assert kept.put_names == made
    assert len(made) == len(first.library.studies) + len(first.library.summaries)
    assert dict(again.library.studies) == dict(first.library.studies)
    assert again.problems == first.problems


def test_only_what_was_edited_is_read_again(project: Path) -> None:
    kept = Counting()
    survey(project, Desk(project, kept=kept))
    kept.put_names.clear()
    file = project / STUDY
    file.write_text(file.read_text(encoding="utf-8").replace("events: 10", "events: 99"), encoding="utf-8")
    found = survey(project, Desk(project, kept=kept))
    assert [name[:2] for name in kept.put_names] == [("record", STUDY)]
    assert [problem.code for problem in found.problems] == ["events-above-n"]
    assert found.problems == survey(project).problems


def test_what_is_known_not_to_have_changed_is_not_looked_at(project: Path) -> None:
    desk = Desk(project)
    paths = [STUDY, "studies/made-up-2002.yaml"]
    before = desk.readings(paths)
    for path in paths:
        file = project / path
        file.write_text(file.read_text(encoding="utf-8").replace("events: 10", "events: 11"), encoding="utf-8")
    after = desk.readings(paths, changed={STUDY})
    assert after[STUDY].digest != before[STUDY].digest
    assert after[paths[1]] is before[paths[1]]
    assert desk.readings(paths, changed=set()) == after


def test_a_file_as_it_was_is_not_opened_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(project)
    before = desk.readings([STUDY])
    monkeypatch.setattr("evibrief.records.desk.read_bytes", None)
    assert desk.readings([STUDY])[STUDY] is before[STUDY]


def test_a_record_that_is_not_sound_is_never_given_out(project: Path) -> None:
    file = project / STUDY
    file.write_text(file.read_text(encoding="utf-8").replace("events: 10", "events: 99"), encoding="utf-8")
    desk = Desk(project)
    found = desk.readings([STUDY])[STUDY]
    assert found.facts is None
    with pytest.raises(RecordError):
        desk.entry(STUDY, found.digest)


def test_digests_that_are_known_are_believed_once(project: Path) -> None:
    kept = InMemory()
    Desk(project, kept=kept).readings([STUDY])
    digest = digest_of((project / STUDY).read_bytes())
    desk = Desk(project, kept=kept, digests={STUDY: digest})
    (project / STUDY).write_text("id: [", encoding="utf-8")
    assert desk.readings([STUDY])[STUDY].problems == ()
    assert [problem.code for problem in desk.readings([STUDY])[STUDY].problems] == ["syntax"]


def test_a_file_that_cannot_be_had_is_a_problem_of_its_own(project: Path) -> None:
    (project / STUDY).unlink()
    (project / STUDY).symlink_to("made-up-2002.yaml")
    missing = "studies/never-there.yaml"
    found = Desk(project).readings([STUDY, missing])
    assert [[problem.path for problem in one.problems] for one in found.values()] == [[STUDY], [missing]]
    assert all(not one.digest and one.facts is None for one in found.values())


def test_the_problems_of_a_broken_record_are_kept_with_their_places(tmp_path: Path) -> None:
    for path in sorted((PROJECTS / "broken").glob("*.yaml")) or [PROJECTS / "small" / STUDY]:
        data = path.read_bytes()
        fresh = read_anew(STUDY, data.replace(b"events: 10", b"events: 99"))
        reading = reading_from(fresh.data, STUDY, fresh.digest)
        assert reading is not None
        project = tmp_path / path.stem
        shutil.copytree(SMALL, project)
        (project / STUDY).write_bytes(data.replace(b"events: 10", b"events: 99"))
        assert tuple(sorted(reading.problems)) == tuple(p for p in survey(project).problems if p.path == STUDY)


def test_a_record_stays_what_was_checked_when_its_file_changes(project: Path) -> None:
    library = read_library(project)
    before = library.studies["made-up-2001"]
    library = read_library(project)
    (project / STUDY).write_text("id: [", encoding="utf-8")
    assert library.studies["made-up-2001"] == before


class Forgetful(InMemory):
    """Keeps nothing."""

    def put(self, content: bytes, *name: str) -> None:
        """Let it go."""


def test_what_is_kept_nowhere_is_read_again_only_if_it_is_the_same(project: Path) -> None:
    library = read_library(project, Desk(project, kept=Forgetful()))
    assert library.studies["made-up-2001"].study.label == "Made-up 2001"
    file = project / "studies/made-up-2002.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n# one more line\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"made-up-2002\.yaml:1:1: changed while it was being used; run this again"):
        library.studies["made-up-2002"]


def _packed(head: object, body: bytes) -> bytes:
    data = json.dumps(head).encode()
    return len(data).to_bytes(4, "big") + data + body


SOUND = (SMALL / STUDY).read_bytes()
HOSTILE = [
    b"",
    b"\xff\xff\xff\xff",
    _packed(None, b""),
    _packed([], b""),
    _packed([[], 5], b""),
    _packed([[], ["x"]], b""),
    _packed([[[1, 2]], None], b""),
    _packed([[["1", 1, "", "x", "error", "", ""]], None], b""),
    _packed([[[1, 1, "", "x", "terrible", "", ""]], None], b""),
    _packed([[], ["made-up-2001", [1], [], None, False]], b""),
    _packed([[], ["made-up-2001", [], [[0, "doi", "x"]], None, False]], b""),
    _packed([[], ["made-up-2001", [], [], "yesterday", False]], b""),
    (4_000_000).to_bytes(4, "big") + b"[" * 4_000_000,
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_data_of_another_shape_are_no_reading(project: Path, data: bytes) -> None:
    assert reading_from(data, STUDY, "0" * 64) is None
    kept = InMemory()
    kept.put(data, "record", STUDY, digest_of(SOUND))
    found = survey(project, Desk(project, kept=kept))
    assert found.problems == survey(project).problems
    assert dict(found.library.studies) == dict(survey(project).library.studies)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no zlib",
        zlib.compress(b"[1]"),
        zlib.compress(b'["text", {"id": "made-up-2001", "results": "none"}]'),
        zlib.compress(b'[5, {"id": "made-up-2001"}]'),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b'["text", 1e999999999999999999999]'),
        zlib.compress(b'"' + b" " * 50_000_000),
    ],
    ids=range(8),
)
def test_a_record_that_the_models_would_refuse_does_not_come_from_what_was_kept(project: Path, body: bytes) -> None:
    """The facts look right, the record behind them is not: it is read from its file again."""
    fresh = read_anew(STUDY, SOUND)
    size = 4 + int.from_bytes(fresh.data[:4], "big")
    kept = InMemory()
    kept.put(fresh.data[:size] + body, "record", STUDY, fresh.digest)
    library = read_library(project, Desk(project, kept=kept))
    assert library.studies["made-up-2001"] == read_library(project).studies["made-up-2001"]


def test_what_else_is_made_of_a_record_is_kept_with_it(project: Path) -> None:
    seen: list[str] = []

    def look(entry: Entry) -> bytes:
        seen.append(entry.path)
        return entry.path.encode()

    kept = InMemory()
    survey(project, Desk(project, kept=kept))
    found = survey(project, Desk(project, kept=kept, look=Look(name="seen", make=look)))
    assert seen == list(found.library.readings)
    again = survey(project, Desk(project, kept=kept, look=Look(name="seen", make=look)))
    assert len(seen) == len(found.library.readings)
    assert [reading.beside.decode() for reading in again.library.readings.values()] == seen


def test_a_library_can_be_narrowed_without_reading_it(project: Path) -> None:
    library = read_library(project)
    some = library.only(studies=["made-up-2002"])
    assert list(some.studies) == ["made-up-2002"]
    assert "made-up-2001" not in some.studies
    with pytest.raises(KeyError):
        some.studies["made-up-2001"]
    assert list(some.summaries) == list(library.summaries)
    assert some.study_facts()["made-up-2002"] == facts_of_study(library.studies["made-up-2002"].study)
    assert some.study_models()["made-up-2002"] == library.studies["made-up-2002"].study
