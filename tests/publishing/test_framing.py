"""A site from the cache is the site of a cold build, byte for byte, whatever was edited or became of an entry."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evibrief.errors import SiteError
from evibrief.publishing import framing, plugin, processes
from evibrief.publishing.build import build_site
from evibrief.publishing.cache import FOLDER
from evibrief.publishing.watch import Watch
from publishing.projects import SUMMARY, make_project, replace_in, studies_of, tree


def built(project: Path, output: Path) -> tuple[dict[str, bytes], dict[str, int]]:
    """A site, and how many pages were made or framed for it, by what was done."""
    counts: dict[str, int] = {}

    def show(label, items, total):  # type: ignore[no-untyped-def]
        counts[label] = total
        return items

    shutil.rmtree(output, ignore_errors=True)
    build_site(project, output, Watch(show=show))
    return tree(output), counts


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once, with its cache."""
    folder = tmp_path_factory.mktemp("sound")
    project = make_project(folder / "project")
    built(project, folder / "site")
    return project


@pytest.fixture
def project(sound: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "project"
    shutil.copytree(sound, copy)
    return copy


def edit_study(project: Path) -> None:
    replace_in(project / studies_of(project)[0], "label: ", "label: Edited ")


def edit_title(project: Path) -> None:
    text = (project / SUMMARY).read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("title: "))
    replace_in(project / SUMMARY, old, "title: Another title")


def edit_config(project: Path) -> None:
    replace_in(project / "mkdocs.yml", "site_name: Evibrief", "site_name: Another name")


def edit_navigation(project: Path) -> None:
    replace_in(project / "mkdocs.yml", "- Home: index.md", "- Start: index.md")


def edit_theme(project: Path) -> None:
    replace_in(project / "site/theme/main.html", "{{ page.meta.title }} –", "{{ page.meta.title }} /")


def edit_template(project: Path) -> None:
    path = project / "templates/study.html.j2"
    path.write_text(path.read_text(encoding="utf-8") + "<p>One more line.</p>\n", encoding="utf-8")


def edit_page(project: Path) -> None:
    path = project / "site/docs/about.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")


@pytest.mark.parametrize(
    "edit", [edit_study, edit_title, edit_config, edit_navigation, edit_theme, edit_template, edit_page]
)
def test_a_build_after_an_edit_is_a_cold_build(project: Path, tmp_path: Path, edit: Callable[[Path], None]) -> None:
    before, _ = built(project, tmp_path / "before")
    edit(project)
    after, _ = built(project, tmp_path / "after")
    assert after != before
    shutil.rmtree(project / FOLDER)
    cold, counts = built(project, tmp_path / "cold")
    assert counts["pages framed"] > 1
    assert counts["pages bound"] > 1
    assert after == cold


def test_nothing_is_made_where_nothing_changed(project: Path, tmp_path: Path) -> None:
    _, counts = built(project, tmp_path / "site")
    assert counts.get("summaries made", 0) == counts.get("studies made", 0) == counts.get("pages framed", 0) == 0
    # There is no published site to take the pages over from.
    assert counts["pages bound"] == counts["pages taken over"] > 1


def test_an_edit_makes_what_it_touches(project: Path, tmp_path: Path) -> None:
    edit_study(project)
    _, counts = built(project, tmp_path / "site")
    assert counts["summaries made"] == counts["studies made"] == 1
    assert counts["pages framed"] == 1, "the list of studies"


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"", lambda data: data[:50] + b"?" + data[51:]]
)
def test_damaged_entries_are_made_again(project: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    expected, _ = built(project, tmp_path / "before")
    for entry in (project / FOLDER).glob("*/*"):
        entry.write_bytes(damage(entry.read_bytes()))
    assert built(project, tmp_path / "after")[0] == expected


def test_mkdocs_frames_the_same_pages_by_itself(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, _ = built(project, tmp_path / "ours")
    monkeypatch.setattr(plugin, "can_frame", lambda config: False)
    theirs, counts = built(project, tmp_path / "theirs")
    assert "pages framed" not in counts
    assert "pages bound" not in counts
    assert ours == theirs


def test_a_theme_frames_what_the_cache_has_lost_meanwhile(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = built(project, tmp_path / "before")
    kept = framing.frame_pages

    def lose(frame, files, cache, watch):  # type: ignore[no-untyped-def]
        faults = kept(frame, files, cache, watch)
        shutil.rmtree(project / FOLDER)
        return faults

    monkeypatch.setattr(plugin, "frame_pages", lose)
    assert built(project, tmp_path / "after")[0] == expected


def test_processes_frame_the_same_pages(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _ = built(project, tmp_path / "before")
    shutil.rmtree(project / FOLDER)
    monkeypatch.setattr(processes, "FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    assert built(project, tmp_path / "after")[0] == expected


def test_a_page_that_fails_the_gate_fails_it_again_from_the_cache(project: Path, tmp_path: Path) -> None:
    path = project / "templates/study.html.j2"
    path.write_text(path.read_text(encoding="utf-8") + '<p style="color: red">x</p>\n', encoding="utf-8")
    for _ in range(2):
        with pytest.raises(SiteError, match="the attribute style is void"):
            build_site(project, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_stranger_among_the_plugins_sees_every_page(project: Path, tmp_path: Path) -> None:
    hook = "def on_post_page(output, page, config):\n    return output.replace('</body>', '<!-- seen --></body>')\n"
    (project / "hook.py").write_text(hook, encoding="utf-8")
    replace_in(project / "mkdocs.yml", "plugins:\n", "hooks: [hook.py]\nplugins:\n")
    pages, counts = built(project, tmp_path / "site")
    assert "pages framed" not in counts
    assert all(b"<!-- seen -->" in pages[path] for path in pages if path.endswith("index.html"))
