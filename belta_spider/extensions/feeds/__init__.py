"""Durable JSON Lines behind Scrapy's own -o, -O and FEEDS."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured, UsageError
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage

from belta_spider import stats_keys
from belta_spider.cleaning import producer
from belta_spider.cleaning.audit import encode
from belta_spider.extensions.feeds.remote import address_of, check_name
from belta_spider.extensions.page_item import PageItem
from belta_spider.extensions.verdict import Verdict
from belta_spider.extensions.wrong_use import told_in_one_line
from belta_spider.items import Removal
from belta_spider.output.afresh import Replacement, settle
from belta_spider.output.ledger import Ledger, ledger_of_files
from belta_spider.remote import is_remote
from belta_spider.reporting.run import OK
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)
_PACKED = frozenset({"gz", "zst"})
_FORMATS = frozenset({"jsonl", "jsonlines", "jl"}) | _PACKED
_BEAT = 0.1  # seconds between two looks at what waits to be written
_NOT_WRITTEN = (OSError, MemoryError)
_NO_ARTICLE = "this run wrote no article"
_NOT_WHOLE = "what was to replace it is not whole"


class DurableStorage(FileFeedStorage):
    """Local files: a JSON Lines feed is a `Ledger`, others are as Scrapy has them, but beside what they replace."""

    replacement: Replacement | None = None

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None, with_audit: bool = True):
        super().__init__(uri, feed_options=feed_options)
        self.options = feed_options or {}
        self.with_audit = with_audit
        if "://" in self.path:  # a letter before it passes for a drive
            raise UsageError(f"cannot write to {one_line(self.path)}: unknown scheme", print_help=False)
        if self.options.get("format") in _PACKED:
            check_name(self.path)

    @classmethod
    def from_crawler(cls, crawler: Any, uri: str, *, feed_options: dict[str, Any] | None = None) -> DurableStorage:
        return cls(uri, feed_options=feed_options, with_audit=crawler.settings.getbool("BELTA_AUDIT"))

    def open(self, spider: Any) -> Any:
        path = Path(self.path)
        overwrite = bool(self.options.get("overwrite", False))
        if path.exists() and not path.is_file():
            return super().open(spider)
        if not self._is_resumable():
            settle(path)
            self.replacement = Replacement(path) if overwrite and path.exists() else None
            return self.replacement.file if self.replacement else super().open(spider)
        own_only = hasattr(spider, "captures")  # another spider's items may be any
        ledger = ledger_of_files(path, overwrite=overwrite, with_audit=self.with_audit, own_only=own_only)
        ledger.keeps_all = getattr(spider, "captures", None) == "all"
        # A fetched page is written at once: none is asked for again, and none counts as dealt with before.
        ledger.waits = not getattr(spider, "fetches", False)
        return ledger

    def store(self, file: Any) -> None:
        """A ledger is closed before, by what became of the run."""
        if self.replacement:
            self.replacement.take_place()
        elif not isinstance(file, Ledger):
            super().store(file)

    def _is_resumable(self) -> bool:
        """Whether the lines will say what they are of, and stand in the file as they are written."""
        fields = self.options.get("fields")
        complete = not fields or {"id", "source"} <= set(fields)
        return self.options.get("format") in _FORMATS and complete and not self.options.get("postprocessing")


class DurableFeeds(FeedExporter):
    """Scrapy's feed exporter, opened before the first request, and never silent about a failed write."""

    failure: BaseException | None = None
    _replaces = False
    """Whether an output without a new article may take the place of an earlier one."""
    _beat: asyncio.Task[None] | None = None

    def __init__(self, crawler: Any):
        self._kept: dict[str, str] = {}
        """Outputs that were to start afresh and are as they were, and why."""
        super().__init__(crawler)

    @classmethod
    def from_crawler(cls, crawler: Any) -> DurableFeeds:
        with told_in_one_line(is_told=getattr(crawler.spidercls, "is_told", False)):
            _check_schemes(crawler.settings)
            try:
                feeds = super().from_crawler(crawler)
            except NotConfigured:
                if crawler.settings["FEEDS"]:
                    names = ", ".join(one_line(name) for name in crawler.settings["FEEDS"])
                    raise UsageError(f"cannot write to {names}: unknown scheme or format", print_help=False) from None
                raise
        crawler.signals.connect(feeds.item_dropped, signals.item_dropped)
        return feeds

    @property
    def ledgers(self) -> list[Ledger]:
        files: list[Any] = [slot.file for slot in self.slots]
        return [file for file in files if isinstance(file, Ledger)]

    def holds(self, identity: str) -> bool | None:
        """Whether every durable feed holds that article; None where there is no such feed."""
        ledgers = self.ledgers
        return all(ledger.held.holds(identity) for ledger in ledgers) if ledgers else None

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether every durable feed has dealt with the page from there, in an earlier run that was asked for it."""
        ledgers = self.ledgers
        return bool(ledgers) and all(
            ledger.held.has_read(uri, record) and not ledger.held.has_left_out(uri, record) for ledger in ledgers
        )

    def _start_new_batch(self, **slot: Any) -> Any:  # type: ignore[override]  # called by names
        """Keep the number of a part in an address elsewhere: such an output counts its parts itself."""
        if is_remote(slot["uri_template"]):
            params = self._get_uri_params(slot["spider"], slot["feed_options"]["uri_params"])
            slot["uri"] = address_of(slot["uri_template"], params)
        return super()._start_new_batch(**slot)

    def open_spider(self, spider: Any) -> None:
        super().open_spider(spider)
        try:
            for slot in self.slots:
                slot.start_exporting()
        except _NOT_WRITTEN as error:
            self._fail(error)
            raise CloseSpider("output_failed") from error
        _tell_what_is_held(self.ledgers, spider, self.crawler.stats)
        self._beat = asyncio.ensure_future(self._keep_committing())

    async def _keep_committing(self) -> None:
        """What came just before a pause must not wait for what comes after it."""
        while not self.failure:
            await asyncio.sleep(_BEAT)
            for ledger in self.ledgers:
                self._guarded(ledger.commit_if_due)

    def item_scraped(self, item: Any, spider: Any) -> None:
        if not self.failure:
            self._guarded(super().item_scraped, item, spider)

    def item_dropped(self, item: Any, exception: BaseException | None = None) -> None:
        """A page that is no article leaves its one entry in each audit, in the words of whoever dropped it."""
        if not isinstance(item, PageItem):
            return
        lines = item.audit_lines if hasattr(exception, "reason") or exception is None else _own_drop(item, exception)
        for ledger in self.ledgers:
            if lines and not self.failure and not ledger.held.has_read(item.source.uri, item.source.record):
                self._guarded(ledger.note, lines)

    async def close_spider(self, spider: Any, reason: str = "finished") -> None:
        if self._beat:
            self._beat.cancel()
        self._commit()
        self._replaces = _has_ended_well(self.crawler, reason)
        await super().close_spider(spider)
        self._tell_what_is_kept()
        await asyncio.to_thread(self._publish)

    def _publish(self) -> None:
        """Put elsewhere what was written here only for a while; a stop by force leaves it for the next run."""
        for ledger in self.ledgers if not self.failure else ():
            self._tried(ledger.store.publish, articles=True)

    def _tried(self, write: Any, **options: Any) -> None:
        try:
            write(**options)
        except _NOT_WRITTEN as error:
            self._fail(error)

    def _tell_what_is_kept(self) -> None:
        self._kept |= {one_line(ledger.store.name): _NO_ARTICLE for ledger in self.ledgers if ledger.is_waiting}
        if self._kept:
            kept = "; ".join(f"{path}: {why}" for path, why in self._kept.items())
            self.crawler.stats.set_value(stats_keys.KEPT, kept)

    def _commit(self) -> None:
        """Write what is pending: the verdict counts what is written."""
        for ledger in self.ledgers:
            self._tried(ledger.commit)
        if self.written is not None:
            self.crawler.stats.set_value(stats_keys.ARTICLES, self.written)

    def _guarded(self, write: Any, *arguments: Any) -> None:
        try:
            write(*arguments)
        except _NOT_WRITTEN as error:
            if not self.failure:
                asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="output_failed"))  # noqa: RUF006 (the engine holds it)
            self._fail(error)

    async def _close_slot(self, slot: Any, spider: Any) -> None:
        try:
            if isinstance(slot.file, Ledger):
                slot.file.close(replaces=self._replaces)
            if _is_to_be_stored(slot, failed=bool(self.failure), replaces=self._replaces):
                await super()._close_slot(slot, spider)
            _let_go(slot, self._kept)
        except _NOT_WRITTEN as error:
            self._fail(error)

    def close_files(self) -> None:
        """Write what a forced stop left pending; after a clean end there is nothing."""
        for ledger in self.ledgers:
            self._tried(ledger.close, replaces=False)
        for slot in self.slots:
            self._tried(_let_go, slot=slot, kept=self._kept)
        self._tell_what_is_kept()

    def _fail(self, error: BaseException) -> None:
        self.failure = self.failure or error
        self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, _told(self.failure))

    @property
    def written(self) -> int | None:
        """Articles that this run put into the first durable feed; None where there is none."""
        return self.ledgers[0].written if self.ledgers else None


def _tell_what_is_held(ledgers: list[Ledger], spider: Any, stats: Any) -> None:
    """Say what was cut off at open, and count the articles that other rules made."""
    options = getattr(spider, "options", None)
    ours = producer(options.known_editions) if options else None
    for ledger in ledgers:
        if ledger.cut:
            logger.warning("%s: cut off %d bytes that a stopped run had left", one_line(ledger.store.name), ledger.cut)
        others = sum(count for name, count in ledger.held.producers.items() if ours and name != ours)
        stats.max_value(stats_keys.OTHER_RULES, others)


def _check_schemes(settings: Any) -> None:
    storages = settings.getwithbase("FEED_STORAGES")
    for uri in map(str, settings.getdict("FEEDS")):  # Scrapy would log an error too
        if "://" in uri and storages.get(uri.partition("://")[0]) is None:
            raise UsageError(f"cannot write to {one_line(uri)}: unknown scheme", print_help=False)


def _is_to_be_stored(slot: Any, *, failed: bool, replaces: bool) -> bool:
    """Whether a feed's file is put where it belongs: over another one if it is whole, and worth it."""
    if getattr(slot.storage, "replacement", None):
        return not failed and bool(slot.itemcount or replaces)
    return slot.file is not None or not failed


def _has_ended_well(crawler: Any, reason: str) -> bool:
    verdict = crawler.get_extension(Verdict)
    return verdict.judge(reason) == OK if verdict else reason == "finished"


def _let_go(slot: Any, kept: dict[str, str]) -> None:
    """Close a file that was to take another's place; note that one where it stays, with the reason."""
    replacement = getattr(slot.storage, "replacement", None)
    if replacement:
        replacement.close()
    if replacement and replacement.is_waiting:
        kept[one_line(slot.storage.path)] = _NOT_WHOLE if slot.itemcount else _NO_ARTICLE


def _own_drop(item: PageItem, exception: BaseException) -> bytes:
    """The one entry of an article that a user's pipeline dropped."""
    rule, words = f"drop.{type(exception).__name__}", one_line(exception)
    return encode([Removal(None, item.source.uri, item.source.record, 1, 0, rule, None, words)])


def _told(error: BaseException) -> str:
    """What happened, and to which file."""
    if isinstance(error, OSError) and error.strerror:
        return one_line(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return one_line(f"{type(error).__name__}: {error}")
