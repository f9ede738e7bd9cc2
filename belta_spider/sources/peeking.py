"""The first bytes of a stream without their compression, and then all of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from belta_spider.sources.detection import HEAD
from belta_spider.sources.unpacking import Damage, Piece, as_it_is, codec_of, unpack

_MAGIC = 32  # bytes: the longest magic of a packed file is shorter
_PIECES = 64
"""Pieces that are looked at for a head: ten thousand empty members need not be."""


@dataclass(slots=True)
class Peeked:
    """A stream that was looked into."""

    head: bytes
    """The first bytes without the compression."""
    pieces: Iterator[Piece]
    """All of it, the head too; nothing where only the head was asked for of a stream that is not compressed."""
    codec: str | None
    is_lost: bool = False
    """Whether damage stands before the first byte that can be read."""


def peek(stream: io.BufferedReader, name: str = "") -> Peeked:
    """Look into a stream; where it is not compressed, it is left where it stands."""
    magic = stream.peek(HEAD)
    codec = codec_of(magic[:_MAGIC], name)
    if codec is None:
        return Peeked(magic[:HEAD], as_it_is(stream), None)
    pieces = unpack(stream, magic[:_MAGIC], name)
    head = bytearray()
    seen: list[Piece] = []
    for piece in pieces:
        seen.append(piece)
        if isinstance(piece, bytes):
            head += piece
        if len(head) >= HEAD or len(seen) >= _PIECES:
            break
    is_lost = not head and any(isinstance(piece, Damage) for piece in seen)
    return Peeked(bytes(head[:HEAD]), chain(seen, pieces), codec, is_lost)
