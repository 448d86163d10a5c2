"""Typing a record in an editor: the schemas in the server that editors really use."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.server import REPOSITORY, Editor, editor
from evibrief.exchange.skeletons import study_skeleton, summary_skeleton
from evibrief.records.study import Design, Study
from evibrief.records.summary import Summary

pytestmark = pytest.mark.editor

# What the extension of editors has switched on, but for the catalogue that it would fetch from the network.
USUAL = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}
SETTINGS = REPOSITORY / ".vscode/settings.json"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the schemas and settings of this repository, and no records."""
    root = tmp_path_factory.mktemp("workspace")
    for name in ("schema", ".vscode"):
        shutil.copytree(REPOSITORY / name, root / name)
    return root


@pytest.fixture(scope="module")
def opened(workspace: Path) -> Iterator[Editor]:
    """An editor that knows the schemas by the settings of the workspace."""
    settings = json.loads(SETTINGS.read_text(encoding="utf-8"))
    yaml = {name.removeprefix("yaml."): value for name, value in settings.items() if name.startswith("yaml.")}
    with editor(workspace, {"yaml": yaml | USUAL}) as started:
        yield started


def test_an_empty_study_is_offered_every_field_with_its_explanation(opened: Editor) -> None:
    opened.open("studies/empty.yaml", "\n")
    offered = opened.completions("studies/empty.yaml", 1, 1)
    assert set(Study.model_fields) <= set(offered)
    assert offered["label"] == "How tables and plots name the study: first author and year."


def test_an_empty_summary_is_offered_every_field(opened: Editor) -> None:
    opened.open("summaries/empty.yaml", "\n")
    assert set(Summary.model_fields) <= set(opened.completions("summaries/empty.yaml", 1, 1))


def test_a_choice_is_offered_with_all_its_values(opened: Editor) -> None:
    opened.open("studies/design.yaml", "id: a\ndesign: \n")
    assert set(Design) <= set(opened.completions("studies/design.yaml", 2, 9))


def test_the_figures_of_an_arm_are_offered_by_the_kind_of_data(opened: Editor) -> None:
    text = "results:\n  - outcome: hope\n    type: continuous\n    arms:\n      control:\n        \n"
    opened.open("studies/arms.yaml", text)
    offered = opened.completions("studies/arms.yaml", 6, 9)
    assert {"n", "mean", "sd", "se", "ci_low", "ci_high"} <= set(offered)
    assert "not the standard error" in offered["sd"]


def test_a_field_explains_itself_with_an_example(opened: Editor) -> None:
    opened.open("studies/hover.yaml", "id: a\nlabel: A 2001\ndesign: parallel\n")
    told = opened.hover("studies/hover.yaml", 2, 2)
    assert "How tables and plots name the study" in told
    assert "Cook 2012" in told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("design: paralel", 'Value is not accepted. Valid values: "randomised", "parallel"'),
        ("colour: blue", "Property colour is not allowed"),
        ("n_randomised: many", 'Incorrect type. Expected "integer | null"'),
        ("characteristics: {Mean Age: 44}", "Property Mean Age is not allowed"),
        ("reports: [{id: main, pmid: 34162340}]", 'Incorrect type. Expected "string | null"'),
        ("cluster: {icc: '0,02'}", "Write the number alone, with a point for decimals, such as 5.20."),
        ("id: Cook 2012", "Use lower-case letters, digits and single hyphens, such as cook-2012."),
        ("label: once\nlabel: twice", "Map keys must be unique"),
    ],
)
def test_a_mistake_is_told_while_typing(opened: Editor, line: str, told: str) -> None:
    rest = "reports: [{id: main}]\nextraction: {extracted_by: Nobody Real}\n"
    name = f"studies/{re.sub(r'[^a-z]', '', line)}.yaml"
    found = [item for item in opened.open(name, f"{line}\n{rest}") if "Missing property" not in item]
    assert told in "\n".join(found)


def test_what_is_missing_is_named(opened: Editor) -> None:
    found = opened.open("studies/short.yaml", "id: short\n")
    assert [name for name in ("label", "reports", "design", "extraction") if f'"{name}"' not in "\n".join(found)] == []


@pytest.mark.parametrize("folder", ["studies", "summaries"])
def test_nothing_is_wrong_with_the_records_of_the_repository(opened: Editor, folder: str) -> None:
    records = sorted((REPOSITORY / folder).glob("*.yaml"))
    for path in [*records[:: max(1, len(records) // 12)], records[-1]]:
        assert opened.open(f"{folder}/{path.name}", path.read_text(encoding="utf-8")) == []


def test_the_first_line_of_a_skeleton_leads_to_the_schema_without_any_settings(workspace: Path) -> None:
    with editor(workspace, {"yaml": USUAL}) as bare:
        assert bare.open("elsewhere/a.yaml", "design: paralel\n") == []
        for folder, text in (("studies", study_skeleton("a-2001")), ("summaries", summary_skeleton("a"))):
            found = bare.open(f"{folder}/a.yaml", text)
            gaps = [number for number, line in enumerate(text.split("\n"), start=1) if "# fill in:" in line]
            assert {int(item.split(":")[0]) for item in found} == set(gaps)
