"""Bytes out of gzip and Zstandard, piece by piece, and on after damage."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

import zstandard

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CHUNK = 32 * 2**10
_ZSTD_CHUNK = 512  # may unpack to 16 MiB: a block of 4 bytes can stand for 128 KiB
_PIECE = 64 * 2**10
_HELD = 32 * 2**20
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]", re.DOTALL)
"""How a gzip member starts: magic, deflate, and none of the reserved flags (RFC 1952)."""
_PROBE = 64
_HEADER = 18


@dataclass(slots=True)
class Member:
    """A compressed member starts here; a file that is not compressed is one."""

    offset: int
    is_plain: bool = False


@dataclass(slots=True)
class Damage:
    """What comes next does not go on from what came before."""

    cause: str
    detail: str
    offset: int


Piece = bytes | Member | Damage


def unpack(stream: BufferedReader, magic: bytes) -> Iterator[Piece]:
    """Yield what a stream holds without its compression, which its first bytes (`magic`) tell.

    Raises:
        OSError: the stream itself cannot be read.
    """
    if magic.startswith(GZIP):
        yield from _Gzip(stream).pieces()
    elif magic.startswith(ZSTD):
        yield from _zstd(stream)
    else:
        yield Member(0, is_plain=True)
        while data := stream.read1(_PIECE):
            yield data


def _zstd(stream: BufferedReader) -> Iterator[Piece]:
    """Frames hold no mark to find the next one by: damage ends the file."""
    yield Member(0)
    offset, packed = 0, b""
    frame = zstandard.ZstdDecompressor().decompressobj()
    is_begun = False
    try:
        while packed or (packed := stream.read1(_ZSTD_CHUNK)):
            data = frame.decompress(packed)
            if data:
                yield data
            offset += len(packed) - len(frame.unused_data)
            is_begun, packed = not frame.eof, frame.unused_data
            if frame.eof:
                frame = zstandard.ZstdDecompressor().decompressobj()
    except zstandard.ZstdError as error:
        yield Damage("damaged_compression", f"{error}; the rest of the file is lost", offset)
        return
    if is_begun:
        yield Damage("truncated", "the Zstandard frame has no end", offset)


class _Gzip:
    """Members one after the other. The packed bytes of the current one are held, to search them after damage."""

    def __init__(self, stream: BufferedReader):
        self.stream = stream
        self.held = bytearray()
        self.offset = 0
        """Where in the file the held bytes start."""

    def pieces(self) -> Iterator[Piece]:
        while self._fill(_HEADER):
            if _MEMBER.match(self.held):
                yield Member(self.offset)
                yield from self._member()
                continue
            padding = len(self.held) - len(self.held.lstrip(b"\0"))
            if padding:
                self._drop(padding)
            else:
                yield Damage("damaged_compression", "no gzip member starts here", self.offset)
                self._find_next(0)

    def _fill(self, size: int) -> bool:
        """Hold at least `size` bytes, or what is left; return whether there is any."""
        while len(self.held) < size:
            data = self.stream.read1(_CHUNK)
            if not data:
                break
            self.held += data
        return bool(self.held)

    def _drop(self, size: int) -> None:
        del self.held[:size]
        self.offset += size

    def _member(self) -> Iterator[Piece]:
        start, used = self.offset, 0
        inflate = zlib.decompressobj(31)
        try:
            while not inflate.eof:
                packed = inflate.unconsumed_tail
                if not packed:
                    if used == len(self.held) and not self._more():
                        yield Damage("truncated", "the gzip member has no end", start)
                        self.held.clear()
                        return
                    packed = bytes(self.held[used : used + _CHUNK])
                    used += len(packed)
                data = inflate.decompress(packed, _PIECE)
                if data:
                    yield data
                if used > _HELD:  # one huge member: what is behind is not searched again
                    self._drop(used)
                    used = 0
        except zlib.error as error:
            yield Damage("damaged_compression", str(error), start)
            self._find_next(1 if self.offset == start else 0)
            return
        self._drop(used - len(inflate.unused_data))

    def _more(self) -> bool:
        data = self.stream.read1(_CHUNK)
        self.held += data
        return bool(data)

    def _find_next(self, start: int) -> None:
        """Move to the next place where a member starts that can be unpacked."""
        self._drop(start)
        while self._fill(_PROBE * 2):
            found = _MEMBER.search(self.held)
            if found is None:
                self._drop(max(len(self.held) - 3, 1))
                if not self._more():
                    self.held.clear()
                continue
            self._drop(found.start())
            self._fill(_PROBE * 2)
            if _starts_member(bytes(self.held[: _PROBE * 2])):
                return
            self._drop(1)


def _starts_member(packed: bytes) -> bool:
    try:
        return bool(zlib.decompressobj(31).decompress(packed, _PROBE))
    except zlib.error:
        return False
