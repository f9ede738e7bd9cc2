"""The public API: three lines of a notebook."""

from __future__ import annotations

import doctest
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import belta_spider


@pytest.mark.parametrize("name", ["belta_spider", "belta_spider.sources", "belta_spider.sources.captured"])
def test_the_examples_in_the_documentation_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed


def test_the_import_alone_loads_nothing() -> None:
    heavy = ("belta_spider.", "scrapy", "fastwarc", "selectolax", "regex", "msgspec")
    code = f"import sys, belta_spider; print([name for name in sys.modules if name.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_compiled_module_older_than_its_source_is_refused(tmp_path: Path) -> None:
    package = tmp_path / "belta_spider"
    package.mkdir()
    shutil.copy(belta_spider.__file__, package)
    (package / "lines.py").touch()
    compiled = package / "lines.cpython.so"
    compiled.touch()
    command = [sys.executable, "-c", "import belta_spider"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    os.utime(compiled, (0, 0))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"ImportError: {compiled} is older than lines.py: run `make compile`" in done.stderr


def test_other_names_are_refused() -> None:
    with pytest.raises(ImportError):
        from belta_spider import nothing  # noqa: F401
