"""Saved pages, from whatever they were saved in: one reader for each container.

A reader gets a stream and its place, and yields each page as it comes, or an `Unread` for what it
could not read; it never ends silently early.
"""

from __future__ import annotations

import io
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from belta_spider.items import Page
from belta_spider.remote import ReadError
from belta_spider.sources.dispatch import read as dispatch
from belta_spider.sources.entries import Dropped, Entry, PassedOver, Skipped, SourceError, Unread
from belta_spider.sources.finding import STDIN, Found, Readable, find
from belta_spider.sources.place import OF_THE_SITE, Place, Wants
from belta_spider.sources.revisits import Captures
from belta_spider.sources.tables.rows import columns_of

__all__ = [
    "Dropped",
    "Entry",
    "Page",
    "PassedOver",
    "Reader",
    "Skipped",
    "SourceError",
    "Unread",
    "check_columns",
    "columns_of",
    "find",
    "read",
]


class Reader:
    """Yields what stands in files, one after the other, and knows how far it is."""

    def __init__(
        self,
        found: Iterable[tuple[Readable, str]],
        columns: Mapping[str, str] | None = None,
        wanted: Callable[[str], bool] = OF_THE_SITE,
        captures: Captures | None = None,
    ):
        """`columns` maps our names of a table's columns to the file's; `wanted` tells an archive's
        records of the site by their addresses. Revisits whose originals may be in other files wait in `captures`.
        """
        self.found = found if isinstance(found, Found) else list(found)
        self.columns = columns or {}
        self.wanted = wanted
        self.captures = captures
        sizes = [math.inf if uri == STDIN else _size(path) for path, uri in self.found]
        self.total = sum(sizes)
        """Bytes in all files; infinite where a pipe is among them, or a file whose size nobody tells."""
        self.is_repeatable = not any(
            size == math.inf and isinstance(path, Path) for (path, _), size in zip(self.found, sizes, strict=True)
        )
        """Whether it can be read twice: pipes cannot; what is not there any more counts as such."""
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
        captures = Captures() if self.captures is None else self.captures
        wants = Wants(self.columns, self.wanted, dispatch, captures)
        if isinstance(self.found, Found):
            yield from left_out(self.found)
        for path, uri in self.found:
            try:
                with _open(path, uri) as file:
                    self._file = file
                    yield from dispatch(file, self._place(path, uri), wants)
                    self._before, self._file = self.done, None
            except OSError as error:
                yield Unread(uri, "unreadable", f"{type(error).__name__}: {error}")
            except ReadError as error:
                yield Unread(uri, "changed" if error.is_changed else "unreadable", str(error))
        if self.captures is None:
            yield from captures.without_original()

    def _place(self, path: Readable, uri: str) -> Place:
        is_listed = isinstance(self.found, Found) and uri in self.found.listed
        return Place(uri, path.name, is_listed=is_listed)


def check_columns(found: Iterable[tuple[Readable, str]], columns: Mapping[str, str]) -> None:
    """Look for the columns that a run names in the tables that it is to read.

    Raises:
        SourceError: one is in none of them.
    """
    from belta_spider.sources.tables import named  # loads each kind of table: only where columns are named

    if columns:
        named.check(found, columns)


def left_out(found: Found) -> Iterator[Entry]:
    """What was left out on the way to the files: the reasons counted, closed folders named."""
    counts: Counter[str] = Counter()
    for one in found.left_out:
        if isinstance(one, PassedOver):
            counts[one.reason] += 1
        else:
            yield one
    for reason, count in counts.items():
        yield PassedOver("", reason, count)


def _size(path: Readable) -> float:
    """Bytes in a file; infinite where it is a pipe, not there any more, or elsewhere and no list tells."""
    try:
        found = path.stat()
    except OSError:
        return math.inf
    return found.st_size if stat.S_ISREG(found.st_mode) else math.inf


def _open(path: Readable, uri: str) -> io.BufferedReader:
    if uri == STDIN:
        return io.BufferedReader(_StandardInput(os.dup(sys.stdin.fileno())))
    return path.open("rb")


class _StandardInput(io.FileIO):
    """Counts the bytes read, as a pipe has no position that tells them."""

    count = 0

    def readinto(self, buffer: Any, /) -> int | None:
        """Fill the buffer: what a thing is cannot be told by the few bytes that a pipe may give at first."""
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view):
            number = super().readinto(view[filled:])
            if not number:
                break
            filled += number
        self.count += filled
        return filled


def read(
    source: str | Iterable[tuple[Readable, str]], columns: Mapping[str, str] | None = None
) -> Iterator[Page | Unread]:
    """Yield the pages of a file, a folder or a glob (several with commas), or of files that were found.

    Raises:
        SourceError: no such path, or nothing in it that can be read.
    """
    for entry in Reader(find(source, columns) if isinstance(source, str) else source, columns):
        if isinstance(entry, (Page, Unread)):
            yield entry
