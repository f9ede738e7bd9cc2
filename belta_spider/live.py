"""The live crawl: what to ask for next, and what to make of the answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from belta_spider import addresses, cleaning, coverage, discovery, revisions
from belta_spider.dates import MINSK
from belta_spider.discovery import Listed, Reader
from belta_spider.editions import Edition
from belta_spider.feeds import DurableFeeds
from belta_spider.guard import Refused
from belta_spider.items import Article
from belta_spider.logs import one_line
from belta_spider.plans import Plan
from belta_spider.politeness import Closing, Disallowed
from belta_spider.responses import page_of
from belta_spider.visits import ROBOTS, Visit, Visits, Walk, visits_path

logger = logging.getLogger(__name__)

# What is surely new comes first; lists go on only when their articles are in, so that a run that
# is cut short has brought articles; neighbours, whose days nobody told, come last.
_FEED, _ARTICLE, _LIST, _UNDATED = 20, 10, 0, -10
_GONE = frozenset({404, 410})
_NOT_MODIFIED = 304
_ALL_NEWS = "all_news"
_DAY = timedelta(days=1)
_CAUSES = {
    "CannotResolveHostError": "no_address",
    "DownloadTimeoutError": "timeout",
    "DownloadCancelledError": "too_large",
    "IgnoreRequest": "too_large",  # unpacked
    "ResponseDataLossError": "cut_short",
}


@dataclass(slots=True)
class ListWalk:
    """One list on the way from its first page to its end."""

    edition: Edition
    section: str
    mark: Walk
    """How far earlier runs walked it."""
    day: date | None = None
    page: int = 1
    seen: set[str | None] = field(default_factory=set)


class LiveCrawl:
    """The requests of one live crawl, and their callbacks."""

    def __init__(self, spider: Any, plan: Plan):
        self.spider = spider
        self.crawler = spider.crawler
        self.plan = plan
        self.editions = plan.editions
        self.bases = plan.bases
        self.reader = Reader(spider.options.editions, plan.bases)
        self.codes = {edition.code for edition in plan.editions}
        self.today = datetime.now(MINSK).date()
        self.visits = Visits(None, overwrite=False)
        self.output: Path | None = None
        self.requested: set[str] = set()
        self.written: set[str] = set()
        self.dayless: set[str] = set()
        """Editions whose lists ignore the day that they are asked for."""
        self.pages: dict[str, Visit] = {}
        """What was read from an address, until it is written or dropped."""
        self.held: dict[str, revisions.Held] = {}
        # Connected before the feeds are: it asks them what they hold before they close.
        self.crawler.signals.connect(self._spider_closed, signals.spider_closed)

    # The run

    def requests(self) -> Iterator[Request]:
        """The first requests of the run."""
        try:
            self._open()
        except OSError as error:
            self._fail(error)
            raise CloseSpider("output_failed") from error
        if not self.plan.missing:
            for edition in self.editions:
                yield self._feed(edition, 0)
                for section in (_ALL_NEWS, *dict.fromkeys(edition.section_slugs.values())):
                    yield self._begin(edition, section)
                yield from self._next_day(edition, min(self.plan.until or self.today, self.today))
            yield from self._refreshed()
        yield from self._missed()

    def _open(self) -> None:
        """Open what earlier runs remember, beside the first durable output."""
        # Connected after the feeds were: an article counts as written when it is.
        self.crawler.signals.connect(self._item_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._item_dropped, signals.item_dropped)
        ledgers = self._ledgers()
        if ledgers:
            path = ledgers[0].articles.path
            feeds = self.crawler.settings.getdict("FEEDS").values()
            self.visits = Visits(visits_path(path), overwrite=any(feed.get("overwrite") for feed in feeds))
            self.output = path
            if self.plan.refresh:
                since = datetime.now(MINSK) - self.plan.refresh
                self.held = revisions.newest(path, since.isoformat(timespec="seconds"))

    def _ledgers(self) -> list[Any]:
        feeds = self.crawler.get_extension(DurableFeeds)
        return feeds.ledgers if feeds else []

    def holds(self, identity: str) -> bool:
        """Whether the output holds the article."""
        if identity in self.written:
            return True
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.holds(identity))

    def close(self, reason: str) -> None:
        """End the run."""
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the engine holds it)

    def _fail(self, error: OSError) -> None:
        self.crawler.stats.set_value("belta/output_failure", one_line(error))

    def _spider_closed(self) -> None:
        rows = coverage.table((visit for visit in self.visits if visit.edition in self.codes), self.holds)
        self.crawler.stats.set_value("belta/coverage", coverage.lines(rows))
        try:
            if self.output:
                everything = coverage.table(self.visits, self.holds)
                coverage.write(everything, self.output.with_name("coverage.jsonl"))
        except OSError as error:
            self._fail(error)
        self.visits.close()

    # Feeds and lists

    def _request(self, site: str, callback: Any, errback: Any, priority: int, **arguments: Any) -> Request:
        return Request(self.bases.to_request(site), callback, errback=errback, priority=priority, cb_kwargs=arguments)

    def _feed(self, edition: Edition, place: int) -> Request:
        site = f"https://{edition.hosts[0]}{discovery.FEEDS[place]}"
        return self._request(site, self.on_feed, self.on_feed_error, _FEED, edition=edition, place=place)

    def on_feed(self, response: Response, edition: Edition, place: int) -> Iterator[Request]:
        """Ask for the articles of a feed; for the feed at its other address where this is none."""
        failure = _failure(response)
        if failure:
            yield from self.on_feed_error(failure)
            return
        items = self.reader.read_feed(response.body)
        if items:
            yield from self._offer(items)
        elif place + 1 < len(discovery.FEEDS):
            yield self._feed(edition, place + 1)

    def on_feed_error(self, failure: Any) -> Iterator[Request]:
        """Go to the feed's other address; a feed that stands at neither is no loss, as lists show the same."""
        arguments = failure.request.cb_kwargs
        if not failure.check(Closing) and arguments["place"] + 1 < len(discovery.FEEDS):
            yield self._feed(arguments["edition"], arguments["place"] + 1)

    def _begin(self, edition: Edition, section: str, day: date | None = None) -> Request:
        first = discovery.list_address(edition.hosts[0], section, 1, day)
        walk = ListWalk(edition, section, self.visits.walk(first), day)
        if self.plan.until and day is None:
            # Days after `until` are passed by: what this walk leaves is no whole stretch.
            self.visits.note_walk(msgspec.structs.replace(walk.mark, whole=False))
        return self._page(walk, first)

    def _page(self, walk: ListWalk, site: str) -> Request:
        return self._request(site, self.on_list, self.on_list_error, _LIST, walk=walk)

    def on_list(self, response: Response, walk: ListWalk) -> Iterator[Request]:
        """Ask for what a list shows, then for its next page, if that may bring more."""
        failure = _failure(response)
        if failure:
            yield from self.on_list_error(failure)
            return
        self.crawler.stats.inc_value("belta/lists")
        listing = self.reader.read_list(response.body, response.url, _charset(response))
        fresh = {one.address.id for one in listing.items} - walk.seen
        walk.seen |= fresh
        known = self._is_known(walk, listing.items)
        yield from self._offer(listing.items)
        yield from self._offer(listing.others)
        days = {one.day for one in listing.items if one.day}
        if walk.day and days and walk.day.isoformat() not in days:
            self.dayless.add(walk.edition.code)
        if fresh and not known and not self._is_older(days) and not (walk.day and walk.edition.code in self.dayless):
            yield self._following(walk, listing.following)
        else:
            yield from self._end(walk, known=known, whole=True)

    def on_list_error(self, failure: Any) -> Iterator[Request]:
        """A page that is not there ends the list; one that failed leaves it for the next run."""
        walk = failure.request.cb_kwargs["walk"]
        if failure.check(Closing):
            return
        gone = self._refusal(failure) is not None
        if not gone:
            self._report(failure)
        if gone and walk.day and walk.page == 1:
            self.dayless.add(walk.edition.code)
        yield from self._end(walk, known=False, whole=_status(failure) in _GONE)

    def _is_older(self, days: set[str]) -> bool:
        """Whether a page shows nothing but days before `since`."""
        return bool(self.plan.since and days and max(days) < self.plan.since.isoformat())

    def _is_known(self, walk: ListWalk, items: list[Listed]) -> bool:
        """Whether earlier runs knew the whole page, and walked the list on from here to its end."""
        if not (walk.mark.whole and walk.mark.since <= self._since()):
            return False
        return all(one.address.id in self.visits.earlier or not self.plan.includes(one.day) for one in items)

    def _since(self) -> str:
        return self.plan.since.isoformat() if self.plan.since else ""

    def _following(self, walk: ListWalk, named: str | None) -> Request:
        if walk.page == 1 and walk.mark.whole:
            self.visits.note_walk(msgspec.structs.replace(walk.mark, whole=False))
        walk.page += 1
        numbered = discovery.list_address(walk.edition.hosts[0], walk.section, walk.page, walk.day)
        return self._page(walk, named or numbered)

    def _end(self, walk: ListWalk, *, known: bool, whole: bool) -> Iterator[Request]:
        if whole and (walk.day or not self.plan.until):
            since = walk.mark.since if known else self._since()
            self.visits.note_walk(Walk(walk.mark.list, whole=True, since=since, on=self.today.isoformat()))
        if walk.day:
            yield from self._next_day(walk.edition, walk.day - _DAY)

    def _next_day(self, edition: Edition, day: date) -> Iterator[Request]:
        """Walk the list of the latest day that was not walked when it was over."""
        first = self.plan.since or self.today - _DAY
        while day >= first and edition.code not in self.dayless:
            mark = self.visits.walk(discovery.list_address(edition.hosts[0], _ALL_NEWS, 1, day))
            if not (mark.whole and mark.on > (day + _DAY).isoformat()):
                yield self._begin(edition, _ALL_NEWS, day)
                return
            day -= _DAY

    # Articles

    def _offer(self, listed: list[Listed], priority: int = _ARTICLE) -> Iterator[Request]:
        """Ask for each article that is wanted, and neither held nor asked for yet."""
        for address, day in listed:
            if address.id and address.edition.code in self.codes and self._is_wanted(address, day):
                visit = self.visits.get(address.id) or Visit(address.url, address.id, address.section, day)
                visit = self.visits.note(visit, day=visit.day or day)
                if not visit.is_final and self.plan.includes(visit.day):
                    yield from self._article(visit, priority if visit.day else _UNDATED)

    def _is_wanted(self, address: addresses.Address, day: str | None) -> bool:
        year = (address.id or "").rpartition("-")[2]
        has_year = (address.id or "").count("-") == 2 and len(year) == 4 and address.section not in addresses.YEARLESS
        return self.plan.includes(day) and self.plan.may_include(int(year) if has_year else None)

    def _missed(self) -> Iterator[Request]:
        """Ask again for what earlier runs listed and did not get."""
        for visit in list(self.visits):
            if visit.edition in self.codes and not visit.is_final and self.plan.includes(visit.day):
                yield from self._article(visit, _UNDATED)

    def _article(self, visit: Visit, priority: int) -> Iterator[Request]:
        if visit.id in self.requested:
            return
        self.requested.add(visit.id)
        if self.holds(visit.id):
            self.crawler.stats.inc_value("belta/pages/held")
            return
        yield self._request(visit.url, self.on_article, self.on_article_error, priority, visit=visit)

    def _refreshed(self) -> Iterator[Request]:
        """Look again at the young articles that are held: each is sent only if it changed."""
        for identity, held in self.held.items():
            address = addresses.parse(held.url or "", self.reader.editions)
            if address and address.edition.code in self.codes and self.plan.includes((held.date_published or "")[:10]):
                visit = self.visits.get(identity) or Visit(address.url, identity, address.section)
                self.requested.add(identity)
                request = self._request(visit.url, self.on_article, self.on_article_error, _ARTICLE, visit=visit)
                for name, value in (("If-None-Match", visit.etag), ("If-Modified-Since", visit.last_modified)):
                    if value and visit.captured_at == held.captured_at:
                        request.headers[name] = value
                yield request

    def on_article(self, response: Response, visit: Visit) -> Iterator[Article | Request]:
        """Yield the article, and ask for its neighbours while it stands within the bounds."""
        failure = _failure(response)
        if failure:
            self.on_article_error(failure)
            return
        stats = self.crawler.stats
        stats.inc_value("belta/pages/read")
        if response.status == _NOT_MODIFIED:
            stats.inc_value("belta/refresh/unchanged")
            return
        article = self._read(response)
        day = (article.date_published or "")[:10] or visit.day
        held = self.held.get(visit.id)
        unchanged = held is not None and (bool(article.drop) or revisions.content(article) == held.content)
        captured_at = held.captured_at if held and unchanged else article.captured_at
        visit = msgspec.structs.replace(visit, day=day, etag=_header(response, "ETag"), captured_at=captured_at)
        visit.last_modified = _header(response, "Last-Modified")
        if unchanged:
            stats.inc_value("belta/refresh/unchanged")
            self.visits.note(visit)
            return
        article.revises = held is not None
        within = self.plan.includes(day)
        if not within and not article.drop:
            cleaning.leave_out(article, "outside_dates")
        self.pages[article.source.uri] = visit
        yield article
        if within:
            yield from self._offer(self.reader.read_neighbours(response.body, response.url, _charset(response)))

    def _read(self, response: Response) -> Article:
        page = page_of(response)
        page.url = self.bases.to_site(response.url)
        page.captured_at = response.meta.get("captured_at") or page.captured_at
        return cleaning.run(self.spider.item(page))

    def on_article_error(self, failure: Any) -> None:
        """Remember what became of an article that did not come."""
        visit = failure.request.cb_kwargs["visit"]
        if failure.check(Closing) or self.holds(visit.id):
            return
        refusal = self._refusal(failure)
        if refusal:
            self.crawler.stats.inc_value(f"belta/drop/{refusal}")
            self.visits.note(visit, outcome=ROBOTS if refusal == "robots" else f"dropped/{refusal}")
        else:
            self.visits.note(visit, outcome=f"failed/{self._report(failure)}")

    @staticmethod
    def _refusal(failure: Any) -> str | None:
        """Why asking again now would bring nothing, None where it might."""
        if failure.check(Disallowed):
            return "robots"
        if failure.check(Refused):
            return "other_site"
        return "error_page" if _status(failure) in _GONE else None

    def _report(self, failure: Any) -> str:
        """Count and name what could not be fetched."""
        status = _status(failure)
        cause = f"http_{status}" if status else _CAUSES.get(type(failure.value).__name__, "no_connection")
        self.crawler.stats.inc_value(f"belta/unread/{cause}")
        logger.warning("cannot fetch %s: %s", one_line(failure.request.url), one_line(failure.value))
        return cause

    def _item_scraped(self, item: Any) -> None:
        visit = self.pages.pop(item.source.uri, None) if isinstance(item, Article) else None
        if visit:
            self.written.add(item.id)
            if item.revises:
                self.crawler.stats.inc_value("belta/refresh/changed")
            self.visits.note(visit, outcome="" if item.id == visit.id else "dropped/moved")

    def _item_dropped(self, item: Any, exception: Any) -> None:
        visit = self.pages.pop(item.source.uri, None) if isinstance(item, Article) else None
        if visit:
            reason = getattr(exception, "reason", type(exception).__name__)
            self.visits.note(visit, outcome=f"dropped/{reason}")


def _failure(response: Response) -> Any:
    """What an errback gets where the answer is no success: Scrapy's own way counts each as a failed page."""
    if 200 <= response.status < 300 or response.status == _NOT_MODIFIED:
        return None
    failure: Any = Failure(HttpError(response))
    failure.request = response.request
    return failure


def _status(failure: Any) -> int | None:
    return failure.value.response.status if failure.check(HttpError) else None


def _charset(response: Response) -> str | None:
    return http_content_type_encoding(_header(response, "Content-Type"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
