"""JSON: rows in an array, or objects one after the other, read one at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.sources.entries import Unread
from belta_spider.sources.tables.rows import LINE_LIMIT, TOO_MANY, Row, has_too_many, missing, pages_of_value
from belta_spider.sources.unpacking import Damage, Member, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_BETWEEN = re.compile(r"[\s,\ufeff]*")
_NEXT = re.compile(r"(?=\{\s*\")")
_AFTER_DAMAGE = re.compile(r"(?:\}\s*.?|[^\[:]\s*,)\s*(?=\{\s*\")")
"""How a value starts that follows another; what stands between them may be what is damaged."""
_FIRST = 64 * 2**10  # bytes that are read first: most values end within them


def read(
    pieces: Iterable[Piece], place: Place, columns: Mapping[str, str], wanted: Callable[[str], bool]
) -> Iterator[Row]:
    """Yield the page in each value, or why it holds none; the record is the value's number, from 1."""
    number = 0
    found = Values(pieces)
    for value in found.values():
        number += 1
        if isinstance(value, Damage):
            detail = f"value {number}, byte {value.offset}: {value.detail}"
            yield Unread(place.uri, value.cause, detail, place.record(str(number)), value.offset)
        else:
            yield from pages_of_value(place, str(number), value, columns, wanted, found.start)
    if not number:
        yield missing(place, columns, ())


def values(pieces: Iterable[Piece]) -> Iterator[Any]:
    """Yield the values, and the damage between them."""
    yield from Values(pieces).values()


class Values:
    """The values of an array, or those that stand one after the other, each up to a limit."""

    def __init__(self, pieces: Iterable[Piece]):
        self.pieces = iter(pieces)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.parse = json.JSONDecoder(strict=False).raw_decode
        self.text = ""
        self.place = 0
        self.read = 0
        """Bytes that came in so far."""
        self.member = Member(0, is_plain=True)
        self.start: int | None = None
        """Where the compressed member of the value starts."""
        self.is_array = False
        self.damage: Damage | None = None

    def values(self) -> Iterator[Any]:
        self._pull(1)
        self._skip_blank()
        if self.text.startswith("[", self.place):
            self.is_array = True
            self.place += 1
        while self._skip_blank() or self.damage:
            if self.place == len(self.text):
                yield self._damaged()
                if not self._find_next():
                    return
                continue
            if self.is_array and self.text[self.place] == "]":
                self.is_array = False
                self.place += 1
                continue
            value = self._value()
            yield value
            if isinstance(value, Damage) and not self._find_next():
                return
        if self.is_array:
            yield Damage("truncated", "the array has no end", self._offset())

    def _skip_blank(self) -> bool:
        """Move to the next value; return whether there is any."""
        while True:
            found = _BETWEEN.match(self.text, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.text):
                return True
            if not self._pull(1):
                return False

    def _value(self) -> Any:
        self.start, size = None if self.member.is_plain else self.member.offset, _FIRST
        while True:
            try:
                value, end = self.parse(self.text, self.place)
            except RecursionError as error:
                return Damage("not_json", str(error), self._offset())
            except ValueError as error:
                if has_too_many(self.text, self.place):
                    return Damage("too_large", TOO_MANY, self._offset())
                if len(self.text) - self.place < LINE_LIMIT and self._pull(size):
                    size *= 2
                    continue
                return self._broken(error)
            if end < len(self.text) or not self._pull(1):
                self.place = end
                return value

    def _broken(self, error: ValueError) -> Damage:
        if self.damage:
            return self._damaged()
        if len(self.text) - self.place >= LINE_LIMIT:
            return Damage("too_large", f"longer than {LINE_LIMIT} characters", self._offset())
        return Damage("not_json", str(error), self._offset())

    def _damaged(self) -> Damage:
        """The damage that stands behind the text: what it has cut is given up."""
        damage, self.damage = self.damage, None
        self.place = len(self.text)
        return damage or Damage("truncated", "the value has no end", self._offset())

    def _offset(self) -> int:
        """About where in the file the value stands, in bytes: of a compressed file, where its member starts."""
        if not self.member.is_plain:
            return self.member.offset
        return max(0, self.read - len(self.text[self.place :].encode("utf-8", "replace")))

    def _find_next(self) -> bool:
        """Move behind a value that cannot be read; return whether there is anything."""
        start = _AFTER_DAMAGE if self.text.startswith("{", self.place) else _NEXT
        while True:
            # Whether there is any object is found in a tenth of the time; behind damage, something stands before it.
            is_any = self.text.find("{", self.place + (start is _AFTER_DAMAGE)) >= 0
            found = start.search(self.text, self.place) if is_any else None
            if found:
                self.place = found.end()
                return True
            self.place = max(self.place, len(self.text) - 256)
            if not self._pull(_FIRST):
                self.is_array = False
                return False

    def _pull(self, size: int) -> bool:
        """Take in that many characters, or what is left; return whether there was any."""
        parts = [self.text[self.place :]]
        came = 0
        while came < size and self.damage is None:
            piece = next(self.pieces, None)
            if piece is None:
                break
            if isinstance(piece, Damage):
                self.damage = piece
            elif isinstance(piece, Member):
                self.member = piece
            else:
                self.read += len(piece)
                parts.append(self.decoder.decode(piece))
                came += len(parts[-1])
        self.text, self.place = "".join(parts), 0
        return came > 0
