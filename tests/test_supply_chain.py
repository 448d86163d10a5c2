"""What the software is made of: pinned by hash, and listed the same way every time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SCRIPT = REPOSITORY / "scripts/sbom.py"
LOCKS = ("site", "test", "audit")

# As uv writes a lock: a package that the project asks for, what that asks for, and one for tests alone.
LOCK = f"""\
click==8.5.1 ; sys_platform != 'win32' \\
    --hash=sha256:{"1" * 64} \\
    --hash=sha256:{"2" * 64}
    # via
    #   evibrief (pyproject.toml)
    #   mkdocs
colorama==0.4.6 \\
    --hash=sha256:{"3" * 64}
    # via click
pytest==9.0 \\
    --hash=sha256:{"4" * 64}
    # via evibrief (pyproject.toml:dev)
"""


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    spec = spec_from_file_location("sbom", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["sbom"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_the_hashes_of_its_files(sbom: ModuleType, name: str) -> None:
    packages = list(sbom.read_lock((REPOSITORY / f"requirements/{name}.lock").read_text(encoding="utf-8")))
    assert len(packages) > 20
    assert all(package.hashes and package.parents for package in packages)


def test_the_bill_says_what_is_needed_and_what_needs_it(sbom: ModuleType) -> None:
    made = sbom.bill([LOCK], "1.2")
    found = {item["name"]: item for item in made["components"]}
    assert {name: item["scope"] for name, item in found.items()} == {
        "click": "required",
        "colorama": "required",
        "pytest": "excluded",
    }
    (files,) = found["click"]["externalReferences"]
    assert [item["content"][0] for item in files["hashes"]] == ["1", "2"]
    assert found["click"]["properties"] == [{"name": "python:marker", "value": "sys_platform != 'win32'"}]
    wanted = {item["ref"]: item["dependsOn"] for item in made["dependencies"]}
    assert wanted["pkg:pypi/evibrief@1.2"] == ["pkg:pypi/click@8.5.1"]
    assert wanted["pkg:pypi/click@8.5.1"] == ["pkg:pypi/colorama@0.4.6"]


def test_a_line_that_is_not_understood_is_no_part_that_is_left_out(sbom: ModuleType) -> None:
    with pytest.raises(ValueError, match="no line of a lock: -e"):
        sbom.bill([LOCK + "-e .\n"], "1.2")


def written(target: Path, **settings: str) -> bytes:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **settings}
    subprocess.run([sys.executable, SCRIPT, target], env=environment, cwd=target.parent, check=True)
    return target.read_bytes()


def test_the_bill_is_the_same_every_time(tmp_path: Path) -> None:
    one = written(tmp_path / "one.json", PYTHONHASHSEED="1", TZ="UTC")
    two = written(tmp_path / "two.json", PYTHONHASHSEED="2", TZ="Pacific/Auckland", LC_ALL="C")
    assert one == two


def test_the_bill_lists_every_line_of_every_lock(tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(written(tmp_path / "bill.json"))
    listed = {component["purl"] for component in document["components"]}
    pinned = set()
    for name in LOCKS:
        text = (REPOSITORY / f"requirements/{name}.lock").read_text(encoding="utf-8")
        pinned |= {f"pkg:pypi/{found[1]}@{found[2]}" for found in re.finditer(r"^([a-z0-9-]+)==(\S+)", text, re.M)}
    assert listed == pinned
    references = {document["metadata"]["component"]["bom-ref"], *listed}
    assert {item["ref"] for item in document["dependencies"]} == references
    assert {child for item in document["dependencies"] for child in item["dependsOn"]} <= references


def test_what_the_project_asks_for_is_locked_and_required(tmp_path: Path) -> None:
    document = json.loads(written(tmp_path / "bill.json"))
    required = {item["name"] for item in document["components"] if item["scope"] == "required"}
    assert {"click", "jinja2", "mkdocs", "nh3", "numpy", "pydantic", "pyyaml", "scipy"} <= required
    assert not required & {"hatchling", "pytest", "playwright", "pip-audit", "zizmor"}
