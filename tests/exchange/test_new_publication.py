"""A new publication is whole, sound, and obviously made up."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from evibrief.errors import UsageError
from evibrief.exchange.new_publication import start_publication
from evibrief.exchange.pinning import Pin, pin_of_text
from evibrief.exchange.record_schema import schema_text
from evibrief.records.library import check_records, read_library

PIN = Pin(requirement="evibrief==9.9", note="It comes from nowhere.")


def started(folder: Path, pin: Pin = PIN) -> tuple[str, ...]:
    return start_publication(folder, pin, b"# what it needs\n")


def test_a_new_publication_has_no_problems(tmp_path: Path) -> None:
    written = started(tmp_path / "a/new/one")
    assert check_records(tmp_path / "a/new/one") == ()
    assert list(written) == sorted(
        path.relative_to(tmp_path / "a/new/one").as_posix()
        for path in (tmp_path / "a/new/one").rglob("*")
        if path.is_file()
    )


def test_it_has_what_a_publication_needs(tmp_path: Path) -> None:
    written = started(tmp_path / "new")
    needed = {"mkdocs.yml", "Makefile", "README.md", "requirements.txt", ".gitignore", ".vscode/settings.json"}
    needed |= {f".github/workflows/{name}.yml" for name in ("check", "comment", "publish")}
    assert needed <= set(written)
    assert (tmp_path / "new/requirements.txt").read_text().splitlines()[-2:] == [
        "# It comes from nowhere.",
        "evibrief==9.9",
    ]
    assert "It comes from nowhere." in (tmp_path / "new/README.md").read_text(encoding="utf-8")
    assert (tmp_path / "new/requirements.lock").read_bytes() == b"# what it needs\n"
    assert (tmp_path / "new/schema/study.schema.json").read_text(encoding="utf-8") == schema_text("study")


def test_its_example_says_that_it_is_made_up(tmp_path: Path) -> None:
    started(tmp_path / "new")
    library = read_library(tmp_path / "new")
    assert sorted(library.studies) == ["made-up-2001", "made-up-2002"]
    (entry,) = library.summaries.values()
    assert "made up" in (entry.summary.notice or "")
    assert all("# A made-up example" in entry.text for entry in library.studies.values())


def test_every_record_names_its_schema_for_the_editor(tmp_path: Path) -> None:
    written = started(tmp_path / "new")
    for path in written:
        if path.startswith(("studies/", "summaries/")):
            first = (tmp_path / "new" / path).read_text(encoding="utf-8").splitlines()[0]
            named = first.removeprefix("# yaml-language-server: $schema=")
            assert ((tmp_path / "new" / path).parent / named).is_file()


def test_its_navigation_names_only_pages_that_there_are(tmp_path: Path) -> None:
    written = started(tmp_path / "new")

    class Loader(yaml.SafeLoader):
        """Knows the tag of MkDocs for values from the environment."""

    Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node))
    config = yaml.load((tmp_path / "new/mkdocs.yml").read_text(encoding="utf-8"), Loader)
    made = {"index.md", "studies/index.md", "methods/index.md", "changes/index.md"}
    named = {target for entry in config["nav"] for target in entry.values()}
    assert {name for name in named - made if f"docs/{name}" not in written} == set()
    assert "evibrief" in config["plugins"]


def test_a_wheel_is_kept_with_the_hash_that_pip_asks_for(tmp_path: Path) -> None:
    wheel = tmp_path / "evibrief-9.9-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    written = started(tmp_path / "new", pin_of_text(str(wheel)))
    assert f"wheels/{wheel.name}" in written
    assert (tmp_path / "new/wheels" / wheel.name).read_bytes() == b"a wheel"
    # printf 'a wheel' | sha256sum
    digest = "69f51477f05c46bfa5ff0027a1fcde274695311a38adfb85611ffeb93c8b146b"
    last = (tmp_path / "new/requirements.txt").read_text().splitlines()[-1]
    assert last == f"./wheels/{wheel.name} --hash=sha256:{digest}"


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert started(tmp_path)


@pytest.mark.parametrize("content", ["studies", ".git", "notes.txt"])
def test_what_is_there_is_never_touched(tmp_path: Path, content: str) -> None:
    (tmp_path / content).mkdir()
    with pytest.raises(UsageError, match="is not empty; name a new folder"):
        started(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [content]


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(UsageError):
            started(target)
