"""Feeds and lists of a live crawl: which page to ask for next, and where a list ends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from belta_spider import stats_keys
from belta_spider.editions import Edition
from belta_spider.live import discovery
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.discovery import Listed, Reader
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.failures import GONE, failure_of, refusal, report, status_of
from belta_spider.live.responses import charset_of
from belta_spider.live.state import ListState, State
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)

# What is surely new comes first: feeds before articles, these before lists.
_FEED, _LIST = 20, 0
_ALL_NEWS = "all_news"
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Pagination:
    """One list on the way from its first page to its end."""

    edition: Edition
    section: str
    mark: ListState
    """How far earlier runs walked it."""
    day: date | None
    is_noted: bool
    """Whether it may be remembered how far: with `until` the days behind are passed by."""
    page: int = 1
    seen: set[str | None] = field(default_factory=set)


class Lists:
    """The requests for feeds and lists, and their callbacks; what they show is offered to the crawl."""

    def __init__(
        self,
        arguments: LiveArguments,
        reader: Reader,
        state: State,
        stats: Any,
        today: date,
        offer: Callable[[list[Listed]], Iterator[Request]],
    ):
        self.arguments = arguments
        self.reader = reader
        self.state = state
        self.stats = stats
        self.today = today
        self.offer = offer
        self.dayless: set[str] = set()
        """Editions whose lists ignore the day that they are asked for."""
        self.forbidding: set[str] = set()
        """Hosts whose robots.txt forbids a feed or a list."""

    def requests(self) -> Iterator[Request]:
        """The first page of each feed, each section's list, and the newest day's."""
        for edition in self.arguments.editions:
            yield self._feed(edition, 0)
            for section in (_ALL_NEWS, *filter(self.arguments.includes_section, _sections(edition))):
                yield self._begin(edition, section)
            yield from self._next_day(edition, min(self.arguments.until or self.today, self.today))

    def _request(self, site: str, callback: Any, errback: Any, priority: int, **arguments: Any) -> Request:
        # What the crawl asks for, it asks for once; but lists may be redirected to one another.
        url = self.arguments.bases.to_request(site)
        return Request(url, callback, errback=errback, priority=priority, cb_kwargs=arguments, dont_filter=True)

    # Feeds

    def _feed(self, edition: Edition, place: int) -> Request:
        site = f"https://{edition.hosts[0]}{discovery.FEEDS[place]}"
        return self._request(site, self.on_feed, self.on_feed_error, _FEED, edition=edition, place=place)

    def on_feed(self, response: Response, edition: Edition, place: int) -> Iterator[Request]:
        """Ask for the articles of a feed; for the feed at its other address where this is none."""
        failure = failure_of(response)
        if failure:
            yield from self.on_feed_error(failure)
            return
        items = self.reader.read_feed(response.body, response.url)
        if items:
            yield from self.offer(items)
        elif place + 1 < len(discovery.FEEDS):
            yield self._feed(edition, place + 1)
        else:
            logger.warning("cannot read the feed of %s: its lists are asked alone", edition.code)

    def on_feed_error(self, failure: Any) -> Iterator[Request]:
        """Go to the feed's other address; a feed that stands at neither is no loss, as lists show the same."""
        arguments = failure.request.cb_kwargs
        _note_robots(failure, self.stats, self.forbidding)
        if not failure.check(Closing) and arguments["place"] + 1 < len(discovery.FEEDS):
            yield self._feed(arguments["edition"], arguments["place"] + 1)

    # Lists

    def _begin(self, edition: Edition, section: str, day: date | None = None) -> Request:
        first = discovery.list_address(edition.hosts[0], section, 1, day)
        mark = self.state.list_state(_key(self.arguments, first))
        pages = Pagination(edition, section, mark, day, bool(day or not self.arguments.until))
        if self.arguments.until and day is None:
            # Days after `until` are passed by: what this walk leaves is no whole stretch.
            self.state.note_list(msgspec.structs.replace(pages.mark, whole=False))
        return self._page(pages, first)

    def _page(self, pages: Pagination, site: str) -> Request:
        return self._request(site, self.on_list, self.on_list_error, _LIST, pages=pages)

    def on_list(self, response: Response, pages: Pagination) -> Iterator[Request]:
        """Ask for what a list shows, then for its next page, if that may bring more."""
        failure = failure_of(response)
        if failure:
            yield from self.on_list_error(failure)
            return
        self.stats.inc_value(stats_keys.LISTS)
        listing = self.reader.read_list(response.body, response.url, charset_of(response))
        fresh = {one.address.id for one in listing.items} - pages.seen
        pages.seen |= fresh
        earlier = self._are_earlier(listing.items)
        known = earlier and pages.mark.whole and pages.mark.since <= self.arguments.first_day
        yield from self.offer(listing.items)
        yield from self.offer(listing.others)
        days = {one.day for one in listing.items if one.day}
        if pages.day and days and pages.day.isoformat() not in days:
            self.dayless.add(pages.edition.code)
        is_dayless = pages.day is not None and pages.edition.code in self.dayless
        if fresh and not (known or is_dayless or self.arguments.is_before(days)):
            yield self._following(pages, listing.following, earlier=earlier)
        else:
            yield from self._end(pages, known=known, whole=True)

    def on_list_error(self, failure: Any) -> Iterator[Request]:
        """A page that is not there ends the list; one that failed leaves it for the next run."""
        pages = failure.request.cb_kwargs["pages"]
        if failure.check(Closing):
            return
        gone = refusal(failure) is not None
        _note_robots(failure, self.stats, self.forbidding)
        if not gone:
            report(failure, self.stats)
        if gone and pages.day and pages.page == 1:
            self.dayless.add(pages.edition.code)
        yield from self._end(pages, known=False, whole=status_of(failure) in GONE)

    def _are_earlier(self, items: list[Listed]) -> bool:
        """Whether earlier runs knew all that a page shows of what is asked for, but for what is older than `since`."""
        asked = [one for one in items if self.arguments.includes_section(one.address.section)]
        if items and not asked:  # the next page may show some that are new
            return False
        return all(one.address.id in self.state.earlier or (one.day or "9") < self.arguments.first_day for one in asked)

    def _following(self, pages: Pagination, named: str | None, *, earlier: bool) -> Request:
        """Go on: to the next page; behind what is new, to the page where an earlier run was stopped."""
        mark = pages.mark
        pages.page += 1
        address = named or discovery.list_address(pages.edition.hosts[0], pages.section, pages.page, pages.day)
        if earlier and mark.page > pages.page:
            pages.page, address = mark.page, mark.following
        if pages.is_noted:
            self.state.note_list(ListState(mark.list, page=pages.page, following=address))
        return self._page(pages, address)

    def _end(self, pages: Pagination, *, known: bool, whole: bool) -> Iterator[Request]:
        if whole and pages.is_noted:
            since = pages.mark.since if known else self.arguments.first_day
            self.state.note_list(ListState(pages.mark.list, whole=True, since=since, on=self.today.isoformat()))
        if pages.day:
            yield from self._next_day(pages.edition, pages.day - _DAY)

    def _next_day(self, edition: Edition, day: date) -> Iterator[Request]:
        """Walk the list of the latest day that was not walked when it was over."""
        first = self.arguments.since or self.today - _DAY
        while day >= first and edition.code not in self.dayless:
            mark = self.state.list_state(
                _key(self.arguments, discovery.list_address(edition.hosts[0], _ALL_NEWS, 1, day))
            )
            if not (mark.whole and mark.on > (day + _DAY).isoformat()):
                yield self._begin(edition, _ALL_NEWS, day)
                return
            day -= _DAY


def _sections(edition: Edition) -> Iterable[str]:
    return dict.fromkeys(edition.section_slugs.values())


def _key(arguments: LiveArguments, first: str) -> str:
    """What a list is remembered by: its first page, and the sections that were taken of it."""
    return "#".join(filter(None, (first, ",".join(sorted(arguments.sections)))))


def _note_robots(failure: Any, stats: Any, forbidding: set[str]) -> None:
    """Count what robots.txt forbids to read, and say so once for each host; one that is down has forbidden nothing."""
    host = urlparse_cached(failure.request).netloc
    if refusal(failure) != "robots" or stats.get_value(f"{stats_keys.DOWN}{one_line(host)}"):
        return
    stats.inc_value(f"{stats_keys.SKIPPED}robots")
    if host not in forbidding:
        forbidding.add(host)
        logger.warning("robots.txt of %s forbids its feeds or lists: what they show is not asked for", host)
