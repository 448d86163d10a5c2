"""Pages are taken over from the published site only as they were written, and nobody can tell that they were."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evibrief.publishing.build import build_site
from evibrief.publishing.cache import FOLDER, Cache
from evibrief.publishing.watch import Watch
from publishing.projects import SUMMARY, make_project, replace_in, studies_of, tree


def built(project: Path, output: Path) -> tuple[dict[str, bytes], dict[str, int]]:
    """A site built over the one that stands there, and how many pages were taken over and bound."""
    counts: dict[str, int] = {}

    def show(label, items, total):  # type: ignore[no-untyped-def]
        counts[label] = total
        return items

    build_site(project, output, Watch(show=show))
    return tree(output), counts


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project and its site, built once."""
    folder = tmp_path_factory.mktemp("sound")
    project = make_project(folder / "project")
    build_site(project, folder / "project" / "public")
    return project


@pytest.fixture
def project(sound: Path, tmp_path: Path) -> Path:
    """A copy of both; the site is moved rather than copied, since a copy of a file is another file."""
    copy = tmp_path / "project"
    shutil.copytree(sound, copy, ignore=shutil.ignore_patterns("public", ".public-build"))
    build_site(copy, copy / "public")
    return copy


def page_of(project: Path) -> Path:
    """The page of a study on the published site."""
    return project / "public" / "studies" / Path(studies_of(project)[0]).stem / "index.html"


def test_nothing_is_written_again_where_nothing_changed(project: Path) -> None:
    before, inode = tree(project / "public"), page_of(project).stat().st_ino
    after, counts = built(project, project / "public")
    assert after == before
    assert counts["pages bound"] == 0
    assert page_of(project).stat().st_ino == inode
    assert page_of(project).stat().st_nlink == 1


def test_an_edit_binds_what_it_touches(project: Path, tmp_path: Path) -> None:
    replace_in(project / studies_of(project)[0], "label: ", "label: Edited ")
    after, counts = built(project, project / "public")
    assert counts["pages bound"] == 2, "the study and its summary"
    shutil.rmtree(project / FOLDER)
    cold, _ = built(project, tmp_path / "cold")
    assert after == cold


def write_into(path: Path) -> None:
    path.write_bytes(b"somebody else")


def write_as_long(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"<html", b"<HTML", 1))


def write_anew(path: Path) -> None:
    text = path.read_bytes()
    path.unlink()
    path.write_bytes(text + b"<!-- mine -->")


def remove(path: Path) -> None:
    path.unlink()


def make_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".kept"))
    path.symlink_to(path.with_suffix(".kept"))


@pytest.mark.parametrize("change", [write_into, write_as_long, write_anew, remove, make_a_link])
def test_what_somebody_changed_on_the_site_is_written_again(project: Path, change: Callable[[Path], None]) -> None:
    expected = tree(project / "public")
    for path in (page_of(project), next((project / "public" / "summaries").glob("*/data.json"))):
        change(path)
    after, counts = built(project, project / "public")
    assert counts["pages bound"] == 2
    assert after == expected


@pytest.mark.parametrize("strange", [b"", b"{}", b"[1]", b'{"files": [1], "sight": []}', b"null"])
def test_entries_that_nobody_here_has_written_are_none(project: Path, strange: bytes) -> None:
    expected = tree(project / "public")
    cache = Cache(project)
    for entry in (project / FOLDER).glob("*/*"):
        cache.put(entry.name, strange)
    after, counts = built(project, project / "public")
    assert counts["pages bound"] == counts["pages taken over"] > 1
    assert after == expected


def test_a_file_system_without_links_gets_the_same_site(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = tree(project / "public")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    after, counts = built(project, project / "public")
    assert counts["pages bound"] == counts["pages taken over"] > 1
    assert after == expected


def test_a_failed_build_leaves_the_published_files_as_they_are(project: Path) -> None:
    expected = tree(project / "public")
    about = project / "site/docs/about.md"
    about.write_text(about.read_text(encoding="utf-8") + "\n[nowhere](nowhere.md)\n", encoding="utf-8")
    with pytest.raises(Exception, match="nowhere"):
        build_site(project, project / "public")
    assert tree(project / "public") == expected
    assert page_of(project).stat().st_nlink == 1


def test_pages_written_by_hand_link_to_pages_of_summaries(project: Path) -> None:
    slug = (project / SUMMARY).stem
    about = project / "site/docs/about.md"
    about.write_text(
        f"# About\n\n[One](summaries/{slug}/index.md), [data](summaries/{slug}/data.json)\n", encoding="utf-8"
    )
    build_site(project, project / "public")
    page = (project / "public/about/index.html").read_text(encoding="utf-8")
    assert f'href="../summaries/{slug}/"' in page
    assert f'href="../summaries/{slug}/data.json"' in page


def test_a_summary_in_the_navigation_passes_through_mkdocs(project: Path) -> None:
    slug = (project / SUMMARY).stem
    replace_in(project / "mkdocs.yml", "- Home: index.md", f"- Home: index.md\n  - One: summaries/{slug}/index.md")
    after, _ = built(project, project / "public")
    assert b"One" in after["about/index.html"]
    assert f"summaries/{slug}/data.json" in after


def test_the_site_map_and_the_search_know_every_page(project: Path) -> None:
    slug = (project / SUMMARY).stem
    replace_in(project / "mkdocs.yml", 'site_url: !ENV [SITE_URL, ""]', "site_url: https://evidence.example/")
    build_site(project, project / "public")
    site_map = (project / "public/sitemap.xml").read_text(encoding="utf-8")
    assert f"https://evidence.example/summaries/{slug}/</loc>" in site_map
    assert f"https://evidence.example/studies/{Path(studies_of(project)[0]).stem}/</loc>" in site_map
    shown = b"".join(path.read_bytes() for path in (project / "public/search").glob("*/pages-*.json"))
    assert f'"summaries/{slug}/"'.encode() in shown
