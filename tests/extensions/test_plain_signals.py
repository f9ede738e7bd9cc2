"""Pipelines and signal handlers of any kind see what they see in Scrapy: only the calls are plainer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, ClassVar, Self

import pytest
from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.exceptions import DropItem
from scrapy.utils.project import get_project_settings
from twisted.internet.defer import Deferred

from tests.conftest import SEEDS, Crawl


class Handlers:
    """An extension of a user's own: it hears of items in each way that Scrapy lets one hear."""

    heard: ClassVar[list[str]] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        handlers = cls()
        for handler in crawler.settings.getlist("HANDLERS"):
            signal = signals.item_dropped if handler == "dropped" else signals.item_scraped
            crawler.signals.connect(getattr(handlers, handler), signal)
        cls.heard = []
        return handlers

    def hear(self, name: str, item: Any) -> None:
        self.heard.append(f"{name} {item.id[-3:]}")

    def plain(self, item: Any, response: Any, spider: Any) -> None:
        assert (response.url, spider.name) == ("data:,", "belta")
        self.hear("plain", item)

    def failing(self, item: Any) -> None:
        self.hear("failing", item)
        raise ValueError("a handler's own fault")

    def any(self, **named: Any) -> None:
        assert {"item", "response", "spider", "signal", "sender"} <= named.keys()
        self.hear("any", named["item"])

    async def awaited(self, item: Any) -> None:
        await asyncio.sleep(0.01)
        self.hear("awaited", item)

    def promised(self, item: Any) -> Any:
        return self.awaited(item)

    def dropped(self, item: Any, exception: Any, response: Any) -> None:
        self.heard.append(f"dropped {exception}")


@pytest.mark.parametrize(
    ("handlers", "heard"),
    [
        ("plain", ["plain"]),
        ("plain,any", ["plain", "any"]),
        ("awaited", ["awaited"]),
        ("promised,plain", ["awaited", "plain"]),
        ("failing,plain", ["failing", "plain"]),
        ("failing,any", ["failing", "any"]),
    ],
)
async def test_each_handler_of_a_user_hears_of_each_item_in_order(
    handlers: str, heard: list[str], crawl: Crawl, caplog: pytest.LogCaptureFixture
) -> None:
    extensions = {**get_project_settings().getdict("EXTENSIONS"), Handlers: 0}
    items, stats = await crawl({"EXTENSIONS": extensions, "HANDLERS": handlers}, source=SEEDS)
    assert Handlers.heard == [f"{name} {item.id[-3:]}" for item in items for name in heard]
    assert stats["item_scraped_count"] == len(items) == 2
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2 * handlers.count("failing")
    assert all("Error caught on signal handler" in record.getMessage() and record.exc_info for record in errors)


class Own:
    """A pipeline in each of the ways that Scrapy takes."""

    def process_item(self, item: Any) -> Any:
        return getattr(self, item.dateline.place.lower())(item)

    def minsk(self, item: Any) -> Any:
        raise DropItem("not Minsk")

    async def moskau(self, item: Any) -> Any:
        await asyncio.sleep(0)
        return ItemAdapter(item).asdict()


class Promising:
    def process_item(self, item: Any) -> Any:
        promise: Deferred[Any] = Deferred()
        promise.callback(item | {"promised": True})
        return promise


class OfOld:
    def process_item(self, item: Any, spider: Any) -> Any:
        return item | {"spider": spider.name}


@pytest.mark.filterwarnings("ignore::scrapy.exceptions.ScrapyDeprecationWarning")
async def test_a_user_s_pipelines_may_drop_promise_replace_and_ask_for_the_spider(crawl: Crawl) -> None:
    pipelines = {**get_project_settings().getdict("ITEM_PIPELINES"), Own: 950, Promising: 960, OfOld: 970}
    extensions = {**get_project_settings().getdict("EXTENSIONS"), Handlers: 0}
    settings = {"ITEM_PIPELINES": pipelines, "EXTENSIONS": extensions, "HANDLERS": "dropped"}
    items, stats = await crawl(settings, source=SEEDS)
    assert [(item["dateline"]["place"], item["promised"], item["spider"]) for item in items] == [
        ("MOSKAU", True, "belta")
    ]
    assert Handlers.heard == ["dropped not Minsk"]
    assert stats["item_dropped_reasons_count/DropItem"] == stats["item_scraped_count"] == 1
