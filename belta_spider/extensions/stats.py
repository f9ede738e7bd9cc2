"""Counts what came of each page, in Scrapy's stats: the summary reads them."""

from __future__ import annotations

from typing import Any

from scrapy.extensions.corestats import CoreStats
from scrapy.statscollectors import StatsCollector

from belta_spider import stats_keys
from belta_spider.items import Article


class PageStats(CoreStats):
    """Scrapy's own counts and ours, in one extension."""

    def __init__(self, stats: StatsCollector):
        super().__init__(stats)
        self.count = stats.inc_value  # each look-up goes through Scrapy's check of the arguments

    def item_scraped(self, item: Any, spider: Any) -> None:
        super().item_scraped(item, spider)
        if isinstance(item, Article):
            count = self.count
            count(f"{stats_keys.EDITION}{item.edition}")
            count(f"{stats_keys.LANGUAGE}{item.language}")
            for flag in item.flags:
                count(f"{stats_keys.FLAG}{flag}")

    def item_dropped(self, item: Any, spider: Any, exception: BaseException) -> None:
        super().item_dropped(item, spider, exception)
        self.count(f"{stats_keys.DROP}{getattr(exception, 'reason', type(exception).__name__)}")
