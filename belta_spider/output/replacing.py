"""A file that takes another's place, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A new path that takes the place of `path` at the end; after an error nothing is left of it."""
    path = Path(os.path.realpath(path))  # a link goes on to lead there
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        new = folder / path.name
        yield new
        new.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
