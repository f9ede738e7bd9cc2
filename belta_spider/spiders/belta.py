"""The one spider: it replays saved pages or fetches live ones, and yields each as an item in the making."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.exceptions import UsageError
from scrapy.http import Response

from belta_spider import cleaning, sources, stats_keys
from belta_spider.cleaning import choice
from belta_spider.editions import EditionError, Editions, load
from belta_spider.extensions import known_settings
from belta_spider.extensions.brought import bring
from belta_spider.extensions.known_settings import local_outputs
from belta_spider.extensions.page_item import PageItem
from belta_spider.extensions.plain_signals import Signals
from belta_spider.live import arguments as live_arguments
from belta_spider.live.responses import page_of
from belta_spider.live.settings import LIVE
from belta_spider.output.targets import TargetError, check_outputs, without_outputs
from belta_spider.pipelines import begin_with_the_stages
from belta_spider.replay.crawl import CAPTURES, Replay
from belta_spider.replay.settings import REPLAY
from belta_spider.settings import BOT_NAME
from belta_spider.sources.wanted import wanted_by
from belta_spider.text.printable import nearest, one_line
from belta_spider.version import __version__

if TYPE_CHECKING:
    from belta_spider.live.crawl import LiveCrawl

FIXTURES = "fixtures"
_WORDS = 600
_ARGUMENTS = ("source", "edition", "any_site", "captures", "columns", *choice.ARGUMENTS)
"""Of every crawl; `live_arguments.ARGUMENTS` are a live one's."""


