"""Item pipelines, one duty each: each calls one pure function of `belta_spider.cleaning.stages`.

An item that comes finished (from a worker of a process pool) passes through untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from belta_spider.cleaning import audit, stages
from belta_spider.extensions.feeds import DurableFeeds, key_of
from belta_spider.items import DUPLICATE, Article


class PageDropped(DropItem):
    """The page is no article; the reason is the one that the contract names."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class DuplicateCapture(PageDropped):
    """The output holds this article already, from an earlier capture."""


class _Stage:
    """Hand the item to one stage; drop it where the stage found that it is no article."""

    stage: ClassVar[Callable[[Article], None]]

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            if item.draft is not None and not item.drop:
                type(self).stage(item)
            if item.drop:
                raise PageDropped(item.drop)
        return item


class ChromePipeline(_Stage):
    """Take off the navigation chrome, above and below the article."""

    stage = stages.remove_chrome


class HeaderPipeline(_Stage):
    """Read the headers: day, weather, section, date, title."""

    stage = stages.read_header


class BodyPipeline(_Stage):
    """Compose the text; take off captions, dateline, credits and end marks."""

    stage = stages.compose_body


class LanguagePipeline(_Stage):
    """Tell the language of the text."""

    stage = stages.tell_language


class NormalizationPipeline(_Stage):
    """Normalise every string; give the article its id, flags and audit."""

    stage = stages.finish


class DuplicatesPipeline:
    """One record for each id: later captures are counted, and stand in the audit."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.feeds = crawler.get_extension(DurableFeeds)
        self.seen: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article) or getattr(self.crawler.spider, "captures", None) == "all":
            return item
        known = self.feeds.holds(item.id) if self.feeds else None
        if known is None:  # no output of this run knows what it holds
            known = key_of(item.id) in self.seen
            self.seen.add(key_of(item.id))
        if known and not item.revises:
            item.audit = audit.duplicate_entry(item)
            raise DuplicateCapture(DUPLICATE)
        return item
