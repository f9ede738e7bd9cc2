"""The one spider: it replays saved pages or fetches live ones, and yields each as an item in the making."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.http import Response

from belta_spider import cleaning, sources, stats_keys
from belta_spider.cleaning import choice
from belta_spider.extensions.brought import bring
from belta_spider.extensions.page_item import PageItem
from belta_spider.extensions.wrong_use import told_in_one_line
from belta_spider.live.responses import page_of
from belta_spider.pipelines import begin_with_the_stages
from belta_spider.replay.crawl import CAPTURES, Replay
from belta_spider.replay.dry_run import DryReplay
from belta_spider.spiders import arguments, preparing
from belta_spider.text.printable import one_line

if TYPE_CHECKING:
    from belta_spider.archives.crawl import ArchiveCrawl
    from belta_spider.extensions.plan import Plan
    from belta_spider.live.crawl import LiveCrawl
    from belta_spider.sources.indexes.records import IndexedRecords


class BeltaSpider(scrapy.Spider):
    """BelTA's pages, in its seven editions.

    Arguments (`-a NAME=VALUE`): source, edition, any_site, captures, columns, dry_run; editions, since, until and
    sections choose. With source=live also refresh, max_pages, max_minutes, missing (docs/live.md); with an archive's
    max_pages, max_minutes, replay, base (docs/archives.md).
    """

    name = "belta"
    options: cleaning.Options
    is_told = False
    """Whether a command of ours runs it, which tells of wrong use itself."""
    reader: sources.Reader | IndexedRecords
    live: LiveCrawl | ArchiveCrawl
    fetches = False
    """Whether pages come over a network, one by one."""
    plan: Plan | None = None
    """What the run would do, where it shall only say so (`dry_run`)."""
    choice: choice.Choice | None = None
    """What is asked for, where that is not everything."""

    def __init__(
        self,
        source: str | None = None,
        edition: str | None = None,
        any_site: str = "0",
        captures: str = CAPTURES[0],
        columns: str = "",
        **others: str,
    ):
        others = arguments.known(others)
        super().__init__()
        self.source = arguments.source_of(source)
        self.is_of_fixtures = source is None
        """Whether it replays the project's own pages, whose articles are fictional."""
        self.captures = captures
        self.given = arguments.Given(edition, any_site, columns, others)
        """The arguments as they were typed."""
        arguments.check_use(self.source, {"any_site": any_site, "captures": captures, "columns": columns, **others})

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Bring the pipelines and the outputs along: in another project nobody would fill the items."""
        super().update_settings(settings)
        with told_in_one_line(is_told=cls.is_told):
            arguments.check_reactor(settings)
        bring(settings)

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> BeltaSpider:
        with told_in_one_line(is_told=cls.is_told):
            spider = super().from_crawler(crawler, *args, **kwargs)
            spider.prepare(crawler.settings)
        return spider

    def prepare(self, settings: Any) -> None:
        """Check what the run is asked for, and set Scrapy for a replay, a live crawl or an archive."""
        arguments.check_settings(settings)
        self.options = self.read_options(settings)
        kind = arguments.kind_of(self.source)
        if kind == arguments.SAVED:
            self.read_saved(settings)
        if not settings.frozen:  # scrapy shell makes the spider when it is too late
            preparing.prepare(self, kind, settings)

    def read_options(self, settings: Any) -> cleaning.Options:
        """Check the arguments; wrong ones end the run before it starts."""
        editions = arguments.editions_of(settings)
        for sentence in editions.replaced:
            self.logger.warning(one_line(sentence))
        options = arguments.options_of(self.given.edition, self.given.any_site, editions, settings)
        with arguments.wrong_use(ValueError):
            self.choice = choice.read(self.given.others, editions, arguments.today())
        arguments.check_captures(self.captures)
        return options

    def read_saved(self, settings: Any) -> None:
        """Find what is saved here."""
        arguments.check_saved(self.source, is_of_fixtures=self.is_of_fixtures)
        self.reader = arguments.reader_of(self.source, self.given.columns, self.options, settings)
        arguments.check_repeatable(self.reader, self.captures)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Begin a live crawl or an archive's, or a replay: one request that needs no network.

        Items from a callback end cleanly on a signal, items from here do not.
        """
        if self.fetches:
            for request in self.live.requests():
                yield request
            return
        yield scrapy.Request("data:,", callback=self.replay, dont_filter=True)

    def replay(self, response: Any) -> AsyncIterator[PageItem]:
        """Yield each saved page that the output does not hold yet."""
        edition = self.given.edition
        if edition:
            language = self.options.known_editions.by_code[edition].language
            self.crawler.stats.set_value(stats_keys.ASKED, f"{edition} {language}")
        if self.plan is not None:
            return DryReplay(self.crawler, self.reader, self.options, self.plan).items()
        cleans_ahead = begin_with_the_stages(self.crawler.settings)
        return Replay(self.crawler, self.reader, self.options, cleans_ahead=cleans_ahead).items()

    @classmethod
    def handles_request(cls, request: scrapy.Request) -> bool:
        """Let `scrapy parse file:///page.html` find this spider without --spider."""
        return request.url.startswith("file:") or super().handles_request(request)

    def parse(self, response: Response) -> Iterator[PageItem]:
        """Yield the page's item, finished: so `scrapy parse` shows the record without --pipelines too.

        @fixture de/full-page.html
        @returns items 1 1
        @returns requests 0 0
        @scrapes id url title section date_published text captions images tags
        """
        yield PageItem.finished(page_of(response), self.options)
