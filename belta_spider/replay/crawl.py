"""Replays: saved pages to items, in the order of the input, on as many processes as there are cores."""

from __future__ import annotations

import asyncio
import os
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from scrapy.exceptions import CloseSpider

from belta_spider import cleaning, sources
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.items import Article, Page
from belta_spider.replay.read_ahead import Ahead
from belta_spider.replay.workers import DeadWorkerError, Pool, Setup, finish, finished_of
from belta_spider.text.printable import one_line

CAPTURES = ("first", "newest", "all")
_PAGES, _BYTES = 50, 400_000
_BATCHES = 3
"""On their way for each worker: one in work, one that waits there, one that is written."""
_SMALL = 2**20
_IN_FLIGHT = 32 * 2**20
_HELD_BACK = 32 * 2**20
_NAMED = 20
_POLL = 0.2

Entry = Page | sources.Dropped


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


class Replay:
    """One run over saved pages, for the spider."""

    def __init__(self, spider: Any, reader: sources.Reader, captures: str):
        settings = spider.crawler.settings
        self.spider = spider
        self.reader = reader
        self.captures = captures
        self.options: cleaning.Options = spider.options
        self.setup = Setup(
            self.options.edition, self.options.audit, settings.get("BELTA_EDITIONS"), self.options.any_site
        )
        self.workers = settings.getint("BELTA_WORKERS") or available_cores()
        self.pool: Pool | None = None
        self.count = spider.crawler.stats.inc_value
        self.scraper = spider.crawler.engine.scraper
        self.feeds = spider.crawler.get_extension(DurableFeeds)
        self.named: Counter[str] = Counter()
        self.is_ending: Callable[[], bool] = spider.crawler.engine.needs_backout

    async def items(self, response: Any) -> AsyncGenerator[Article, None]:
        """Yield an item for each page, begun or finished; or hand it to the pipelines itself.

        A yielded item passes a queue and a turn of the event loop, a sixth of what a finished one
        costs. Only spider middlewares and several items at a time could tell the difference.

        Raises:
            CloseSpider: a worker process died.
        """
        is_parallel = self.workers > 1 or available_cores() > 1
        if is_parallel and not self.reader.total < _SMALL:
            self.pool = Pool(self.workers, self.setup)  # before there is any thread: it forks
        is_alone = self.scraper.concurrent_items == 1 and not self.scraper.spidermw.middlewares
        is_direct = is_alone and self.pool is not None
        is_done = False
        try:
            async with aclosing(self._batches()) as batches:
                async for batch in batches:
                    for item in batch:
                        if self.is_ending():
                            return
                        if is_direct:
                            await self._hand_on(item, response)
                        else:
                            yield item
            is_done = not self.is_ending()
        except DeadWorkerError:
            self.spider.logger.error("a worker process died (out of memory?): run again to go on where this run ended")
            raise CloseSpider("worker_died") from None
        finally:
            if self.pool:
                self.pool.close(at_once=not is_done)

    async def _hand_on(self, item: Article, response: Any) -> None:
        is_begun = item.draft is not None
        await self.scraper.start_itemproc_async(item, response=response)
        if is_begun:  # it took its time: let signals in
            await asyncio.sleep(0)

    async def _batches(self) -> AsyncGenerator[Iterator[Article], None]:
        newest = await self._newest() if self.captures == "newest" else None
        async with aclosing(self._numbered(self._entries(), is_lazy=newest is None)) as batches:
            async for batch in batches:
                yield newest.judged(batch) if newest else (item for _, item in batch)

    async def _newest(self) -> Any:
        """Read all once, to tell which capture of each article is wanted."""
        from belta_spider.replay.newest_captures import Newest  # few runs ask for it

        newest = Newest()
        async with aclosing(self._numbered(self._all_entries(), is_lazy=False)) as batches:
            async for batch in batches:
                for number, item in batch:
                    newest.add(number, item)
        newest.choose()
        return newest

    # What comes in

    def _entries(self) -> Iterator[tuple[int, Entry | None]]:
        """What is to be cleaned, with its number in the input; None for what is only counted.

        A page that was cut off comes last: any complete capture of the article goes before it.
        """
        held_back: list[tuple[int, Page]] = []
        room = _HELD_BACK
        for number, entry in enumerate(self.reader):
            if isinstance(entry, (sources.Unread, sources.Skipped)):
                self._report(entry)
                yield number, None
            elif self.feeds and self.feeds.has_read(entry.uri, entry.record):
                self.count("belta/pages/held")
                yield number, None
            elif isinstance(entry, Page) and entry.truncated and self.captures == "first" and len(entry.body) <= room:
                room -= len(entry.body)
                held_back.append((number, entry))
            else:
                self.count("belta/pages/read")
                yield number, entry
        for number, page in held_back:
            self.count("belta/pages/read")
            yield number, page

    def _all_entries(self) -> Iterator[tuple[int, Entry | None]]:
        for number, entry in enumerate(self.reader):
            yield number, entry if isinstance(entry, Page) else None

    def _report(self, entry: sources.Unread | sources.Skipped) -> None:
        if isinstance(entry, sources.Skipped):
            self.count(f"belta/skipped/{entry.cause}", entry.count)
            return
        self.count(f"belta/unread/{entry.cause}")
        self.named[entry.cause] += 1
        if self.named[entry.cause] <= _NAMED:
            place = entry.uri if entry.record is None else f"{entry.uri} {entry.record}"
            self.spider.logger.warning("cannot read %s: %s", one_line(place), one_line(entry.detail))
        if self.named[entry.cause] == _NAMED:
            self.spider.logger.warning("%s: further ones are only counted", entry.cause)

    # What goes out

    async def _numbered(
        self, entries: Iterator[tuple[int, Entry | None]], *, is_lazy: bool
    ) -> AsyncGenerator[Iterator[tuple[int, Article]], None]:
        """The items of each batch with their numbers; with `is_lazy` and in one process, the pipelines do the work."""
        ahead = Ahead(_batched(entries))
        try:
            async with aclosing(self._results(ahead)) as results:
                async for batch, items in results:
                    found = zip(batch.numbers, batch.entries, items, strict=True)
                    yield ((number, item or self._item(entry, is_lazy)) for number, entry, item in found)
        finally:
            ahead.close()

    def _item(self, entry: Entry, is_lazy: bool) -> Article:
        if is_lazy and isinstance(entry, Page):
            article: Article = self.spider.item(entry)
            return article
        return finish(entry, self.options)

    async def _results(self, ahead: Ahead[_Batch]) -> AsyncGenerator[tuple[_Batch, list[Article | None]], None]:
        """Batches in the order of the input; with a pool, a few are on their way at any time."""
        flying: deque[tuple[_Batch, asyncio.Future[bytes]]] = deque()
        size = 0
        coming: asyncio.Future[_Batch | None] | None = asyncio.ensure_future(ahead.next())
        while coming or flying:
            has_room = len(flying) < _BATCHES * self.workers and size <= _IN_FLIGHT
            await self._either(coming if has_room else None, flying[0][1] if flying else None)
            if self.is_ending():
                return
            if flying and flying[0][1].done():
                batch, result = flying.popleft()
                size -= batch.size
                yield batch, finished_of(result.result())
            elif coming and coming.done():
                arrived = coming.result()
                coming = asyncio.ensure_future(ahead.next()) if arrived else None
                if arrived and self.pool:
                    flying.append((arrived, asyncio.wrap_future(self.pool.submit(arrived.entries))))
                    size += arrived.size
                elif arrived:
                    yield arrived, [None] * len(arrived.entries)

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


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
