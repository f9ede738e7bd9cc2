"""CSV and TSV: a row in each record, names in the first."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.sources.entries import Skipped, Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.tables.others import InRows
from belta_spider.sources.tables.rows import Row, absent, is_wanted, missing, names_of, page_of_row
from belta_spider.sources.unpacking import Damage, Piece
from belta_spider.text.forms import utf_16_of
from belta_spider.text.lines import LINES

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_SEPARATORS = (",", "\t", ";", "|")
_DAMAGED = 1000
"""Rows in turn that cannot be read: then it is no table, or a quote stands open."""
_CELLS = 1_000_000
"""Cells of a row: more are no table's, and a list of them takes memory."""
_AGAIN = 2_000_000
"""Lines of damaged rows that are read again, in all."""
_NO_END = "unexpected end of data"
"""What csv says of a cell whose quote is open at the end."""
_Line = tuple[str, int, int]
"""A line, its number, and where in the file it stands."""


def read(
    pieces: Iterable[Piece], place: Place, columns: Mapping[str, str], wanted: Callable[[str], bool]
) -> Iterator[Row]:
    """Yield the page in each row, or why it holds none; the record is the row's number, from 1, without the head."""
    csv.field_size_limit(PAGE_LIMIT)
    lines = _Lines(pieces)
    names, separator = _head(lines, columns)
    if not {name for one in ("text", "html") for name in names_of(columns, one)} & set(names):
        yield _lost(place, lines.damage) if lines.damage else missing(place, columns, names, offset=0)
        return
    yield from absent(place, columns, names)
    rows = _Rows(lines, separator, names, names_of(columns, "url")[0])
    address = next((name for name in names_of(columns, "url") if names.count(name) == 1), None)
    whole = InRows(names.index(address), len(names), separator) if address else None
    number = damaged = 0
    while damaged < _DAMAGED:
        passed = rows.pass_over(whole, wanted) if whole else 0
        if passed:
            number, damaged = number + passed, 0
            yield Skipped(place.uri, "other_site", passed)
        row = rows.next() or lines.damage
        if row is None:
            return
        number += 1
        if isinstance(row, Damage):
            damaged += 1
            yield _lost(place, row) if row is lines.damage else _unread(place, number, row)
            lines.damage = lines.damage if row is not lines.damage else None
            continue
        page = page_of_row(place, str(number), dict(zip(names, map(_cell, row), strict=False)), columns, wanted)
        damaged = 0 if page else damaged + 1
        yield page or _unread(place, number, rows.damage("the row ends before the column of its page"))
    yield place.unread("damaged_csv", f"{_DAMAGED} rows in turn cannot be read, and no further one is tried")


def _lost(place: Place, damage: Damage) -> Unread:
    """Say that the bytes of a table are damaged."""
    return place.unread(damage.cause, damage.detail, damage.offset)


def _unread(place: Place, number: int, damage: Damage) -> Unread:
    return Unread(place.uri, damage.cause, f"row {number}, {damage.detail}", place.record(str(number)), damage.offset)


def names(pieces: Iterable[Piece], columns: Mapping[str, str]) -> list[str]:
    """The columns of a table."""
    return _head(_Lines(pieces), columns)[0]


def _head(lines: _Lines, columns: Mapping[str, str]) -> tuple[list[str], str]:
    """The columns' names, and what separates them: what gives a column of pages, else what gives most."""
    line = next(lines, "").lstrip("\ufeff")
    wanted = {name for one in ("text", "html", "url") for name in names_of(columns, one)}
    heads = [(_cells(line, one), one) for one in _SEPARATORS]
    names, separator = max(heads, key=lambda head: (len(wanted & set(_stripped(head[0]))), len(head[0])))
    return _stripped(names), separator


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line; none where it is no row, as of a damaged table."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _stripped(names: list[str]) -> list[str]:
    return [name.strip() for name in names]


def _cell(value: str) -> Any:
    """A cell's bytes, as they stand in the file; None where it is empty."""
    return value.encode("utf-8", "surrogateescape") if value else None


