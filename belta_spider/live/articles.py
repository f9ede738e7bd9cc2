"""Articles of a live crawl: what to make of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from scrapy import signals
from scrapy.http import Request, Response

from belta_spider import cleaning, stats_keys
from belta_spider.cleaning.audit import outside_entry
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.live import again, revisions
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.discovery import Listed, Reader
from belta_spider.live.drift import Drift
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.download import NOT_MODIFIED
from belta_spider.live.http.failures import MOVED, failure_of, refusal, report
from belta_spider.live.responses import charset_of, header_of, is_cut, page_of
from belta_spider.live.state import CUT, ArticleState, State
from belta_spider.live.wanted import Wanted
from belta_spider.sources.entries import Dropped

_CUT = -20
"""Behind all others: a body that was cut is asked for once more when the site may have rested."""
_HOPS = 5
"""Redirects of one article that are followed: as many as RFC 9309 asks for, of robots.txt."""


class Articles:
    """Takes each answer: an article, a redirect, a refusal, a failure."""

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
        self.wanted = Wanted(crawler, arguments, options.known_editions, self.on_article, self.on_article_error)

    def open(self, state: State, held: dict[str, revisions.HeldArticle]) -> None:
        """Take what earlier runs remember.

        It connects its signals after the feeds have: an article counts as written when it is.
        """
        self.wanted.state, self.wanted.held = state, held
        self.crawler.signals.connect(self._item_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._item_dropped, signals.item_dropped)

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
            self.wanted.note(known, "")
            return
        if is_cut(response) and not response.meta.get("cut"):
            yield _once_more(response)
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
            yield from self.wanted.offer(self.reader.read_neighbours(response.body, response.url, charset_of(response)))

    def _stays_held(self, item: PageItem, known: ArticleState, *, is_cut: bool) -> bool:
        """Note what came of an article that is held, and whether its record stays the newest."""
        held = self.wanted.held.get(known.id)
        if not self.wanted.holds(known.id):
            return False
        if item.drop or is_cut:
            self.wanted.note_held(known, "truncated" if is_cut else item.drop or "")  # a part may look like anything
        elif held and revisions.content(item) == held.content:
            self.crawler.stats.inc_value(f"{stats_keys.REFRESH}unchanged")
            self.wanted.state.note(known, captured_at=held.captured_at, outcome="")
        else:
            return False
        return True

    def _handed_on(self, item: PageItem, page: Page, known: ArticleState) -> PageItem:
        """Return the item for the pipelines: begun anew where others than our stages work on it."""
        revises = self.wanted.holds(known.id)
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

    def _follow(self, response: Response, known: ArticleState) -> Iterator[PageItem | Request]:
        """Go where a redirect leads, if that is the article; if it is another one, that one is offered."""
        target, address = self.reader.read_link(header_of(response, "Location") or "", response.url)
        hops = response.meta.get("hops", 0) + 1
        is_asked_for = address is not None and self.arguments.includes_edition(address.edition.code)
        if address and not (is_asked_for or self.wanted.holds(known.id)):
            yield _of_another_edition(response, known, target, self.options)
        elif address is None or not is_asked_for:
            self.wanted.refuse(known, "other_site")
        elif address.id is None:
            self.wanted.refuse(known, address.drop or "error_page")
        elif address.id != known.id:
            self.wanted.refuse(known, "moved")
            yield from self.wanted.offer([Listed(address, known.day)])
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
            self.wanted.refuse(known, refused)
        elif self.wanted.holds(known.id):
            self.wanted.note_held(known, report(failure, self.crawler.stats))
        else:
            self.wanted.note(known, f"failed/{report(failure, self.crawler.stats)}")

    def _item_scraped(self, item: Any) -> None:
        if not isinstance(item, PageItem) or item.request is None:
            return
        self.wanted.written.add(item.id)
        if item.revises:
            self.crawler.stats.inc_value(f"{stats_keys.REFRESH}changed")
        outcome = item.request.outcome if item.id == item.request.id else "dropped/moved"
        self.wanted.state.note(item.request, **again.after(item.request, outcome))

    def _item_dropped(self, item: Any, exception: Any) -> None:
        if isinstance(item, PageItem) and item.request is not None:
            reason = getattr(exception, "reason", type(exception).__name__)
            told = again.after(item.request, f"dropped/{reason}")
            if reason == "outside_sections":  # as the page tells it: the address did not
                told["section"] = item.section or ""
            self.wanted.state.note(item.request, **told)


def _once_more(response: Response) -> Request:
    """Ask at the end of the run for an article whose body was cut: by then the site may have rested."""
    request: Any = response.request
    return request.replace(priority=_CUT, meta={**response.meta, "cut": True}, dont_filter=True)


def _of_another_edition(response: Response, known: ArticleState, target: str, options: cleaning.Options) -> PageItem:
    """Return the drop of an article in whose place the site has one of an edition that the run is not asked for."""
    entry = Dropped("live", response.url, None, known.url, "outside_editions", target)
    item = PageItem.finished(entry, options)
    item.request = known
    return item
