"""The one spider: it replays saved pages or fetches live ones, and yields each as an item in the making."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import scrapy
from scrapy.exceptions import UsageError
from scrapy.http import Response

from belta_spider import cleaning, sources
from belta_spider.editions import EditionError, Editions, load
from belta_spider.items import Article, Page
from belta_spider.logs import one_line
from belta_spider.replay import CAPTURES, Replay, wanted_by
from belta_spider.responses import page_of

_REPLAY = {
    # A replay talks to no network: nothing that could is loaded, which halves the start-up time.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
    "EXTENSIONS_BASE": {
        "scrapy.extensions.corestats.CoreStats": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
    },
    "DOWNLOAD_HANDLERS_BASE": {
        "data": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler",
        "file": "scrapy.core.downloader.handlers.file.FileDownloadHandler",  # scrapy check, scrapy parse
    },
}


class BeltaSpider(scrapy.Spider):
    """BelTA's pages, in its seven editions.

    def __init__(self, source: str = "", edition: str | None = None, any_site: str = "0", **others: str):
    """

    name = "belta"
    options: cleaning.Options
    reader: sources.Reader

    def __init__(self, source: str = "", edition: str | None = None, any_site: str = "0", **others: str):
        unknown = others.keys() - {"captures", "columns"}
        if unknown:
            raise UsageError(f"unknown argument: -a {', '.join(sorted(unknown))}", print_help=False)
        super().__init__()
        self.source = source or "fixtures"
        self.edition = edition
        self.any_site = any_site
        self.captures = others.get("captures", CAPTURES[0])
        self.columns = others.get("columns", "")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> BeltaSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.options = spider.read_options(crawler.settings)
        if not crawler.settings.frozen:  # scrapy shell makes the spider when it is too late
            crawler.settings.setdict(_REPLAY, priority="spider")
        return spider

    def read_options(self, settings: Any) -> cleaning.Options:
        """Check the arguments; wrong ones end the run before it starts."""
        editions = self._editions(settings.get("BELTA_EDITIONS"))
        if self.edition and self.edition not in editions.by_code:
            known = " ".join(editions.by_code)
            raise UsageError(f"unknown edition: {one_line(self.edition)} (known: {known})", print_help=False)
        if self.any_site not in {"0", "1"}:
            raise UsageError(f"any_site={one_line(self.any_site)}: 0 or 1", print_help=False)
        options = cleaning.Options(self.edition, settings.getbool("BELTA_AUDIT"), editions, self.any_site == "1")
        self.reader = self._reader(options)
        return options

    def _reader(self, options: cleaning.Options) -> sources.Reader:
        if self.captures not in CAPTURES:
            known = " ".join(CAPTURES)
            raise UsageError(f"unknown captures: {one_line(self.captures)} (known: {known})", print_help=False)
        try:
            columns = sources.columns_of(self.columns) if self.columns else {}
            reader = sources.Reader(sources.find(self.source), columns, wanted_by(options))
        except sources.SourceError as error:
            raise UsageError(one_line(error), print_help=False) from error
        if self.captures == "newest" and not reader.is_repeatable:
            raise UsageError("captures=newest reads twice, which standard input and pipes cannot", print_help=False)
        return reader

    @staticmethod
    def _editions(folder: str | None) -> Editions:
        try:
            return load(Path(folder) if folder else None)
        except EditionError as error:
            raise UsageError(one_line(error), print_help=False) from error

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """One request that needs no network: items from its callback end cleanly on a signal."""
        yield scrapy.Request("data:,", callback=self.replay, dont_filter=True)

    async def replay(self, response: Any) -> AsyncGenerator[Article, None]:
        """Yield each saved page that the output does not hold yet."""
        replay = Replay(self, self.reader, self.captures)
        async with aclosing(replay.items()) as items:
            async for item in items:
                yield item

    @classmethod
    def handles_request(cls, request: scrapy.Request) -> bool:
        """Let `scrapy parse file:///page.html` find this spider without --spider."""
        return request.url.startswith("file:") or super().handles_request(request)

    def parse(self, response: Response) -> Iterator[Article]:
        """Yield the page's item, finished: so `scrapy parse` shows the record without --pipelines too.

        @fixture de/full-page.html
        @returns items 1 1
        @returns requests 0 0
        @scrapes id url title section date_published text captions images tags
        """
        yield cleaning.run(self.item(page_of(response)))

    def item(self, page: Page) -> Article:
        """The item that the pipelines make an article of."""
        return cleaning.begin(page, self.options)
