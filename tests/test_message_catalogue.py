"""The page of messages: every message that there is, each with a line that the program really printed."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from builders import PROJECTS, broken_project
from evibrief.checks import lint
from evibrief.checks.catalogue import CATALOGUE
from evibrief.checks.words import lint_article
from evibrief.errors import Problem, UsageError
from evibrief.exchange.message_catalogue import catalogue_page, evidence_messages, explained, record_messages
from evibrief.publishing.checking import check_project
from evibrief.records.catalogue import MISTAKES
from evibrief.records.library import check_records, read_library

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "site/docs/contribute/messages.md"
# One record or pair of records for each check, with what it says of them.
QUESTIONED = json.loads((ROOT / "tests/checks/examples.json").read_text(encoding="utf-8"))
# Of the whole article, not of a record: words and reading grade just beyond their limits.
OF_ARTICLES = {"words-too-many": {"words": 477, "grade": 9.0}, "words-hard-to-read": {"words": 400, "grade": 10.1}}
# Told of in words alone: the lines hold the name of a file that no repository can hold, or have no simple cause.
WITHOUT_EXAMPLE = {
    *("not-a-file", "symlink", "too-large", "too-many-values", "unreadable", "wrong-value"),
    *("retraction-notice", "retractions-old"),
}


def line(problem: Problem) -> str:
    return f"{problem} [{problem.code}]"


@pytest.fixture(scope="module")
def of_records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Problem]:
    """The first problem of each code among the broken projects."""
    found: dict[str, Problem] = {}
    for mistake in sorted(path.name for path in (PROJECTS / "broken").iterdir()):
        for problem in check_records(broken_project(mistake, tmp_path_factory.mktemp("broken"))):
            found.setdefault(problem.code, problem)
    for problem in of_projects(tmp_path_factory.mktemp("project")):
        found.setdefault(problem.code, problem)
    return {code: problem for code, problem in found.items() if code not in QUESTIONED}


def of_projects(folder: Path) -> Iterator[Problem]:
    """Problems that lie not in one record: no folders, a setting, prose that quotes what there is not."""
    yield from check_records(folder)
    broken_project("alias", folder)
    (folder / "studies/made-up-2001.yaml").write_bytes((PROJECTS / "small/studies/made-up-2001.yaml").read_bytes())
    (folder / "docs").mkdir()
    settings = "site_name: Made up\nplugins:\n  - evibrief:\n      certainty:\n        old_search_years: -1\n"
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    yield from check_project(folder)
    (folder / "mkdocs.yml").unlink()
    sound = (PROJECTS / "small/studies/made-up-2001.yaml").read_text(encoding="utf-8")
    (folder / "studies/made-up-2001.yaml").write_text(f"{sound}setting: Nowhere\n", encoding="utf-8")
    yield from check_project(folder)
    summary = next((folder / "summaries").glob("*.yaml"))
    quoting = summary.read_text(encoding="utf-8").replace(
        "interpretation: ", "interpretation: At {hiccups.with-per-1000}, "
    )
    summary.write_text(quoting, encoding="utf-8")
    (folder / "templates").symlink_to(ROOT / "templates")
    yield from check_project(folder)


def of_check(code: str, folder: Path) -> Problem:
    """What a check says of its example, with the place in the file."""
    example = QUESTIONED[code]
    for name, records, key in (
        ("studies", example["studies"], "id"),
        ("summaries", [example["summary"]] if "summary" in example else [], "slug"),
    ):
        (folder / name).mkdir()
        for record in records:
            text = yaml.safe_dump(record, sort_keys=False, allow_unicode=True)
            (folder / name / f"{record[key]}.yaml").write_text(text, encoding="utf-8")
    library = read_library(folder)
    if code in OF_ARTICLES:
        (entry,) = library.summaries.values()
        (said,) = lint_article(entry.summary, **OF_ARTICLES[code])
        place = entry.place(said.location)
        return Problem(
            path=entry.path, line=place.line, column=place.column, field=said.field, code=code,
            severity=said.severity, message=said.message, advice=said.advice,
        )  # fmt: skip
    told = [problem for problem in lint(library) if problem.code == code and problem.field == example["field"]]
    assert told, f"{code} is silent"
    return told[0]


@pytest.mark.parametrize("code", [check.code for check in CATALOGUE])
def test_each_check_says_of_its_example_what_the_page_quotes(code: str, tmp_path: Path) -> None:
    problem = of_check(code, tmp_path)
    assert (problem.message, problem.advice) == (QUESTIONED[code]["message"], QUESTIONED[code]["advice"])


def test_every_mistake_that_a_fixture_makes_is_in_the_catalogue(of_records: dict[str, Problem]) -> None:
    listed = {mistake.code: mistake.severity for mistake in MISTAKES}
    assert len(listed) == len(MISTAKES)
    assert {
        code: problem.severity for code, problem in of_records.items() if listed.get(code) != problem.severity
    } == {}
    assert set(listed) - set(of_records) == WITHOUT_EXAMPLE


def codes_in_the_source() -> set[str]:
    """Every code that the reading of records can give: what stands as ``code`` in a call, by name or by place."""
    paths = sorted((ROOT / "generator/evibrief/records").glob("*.py"))
    return {code for path in paths for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}


def codes_in(tree: ast.Module) -> Iterator[str]:
    at: dict[str, set[int]] = {"problem": {0}}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [item.arg for item in node.args.args if item.arg != "self"]
            at.setdefault(node.name, set()).update([names.index("code")] if "code" in names else [])
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
        given += [call.args[place] for place in at.get(name, ()) if place < len(call.args)]
        for item in given:
            if isinstance(item, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)*", str(item.value)):
                yield str(item.value)


def test_every_code_of_the_source_is_in_the_catalogue() -> None:
    found = codes_in_the_source()
    assert len(found) > 40
    assert sorted(found - {mistake.code for mistake in MISTAKES}) == []


def test_the_page_is_current(
    request: pytest.FixtureRequest, of_records: dict[str, Problem], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Renew it with pytest --update-golden."""
    examples = {code: line(problem) for code, problem in of_records.items()}
    examples |= {code: line(of_check(code, tmp_path_factory.mktemp("check"))) for code in QUESTIONED}
    text = catalogue_page(examples, first="events-above-n")
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text
    every = [message.code for message in (*record_messages(), *evidence_messages())]
    assert [code for code in every if f"\n### {code}\n" not in text] == []


def test_a_code_is_explained_in_the_terminal() -> None:
    assert "Do what the message says: often a decimal comma" in explained("wrong-type")
    assert "Kadlec 2023" in explained("p22-se-for-sd")
    assert explained("unused-study").endswith("A hint: advice that may be passed over.")


def test_a_code_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'wrong-type'"):
        explained("wrong-typ")
