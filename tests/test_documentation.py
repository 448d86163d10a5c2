"""The documents say what the software does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from evibrief.cli import main
from evibrief.exchange.problem_lists import as_text
from evibrief.exchange.skeletons import study_skeleton
from evibrief.records.library import check_records
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


def contributing_block(language: str, start: str) -> str:
    """A block of code in CONTRIBUTING that starts so."""
    blocks = re.findall(rf"(?ms)^ *```{language}\n(.*?)^ *```$", CONTRIBUTING)
    (block,) = [block for block in blocks if block.strip().startswith(start)]
    return block


def said_of(text: str, folder: Path) -> str:
    """What check says of a record in a project of its own."""
    for name in ("studies", "summaries"):
        (folder / name).mkdir()
    (folder / "studies/example-2012.yaml").write_text(text, encoding="utf-8")
    return as_text(check_records(folder))


def test_the_study_that_editors_are_shown_passes(tmp_path: Path) -> None:
    """Nothing but a hint that no summary uses it yet."""
    said = said_of(contributing_block("yaml", "id: example-2012"), tmp_path)
    assert said.splitlines()[-1] == "1 hint in 1 file."


def test_the_messages_that_editors_are_shown_are_those_of_the_program(tmp_path: Path) -> None:
    """A slip in the study that is shown, and the first gap of the skeleton."""
    slip = contributing_block("yaml", "id: example-2012").replace("{events: 9,", "{events: 129,")
    (tmp_path / "slip").mkdir()
    line = said_of(slip, tmp_path / "slip").splitlines()[0]
    assert f"   {line}\n" in CONTRIBUTING
    assert f"{line}\n" in README
    (tmp_path / "gap").mkdir()
    gap = said_of(study_skeleton("example-2012", "parallel", "dichotomous"), tmp_path / "gap").splitlines()[0]
    assert f"\n{gap}\n" in CONTRIBUTING
