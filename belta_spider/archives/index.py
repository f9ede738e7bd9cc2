"""The lists of an index server: one question after the other, each answer worked off before the next."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response

from belta_spider import stats_keys
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.archives.pace import INDEX, Politeness
from belta_spider.editions import Edition, Editions, addresses
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.failures import GONE, failure_of, report, status_of
from belta_spider.live.http.robots import Disallowed
from belta_spider.sources.indexes import cdx, queries
from belta_spider.sources.indexes.cdx import IndexAnswer
from belta_spider.sources.indexes.choosing import HostsInStep, Listed
from belta_spider.sources.indexes.queries import Query
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)
_BAD_REQUEST = frozenset({400, 422, 501})
_DAY = timedelta(days=1)
_LIMIT = 256 * 2**20
"""Bytes of an answer, unpacked."""


@dataclass(slots=True)
class Walk:
    """One edition's lists at one index server."""

    endpoint: str
    edition: Edition
    step: HostsInStep
    queries: dict[str, Query]
    """What is to be asked next of each host."""
    seen: set[int] = field(default_factory=set)
    """Answers, by their rows: a server that ignores where to go on gives one of them again."""
    last: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Key and time of the last capture of each host's list, where a server gives keys to resume with."""

    most: dict[str, int] = field(default_factory=dict)
    """Captures of each host's longest answer, where a server can only be asked for more from the start."""

    def turn(self, query: Query, following: Query | None, reached: str = "") -> None:
        """Note how far a host's list was read, and what is to be asked next."""
        if following:
            self.queries[query.host] = following
        self.step.reach(query.host, reached if following else None)

    def is_new(self, query: Query, answer: IndexAnswer) -> bool:
        """Whether an answer brings anything new: a server that ignores where to go on answers for ever."""
        mark = hash((query.host, query.limit, *(capture.place for capture in answer.captures)))
        is_new = mark not in self.seen
        self.seen.add(mark)
        last = answer.captures[-1]
        place = (last.key, last.timestamp)
        if query.page is None and not query.resume_key and not answer.resume_key:
            captures = len({capture.place for capture in answer.captures})
            is_new = is_new and captures > self.most.get(query.host, 0)
            self.most[query.host] = captures
        if answer.resume_key:
            is_new = is_new and place > self.last.get(query.host, ("", ""))
            self.last[query.host] = place
        return is_new


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
            crawls = sorted(str(one["id"]) for one in msgspec.json.decode(_body(response)))
        except (msgspec.DecodeError, TypeError, KeyError, ValueError):
            yield from self._once_more(response, "no list of crawls")
            return
        place = self.asked.catalogue.rpartition("/")[0]
        ordered = crawls[::-1] if self.asked.which == "newest" else crawls
        yield from self._begin(tuple(f"{place}/{one}-index" for one in ordered))

    def _begin(self, endpoints: tuple[str, ...]) -> Iterator[Request]:
        self.walks = [_walk(endpoint, edition, self.since) for endpoint in endpoints for edition in self.asked.editions]
        yield from self._next_walk()

    def _next_walk(self) -> Iterator[Request]:
        if self.walks:
            yield from self._go_on(self.walks.pop(0))

    def _go_on(self, walk: Walk) -> Iterator[Request]:
        """Offer what is complete, then ask for the list that was read the least far."""
        for listed in walk.step.complete():
            yield from self.offer(listed)
        host = walk.step.following()
        if host is None:
            yield from self._next_walk()
            return
        yield Request(
            walk.queries[host].address(walk.endpoint),
            self.on_list,
            errback=self.on_error,
            headers={"Accept-Encoding": "gzip"},
            cb_kwargs={"walk": walk, "query": walk.queries[host]},
            meta={"of_archive": INDEX},
            dont_filter=True,
        )

    # What came

    def on_list(self, response: Response, walk: Walk, query: Query) -> Iterator[Request]:
        """Read a page of a list."""
        failure = failure_of(response)
        if failure and not _says_none(response):
            yield from self.on_error(failure)
            return
        try:
            if query.page is not None and query.pages is None:
                pages = 0 if failure else queries.number_of_pages(_text(response))
                walk.turn(query, query._replace(pages=pages) if pages else None)
            else:
                self._read(walk, query, IndexAnswer([], None, False) if failure else cdx.read(_text(response)))
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
        for capture in answer.captures:
            if capture.may_be_page and capture.timestamp >= self.since:
                address = addresses.parse(capture.url, self.editions)
                if address and address.edition is walk.edition and self.asked.includes(address):
                    walk.step.add(address, capture)
        following = query.following(len(answer.captures), answer.resume_key)
        if following and answer.captures and not walk.is_new(query, answer):
            logger.warning("%s gives the same captures again: the list of %s ends there", walk.endpoint, query.host)
            following = None
        walk.turn(query, following, answer.captures[-1].key if answer.captures else "")

    def _once_more(self, response: Response, cause: str) -> Iterator[Request]:
        """Ask again, with the pause of a failure, where the answer is no index, or not all of one."""
        request: Any = response.request
        self.crawler.get_downloader_middleware(Politeness).not_meant(request, "no_index")
        again = get_retry_request(request, spider=self.crawler.spider, reason="no_index")
        if again:
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
        query: Query | None = failure.request.cb_kwargs.get("query")
        if query and query.is_filtered and status_of(failure) in _BAD_REQUEST:
            walk: Walk = failure.request.cb_kwargs["walk"]
            walk.queries = {host: one._replace(is_filtered=False) for host, one in walk.queries.items()}
            for other in self.walks:
                other.queries = {host: one._replace(is_filtered=False) for host, one in other.queries.items()}
            yield from self._go_on(walk)
            return
        report(failure, self.crawler.stats)
        yield from self._leave(failure.request)

    def _leave(self, request: Request) -> Iterator[Request]:
        walk: Walk | None = request.cb_kwargs.get("walk")
        if walk:
            walk.step.reach(request.cb_kwargs["query"].host, None)
            yield from self._go_on(walk)


def _walk(endpoint: str, edition: Edition, since: str) -> Walk:
    hosts = queries.hosts_of(edition)
    return Walk(endpoint, edition, HostsInStep(hosts), {host: queries.first(endpoint, host, since) for host in hosts})


def _says_none(response: Response) -> bool:
    """Whether an index server says with 404 that it has no capture, as Common Crawl's does in JSON."""
    return response.status in GONE and _body(response).lstrip().startswith((b"{", b"["))


def _body(response: Response) -> bytes:
    """The body without its encoding.

    Raises:
        ValueError: it is not encoded as its header says, cut, or larger than any page of an index.
    """
    if not response.body.startswith(b"\x1f\x8b"):
        return response.body
    stream = zlib.decompressobj(31)
    try:
        body = stream.decompress(response.body, _LIMIT)
    except zlib.error as error:
        raise ValueError(f"damaged gzip: {error}") from error
    if not stream.eof:
        raise ValueError("gzip that is cut, or unpacks to more than is read")
    return body


def _text(response: Response) -> str:
    return _body(response).decode("utf-8", "replace")
