"""Pages that were cut off, kept on the disk until all others were read: their bytes may be many."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator

from belta_spider.items import Page

_IN_MEMORY = 2**20
"""Bytes that are held before there is a file."""


class HeldBack:
    """Takes pages with their numbers, and yields them in the order in which they came.

    Raises:
        OSError: the folder for temporary files (TMPDIR) has no room.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (until all are read)
        self._count = 0

    def add(self, number: int, page: Page) -> None:
        """Keep a page with its number in the input."""
        pickle.dump((number, page), self._file)  # not JSON: a table's address may hold half of a surrogate pair
        self._count += 1

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        """Yield the pages, once; the file goes with the last."""
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301 (our own file, which has no name)
        self._file.close()
