"""LZ4 frames, unpacked by pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from belta_spider.sources.unpacking import Counted, Damage, Member, Piece

_PIECE = 64 * 2**10


class _Raw(io.RawIOBase):
    """A counted stream as the file that pyarrow asks for."""

    def __init__(self, stream: Counted):
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def pieces_of(stream: Counted, codec: str) -> Iterator[Piece]:
    """Yield what the frames hold; they cannot be found again after damage, which ends the file."""
    import pyarrow as pa  # loads slowly: only where there is such a file

    yield Member(0)
    try:
        unpacked = pa.CompressedInputStream(pa.PythonFile(io.BufferedReader(_Raw(stream)), "r"), codec)
        while data := unpacked.read(_PIECE):
            yield data
    except (pa.ArrowException, OSError, ValueError) as error:
        is_cut = "Truncated" in str(error) or "end of" in str(error).lower()
        detail = "the LZ4 frame has no end" if is_cut else f"{error}; the rest of the file is lost"
        yield Damage("truncated" if is_cut else "damaged_compression", detail, stream.count)
