"""What is installed is not older than the floors; nothing is unpickled or executed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [Requirement(one) for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]]


@pytest.mark.parametrize("floor", FLOORS, ids=str)
def test_what_is_installed_is_no_older_than_its_floor(floor: Requirement) -> None:
    if floor.marker and not floor.marker.evaluate():
        pytest.skip("for another Python")
    assert version(floor.name) in floor.specifier


def test_the_package_neither_unpickles_nor_executes() -> None:
    words = re.compile(
        r"(?<!copyreg\.)\b(?:pickle|marshal|shelve|eval|exec|os\.system|shell=True|yaml\.load)\b(?:\(|\.)"
    )
    found = [path.name for path in (ROOT / "belta_spider").rglob("*.py") if words.search(path.read_text("utf-8"))]
    assert not found
