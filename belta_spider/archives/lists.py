"""How far the lists of an index server were read, and what its answers say."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from scrapy.http import Response

from belta_spider.editions import Edition
from belta_spider.live.http.failures import GONE
from belta_spider.sources.indexes import cdx, queries
from belta_spider.sources.indexes.cdx import IndexAnswer
from belta_spider.sources.indexes.choosing import HostsInStep
from belta_spider.sources.indexes.queries import Query

logger = logging.getLogger(__name__)
BAD_REQUEST = frozenset({400, 422, 501})
_NO_SUCH_PAGE = BAD_REQUEST | GONE
_LIMIT = 256 * 2**20
"""Bytes of an answer, unpacked."""
_START = ("", "")


@dataclass(slots=True)
class Server:
    """An index server."""

    address: str
    has_pages: bool | None
    """Whether it numbers its pages; None where that has to be found out."""


@dataclass(slots=True)
class Walk:
    """One edition's lists at one index server."""

    server: Server
    edition: Edition
    step: HostsInStep
    queries: dict[str, Query]
    """What is to be asked next of each host."""
    seen: set[int] = field(default_factory=set)
    """Answers, by their rows: a server that ignores where to go on gives one of them again."""
    last: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The greatest key of each host's list, with the time of its capture."""
    most: dict[str, int] = field(default_factory=dict)
    """Captures of each host's longest answer, where a server can only be asked for more from the start."""
    back: dict[str, set[int]] = field(default_factory=dict)
    """Captures of answers that went back in a host's list, as those of a server do that orders it otherwise."""

    def following(self) -> Query | None:
        """Return what is to be asked next: of the list that was read the least far; None where all have ended."""
        while (host := self.step.following()) is not None:
            query = self.queries[host]
            if not query.is_try or self.server.has_pages is not False:
                return query
            self.step.reach(host, None)  # another list has shown that there are no pages
        return None

    def take(self, query: Query, answer: IndexAnswer) -> bool:
        """Note how a list goes on behind an answer, and return whether that brings anything new.

        Raises:
            ValueError: it cannot go on.
        """
        is_new = not answer.captures or self._is_new(query, answer)
        has_pages = self.server.has_pages is not False
        following = query.following(len(answer.captures), answer.resume_key, has_pages=has_pages)
        if query.is_try and self.server.has_pages is None:
            self.server.has_pages = is_new
        elif following and not is_new:
            logger.warning("%s gives the same captures again: the list of %s ends", self.server.address, query.host)
        self.turn(query, following if is_new else None, max((one.key for one in answer.captures), default=""))
        return is_new

    def has_ended(self, query: Query, status: int | None) -> bool:
        """Whether a failure means that there are no further pages, and no loss."""
        if query.is_try and self.server.has_pages is None:
            self.server.has_pages = False
        return query.is_try and (status in _NO_SUCH_PAGE or not self.server.has_pages)

    def turn(self, query: Query, following: Query | None, reached: str = "") -> None:
        """Note how far a host's list was read, and what is to be asked next."""
        if following:
            self.queries[query.host] = following
        self.step.reach(query.host, reached if following else None)

    def _is_new(self, query: Query, answer: IndexAnswer) -> bool:
        """Whether an answer brings anything new: a server that ignores where to go on answers for ever."""
        host, places = query.host, {capture.place for capture in answer.captures}
        mark = hash((host, query.limit, *sorted(places)))
        if mark in self.seen:
            return False
        self.seen.add(mark)
        before, last = self.last.get(host, _START), max((one.key, one.timestamp) for one in answer.captures)
        self.last[host] = max(before, last)
        if query.page is None and not query.resume_key and not answer.resume_key:
            longest, self.most[host] = self.most.get(host, 0), len(places)
            return len(places) > longest
        return last > before or self._brings_others(host, places)

    def _brings_others(self, host: str, places: set[str]) -> bool:
        known = self.back.setdefault(host, set())
        others = {hash(place) for place in places} - known
        known |= others
        return bool(others)


def walks(addresses: Iterable[str], editions: Iterable[Edition], since: str) -> list[Walk]:
    """Return the lists of all editions at each server, before anything was asked."""
    found = []
    for server in (Server(one, None if queries.may_have_pages(one) else False) for one in addresses):
        for edition in editions:
            hosts = queries.hosts_of(edition)
            asked = {host: queries.first(server.address, host, since) for host in hosts}
            found.append(Walk(server, edition, HostsInStep(hosts), asked))
    return found


def says_none(response: Response) -> bool:
    """Whether an index server says with 404 that it has no such capture, as Common Crawl's does."""
    try:
        return response.status in GONE and cdx.says_none(text(response))
    except ValueError:
        return False


def body(response: Response) -> bytes:
    """Return the body without its encoding.

    Raises:
        ValueError: it is not encoded as its header says, cut, or larger than any page of an index.
    """
    rest, found = response.body, b""
    if not rest.startswith(b"\x1f\x8b"):
        return rest
    while rest.startswith(b"\x1f\x8b"):  # servers hand on members of their files as they stand there
        stream = zlib.decompressobj(31)
        try:
            found += stream.decompress(rest, _LIMIT - len(found) + 1)
        except zlib.error as error:
            raise ValueError(f"damaged gzip: {error}") from error
        if not stream.eof or len(found) > _LIMIT:
            raise ValueError("gzip that is cut, or unpacks to more than is read")
        rest = stream.unused_data
    return found


def text(response: Response) -> str:
    """Return the body as text.

    Raises:
        ValueError: as `body`.
    """
    return body(response).decode("utf-8", "replace")
