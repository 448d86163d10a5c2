"""The workflows of this repository and of a new publication: little power, pinned actions, checked text."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from changes.records import BEFORE, compared, records, study, summary
from evibrief.changes.reports import MARKER, as_markdown
from evibrief.publishing.published import FILE

REPOSITORY = Path(__file__).resolve().parent.parent
OURS = REPOSITORY / ".github"
THEIRS = REPOSITORY / "generator/evibrief/exchange/project_template/dot-github"
WORKFLOWS = sorted([*OURS.glob("workflows/*.yml"), *THEIRS.glob("workflows/*.yml")])

every_workflow = pytest.mark.parametrize(
    "path", WORKFLOWS, ids=lambda path: f"{'ours' if OURS in path.parents else 'theirs'}-{path.stem}"
)


def workflow(path: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key "on" for true.
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in workflow(path)["jobs"].values():
        yield from job["steps"]


def test_there_are_the_workflows_that_are_told_of() -> None:
    for folder, more in ((OURS, {"audit"}), (THEIRS, set())):
        assert {path.stem for path in folder.glob("workflows/*.yml")} == {"check", "comment", "publish"} | more


def test_what_is_locked_is_audited_without_power_and_every_week() -> None:
    loaded = workflow(OURS / "workflows/audit.yml")
    assert {"schedule", "pull_request", "push"} <= set(loaded["on"])
    assert loaded["jobs"]["audit"]["permissions"] == {"contents": "read"}
    assert "make audit" in [step.get("run") for step in steps(OURS / "workflows/audit.yml")]
    recipe = (REPOSITORY / "Makefile").read_text(encoding="utf-8").split("\naudit:")[1].split("\n\n")[0]
    assert "pip-audit --strict --require-hashes" in recipe
    assert "for lock in site test audit;" in recipe
    assert "zizmor --offline" in recipe
    assert "project_template/dot-github/workflows/*.yml" in recipe


@every_workflow
def test_nothing_is_allowed_but_what_a_job_asks_for(path: Path) -> None:
    assert workflow(path)["permissions"] == {}
    for name, job in workflow(path)["jobs"].items():
        assert "permissions" in job, name
        assert "timeout-minutes" in job, name
        assert job["runs-on"] == "ubuntu-24.04", name


@every_workflow
def test_actions_are_pinned_to_a_commit_with_its_version(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for name, pin in re.findall(r"uses: (\S+)@(.+)", path.read_text(encoding="utf-8")):
            pins.setdefault(name, set()).add(pin)
    assert all(len(found) == 1 for found in pins.values()), pins


@every_workflow
def test_a_checkout_leaves_no_token_behind(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@every_workflow
def test_no_expression_stands_in_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")


@every_workflow
def test_code_of_a_pull_request_never_meets_a_right_to_write(path: Path) -> None:
    loaded = workflow(path)
    assert "pull_request_target" not in loaded["on"]
    writes = any(right == "write" for job in loaded["jobs"].values() for right in job["permissions"].values())
    if "pull_request" in loaded["on"]:
        assert not writes
        assert "secrets." not in path.read_text(encoding="utf-8")
    if "workflow_run" in loaded["on"]:
        assert not any("uses" in step for step in steps(path))


each = pytest.mark.parametrize("folder", [OURS, THEIRS], ids=["ours", "theirs"])


@each
def test_the_site_is_deployed_from_main_only(folder: Path) -> None:
    loaded = workflow(folder / "workflows/publish.yml")
    assert loaded["on"]["push"] == {"branches": ["main"]}
    assert set(loaded["on"]) == {"push", "workflow_dispatch"}
    assert loaded["jobs"]["build"]["if"] == "github.ref == 'refs/heads/main'"
    assert loaded["jobs"]["deploy"]["needs"] == "build"
    assert loaded["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert loaded["jobs"]["build"]["permissions"] == {"contents": "read"}


def run_step(folder: Path, name: str, place: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one step of the workflow that publishes, as GitHub would."""
    (script,) = [step["run"] for step in steps(folder / "workflows/publish.yml") if step.get("name") == name]
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=place,
        env={"PATH": f"{place}/bin:/usr/bin:/bin", "GITHUB_RUN_ID": "7", **settings},
        capture_output=True,
        text=True,
    )


def pretend(place: Path, program: str, script: str) -> None:
    path = place / program
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


# What curl gives: a status and its own exit code, and whether the list is kept, and whether the step succeeds.
ANSWERS = [("200", 0, True, True), ("404", 0, False, True), ("503", 0, True, False), ("000", 6, True, False)]


