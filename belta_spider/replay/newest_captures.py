"""Which capture of each article is the newest complete one."""

from __future__ import annotations

from array import array
from datetime import datetime

from belta_spider.cleaning.audit import duplicate_entry
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import DUPLICATE
from belta_spider.output.index import key_of

_COMPLETE = 2**40


class NewestCaptures:
    """Learns all captures in a first reading, knows the chosen ones in a second: 24 bytes a capture."""

    def __init__(self) -> None:
        self.keys, self.ranks, self.numbers = array("Q"), array("q"), array("q")
        self.chosen = bytearray()
        """A 1 for each number in the input that is chosen."""

    def add(self, number: int, item: PageItem) -> None:
        """Note a capture: complete ones before those that were cut off, then by time."""
        if item.drop:
            return
        seconds = int(datetime.fromisoformat(item.captured_at).timestamp()) if item.captured_at else 0
        self.keys.append(key_of(item.id))
        self.ranks.append(seconds if "truncated" in item.flags else seconds + _COMPLETE)
        self.numbers.append(number)

    def choose(self) -> None:
        """Pick the highest rank for each key; the first in reading order among equals."""
        import pyarrow as pa  # sorts without a Python object for each number

        columns = {
            "key": (self.keys, pa.uint64()),
            "rank": (self.ranks, pa.int64()),
            "number": (self.numbers, pa.int64()),
        }
        buffers = {name: (kind, len(column), [None, pa.py_buffer(column)]) for name, (column, kind) in columns.items()}
        table = pa.table({name: pa.Array.from_buffers(*buffer) for name, buffer in buffers.items()})
        table = table.sort_by([("key", "ascending"), ("rank", "descending"), ("number", "ascending")])
        self.chosen = bytearray(self.numbers[-1] + 1 if self.numbers else 0)
        last = None
        for batch in table.to_batches(max_chunksize=2**16):
            for key, number in zip(batch["key"].to_pylist(), batch["number"].to_pylist(), strict=True):
                if key != last:
                    self.chosen[number] = 1
                last = key
        self.keys, self.ranks, self.numbers = array("Q"), array("q"), array("q")

    def is_chosen(self, number: int) -> bool:
        """Whether the capture with that number in the input is the one that is wanted."""
        return self.chosen[number : number + 1] == b"\1"

    @staticmethod
    def as_duplicate(item: PageItem) -> PageItem:
        """Make a finished capture a duplicate; a page that is no article stays what it is."""
        if not item.drop:
            item.audit, item.drop = [duplicate_entry(item)], DUPLICATE
        return item
