"""Errors in one line each: never the whole article, and nothing that a terminal would obey."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any, Self

from scrapy import signals
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler

from belta_spider.text.printable import one_line

_MESSAGE = 600  # characters: a line of a log that a reader takes in; a page's text may be in it
_FRAMES = 4  # the last calls: where it happened, and who asked
_TRACEBACK = "\nTraceback (most recent call last):"
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(LogFormatter):
    """Scrapy's messages without the items in them, and each in one line."""

    def __init__(self, settings: Any):
        self.settings = settings
        self.tells_all = True
        """Whether each item has its line: a record that nobody shows costs as much as writing the article."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        formatter = cls(crawler.settings)
        # Scrapy installs its handler anew after this.
        crawler.signals.connect(formatter.spider_opened, signals.spider_opened)
        return formatter

    def spider_opened(self) -> None:
        """Have all that Scrapy and its libraries log come in lines too."""
        handler = get_scrapy_root_handler()
        if handler:
            self.tells_all = handler.level <= logging.DEBUG
            handler.setFormatter(_Formatter(self.settings.get("LOG_FORMAT"), self.settings.get("LOG_DATEFORMAT")))

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult | None:  # type: ignore[override]
        if not self.tells_all:
            return None
        return {"level": logging.DEBUG, "msg": "Scraped %(item)s", "args": {"item": _name(item)}}

    def dropped(  # type: ignore[override]
        self, item: Any, exception: BaseException, response: Any, spider: Any
    ) -> LogFormatterResult | None:
        if not self.tells_all:
            return None
        args = {"item": _name(item), "exception": one_line(exception)}
        return {"level": logging.DEBUG, "msg": "Dropped %(item)s: %(exception)s", "args": args}

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        return {"level": logging.ERROR, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


class _Formatter(logging.Formatter):
    """A record is a line: its message, and of an exception the end of its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage().partition(_TRACEBACK)[0]
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        # What Scrapy tells of itself at DEBUG and INFO, such as its settings, may be long.
        length = _MESSAGE if record.levelno >= logging.WARNING else len(record.message) + _MESSAGE
        line = one_line(self.formatMessage(record), length)
        return f"{line}: {_cause(record.exc_info)}" if record.exc_info else line


def _cause(info: _ExcInfo | bool) -> str:
    """`ValueError: no such month (dates.py:40 read_date, cleaning.py:91 read_header)`: the innermost first."""
    if isinstance(info, bool) or info[1] is None:
        return "unknown error"
    frames = reversed(traceback.extract_tb(info[2])[-_FRAMES:])
    places = ", ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    what = f"{type(info[1]).__name__}: {one_line(info[1])}"
    return f"{what} ({places})" if places else what


class ErrorCount(logging.Handler):
    """Counts errors whatever LOG_LEVEL is: a run that logged one must not end as if it had not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def _name(item: Any) -> str:
    source = getattr(item, "source", None)
    if source is None:
        return type(item).__name__
    return one_line(f"{source.uri} {source.record or ''}")