class BeltaSpider(scrapy.Spider):
    """BelTA's pages, in its seven editions.

    Arguments (`-a NAME=VALUE`): source, edition, any_site, captures, columns; editions, since, until and
    sections choose. With source=live also refresh, max_pages, max_minutes, missing (docs/live.md).
    """

    name = "belta"
    options: cleaning.Options
    reader: sources.Reader
    live: LiveCrawl
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
        of_live = {name: value for name, value in of_live.items() if not name.startswith("_")}  # scrapyd's own
        known = tuple(dict.fromkeys((*_ARGUMENTS, *live_arguments.ARGUMENTS)))
        for name in sorted(of_live.keys() - set(known)):
            advice = f"{nearest(name, known)}; known: {' '.join(known)}"
            raise UsageError(
                f"unknown argument: -a {one_line(name)}={one_line(of_live[name])}{advice}", print_help=False
            )
        super().__init__()
        if source is not None and not source.strip():
            raise UsageError("source= names nothing to read: -a source=PATH, or -a source=live", print_help=False)
        self.source = FIXTURES if source is None else source
        self.is_of_fixtures = source is None
        """Whether it replays the project's own pages, whose articles are fictional."""
        self.edition = edition
        self.any_site = any_site
        self.captures = captures
        self.columns = columns
        self.chosen = {name: of_live.get(name) for name in choice.ARGUMENTS}
        self.of_live = {name: value for name, value in of_live.items() if name in live_arguments.ARGUMENTS}
        of_saved = {"captures": captures if captures != CAPTURES[0] else "", "columns": columns}
        told = [f"-a {name}={one_line(value)}" for name, value in of_saved.items() if value]
        if told and self.source == "live":
            raise UsageError(f"only for saved pages: {' '.join(told)}", print_help=False)
        told = [f"-a {name}={one_line(value)}" for name, value in self.of_live.items() if name not in choice.ARGUMENTS]
        if told and self.source != "live":
            raise UsageError(f"only with -a source=live: {' '.join(told)}", print_help=False)

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Bring the pipelines and the outputs along: in another project nobody would fill the items."""
        super().update_settings(settings)
        bring(settings)

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> BeltaSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.prepare(crawler.settings)
        return spider

    def prepare(self, settings: Any) -> None:
        """Check what the run is asked for, and set Scrapy for a replay or a live crawl."""
        self.check_settings(settings)
        self.options = self.read_options(settings)
        if settings.frozen:  # scrapy shell makes the spider when it is too late
            return
        if self.source == "live":
            self.prepare_live(settings)
        else:
            settings.setdict(REPLAY, priority="spider")
            # Handlers that are connected already hang on the crawler, and stay.
            self.crawler.signals = Signals(self.crawler)

    @staticmethod
    def check_settings(settings: Any) -> None:
        """Check our settings and the outputs, before one of them is opened."""
        try:
            if not settings.frozen:
                known_settings.check(settings)
            if settings.get("BELTA_CONTACT"):
                live_arguments.check_contact(settings["BELTA_CONTACT"])
            check_outputs(local_outputs(settings))
        except (ValueError, TypeError) as error:
            raise UsageError(one_line(error, _WORDS), print_help=False) from error

    def prepare_live(self, settings: Any) -> None:
        """Check what a live crawl is asked for, and say in its user agent who asks."""
        arguments = {"editions": self.edition, **self.of_live}
        try:
            contact = live_arguments.check_contact(settings["BELTA_CONTACT"])
            asked = live_arguments.read(arguments, self.options.known_editions, settings.getdict("BELTA_BASE_URLS"))
        except (ValueError, TypeError) as error:
            raise UsageError(one_line(error), print_help=False) from error
        settings.setdict(LIVE, priority="spider")
        # Default 16. More would wait in the downloader, where lists and articles are served as they came.
        settings.set("CONCURRENT_REQUESTS", len(asked.editions), priority="spider")
        settings.set("USER_AGENT", f"{BOT_NAME}/{__version__} (+{contact})", priority="spider")
        settings.set("CLOSESPIDER_PAGECOUNT", asked.max_pages, priority="spider")
        settings.set("CLOSESPIDER_TIMEOUT", asked.max_minutes * 60, priority="spider")
        from belta_spider.live.crawl import LiveCrawl  # a replay does not pay for it

        self.live = LiveCrawl(self.crawler, asked, self.options, cleans_ahead=begin_with_the_stages(settings))

    def read_options(self, settings: Any) -> cleaning.Options:
        """Check the arguments; wrong ones end the run before it starts."""
        editions = self._editions(settings.get("BELTA_EDITIONS"))
        for sentence in editions.replaced:
            self.logger.warning(one_line(sentence))
        if self.edition and self.edition not in editions.by_code:
            known = " ".join(editions.by_code)
            raise UsageError(f"unknown edition: {one_line(self.edition)} (known: {known})", print_help=False)
        try:
            self.choice = choice.read(self.chosen, editions)
        except ValueError as error:
            raise UsageError(one_line(error), print_help=False) from error
        if self.any_site not in {"0", "1"}:
            raise UsageError(f"any_site={one_line(self.any_site)}: 0 or 1", print_help=False)
        options = cleaning.Options(self.edition, settings.getbool("BELTA_AUDIT"), editions, self.any_site == "1")
        if self.source != "live":
            self.reader = self._reader(options)
        return options

    def _reader(self, options: cleaning.Options) -> sources.Reader:
        if self.captures not in CAPTURES:
            known = " ".join(CAPTURES)
            raise UsageError(f"unknown captures: {one_line(self.captures)} (known: {known})", print_help=False)
        if self.is_of_fixtures and not Path(FIXTURES).is_dir():
            why = "there is no folder fixtures/ here: name what to read, -a source=PATH or -a source=live"
            raise UsageError(why, print_help=False)
        try:
            columns = sources.columns_of(self.columns) if self.columns else {}
            found = sources.find(self.source)
            found[:] = without_outputs(list(found), local_outputs(self.crawler.settings), self.source)
            reader = sources.Reader(found, columns, wanted_by(options))
        except (sources.SourceError, TargetError, OSError) as error:
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
        if self.edition:
            language = self.options.known_editions.by_code[self.edition].language
            self.crawler.stats.set_value(stats_keys.ASKED, f"{self.edition} {language}")
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
