"""Which captures of a run over an archive are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scrapy.http import Request

from belta_spider import stats_keys
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.archives.capture import Chain
from belta_spider.archives.noted import Noted
from belta_spider.archives.pace import CAPTURE
from belta_spider.live.state import ArticleState
from belta_spider.replay.unread import UnreadReport
from belta_spider.sources.entries import Unread
from belta_spider.sources.indexes import replays
from belta_spider.sources.indexes.choosing import ALL, Listed, chains

_PRIORITY = 10
"""Before the index: a page of it is worked off before the next is asked for."""


class Wanted:
    """Takes the articles that an index lists; of each it asks for one capture after the other, until one is whole."""

    def __init__(
        self,
        crawler: Any,
        asked: ArchiveArguments,
        noted: Noted,
        on_capture: Callable[..., Any],
        on_error: Callable[..., Any],
    ):
        self.crawler = crawler
        self.asked = asked
        self.noted = noted
        self.on_capture, self.on_error = on_capture, on_error
        self.requested: set[str] = set()
        """Articles that this run has asked for; with captures=all, each body."""

    def offer(self, listed: Listed) -> Iterator[Request]:
        """Ask for the captures of an article that are wanted, and neither held nor asked for yet."""
        known, is_all = self.noted.listed(listed), self.asked.which == ALL
        if not self.asked.scope.includes(known.day):
            return
        if not is_all and self.noted.holds(known.id):
            self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            return
        for captures in chains(listed.captures, self.asked.which, known.spent):
            name = f"{known.id} {captures[0].digest or captures[0].place}" if is_all else known.id
            if name not in self.requested:
                self.requested.add(name)
                dry = self.crawler.spider.plan is not None
                yield from self._planned(known) if dry else self.ask(Chain(known, captures))

    def _planned(self, known: ArticleState) -> Iterator[Request]:
        """Count what would be asked for, where the run shall only say so."""
        plan, pace = self.crawler.spider.plan, self.crawler.spider.live.paces.of_captures
        plan.add(known.id, known.section)
        plan.requests += 1
        plan.seconds = plan.requests * pace
        plan.note = f"{pace:g} s from answer to request, more where captures give way; the index was read"
        yield from ()

    def ask(self, chain: Chain) -> Iterator[Request]:
        """Ask for the chain's first capture that no run has dealt with."""
        while chain.captures:
            capture = chain.capture
            if self.asked.replay or capture.has_record:
                request = self._request(chain)
                if not self.noted.has_read(request.url, None):
                    yield request
                    return
                self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
                if self.asked.which == ALL:
                    return
            else:
                detail = f"{capture.timestamp}: the index names no file and offset for it"
                self.report(Unread(capture.url, "no_place", detail))
            del chain.captures[0]

    def report(self, unread: Unread) -> None:
        """Count and name what cannot be read."""
        report: UnreadReport = self.crawler.spider.live.unread
        report.add(unread)

    def _request(self, chain: Chain) -> Request:
        meta: dict[str, Any] = {"of_archive": CAPTURE, "download_fail_on_dataloss": False}
        headers = {"Accept-Encoding": "gzip"}
        if self.asked.replay:
            url = replays.address_of(self.asked.replay, chain.capture)
            meta["dont_redirect"] = True
        else:
            url = replays.file_of(self.asked.base, chain.capture)
            start, end = replays.range_of(chain.capture)
            headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-{end - 1}"}
        return Request(
            url,
            self.on_capture,
            errback=self.on_error,
            headers=headers,
            priority=_PRIORITY,
            cb_kwargs={"chain": chain},
            meta=meta,
            dont_filter=True,
        )
