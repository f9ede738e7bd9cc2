"""Scrapy's crawl, with default outputs, a summary, and an exit code that tells how the run went."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

from scrapy import signals
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from belta_spider import stats_keys
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.logs import ErrorCount
from belta_spider.reporting import summary
from belta_spider.text.printable import one_line

OK, USAGE, OUTPUT, FAILED, GATE, STOPPED = 0, 2, 3, 4, 5, 11
_DEFAULT_FEEDS = {"data/articles.jsonl": {"format": "jsonl"}}
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_UNFINISHED = frozenset({"start_error", "memusage_exceeded", "closespider_errorcount"})
_UNKNOWN_LAYOUT = ("generic_extraction", "unknown_chrome")


class Command(CrawlCommand):
    """`scrapy crawl`, for people and for scripts."""

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. The output grows by what it does not hold yet (-o) or starts afresh (-O). "
            "Default output: data/articles.jsonl. Example: scrapy crawl belta -a source=pages/ -o corpus.jsonl"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        for number in _SIGNALS:
            _on(number, _stop_early)
        super().process_options(args, opts)
        if not self.settings.getdict("FEEDS"):  # neither -o, -O nor -s FEEDS
            self.settings.set("FEEDS", _DEFAULT_FEEDS, priority="command")
        if self.settings.get("JOBDIR") or self.settings.getbool("HTTPCACHE_ENABLED"):
            why = "JOBDIR and HTTPCACHE_ENABLED read pickles, which can run code; a run goes on from its output"
            raise UsageError(why, print_help=False)
        self.least = int(self._number("BELTA_MIN_ARTICLES", sys.maxsize))
        self.most = self._number("BELTA_MAX_UNKNOWN", 1)
        self._number("BELTA_MAX_DRIFT", 1)

    def _number(self, name: str, highest: float) -> float:
        try:
            number = self.settings.getfloat(name)
        except (TypeError, ValueError):
            number = -1
        if 0 <= number <= highest:
            return number
        words = "a number" if highest > 1 else "a share from 0 to 1"
        raise UsageError(f"{name}={one_line(self.settings.get(name))}: not {words}", print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("scrapy crawl takes one spider: scrapy crawl belta", print_help=False)
        if args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"unknown spider: {one_line(args[0])} (known: belta)", print_help=False)
        started = time.monotonic()
        errors = ErrorCount()
        logging.getLogger().addHandler(errors)
        crawler = self._create_crawler(args[0])
        crawler.signals.connect(_more_signals, signals.engine_started)
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # what is left takes milliseconds
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, UsageError):
            self._end(USAGE, f"scrapy crawl: {one_line(error)}")
        elif error is not None:
            self._end(FAILED, f"scrapy crawl: {type(error).__name__}: {one_line(error)}")
        elif crawler.spider is None:
            self._end(STOPPED, "scrapy crawl: stopped before it began")
        else:
            stats = self._close(crawler, errors.count)
            feeds = map(one_line, self.settings.getdict("FEEDS"))
            seconds, width = time.monotonic() - started, summary.width_of(sys.stderr)
            self._end(judge(stats), summary.text(stats, feeds, seconds, width))

    def _close(self, crawler: Any, errors: int) -> Mapping[str, Any]:
        """Return what was counted, and what became of the outputs."""
        stats = crawler.stats
        feeds = crawler.get_extension(DurableFeeds)
        if feeds:
            feeds.close_files()
            if feeds.written is not None:
                stats.set_value(stats_keys.ARTICLES, feeds.written)
        stats.set_value(stats_keys.ERRORS, errors)
        if nothing_came(stats.get_stats()):
            stats.inc_value(f"{stats_keys.UNREAD}nothing_came")
        stats.set_value(stats_keys.GATE, "; ".join(fallen_gates(stats.get_stats(), self.least, self.most)))
        return stats.get_stats()

    def _end(self, code: int, words: str) -> None:
        self.exitcode = code
        with suppress(OSError):
            print(words, file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # nobody reads it any more, and Python would try once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _on(number: int, handler: Callable[[int, FrameType | None], Any]) -> None:
    """Handle a signal; but a run under nohup outlives its terminal."""
    if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)


def _stop_early(*_: object) -> None:
    """Nothing is written yet: go."""
    raise SystemExit(STOPPED)


def _more_signals() -> None:
    """SIGHUP and SIGQUIT end a run as SIGTERM does."""
    for number in (signal.SIGHUP, signal.SIGQUIT):
        _on(number, signal.getsignal(signal.SIGTERM))  # type: ignore[arg-type]  # Scrapy has set it


def judge(stats: Mapping[str, Any]) -> int:
    """The exit code of a run, from what Scrapy, the spider and the outputs counted."""
    if stats.get(stats_keys.OUTPUT_FAILURE) or _counted(stats, "feedexport/failed_count/"):
        return OUTPUT
    reason = stats.get("finish_reason")
    if reason in {"shutdown", None}:
        return STOPPED
    counts = ("spider_exceptions/count", stats_keys.ERRORS, "httperror/response_ignored_count")
    if reason in _UNFINISHED or any(map(stats.get, counts)) or _counted(stats, stats_keys.UNREAD):
        return FAILED
    return GATE if stats.get(stats_keys.GATE) else OK


def nothing_came(stats: Mapping[str, Any]) -> bool:
    """Whether sites were asked for pages, and had none: one that is not there may be, all of them are a failure."""
    asked = stats.get("downloader/request_count", 0) - stats.get("robotstxt/request_count", 0)
    return bool(asked > 0 and _succeeded(stats, "downloader") <= _succeeded(stats, "robotstxt"))


def _succeeded(stats: Mapping[str, Any], of: str) -> int:
    """Answers of 200 to 299, and 304."""
    prefix = f"{of}/response_status_count/"
    statuses = {key.removeprefix(prefix): count for key, count in stats.items() if key.startswith(prefix)}
    return sum(count for status, count in statuses.items() if status.startswith("2") or status == "304")


def _counted(stats: Mapping[str, Any], prefix: str) -> bool:
    return any(key.startswith(prefix) for key in stats)


def fallen_gates(stats: Mapping[str, Any], least: int, most: float) -> Iterator[str]:
    """Say which gates a run fell at: fewer articles than `least`, a greater share of unknown layout than `most`;
    or that a live crawl saw drift.

    Articles that the output held already count too, so that a run that goes on after a stop can pass.
    """
    new = stats.get(stats_keys.ARTICLES, stats.get("item_scraped_count", 0))
    articles = new + stats.get(stats_keys.PAGES_HELD, 0)
    if articles < least:
        yield f"{articles} articles, and BELTA_MIN_ARTICLES is {least}"
    unknown = max(stats.get(f"{stats_keys.FLAG}{flag}", 0) for flag in _UNKNOWN_LAYOUT)
    if new and unknown / new > most:
        yield f"{unknown} of {new} articles from pages of unknown layout, and BELTA_MAX_UNKNOWN is {most:g}"
    if stats.get(stats_keys.DRIFT):
        yield "the site's layout has changed"
