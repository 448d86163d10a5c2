"""Change the program in one small place at a time and see whether a test notices: `make mutants`.

The places are a seeded sample of the linter and of pooling. Tests are collected once, and run once to learn which
functions each of them calls; then each mutant lives in a process of its own, in which one function is exchanged, and
only the tests that call it are run, the quickest first, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "generator"
AREAS = {
    "checks": (("evibrief/checks/*.py",), ("tests/checks",)),
    "pooling": (
        ("evibrief/statistics/pooling*.py",),
        (
            "tests/statistics/test_pooling_edges.py",
            "tests/statistics/test_pooling_properties.py",
            "tests/statistics/test_pooling_tables.py",
            "tests/statistics/test_pooling_oracle.py",
        ),
    ),
}
# A mutant that runs on for so many times its tests' usual time is caught, too.
PATIENCE = 10
LEAST_SECONDS = 20

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the ``number``-th place of a module, within a function or constant that is named."""

    module: str
    target: str
    number: int
    line: int
    change: str


# ---- places that can be changed ---------------------------------------------------------------------------------


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, Callable[[], None]]]:
    """Yield each node that can be changed, what the change is, and how it is made in place."""
    for node in ast.walk(tree):
        yield from _operators(node)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node, f"{node.value} -> {node.value + 1}", lambda node=node: _set(node, "value", node.value + 1)
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node, f"{node.value} -> {not node.value}", lambda node=node: _set(node, "value", not node.value)
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            yield (
                node.test,
                "condition negated",
                lambda node=node: _set(node, "test", ast.UnaryOp(ast.Not(), node.test)),
            )
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Invert):
            yield node, "sign dropped", lambda node=node: _set(node, "op", ast.UAdd())
        elif isinstance(node, ast.Return) and getattr(node.value, "value", node.value) is not None:
            yield node, "returns nothing", lambda node=node: _set(node, "value", ast.Constant(None))
        elif isinstance(node, ast.Name) and node.id in OTHER_NAMES:
            other = OTHER_NAMES[node.id]
            yield node, f"{node.id} -> {other}", lambda node=node, other=other: _set(node, "id", other)


def _operators(node: ast.AST) -> Iterator[tuple[ast.AST, str, Callable[[], None]]]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            other = SWAPS[type(operator)]
            words = f"{type(operator).__name__} -> {other.__name__}"
            yield node, words, lambda node=node, index=index, other=other: node.ops.__setitem__(index, other())
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
        other = SWAPS[type(node.op)]
        yield node, f"{type(node.op).__name__} -> {other.__name__}", lambda: _set(node, "op", other())


def _set(node: ast.AST, name: str, value: object) -> None:
    setattr(node, name, value)


