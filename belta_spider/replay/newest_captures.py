"""Which capture of each article is the newest complete one."""

from __future__ import annotations

from array import array

from belta_spider.cleaning.audit import duplicate_entry
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import DUPLICATE
from belta_spider.sources.finishing import newness
from belta_spider.text.keys import key_of


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
        self.keys.append(key_of(item.id))
        self.ranks.append(newness(item))
        self.numbers.append(number)

    def choose(self) -> None:
        """Pick the highest rank for each key; the first in reading order among equals."""
        self.chosen = bytearray(self.numbers[-1] + 1 if self.numbers else 0)
        for place in self._best():
            if place:
                self.chosen[self.numbers[place - 1]] = 1
        self.keys, self.ranks, self.numbers = array("Q"), array("q"), array("q")

    def _best(self) -> array[int]:
        """A table with the place, from 1, of the best capture of each key, found by the key's last bits.

        It is kept half empty: 16 to 32 bytes a capture, where a dict would take 100.
        """
        most = (1 << (2 * len(self.keys)).bit_length()) - 1
        table = array("q", bytes(8 * (most + 1)))
        for place, key in enumerate(self.keys):
            slot = key & most
            while (held := table[slot]) and self.keys[held - 1] != key:
                slot = (slot + 1) & most
            if not held or self.ranks[place] > self.ranks[held - 1]:
                table[slot] = place + 1
        return table

    def is_chosen(self, number: int) -> bool:
        """Whether the capture with that number in the input is the one that is wanted."""
        return self.chosen[number : number + 1] == b"\1"

    @staticmethod
    def as_duplicate(item: PageItem) -> PageItem:
        """Make a finished capture a duplicate; a page that is no article stays what it is."""
        if not item.drop:
            item.audit, item.drop = [duplicate_entry(item)], DUPLICATE
        return item
