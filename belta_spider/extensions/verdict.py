"""How a run went: its exit code, from what Scrapy, the spider and the outputs counted."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import signals

from belta_spider import stats_keys
from belta_spider.extensions.logs import ErrorCount
from belta_spider.reporting.run import exit_code, failed_gates, nothing_came


class Verdict:
    """An extension: it should only count errors, and say how the run went."""

    def __init__(self, crawler: Any):
        self.stats = crawler.stats
        self.least = crawler.settings.getint("BELTA_MIN_ARTICLES")
        self.most = crawler.settings.getfloat("BELTA_MAX_UNKNOWN", 1)
        self.errors = ErrorCount()

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        verdict = cls(crawler)
        logging.getLogger().addHandler(verdict.errors)
        crawler.signals.connect(verdict.engine_stopped, signals.engine_stopped)
        return verdict

    def engine_stopped(self) -> None:
        """Count no further: another crawl of this process may log errors of its own."""
        logging.getLogger().removeHandler(self.errors)

    def judge(self, reason: str | None = None) -> int:
        """Return the exit code; `reason` where Scrapy has not noted it yet."""
        stats = self.stats
        stats.max_value(stats_keys.ERRORS, self.errors.count)
        if nothing_came(stats.get_stats()):
            stats.set_value(f"{stats_keys.UNREAD}nothing_came", 1)
        stats.set_value(stats_keys.GATE, "; ".join(failed_gates(stats.get_stats(), self.least, self.most)))
        return exit_code(stats.get_stats() | ({"finish_reason": reason} if reason else {}))
