"""The rules of the house, read from the source: who may import whom, and who may touch the world."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "generator" / "evibrief"

# Data flow one way: a package imports only from those before it.
ORDER = (
    "errors",
    "statistics",
    "records",
    "synthesis",
    "appraisal",
    "checks",
    "figures",
    "pages",
    "exchange",
    "publishing",
    "changes",
    "cli",
)
STRANGERS = {("records", "statistics")}

# Where a library with a strong will may be used, and nowhere else.
HOMES = {
    "numpy": ("statistics/",),
    "scipy": ("statistics/",),
    "yaml": ("records/reader.py",),
    "jinja2": ("pages/rendering.py",),
    "mkdocs": ("publishing/",),
    "click": ("cli/",),
    "ruamel": ("exchange/record_tree.py",),
}

# No files, clock, randomness, environment, network or logging between reading and publishing.
PURE = ("records", "synthesis", "appraisal", "checks", "figures", "pages", "statistics")
IMPURE_MODULES = frozenset(
    {
        "asyncio", "ctypes", "getpass", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "platform",
        "random", "requests", "secrets", "shutil", "signal", "socket", "subprocess", "sys", "tempfile", "threading",
        "time", "urllib.request", "uuid", "warnings",
    }
)  # fmt: skip
# The reader and its helpers, and the renderer, are where files come in; one module loads scipy without its package.
READERS = frozenset(
    {
        "records/desk.py", "records/folders.py", "records/library.py", "records/reader.py", "records/source.py",
        "pages/language.py", "pages/rendering.py", "statistics/special.py",
    }
)  # fmt: skip
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__"})
CLOCKS = frozenset({"now", "today", "utcnow"})


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, in full, wherever in the file it does so."""
    package = ("evibrief", *path.relative_to(SOURCE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def identify(path: Path) -> str:
    return name_of(path)


@pytest.mark.parametrize("path", modules(), ids=identify)
def test_a_module_imports_only_what_comes_before_it(path: Path) -> None:
    own = package_of(path)
    assert own in ORDER, f"{own} has no place in the order of packages"
    for module in imports(path):
        parts = module.split(".")
        if parts[0] != "evibrief" or len(parts) < 2 or parts[1] not in ORDER:
            continue
        other = parts[1]
        assert ORDER.index(other) <= ORDER.index(own), f"{own} comes before {other}"
        assert (own, other) not in STRANGERS, f"{own} and {other} do not know each other"


@pytest.mark.parametrize("path", modules(), ids=identify)
def test_a_strong_library_stays_at_home(path: Path) -> None:
    for module in imports(path):
        homes = HOMES.get(module.split(".")[0])
        assert homes is None or name_of(path).startswith(homes), f"{module} belongs to {', '.join(homes)}"


@pytest.mark.parametrize("path", [path for path in modules() if package_of(path) in PURE], ids=identify)
def test_the_middle_of_the_program_is_pure(path: Path) -> None:
    if name_of(path) in READERS:
        return
    used = {module for module in imports(path) if module in IMPURE_MODULES or module.split(".")[0] in IMPURE_MODULES}
    assert not used
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            assert not (isinstance(called, ast.Name) and called.id in IMPURE_CALLS), f"line {node.lineno}"
            assert not (isinstance(called, ast.Attribute) and called.attr in CLOCKS), f"line {node.lineno}"


def test_the_rules_name_files_that_are_there() -> None:
    homes = {home for places in HOMES.values() for home in places}
    missing = [name for name in homes | READERS if not (SOURCE / name).exists()]
    assert not missing


def test_packages_do_not_go_in_circles() -> None:
    graph: dict[str, set[str]] = {}
    for path in modules():
        found = {module.split(".")[1] for module in imports(path) if module.startswith("evibrief.")}
        graph.setdefault(package_of(path), set()).update(found & set(ORDER) - {package_of(path)})
    for package, others in graph.items():
        assert not [other for other in others if package in graph.get(other, ())]


def test_nothing_is_called_utils() -> None:
    assert not [name_of(path) for path in modules() if path.stem in ("utils", "helpers", "misc", "common")]


@pytest.mark.parametrize("path", modules(), ids=identify)
def test_a_module_can_be_read_at_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_only_a_look_up_that_was_asked_for_uses_the_network() -> None:
    """No other module of the program can speak to another machine; the previews of MkDocs serve this one."""
    wanted = re.compile(r"^\s*(?:import|from) (?:urllib\.request|http\.client|socket|ssl|requests)\b", re.MULTILINE)
    speaking = [path for path in SOURCE.rglob("*.py") if wanted.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(SOURCE).as_posix() for path in speaking] == ["exchange/importing/lookup.py"]
