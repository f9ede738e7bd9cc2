"""What became of each article that an archive lists: noted beside the output, for the next run."""

from __future__ import annotations

from typing import Any

from scrapy import signals

from belta_spider.archives.capture import Chain
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.page_item import PageItem
from belta_spider.live.state import ARCHIVE, CUT, ArticleState, State
from belta_spider.sources.indexes.captures import Capture
from belta_spider.sources.indexes.choosing import ALL, Listed


class Noted:
    """Knows what the output holds, and which captures need not be asked for again."""

    def __init__(self, crawler: Any, which: str):
        """`which` of an article's captures are wanted: first, newest or all."""
        self.crawler = crawler
        self.which = which
        self.state = State(None, overwrite=False)

    def open(self, state: State) -> None:
        """Take what earlier runs remember; signals come behind the feeds', when an article is written."""
        self.state = state
        self.crawler.signals.connect(self._item_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._item_dropped, signals.item_dropped)

    def holds(self, identity: str) -> bool:
        """Whether the output holds an article; of a dry run, the output that it would write to."""
        if self.crawler.spider.plan is not None:
            return bool(self.crawler.spider.plan.holds(identity))
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.holds(identity))

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether an earlier run has dealt with a capture."""
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.has_read(uri, record))

    def listed(self, listed: Listed) -> ArticleState:
        """Return what is known of an article that the archive lists."""
        address = listed.address
        known = self.state.get(str(address.id)) or ArticleState(address.url, str(address.id), address.section)
        return self.state.note(known, archived=True)

    def spend(self, identity: str, capture: Capture, *, is_read: bool) -> None:
        """Remember that a capture needs not be asked for again; one that was read, whatever else has its body."""
        known = self.state.get(identity)
        name = capture.digest if is_read and capture.digest else capture.place
        if known and name not in known.spent:
            self.state.note(known, spent=[*known.spent, name])

    def note(self, identity: str, outcome: str, day: str | None = None) -> None:
        """Remember what became of an article; one that the output holds is not asked for in any case."""
        known = self.state.get(identity)
        if known:
            outcome = "" if self.holds(identity) and outcome != CUT else outcome
            self.state.note(known, outcome=outcome, day=day or known.day)

    def _item_scraped(self, item: Any) -> None:
        if isinstance(item, PageItem) and isinstance(item.request, Chain):
            identity = item.request.known.id
            self.note(identity, CUT if "truncated" in item.flags else "", (item.date_published or "")[:10])
            if self.which == ALL:
                self.spend(identity, item.request.capture, is_read=True)

    def _item_dropped(self, item: Any, exception: Any) -> None:
        if isinstance(item, PageItem) and isinstance(item.request, Chain):
            reason = getattr(exception, "reason", type(exception).__name__)
            self.note(item.request.known.id, f"{ARCHIVE}{reason}", (item.date_published or "")[:10])
