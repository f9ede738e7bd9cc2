"""Pages that were cut off, kept on the disk until all others were read: their bytes may be many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import msgspec

from belta_spider.items import Page

_IN_MEMORY = 2**20
"""Bytes that are held before there is a file."""
_OTHERS = tuple(one.name for one in fields(Page) if one.name != "body")
_SIZE = 8
"""Bytes that say how many a page takes."""


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
        packed = msgspec.msgpack.encode((number, page.body, [_packed(getattr(page, name)) for name in _OTHERS]))
        self._file.write(len(packed).to_bytes(_SIZE, "big") + packed)
        self._count += 1

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        """Yield the pages, once; the file goes with the last."""
        self._file.seek(0)
        for _ in range(self._count):
            size = int.from_bytes(self._file.read(_SIZE), "big")
            number, body, others = msgspec.msgpack.decode(self._file.read(size))
            yield number, Page(body=body, **dict(zip(_OTHERS, map(_unpacked, others), strict=True)))
        self._file.close()


def _packed(value: Any) -> Any:
    """A text as its bytes: a table's address may hold half of a surrogate pair, which no format of texts takes."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _unpacked(value: Any) -> Any:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
