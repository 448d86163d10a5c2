"""What holds of every command: help with examples, one line for each mistake, and documents that know it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

import evibrief as package
from builders import PROJECTS
from cli.running import evibrief
from evibrief.cli import main
from publishing.projects import REPOSITORY, SLUG, make_project

NAMES = sorted(main.commands)


def test_the_version_is_the_packages() -> None:
    assert evibrief("--version").stdout == f"evibrief, version {package.__version__}\n"


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_an_example(name: str) -> None:
    done = evibrief(name, "--help")
    assert done.returncode == 0
    assert f"  evibrief {name}" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_is_explained(name: str) -> None:
    command = main.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_documented_as_it_is(name: str) -> None:
    page = (REPOSITORY / "site" / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = evibrief(name, "--help", COLUMNS="100").stdout
    assert f"## {name}\n\n```text\n{shown}```\n" in page


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["check", "--no-such-option"], ["check", "--project", "no-such-folder"], ["schema"]],
)
def test_a_wrong_call_leaves_with_2(arguments: list[str]) -> None:
    done = evibrief(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["study", "summary"])
def test_schemas_are_schemas(kind: str) -> None:
    document = json.loads(evibrief("schema", kind).stdout)
    Draft202012Validator.check_schema(document)
    assert document["title"] == f"Evibrief {kind}"


def test_a_finding_is_explained_from_data_to_words(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    done = evibrief("explain", SLUG, "--project", project)
    assert done.returncode == 0, done.stderr
    for word in ("Evidence level", "Certainty   starts", "ends", "Finding", "Sentence", "pooled here"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-summary"], f"there is no summary 'no-such-summary'; there are {SLUG}"),
        ([SLUG, "x"], "has no outcome 'x'"),
    ],
)
def test_what_is_not_there_cannot_be_explained(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = evibrief("explain", *arguments, "--project", make_project(tmp_path / "project"))
    assert done.returncode == 2
    assert words in done.stderr


def test_a_broken_template_is_told_in_one_line(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    (project / "templates" / "wording" / "reasons.j2").write_text("{% macro x() %}{% endmacro %}", encoding="utf-8")
    done = evibrief("explain", SLUG, "--project", project)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("templates: ")


def test_an_unforeseen_fault_keeps_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import tempfile

    from evibrief import cli
    from evibrief.publishing import rechecking

    def fail(project: Path, **_: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(rechecking, "recheck_project", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["evibrief", "check"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 4
    message = capsys.readouterr().err
    assert message.startswith("evibrief: a fault of ours (ZeroDivisionError)")
    (report,) = tmp_path.iterdir()
    assert "by hand" in report.read_text(encoding="utf-8")
    assert str(report) in message


NOBODY = ("-c", "user.name=Nobody Real", "-c", "user.email=nobody@example.org")


def printed(terminal: int) -> Iterator[str]:
    """What a program prints on a terminal, until it leaves."""
    while True:
        try:
            yield os.read(terminal, 4096).decode()
        except OSError:  # the other end is closed
            os.close(terminal)
            return


def test_a_long_import_shows_on_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    made_up = "TY  - JOUR\nAU  - Fakename{0}, F\nTI  - Trial {0} of nothing\nPY  - 2001\nER  - \n"
    (tmp_path / "many.ris").write_text("\n".join(made_up.format(number) for number in range(500)), encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [Path(sys.executable).with_name("evibrief"), "import", "many.ris"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=theirs, stdout=subprocess.PIPE, text=True) as running:
        os.close(theirs)
        shown = "".join(printed(ours))
        assert running.communicate()[0].startswith("wrote 500 studies;")
    assert "Importing" in shown
    assert "500/500" in shown
    assert len(list((tmp_path / "studies").iterdir())) == 500


def test_a_long_comparison_shows_on_a_terminal_how_far_it_is_and_nowhere_else(tmp_path: Path) -> None:
    shutil.copytree(PROJECTS / "small", tmp_path, dirs_exist_ok=True)
    for command in (["init", "-q"], ["add", "."], [*NOBODY, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull})
    study = (tmp_path / "studies/made-up-2001.yaml").read_text(encoding="utf-8")
    for number in range(30):
        text = study.replace("made-up-2001", f"made-up-2001-{number:02d}", 1)
        (tmp_path / f"studies/made-up-2001-{number:02d}.yaml").write_text(text, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [Path(sys.executable).with_name("evibrief"), "diff", "HEAD"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=theirs, stdout=subprocess.PIPE, text=True) as running:
        os.close(theirs)
        shown = "".join(printed(ours))
        told = running.communicate()[0]
    assert "records read" in shown
    assert "30/30" in shown or "100%" in shown
    elsewhere = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (elsewhere.stdout, elsewhere.stderr) == (told, "")