@each
@pytest.mark.parametrize(("status", "code", "kept", "goes_on"), ANSWERS, ids=[answer[0] for answer in ANSWERS])
def test_what_is_published_is_fetched_before_anything_is_built(
    folder: Path, status: str, code: int, kept: bool, goes_on: bool, tmp_path: Path
) -> None:
    pretend(tmp_path, "bin/curl", f'echo "$@" > asked; echo "{{}}" > published.json; printf {status}; exit {code}')
    done = run_step(folder, "Fetch what is published now", tmp_path, SITE_URL="https://example.org/evidence/")
    assert (done.returncode == 0) == goes_on, done.stdout + done.stderr
    assert (tmp_path / "published.json").exists() == kept
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "https://example.org/evidence/published.json?run=7" in asked
    assert "--proto =https" in asked


@each
@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (3, 0), (4, 4), (75, 75)])
def test_notices_are_published_and_faults_are_not(folder: Path, code: int, expected: int, tmp_path: Path) -> None:
    pretend(tmp_path, ".venv/bin/evibrief", f'echo "$@"; exit {code}')
    done = run_step(folder, "Build the site", tmp_path, ACCEPT="")
    assert done.returncode == expected
    assert done.stdout.splitlines()[0] == "build --withdraw"
    assert ("::warning::" in done.stdout) == (code == 3)


@each
def test_a_build_knows_what_is_published_and_what_is_accepted(folder: Path, tmp_path: Path) -> None:
    pretend(tmp_path, ".venv/bin/evibrief", 'echo "$@"')
    (tmp_path / "published.json").touch()
    assert run_step(folder, "Build the site", tmp_path, ACCEPT="false").stdout == (
        "build --withdraw --previous published.json\n"
    )
    assert run_step(folder, "Build the site", tmp_path, ACCEPT="true").stdout == (
        "build --withdraw --previous published.json --accept-changes\n"
    )


def test_the_file_that_is_fetched_is_the_one_that_a_site_holds() -> None:
    assert FILE == "published.json"


def test_both_comment_in_the_same_way() -> None:
    name = "workflows/comment.yml"
    assert (OURS / name).read_text(encoding="utf-8") == (THEIRS / name).read_text(encoding="utf-8")


def test_the_comment_is_found_again_by_the_mark_that_the_report_writes() -> None:
    assert workflow(OURS / "workflows/comment.yml")["jobs"]["comment"]["env"]["MARK"] == MARKER
    assert MARKER in (OURS / "workflows/check.yml").read_text(encoding="utf-8")


def posted(text: str, folder: Path) -> str:
    """Run the step that checks the text of a pull request, and return the comment it would let through."""
    (script,) = [step["run"] for step in steps(OURS / "workflows/comment.yml") if step["name"] == "Check the text"]
    (folder / "change").mkdir()
    (folder / "change/comment.md").write_text(text, encoding="utf-8")
    settings = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MARK": MARKER}
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, env=settings, check=True)
    return (folder / "comment.md").read_text(encoding="utf-8")


HOSTILE = "@admin <img src=x> [x](https://evil.example) [x]: //y #1 ![p](http://q) www.evil.example <!-- x -->"
# Records refuse markup that pages cannot hold; the rest of it may stand in prose.
HOSTILE_PROSE = "@admin #1 www.evil.example, *[emphasis] and* **1 < 2 > 0**, `code`, a_b_c"


def test_what_evibrief_writes_is_let_through(tmp_path: Path) -> None:
    page = summary(title=HOSTILE, writing={"background": HOSTILE_PROSE, "interpretation": HOSTILE_PROSE})
    told = as_markdown(compared(BEFORE, records([page], [study("one", label=HOSTILE), study("two")])), "HEAD^1")
    assert posted(told, tmp_path) == told


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        f"{MARKER}\n\n<img src=x>",
        f"{MARKER}\n\n<!-- hidden -->",
        f"{MARKER}\n\nThanks, @admin!",
        f"{MARKER}\n\nCloses #1",
        f"{MARKER}\n\n[approve](x)",
        f"{MARKER}\n\nhttps://evil.example",
        f"{MARKER}\n\n  [x]: /y",
        f"{MARKER}\n\nwww.evil.example",
        f"{MARKER}\n\n" + "x" * 65_000,
    ],
    ids=lambda text: text[24:44] or text,
)
def test_what_evibrief_would_not_write_is_not_posted(text: str, tmp_path: Path) -> None:
    told = posted(text, tmp_path)
    assert told.startswith(MARKER)
    assert "artifact" in told
    assert text not in told


def test_the_hooks_for_pre_commit_run_on_records_alone() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"]: hook["entry"] for hook in hooks} == {
        "evibrief-fmt": "evibrief fmt",
        "evibrief-check": "evibrief check",
    }
    for hook in hooks:
        assert re.match(hook["files"], "studies/cook-2012.yaml")
        assert not re.match(hook["files"], "docs/studies.md")


def test_a_new_publication_has_the_same_hooks_from_its_own_environment() -> None:
    config = yaml.safe_load((THEIRS.parent / "dot-pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    assert {hook["id"]: hook["entry"] for hook in config["repos"][0]["hooks"]} == {
        hook["id"]: f".venv/bin/{hook['entry']}" for hook in hooks
    }
