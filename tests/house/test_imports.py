"""Which room may import which: the contracts of pyproject.toml hold, and see what they are there to see."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("scrapy", "twisted", "trafilatura", "eldc", "ftfy", "charset_normalizer", "pyarrow", "rich")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package with its contracts, to plant faults in."""
    shutil.copytree(ROOT / "belta_spider", tmp_path / "belta_spider", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_kept(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert "Contracts: 5 kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("place", "planted", "says"),
    [
        ("cleaning/divide.py", "import scrapy", "Scrapy is known to the skin alone BROKEN"),
        ("text/lines.py", "import twisted.python", "Scrapy is known to the skin alone BROKEN"),
        ("cleaning/body.py", "import socket", "The core opens nothing and waits for nothing BROKEN"),
        ("items.py", "import belta_spider.text.lines", "Rooms stand on one another; none looks up BROKEN"),
        (
            "sources/finishing.py",
            "import belta_spider.output.ledger",
            "Rooms stand on one another; none looks up BROKEN",
        ),
        ("sources/finishing.py", "import belta_spider.cleaning.draft", "A room's inside is its own BROKEN"),
        ("sources/indexes/cdx.py", "import scrapy", "Scrapy is known to the skin alone BROKEN"),
        ("live/lists.py", "import belta_spider.archives.pace", "Rooms stand on one another; none looks up BROKEN"),
        ("live/state.py", "import belta_spider.live.coverage", "No circles between siblings BROKEN"),
    ],
)
def test_a_planted_import_is_found(copy: Path, place: str, planted: str, says: str) -> None:
    path = copy / "belta_spider" / place
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert says in done.stdout


def test_a_new_folder_that_no_layer_names_is_found(copy: Path) -> None:
    folder = copy / "belta_spider" / "helpers"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert "belta_spider.helpers" in done.stdout


def test_the_cleaner_loads_neither_scrapy_nor_what_only_some_pages_need() -> None:
    code = f"import sys, belta_spider.cleaning; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
