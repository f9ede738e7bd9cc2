"""Compressions made of members (streams, frames) one after the other: gzip, Zstandard, bzip2, xz and LZ4.

Of a member that is damaged what stands before the damage is given; the next is found by how it starts.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import zstandard

from belta_spider.sources.unpacking import Counted, Damage, Member, Piece

CHUNK = 32 * 2**10
"""Packed bytes that are fed at once."""
_ZSTD_CHUNK = 512  # may unpack to 16 MiB: a block of 4 bytes can stand for 128 KiB
_PIECE = 64 * 2**10  # bytes that are handed on at once: a bound on memory
_HELD = 32 * 2**20  # bytes: a bound on memory, while a damaged member's successor is looked for
_PROBE = 64  # bytes that show whether a member begins here
_STEP = 16
"""Packed bytes that are fed at once near damage."""
_HEADER = 18
"""Bytes that tell whether a member starts: more than any of the formats needs."""
_IN_TURN = 1000
"""Damaged members in turn that are each told by how they start; then only one that can be unpacked is."""
_XZ_MEMORY = 96 * 2**20
"""What xz may take: its highest preset asks for 65 MiB, a hostile header for 4 GiB."""
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""The skippable frame that holds a dictionary for all others (IIPC, Zstandard for WARC, 0.1)."""
_DICTIONARY_LIMIT = 8 * 2**20  # bytes, packed and unpacked: a bound on memory; zstd makes 110 KB
_SKIPPABLE_HEADER = 8  # bytes: a magic number and a size (RFC 8878, 3.1.2)


class Decoder(Protocol):
    """Takes packed bytes, gives pieces of what they hold."""

    def feed(self, packed: bytes) -> Iterator[bytes]: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused(self) -> bytes: ...


class Inflate:
    """gzip and its kin, with zlib: at most one piece at a time."""

    def __init__(self, form: int = 31) -> None:
        self._inflate = zlib.decompressobj(form)

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self._inflate.eof:
            yield self._inflate.decompress(packed, _PIECE)
            packed = self._inflate.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused(self) -> bytes:
        return self._inflate.unused_data


class Buffered:
    """bzip2, xz and LZ4, which hold back themselves what does not fit into a piece."""

    def __init__(self, decoder: Any):
        self._decoder = decoder

    def feed(self, packed: bytes) -> Iterator[bytes]:
        yield self._decoder.decompress(packed, _PIECE)
        while not self._decoder.eof and not self._decoder.needs_input:
            yield self._decoder.decompress(b"", _PIECE)

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def unused(self) -> bytes:
        return bytes(self._decoder.unused_data or b"")


def _lz4() -> Decoder:
    import lz4.frame  # only where there is such a file

    return Buffered(lz4.frame.LZ4FrameDecompressor())


class _Zstd:
    """Zstandard: fed little, as it cannot be told to give little."""

    def __init__(self, decompressor: zstandard.ZstdDecompressor):
        self._frame = decompressor.decompressobj()
        self.unused = b""

    def feed(self, packed: bytes) -> Iterator[bytes]:
        for start in range(0, len(packed), _ZSTD_CHUNK):
            yield self._frame.decompress(packed[start : start + _ZSTD_CHUNK])
            if self._frame.eof:
                self.unused = self._frame.unused_data + packed[start + _ZSTD_CHUNK :]
                return

    @property
    def eof(self) -> bool:
        return self._frame.eof


@dataclass(frozen=True, slots=True)
class _Codec:
    member: str
    """What a member is called."""
    start: re.Pattern[bytes]
    """How a member starts."""
    new: Callable[[], Decoder]
    surely: re.Pattern[bytes] | None = None
    """How one starts that may be damaged itself, where the start alone is too short to tell one."""


ERRORS = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError)
_CODECS = {
    # Magic, deflate, and none of the reserved flags (RFC 1952).
    "gzip": _Codec(
        "gzip member",
        re.compile(rb"\x1f\x8b\x08[\x00-\x1f]", re.DOTALL),
        Inflate,
        # A time that is no other start, a level that deflate has, a system that has a number.
        re.compile(rb"\x1f\x8b\x08[\x00-\x1f](?!\x1f\x8b\x08).{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL),
    ),
    "bzip2": _Codec(
        "bzip2 stream",
        re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
        lambda: Buffered(bz2.BZ2Decompressor()),
    ),
    "xz": _Codec(
        "xz stream",
        re.compile(rb"\xfd7zXZ\0"),
        lambda: Buffered(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)),
    ),
    "lz4": _Codec("LZ4 frame", re.compile(rb"\x04\x22\x4d\x18"), _lz4),
    "zstd": _Codec("Zstandard frame", re.compile(rb"\x28\xb5\x2f\xfd"), lambda: _Zstd(zstandard.ZstdDecompressor())),
}


def before_damage(decoder: Decoder, packed: Callable[[int, int], bytes], used: int, given: int) -> Iterator[bytes]:
    """What the chunk with the damage holds before it: a decoder that fails gives nothing of what it was fed.

    The member is unpacked anew, without the `given` bytes that were passed on, and its last chunk a little at a time;
    `packed` gives its bytes at a place, `used` of them were fed.
    """
    last = max(0, used - CHUNK)
    try:
        for place in chain(range(0, last, CHUNK), range(last, used, _STEP)):
            size = min(CHUNK, last - place) if place < last else min(_STEP, used - place)
            for piece in decoder.feed(packed(place, size)):
                yield from filter(None, [piece[max(0, given) :]])
                given -= len(piece)
    except ERRORS:
        return


