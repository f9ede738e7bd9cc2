"""Records at the places that an index names: in files of this machine, read as a replay's source."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from belta_spider.sources.dispatch import read as dispatch
from belta_spider.sources.entries import Entry, Unread
from belta_spider.sources.indexes.captures import Capture
from belta_spider.sources.indexes.gathered import Gathered
from belta_spider.sources.indexes.replays import range_of
from belta_spider.sources.place import Place, Wants

_OPEN = 8
"""Files that are held open: an index goes through them in the order of time."""


def entries_of(data: bytes, uri: str, wanted: Callable[[str], bool] = bool) -> Iterator[Entry]:
    """Yield what stands in the bytes of a record, gzipped or not."""
    wants = Wants({}, wanted, dispatch)
    yield from dispatch(_stream(data), Place(uri, uri.rpartition("/")[2]), wants)
    yield from wants.captures.without_original()


def _stream(data: bytes) -> io.BufferedReader:
    return cast("io.BufferedReader", io.BufferedReader(io.BytesIO(data)))


class IndexedRecords:
    """The records of an index's captures, as `sources.Reader` yields those of whole files."""

    is_repeatable = True

    def __init__(self, gathered: Gathered, unread: list[Unread], base: Path, wanted: Callable[[str], bool]):
        """`base` is the folder of the archive files, `unread` what is no line of the index."""
        self.gathered = gathered
        self.unread = unread
        self.base = base
        self.wanted = wanted
        self.total = gathered.size
        """Bytes of all records."""
        self.done = 0
        self._files: dict[str, BinaryIO] = {}

    def __iter__(self) -> Iterator[Entry]:
        self.done = 0
        wants = Wants({}, self.wanted, dispatch)
        yield from self.unread
        try:
            for capture in self.gathered.captures():
                yield from self._record(capture, wants)
            yield from wants.captures.without_original()
        finally:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def _record(self, capture: Capture, wants: Wants) -> Iterator[Entry]:
        if not capture.has_record:
            yield Unread(capture.url, "no_place", f"{capture.timestamp}: the index names no file for it")
            return
        path = self.base / (capture.filename or "")
        start, end = range_of(capture)
        try:
            file = self._file(path)
            file.seek(start)
            data = file.read(end - start)
        except OSError as error:
            detail = f"byte {start}: {type(error).__name__}: {error.strerror or error}"
            yield Unread(str(path), "unreadable", detail, None, start)
            return
        self.done += len(data)
        found = dispatch(_stream(data), Place(str(path), path.name), wants)
        for entry in itertools.islice(found, None if capture.length else 1):
            if isinstance(entry, Unread) and entry.offset is not None:
                entry.offset += start
            yield entry

    def _file(self, path: Path) -> BinaryIO:
        name = str(path)
        if name not in self._files:
            if len(self._files) >= _OPEN:
                self._files.pop(next(iter(self._files))).close()
            self._files[name] = path.open("rb")
        return self._files[name]
