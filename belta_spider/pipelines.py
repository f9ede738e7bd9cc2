"""Item pipelines, one duty each: each calls one pure function of `belta_spider.cleaning`.

An item that comes finished (from a worker of a process pool) passes through untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from belta_spider import cleaning
from belta_spider.cleaning import Draft, Reading
from belta_spider.cleaning.audit import duplicate_entry, outside_entry
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import DUPLICATE
from belta_spider.text.keys import Keys, key_of


class PageDropped(DropItem):
    """The page is no article; the reason is the one that the contract names."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class DuplicateCapture(PageDropped):
    """The output holds this article already, from an earlier capture."""


class _Stage:
    """Hand the item to one stage; drop it where the stage found that it is no article."""

    stage: ClassVar[Callable[[Any], Draft | None]]
    takes: ClassVar[type[Reading | Draft]] = Draft

    def process_item(self, item: Any) -> Any:
        if isinstance(item, PageItem):
            item.advance(type(self).stage, self.takes)
            if item.drop:
                raise PageDropped(item.drop)
        return item


class ChromePipeline(_Stage):
    """Take off the navigation chrome, above and below the article."""

    stage = cleaning.remove_chrome
    takes = Reading


class HeaderPipeline(_Stage):
    """Read the headers: day, weather, section, date, title."""

    stage = cleaning.read_header


class BodyPipeline(_Stage):
    """Compose the text; take off captions, dateline, credits and end marks."""

    stage = cleaning.compose_body


class LanguagePipeline(_Stage):
    """Tell the language of the text."""

    stage = cleaning.tell_language


class NormalizationPipeline(_Stage):
    """Normalise every string; give the article its id, flags and audit."""

    stage = cleaning.finish


STAGES = (ChromePipeline, HeaderPipeline, BodyPipeline, LanguagePipeline, NormalizationPipeline)


def begin_with_the_stages(settings: Any) -> bool:
    """Whether `ITEM_PIPELINES` begins with our five stages, in their order, with none of another's before or between.

    Only then may pages be cleaned before they are items: in the workers of a replay, in the callback of a live crawl.
    """
    names = build_component_list(settings.get_component_priority_dict_with_base("ITEM_PIPELINES"))
    return tuple(map(load_object, names[: len(STAGES)])) == STAGES


class ChoicePipeline:
    """Leave out the articles that the run was not asked for: by edition, day or section."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        choice = getattr(self.crawler.spider, "choice", None)
        reason = choice.reason_to_leave_out(item) if choice and isinstance(item, PageItem) else None
        if reason:
            item.audit = [outside_entry(item, reason)]
            raise PageDropped(reason)
        return item


class DuplicatesPipeline:
    """One record for each id: later captures are counted, and stand in the audit."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.feeds = crawler.get_extension(DurableFeeds)
        self.seen = Keys()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, PageItem) or getattr(self.crawler.spider, "captures", None) == "all":
            return item
        known = self.feeds.holds(item.id) if self.feeds else None
        if known is None:  # no output of this run knows what it holds
            known = key_of(item.id) in self.seen
            self.seen.add(key_of(item.id))
        if known and not item.revises:
            item.audit = [duplicate_entry(item)]
            raise DuplicateCapture(DUPLICATE)
        return item
