"""Saved pages, from whatever they were saved in: one reader for each container.

A reader gets a file's path and its `uri`, and yields each page as it comes, or an `Unread` for
what it could not read; it never ends silently early.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from belta_spider.items import Page
from belta_spider.sources import files
from belta_spider.sources.unread import SourceError, Unread

__all__ = ["Page", "SourceError", "Unread", "find", "read"]


def read(source: str | Iterable[tuple[Path, str]]) -> Iterator[Page | Unread]:
    """Yield the pages of a file, a folder or a glob (several with commas), or of files that were found.

    Raises:
        SourceError: no such path, or nothing in it that can be read.
    """
    for path, uri in find(source) if isinstance(source, str) else source:
        yield from files.read(path, uri)


def find(source: str) -> list[tuple[Path, str]]:
    """Return the files that a source names, each with its `uri`; folders in the order of their paths."""
    found = []
    for part in filter(None, map(str.strip, source.split(","))):
        found += _find(part)
    if not found:
        raise SourceError(f"source={source}: nothing in it to read")
    return found


def _find(part: str) -> list[tuple[Path, str]]:
    path = Path(part)
    if path.is_dir():
        return _folder(path, part)
    if path.exists():
        return [(path, part)]
    matches = sorted(glob.glob(part, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not matches:
        raise SourceError(f"source={part}: no such file, folder or glob")
    found = []
    for match in matches:
        one = Path(match)
        found += _folder(one, match) if one.is_dir() else [(one, match)]
    return found


def _folder(folder: Path, uri: str) -> list[tuple[Path, str]]:
    """The files in a folder that a reader knows by their names."""
    inside = (path for path in folder.rglob("*") if files.is_known(path.name) and path.is_file())
    relative = sorted(path.relative_to(folder).as_posix() for path in inside)
    root = uri.rstrip("/")
    return [(folder / name, f"{root}/{name}") for name in relative]
