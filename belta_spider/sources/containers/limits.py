"""How much a container may unpack to, all its members together."""

from __future__ import annotations

import io
from typing import Any

from belta_spider.sources.unpacking import Broken, damage_of

_FREE = 96 * 2**20
"""Bytes that any container may hold."""
_DENSITY = 100
"""Beyond them, how many times its size: each member of a zip is packed alone, pages come to 10."""


class Budget:
    """Counts what the members of a container unpack to, against the container's size."""

    def __init__(self, container: io.BufferedReader):
        place = container.tell()
        self.size = container.seek(0, io.SEEK_END)
        container.seek(place)
        self.used = 0

    @property
    def is_spent(self) -> bool:
        return self.used > _FREE and self.used > _DENSITY * self.size

    @property
    def words(self) -> str:
        return f"it unpacks to over {_DENSITY} times its size: the rest is not read"

    def limited(self, member: io.BufferedReader) -> io.RawIOBase:
        """A member that ends where the budget does."""
        return _Limited(member, self)


class _Limited(Broken):
    def __init__(self, member: io.BufferedReader, budget: Budget):
        self._member = member
        self._budget = budget

    def readinto(self, buffer: Any, /) -> int:
        data = b"" if self._budget.is_spent else self._member.read1(len(buffer))
        self._budget.used += len(data)
        buffer[: len(data)] = data
        self.damage = None if data else damage_of(self._member)
        return len(data)

    def close(self) -> None:
        self._member.close()
        super().close()
