"""Scrapy's crawl, with default outputs, a summary, and an exit code that tells how the run went."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from typing import Any

from scrapy import signals
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from belta_spider import summary
from belta_spider.logs import one_line

OK, USAGE, OUTPUT, FAILED, STOPPED = 0, 2, 3, 4, 11
_DEFAULT_FEEDS = {"data/articles.jsonl": {"format": "jsonl"}}


class Command(CrawlCommand):
    """`scrapy crawl`, for people and for scripts."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not self.settings.getdict("FEEDS"):  # neither -o, -O nor -s FEEDS
            self.settings.set("FEEDS", _DEFAULT_FEEDS, priority="command")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("scrapy crawl takes one spider: scrapy crawl belta", print_help=False)
        if args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"unknown spider: {one_line(args[0])} (known: belta)", print_help=False)
        started = time.monotonic()
        crawler = self._create_crawler(args[0])
        crawler.signals.connect(_more_signals, signals.engine_started)
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)  # what is left takes milliseconds
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, UsageError):
            self._end(USAGE, f"scrapy crawl: {one_line(error)}")
        elif error is not None:
            self._end(FAILED, f"scrapy crawl: {type(error).__name__}: {one_line(error)}")
        else:
            stats = crawler.stats.get_stats()
            feeds = list(self.settings.getdict("FEEDS"))
            self._end(judge(stats), summary.text(stats, feeds, time.monotonic() - started))

    def _end(self, code: int, words: str) -> None:
        self.exitcode = code
        print(words, file=sys.stderr)


def _more_signals() -> None:
    """SIGHUP and SIGQUIT end a run as SIGTERM does."""
    for number in (signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.getsignal(signal.SIGTERM))


def judge(stats: dict[str, Any]) -> int:
    """The exit code of a run, from what Scrapy and the spider counted."""
    if stats.get("belta/output_failure"):
        return OUTPUT
    if stats.get("finish_reason") in {"shutdown", None}:
        return STOPPED
    failed = ("spider_exceptions/count", "log_count/ERROR", "log_count/CRITICAL")
    unread = any(key.startswith("belta/unread/") for key in stats)
    if unread or stats["finish_reason"] == "start_error" or any(stats.get(key) for key in failed):
        return FAILED
    return OK
