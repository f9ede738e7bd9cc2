"""A run over an archive: how it begins and ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request

from belta_spider import cleaning, stats_keys
from belta_spider.archives.answers import Answers
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.archives.index import Index
from belta_spider.archives.limits import Paces
from belta_spider.archives.noted import Noted
from belta_spider.archives.warc import zipped
from belta_spider.live import coverage
from belta_spider.live.http.warc import WarcWriter
from belta_spider.live.state import Memory
from belta_spider.replay.unread import UnreadReport
from belta_spider.sources.indexes.files import IndexFiles
from belta_spider.sources.indexes.gathered import gather
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)


class ArchiveCrawl:
    """One run over an archive."""

    def __init__(
        self,
        crawler: Any,
        arguments: ArchiveArguments,
        paces: Paces,
        options: cleaning.Options,
        *,
        cleans_ahead: bool,
    ):
        self.crawler = crawler
        self.arguments = arguments
        self.paces = paces
        self.editions = options.known_editions
        self.memory = Memory(crawler)
        self.unread: UnreadReport | None = None
        self.noted = Noted(crawler, arguments.which)
        self.answers = Answers(crawler, arguments, options, self.noted, cleans_ahead=cleans_ahead)
        folder = crawler.settings["BELTA_WARC_DIR"]
        self.warc = WarcWriter(Path(folder), crawler.settings["USER_AGENT"]) if folder else None
        # Connected before the feeds are: it asks them what they hold before they close.
        crawler.signals.connect(self._spider_closed, signals.spider_closed)

    def requests(self) -> Iterator[Request]:
        """Yield the first requests of the run.

        Raises:
            CloseSpider: what earlier runs remember, or the folder for WARC files, cannot be read or written.
        """
        try:
            self.memory.open()
            if self.warc:
                self.warc.open()
        except OSError as error:
            self.memory.fail(error)
            raise CloseSpider("output_failed") from error
        self.noted.open(self.memory.state)
        self.unread = UnreadReport(self.crawler, logger)
        if self.arguments.files is not None:
            yield from self._of_files(self.arguments.files)
        else:
            yield from Index(self.crawler, self.arguments, self.editions, self.answers.wanted.offer).requests()

    def _of_files(self, files: IndexFiles) -> Iterator[Request]:
        """Ask for the captures that index files name, article by article."""
        gathered, unread = gather(files, self.editions, self.arguments.includes)
        for entry in unread:
            self.unread.add(entry)
        for listed in gathered.articles(self.editions):
            yield from self.answers.wanted.offer(listed)

    # How it ends

    def keep(self, record: bytes) -> None:
        """Write a capture's record to the folder for WARC files, if there is one."""
        if not self.warc:
            return
        try:
            self.warc.add(zipped(record))
        except OSError as error:
            self.memory.fail(error)
            self.warc = None
            self.close("output_failed")

    def give_up(self, cause: str, number: int) -> None:
        """End the run: the archive has refused or failed too often in a row."""
        words = f"{self.arguments.host}: {cause}, {number} times in a row"
        self._end("archive_gave_up", f"{words}: run the same command again later, it goes on where this run ended")

    def forbidden(self, url: str) -> None:
        """End the run: the archive's robots.txt forbids what is to be asked."""
        host = one_line(urlsplit(url).netloc)
        if self.crawler.stats.get_value(f"{stats_keys.DOWN}{host}"):  # it did not come, which is told already
            self.close("archive_robots")
            return
        advice = "ask the archive; with its leave, -s BELTA_ARCHIVE_ROBOTS=0 goes on in spite of it"
        self._end("archive_robots", f"robots.txt of {host} forbids {one_line(urlsplit(url).path)}: {advice}")

    def _end(self, cause: str, words: str) -> None:
        if self.crawler.stats.get_value(stats_keys.GIVEN_UP):
            return
        self.crawler.stats.inc_value(f"{stats_keys.UNREAD}{cause}")
        self.crawler.stats.set_value(stats_keys.GIVEN_UP, words)
        logger.warning("%s", words)
        self.close(cause)

    def close(self, reason: str) -> None:
        """End the run."""
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the engine holds it)

    def _spider_closed(self) -> None:
        """Write the coverage beside the output."""
        try:
            coverage.leave(self.crawler, self.memory, self.arguments.scope.includes_edition, self.noted.holds)
        except OSError as error:
            self.memory.fail(error)
        if self.unread:
            self.unread.close()
        self.memory.state.close()
        if self.warc:
            self.warc.close()
