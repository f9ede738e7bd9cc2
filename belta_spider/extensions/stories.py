"""Keeps the stories of an output up to date: `-s BELTA_STORIES=1`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from belta_spider import stats_keys
from belta_spider.editions import load
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.output.ledger import Ledger
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)


class Stories:
    """An extension: it should only bring the stories up to date when the outputs are closed."""

    def __init__(self, crawler: Any):
        self.crawler = crawler
        self.ledgers: list[Ledger] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        if not crawler.settings.getbool("BELTA_STORIES"):
            raise NotConfigured
        stories = cls(crawler)
        crawler.signals.connect(stories.spider_opened, signals.spider_opened)
        crawler.signals.connect(stories.feeds_closed, signals.feed_exporter_closed)
        return stories

    def spider_opened(self) -> None:
        """Note the outputs, as they are closed when their stories are to be written."""
        feeds = self.crawler.get_extension(DurableFeeds)
        self.ledgers = feeds.ledgers if feeds else []

    def feeds_closed(self) -> None:
        """Bring the stories of each output up to date; a failure is one of the output."""
        from belta_spider.stories.write import Options, write

        folder = self.crawler.settings.get("BELTA_EDITIONS")
        editions = load(Path(folder) if folder else None)
        for ledger in self.ledgers:
            try:
                path = ledger.store.file()
                if path.is_file():
                    summary = write(path, editions, Options(), [])
                    logger.info("%d stories in %s", summary.stories, one_line(summary.path))
            except OSError as error:
                self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))
