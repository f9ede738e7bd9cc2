"""Durable JSON Lines behind Scrapy's own -o, -O and FEEDS."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured, UsageError
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage

from belta_spider.cleaning import duplicate_entry
from belta_spider.items import Article
from belta_spider.ledger import Ledger, key_of
from belta_spider.logs import one_line

__all__ = ["DurableExporter", "DurableFeeds", "DurableStorage", "key_of"]

logger = logging.getLogger(__name__)
_JSON_LINES = frozenset({"jsonl", "jsonlines", "jl"})
_encode = msgspec.json.Encoder().encode


class DurableStorage(FileFeedStorage):
    """Local files; a JSON Lines feed opens as a `Ledger`, others as Scrapy does."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None, with_audit: bool = True):
        super().__init__(uri, feed_options=feed_options)
        self.options = feed_options or {}
        self.with_audit = with_audit

    @classmethod
    def from_crawler(cls, crawler: Any, uri: str, *, feed_options: dict[str, Any] | None = None) -> DurableStorage:
        return cls(uri, feed_options=feed_options, with_audit=crawler.settings.getbool("BELTA_AUDIT"))

    def open(self, spider: Any) -> Any:
        if self.options.get("format") not in _JSON_LINES:
            return super().open(spider)
        overwrite = bool(self.options.get("overwrite", False))
        return Ledger(Path(self.path), overwrite=overwrite, with_audit=self.with_audit)


class DurableExporter:
    """Each item is one line, written whole."""

    def __init__(self, file: Any, **kwargs: Any):
        self.file = file

    def start_exporting(self) -> None:
        """Nothing stands before the first line."""

    def finish_exporting(self) -> None:
        """Nothing stands after the last line."""

    def export_item(self, item: Any) -> None:
        """Write the item; a second capture of an article goes to the audit alone."""
        if not isinstance(item, Article):
            self._write(None, _encode(ItemAdapter(item).asdict()) + b"\n", b"")
        elif not self._write(item.id, _encode(item) + b"\n", item.audit):
            self.file.note(duplicate_entry(item))

    def _write(self, identity: str | None, line: bytes, audit: bytes) -> bool:
        if isinstance(self.file, Ledger):
            return self.file.put(identity, line, audit)
        self.file.write(line)  # standard output
        return True


class DurableFeeds(FeedExporter):
    """Scrapy's feed exporter, opened before the first request, and never silent about a failed write."""

    failure: OSError | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> DurableFeeds:
        try:
            feeds = super().from_crawler(crawler)
        except NotConfigured:
            if crawler.settings["FEEDS"]:
                names = ", ".join(map(str, crawler.settings["FEEDS"]))
                raise UsageError(f"cannot write to {names}: unknown scheme or format", print_help=False) from None
            raise
        crawler.signals.connect(feeds.item_dropped, signals.item_dropped)
        return feeds

    @property
    def ledgers(self) -> list[Ledger]:
        files: list[Any] = [slot.file for slot in self.slots]
        return [file for file in files if isinstance(file, Ledger)]

    def holds(self, identity: str) -> bool:
        """Whether every durable feed holds that article."""
        return bool(self.ledgers) and all(ledger.holds(identity) for ledger in self.ledgers)

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether every durable feed has dealt with the page from there."""
        return bool(self.ledgers) and all(ledger.has_read(uri, record) for ledger in self.ledgers)

    def open_spider(self, spider: Any) -> None:
        super().open_spider(spider)
        try:
            for slot in self.slots:
                slot.start_exporting()
        except OSError as error:
            self._fail(error)
            raise CloseSpider("output_failed") from error

    def item_scraped(self, item: Any, spider: Any) -> None:
        if not self.failure:
            self._guarded(super().item_scraped, item, spider)

    def item_dropped(self, item: Any) -> None:
        """A page that is no article leaves its one entry in each audit."""
        audit = getattr(item, "audit", b"")
        if audit and not self.failure:
            for ledger in self.ledgers:
                self._guarded(ledger.note, audit)

    def _guarded(self, write: Any, *arguments: Any) -> None:
        try:
            write(*arguments)
        except OSError as error:
            self._fail(error)
            asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="output_failed"))  # noqa: RUF006 (the engine holds it)

    async def _close_slot(self, slot: Any, spider: Any) -> None:
        if self.failure and slot.file is None:
            return
        await super()._close_slot(slot, spider)

    def _fail(self, error: OSError) -> None:
        self.failure = error
        self.crawler.stats.set_value("belta/output_failure", one_line(error))
