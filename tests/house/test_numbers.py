"""Each number that a module names says why it is what it is: on its line, above it, or in the string below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path("belta_spider")


def is_number(node: ast.AST | None) -> bool:
    """Whether an expression is made of numbers alone: `64 * 2**20`, `-15`, `500, 160`."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if isinstance(node, ast.Tuple):
        return bool(node.elts) and all(map(is_number, node.elts))
    return isinstance(node, ast.BinOp | ast.UnaryOp) and all(
        is_number(one) for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)
    )


def unexplained(source: str) -> Iterator[str]:
    lines = source.splitlines()
    body = ast.parse(source).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not is_number(node.value):
            continue
        is_said_below = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        is_said_above = node.lineno > 1 and lines[node.lineno - 2].startswith("#")
        if not (is_said_below or is_said_above or "  # " in lines[(node.end_lineno or 0) - 1]):
            yield lines[node.lineno - 1]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("_A = 5", ["_A = 5"]),
        ("_A: int = -5 * 2**20", ["_A: int = -5 * 2**20"]),
        ("_A, _B = 5, 1.5", ["_A, _B = 5, 1.5"]),
        ("_A = 5\n\n_B = 6  # pieces: a second's work", ["_A = 5"]),
        ('_A = 5\n"""Why."""', []),
        ("# Why.\n_A = 5", []),
        ("_A = True\n_B = ()\n_C = len('x')\n_D = 'x'", []),
    ],
)
def test_a_number_is_seen_and_so_is_its_reason(source: str, found: list[str]) -> None:
    assert list(unexplained(source)) == found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_each_number_says_why(path: Path) -> None:
    assert list(unexplained(path.read_text(encoding="utf-8"))) == []
