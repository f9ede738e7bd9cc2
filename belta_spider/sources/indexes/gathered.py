"""The captures of index files, gathered by article: 150 to 300 bytes a capture, as Arrow holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from belta_spider.editions import Editions, addresses
from belta_spider.editions.addresses import Address
from belta_spider.sources.entries import Unread
from belta_spider.sources.indexes.captures import Capture
from belta_spider.sources.indexes.choosing import Listed

_PIECE = 16_384  # captures that are held before they go to disk


def gather(
    files: Iterable[tuple[Path, Capture | Unread]], editions: Editions, includes: Callable[[Address], bool]
) -> tuple[Gathered, list[Unread]]:
    """Gather the captures of articles that a run `includes`, and what of the files could not be read."""
    gathered, unread = Gathered(), []
    for _, capture in files:
        if isinstance(capture, Unread):
            unread.append(capture)
        elif capture.may_be_page:
            address = addresses.parse(capture.url, editions)
            if address and includes(address):
                gathered.add(address, capture)
    return gathered, unread


class Gathered:
    """Captures with their articles' addresses, to be read out in another order."""

    def __init__(self) -> None:
        self._parts: list[Any] = []
        self._rows: list[tuple[object, ...]] = []
        self.size = 0
        """Bytes of all records, as far as the index states them."""

    def add(self, address: Address, capture: Capture) -> None:
        """Take a capture in."""
        self.size += capture.length or 0
        self._rows.append((address.url, address.edition.code, address.id, address.section, *capture))
        if len(self._rows) >= _PIECE:
            self._pack()

    def _pack(self) -> None:
        import pyarrow as pa

        columns = list(zip(*self._rows, strict=True))
        self._parts.append(pa.table(dict(zip(_NAMES, map(pa.array, columns, _types()), strict=True))))
        self._rows.clear()

    def __len__(self) -> int:
        return sum(int(part.num_rows) for part in self._parts) + len(self._rows)

    def captures(self) -> Iterator[Capture]:
        """Yield all captures, the oldest first."""
        for row in self._sorted("timestamp", "url"):
            yield Capture(*row[_OF_ADDRESS:])

    def articles(self, editions: Editions) -> Iterator[Listed]:
        """Yield the articles, each with all of its captures."""
        for _, rows in groupby(self._sorted("edition", "id", "timestamp"), key=lambda row: row[2]):
            found = list(rows)
            url, code, identity, section = found[0][:_OF_ADDRESS]
            address = Address(url, editions.by_code[code], identity, section, None)
            yield Listed(address, [Capture(*row[_OF_ADDRESS:]) for row in found])

    def _sorted(self, *names: str) -> Iterator[tuple[Any, ...]]:
        import pyarrow as pa

        if self._rows:
            self._pack()
        if not self._parts:
            return
        table = pa.concat_tables(self._parts)
        self._parts = [table]
        order = table.sort_by([(name, "ascending") for name in names])
        for batch in order.to_batches(max_chunksize=_PIECE):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


_NAMES = ("canonical", "edition", "id", "section", *Capture._fields)
_OF_ADDRESS = 4  # of the names above, those that are no capture's


def _types() -> Iterable[Any]:
    import pyarrow as pa

    numbers = {"offset", "length"}
    return [pa.int64() if name in numbers else pa.string() for name in _NAMES]
