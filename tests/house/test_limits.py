"""How large the rooms, modules, classes and functions of the package may be (CONTRIBUTING.md, The shape)."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path("belta_spider")
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted({path.parent for path in MODULES})
MOST_IN_THE_ROOT, MOST_IN_A_ROOM, MOST_LINES = 8, 15, 300
CLASS_LINES, CLASS_ATTRIBUTES = 150, 10
LONGER_CLASSES = {"Frames": 170}
"""The framing of WARC records is one thing: a reader follows it from the first byte to the last."""
FUNCTION_LINES, FUNCTION_DECISIONS = 40, 19


def definitions(kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[tuple[Path, ast.AST]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield path, node


CLASSES = list(definitions(ast.ClassDef))
FUNCTIONS = list(definitions((ast.FunctionDef, ast.AsyncFunctionDef)))


def lines_of_code(path: Path, node: ast.AST) -> int:
    """A function's lines without its docstring, blank lines and comments."""
    body = node.body  # type: ignore[attr-defined]
    source = path.read_text(encoding="utf-8").splitlines()
    docstring = body[0] if ast.get_docstring(node) is not None else None  # type: ignore[arg-type]
    skipped = range(docstring.lineno, docstring.end_lineno + 1) if docstring else range(0)
    numbers = (number for number in range(node.lineno, node.end_lineno + 1) if number not in skipped)  # type: ignore[attr-defined]
    return sum(1 for number in numbers if source[number - 1].strip() and not source[number - 1].strip().startswith("#"))


def attributes(node: ast.AST) -> set[str]:
    """What methods set on `self`. The fields of a record are columns, not state: they do not count."""
    stored = (one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
    return {one.attr for one in stored if isinstance(one.value, ast.Name) and one.value.id == "self"}


def decisions(node: ast.AST) -> int:
    """The ways through a function: one, and one more for each branch, loop, `and` and `or`."""
    kinds = ast.If | ast.IfExp | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.comprehension
    inner = list(ast.walk(node))
    tests = sum(len(one.values) - 1 for one in inner if isinstance(one, ast.BoolOp))
    filters = sum(len(one.ifs) for one in inner if isinstance(one, ast.comprehension))
    return 1 + sum(isinstance(one, kinds) for one in inner) + tests + filters


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_room_holds_few_modules(room: Path) -> None:
    modules = list(room.glob("*.py"))
    assert len(modules) <= (MOST_IN_THE_ROOT if room == PACKAGE else MOST_IN_A_ROOM)
    assert (room / "__init__.py") in modules


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_no_longer_than_one_reads_at_a_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize(("path", "node"), CLASSES, ids=[f"{path}:{node.name}" for path, node in CLASSES])  # type: ignore[attr-defined]
def test_a_class_has_one_duty(path: Path, node: ast.ClassDef) -> None:
    assert (node.end_lineno or 0) - node.lineno + 1 <= LONGER_CLASSES.get(node.name, CLASS_LINES)
    assert len(attributes(node)) <= CLASS_ATTRIBUTES, sorted(attributes(node))


def test_functions_are_short() -> None:
    sizes = [lines_of_code(path, node) for path, node in FUNCTIONS]
    assert max(sizes) <= FUNCTION_LINES
    assert statistics.median(sizes) <= 6
    assert statistics.quantiles(sizes, n=10)[-1] <= 15


def test_functions_decide_little() -> None:
    """Ruff counts branches alone: what a reader must hold in mind is each test in them too."""
    found = {f"{path}:{node.name}": decisions(node) for path, node in FUNCTIONS}  # type: ignore[attr-defined]
    assert {name: count for name, count in found.items() if count > FUNCTION_DECISIONS} == {}
