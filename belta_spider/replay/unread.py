"""What a replay could not read: counted, named in the log, and written beside the outputs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from belta_spider import sources, stats_keys
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.output.unread import Line, UnreadFile
from belta_spider.text.printable import one_line

_NAMED = 20
"""Of each cause, how many are named in the log: the file names all."""


class UnreadReport:
    """Takes what the reader yields beside pages."""

    def __init__(self, crawler: Any, logger: Any):
        self.count = crawler.stats.inc_value
        self.logger = logger
        self.named: Counter[str] = Counter()
        feeds = crawler.get_extension(DurableFeeds)
        overwrite = any(feed.get("overwrite") for feed in crawler.settings.getdict("FEEDS").values())
        self.files: list[UnreadFile] = []
        for ledger in feeds.ledgers if feeds else []:
            self._guarded(lambda path: self.files.append(UnreadFile(path, overwrite=overwrite)), ledger.path)

    def add(self, entry: sources.Unread | sources.Skipped | sources.PassedOver) -> None:
        """Count what holds no page; name what could not be read."""
        if isinstance(entry, sources.PassedOver):
            self.count(f"{stats_keys.PASSED_OVER}{entry.reason}", entry.count)
        elif isinstance(entry, sources.Skipped):
            self.count(f"{stats_keys.SKIPPED}{entry.cause}", entry.count)
        else:
            self._name(entry)

    def _name(self, entry: sources.Unread) -> None:
        self.count(f"{stats_keys.UNREAD}{entry.cause}")
        line = Line(one_line(entry.uri), entry.record, entry.offset, entry.cause, one_line(entry.detail))
        for file in self.files:
            self._guarded(file.note, line)
        self.named[entry.cause] += 1
        if self.named[entry.cause] <= _NAMED:
            place = entry.uri if entry.record is None else f"{entry.uri} {entry.record}"
            self.logger.warning("cannot read %s: %s", one_line(place), one_line(entry.detail))
        if self.named[entry.cause] == _NAMED:
            self.logger.warning("%s: further ones are only counted and stand in X.unread.jsonl", entry.cause)

    def _guarded(self, write: Any, what: Any) -> None:
        """Go on without the file where it cannot be written: that is an error of the run, and counted."""
        try:
            write(what)
        except OSError as error:
            self.logger.error("what cannot be read is not written down: %s", one_line(error))
            self.files.clear()

    def close(self) -> None:
        for file in self.files:
            self._guarded(UnreadFile.close, file)
