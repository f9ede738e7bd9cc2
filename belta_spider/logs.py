"""Errors in one line each: never the whole article, and nothing that a terminal would obey."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

from belta_spider.normalization import normalize

_LENGTH = 300


def one_line(value: object) -> str:
    """Any value as one short line without control characters."""
    line = normalize(str(value))
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}…"


class OneLine(LogFormatter):
    """Scrapy's messages without the items in them."""

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        return {"level": logging.DEBUG, "msg": "Scraped %(item)s", "args": {"item": _name(item)}}

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        args = {"item": _name(item), "exception": one_line(exception)}
        return {"level": logging.DEBUG, "msg": "Dropped %(item)s: %(exception)s", "args": args}

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        args = {"item": _name(item), "exception": f"{type(exception).__name__}: {one_line(exception)}"}
        return {"level": logging.ERROR, "msg": "Error processing %(item)s: %(exception)s", "args": args}


def _name(item: Any) -> str:
    source = getattr(item, "source", None)
    if source is None:
        return type(item).__name__
    return one_line(f"{source.uri} {source.record or ''}")
