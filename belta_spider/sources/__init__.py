"""Saved pages, from whatever they were saved in: one reader for each container.

A reader gets a file's path and its `uri`, and yields each page as it comes, or an `Unread` for
what it could not read; it never ends silently early.
"""

from __future__ import annotations

import glob
import io
import logging
import math
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from belta_spider.editions import addresses
from belta_spider.items import Page
from belta_spider.sources import detection, files, tables, wacz, warc
from belta_spider.sources.entries import Dropped, Skipped, SourceError, Unread
from belta_spider.sources.tables import columns_of
from belta_spider.sources.unpacking import unpack

__all__ = ["Dropped", "Page", "Reader", "Skipped", "SourceError", "Unread", "columns_of", "find", "pages", "read"]

Entry = Page | Unread | Skipped | Dropped
_STDIN = "-"
logger = logging.getLogger(__name__)


class Reader:
    """Yields what stands in files, one after the other, and knows how far it is."""

    def __init__(
        self,
        found: Iterable[tuple[Path, str]],
        columns: Mapping[str, str] | None = None,
        wanted: Callable[[str], bool] = addresses.is_of_the_site,
    ):
        """`columns` maps our names of a table's columns to the file's; `wanted` tells an archive's
        records of the site by their addresses.
        """
        self.found = list(found)
        self.columns = columns or {}
        self.wanted = wanted
        self.total = sum(math.inf if uri == _STDIN else _size(path) for path, uri in self.found)
        """Bytes in all files; infinite where a pipe is among them."""
        self.is_repeatable = self.total < math.inf
        """Whether it can be read twice: pipes cannot."""
        self._before = 0
        self._file: io.BufferedReader | None = None

    @property
    def done(self) -> int:
        """Bytes that were read so far."""
        if self._file is None:
            return self._before
        raw = self._file.raw
        try:
            return self._before + (raw.count if isinstance(raw, _StandardInput) else raw.tell())
        except (OSError, ValueError):  # a named pipe has no position
            return self._before

    def __iter__(self) -> Iterator[Entry]:
        self._before = 0
        for path, uri in self.found:
            try:
                with _open(path, uri) as file:
                    self._file = file
                    yield from self._entries(file, path.name, uri)
                    self._before, self._file = self.done, None
            except OSError as error:
                yield Unread(uri, "unreadable", f"{type(error).__name__}: {error}")

    def _entries(self, file: io.BufferedReader, name: str, uri: str) -> Iterator[Entry]:
        magic = file.peek(detection.HEAD)
        kind = detection.kind_of(magic, name)
        if kind == "binary":
            yield Unread(uri, "unknown_format", "neither text nor an archive nor a table")
        elif kind in {"wacz", "parquet"}:
            with _seekable(file, magic) as plain:
                if kind == "wacz":
                    yield from wacz.read(plain, uri, self.wanted)
                else:
                    yield from tables.read_parquet(plain, uri, self.columns)
        elif kind == "warc":
            yield from warc.read(unpack(file, magic), uri, "warc", self.wanted)
        elif kind == "table":
            yield from tables.read_lines(unpack(file, magic), uri, self.columns)
        else:
            yield from files.read(unpack(file, magic), uri, kind)


def _size(path: Path) -> float:
    """Bytes in a file; infinite where it is a pipe, or not there any more."""
    try:
        found = path.stat()
    except OSError:
        return math.inf
    return found.st_size if stat.S_ISREG(found.st_mode) else math.inf


def _open(path: Path, uri: str) -> io.BufferedReader:
    if uri == _STDIN:
        return io.BufferedReader(_StandardInput(os.dup(sys.stdin.fileno())))
    return path.open("rb")


class _StandardInput(io.FileIO):
    """Counts the bytes read, as a pipe has no position that tells them."""

    count = 0

    def readinto(self, buffer: Any, /) -> int | None:
        number = super().readinto(buffer)
        self.count += number or 0
        return number


def _seekable(file: io.BufferedReader, magic: bytes) -> io.BufferedReader:
    """The file itself; where it is a pipe or compressed, a copy that ends with the run."""
    if file.seekable() and not detection.is_packed(magic):
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    for piece in unpack(file, magic):
        if isinstance(piece, bytes):
            copy.write(piece)
    copy.seek(0)
    return cast(io.BufferedReader, copy)


def read(source: str | Iterable[tuple[Path, str]], columns: Mapping[str, str] | None = None) -> Iterator[Page | Unread]:
    """Yield the pages of a file, a folder or a glob (several with commas), or of files that were found.

    Raises:
        SourceError: no such path, or nothing in it that can be read.
    """
    for entry in Reader(find(source) if isinstance(source, str) else source, columns):
        if isinstance(entry, (Page, Unread)):
            yield entry


def pages(source: str, columns: Mapping[str, str] | None = None) -> Iterator[Page]:
    """Yield the pages of a file, a folder or a glob (several with commas), for `clean`.

    What cannot be read is logged as a warning and passed over. `columns` names a table's columns
    where they are not `text`, `html`, `url` and `captured_at`: `{"text": "content"}`.

    >>> from belta_spider import clean, read
    >>> for page in read("fixtures/de/000*.txt"):
    ...     print(clean(page).article.date_published)
    2024-04-03T14:54:00+03:00

    Raises:
        SourceError: no such path, or nothing in it that can be read.
    """
    for entry in read(source, columns):
        if isinstance(entry, Page):
            yield entry
        else:
            logger.warning("cannot read %s: %s", entry.uri, entry.detail)


def find(source: str) -> list[tuple[Path, str]]:
    """Return the files that a source names, each with its `uri`; folders in the order of their paths."""
    found = []
    for part in filter(None, map(str.strip, source.split(","))):
        found += _find(part)
    if not found:
        raise SourceError(f"source={source}: nothing in it to read")
    return [(path, _printable(uri)) for path, uri in found]


def _printable(uri: str) -> str:
    """A name that is no UTF-8 comes with lone surrogates, which no output can hold."""
    return uri.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _find(part: str) -> list[tuple[Path, str]]:
    path = Path(part)
    if part == _STDIN:
        return [(path, part)]
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
    root = uri.rstrip("/")
    return [(folder / name, f"{root}/{name}") for name in sorted(_inside(folder, ""))]


def _inside(folder: Path | str, prefix: str) -> Iterator[str]:
    """Names of files within a folder. Links to files count, links to folders do not; closed folders are left out."""
    with suppress(PermissionError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _inside(entry.path, f"{prefix}{entry.name}/")
            elif detection.is_known(entry.name) and (entry.is_file(follow_symlinks=False) or Path(entry).is_file()):
                yield prefix + entry.name
