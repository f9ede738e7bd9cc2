"""JSON Lines: a row in each line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from belta_spider.items import Page
from belta_spider.sources.entries import Unread
from belta_spider.sources.tables.rows import LINE_LIMIT, pages_of_value
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place


def read(pieces: Iterable[Piece], place: Place, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    """Yield the page in each line, or why it holds none; the record is the line's number, from 1."""
    for number, line in _lines(pieces):
        record = place.record(str(number))
        if isinstance(line, Damage):
            detail = f"line {number}, byte {line.offset}: {line.detail}"
            yield Unread(place.uri, line.cause, detail, record, line.offset)
            continue
        try:
            row = decode(line)
        except (ValueError, RecursionError) as error:
            yield Unread(place.uri, "not_json", f"line {number}: {error}", record)
            continue
        yield from pages_of_value(place, str(number), row, columns)


def decode(line: bytes) -> Any:
    """Read a JSON value, also what is no strict JSON, but is written: lone surrogates, NaN.

    Raises:
        ValueError, RecursionError: it is none.
    """
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return json.loads(line)


class _Lines:
    """Lines that are not blank, each with its number; damage takes the line that it stands in."""

    def __init__(self) -> None:
        self.number = 1
        self.rest = bytearray()
        self.is_cut = False
        """Whether what comes up to the next line end belongs to a line that is given up."""
        self.is_damaged = False

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes | Damage]]:
        start = 0
        if self.is_damaged and data.startswith(b"{"):  # what is found after damage is a line of its own
            self.is_cut = False
            self.number += 1
        self.is_damaged = False
        while (end := data.find(b"\n", start)) >= 0:
            self.rest += data[start:end]
            yield from self.end()
            self.number += 1
            start = end + 1
        self.rest += data[start:]
        if len(self.rest) > LINE_LIMIT:
            yield from self.give_up(Damage("too_large", f"longer than {LINE_LIMIT} bytes", 0))

    def end(self) -> Iterator[tuple[int, bytes | Damage]]:
        if not self.is_cut and self.rest.strip():
            yield self.number, bytes(self.rest).removeprefix(b"\xef\xbb\xbf")
        self.rest.clear()
        self.is_cut = False

    def give_up(self, damage: Damage) -> Iterator[tuple[int, bytes | Damage]]:
        if not self.is_cut:
            yield self.number, damage
        self.rest.clear()
        self.is_cut = True


def _lines(pieces: Iterable[Piece]) -> Iterator[tuple[int, bytes | Damage]]:
    lines = _Lines()
    for piece in pieces:
        if isinstance(piece, Damage):
            lines.is_cut = False  # each damage is counted
            yield from lines.give_up(piece)
            lines.is_damaged = True
        elif isinstance(piece, bytes):
            yield from lines.feed(piece)
    yield from lines.end()
