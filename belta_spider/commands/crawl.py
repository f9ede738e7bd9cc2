"""Scrapy's crawl, with default outputs, a summary, and an exit code that tells how the run went."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from scrapy import signals
from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from belta_spider import stats_keys
from belta_spider.commands import _options, _signals
from belta_spider.commands._options import as_typed, is_belta, wrong
from belta_spider.commands._usage import OneLineUsage
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.known_settings import local_outputs
from belta_spider.extensions.logs import ErrorCount
from belta_spider.extensions.verdict import Verdict
from belta_spider.output.beside import beside
from belta_spider.reporting import run, summary
from belta_spider.reporting.run import FAILED, OK, OUTPUT, STOPPED, USAGE
from belta_spider.text.printable import nearest, one_line

_DEFAULT_FEED, _FIXTURES_FEED = "data/articles.jsonl", "data/fixtures.jsonl"
_ARGUMENTS = """source edition editions since until sections any_site captures columns dry_run
    refresh max_pages max_minutes missing replay base""".split()
_STDOUT = {"stdout:": "standard output"}
_SPIDER = "belta"
_FICTIONAL = "the fixtures' articles, which are fictional: name a source for real ones, -a source=PATH"
logger = logging.getLogger(__name__)


class Command(OneLineUsage, CrawlCommand):
    """`scrapy crawl`, for people and for scripts."""

    def syntax(self) -> str:
        return (
            "[belta] [-a NAME=VALUE ...] [-o ARTICLES.jsonl]" if is_belta() else "belta [-a NAME=VALUE ...] [-o FILE]"
        )

    def short_desc(self) -> str:
        return "Fetch pages, or read what was saved of them; write the articles, and where each line went"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. The output grows by what it does not hold yet (-o) or starts afresh (-O). "
            "Default output: data/articles.jsonl. Example: scrapy crawl belta -a source=pages/ -o corpus.jsonl"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        _signals.stop_with(STOPPED)
        _options.check_arguments(opts.spargs)
        formats = self.settings.getwithbase("FEED_EXPORTERS")
        opts.output = _options.outputs(opts.output, formats)
        opts.overwrite_output = _options.outputs(opts.overwrite_output, formats)
        super().process_options(args, opts)
        if not self.settings.getdict("FEEDS"):  # neither -o, -O nor -s FEEDS
            default = _DEFAULT_FEED if "source" in opts.spargs else _FIXTURES_FEED
            self.settings.set("FEEDS", {default: {"format": "jsonl"}}, priority="command")
        if self.settings.get("JOBDIR") or self.settings.getbool("HTTPCACHE_ENABLED"):
            raise wrong("JOBDIR and HTTPCACHE_ENABLED read pickles, which can run code; a run goes on from its output")
        self.check_files(opts, local_outputs(self.settings))

    def _advice(self, option: str, args: Any) -> str:
        return _options.spider_argument(option, args, _ARGUMENTS) or super()._advice(option, args)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if is_belta() and not args:
            args = [_SPIDER]
        if len(args) != 1:
            raise wrong("scrapy crawl takes one spider: scrapy crawl belta")
        known = self.crawler_process.spider_loader.list()
        if args[0] not in known:
            raise wrong(f"unknown spider: {args[0]}{nearest(args[0], known)} (known: {' '.join(known)})")
        self.started = datetime.now(UTC)
        errors = ErrorCount()
        logging.getLogger().addHandler(errors)
        spider = self.crawler_process.spider_loader.load(args[0])
        spider.is_told = True  # by this command, in its own words
        crawler = self._create_crawler(spider)
        crawler.signals.connect(_signals.take_more, signals.engine_started)
        crawler.signals.connect(self._log_start, signals.spider_opened)
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        _signals.ignore()
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, UsageError):
            self._end(USAGE, f"scrapy crawl: {one_line(error, 600)}")
        elif error is not None:
            self._end(FAILED, f"scrapy crawl: {type(error).__name__}: {one_line(error)}")
        elif crawler.spider is None:
            self._end(STOPPED, "scrapy crawl: stopped before it began")
        else:
            self._tell(crawler, errors.count, opts)

    def _tell(self, crawler: Any, errors: int, opts: argparse.Namespace) -> None:
        """Say how the run went, on standard error and beside its outputs."""
        stats = crawler.stats
        code = self._close(crawler, errors)
        outputs = list(crawler.settings.getdict("FEEDS"))  # of a dry run there are none
        told = run.of(stats.get_stats(), self.started, code, outputs, opts.spargs)
        try:
            for ledger in self._ledgers(crawler):
                run.write(told, beside(ledger.path, "run.json"))
                if code != OUTPUT:
                    ledger.store.publish(articles=False)
        except OSError as error:
            stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))
            code = OUTPUT
        if getattr(crawler.spider, "is_of_fixtures", False):
            stats.set_value(stats_keys.NOTE, _FICTIONAL)
        width, colour = summary.width_of(sys.stderr), summary.has_colour(sys.stderr)
        feeds = (_STDOUT.get(uri, one_line(uri)) for uri in told.outputs)
        words = summary.text(stats.get_stats(), feeds, told.seconds, width, colour=colour)
        self._end(code, words, is_quiet=code == OK and self.settings["BELTA_SUMMARY"] == "quiet")

    def _close(self, crawler: Any, errors: int) -> int:
        """Return the exit code, after what was pending is written."""
        feeds = crawler.get_extension(DurableFeeds)
        if feeds:
            feeds.close_files()
            if feeds.written is not None:
                crawler.stats.set_value(stats_keys.ARTICLES, feeds.written)
        crawler.stats.max_value(stats_keys.ERRORS, errors)
        return int(crawler.get_extension(Verdict).judge())

    def _ledgers(self, crawler: Any) -> list[Any]:
        feeds = crawler.get_extension(DurableFeeds)
        return feeds.ledgers if feeds else []

    def _log_start(self, spider: Any) -> None:
        if self.settings.get("LOG_FILE"):
            outputs = ", ".join(map(str, self.settings.getdict("FEEDS")))
            told = one_line(f"source={getattr(spider, 'source', spider.name)}, output: {outputs}")
            logger.log(logging.WARNING, "started: %s", told)

    def _end(self, code: int, words: str, *, is_quiet: bool = False) -> None:
        self.exitcode = code
        if self.settings.get("LOG_FILE"):
            logger.log(
                logging.WARNING,
                "ended with exit code %d: %s",
                code,
                one_line("; ".join(map(str.strip, words.splitlines())), 2000),
            )
        with suppress(OSError):
            if not is_quiet:
                print(as_typed(words), file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # nobody reads it any more, and Python would try once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
