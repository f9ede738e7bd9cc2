"""Articles of a live crawl: which to ask for, and what to make of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from scrapy import signals
from scrapy.http import Request, Response

from belta_spider import cleaning, stats_keys
from belta_spider.cleaning.audit import outside_entry
from belta_spider.editions import addresses
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.live import again, revisions
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.discovery import Listed, Reader
from belta_spider.live.drift import Drift
from belta_spider.live.failures import MOVED, failure_of, refusal, report
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.download import NOT_MODIFIED
from belta_spider.live.responses import charset_of, header_of, is_cut, page_of
from belta_spider.live.state import CUT, HELD, ROBOTS, ArticleState, State

# Between feeds and lists: lists go on only when their articles are in, so that a run that is cut
# short has brought articles; neighbours, whose days nobody told, come last.
_ARTICLE, _UNDATED, _CUT = 10, -10, -20
_HOPS = 5
"""Redirects of one article that are followed: as many as RFC 9309 asks for, of robots.txt."""


class Articles:
    """Asks for each article that is wanted once, and yields what came."""

    def __init__(
        self,
        crawler: Any,
        arguments: LiveArguments,
        options: cleaning.Options,
        reader: Reader,
        drift: Drift,
        *,
        cleans_ahead: bool,
    ):
        """`cleans_ahead` tells whether pages may be cleaned before they are items."""
        self.crawler = crawler
        self.arguments = arguments
        self.options = options
        self.reader = reader
        self.drift = drift
        self.cleans_ahead = cleans_ahead
        self.state = State(None, overwrite=False)
        self.held: dict[str, revisions.HeldArticle] = {}
        """Young articles of the output, to be looked at again."""
        self.requested: set[str] = set()
        self.written: set[str] = set()

    def open(self, state: State, held: dict[str, revisions.HeldArticle]) -> None:
        """Take what earlier runs remember.

        It connects its signals after the feeds have: an article counts as written when it is.
        """
        self.state, self.held = state, held
        self.crawler.signals.connect(self._item_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._item_dropped, signals.item_dropped)

    def holds(self, identity: str) -> bool:
        """Whether the output holds the article."""
        if identity in self.written:
            return True
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.holds(identity))

    # Which to ask for

    def offer(self, listed: list[Listed], priority: int = _ARTICLE) -> Iterator[Request]:
        """Ask for each article that is wanted, and neither held nor asked for yet."""
        for address, day in listed:
            if address.id and self.arguments.includes_edition(address.edition.code) and self._is_wanted(address, day):
                known = self.state.get(address.id) or ArticleState(address.url, address.id, address.section, day)
                known = self.state.note(known, day=known.day or day)
                if self._may_ask(known) and self.arguments.includes(known.day):
                    yield from self._ask(known, priority if known.day else _UNDATED)

    def _is_wanted(self, address: addresses.Address, day: str | None) -> bool:
        year = (address.id or "").rpartition("-")[2]
        has_year = (address.id or "").count("-") == 2 and len(year) == 4 and address.section not in addresses.YEARLESS
        return self.arguments.includes(day) and self.arguments.may_include(int(year) if has_year else None)

    def missed(self, *, failed: bool) -> Iterator[Request]:
        """Ask for what earlier runs listed and did not come to; at the end, again for what they did not get."""
        for known in list(self.state):
            is_wanted = self.arguments.includes_edition(known.edition) and self.arguments.includes(known.day)
            if is_wanted and self._may_ask(known) and (failed or not known.outcome):
                yield from self._ask(known, _ARTICLE if known.day and not failed else _UNDATED)

    def refreshed(self) -> Iterator[Request]:
        """Look again at the young articles that are held: each is sent only if it changed."""
        for identity, held in self.held.items():
            address = addresses.parse(held.url or "", self.reader.editions)
            day = (held.date_published or "")[:10] or None
            if address and self.arguments.includes_edition(address.edition.code) and self.arguments.includes(day):
                known = self.state.get(identity) or ArticleState(address.url, identity, address.section)
                self.requested.add(identity)
                request = self._request(known, _ARTICLE)
                for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
                    if value and known.captured_at == held.captured_at:
                        request.headers[name] = value
                yield request

    def _may_ask(self, known: ArticleState) -> bool:
        return again.may_ask(known, datetime.now(UTC), insists=self.arguments.missing)

    def _ask(self, known: ArticleState, priority: int) -> Iterator[Request]:
        if known.id in self.requested:
            return
        self.requested.add(known.id)
        if self.holds(known.id) and known.outcome != CUT:
            self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            return
        yield self._request(known, priority)

    def _request(self, known: ArticleState, priority: int) -> Request:
        """An article's request. Its redirects are followed here, as each article is asked for once."""
        return Request(
            self.arguments.bases.to_request(known.url),
            self.on_article,
            errback=self.on_article_error,
            priority=priority,
            cb_kwargs={"known": known},
            meta={"dont_redirect": True, "download_fail_on_dataloss": False},
            dont_filter=True,
        )

    # What came

    def on_article(self, response: Response, known: ArticleState) -> Iterator[PageItem | Request]:
        """Yield the article, and ask for its neighbours while it is within the bounds."""
        if response.status in MOVED and "Location" in response.headers:
            yield from self._follow(response, known)
            return
        failure = failure_of(response)
        if failure:
            self.on_article_error(failure)
            return
        self.crawler.stats.inc_value(stats_keys.PAGES_READ)
        if response.status == NOT_MODIFIED:
            self.crawler.stats.inc_value(f"{stats_keys.REFRESH}unchanged")
            self._note(known, "")
            return
        if is_cut(response) and not response.meta.get("cut"):
            yield self._once_more(response)
            return
        page = self._page(response)
        item = PageItem.finished(page, self.options)
        self.drift.add(item, known.id, page)
        known = msgspec.structs.replace(
            known,
            day=(item.date_published or "")[:10] or known.day,
            etag=header_of(response, "ETag"),
            last_modified=header_of(response, "Last-Modified"),
            captured_at=item.captured_at,
        )
        if self._stays_held(item, known, is_cut=is_cut(response)):
            return
        known.outcome = CUT if is_cut(response) else ""
        yield self._handed_on(item, page, known)
        if self.arguments.includes(known.day):
            yield from self.offer(self.reader.read_neighbours(response.body, response.url, charset_of(response)))

    def _once_more(self, response: Response) -> Request:
        """Ask at the end of the run for an article whose body was cut: by then the site may have rested."""
        request: Any = response.request
        return request.replace(priority=_CUT, meta={**response.meta, "cut": True}, dont_filter=True)

    def _stays_held(self, item: PageItem, known: ArticleState, *, is_cut: bool) -> bool:
        """Note what came of an article that is held, and whether its record stays the newest."""
        held = self.held.get(known.id)
        if not self.holds(known.id):
            return False
        if item.drop or is_cut:
            self._note_held(known, item.drop or "truncated")
        elif held and revisions.content(item) == held.content:
            self.crawler.stats.inc_value(f"{stats_keys.REFRESH}unchanged")
            self.state.note(known, captured_at=held.captured_at, outcome="")
        else:
            return False
        return True

    def _note_held(self, known: ArticleState, reason: str) -> None:
        """Note that something else stood at the address of an article that is held."""
        self.crawler.stats.inc_value(f"{stats_keys.REFRESH}{'gone' if reason == 'error_page' else reason}")
        before = self.state.get(known.id) or known
        self.state.note(before, **again.after(before, CUT if before.outcome == CUT else f"{HELD}{reason}"))

    def _handed_on(self, item: PageItem, page: Page, known: ArticleState) -> PageItem:
        """Return the item for the pipelines: begun anew where others than our stages work on it."""
        revises = self.holds(known.id)
        if not item.drop and not revises and not self.arguments.includes(known.day):
            item.audit, item.drop = [outside_entry(item, "outside_dates")], "outside_dates"
        elif not item.drop and not self.cleans_ahead:
            item = PageItem.begun(page, self.options)
        item.revises = revises
        item.request = known
        return item

    def _page(self, response: Response) -> Page:
        page = page_of(response)
        page.url = self.arguments.bases.to_site(response.url)
        page.captured_at = response.meta.get("captured_at") or page.captured_at
        return page

    def _follow(self, response: Response, known: ArticleState) -> Iterator[Request]:
        """Go where a redirect leads, if that is the article; if it is another one, that one is offered."""
        target, address = self.reader.read_link(header_of(response, "Location") or "", response.url)
        hops = response.meta.get("hops", 0) + 1
        if address is None or not self.arguments.includes_edition(address.edition.code):
            self._refuse(known, "other_site")
        elif address.id is None:
            self._refuse(known, address.drop or "error_page")
        elif address.id != known.id:
            self._refuse(known, "moved")
            yield from self.offer([Listed(address, known.day)])
        elif hops > _HOPS:
            self.on_article_error(failure_of(response))
        else:
            request: Any = response.request
            yield request.replace(url=self.arguments.bases.to_request(target), meta={**response.meta, "hops": hops})

    def on_article_error(self, failure: Any) -> None:
        """Remember what became of an article that did not come."""
        known = failure.request.cb_kwargs["known"]
        if failure.check(Closing):
            return
        refused = refusal(failure)
        if refused:
            self._refuse(known, refused)
        elif self.holds(known.id):
            self._note_held(known, report(failure, self.crawler.stats))
        else:
            self._note(known, f"failed/{report(failure, self.crawler.stats)}")

    def _refuse(self, known: ArticleState, reason: str) -> None:
        """Note that asking for an article again would bring nothing."""
        if self.holds(known.id):
            self._note_held(known, reason)
            return
        self.crawler.stats.inc_value(f"{stats_keys.DROP}{reason}")
        self._note(known, ROBOTS if reason == "robots" else f"dropped/{reason}")

    def _note(self, known: ArticleState, outcome: str) -> None:
        """Note what became of an article, beside what lists have told since it was asked for."""
        before = self.state.get(known.id) or known
        self.state.note(before, **again.after(before, outcome))

    def _item_scraped(self, item: Any) -> None:
        if not isinstance(item, PageItem) or item.request is None:
            return
        self.written.add(item.id)
        if item.revises:
            self.crawler.stats.inc_value(f"{stats_keys.REFRESH}changed")
        outcome = item.request.outcome if item.id == item.request.id else "dropped/moved"
        self.state.note(item.request, **again.after(item.request, outcome))

    def _item_dropped(self, item: Any, exception: Any) -> None:
        if isinstance(item, PageItem) and item.request is not None:
            reason = getattr(exception, "reason", type(exception).__name__)
            self.state.note(item.request, **again.after(item.request, f"dropped/{reason}"))
