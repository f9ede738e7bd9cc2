"""What stands beside an output for the next run of a crawl: what became of each article, and the coverage."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from scrapy import signals

from belta_spider import stats_keys
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.live import coverage
from belta_spider.live.state import State, state_path
from belta_spider.output.beside import afresh_path, beside
from belta_spider.output.ledger import Ledger
from belta_spider.text.printable import one_line


class Memory:
    """The state of earlier runs beside the first durable output; of a run without one, that of this run alone."""

    def __init__(self, crawler: Any):
        self.crawler = crawler
        self.ledger: Ledger | None = None
        self.state = State(None, overwrite=False)

    def open(self) -> None:
        """Read what earlier runs remember.

        Raises:
            OSError: it cannot be read or written.
        """
        feeds = self.crawler.get_extension(DurableFeeds)
        if feeds and feeds.ledgers:
            self.ledger = feeds.ledgers[0]
            self.state = self._state(self.ledger)

    def _state(self, ledger: Ledger) -> State:
        """What earlier runs remember of that output; of one that starts afresh nothing, once it has."""
        place = state_path(ledger.path)
        new = afresh_path(place)
        new.unlink(missing_ok=True)
        if not ledger.store.starts_afresh:
            feeds = self.crawler.settings.getdict("FEEDS")
            return State(place, overwrite=any(bool(feed.get("overwrite")) for feed in feeds.values()))
        self.crawler.signals.connect(lambda: new.unlink(missing_ok=True), signals.engine_stopped, weak=False)
        ledger.when_in_place(partial(new.replace, place))
        return State(new, overwrite=True)

    def cover(self, includes: Callable[[str], bool], holds: Callable[[str], bool]) -> None:
        """Show the coverage of the editions that the run `includes`, and write that of all beside the output.

        Raises:
            OSError: it cannot be written.
        """
        rows = coverage.table((one for one in self.state if includes(one.edition)), holds)
        self.crawler.stats.set_value(stats_keys.COVERAGE, coverage.lines(rows))
        for name, number in coverage.totals(rows).items():
            self.crawler.stats.set_value(f"{stats_keys.COVERED}{name}", number)
        if self.ledger:
            rows, place = coverage.table(self.state, holds), beside(self.ledger.path, "coverage.jsonl")
            self.ledger.when_in_place(lambda: coverage.write(rows, place))

    def fail(self, error: OSError) -> None:
        """Note that it cannot be read or written: exit code 3."""
        self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))
