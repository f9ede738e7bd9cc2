"""The lists of an index server: one question after the other, each answer worked off before the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response

from belta_spider import stats_keys
from belta_spider.archives import lists
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.archives.lists import Walk
from belta_spider.archives.pace import INDEX, Politeness
from belta_spider.editions import Editions, addresses
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.failures import failure_of, report, status_of
from belta_spider.live.http.robots import Disallowed
from belta_spider.sources.entries import Unread
from belta_spider.sources.indexes import cdx, queries
from belta_spider.sources.indexes.cdx import IndexAnswer
from belta_spider.sources.indexes.choosing import Listed
from belta_spider.sources.indexes.queries import Query
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)
_DAY = timedelta(days=1)


class Index:
    """Asks index servers for captures, and offers the articles that their lists show."""

    def __init__(
        self, crawler: Any, asked: ArchiveArguments, editions: Editions, offer: Callable[[Listed], Iterator[Request]]
    ):
        self.crawler = crawler
        self.asked = asked
        self.editions = editions
        self.offer = offer
        self.count = crawler.stats.inc_value
        since = asked.scope.since
        self.since = (since - _DAY).strftime("%Y%m%d") if since else ""
        """No capture is older than its article, whose day is Minsk's."""
        self.walks: list[Walk] = []
        """Those that are still to be begun."""

    def requests(self) -> Iterator[Request]:
        """Yield the first request."""
        if self.asked.catalogue:
            yield Request(
                self.asked.catalogue,
                self.on_catalogue,
                errback=self.on_error,
                meta={"of_archive": INDEX},
                dont_filter=True,
            )
        else:
            yield from self._begin(self.asked.indexes)

    def on_catalogue(self, response: Response) -> Iterator[Request]:
        """Ask all of Common Crawl's crawls, the oldest first, or with captures=newest the newest."""
        failure = failure_of(response)
        if failure:
            yield from self.on_error(failure)
            return
        try:
            crawls = sorted(str(one["id"]) for one in msgspec.json.decode(lists.body(response)))
        except (msgspec.DecodeError, TypeError, KeyError, ValueError):
            yield from self._once_more(response, "no list of crawls")
            return
        place = self.asked.catalogue.rpartition("/")[0]
        ordered = crawls[::-1] if self.asked.which == "newest" else crawls
        yield from self._begin(tuple(f"{place}/{one}-index" for one in ordered))

    def _begin(self, endpoints: tuple[str, ...]) -> Iterator[Request]:
        self.walks = lists.walks(endpoints, self.asked.editions, self.since)
        yield from self._next_walk()

    def _next_walk(self) -> Iterator[Request]:
        if self.walks:
            yield from self._go_on(self.walks.pop(0))

    def _go_on(self, walk: Walk) -> Iterator[Request]:
        """Offer what is complete, then ask for the list that was read the least far."""
        query = walk.following()
        for listed in walk.step.complete():
            yield from self.offer(listed)
        if query is None:
            yield from self._next_walk()
            return
        yield Request(
            query.address(walk.server.address),
            self.on_list,
            errback=self.on_error,
            headers={"Accept-Encoding": "gzip"},
            cb_kwargs={"walk": walk, "query": query},
            meta={"of_archive": INDEX},
            dont_filter=True,
        )

    # What came

    def on_list(self, response: Response, walk: Walk, query: Query) -> Iterator[Request]:
        """Read a page of a list."""
        failure = failure_of(response)
        if failure and not lists.says_none(response):
            yield from self.on_error(failure)
            return
        try:
            if query.asks_number:
                pages = 0 if failure else queries.number_of_pages(lists.text(response))
                walk.turn(query, query._replace(pages=pages) if pages else None)
            else:
                self._read(walk, query, IndexAnswer([]) if failure else _answer(response))
        except ValueError as error:
            yield from self._once_more(response, one_line(error))
            return
        yield from self._go_on(walk)

    def _read(self, walk: Walk, query: Query, answer: IndexAnswer) -> None:
        """Take the captures in, and note how the list goes on.

        Raises:
            ValueError: it cannot go on.
        """
        self.count(stats_keys.INDEX_PAGES)
        self.count(stats_keys.INDEX_CAPTURES, len(answer.captures))
        for words in answer.damaged:
            where = query.address(walk.server.address)
            self.crawler.spider.live.unread.add(Unread(where, "damaged_index", one_line(words)))
        if not walk.take(query, answer):
            return
        for capture in answer.captures:
            if capture.may_be_page and capture.timestamp >= self.since:
                address = addresses.parse(capture.url, self.editions)
                if address and address.edition is walk.edition and self.asked.includes(address):
                    walk.step.add(address, capture)

    def _once_more(self, response: Response, cause: str) -> Iterator[Request]:
        """Ask again, with the pause of a failure, where the answer is no index, or not all of one."""
        request: Any = response.request
        self.crawler.get_downloader_middleware(Politeness).not_meant(request, "no_index")
        again = get_retry_request(request, spider=self.crawler.spider, reason="no_index")
        if again:
            again.meta["came"] = hash(response.body)
            yield again
            return
        self.count(f"{stats_keys.UNREAD}no_index")
        logger.warning("cannot read the index at %s: %s", one_line(request.url), cause)
        yield from self._leave(request)

    def on_error(self, failure: Any) -> Iterator[Request]:
        """Leave a list that did not come to the next run, and go on with the others."""
        if failure.check(Closing):
            return
        if failure.check(Disallowed):
            self.crawler.spider.live.forbidden(failure.request.url)
            return
        walk: Walk | None = failure.request.cb_kwargs.get("walk")
        query, status = failure.request.cb_kwargs.get("query"), status_of(failure)
        if walk and walk.has_ended(query, status):
            yield from self._leave(failure.request)
            return
        if walk and query.is_filtered and status in lists.BAD_REQUEST:
            for one in (walk, *self.walks):
                one.queries = {host: asked._replace(is_filtered=False) for host, asked in one.queries.items()}
            yield from self._go_on(walk)
            return
        report(failure, self.crawler.stats)
        yield from self._leave(failure.request)

    def _leave(self, request: Request) -> Iterator[Request]:
        walk: Walk | None = request.cb_kwargs.get("walk")
        if walk:
            walk.step.reach(request.cb_kwargs["query"].host, None)
            yield from self._go_on(walk)


def _answer(response: Response) -> IndexAnswer:
    """Read an answer; one that came alike before is as the server has it.

    Raises:
        ValueError: it is no index, or not all of one.
    """
    return cdx.read(lists.text(response), is_settled=response.meta.get("came") == hash(response.body))
