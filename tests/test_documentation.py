"""The documents say what the software does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from evibrief.cli import main
from evibrief.records.pooling_choices import Model
from published import published_site

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", README + CONTRIBUTING, re.MULTILINE))))
def test_targets_that_the_documents_name_exist(target: str) -> None:
    """`make TARGET` is in the Makefile, with its help text."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


COMMANDS = sorted(set(re.findall(r"evibrief (\w+)", README + CONTRIBUTING)) & set(main.commands))


@pytest.mark.parametrize("command", COMMANDS)
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


def test_the_excerpt_in_the_readme_is_what_the_site_says(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Title, key points and level of the flagship, as published; renew it with pytest --update-golden."""
    summary = published_site(tmp_path_factory) / "summaries" / "peer-support-groups" / "summary.md"
    top = summary.read_text(encoding="utf-8").split("## ")[0].strip().removeprefix("# ")
    title, _, points = top.partition("\n")
    quoted = "\n".join(f"> {line}".rstrip() for line in f"**{title}**\n{points}".splitlines())
    wanted = f"<!-- excerpt: peer-support-groups -->\n{quoted}\n<!-- end of excerpt -->"
    if request.config.getoption("--update-golden"):
        renewed = re.sub(r"(?s)<!-- excerpt: .*?<!-- end of excerpt -->", lambda _: wanted, README)
        (ROOT / "README.md").write_text(renewed, encoding="utf-8")
    assert wanted in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in Model.model_fields if name != "reason"])
def test_every_choice_of_a_model_is_documented(name: str) -> None:
    """The page on contributing names each field, each of its values, and the default first."""
    page = (ROOT / "site" / "docs" / "contribute.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    values = get_args(Model.model_fields[name].annotation)
    if values and all(isinstance(value, str) for value in values):
        assert set(re.findall(r"`([^`]+)`", row)[1:]) == set(values)
    default = Model.model_fields[name].default
    assert default is None or re.findall(r"`([^`]+)`", row)[1] == ("false" if default is False else default)
