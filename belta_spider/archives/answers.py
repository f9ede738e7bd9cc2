"""What to make of the answers of an archive: an article, a capture that gives way to the next, a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response

from belta_spider import cleaning, stats_keys
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.archives.capture import Came, Chain, read_range, read_replay
from belta_spider.archives.noted import Noted
from belta_spider.archives.pace import Politeness, is_of_the_archive
from belta_spider.archives.wanted import Wanted
from belta_spider.editions import addresses
from belta_spider.extensions.page_item import PageItem
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.failures import GONE, MOVED, failure_of, report, status_of
from belta_spider.live.http.robots import Disallowed
from belta_spider.live.responses import header_of
from belta_spider.live.state import ARCHIVE
from belta_spider.sources.entries import Dropped, Skipped, Unread
from belta_spider.sources.indexes import replays
from belta_spider.sources.indexes.choosing import ALL

_HOPS = 5  # redirects in a row, as browsers and archives have few; then it is a circle
_NOT_HELD = frozenset({403, 404, 410, 451})
"""What an archive that replays answers for a capture that it does not have, or may not show."""
_NOT_THERE = GONE | {416}
"""What a store of files answers for a file that it does not have, or a part behind its end."""


class Answers:
    """Takes each answer with a capture."""

    def __init__(
        self, crawler: Any, asked: ArchiveArguments, options: cleaning.Options, noted: Noted, *, cleans_ahead: bool
    ):
        """`cleans_ahead` tells whether pages may be cleaned before they are items."""
        self.crawler = crawler
        self.asked = asked
        self.options = options
        self.noted = noted
        self.cleans_ahead = cleans_ahead
        self.wanted = Wanted(crawler, asked, noted, self.on_capture, self.on_error)

    def on_capture(self, response: Response, chain: Chain) -> Iterator[PageItem | Request]:
        """Yield the article, or ask for the next capture."""
        if response.status in MOVED and "Location" in response.headers:
            yield from self._follow(response, chain)
            return
        failure = failure_of(response) if is_of_the_archive(response) else None
        if failure:
            yield from self.on_error(failure)
            return
        size, cut = len(response.body), "dataloss" in response.flags
        if cut and response.meta.get("size") != size:  # what comes twice alike is cut in the archive itself
            yield from self._once_more(response, "cut_short")
            return
        if self.asked.replay:
            came: Came | None = read_replay(response, chain, self.asked.replay, is_cut=cut)
        else:
            came = read_range(response, chain)
        item = self._item_of(came, chain) if came else None
        if came is None or ((item is None or item.drop) and not came.is_sure):
            yield from self._once_more(response, "not_the_capture")
            return
        yield from self._take(chain, came, item)

    def _item_of(self, came: Came, chain: Chain) -> PageItem | None:
        """The finished item of a page or a captured error; None where the answer holds neither of the article."""
        if came.page is None:
            dropped = next((entry for entry in came.entries if isinstance(entry, Dropped)), None)
            return PageItem.finished(dropped, self.options) if dropped else None
        address = addresses.parse(came.page.url or "", self.options.known_editions)
        if address is None or address.id != chain.known.id:
            return None
        return PageItem.finished(came.page, self.options)

    def _take(self, chain: Chain, came: Came, item: PageItem | None) -> Iterator[PageItem | Request]:
        """Hand an article on; anything else gives way."""
        self.crawler.spider.live.keep(came.record)
        if came.digest:
            self.crawler.stats.inc_value(f"{stats_keys.DIGEST}{came.digest}")
        for entry in came.entries:
            if isinstance(entry, (Unread, Skipped)):
                self.crawler.spider.live.unread.add(entry)
        if item is None:
            others = (entry.cause for entry in came.entries if isinstance(entry, (Unread, Skipped)))
            yield from self._give_way(chain, next(others, "moved"))
            return
        if item.drop:
            self.crawler.stats.inc_value(stats_keys.PAGES_READ)
            yield item
            yield from self._give_way(chain, item.drop)
            return
        if came.page and not self.cleans_ahead:
            item = PageItem.begun(came.page, self.options)
        item.request = Chain(chain.known, chain.captures[:1])
        if came.page and came.page.truncated and self.asked.which != ALL:
            chain.cut = chain.cut or item
            yield from self._give_way(chain, "truncated")
        else:
            yield from self._hand_on(item)

    def _hand_on(self, item: PageItem) -> Iterator[PageItem]:
        """Yield an item that no earlier run has dealt with."""
        if self.noted.has_read(item.source.uri, item.source.record):
            self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            self.noted.spend(item.request.known.id, item.request.capture, is_read=True)
            return
        self.crawler.stats.inc_value(stats_keys.PAGES_READ)
        yield item

    def _give_way(self, chain: Chain, reason: str, *, is_read: bool = True) -> Iterator[PageItem | Request]:
        """Ask for the next capture of the article; behind the last one take the first that was cut."""
        self.crawler.stats.inc_value(f"{stats_keys.GAVE_WAY}{reason}")
        gone = chain.captures.pop(0)
        if reason != "truncated":
            self.noted.spend(chain.known.id, gone, is_read=is_read)
        if is_read and gone.digest:
            chain.captures[:] = [one for one in chain.captures if one.digest != gone.digest]
        left = list(self.wanted.ask(chain))
        yield from left
        if not left and chain.cut:
            yield from self._hand_on(chain.cut)
        elif not left:
            self.noted.note(chain.known.id, f"{ARCHIVE}{reason}")

    def _follow(self, response: Response, chain: Chain) -> Iterator[PageItem | Request]:
        """Go to the capture that an archive redirects to, if that is one of the article."""
        target = replays.target(header_of(response, "Location") or "", response.url)
        found = replays.replay_at(target, self.asked.replay) if self.asked.replay else None
        address = addresses.parse(found.url, self.options.known_editions) if found else None
        hops = response.meta.get("hops", 0) + 1
        if address is None or address.id != chain.known.id or hops > _HOPS:
            yield from self._give_way(chain, "redirect", is_read=False)
            return
        request: Any = response.request
        yield request.replace(url=replays.raw(target, self.asked.replay), meta={**request.meta, "hops": hops})

    def _once_more(self, response: Response, cause: str) -> Iterator[Request]:
        """Ask again, with the pause of a failure, for what came in part, or what something between has answered."""
        request: Any = response.request
        self.crawler.get_downloader_middleware(Politeness).not_meant(request, cause)
        again = get_retry_request(request, spider=self.crawler.spider, reason=cause)
        if again:
            again.meta["size"] = len(response.body)
            yield again
        else:
            self.wanted.report(Unread(request.url, cause, f"{request.url}: not what was asked for, or a part of it"))

    def on_error(self, failure: Any) -> Iterator[PageItem | Request]:
        """A capture that the archive does not show gives way; what failed is for the next run."""
        chain = failure.request.cb_kwargs["chain"]
        if failure.check(Closing):
            return
        if failure.check(Disallowed):
            self.crawler.spider.live.forbidden(failure.request.url)
        elif status_of(failure) in (_NOT_HELD if self.asked.replay else _NOT_THERE):
            yield from self._give_way(chain, f"http_{status_of(failure)}", is_read=False)
        else:
            report(failure, self.crawler.stats)