def pieces_of(stream: Counted, codec: str, offset: int = 0) -> Iterator[Piece]:
    """Yield what a stream of members holds, with a mark where each starts and where damage is.

    `offset` is where in the file the stream stands.
    """
    members = _Members(stream, _CODECS[codec])
    members.offset = offset
    yield from members.pieces()


class _Members:
    """Members one after the other. The packed bytes of the current one are held, to search them after damage."""

    def __init__(self, stream: Counted, codec: _Codec):
        self.stream = stream
        self.codec = codec
        self.new = codec.new
        self.held = bytearray()
        self.offset = 0
        """Where in the file the held bytes start."""
        self.damaged = 0
        """Members in turn."""

    def pieces(self) -> Iterator[Piece]:
        while self._fill(_HEADER):
            if self.codec.start.match(self.held):
                yield Member(self.offset)
                yield from self._member()
            elif self.codec in (_CODECS["zstd"], _CODECS["lz4"]) and _SKIPPABLE.match(self.held):
                yield from self._skippable()
            elif padding := len(self.held) - len(self.held.lstrip(b"\0")):
                self._drop(padding)
            else:
                yield Damage("damaged_compression", f"no {self.codec.member} starts here", self.offset)
                self._find_next(0)

    def _fill(self, size: int) -> bool:
        """Hold at least `size` bytes, or what is left; return whether there is any."""
        while len(self.held) < size:
            if not self._more():
                break
        return bool(self.held)

    def _more(self) -> bool:
        data = self.stream.read1(CHUNK)
        self.held += data
        return bool(data)

    def _drop(self, size: int) -> None:
        del self.held[:size]
        self.offset += size

    def _member(self) -> Iterator[Piece]:
        start, used, given = self.offset, 0, 0
        decoder = self.new()
        try:
            while not decoder.eof:
                # In steps from the member's start on: what comes out before damage must not hang on the reads.
                if not self._fill(used + CHUNK) or used == len(self.held):
                    self._find_next(1 if self.offset == start else 0)  # damage may hide an end, and what is behind it
                    cause = "damaged_compression" if self.held else "truncated"
                    yield Damage(cause, f"the {self.codec.member} has no end", start)
                    return
                packed = bytes(self.held[used : used + CHUNK])
                used += len(packed)
                for piece in filter(None, decoder.feed(packed)):
                    given += len(piece)
                    yield piece
                if used > _HELD:  # one huge member: what is behind is not searched again
                    self._drop(used)
                    used = 0
        except ERRORS as error:
            if self.offset == start:
                held = self.held
                yield from before_damage(self.new(), lambda place, size: bytes(held[place : place + size]), used, given)
            yield Damage("damaged_compression", str(error), start)
            self._find_next(1 if self.offset == start else 0)
            return
        self.damaged = 0
        self._drop(used - len(decoder.unused))

    def _find_next(self, start: int) -> None:
        """Move behind damage to the next place where a member starts that can be unpacked, or is damaged itself."""
        self.damaged += 1
        self._drop(start)
        while self._fill(_PROBE * 2):
            found = self.codec.start.search(self.held)
            if found is None:
                self._drop(max(len(self.held) - _HEADER, 1))
                if not self._more():
                    self.held.clear()
                continue
            self._drop(found.start())
            self._fill(_PROBE * 2)
            surely = self.codec.surely or self.codec.start
            if (self.damaged < _IN_TURN and surely.match(self.held)) or self._starts_member(bytes(self.held[:CHUNK])):
                return
            self._drop(1)

    def _starts_member(self, packed: bytes) -> bool:
        decoder = self.new()
        try:
            return any(data for data in decoder.feed(packed)) or not decoder.eof
        except ERRORS:
            return False

    def _skippable(self) -> Iterator[Piece]:
        """Pass over a frame to be skipped, alike in Zstandard and LZ4; take the dictionary from its own."""
        start = self.offset
        size = int.from_bytes(self.held[4:_SKIPPABLE_HEADER], "little") + _SKIPPABLE_HEADER
        if start == 0 and self.held.startswith(_DICTIONARY) and size <= _DICTIONARY_LIMIT:
            self._fill(size)
            yield from self._take_dictionary(bytes(self.held[_SKIPPABLE_HEADER:size]))
        while size > len(self.held):
            size -= len(self.held)
            self._drop(len(self.held))
            if not self._more():
                yield Damage("truncated", "the frame to skip has no end", start)
                return
        self._drop(size)

    def _take_dictionary(self, data: bytes) -> Iterator[Piece]:
        """Unpack what follows by a dictionary, which may be packed itself."""
        try:
            if data.startswith(b"\x28\xb5\x2f\xfd"):
                data = zstandard.ZstdDecompressor().stream_reader(data).read(_DICTIONARY_LIMIT)
            decompressor = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(data))
        except (zstandard.ZstdError, ValueError) as error:
            yield Damage("damaged_compression", f"the dictionary cannot be read: {error}", self.offset)
            return
        self.new = lambda: _Zstd(decompressor)
