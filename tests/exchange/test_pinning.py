"""How a publication gets the software again, by what pip recorded (PEP 610) or a person said."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from evibrief import __version__
from evibrief.errors import UsageError
from evibrief.exchange import pinning
from evibrief.exchange.pinning import installed_pin, pin_of_record, pin_of_text

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_from_an_index_it_is_the_version() -> None:
    assert pin_of_record(None).requirement == f"evibrief=={__version__}"


def test_from_a_repository_it_is_the_commit_not_the_branch() -> None:
    # The example of PEP 610, with our name.
    record = {
        "url": "https://example.org/evibrief.git",
        "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT},
    }
    assert pin_of_record(record).requirement == f"evibrief @ git+https://example.org/evibrief.git@{COMMIT}"


def test_from_an_address_it_is_the_address() -> None:
    record = {"url": "https://example.org/evibrief-1.0-py3-none-any.whl", "archive_info": {"hash": "sha256=00"}}
    assert pin_of_record(record).requirement == "evibrief @ https://example.org/evibrief-1.0-py3-none-any.whl"


def test_from_a_folder_it_is_that_folder_and_says_that_it_is_of_one_machine(tmp_path: Path) -> None:
    record = {"url": tmp_path.as_uri(), "dir_info": {"editable": True}}
    found = pin_of_record(record)
    assert found.requirement == f"evibrief @ {tmp_path.as_uri()}"
    assert "on that machine only" in found.note
    assert found == pin_of_text(str(tmp_path))


def test_from_a_wheel_it_is_the_wheel_though_its_folder_has_a_space(tmp_path: Path) -> None:
    wheel = tmp_path / "a folder" / "evibrief-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"")
    found = pin_of_record({"url": wheel.as_uri(), "archive_info": {}})
    assert found.wheel == wheel
    assert found.requirement.startswith("./wheels/evibrief-1.0-py3-none-any.whl --hash=sha256:e3b0c44298fc1c14")
    assert found == pin_of_text(str(wheel))


def test_a_wheel_that_has_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there; name another with --evibrief"):
        pin_of_record({"url": (tmp_path / "gone.whl").as_uri(), "archive_info": {}})


def test_a_requirement_stays_as_it_was_said() -> None:
    said = f"evibrief @ git+https://example.org/evibrief.git@{COMMIT}"
    assert pin_of_text(said).requirement == said


@pytest.mark.parametrize(
    "text", ["", " ", "-r other.txt", "--index-url=https://example.org", "evibrief\nother", "a\x1b"]
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no requirement"):
        pin_of_text(text)


def test_what_runs_here_can_be_had_again() -> None:
    assert installed_pin().requirement


def test_what_is_not_installed_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(pinning, "distribution", absent)
    with pytest.raises(UsageError, match="say with --evibrief"):
        installed_pin()
