"""A stream of any kind to its reader: what a thing is decides its content, whatever way it came in."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from typing import cast

from msgspec.structs import replace

from belta_spider.sources import detection, files, listing, own
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.entries import Entry, PassedOver, Unread
from belta_spider.sources.peeking import Peeked, peek
from belta_spider.sources.place import Place, Wants
from belta_spider.sources.tables import rows
from belta_spider.sources.unpacking import Damage, Piece, Unpacked, as_utf8

_DEEPEST = 3
"""Containers within containers: an archive in a zip in a tar. Any deeper is a trick."""
_UNPACKINGS = 3
"""Compressions around each other."""
_COPIED = 4 * 2**30
"""Bytes of a stream that are copied to the disk, where a format must be read from its end."""


def read(stream: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
    """Yield what stands in a stream: its pages, and what cannot be read of it.

    Raises:
        OSError: the stream itself cannot be read.
    """
    peeked = peek(stream, place.name)
    if peeked.codec and detection.is_packed(peeked.head):
        return _unpack_again(peeked, place, wants)
    kind = detection.kind_of(peeked.head, place.name, wants.cells)
    refused = None if peeked.is_lost else _refusal(kind, peeked.head, place, wants)
    if refused:
        return iter((refused,))
    if kind in _PAGES:
        return files.read(peeked.pieces, place, kind, wants.wanted)
    if kind in _ARCHIVES:  # they count all that they hold
        return _archive(kind, peeked.pieces, place, wants)
    if kind in _SEEKING:
        return _never_silent(_seeking(kind, stream, peeked, place, wants), place)
    return _never_silent(_streaming(kind, peeked, place, wants), place)


def _refusal(kind: str, head: bytes, place: Place, wants: Wants) -> Entry | None:
    """Why there is nothing to read here: passed over where it stands among others, else said in a sentence."""
    if place.is_listed:
        reason = listing.reason_to_pass_over(head, place.name, wants.cells, kind)
        if reason:
            return PassedOver(place.uri, reason)
    elif own.is_own(head, place.name):
        return _refused("own_output", place)
    if kind not in detection.READ:
        return _refused(kind, place)
    if kind in {"zip", "tar"} and place.depth >= _DEEPEST:
        return place.unread("nested", f"{_DEEPEST} containers deep: unpack it first")
    return None


def _never_silent(entries: Iterator[Entry], place: Place) -> Iterator[Entry]:
    """What a reader yields; where that is nothing, as of a table without a row, at least that."""
    entry: Entry | None = None
    for entry in entries:
        yield entry
    if entry is None:
        yield PassedOver(place.uri, "empty")


def _refused(kind: str, place: Place) -> Unread:
    if kind in REFUSALS:
        return place.unread(kind if kind == "own_output" else "refused", REFUSALS[kind])
    return place.unread("unknown_format", "neither text nor an archive nor a table")


def _unpack_again(peeked: Peeked, place: Place, wants: Wants) -> Iterator[Entry]:
    """Read what was compressed more than once."""
    if place.unpackings >= _UNPACKINGS:
        yield place.unread("nested", f"compressed over {_UNPACKINGS} times: unpack it first")
        return
    inner = cast(io.BufferedReader, io.BufferedReader(Unpacked(peeked.pieces)))
    name = place.name.rpartition(".")[0] or place.name
    yield from read(inner, replace(place, name=name, unpackings=place.unpackings + 1), wants)


# Formats that are read from the front


def _streaming(kind: str, peeked: Peeked, place: Place, wants: Wants) -> Iterator[Entry]:
    pieces = peeked.pieces
    if kind in {"table", "json", "csv"}:
        return rows.others_counted(_table(kind, pieces, place, wants), place.uri)
    if kind == "har":
        from belta_spider.sources.tables import har

        return har.read(as_utf8(pieces), place, wants.wanted)
    if kind == "mail":
        from belta_spider.sources.containers import mail

        return mail.read(pieces, place)
    from belta_spider.sources.containers import tar

    return tar.read(Unpacked(pieces), place, wants)


def _archive(kind: str, pieces: Iterator[Piece], place: Place, wants: Wants) -> Iterator[Entry]:
    if kind == "http":
        from belta_spider.sources.archives import messages

        return messages.read(as_utf8(pieces), place, wants.wanted)
    if kind == "arc":
        from belta_spider.sources.archives import arc

        return arc.read(pieces, place.uri, wants.wanted, place.member, wants.captures)
    from belta_spider.sources.archives import warc

    return warc.read(pieces, place.uri, "warc", wants.wanted, place.member, wants.captures)


def _table(kind: str, pieces: Iterator[Piece], place: Place, wants: Wants) -> Iterator[rows.Row]:
    if kind == "csv":
        from belta_spider.sources.tables import separated

        return separated.read(pieces, place, wants.columns, wants.wanted)
    pieces = as_utf8(pieces)
    if kind == "json":
        from belta_spider.sources.tables import values

        return values.read(pieces, place, wants.columns, wants.wanted)
    from belta_spider.sources.tables import lines

    return lines.read(pieces, place, wants.columns, wants.wanted)


# Formats that are read from their end


def _seeking(kind: str, stream: io.BufferedReader, peeked: Peeked, place: Place, wants: Wants) -> Iterator[Entry]:
    if not peeked.codec and stream.seekable():
        yield from _SEEKING[kind](stream, place, wants)
        return
    with tempfile.TemporaryFile() as copy:
        size = 0
        for piece in peeked.pieces:
            if isinstance(piece, Damage):
                yield place.unread(piece.cause, piece.detail, piece.offset)
            elif isinstance(piece, bytes):
                size += len(piece)
                if size > _COPIED and peeked.codec:
                    yield place.unread("too_large", f"it unpacks to over {_COPIED} bytes: unpack it first")
                    return
                copy.write(piece)
        copy.seek(0)
        yield from _SEEKING[kind](cast(io.BufferedReader, copy), place, wants)


def _read_zip(file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
    from belta_spider.sources.containers import zips

    return zips.read(file, place, wants)


def _columnar(name: str) -> Callable[[io.BufferedReader, Place, Wants], Iterator[Entry]]:
    def read_columns(file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
        from belta_spider.sources.tables import columnar

        if own.is_own_table(file):
            return iter([PassedOver(place.uri, "own_output") if place.is_listed else _refused("own_output", place)])
        return columnar.read(name, file, place, wants)

    return read_columns


_PAGES = {"html", "text"}
_ARCHIVES = {"warc", "arc", "http"}
_SEEKING = {
    "zip": _read_zip,
    "parquet": _columnar("parquet"),
    "arrow": _columnar("arrow"),
    "orc": _columnar("orc"),
}
