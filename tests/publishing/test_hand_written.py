"""Links and look-alike names among the hand-written files stop a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import evibrief
from evibrief.errors import SiteError
from evibrief.publishing.hand_written import refuse_collisions, refuse_links
from publishing.projects import make_project


@pytest.mark.parametrize("target", ["/etc", "/etc/passwd", "nowhere", "index.md", ".."])
def test_a_link_below_a_published_folder_is_refused(target: str, tmp_path: Path) -> None:
    (tmp_path / "docs/pages").mkdir(parents=True)
    refuse_links(tmp_path / "docs", None)
    (tmp_path / "docs/pages/x").symlink_to(target)
    with pytest.raises(SiteError, match=r"^docs/pages/x: is a symbolic link; put the file itself here$"):
        refuse_links(tmp_path / "docs", tmp_path / "none")


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to("/etc")
    with pytest.raises(SiteError, match=r"^docs: is a symbolic link"):
        refuse_links(tmp_path / "docs")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/Study.html", "a/study.html"), ("caf\u00e9.html", "cafe\u0301.html"), ("x.html", "x.html"), ("\uff41", "a")],
)
def test_files_that_a_system_takes_for_one_are_refused(one: str, other: str) -> None:
    refuse_collisions(["index.html", one])
    with pytest.raises(SiteError, match="would stand where"):
        refuse_collisions(["index.html", one, str(bytearray(other, "utf-8"), "utf-8")])


def test_mkdocs_itself_publishes_no_link(tmp_path: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort

    project = make_project(tmp_path / "project")
    (project / "site/docs/secrets").symlink_to("/etc")
    with pytest.raises(Abort):
        build(load_config(str(project / "mkdocs.yml")))
    assert not (project / "public").exists()


def test_a_page_that_looks_like_one_made_from_records_stops_a_build(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    (project / "site/docs/Studies.md").write_text("# Other studies\n", encoding="utf-8")
    built = evibrief("build", "--project", project, "--output", project / "public")
    assert built.returncode != 0
    assert "would stand where" in built.stderr
    assert "Studies/index.html" in built.stderr
    assert "Traceback" not in built.stderr
    assert not (project / "public").exists()
