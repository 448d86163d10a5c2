"""The documents say what the software does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evibrief.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", README + CONTRIBUTING, re.MULTILINE))))
def test_targets_that_the_documents_name_exist(target: str) -> None:
    """`make TARGET` is in the Makefile, with its help text."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"evibrief (\w+)", README + CONTRIBUTING)) & {*main.commands}))
def test_commands_are_documented_and_have_help(command: str) -> None:
    """Each command that the documents name has a help text."""
    assert main.commands[command].help


def test_every_command_is_named_in_the_readme() -> None:
    """Nobody has to guess what the program can do."""
    unnamed = [name for name in main.commands if f"evibrief {name}" not in README and f"make {name}" not in README]
    assert unnamed == []


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README + CONTRIBUTING))))
def test_links_within_the_project_lead_somewhere(link: str) -> None:
    """A relative link names a file or folder of the project."""
    assert (ROOT / link).exists()
