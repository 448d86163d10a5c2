"""Live preview: it follows every change, and a mistake in a record takes nothing away."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing.projects import SLUG, SUMMARY, make_project, replace_in, studies_of


class Preview:
    """A running preview of a project."""

    def __init__(self, project: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        replace_in(project / "mkdocs.yml", "docs_dir:", f"dev_addr: 127.0.0.1:{port}\ndocs_dir:")
        self.address = f"http://127.0.0.1:{port}/"
        self.log = log
        command = [Path(sys.executable).with_name("evibrief"), "serve", "--project", project]
        with log.open("w") as written:
            self.process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)

    def page(self, uri: str) -> str:
        """What the page shows, once the preview answers."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.address + uri, timeout=5) as answer:
                    return str(answer.read().decode("utf-8"))
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
                time.sleep(0.1)
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    def waits_for(self, uri: str, words: str, *, there: bool = True) -> bool:
        """Whether a page comes to show, or no longer to show, the words."""
        for _ in range(150):
            if (words in self.page(uri)) == there:
                return True
            time.sleep(0.1)
        return False

    def close(self) -> None:
        # As a process manager does; an interrupt is ignored in whatever was started in the background.
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


@pytest.fixture
def preview(project: Path, tmp_path: Path) -> Iterator[Preview]:
    running = Preview(project, tmp_path / "log")
    yield running
    running.close()


def test_a_preview_follows_the_records(project: Path, preview: Preview) -> None:
    page = f"summaries/{SLUG}/"
    title = "A title that nobody gave before"
    assert title not in preview.page(page)
    text = (project / SUMMARY).read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("title: "))
    replace_in(project / SUMMARY, old, f"title: {title}")
    assert preview.waits_for(page, title)

    # A mistake: the last good pages stay, and say what is wrong.
    study = studies_of(project)[0]
    replace_in(project / study, "design:", "desing:")
    assert preview.waits_for(page, "cannot be published")
    shown = preview.page(page)
    assert title in shown
    assert f"{study}:" in shown
    assert f"{study}:" in preview.log.read_text(encoding="utf-8")

    replace_in(project / study, "desing:", "design:")
    assert preview.waits_for(page, "cannot be published", there=False)
    assert "Traceback" not in preview.log.read_text(encoding="utf-8")
    assert not (project / "public").exists()


def test_a_preview_starts_with_bad_records_and_recovers(project: Path, tmp_path: Path) -> None:
    study = studies_of(project)[0]
    replace_in(project / study, "design:", "desing:")
    preview = Preview(project, tmp_path / "log")
    try:
        shown = preview.page("")
        assert f"{study}:" in shown
        replace_in(project / study, "desing:", "design:")
        assert preview.waits_for("", "cannot be published", there=False)
        assert "<h1" in preview.page(f"summaries/{SLUG}/")
    finally:
        preview.close()


def test_a_draft_is_shown_in_preview(project: Path, tmp_path: Path) -> None:
    replace_in(project / SUMMARY, "status: published", "status: draft")
    preview = Preview(project, tmp_path / "log")
    try:
        assert "<h1" in preview.page(f"summaries/{SLUG}/")
    finally:
        preview.close()


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_every_request_is_answered(preview: Preview) -> None:
    home = preview.page("")
    port = int(preview.address.rsplit(":", 1)[1].rstrip("/"))
    # Browsers open connections ahead of time, and leave them idle.
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    try:
        assert preview.page(f"summaries/{SLUG}") == preview.page(f"summaries/{SLUG}/")
        assert json.loads(preview.page("search/search_index.json"))["docs"] == []
        parts = json.loads(preview.page("search/parts.json"))
        assert f"summaries/{SLUG}/" in preview.page(f"search/{parts['edition']}/pages-0.json")
        assert SLUG in preview.page(f"summaries/{SLUG}/data.json")
        assert "<feed" in preview.page("feed.xml")
        assert "location.reload" in home
        for path in ("nowhere/", "nowhere.css", f"summaries/{SLUG}/nowhere.json", "studies/nowhere/"):
            assert status_of(preview.address + path) == 404
        # The file lies where the preview keeps its own, and a path may not lead out of there.
        for path in ("%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"):
            assert status_of(preview.address + path) == 404
    finally:
        for connection in idle:
            connection.close()


def test_a_preview_follows_pages_written_by_hand_and_the_theme(project: Path, preview: Preview) -> None:
    preview.page("about/")
    about = project / "site/docs/about.md"
    about.write_text(about.read_text(encoding="utf-8") + "\nA line that nobody wrote before.\n", encoding="utf-8")
    assert preview.waits_for("about/", "A line that nobody wrote before.")
    replace_in(project / "site/theme/main.html", "{{ page.meta.title }} –", "{{ page.meta.title }} ~")
    assert preview.waits_for(f"summaries/{SLUG}/", " ~ Evibrief</title>")
