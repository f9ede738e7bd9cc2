"""Bytes out of their compression, piece by piece, and on after damage."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from typing import Any

from belta_spider.text.forms import utf_16_of

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PIECE = 64 * 2**10  # bytes that are handed on at once
_STARTS = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),  # a frame, or one to skip (RFC 8878, 3.1.2)
    "bzip2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\0"),
    "lz4": re.compile(rb"\x04\x22\x4d\x18"),
}
"""How each compression starts."""
_SUFFIXES = {".gz": "gzip", ".tgz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz", ".lz4": "lz4"}
_NAMED = tuple(_SUFFIXES)
_MAGIC = {"gzip": b"\x1f\x8b\x08", "zstd": ZSTD, "bzip2": b"BZh", "xz": b"\xfd7zXZ\0", "lz4": b"\x04\x22\x4d\x18"}
_NEAR = frozenset(
    bytes([one ^ other >> 8, two ^ other & 0xFF])
    for one, two in [*(mark[:2] for mark in _MAGIC.values()), *(bytes([first, 0x2A]) for first in range(0x50, 0x60))]
    for other in [0, *(1 << bit for bit in range(16))]
)
"""The first two bytes of each compression, and what is one bit off."""
_FREE = 512 * 2**20
"""Bytes that a file may unpack to, whatever it was packed from: real archives are larger, but less dense."""
_DENSITY = 250
"""Beyond them, how many times its size: pages and archives come to 50, a bomb of gzip to 1,000."""


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
    offset: int | None


Piece = bytes | Member | Damage


def codec_of(magic: bytes, name: str = "") -> str | None:
    """Return the compression of a file, by its first bytes; None where it has none.

    A magic number that is one bit off is taken for what it was: so the damage costs one member, not the file.
    """
    lower = name.lower()
    if magic[:2] not in _NEAR and not lower.endswith(_NAMED):
        return None
    named = _SUFFIXES.get(lower[lower.rfind(".") :]) if "." in lower else None
    for codec, start in _STARTS.items():
        if start.match(magic):
            return codec
    if named and magic and _MAGIC[named].startswith(magic):  # cut within its mark
        return named
    for codec in [named] if named else _MAGIC:
        known = _MAGIC[codec]
        if len(magic) > len(known) and _bits_off(magic, known) <= (8 if named else 1):
            return codec
    return None


def _bits_off(data: bytes, known: bytes) -> int:
    """How many bits of the first bytes differ."""
    return sum((one ^ other).bit_count() for one, other in zip(data, known, strict=False))


def without_suffix(name: str) -> str:
    """A file's name in lower case, without the suffix of its compression: `a.warc` for `A.warc.gz`."""
    plain = name.lower()
    before, dot, suffix = plain.rpartition(".")
    if f".{suffix}" not in _SUFFIXES or not dot:
        return plain
    return f"{before}.tar" if suffix == "tgz" else before


def unpack(stream: BufferedReader, magic: bytes, name: str = "") -> Iterator[Piece]:
    """Yield what a stream holds without its compression, which its first bytes (`magic`) tell.

    Raises:
        OSError: the stream itself cannot be read.
    """
    codec = codec_of(magic, name)
    if codec is None:
        yield from as_it_is(stream)
        return
    from belta_spider.sources.unpacking.members import pieces_of

    counted = Counted(stream)
    for piece in bounded(pieces_of(counted, codec), counted):
        # Where the stream itself is cut, that its last member has no end is no damage of its own.
        if not (isinstance(piece, Damage) and piece.cause == "truncated" and damage_of(stream)):
            yield piece
    yield from filter(None, [damage_of(stream)])


def as_it_is(stream: BufferedReader) -> Iterator[Piece]:
    """Yield what a stream holds that is not compressed."""
    yield Member(0, is_plain=True)
    while data := stream.read1(_PIECE):
        yield data
    damage = damage_of(stream)
    if damage:
        yield damage


def as_utf8(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """A text in UTF-8, also where it is in UTF-16, as Windows' shell writes it.

    Of that, places in the file are not known: it counts as a member that starts where it starts.
    """
    before = []
    for piece in pieces:
        before.append(piece)
        if not isinstance(piece, Member):
            break
    codec = utf_16_of(before[-1]) if before and isinstance(before[-1], bytes) else None
    if codec is None:
        yield from chain(before, pieces)
        return
    decode = codecs.getincrementaldecoder(codec)("replace").decode
    for piece in chain(before, pieces):
        if isinstance(piece, Member):
            yield Member(piece.offset)
        else:
            yield piece if isinstance(piece, Damage) else decode(piece).encode()


class Broken(io.RawIOBase):
    """A stream out of a container; where it ends too early, or is not what it should be, it says so at its end."""

    damage: Damage | None = None

    def readable(self) -> bool:
        return True


class Unpacked(Broken):
    """Pieces as a stream, up to the first damage."""

    def __init__(self, pieces: Iterator[Piece]):
        self._pieces = pieces
        self._rest = b""
        self.is_plain = True
        """Whether what is read stands in the file as it is."""

    def readinto(self, buffer: Any, /) -> int:
        while not self._rest and self.damage is None:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            if isinstance(piece, bytes):
                self._rest = piece
            elif isinstance(piece, Damage):
                self.damage = piece
            else:
                self.is_plain = piece.is_plain
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    def resume(self, mark: bytes, place: int) -> bool:
        """Go on behind the damage, at what holds a mark at that place; return whether there is any."""
        self.damage = None
        data = b""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                data += piece
                found = data.find(mark, place)
                if found >= 0:
                    self._rest = data[found - place :]
                    return True
                data = data[-(place + len(mark)) :]
        return False


def damage_of(stream: BufferedReader) -> Damage | None:
    """Why a stream ended, where that was damage of the container that it comes from."""
    raw = getattr(stream, "raw", None)
    return raw.damage if isinstance(raw, Broken) else None


class Counted:
    """A stream that counts what was read of it."""

    def __init__(self, stream: BufferedReader):
        self._stream = stream
        self.count = 0

    def read1(self, size: int) -> bytes:
        data = self._stream.read1(size)
        self.count += len(data)
        return data


def bounded(pieces: Iterator[Piece], source: Counted) -> Iterator[Piece]:
    """Pass pieces on until they are out of all proportion to what they were packed in."""
    size = 0
    for piece in pieces:
        if isinstance(piece, bytes):
            size += len(piece)
            if size > _FREE and size > _DENSITY * source.count:
                detail = f"it unpacks to over {_DENSITY} times its size: the rest is not read"
                yield Damage("too_large", detail, source.count)
                return
        yield piece
