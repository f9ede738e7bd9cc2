"""The live crawl: how a run begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request

from belta_spider import cleaning, stats_keys
from belta_spider.editions.dates import MINSK
from belta_spider.live import coverage, drift, revisions
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.articles import Articles
from belta_spider.live.discovery import Reader
from belta_spider.live.drift import Drift
from belta_spider.live.lists import Lists
from belta_spider.live.state import Memory
from belta_spider.output.beside import beside
from belta_spider.output.ledger import Ledger

_DEFAULT = Path("data/articles.jsonl")
"""Whose drift it is where no file is written."""


class LiveCrawl:
    """One run over the live site."""

    def __init__(self, crawler: Any, arguments: LiveArguments, options: cleaning.Options, *, cleans_ahead: bool):
        self.crawler = crawler
        self.arguments = arguments
        self.today = datetime.now(MINSK).date()
        self.memory = Memory(crawler)
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
            self.memory.fail(error)
            raise CloseSpider("output_failed") from error
        yield from self._asked(self.articles.wanted.missed(failed=False))
        if not self.arguments.missing:
            lists = Lists(
                self.arguments,
                self.reader,
                self.articles.wanted.state,
                self.crawler.stats,
                self.today,
                lambda listed: self._asked(self.articles.wanted.offer(listed)),
            )
            yield from lists.requests()
            yield from self._asked(self.articles.wanted.refreshed())
        yield from self._asked(self.articles.wanted.missed(failed=True))

    def _asked(self, requests: Iterator[Request]) -> Iterator[Request]:
        """Yield requests for articles; a run that shall only say what it would do counts them instead."""
        plan = self.crawler.spider.plan
        if plan is None:
            yield from requests
            return
        for known in (request.cb_kwargs["known"] for request in requests):
            if plan.holds(known.id) and known.id not in self.articles.wanted.held:
                self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            else:
                plan.add(known.id, known.section, day=known.day)
                plan.requests += 1
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        longest = max((plan.of_edition(one.code) for one in self.arguments.editions), default=0)
        plan.seconds = longest * delay
        plan.note = f"{delay:g} s from answer to request, the editions beside one another; the lists were read"

    def _open(self) -> None:
        """Open what earlier runs remember, beside the first durable output."""
        self.memory.open()
        ledger, held = self.memory.ledger, self.articles.wanted.held
        if self.arguments.refresh and (earlier := self._earlier(ledger)):
            since = datetime.now(MINSK) - self.arguments.refresh
            held = revisions.newest(earlier, since.isoformat(timespec="seconds"))
        self.articles.open(self.memory.state, held)

    def _earlier(self, ledger: Ledger | None) -> Path | None:
        """The output that is held already, if there is one."""
        plan = self.crawler.spider.plan
        if plan:
            return next(iter(plan.outputs), None)
        return ledger.store.file() if ledger and not ledger.store.starts_afresh else None

    def close(self, reason: str) -> None:
        """End the run."""
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the engine holds it)

    def _spider_closed(self) -> None:
        """Write coverage and drift beside the output."""
        try:
            coverage.leave(self.crawler, self.memory, self.arguments.includes_edition, self.articles.wanted.holds)
            self._judge_drift()
        except OSError as error:
            self.memory.fail(error)
        self.memory.state.close()

    def _judge_drift(self) -> None:
        """Say what changed in the site's layout, and keep pages that show it."""
        findings = self.drift.findings()
        for counts in self.drift.fields():
            self.articles.wanted.state.note_fields(counts)
        if findings:
            ledger = self.memory.ledger
            folder = beside(ledger.path if ledger else _DEFAULT, "drift") / self.today.isoformat()
            shown = ledger.store.shown(folder) if ledger else str(folder)
            self.crawler.stats.set_value(stats_keys.DRIFT, drift.lines(findings, shown))
            self.drift.keep(folder, findings)
