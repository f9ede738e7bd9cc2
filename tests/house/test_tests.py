"""The tests lie as the package does, and none stands on another: what two share is a helper or in the factory."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE, TESTS = Path("belta_spider"), Path("tests")
TEST_MODULES = sorted(TESTS.rglob("test_*.py"))
MODULES = sorted([*TESTS.rglob("*.py"), *Path("benchmarks").rglob("*.py")])
NO_ROOMS = {
    "contract": "what the contract says, seen from outside",
    "house": "what the project asks of itself",
    "faults": "kills, hostile input, search for input that breaks something",
    "journeys": "what users do, from end to end",
    "evaluation": "pages that no author of a rule wrote",
    "scale": "the same with engines and servers of an environment of their own",
    "scale/remote": "of these, object stores and web servers",
}
"""The folders of tests that are not named as a room of the package."""


def imported(path: Path) -> Iterator[str]:
    """The names of all modules that a module may import, with what it takes from them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)


def faults(path: Path) -> list[str]:
    """What a module of tests or benchmarks imports and must not."""
    found = [name.split(".") for name in imported(path)]
    of_tests = [name for name in found if name[0] == "tests" and any(part.startswith("test_") for part in name)]
    of_benchmarks = [name for name in found if name[0] == "benchmarks" and path.parts[0] == "tests"]
    return [".".join(name) for name in of_tests + of_benchmarks]


@pytest.mark.parametrize("folder", sorted({path.parent for path in TEST_MODULES}), ids=str)
def test_a_folder_of_tests_is_a_room_of_the_package(folder: Path) -> None:
    room = folder.relative_to(TESTS)
    assert folder != TESTS
    assert room.as_posix() in NO_ROOMS or (PACKAGE / room / "__init__.py").exists()


@pytest.mark.parametrize("name", NO_ROOMS)
def test_a_folder_that_is_no_room_is_there(name: str) -> None:
    assert any((TESTS / name).glob("test_*.py"))
    assert not (PACKAGE / name).exists()


def test_nobody_imports_a_test_and_no_test_a_benchmark() -> None:
    assert not {str(path): faults(path) for path in MODULES if faults(path)}


@pytest.mark.parametrize(
    "code",
    [
        "from tests.text.test_lines import joined",
        "from tests.text import test_lines",
        "import tests.text.test_lines",
        "def late():\n    from tests.text.test_lines import joined",
        "from benchmarks import speed",
        "import benchmarks.speed",
    ],
)
def test_a_planted_import_is_found(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("tests/a.py")
    path.parent.mkdir()
    path.write_text(code)
    assert faults(path)
    path.write_text("from tests.factory import corpus\nfrom scrapy.utils.test import get_crawler\nimport testing")
    assert not faults(path)
