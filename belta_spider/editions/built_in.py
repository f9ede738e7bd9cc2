"""Where the edition files of this package are."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder of the built-in edition files; out of a zip, such as scrapyd's eggs, they are unpacked."""
    here = Path(__file__).parent
    if here.is_dir():
        return here
    unpacked = Path(tempfile.mkdtemp(prefix="belta_spider-editions-"))
    atexit.register(shutil.rmtree, unpacked, ignore_errors=True)
    for file in files(__package__ or "").iterdir():
        if file.name.endswith(".toml"):
            (unpacked / file.name).write_bytes(file.read_bytes())
    return unpacked
