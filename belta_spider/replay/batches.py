"""Entries of a source in batches, and the batches cleaned: by a pool of processes, or as they are handed on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.replay.read_ahead import ReadAhead
from belta_spider.replay.workers import Pool, finished_of
from belta_spider.sources import Dropped

_PAGES, _BYTES = 50, 400_000
"""Of a batch: enough that a pipe costs little beside the work, few enough that a kill undoes little."""
_BATCHES = 3
"""On their way for each worker: one in work, one that waits there, one that is written."""
_IN_FLIGHT = 32 * 2**20
"""Bytes of pages on their way, whatever the number of workers."""
_POLL = 0.2
"""Seconds between two looks whether the run is ending."""

Entry = Page | Dropped
Numbered = tuple[int, Entry, PageItem | None]
"""An entry, its number in the input, and its item where a worker has finished it."""


@dataclass(slots=True)
class _Batch:
    entries: list[Entry] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Of each entry within the whole input."""
    size: int = 0

    def add(self, number: int, entry: Entry) -> None:
        self.entries.append(entry)
        self.numbers.append(number)
        self.size += len(entry.body) if isinstance(entry, Page) else 0

    @property
    def is_full(self) -> bool:
        return len(self.entries) >= _PAGES or self.size >= _BYTES

    def numbered(self, items: list[PageItem | None]) -> Iterator[Numbered]:
        return zip(self.numbers, self.entries, items, strict=True)


_Flying = deque[tuple[_Batch, asyncio.Future[bytes]]]


class Batches:
    """Cleans batches in the order of the input. Without a pool the entries come back as they are."""

    def __init__(self, pool: Pool | None, is_ending: Callable[[], bool]):
        self.pool = pool
        self.is_ending = is_ending
        self.most = _BATCHES * len(pool.processes) if pool else 1

    async def of(self, entries: Iterator[tuple[int, Entry | None]]) -> AsyncGenerator[Iterator[Numbered], None]:
        """Yield each batch of the entries, read in a thread of its own; None among them is only counted.

        Raises:
            DeadWorkerError: a worker process died.
        """
        ahead = ReadAhead(_batched(entries))
        try:
            async with aclosing(self._results(ahead)) as results:
                async for batch, items in results:
                    yield batch.numbered(items)
        finally:
            ahead.close()

    async def _results(self, ahead: ReadAhead[_Batch]) -> AsyncGenerator[tuple[_Batch, list[PageItem | None]], None]:
        """Yield batches with their items; with a pool, a few are on their way at any time."""
        flying: _Flying = deque()
        try:
            async with aclosing(self._landed(ahead, flying)) as results:
                async for batch, result in results:
                    yield batch, finished_of(result.result()) if result else [None] * len(batch.entries)
        finally:
            for _, result in flying:  # nobody waits for what a stop leaves in the air
                result.cancel()

    async def _landed(
        self, ahead: ReadAhead[_Batch], flying: _Flying
    ) -> AsyncGenerator[tuple[_Batch, asyncio.Future[bytes] | None], None]:
        size = 0
        coming: asyncio.Future[_Batch | None] | None = asyncio.ensure_future(ahead.next())
        try:
            while coming or flying:
                has_room = len(flying) < self.most and size <= _IN_FLIGHT
                await self._either(coming if has_room else None, flying[0][1] if flying else None)
                if self.is_ending():
                    return
                if flying and flying[0][1].done():
                    batch, result = flying.popleft()
                    size -= batch.size
                    yield batch, result
                elif coming and coming.done():
                    arrived = coming.result()
                    coming = asyncio.ensure_future(ahead.next()) if arrived else None
                    if arrived and self.pool:
                        flying.append((arrived, asyncio.wrap_future(self.pool.submit(arrived.entries))))
                        size += arrived.size
                    elif arrived:
                        yield arrived, None
        finally:
            if coming:  # or the loop ends with a task that waits for ever, and says so as an error
                coming.cancel()

    async def _either(self, *futures: asyncio.Future[Any] | None) -> None:
        """Wait for one of them, or until the run is ending."""
        waiting = [future for future in futures if future is not None]
        while not self.is_ending() and not any(future.done() for future in waiting):
            await asyncio.wait(waiting, timeout=_POLL, return_when=asyncio.FIRST_COMPLETED)


def _batched(entries: Iterator[tuple[int, Entry | None]]) -> Iterator[_Batch]:
    batch = _Batch()
    for number, entry in entries:
        if entry is not None:
            batch.add(number, entry)
        if batch.is_full:
            yield batch
            batch = _Batch()
    yield batch
