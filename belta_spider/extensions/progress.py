"""How far a run is: a bar on a terminal (a live crawl: words), a line a minute in a log file, nothing in a pipe."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
import time
from datetime import timedelta
from typing import Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.log import get_scrapy_root_handler

from belta_spider import stats_keys

logger = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds: quick enough for the eye
_SHOW_AFTER = 2  # seconds: a run that is done by then needs no line
_LOG_EVERY = 60  # seconds, as Scrapy's own logstats


class Progress:
    """An extension: it should only tell how far a run is."""

    def __init__(self, crawler: Any, *, on_terminal: bool, in_log: bool):
        self.crawler = crawler
        self.on_terminal, self.in_log = on_terminal, in_log
        # LOG_LEVEL is WARNING by default: who asked for a log file wants these lines in it.
        level = crawler.settings["LOG_LEVEL"]
        number = level if isinstance(level, int) else logging.getLevelNamesMapping()[level.upper()]
        self.level = min(number, logging.WARNING)
        self.bar: Bar | None = None
        self.task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        on_terminal, in_log = sys.stderr.isatty(), bool(crawler.settings["LOG_FILE"])
        if not (on_terminal or in_log):
            raise NotConfigured
        progress = cls(crawler, on_terminal=on_terminal, in_log=in_log)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self, spider: Any) -> None:
        if hasattr(spider, "reader") or hasattr(spider, "live"):
            self.task = asyncio.ensure_future(self._watch(getattr(spider, "reader", None)))

    def spider_closed(self) -> None:
        if self.bar:
            self.bar.stop()
        if self.task and self.task.done():  # it never ends by itself
            logger.warning("progress could not be shown: %r", self.task.exception())
        elif self.task:
            self.task.cancel()

    async def _watch(self, reader: Any) -> None:
        """Tell it again and again. A live crawl has no reader: nobody knows how much is to come."""
        started = logged = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now = time.monotonic()
            if self.on_terminal and now - started > _SHOW_AFTER:
                self.bar = self.bar or Bar(reader.total if reader else None)
                self.bar.show(reader.done if reader else 0, self.words(now - started))
            if self.in_log and now - logged >= _LOG_EVERY:
                logger.log(self.level, "%s", self.line(reader, now - started))
                logged = now

    def words(self, seconds: float) -> str:
        """Pages, articles and dropped pages so far."""
        stats = self.crawler.stats.get_stats()
        names = (stats_keys.PAGES_READ, "item_scraped_count", "item_dropped_count")
        pages, articles, drops = (stats.get(name, 0) for name in names)
        if "downloader/request_count" in stats:  # a live crawl: its pace is the site's
            return f"{stats['downloader/request_count']} requests, {pages} pages, {articles} articles, {drops} dropped"
        return f"{pages} pages ({pages / seconds:.0f}/s), {articles} articles, {drops} dropped"

    def line(self, reader: Any, seconds: float) -> str:
        """The log's one line."""
        if reader is None:
            return self.words(seconds)
        share = reader.done / reader.total if reader.total else 1
        left = f", about {timedelta(seconds=round(seconds / share - seconds))} left" if 0 < share < 1 else ""
        total = f" of {reader.total / 2**20:.0f}" if reader.total < math.inf else ""
        return f"{reader.done / 2**20:.0f}{total} MiB, {self.words(seconds)}{left}"


class Bar:
    """A bar on the terminal, with words above it; it goes away at the end.

    It is drawn from the event loop: a thread of its own would stand in the way of forks.
    """

    def __init__(self, total: float | None):
        from rich import live, progress  # loads slowly: only where there is a terminal
        from rich.console import Console

        self._bar = progress.Progress(
            progress.BarColumn(bar_width=None),
            progress.DownloadColumn(binary_units=True),
            progress.TimeRemainingColumn(elapsed_when_finished=True),
            auto_refresh=False,
            expand=True,
        )
        self._has_total = total is not None
        self._task = self._bar.add_task("", total=None if total == math.inf else total)
        self._live = live.Live(console=Console(stderr=True), auto_refresh=False, transient=True)
        self._handler, self._stream = get_scrapy_root_handler(), sys.stderr
        self._live.start()
        self._log_to(sys.stderr)  # which is rich's now: it puts lines above the bar

    def show(self, done: float, words: str) -> None:
        """Draw it anew."""
        from rich.console import Group
        from rich.constrain import Constrain
        from rich.text import Text

        self._bar.update(self._task, completed=done)
        # Room for the ^C that a terminal echoes: on a full line it would shift the bar.
        width = self._live.console.width - 3
        bar = [Constrain(self._bar, width)] if self._has_total else []
        self._live.update(Group(Text(words), *bar), refresh=True)

    def stop(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()
        self._log_to(self._stream)

    def _log_to(self, stream: Any) -> None:
        if type(self._handler) is logging.StreamHandler:
            self._handler.setStream(stream)