def targets(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """Yield each function, method and numeric constant of a module by its name, with what in it may be changed."""
    for node in tree.body:
        for item, prefix in [(node, "")] + (
            [(part, f"{node.name}.") for part in node.body] if isinstance(node, ast.ClassDef) else []
        ):
            if isinstance(item, ast.FunctionDef):
                body = [
                    part
                    for part in item.body
                    if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
                ]
                yield prefix + item.name, body
            elif isinstance(item, ast.Assign) and not prefix and isinstance(item.targets[0], ast.Name):
                yield item.targets[0].id, [item.value] if isinstance(item.value, ast.Constant | ast.BinOp) else []


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    module = _module(path)
    for target, parts in targets(ast.parse(path.read_text(encoding="utf-8"))):
        found = [(node, words) for part in parts for node, words, _ in places(_held(part))]
        for number, (node, words) in enumerate(found):
            yield Mutant(module, target, number, getattr(node, "lineno", 0), words)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def _held(part: ast.AST) -> ast.AST:
    """A part within something, so that it can be exchanged itself."""
    return ast.Module(body=[part], type_ignores=[]) if isinstance(part, ast.stmt) else ast.Expression(part)


def mutated(mutant: Mutant, source: str) -> ast.Module:
    """The module with the change made."""
    tree = ast.parse(source)
    parts = dict(targets(tree))[mutant.target]
    changes = [change for part in parts for _, _, change in places(_held(part))]
    changes[mutant.number]()
    return ast.fix_missing_locations(tree)


# ---- bringing a mutant to life ----------------------------------------------------------------------------------


def live(mutant: Mutant) -> None:
    """Exchange the function, in place so that whoever imported it has the mutant, or the constant, everywhere."""
    module = importlib.import_module(mutant.module)
    tree = mutated(mutant, inspect.getsource(module))
    code = compile(tree, str(module.__file__), "exec", dont_inherit=True)
    old = _function(module, mutant.target)
    if old is not None:
        old.__code__ = _code(code, mutant.target)
        return
    before, scope = getattr(module, mutant.target), dict(vars(module))
    (statement,) = [node for node in tree.body if isinstance(node, ast.Assign) and _named(node) == mutant.target]
    exec(compile(ast.Module(body=[statement], type_ignores=[]), "mutant", "exec"), scope)
    for other in [value for name, value in sys.modules.items() if name.startswith("evibrief")]:
        if vars(other).get(mutant.target) is before:
            setattr(other, mutant.target, scope[mutant.target])


def _named(node: ast.Assign) -> str:
    return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""


def _function(module: ModuleType, target: str) -> FunctionType | None:
    found: Any = module
    for part in target.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = inspect.unwrap(found) if callable(found) else found
    return found if isinstance(found, FunctionType) else None


def _code(code: CodeType, target: str) -> CodeType:
    for part in target.split("."):
        code = next(item for item in code.co_consts if isinstance(item, CodeType) and item.co_name == part)
    return code


# ---- which tests, and do they notice ----------------------------------------------------------------------------


class Trial:
    """A plug-in of pytest: in place of the tests, the mutants are run."""

    def __init__(self, mutants: Sequence[Mutant], lines: list[str]) -> None:
        self.mutants, self.lines, self.survivors = mutants, lines, 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which test calls what, then try each mutant."""
        calls, seconds = in_process(lambda: _learn(session))
        for count, mutant in enumerate(self.mutants, start=1):
            names = sorted(calls.get(f"{mutant.module}:{mutant.target}", ()), key=seconds.__getitem__)
            if not names and not mutant.target.isupper():
                verdict = "survived (no test calls it)"
            else:
                # A constant is used by whichever function: all tests of the module that holds it.
                names = names or sorted(
                    {name for key, tests in calls.items() if key.startswith(f"{mutant.module}:") for name in tests},
                    key=seconds.__getitem__,
                )
                limit = LEAST_SECONDS + PATIENCE * sum(seconds[name] for name in names)
                verdict = (
                    "caught" if in_process(lambda m=mutant, n=names: _noticed(session, m, n), limit) else "survived"
                )
            self.survivors += verdict != "caught"
            line = f"{mutant.module}:{mutant.line} {mutant.target}: {mutant.change}"
            if verdict != "caught":
                self.lines.append(line)
            print(f"{count}/{len(self.mutants)} {verdict}: {line}", flush=True)
        return True


def in_process(work: Callable[[], Any], limit: float | None = None) -> Any:
    """What work gives in a process of its own; true if it does not come back in time, or at all."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if limit is not None:
            signal.setitimer(signal.ITIMER_PROF, limit)
        try:
            with os.fdopen(write, "w", encoding="utf-8") as pipe:
                json.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    try:
        return json.loads(text)
    except ValueError:
        return True


def _learn(session: pytest.Session) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Which tests call which functions of ours, by module and name, and how long each takes."""
    calls: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = {}
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    for item in session.items:
        seen.clear()
        started = time.perf_counter()
        sys.setprofile(note)
        failed = _fails(item)
        sys.setprofile(None)
        seconds[item.nodeid] = time.perf_counter() - started
        for code in seen if not failed else ():
            if code.co_filename.startswith(str(SOURCE)):
                calls[f"{_module(Path(code.co_filename))}:{code.co_qualname.split('.<locals>')[0]}"].add(item.nodeid)
    return {key: sorted(tests) for key, tests in calls.items()}, seconds


def _noticed(session: pytest.Session, mutant: Mutant, names: Sequence[str]) -> bool:
    items = {item.nodeid: item for item in session.items}
    try:
        live(mutant)
    except Exception:
        return False  # a fault of this script is not to look like a test that notices
    return any(_fails(items[name]) for name in names)


def _fails(item: pytest.Item) -> bool:
    from _pytest.runner import runtestprotocol

    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def main() -> int:
    """Try a sample, print what survived, and fail below the share that must be caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area", choices=AREAS)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.9)
    given = parser.parse_args()
    patterns, tests = AREAS[given.area]
    paths = sorted(path for pattern in patterns for path in SOURCE.glob(pattern))
    every = [mutant for path in paths for mutant in mutants_of(path)]
    sample = random.Random(given.seed).sample(every, min(given.count, len(every)))
    survivors: list[str] = []
    trial = Trial(sample, survivors)
    os.environ["PYTHONHASHSEED"] = "0"
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-s", "-m", "not browser", *tests], plugins=[trial])
    caught = (len(sample) - trial.survivors) / len(sample)
    print(f"\n{given.area}: {len(sample)} of {len(every)} mutants (seed {given.seed}), {caught:.1%} caught")
    print(*sorted(survivors), sep="\n")
    return 0 if caught >= given.least else 1


if __name__ == "__main__":
    sys.exit(main())
