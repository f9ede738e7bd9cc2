"""For scrapyd-deploy alone, whose own setup.py leaves the edition files out; all else reads pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_namespace_packages, setup

VERSION = Path(__file__).with_name("belta_spider") / "version.py"

setup(
    name="belta_spider",
    version=re.search(r'^__version__ = "(.+)"', VERSION.read_text(encoding="utf-8"), re.MULTILINE).group(1),
    packages=find_namespace_packages(include=["belta_spider*"]),
    package_data={"": ["*.toml", "*.html", "*.css", "*.js", "py.typed"], "belta_spider": ["completion/*"]},
)
