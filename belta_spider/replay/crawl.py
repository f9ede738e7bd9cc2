"""Replays: saved pages to items, in the order of the input, on as many processes as there are cores."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from scrapy.exceptions import CloseSpider

from belta_spider import cleaning, sources, stats_keys
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.replay.batches import Batches, Entry, Numbered
from belta_spider.replay.held_back import HeldBack
from belta_spider.replay.newest_captures import NewestCaptures
from belta_spider.replay.unread import UnreadReport
from belta_spider.replay.workers import DeadWorkerError, Pool
from belta_spider.sources.finishing import is_cut
from belta_spider.sources.indexes.records import IndexedRecords

CAPTURES = ("first", "newest", "all")
_SMALL = 2**20
"""Bytes of an input that is read before a pool would have started."""


class Replay:
    """One run over saved pages."""

    def __init__(
        self, crawler: Any, reader: sources.Reader | IndexedRecords, options: cleaning.Options, *, cleans_ahead: bool
    ):
        """`cleans_ahead` tells whether pages may be cleaned before they are items."""
        self.reader = reader
        self.options = options
        self.cleans_ahead = cleans_ahead
        self.crawler = crawler
        self.captures: str = crawler.spider.captures
        self.count = crawler.stats.inc_value
        self.feeds = crawler.get_extension(DurableFeeds)
        self.unread = UnreadReport(crawler, crawler.spider.logger)

    async def items(self) -> AsyncGenerator[PageItem, None]:
        """Yield an item for each page, begun or finished.

        Raises:
            CloseSpider: a worker process died.
        """
        pool = self._pool()
        is_done = False
        try:
            batches = Batches(pool, self._is_ending)
            async with aclosing(self._chosen(batches)) as items:
                async for item in items:
                    if self._is_ending():
                        return
                    yield item
            is_done = not self._is_ending()
        except DeadWorkerError:
            if self._is_ending():
                return
            self.crawler.spider.logger.error(
                "a worker process died (out of memory?): run again to go on where this run ended"
            )
            raise CloseSpider("worker_died") from None
        finally:
            self.unread.close()
            if pool:
                pool.close(at_once=not is_done)

    def _is_ending(self) -> bool:
        return bool(self.crawler.engine.needs_backout())

    def _pool(self) -> Pool | None:
        """Return the workers, where they are worth it and the pipelines leave them the stages."""
        workers = self.crawler.settings.getint("BELTA_WORKERS") or available_cores()
        is_parallel = workers > 1 or available_cores() > 1
        if not (is_parallel and self.cleans_ahead) or self.reader.total < _SMALL:
            return None
        return Pool(workers, self.options)  # before there is any thread: it forks

    async def _chosen(self, batches: Batches) -> AsyncGenerator[PageItem, None]:
        """Yield the items of all pages; of the captures that the run does not want, duplicates."""
        newest = await self._newest(batches) if self.captures == "newest" else None
        async with aclosing(batches.of(self._entries())) as all_batches:
            async for batch in all_batches:
                for numbered in batch:
                    yield self._judged(newest, numbered) if newest else self._item(*numbered[1:])

    async def _newest(self, batches: Batches) -> NewestCaptures:
        """Read all once, to learn which capture of each article is wanted."""
        newest = NewestCaptures()
        async with aclosing(batches.of(self._all_entries())) as all_batches:
            async for batch in all_batches:
                for number, entry, item in batch:
                    newest.add(number, item or PageItem.finished(entry, self.options))
        newest.choose()
        return newest

    def _judged(self, newest: NewestCaptures, numbered: Numbered) -> PageItem:
        number, entry, item = numbered
        if newest.is_chosen(number):
            return self._item(entry, item)
        return newest.as_duplicate(item or PageItem.finished(entry, self.options))

    def _item(self, entry: Entry, item: PageItem | None) -> PageItem:
        """Return a finished item as it is, any other as one whose stages the pipelines run."""
        if item is not None:
            return item
        if isinstance(entry, Page):
            return PageItem.begun(entry, self.options)
        return PageItem.finished(entry, self.options)

    # What comes in

    def _entries(self) -> Iterator[tuple[int, Entry | None]]:
        """Yield what is to be cleaned, with its number in the input; None for what is only counted.

        A page that was cut off comes last: any complete capture of the article goes before it.
        """
        held_back = HeldBack()
        for number, entry in enumerate(self.reader):
            if isinstance(entry, (sources.Unread, sources.Skipped, sources.PassedOver)):
                self.unread.add(entry)
                yield number, None
            elif self.feeds and self.feeds.has_read(entry.uri, entry.record):
                self.count(stats_keys.PAGES_HELD)
                yield number, None
            elif self.captures == "first" and isinstance(entry, Page) and is_cut(entry):
                held_back.add(number, entry)
            else:
                self.count(stats_keys.PAGES_READ)
                yield number, entry
        for number, page in held_back:
            self.count(stats_keys.PAGES_READ)
            yield number, page

    def _all_entries(self) -> Iterator[tuple[int, Entry | None]]:
        for number, entry in enumerate(self.reader):
            yield number, entry if isinstance(entry, Page) else None


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
