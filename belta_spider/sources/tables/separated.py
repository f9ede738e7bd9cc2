"""CSV and TSV: a row in each record, names in the first."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.items import Page
from belta_spider.sources.entries import Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.tables.rows import absent, missing, names_of, page_of_row
from belta_spider.sources.unpacking import Damage, Piece
from belta_spider.text.lines import LINES

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_SEPARATORS = (",", "\t", ";", "|")
_DAMAGED = 1000
"""Rows in turn that cannot be read: then it is no table, or a quote stands open."""
_CELLS = 1_000_000
"""Cells of a row: more are no table's, and a list of them takes memory."""
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read(pieces: Iterable[Piece], place: Place, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    """Yield the page in each row, or why it holds none; the record is the row's number, from 1, without the head."""
    csv.field_size_limit(PAGE_LIMIT)
    lines = _Lines(pieces)
    first = next(lines, "")
    names, separator = _head(first.lstrip("\ufeff"), columns)
    wanted = {name for one in ("text", "html") for name in names_of(columns, one)}
    if not wanted & set(names):
        yield missing(place, columns, names)
        return
    yield from absent(place, columns, names)
    rows = csv.reader(lines, delimiter=separator)
    number = damaged = 0
    while damaged < _DAMAGED:
        number += 1
        lines.of_row = 0
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            damaged += 1
            yield _unread(place, number, f"row {number}, line {rows.line_num + 1}: {error}")
            continue
        if row:
            page = page_of_row(place, str(number), dict(zip(names, map(_cell, row), strict=False)), columns)
            damaged = 0 if page else damaged + 1
            yield page or _unread(place, number, f"row {number}: it ends before the column of its page")
        else:
            number -= 1
    else:
        yield place.unread("damaged_csv", f"{_DAMAGED} rows in turn cannot be read, and no further one is tried")
    if lines.damage:
        yield place.unread(lines.damage.cause, lines.damage.detail, lines.damage.offset)


def _unread(place: Place, number: int, detail: str) -> Unread:
    return Unread(place.uri, "damaged_csv", detail, place.record(str(number)))


def _head(line: str, columns: Mapping[str, str]) -> tuple[list[str], str]:
    """The columns' names, and what separates them: what gives a column of pages, else what gives most."""
    wanted = {name for one in ("text", "html", "url") for name in names_of(columns, one)}
    heads = [(next(csv.reader([line], delimiter=one), []), one) for one in _SEPARATORS]
    names, separator = max(heads, key=lambda head: (len(wanted & set(_stripped(head[0]))), len(head[0])))
    return _stripped(names), separator


def _stripped(names: list[str]) -> list[str]:
    return [name.strip() for name in names]


def _cell(value: str) -> Any:
    """A cell's bytes, as they stand in the file; None where it is empty."""
    return value.encode("utf-8", "surrogateescape") if value else None


class _Lines(Iterator[str]):
    """Lines with their ends, as csv takes them; bytes that are no UTF-8 are kept for the page's own decoding."""

    def __init__(self, pieces: Iterable[Piece]):
        self._pieces = iter(pieces)
        self._rest = bytearray()
        self._encoding = ""
        self.of_row = 0
        """Lines since the last row."""
        self.damage: Damage | None = None

    def __next__(self) -> str:
        start = 0
        while (end := self._end(start)) < 0 and len(self._rest) < PAGE_LIMIT:
            start = max(0, len(self._rest) - 3)
            if not self._pull():
                end = len(self._rest) - 1
                break
        if not self._rest:
            raise StopIteration
        self.of_row += 1
        if self.of_row > LINES:
            raise csv.Error(f"over {LINES} lines in a row: a quote stands open")
        line = bytes(self._rest[: end + 1] if end >= 0 else self._rest)
        del self._rest[: len(line)]
        if len(line) > _CELLS and max(line.count(one.encode()) for one in _SEPARATORS) > _CELLS:
            raise csv.Error(f"over {_CELLS} cells in a row")
        return line.decode(self._encoding or "utf-8", "replace" if self._encoding else "surrogateescape")

    def _end(self, start: int) -> int:
        """The index of the line end's last byte; -1 where there is none yet."""
        if self._encoding == "utf-16-le":
            found = self._rest.find(b"\n\0", start - start % 2)
            return found + 1 if found >= 0 else -1
        if self._encoding == "utf-16-be":
            found = self._rest.find(b"\0\n", start - start % 2)
            return found + 1 if found >= 0 else -1
        return self._rest.find(b"\n", start)

    def _pull(self) -> bool:
        while self.damage is None:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            if isinstance(piece, Damage):
                self.damage = piece
            elif isinstance(piece, bytes):
                if not self._rest and not self._encoding:
                    self._encoding = next((name for mark, name in _BOMS if piece.startswith(mark)), "")
                self._rest += piece
                return True
        return False