class _Rows:
    """Rows, and on after one that is damaged: a quote that is lost, or one too many, costs its own row alone."""

    def __init__(self, lines: _Lines, separator: str, names: list[str], address: str):
        self.lines = lines
        self.separator = separator
        self.width = len(names)
        self.address = names.index(address) if address in names else None
        """The cell of a row's address: what shows a row to be one, behind damage."""
        self.strict = csv.reader(lines, delimiter=separator, strict=True)
        self.is_within = False
        """Whether what comes may be what is left of a damaged row."""
        self.again = _AGAIN
        self.left = LINES
        """Lines that may be what is left of a damaged row, before it is given up."""

    def pass_over(self, whole: InRows, wanted: Callable[[str], bool]) -> int:
        """Move behind the rows of other sites that come next, as far as they were read in; return how many."""
        passed = 0 if self.is_within else self.lines.pass_over(whole, wanted)
        self.left = LINES if passed else self.left
        return passed

    def next(self) -> list[str] | Damage | None:
        """The next row; damage once for all that is left of a row; None at the end."""
        while self.left and (read := self._read()) is not None:
            row, error = read
            if row and (not self.is_within or self._is_row(row)):
                self.is_within, self.left = len(row) < self.width, LINES
                return row
            self.left -= 1
            if not self.left:
                return self.damage(f"no row in {LINES} lines behind one that is damaged; the rest is not read")
            if row or error:
                self._go_back()
            if error and not self.is_within:
                self.is_within = True
                return self.damage(error)
        return None

    def _read(self) -> tuple[list[str], str] | None:
        """The cells of what comes next, or what is wrong with it; None at the end."""
        self.lines.begin()
        try:
            row, error = next(self.strict), ""
        except StopIteration:
            return None
        except csv.Error as found:
            row, error = self._as_written(str(found)), str(found)
        while len(row) > self.width and not row[-1]:
            row.pop()
        if len(row) > self.width:
            return [], f"{len(row)} cells, where the head has {self.width}"
        return row, error

    def damage(self, detail: str) -> Damage:
        """Say what is wrong with the row that was read last."""
        number, offset = self.lines.start
        return Damage("damaged_csv", f"line {number}: {detail}", offset)

    def _as_written(self, error: str) -> list[str]:
        """The cells of a row whose quotes are not as they should be; none where it has run into the next row."""
        taken = [line for line, _, _ in self.lines.taken]
        if not taken or _NO_END in error or (len(taken) > 1 and self._starts_row(taken[-1])):
            return []
        try:
            return next(csv.reader(taken, delimiter=self.separator), [])
        except csv.Error:
            return []

    def _starts_row(self, line: str) -> bool:
        """Whether a row may start with a line: it is one, or its last cell goes on in the next line."""
        try:
            return len(next(csv.reader([line], delimiter=self.separator, strict=True), [])) == self.width
        except csv.Error as error:
            return _NO_END in str(error) and (self.width == 1 or self.separator in line)

    def _is_row(self, row: list[str]) -> bool:
        if len(row) != self.width:
            return False
        return self.address is None or row[self.address].strip().startswith(("http://", "https://"))

    def _go_back(self) -> None:
        """Read the lines of a row again, but for its first."""
        if len(self.lines.taken) - 1 <= self.again:
            self.again -= len(self.lines.taken) - 1
            self.lines.give_back()


class _Lines(Iterator[str]):
    """Lines with their ends, as csv takes them; bytes that are no UTF-8 are kept for the page's own decoding."""

    def __init__(self, pieces: Iterable[Piece]):
        self._pieces = iter(pieces)
        self._rest = bytearray()
        self._encoding = ""
        self._given_back: deque[_Line] = deque()
        self.taken: list[_Line] = []
        """The lines of the row."""
        self._number = 0
        self._place = 0
        """Of what comes next: the byte, or the compressed member that it stands in."""
        self._is_plain = True
        self.damage: Damage | None = None

    def begin(self) -> None:
        """A row starts here."""
        self.taken.clear()

    def give_back(self) -> None:
        """Let the row's lines but the first come again."""
        self._given_back.extendleft(reversed(self.taken[1:]))

    @property
    def start(self) -> tuple[int, int]:
        """The number of the row's first line, and where in the file it stands."""
        return self.taken[0][1:] if self.taken else (self._number, self._place)

    def __next__(self) -> str:
        if len(self.taken) > LINES:
            raise csv.Error(f"over {LINES} lines in a row: a quote stands open")
        line = self._given_back.popleft() if self._given_back else self._line()
        self.taken.append(line)
        return line[0]

    def pass_over(self, whole: InRows, wanted: Callable[[str], bool]) -> int:
        """Move behind what are whole rows of other sites; return how many."""
        passed = end = 0
        if self._encoding or self._given_back:
            return 0
        while (found := whole.address_of(self._rest, end)) and not is_wanted(found[0], wanted):
            if found[1] - end > _CELLS:
                break
            passed, end = passed + 1, found[1]
        self._number += self._rest.count(b"\n", 0, end)
        self._place += end if self._is_plain else 0
        del self._rest[:end]
        return passed

    def _line(self) -> _Line:
        start = 0
        while (end := self._end(start)) < 0 and len(self._rest) < PAGE_LIMIT:
            start = max(0, len(self._rest) - 3)
            if not self._pull():
                end = len(self._rest) - 1
                if self.damage:
                    self._rest.clear()
                break
        if not self._rest:
            raise StopIteration
        line = bytes(self._rest[: end + 1] if end >= 0 else self._rest)
        del self._rest[: len(line)]
        self._number += 1
        place = self._place
        self._place += len(line) if self._is_plain else 0
        if len(line) > _CELLS and max(line.count(one.encode()) for one in _SEPARATORS) > _CELLS:
            raise csv.Error(f"over {_CELLS} cells in a row")
        text = line.decode(self._encoding or "utf-8", "replace" if self._encoding else "surrogateescape")
        return text, self._number, place

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
                if not self._rest and not self._number:
                    self._encoding = utf_16_of(piece) or ""
                self._rest += piece
                return True
            else:
                self._is_plain = piece.is_plain
                self._place = self._place if piece.is_plain else piece.offset
        return False
