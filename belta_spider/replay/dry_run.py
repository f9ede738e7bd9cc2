"""A replay that reads and counts, and hands nothing on: `-a dry_run=1`."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from belta_spider import cleaning, sources, stats_keys
from belta_spider.editions import addresses
from belta_spider.extensions.page_item import PageItem
from belta_spider.extensions.plan import Plan
from belta_spider.items import Page
from belta_spider.replay.batches import Batches, Entry
from belta_spider.replay.crawl import available_cores
from belta_spider.replay.unread import UnreadReport
from belta_spider.sources.indexes.records import IndexedRecords

_CLEANED = 500
"""Pages without an address that are cleaned, to tell what they are."""
_SAMPLE = 50
"""Pages that are cleaned to learn how long it takes."""


class DryReplay:
    """Counts the pages of a source that the outputs do not hold."""

    def __init__(self, crawler: Any, reader: sources.Reader | IndexedRecords, options: cleaning.Options, plan: Plan):
        self.crawler = crawler
        self.reader = reader
        self.options = options
        self.plan = plan
        self.unread = UnreadReport(crawler, crawler.spider.logger)
        self._cleaned = self._told = 0
        self._seconds = 0.0

    async def items(self) -> AsyncGenerator[PageItem, None]:
        """Yield nothing: read all, and fill the plan."""
        started = time.monotonic()
        batches = Batches(None, lambda: bool(self.crawler.engine.needs_backout()))
        async with aclosing(batches.of(self._entries())) as all_batches:
            async for batch in all_batches:
                for _, entry, _ in batch:
                    self._count(entry)
        self.unread.close()
        reading = time.monotonic() - started - self._seconds
        cleaning_all = self._seconds / max(1, self._cleaned) * self.plan.pages.total()
        cores = self.crawler.settings.getint("BELTA_WORKERS") or available_cores()
        self.plan.seconds = max(reading, cleaning_all / cores)
        self.plan.note = f"reading takes {reading:.1f} s; cleaning, by {self._cleaned} pages, on {cores} cores"
        nothing: tuple[PageItem, ...] = ()
        for item in nothing:  # Scrapy's callbacks are generators
            yield item

    def _entries(self) -> Iterator[tuple[int, Entry | None]]:
        for number, entry in enumerate(self.reader):
            if isinstance(entry, (sources.Unread, sources.Skipped, sources.PassedOver)):
                self.unread.add(entry)
            elif self.plan.has_read(entry.uri, entry.record):
                self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            elif isinstance(entry, Page):
                yield number, entry

    def _count(self, entry: Entry) -> None:
        """Count a page by its address; one without is cleaned, which tells what it is."""
        if not isinstance(entry, Page):
            return
        address = addresses.parse(entry.url or entry.mirrored_from or "", self.options.known_editions)
        item = self._clean(entry, is_told=bool(address and address.id))
        if item is not None and (item.drop or self._is_left_out(item)):
            return
        if item is not None:
            self.plan.add(item.id if item.url else None, item.section, item.edition, item.date_published)
        elif address is None or address.id is None:
            self.plan.add(None, None, address.edition.code if address else self.options.edition or "")
        elif self._is_wanted(address):
            self.plan.add(address.id, address.section)

    def _clean(self, page: Page, *, is_told: bool) -> PageItem | None:
        """Clean a page of a sample, or one that does not tell what it is; None of any other."""
        self._told += not is_told
        if self._cleaned >= _SAMPLE and (is_told or self._told > _CLEANED):
            return None
        started = time.monotonic()
        item = PageItem.finished(page, self.options)
        self._seconds += time.monotonic() - started
        self._cleaned += 1
        return item

    def _is_left_out(self, item: PageItem) -> bool:
        choice = self.crawler.spider.choice
        return choice is not None and choice.reason_to_leave_out(item) is not None

    def _is_wanted(self, address: addresses.Address) -> bool:
        """Whether the run may ask for an article, as far as its address tells."""
        choice = self.crawler.spider.choice
        if choice is None:
            return True
        year = (address.id or "").rpartition("-")[2]
        is_known = len(year) == 4
        is_after = not is_known or not choice.since or year >= choice.since[:4]
        is_before = not is_known or not choice.until or year <= choice.until[:4]
        of_edition = not choice.editions or address.edition.code in choice.editions
        return is_after and is_before and of_edition and (not choice.sections or address.section in choice.sections)
