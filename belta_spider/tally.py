"""Counts what came of each page, in Scrapy's stats: the summary reads them."""

from __future__ import annotations

from typing import Any, Self

from scrapy import signals

from belta_spider.items import Article


class Tally:
    """An extension: it should only count."""

    def __init__(self, crawler: Any):
        self.count = crawler.stats.inc_value

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        tally = cls(crawler)
        crawler.signals.connect(tally.item_scraped, signals.item_scraped)
        crawler.signals.connect(tally.item_dropped, signals.item_dropped)
        return tally

    def item_scraped(self, item: Any) -> None:
        if isinstance(item, Article):
            self.count(f"belta/edition/{item.edition}")
            self.count(f"belta/language/{item.language}")
            for flag in item.flags:
                self.count(f"belta/flag/{flag}")

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        self.count(f"belta/drop/{getattr(exception, 'reason', type(exception).__name__)}")
