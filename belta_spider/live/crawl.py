"""The live crawl: how a run begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request

from belta_spider import cleaning, stats_keys
from belta_spider.editions.dates import MINSK
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.live import coverage, drift, revisions
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.articles import Articles
from belta_spider.live.discovery import Reader
from belta_spider.live.drift import Drift
from belta_spider.live.lists import Lists
from belta_spider.live.state import State, state_path
from belta_spider.output.beside import afresh_path, beside
from belta_spider.output.ledger import Ledger
from belta_spider.text.printable import one_line

_DEFAULT = Path("data/articles.jsonl")
"""Whose drift it is where no file is written."""


class LiveCrawl:
    """One run over the live site."""

    def __init__(self, crawler: Any, arguments: LiveArguments, options: cleaning.Options, *, cleans_ahead: bool):
        self.crawler = crawler
        self.arguments = arguments
        self.today = datetime.now(MINSK).date()
        self.ledger: Ledger | None = None
        self.reader = Reader(options.known_editions, arguments.bases)
        self.drift = Drift(
            crawler.settings.getfloat("BELTA_MAX_DRIFT"), lambda code: self.articles.wanted.state.fields(code)
        )
        self.articles = Articles(crawler, arguments, options, self.reader, self.drift, cleans_ahead=cleans_ahead)
        # Connected before the feeds are: it asks them what they hold before they close.
        crawler.signals.connect(self._spider_closed, signals.spider_closed)

    def requests(self) -> Iterator[Request]:
        """Yield the first requests of the run.

        Raises:
            CloseSpider: what earlier runs remember cannot be read or written.
        """
        try:
            self._open()
        except OSError as error:
            self._fail(error)
            raise CloseSpider("output_failed") from error
        yield from self.articles.wanted.missed(failed=False)
        if not self.arguments.missing:
            lists = Lists(
                self.arguments,
                self.reader,
                self.articles.wanted.state,
                self.crawler.stats,
                self.today,
                self.articles.wanted.offer,
            )
            yield from lists.requests()
            yield from self.articles.wanted.refreshed()
        yield from self.articles.wanted.missed(failed=True)

    def _open(self) -> None:
        """Open what earlier runs remember, beside the first durable output."""
        feeds = self.crawler.get_extension(DurableFeeds)
        state, held = self.articles.wanted.state, self.articles.wanted.held
        if feeds and feeds.ledgers:
            self.ledger = feeds.ledgers[0]
            state = self._state(self.ledger)
            if self.arguments.refresh and not self.ledger.store.starts_afresh:
                since = datetime.now(MINSK) - self.arguments.refresh
                held = revisions.newest(self.ledger.store.file(), since.isoformat(timespec="seconds"))
        self.articles.open(state, held)

    def _state(self, ledger: Ledger) -> State:
        """What earlier runs remember of that output; of one that starts afresh nothing, once it has."""
        place = state_path(ledger.path)
        new = afresh_path(place)
        new.unlink(missing_ok=True)
        if not ledger.store.starts_afresh:
            feeds = self.crawler.settings.getdict("FEEDS")
            return State(place, overwrite=any(bool(feed.get("overwrite")) for feed in feeds.values()))
        self.crawler.signals.connect(lambda: new.unlink(missing_ok=True), signals.engine_stopped, weak=False)
        ledger.when_in_place(partial(new.replace, place))
        return State(new, overwrite=True)

    def close(self, reason: str) -> None:
        """End the run."""
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the engine holds it)

    def _fail(self, error: OSError) -> None:
        self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))

    def _spider_closed(self) -> None:
        """Write coverage and drift beside the output."""
        state, holds = self.articles.wanted.state, self.articles.wanted.holds
        rows = coverage.table((one for one in state if self.arguments.includes_edition(one.edition)), holds)
        self.crawler.stats.set_value(stats_keys.COVERAGE, coverage.lines(rows))
        for name, number in coverage.totals(rows).items():
            self.crawler.stats.set_value(f"{stats_keys.COVERED}{name}", number)
        try:
            if self.ledger:
                rows, place = coverage.table(state, holds), beside(self.ledger.path, "coverage.jsonl")
                self.ledger.when_in_place(lambda: coverage.write(rows, place))
            self._judge_drift()
        except OSError as error:
            self._fail(error)
        state.close()

    def _judge_drift(self) -> None:
        """Say what changed in the site's layout, and keep pages that show it."""
        findings = self.drift.findings()
        for counts in self.drift.fields():
            self.articles.wanted.state.note_fields(counts)
        if findings:
            folder = beside(self.ledger.path if self.ledger else _DEFAULT, "drift") / self.today.isoformat()
            shown = self.ledger.store.shown(folder) if self.ledger else str(folder)
            self.crawler.stats.set_value(stats_keys.DRIFT, drift.lines(findings, shown))
            self.drift.keep(folder, findings)
