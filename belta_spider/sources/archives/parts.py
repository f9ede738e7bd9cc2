"""A part of a large .warc.gz, told by two byte positions alone: no index is needed.

A part owns the records from the first gzip member at or behind its start that begins with a WARC record, up to the
first such member at or behind its end. So the parts of a file, one behind the other, are what one reader reads of it,
wherever it is cut, damage included. Not told apart: a WARC file within a WARC file that gzip could pack no further.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from typing import Any

from belta_spider.sources import detection, own
from belta_spider.sources.archives import records, warc
from belta_spider.sources.entries import Entry
from belta_spider.sources.peeking import peek
from belta_spider.sources.revisits import Captures
from belta_spider.sources.unpacking import Counted, bounded, members

SIZE = 64 * 2**20
"""Bytes of a part."""
_LOOK = 4096  # bytes that show whether a member begins here
_CHUNK = 64 * 2**10  # bytes that are read at once
_MEMBER = b"\x1f\x8b\x08"
Span = tuple[int, int]


def spans(file: Any, size: int, part: int = SIZE) -> list[Span]:
    """Return the ranges in which a file may be read; none where it is small, or no gzipped WARC.

    `file` is a `Path`, or whatever else has its `name` and `open`.
    """
    if size <= part:
        return []
    with suppress(OSError), file.open("rb") as stream:
        head = stream.peek(_LOOK)[:_LOOK]
        peeked = peek(stream, file.name)
        kind = detection.kind_of(peeked.head, file.name)
        if _is_record(head) and kind == "warc" and not own.is_own(peeked.head, file.name):
            return [(start, min(start + part, size)) for start in range(0, size, part)]
    return []


def entries(
    stream: io.BufferedReader, uri: str, span: Span, wanted: Callable[[str], bool], captures: Captures
) -> Iterator[Entry | records.Tally]:
    """Yield what stands in a part, and last how many records it had: what an archive holds is told by all its parts."""
    start = _boundary(stream, span[0], span[1])
    end = None if start is None else _boundary(stream, span[1])
    tally = records.Tally()
    if start is not None:
        stream.seek(start)
        counted = Counted(stream)
        frames = warc.Warc(bounded(members.pieces_of(counted, "gzip", start), counted))
        own_frames = takewhile(lambda frame: end is None or (frame.offset or 0) < end, frames.frames())
        yield from records.entries(own_frames, records.Archive(uri, "warc", wanted, "", captures), tally)
    yield tally


def _boundary(stream: io.BufferedReader, start: int, before: int | None = None) -> int | None:
    """Where the first member that holds the start of a record stands, from a position on; None where there is none."""
    if start == 0:
        return 0
    stream.seek(start)
    held, offset = bytearray(), start
    while data := stream.read(_CHUNK):
        held += data
        place = 0
        while (place := held.find(_MEMBER, place)) >= 0:
            if before is not None and offset + place >= before:
                return None
            if len(held) - place < _LOOK:
                held += stream.read(_LOOK)
            if _is_record(bytes(held[place : place + _LOOK])):
                return offset + place
            place += 1
        kept = len(_MEMBER) - 1
        offset += len(held) - kept
        del held[:-kept]
    return None


def _is_record(packed: bytes) -> bool:
    """Whether a gzip member starts here that holds the start of a WARC record."""
    try:
        return zlib.decompressobj(31).decompress(packed, 8)[:4].upper() == b"WARC"
    except zlib.error:
        return False
