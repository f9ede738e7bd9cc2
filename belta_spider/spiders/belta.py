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
from belta_spider.extensions.plain_signals import Signals
from belta_spider.extensions.wrong_use import told_in_one_line
from belta_spider.live import arguments as live_arguments
from belta_spider.live.responses import page_of
from belta_spider.live.settings import settings_of
from belta_spider.pipelines import begin_with_the_stages
from belta_spider.replay.crawl import CAPTURES, Replay
from belta_spider.replay.settings import REPLAY
from belta_spider.spiders import arguments
from belta_spider.text.printable import one_line

if TYPE_CHECKING:
    from belta_spider.live.crawl import LiveCrawl


class BeltaSpider(scrapy.Spider):
    """BelTA's pages, in its seven editions.

    Arguments (`-a NAME=VALUE`): source, edition, any_site, captures, columns; editions, since, until and
    sections choose. With source=live also refresh, max_pages, max_minutes, missing (docs/live.md).
    """

    name = "belta"
    options: cleaning.Options
    reader: sources.Reader
    live: LiveCrawl
    is_told = False
    """Whether a command of ours runs it, which tells of wrong use itself."""
    choice: choice.Choice | None = None
    """What is asked for, where that is not everything."""

    def __init__(
        self,
        source: str | None = None,
        edition: str | None = None,
        any_site: str = "0",
        captures: str = CAPTURES[0],
        columns: str = "",
        **of_live: str,
    ):
        of_live = arguments.known(of_live)
        super().__init__()
        self.source = arguments.source_of(source)
        self.is_of_fixtures = source is None
        """Whether it replays the project's own pages, whose articles are fictional."""
        self.captures = captures
        self.given = arguments.Given(edition, any_site, columns, of_live)
        """The arguments as they were typed."""
        of_saved = {"captures": captures if captures != CAPTURES[0] else "", "columns": columns}
        alone = {name: value for name, value in of_live.items() if name not in choice.ARGUMENTS}
        arguments.check_use(self.source, of_saved=of_saved, of_live=alone)

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
        """Check what the run is asked for, and set Scrapy for a replay or a live crawl."""
        arguments.check_settings(settings)
        self.options = self.read_options(settings)
        if settings.frozen:  # scrapy shell makes the spider when it is too late
            return
        if self.source == "live":
            self.prepare_live(settings)
        else:
            settings.setdict(REPLAY, priority="spider")
            # Handlers that are connected already hang on the crawler, and stay.
            self.crawler.signals = Signals(self.crawler)

    def prepare_live(self, settings: Any) -> None:
        """Check what a live crawl is asked for, and say in its user agent who asks."""
        given = {"editions": self.given.edition, **self.given.of_live}
        with arguments.wrong_use(ValueError, TypeError):
            contact = live_arguments.check_contact(settings["BELTA_CONTACT"])
            bases = settings.getdict("BELTA_BASE_URLS")
            asked = live_arguments.read(given, self.options.known_editions, bases, arguments.today())
        settings.setdict(settings_of(asked, contact), priority="spider")
        from belta_spider.live.crawl import LiveCrawl  # a replay does not pay for it

        self.live = LiveCrawl(self.crawler, asked, self.options, cleans_ahead=begin_with_the_stages(settings))

    def read_options(self, settings: Any) -> cleaning.Options:
        """Check the arguments; wrong ones end the run before it starts."""
        editions = arguments.editions_of(settings)
        for sentence in editions.replaced:
            self.logger.warning(one_line(sentence))
        options = arguments.options_of(self.given.edition, self.given.any_site, editions, settings)
        with arguments.wrong_use(ValueError):
            self.choice = choice.read(self.given.others, editions, arguments.today())
        if self.source != "live":
            arguments.check_saved(self.source, self.captures, is_of_fixtures=self.is_of_fixtures)
            self.reader = arguments.reader_of(self.source, self.given.columns, options, settings)
            arguments.check_repeatable(self.reader, self.captures)
        return options

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Begin a live crawl, or a replay: one request that needs no network.

        Items from a callback end cleanly on a signal, items from here do not.
        """
        if self.source == "live":
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
