"""JSON Lines: a row in each line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from belta_spider.sources.entries import Skipped, Unread
from belta_spider.sources.tables import others
from belta_spider.sources.tables.rows import LINE_LIMIT, TOO_MANY, Row, has_too_many, pages_of_value
from belta_spider.sources.unpacking import Damage, Member, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_BETWEEN = re.compile(r".{0,2}?(?=\{\s*\"|\s*$)", re.DOTALL)
_NEAR = 1000
"""Rows behind another site's among which more are looked for: of the site's alone each would be read twice."""
_MARK = b"\xef\xbb\xbf"
_Numbered = tuple[int, bytes | Damage, int | None]
"""A line, its number, and where it starts."""


def read(
    pieces: Iterable[Piece], place: Place, columns: Mapping[str, str], wanted: Callable[[str], bool]
) -> Iterator[Row]:
    """Yield the page in each line, or why it holds none; the record is the line's number, from 1."""
    is_others, other = others.in_lines(columns, wanted), Skipped(place.uri, "other_site")
    expected = 0
    for number, found_line, offset in numbered(pieces):
        line = _bounded(found_line, offset)
        if expected and isinstance(line, bytes):
            expected = _NEAR if is_others(line) else expected - 1
            if expected == _NEAR:
                yield other
                continue
        if isinstance(line, Damage):
            detail = f"line {number}, byte {line.offset}: {line.detail}"
            yield Unread(place.uri, line.cause, detail, place.record(str(number)), line.offset)
            continue
        try:
            rows = [decode(line)]
        except (ValueError, RecursionError) as error:
            yield Unread(place.uri, "not_json", f"line {number}: {error}", place.record(str(number)), offset)
            rows = list(_joined(line))
        for part, row in enumerate(rows, 1):
            name = f"{number}.{part}" if part > 1 else str(number)
            for found in pages_of_value(place, name, row, columns, wanted, offset):
                expected = _NEAR if isinstance(found, Skipped) else expected
                yield found


def _bounded(line: bytes | Damage, offset: int | None) -> bytes | Damage:
    """The line, or that it holds more values than are read."""
    is_too_much = isinstance(line, bytes) and has_too_many(line)
    return Damage("too_large", TOO_MANY, offset or 0) if is_too_much else line


def decode(line: bytes) -> Any:
    """Read a JSON value, also what is no strict JSON, but is written: lone surrogates, NaN.

    Raises:
        ValueError, RecursionError: it is none.
    """
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return json.loads(line)


def _joined(line: bytes) -> Iterator[Any]:
    """The rows of a line in which something else stands where a line should end."""
    try:
        text = line.decode()
        row, end = _first(text, 0)
        while isinstance(row, dict) and (between := _BETWEEN.match(text, end)):
            yield row
            row, end = _first(text, between.end())
    except (ValueError, RecursionError):
        return


_first = json.JSONDecoder(strict=False).raw_decode


class _Lines:
    """Lines that are not blank, each with its number; damage takes the line that it stands in."""

    def __init__(self) -> None:
        self.number = 1
        self.rest = bytearray()
        self.is_cut = False
        """Whether what comes up to the next line end belongs to a line that is given up."""
        self.is_damaged = False
        self.offset = 0
        """Where in the file the line starts: the byte, or the compressed member that it starts in."""
        self.is_plain = True
        self.read = 0

    def start(self, member: Member) -> None:
        """Note where a compressed member starts."""
        self.is_plain = member.is_plain
        if not self.rest:
            self.offset = member.offset

    def feed(self, data: bytes) -> Iterator[_Numbered]:
        start, before = 0, self.read
        self.read += len(data)
        if self.is_damaged and data.startswith(b"{"):  # what is found after damage is a line of its own
            self.is_cut = False
            self.number += 1
        self.is_damaged = False
        while (end := data.find(b"\n", start)) >= 0:
            line = data[start:end]
            if self.rest or self.is_cut:
                self.rest += line
                yield from self.end()
            elif line and not line.isspace():
                yield self.number, line.removeprefix(_MARK), self.offset
            self.number += 1
            start = end + 1
            self.offset = before + start if self.is_plain else self.offset
        self.rest += data[start:]
        if len(self.rest) > LINE_LIMIT:
            yield from self.give_up(Damage("too_large", f"longer than {LINE_LIMIT} bytes", self.offset))

    def end(self) -> Iterator[_Numbered]:
        if not self.is_cut and self.rest.strip():
            yield self.number, bytes(self.rest).removeprefix(_MARK), self.offset
        self.rest.clear()
        self.is_cut = False

    def give_up(self, damage: Damage) -> Iterator[_Numbered]:
        if not self.is_cut:
            yield self.number, damage, damage.offset
        self.rest.clear()
        self.is_cut = True


def numbered(pieces: Iterable[Piece]) -> Iterator[_Numbered]:
    """Yield each line that is not blank, or the damage in its place, with its number and where it starts."""
    lines = _Lines()
    for piece in pieces:
        if isinstance(piece, Damage):
            lines.is_cut = False  # each damage is counted
            yield from lines.give_up(piece)
            lines.is_damaged = True
        elif isinstance(piece, Member):
            lines.start(piece)
        else:
            yield from lines.feed(piece)
    yield from lines.end()
