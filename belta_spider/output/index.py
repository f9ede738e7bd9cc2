"""Which ids and pages an output holds, from its lines."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Any

import msgspec

from belta_spider.cleaning.choice import OUTSIDE
from belta_spider.items import DUPLICATE
from belta_spider.text.keys import key_of

_LEFT_OUT = f"drop.{OUTSIDE}"


class _Source(msgspec.Struct):
    uri: str = ""
    record: str | None = None


class _Record(msgspec.Struct):
    id: str | None = None
    source: _Source = msgspec.field(default_factory=_Source)
    producer: str = ""


class _Entry(msgspec.Struct):
    id: str | None = None
    uri: str = ""
    record: str | None = None
    line: int = 0
    column: int = 0
    rule: str = ""


decode_record = msgspec.json.Decoder(_Record).decode
_entry = msgspec.json.Decoder(_Entry).decode
decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def page_of(line: bytes) -> tuple[int, bool] | None:
    """Of an entry of the audit: the key of the page that gave no article, and whether it gave one that a run was not
    asked for; None for entries of an article.

    Raises:
        msgspec.DecodeError: it is none.
    """
    entry = _entry(line)
    if entry.id is not None and entry.rule != DUPLICATE:
        return None
    return key_of(entry.uri, entry.record), entry.rule.startswith(_LEFT_OUT)


class AuditReader:
    """Finds the pages that gave no article, and the end of the audit that belongs to none that is held.

    Each record that is held takes one run of entries: those of another capture or revision of the
    article count as its own only as often as it is held.
    """

    def __init__(self, ids: array[int], sources: array[int]):
        self.orphan_at: int | None = None
        """Where the entries begin that are to be cut."""
        self.known = 0
        """How many of `sources` stand before them."""
        self.left_out: list[tuple[int, int]] = []
        """Pages that gave an article which a run was not asked for, with their place in `sources`."""
        self._ids, self._sources = ids, sources
        self._taken = bytearray(len(ids))
        self._write = -1, 0
        """The place of the write that is read, and how many of `sources` are before it."""
        self._held_at = -1
        self._last: tuple[Any, ...] = ()
        self._is_held = False

    def read(self, line: bytes, place: int) -> None:
        entry = _entry(line)
        if place != self._write[0]:
            self._write = place, len(self._sources)
        if entry.id is None or entry.rule == DUPLICATE:
            if entry.rule.startswith(_LEFT_OUT):
                self.left_out.append((key_of(entry.uri, entry.record), len(self._sources)))
            self._sources.append(key_of(entry.uri, entry.record))
            self._last = ()
            return
        if self._begins_a_run(entry):
            self._is_held = self._take(entry.id)
        if self._is_held:
            self._held_at, self.orphan_at = place, None
        elif self.orphan_at is None and place > self._held_at:
            self.orphan_at, self.known = self._write

    def _begins_a_run(self, entry: _Entry) -> bool:
        """Whether another page's entries begin: within one page's they are sorted by line and column."""
        last, self._last = self._last, (entry.id, entry.uri, entry.record, entry.line, entry.column)
        return self._last[:3] != last[:3] or self._last < last

    def _take(self, identity: str) -> bool:
        """Give a run of entries one of the records with its id, where one is left."""
        key = key_of(identity)
        place = self._taken.find(0, bisect_left(self._ids, key))
        if place < 0 or self._ids[place] != key:
            return False
        self._taken[place] = 1
        return True
