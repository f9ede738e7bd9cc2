"""Spiders and pipelines that fail in each way that a run can fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy

PAGE_TEXT = "\x1b[31mDer Chor\x07 sang auf dem Markt. " * 40
UNWRITABLE = {"object": object(), "surrogate": "\ud800"}


class Fails(scrapy.Spider):
    """`-a how=...`: what goes wrong; `-a url=...`: where."""

    name = "fails"

    async def start(self) -> AsyncIterator[Any]:
        if self.how == "start":
            raise ValueError(PAGE_TEXT)
        for number in range(3):
            yield scrapy.Request(f"{self.url}?{number}", dont_filter=True)

    def parse(self, response: Any) -> Iterator[Any]:
        if self.how == "callback":
            raise ValueError(PAGE_TEXT)
        yield (
            {"object": object()}
            if self.how == "object"
            else {"surrogate": "\ud800"}
            if self.how == "surrogate"
            else {"a": 1}
        )


class Raise:
    """A pipeline of a user's that cannot take any article."""

    error: type[Exception] = ValueError

    def process_item(self, item: Any) -> Any:
        raise self.error(PAGE_TEXT)


class RaiseMemory(Raise):
    error = MemoryError


class Unwritable:
    """A pipeline of a user's that puts what JSON has not into the article."""

    def process_item(self, item: Any) -> Any:
        item.tags = [object()]
        return item
