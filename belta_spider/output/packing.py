"""How a file of lines is compressed: each write is a gzip member or a Zstandard frame of its own."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import zstandard

from belta_spider.output.torn import begins_a_record

NO_FRAME = (EOFError, zlib.error, zstandard.ZstdError)


class Packing(NamedTuple):
    """How a file is compressed: each write is a gzip member or a Zstandard frame of its own."""

    magic: bytes
    pack: Callable[[bytes], bytes]
    unpacker: Callable[[], Any]


PACKINGS = {
    ".gz": Packing(b"\x1f\x8b\x08", lambda data: gzip.compress(data, 6, mtime=0), lambda: zlib.decompressobj(31)),
    ".zst": Packing(
        b"\x28\xb5\x2f\xfd",
        lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
        lambda: zstandard.ZstdDecompressor().decompressobj(),
    ),
}


def _start_of_frame(data: bytes, packing: Packing) -> bytes:
    """What can be unpacked of a frame that is cut off: nothing of one whose blocks are not all there."""
    try:
        return bytes(packing.unpacker().decompress(data))
    except NO_FRAME:
        return b""


def _places(data: bytes, magic: bytes) -> Iterator[int]:
    place = data.find(magic, 1)
    while place > 0:
        yield place
        place = data.find(magic, place + 1)


def _holds_frame(data: bytes, start: int, packing: Packing) -> bool:
    unpacker = packing.unpacker()
    try:
        unpacker.decompress(data[start:])
    except NO_FRAME:
        return False
    return bool(unpacker.eof)


def is_part_of_a_frame(data: bytes, packing: Packing) -> bool:
    """Whether it is the torn end of lines of ours: the start of one frame, and no whole one within."""
    if not begins_a_record(_start_of_frame(data, packing)):
        return False
    ours = all(found in (0, mark) for found, mark in zip(data, packing.magic, strict=False))
    return ours and not any(_holds_frame(data, start, packing) for start in _places(data, packing.magic))


def unpacked(data: bytes, packing: Packing | None) -> bytes:
    """All that some frames hold, one behind the other.

    Raises:
        EOFError, zlib.error, zstandard.ZstdError: a frame is torn or damaged.
    """
    if packing is None:
        return data
    content = b""
    while data:
        unpacker = packing.unpacker()
        content += unpacker.decompress(data)
        if not unpacker.eof:
            raise EOFError("a frame has no end")
        data = unpacker.unused_data
    return content
