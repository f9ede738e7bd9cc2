"""The factory says what must come of a page without asking the program, and the fixtures are what it makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from belta_spider.reporting import golden_files

ROOT = Path(__file__).resolve().parents[2]
ASKED_NEVER = ("belta_spider.cleaning", "belta_spider.text.languages", "eldc", "trafilatura")
MAKE = """
import sys
from tests.factory import html_page, make_fixtures
make_fixtures.main()
html_page.write()
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with all fixtures made anew, and the modules that it took."""
    folder = tmp_path_factory.mktemp("factory")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MAKE], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return folder, done.stdout.split()


def test_no_module_of_cleaning_or_of_languages_is_asked(made: tuple[Path, list[str]]) -> None:
    modules = made[1]
    assert "tests.factory.golden_files" in modules
    assert [name for name in modules if name.startswith(ASKED_NEVER)] == []


def test_pages_and_expected_records_are_what_the_factory_makes(made: tuple[Path, list[str]]) -> None:
    """But for the audits of pages in markup, which are the program's."""
    folder = made[0]
    files = [path.relative_to(folder) for path in sorted(folder.glob("fixtures/*/*"))]
    assert len(files) == len(list(ROOT.glob("fixtures/*/*"))) - 4  # two real pages with their records
    for file in files:
        here, there = (folder / file).read_bytes(), (ROOT / file).read_bytes()
        if file.name.endswith(".html.record.json"):
            here, there = (
                golden_files.encode(golden_files.decode(data) | {"audit": []}).encode() for data in (here, there)
            )
        assert here == there, file
