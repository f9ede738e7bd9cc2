"""The public API: three lines of a notebook."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["belta_spider", "belta_spider.sources", "belta_spider.sources.capture_times"])
def test_the_examples_in_the_documentation_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed


def test_the_import_alone_loads_nothing() -> None:
    heavy = ("belta_spider.", "scrapy", "fastwarc", "selectolax", "regex", "msgspec")
    code = f"import sys, belta_spider; print([name for name in sys.modules if name.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_other_names_are_refused() -> None:
    with pytest.raises(ImportError):
        from belta_spider import nothing  # noqa: F401
