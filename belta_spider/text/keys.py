"""Strings as keys of 8 bytes, and sets of millions of them."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import chain

_RECENT = 2**17
"""Keys that wait in a set, at some 80 bytes each, before they are folded into the array."""


def key_of(*parts: str | None) -> int:
    """A 64-bit key, so that a million of them fit into memory; the same in every process."""
    joined = "\x1f".join(part or "" for part in parts)
    return int.from_bytes(hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Keys:
    """A set of keys: 8 bytes for each, in a sorted array that the newest are folded into now and then."""

    def __init__(self) -> None:
        self.loaded = array("Q")
        """Sorted; but while a file is loaded in the file's order, each as often as it stands there."""
        self._new: set[int] = set()

    def sort(self) -> None:
        """Sort what was loaded, a part at a time: a list of them all would take 40 bytes for each."""
        for start in range(0, len(self.loaded), _RECENT):
            self._fold(sorted(self.loaded[start : start + _RECENT]), start)

    def add(self, key: int) -> None:
        self._new.add(key)
        if len(self._new) >= _RECENT:
            end = len(self.loaded)
            self.loaded.frombytes(bytes(len(self._new) * self.loaded.itemsize))
            self._fold(sorted(self._new), end)
            self._new.clear()

    def _fold(self, coming: list[int], end: int) -> None:
        """Put sorted keys among those before `end`, the largest first: what is above moves up by those to come."""
        keys = self.loaded
        while coming:
            place = bisect_right(keys, coming[-1], 0, end)
            keys[place + len(coming) : end + len(coming)] = keys[place:end]
            end, key = place, coming.pop()
            keys[place + len(coming)] = key

    def __contains__(self, key: int) -> bool:
        place = bisect_left(self.loaded, key)
        return key in self._new or (place < len(self.loaded) and self.loaded[place] == key)

    def __iter__(self) -> Iterator[int]:
        return chain(self.loaded, self._new)

    def __len__(self) -> int:
        return len(self.loaded) + len(self._new)
