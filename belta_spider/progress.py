"""How far a replay is: a bar on a terminal, a line a minute in a log file, nothing in a pipe."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

logger = logging.getLogger(__name__)
_LOOK_EVERY = 0.5
_SHOW_AFTER = 2
_LOG_EVERY = 60


class Progress:
    """An extension: it should only tell how far a replay is."""

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
        reader = getattr(spider, "reader", None)
        if reader is not None:
            self.task = asyncio.ensure_future(self._watch(reader))

    def spider_closed(self) -> None:
        if self.task:
            self.task.cancel()
        if self.bar:
            self.bar.stop()

    async def _watch(self, reader: Any) -> None:
        started = logged = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now = time.monotonic()
            if self.on_terminal and now - started > _SHOW_AFTER:
                self._show(reader)
            if self.in_log and now - logged >= _LOG_EVERY:
                logger.log(self.level, "%s", self.line(reader, now - started))
                logged = now

    def counts(self) -> tuple[int, int, int]:
        """Pages, articles and dropped pages so far."""
        stats = self.crawler.stats.get_stats()
        names = ("belta/pages/read", "item_scraped_count", "item_dropped_count")
        pages, articles, drops = (stats.get(name, 0) for name in names)
        return pages, articles, drops

    def line(self, reader: Any, seconds: float) -> str:
        """The log's one line."""
        pages, articles, drops = self.counts()
        share = reader.done / reader.total if reader.total else 1
        left = f", about {seconds / share - seconds:.0f} s left" if 0 < share < 1 and seconds else ""
        total = f" of {reader.total / 2**20:.0f}" if reader.total < math.inf else ""
        rate = pages / seconds if seconds else 0
        read = f"{reader.done / 2**20:.0f}{total} MiB"
        return f"{read}, {pages} pages ({rate:.0f}/s): {articles} articles, {drops} dropped{left}"

    def _show(self, reader: Any) -> None:
        pages, articles, drops = self.counts()
        if self.bar is None:
            self.bar = _bar(reader.total)
        words = f"{pages} pages, {articles} articles, {drops} dropped"
        self.bar.update(self.bar.task_ids[0], completed=reader.done, refresh=True, description=words)


def _bar(total: float) -> Bar:
    """It is drawn from the event loop: a thread of its own would stand in the way of forks."""
    from rich import progress  # loads slowly: only where there is a terminal
    from rich.console import Console

    bar = progress.Progress(
        progress.BarColumn(),
        progress.DownloadColumn(binary_units=True),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn(
            "{task.fields[pages]} pages, {task.fields[articles]} articles, {task.fields[drops]} dropped"
        ),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
    )
    bar.add_task("", total=None if total == math.inf else total)
    bar.start()
    return bar
