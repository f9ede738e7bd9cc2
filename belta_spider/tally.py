"""Counts what came of each page, in Scrapy's stats: the summary reads them."""

from __future__ import annotations

from typing import Any

from scrapy.extensions.corestats import CoreStats

from belta_spider.items import Article


class Tally(CoreStats):
    """Scrapy's own counts and ours. One extension, as each that hears of an item costs a task for each item."""

    def item_scraped(self, item: Any, spider: Any) -> None:
        super().item_scraped(item, spider)
        if isinstance(item, Article):
            count = self.stats.inc_value
            count(f"belta/edition/{item.edition}")
            count(f"belta/language/{item.language}")
            for flag in item.flags:
                count(f"belta/flag/{flag}")

    def item_dropped(self, item: Any, spider: Any, exception: BaseException) -> None:
        super().item_dropped(item, spider, exception)
        self.stats.inc_value(f"belta/drop/{getattr(exception, 'reason', type(exception).__name__)}")
