"""The published site is the old one or the new one, whole, whatever happens on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evibrief.errors import BuildLocked, SiteError, UsageError
from evibrief.publishing import staging as staging_module
from evibrief.publishing.staging import MARK, Staging


def write_site(folder: Path, words: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("{}", encoding="utf-8")
    for name in ("index.html", "second.html"):
        (folder / name).write_text(words, encoding="utf-8")


def words_of(folder: Path) -> set[str]:
    return {(folder / name).read_text(encoding="utf-8") for name in ("index.html", "second.html")}


def publish(target: Path, words: str) -> None:
    staging = Staging.open(target)
    try:
        write_site(staging.site, words)
        staging.publish()
    finally:
        staging.close()


def test_the_first_site_and_the_next(tmp_path: Path) -> None:
    for words in ("first", "second"):
        publish(tmp_path / "public", words)
        assert words_of(tmp_path / "public") == {words}
    assert sorted(path.name for path in (tmp_path / ".public-build").iterdir()) == ["lock"]


def test_without_an_exchange_of_names_two_steps_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging_module, "_exchange", lambda one, other: False)
    for words in ("first", "second"):
        publish(tmp_path / "public", words)
        assert words_of(tmp_path / "public") == {words}


def test_a_site_taken_away_between_the_two_steps_comes_back(tmp_path: Path) -> None:
    write_site(tmp_path / ".public-build" / "previous", "old")
    Staging.open(tmp_path / "public").close()
    assert words_of(tmp_path / "public") == {"old"}


def test_a_failed_swap_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "public", "old")
    staging = Staging.open(tmp_path / "public")
    write_site(staging.site, "new")
    monkeypatch.setattr(staging_module, "_exchange", lambda one, other: False)
    rename = Path.rename

    def refuse_the_new(self: Path, target: Path) -> Path:
        if self == staging.site:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(SiteError, match="No space left on device"):
        staging.publish()
    monkeypatch.undo()
    staging.close()
    assert words_of(tmp_path / "public") == {"old"}


def test_a_site_without_a_home_page_is_not_published(tmp_path: Path) -> None:
    staging = Staging.open(tmp_path / "public")
    staging.site.mkdir()
    with pytest.raises(SiteError, match="no home page"):
        staging.publish()
    staging.close()
    assert not (tmp_path / "public").exists()


def test_a_folder_with_other_peoples_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter-1.doc").touch()
    with pytest.raises(UsageError, match="did not write"):
        Staging.open(tmp_path / "thesis")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis"]


def test_a_file_is_no_folder_for_a_site(tmp_path: Path) -> None:
    (tmp_path / "public").touch()
    with pytest.raises(UsageError, match="is a file"):
        Staging.open(tmp_path / "public")


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    publish(tmp_path / "public", "first")
    assert words_of(tmp_path / "public") == {"first"}


def test_two_builds_of_one_site_do_not_meet(tmp_path: Path) -> None:
    first = Staging.open(tmp_path / "public")
    with pytest.raises(BuildLocked, match="another build"):
        Staging.open(tmp_path / "public")
    first.close()
    Staging.open(tmp_path / "public").close()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((SiteError, UsageError)) as caught:
        Staging.open(tmp_path / "file" / "public")
    assert "\n" not in str(caught.value)


PUBLISHER = """
import sys
from pathlib import Path
from evibrief.publishing.staging import MARK, Staging

for number in range(1_000_000):
    staging = Staging.open(Path(sys.argv[1]))
    staging.site.mkdir()
    for name in (MARK, "index.html", "second.html"):
        (staging.site / name).write_text(f"site {number}")
    staging.publish()
    staging.close()
"""


def test_a_build_killed_at_any_moment_leaves_a_whole_site(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, "the first")
    for turn in range(8):
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER, target])
        while process.poll() is None and "site" not in (target / "index.html").read_text(encoding="utf-8"):
            time.sleep(0.001)
        time.sleep(0.002 * turn)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert len(words_of(target)) == 1
        publish(target, "the first")


def test_the_lock_of_a_killed_build_is_free(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from evibrief.publishing.staging import Staging; "
        "Staging.open(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "public"], check=False)
    assert done.returncode == -signal.SIGKILL
    Staging.open(tmp_path / "public").close()
