"""A new publication is whole, sound, and obviously made up."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from evibrief import __version__
from evibrief.errors import UsageError
from evibrief.exchange.new_publication import start_publication
from evibrief.exchange.record_schema import schema_text
from evibrief.records.library import check_records, read_library


def test_a_new_publication_has_no_problems(tmp_path: Path) -> None:
    written = start_publication(tmp_path / "a/new/one")
    assert check_records(tmp_path / "a/new/one") == ()
    assert list(written) == sorted(
        path.relative_to(tmp_path / "a/new/one").as_posix()
        for path in (tmp_path / "a/new/one").rglob("*")
        if path.is_file()
    )


def test_it_has_what_a_publication_needs(tmp_path: Path) -> None:
    written = start_publication(tmp_path / "new")
    needed = {"mkdocs.yml", "Makefile", "README.md", "requirements.txt", ".gitignore", ".vscode/settings.json"}
    needed |= {f".github/workflows/{name}.yml" for name in ("check", "comment", "publish")}
    assert needed <= set(written)
    assert (tmp_path / "new/requirements.txt").read_text().splitlines()[-1] == f"evibrief=={__version__}"
    assert (tmp_path / "new/schema/study.schema.json").read_text(encoding="utf-8") == schema_text("study")


def test_its_example_says_that_it_is_made_up(tmp_path: Path) -> None:
    start_publication(tmp_path / "new")
    library = read_library(tmp_path / "new")
    assert sorted(library.studies) == ["made-up-2001", "made-up-2002"]
    (entry,) = library.summaries.values()
    assert "made up" in (entry.summary.notice or "")
    assert all("# A made-up example" in entry.text for entry in library.studies.values())


def test_every_record_names_its_schema_for_the_editor(tmp_path: Path) -> None:
    written = start_publication(tmp_path / "new")
    for path in written:
        if path.startswith(("studies/", "summaries/")):
            first = (tmp_path / "new" / path).read_text(encoding="utf-8").splitlines()[0]
            named = first.removeprefix("# yaml-language-server: $schema=")
            assert ((tmp_path / "new" / path).parent / named).is_file()


def test_its_navigation_names_only_pages_that_there_are(tmp_path: Path) -> None:
    written = start_publication(tmp_path / "new")

    class Loader(yaml.SafeLoader):
        """Knows the tag of MkDocs for values from the environment."""

    Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node))
    config = yaml.load((tmp_path / "new/mkdocs.yml").read_text(encoding="utf-8"), Loader)
    made = {"index.md", "studies/index.md", "methods/index.md", "changes/index.md"}
    named = {target for entry in config["nav"] for target in entry.values()}
    assert {name for name in named - made if f"docs/{name}" not in written} == set()
    assert "evibrief" in config["plugins"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert start_publication(tmp_path)


@pytest.mark.parametrize("content", ["studies", ".git", "notes.txt"])
def test_what_is_there_is_never_touched(tmp_path: Path, content: str) -> None:
    (tmp_path / content).mkdir()
    with pytest.raises(UsageError, match="is not empty; name a new folder"):
        start_publication(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [content]


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(UsageError):
            start_publication(target)
